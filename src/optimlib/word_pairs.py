"""A table of scores that learns which word follows which: chapter 10's example of rare and frequent rows.

The table has a row for each first word of a pair and a column for each second one, and its loss is the
cross-entropy of the softmax of a pair's row. `shares`, of the table's shape, has the share of each pair
among all; x has shape (..., n), a table written row after row.
"""

import functools
import itertools

import numpy as np

from . import checks
from .networks import _quietly, _softmax
from .schedules import linear_decay


class PairTable:
    """The loss of a table of scores, its exact gradient, and its least, for given shares of the pairs."""

    def __init__(self, shares):
        self.shares = shares
        self.rows = shares.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.least = -np.nansum(shares * np.log(shares / self.rows[:, None]), axis=1)

    @checks.own
    @_quietly
    def grad(self, x):
        """share of the row × softmax − shares, of x's shape."""
        *_, raised, total = self._raised(x)
        return self._slope(raised, total).reshape(x.shape)

    def above_least(self, x):
        """The loss above the least, row by row: of shape (..., rows), each weighted by its share."""
        scores, top, _, total = self._raised(x)
        return self._above(scores, top, total)

    @_quietly
    def look(self, x):
        """`grad` and `above_least` at x, which have their exponentials in common."""
        scores, top, raised, total = self._raised(x)
        above = self._above(scores, top, total)
        return self._slope(raised, total).reshape(x.shape), above

    def _raised(self, x):
        """The scores, the largest of each row, exp(score − largest) and the sums of these over a row."""
        scores = x.reshape(*x.shape[:-1], *self.shares.shape)
        top = scores.max(axis=-1, keepdims=True)
        raised = scores - top
        np.exp(raised, out=raised)
        return scores, top, raised, raised.sum(axis=-1, keepdims=True)

    def _slope(self, raised, total):
        """The gradient, in the place of `raised`."""
        raised /= total
        raised *= self.rows[:, None]
        raised -= self.shares
        return raised

    def _above(self, scores, top, total):
        logs = (np.log(total) + top)[..., 0]
        return self.rows * logs - (self.shares * scores).sum(axis=-1) - self.least

    @functools.cached_property
    def cells(self):
        """Every pair of the text, as the number of its cell in the table; the rarest occurs once."""
        shares = self.shares.ravel()
        return np.repeat(np.arange(shares.size), np.rint(shares / shares[shares > 0].min()).astype(int))

    def sampled(self, batch_size, rng):
        """The gradient on the next batch of pairs, drawn without replacement in each epoch."""
        side, cells = len(self.shares), self.cells

        def batches():
            while True:
                shuffled = rng.permutation(cells)
                for first in range(0, len(cells) - batch_size + 1, batch_size):
                    yield shuffled[first : first + batch_size]

        upcoming = batches()

        @checks.own
        def grad(x):
            batch = np.bincount(next(upcoming), minlength=side * side).reshape(side, side) / batch_size
            rows = batch.sum(axis=1)
            met = np.flatnonzero(rows)  # where a row is not in the batch, the gradient is 0
            slope = np.zeros((*x.shape[:-1], side, side))
            part = _softmax(x.reshape(slope.shape).take(met, axis=-2))
            part *= rows[met, None]
            part -= batch[met]
            slope[..., met, :] = part
            return slope.reshape(x.shape)

        return grad


def course(method, rates, table, steps, parts, decay=False):
    """The loss above the least at every rate, in each of `parts` of the rows and in all.

    Of shape (steps + 1, len(parts) + 1, rates); a part's loss is per pair that begins in it. The method
    must take its gradients at its points. With `decay`, the rate falls along a line to zero. A loss that
    is not a number any more is 100.
    """
    shape = linear_decay(1.0, steps) if decay else lambda t: 1.0
    found = np.empty((steps + 1, len(parts) + 1, len(rates)))
    each = []

    @checks.own
    def grad(x):
        slope, above = table.look(x)
        each.append(above)
        return slope

    for k, rate in enumerate(rates):  # one by one: a table stays in the processor's cache
        each.clear()
        with np.errstate(over="ignore", invalid="ignore"):
            last_of(method(grad, np.zeros(table.shares.size), lr=lambda t: rate * shape(t)), steps + 1)
        losses = np.array(each)
        for j, part in enumerate(parts):
            found[:, j, k] = losses.take(part, axis=1).sum(axis=1) / table.rows[part].sum()
        found[:, -1, k] = losses.sum(axis=1)
    return np.nan_to_num(found, nan=100.0)


def last_of(iterates, steps):
    """The last point only: a run of tables is too large to keep."""
    return next(itertools.islice(iterates, steps, None))
