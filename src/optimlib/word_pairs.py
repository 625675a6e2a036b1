"""A table of scores that learns which word follows which: chapter 10's example of rare and frequent rows.

The table has a row for each first word of a pair and a column for each second one, and its loss is the
cross-entropy of the softmax of a pair's row. `shares`, of the table's shape, has the share of each pair
among all; x has shape (..., n), a table written row after row.
"""

import functools
import itertools

import numpy as np

from .networks import _softmax
from .schedules import linear_decay


class PairTable:
    """The loss of a table of scores, its exact gradient, and its least, for given shares of the pairs."""

    def __init__(self, shares):
        self.shares = shares
        self.rows = shares.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.least = -np.nansum(shares * np.log(shares / self.rows[:, None]), axis=1)

    def grad(self, x):
        """share of the row × softmax − shares, of x's shape."""
        slope = _softmax(x.reshape(*x.shape[:-1], *self.shares.shape))
        slope *= self.rows[:, None]
        slope -= self.shares
        return slope.reshape(x.shape)

    def above_least(self, x):
        """The loss above the least, row by row: of shape (..., rows), each weighted by its share."""
        scores = x.reshape(*x.shape[:-1], *self.shares.shape)
        top = scores.max(axis=-1)
        total = np.log(np.exp(scores - top[..., None]).sum(axis=-1)) + top
        return self.rows * total - (self.shares * scores).sum(axis=-1) - self.least

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

        def grad(x):
            batch = np.bincount(next(upcoming), minlength=side * side).reshape(side, side) / batch_size
            rows = batch.sum(axis=1)
            met = np.flatnonzero(rows)  # where a row is not in the batch, the gradient is 0
            slope = np.zeros((*x.shape[:-1], side, side))
            part = _softmax(x.reshape(slope.shape)[..., met, :])
            part *= rows[met, None]
            part -= batch[met]
            slope[..., met, :] = part
            return slope.reshape(x.shape)

        return grad


def course(method, rates, table, steps, parts, decay=False):
    """The loss above the least at every rate, in each of `parts` of the rows and in all.

    Of shape (steps + 1, len(parts) + 1, rates); a part's loss is per pair that begins in it. With
    `decay`, the rate falls along a line to zero. A loss that is not a number any more is 100.
    """
    shape = linear_decay(1.0, steps) if decay else lambda t: 1.0
    found = np.empty((steps + 1, len(parts) + 1, len(rates)))
    with np.errstate(over="ignore", invalid="ignore"):
        for k, rate in enumerate(rates):  # one by one: a table stays in the processor's cache
            path = method(table.grad, np.zeros(table.shares.size), lr=lambda t: rate * shape(t))
            for t, x in enumerate(itertools.islice(path, steps + 1)):
                each = table.above_least(x)
                found[t, :-1, k] = [each[part].sum() / table.rows[part].sum() for part in parts]
                found[t, -1, k] = each.sum()
    return np.nan_to_num(found, nan=100.0)


def last_of(iterates, steps):
    """The last point only: a run of tables is too large to keep."""
    return next(itertools.islice(iterates, steps, None))
