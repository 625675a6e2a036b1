"""Checkers of chapter 3, Gradient descent and SGD."""

import itertools
import math
from collections.abc import Iterable

import numpy as np

from .. import objectives, optimizers
from .answers import MistakeError
from .compare import Verdict, answer_at, check_method, check_values, verdict_of
from .paper import OnPaper
from .words import anything, named


def check_gradient_descent(mine):
    """Check `mine(grad, x, lr)`, a generator of iterates, against `optimlib.gradient_descent`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05}),
        ("a quadratic that oscillates", objectives.quadratic(10.0), {"lr": 0.19}),
        ("Beale's function", objectives.beale, {"lr": 0.002}),
    ]
    return check_method(mine, optimizers.gradient_descent, cases, check_gradient_descent.mistakes)


def _descent(step):
    """A method that adds step(g, lr)."""

    def method(grad, x, lr):
        while True:
            yield x
            x = x + step(grad(x), lr)

    return method


def _one_gradient(grad, x, lr):
    g = grad(x)
    while True:
        yield x
        x = x - lr * g


check_gradient_descent.mistakes = {
    "That goes uphill: minus lr times the gradient.": _descent(lambda g, lr: lr * g),
    "lr is missing: the step is lr times the gradient.": _descent(lambda g, lr: -g),
    "The gradient has been divided by its length; here the step is lr · g as it is.": _descent(
        lambda g, lr: -lr * g / np.linalg.norm(g)
    ),
    "Those are steps of the signs only; here the step is lr · g.": _descent(lambda g, lr: -lr * np.sign(g)),
    "The gradient stays that of the start: take it again in the loop.": _one_gradient,
}


def _numbers(mu, L):
    factor = (L - mu) / (L + mu)
    return {
        "the limit": 2 / L,
        "the best learning rate": 2 / (L + mu),
        "the number of steps": math.ceil(math.log(1e-6) / math.log(factor)),
    }


check_three_numbers = OnPaper(
    _numbers(3, 48),
    {
        "1/L is half of the limit: beyond it the steep direction oscillates, and still converges.": (
            1 / 48,
            None,
            None,
        ),
        "The best rate serves both ends of the spectrum: it stands where the two factors are equal.": (
            2 / 48,
            1 / 48,
            None,
        ),
        "That is the time to a thousandth: the error itself is divided, and not its square.": (
            2 / 48,
            2 / 51,
            math.ceil(math.log(1e-3) / math.log(45 / 51)),
        ),
        "The factor is (κ − 1)/(κ + 1); yours is 1 − 1/κ, that of the rate 1/L.": (
            2 / 48,
            2 / 51,
            math.ceil(math.log(1e-6) / math.log(45 / 48)),
        ),
    },
)


def _promised(lr, L=4, length=3):
    return lr * (1 - lr * L / 2) * length**2


check_promise = OnPaper(
    {
        "the fall with η = 0.1": _promised(0.1),
        "the fall with η = 0.4": _promised(0.4),
        "the η that promises most": 0.25,
        "what it promises": _promised(0.25),
    },
    {
        "That is η‖g‖², the first term alone: the curvature takes part of it back.": (0.9, 3.6, None, None),
        "The gradient's length stands squared.": (0.24, 0.24, None, None),
        "At 2/L nothing is promised any more: the parabola in η is highest halfway.": (None, None, 0.5, None),
    },
)


def _halfway(batches, x=0.0):
    for batch in batches:
        x = x - 0.5 * np.mean([x - a for a in batch])
    return float(x)


_ROWS = (0, 2, 4, 10)
check_four_rows = OnPaper(
    {
        "the end with {0, 2} first": _halfway([(0, 2), (4, 10)]),
        "the end with {4, 10} first": _halfway([(4, 10), (0, 2)]),
        "the end with the full batch": _halfway([_ROWS]),
        "the mean squared error": float(
            np.mean([(np.mean(pair) - np.mean(_ROWS)) ** 2 for pair in itertools.combinations(_ROWS, 2)])
        ),
    },
    {
        "Those are steps with sums of gradients; a batch's gradient is the mean of its rows'.": (
            7,
            1,
            8,
            None,
        ),
        "The second step starts where the first has ended, and not at 0.": (3.5, 1 / 2, 2, None),
        "That is σ²/B, right with replacement; six different pairs of four rows are drawn without.": (
            3.75,
            2.25,
            2,
            7,
        ),
    },
)
check_clipped_rows = OnPaper(
    {"where the plain mean of the gradients is zero": 2, "where the mean of the clipped ones is zero": 1 / 3},
    {
        "Nearer to 0 than 1 the three gradients are shorter than 1, and are not cut.": (2, 0),
        "Three clipped gradients of 1 do not balance one of −1: the point is nearer to the three rows.": (
            2,
            2,
        ),
        "At 1 the mean is (1 + 1 + 1 − 1)/4: still uphill to the right.": (2, 1),
    },
)


def check_best_lr(mine):
    """Check `mine(grad, n)`: the best learning rate and its factor, from the gradient of a quadratic."""
    turned = objectives.quadratic(25.0, angle=0.5).hess(np.zeros(2))
    cases = {
        "curvatures 1 and 25, turned, minimum at (2, −1)": (_bowl(turned, [2.0, -1.0]), 2),
        "curvatures 3 and 48, minimum at 0": (_bowl(np.diag([3.0, 48.0]), [0.0, 0.0]), 2),
        "curvatures 5, 1 and 2, minimum at (1, 1, −4)": (
            _bowl(np.diag([5.0, 1.0, 2.0]), [1.0, 1.0, -4.0]),
            3,
        ),
        "curvature 2 in all of three directions, minimum at 0": (_bowl(2.0 * np.eye(3), [0.0] * 3), 3),
    }
    return check_values(mine, _best_lr(), cases, ("the learning rate", "the factor"), check_best_lr.mistakes)


def _bowl(H, minimum):
    return named("gradient", lambda x: H @ (np.asarray(x, dtype=float) - minimum))


def _best_lr(
    lr=lambda mu, L: 2 / (L + mu),
    factor=lambda mu, L: (L - mu) / (L + mu),
    ends=np.linalg.eigvalsh,
    at_zero=1,
    far=1.0,
):
    def best(grad, n):
        columns = [grad(far * e) - at_zero * grad(np.zeros(n)) for e in np.eye(n)]
        curvatures = ends(np.array(columns))
        mu, L = curvatures[0], curvatures[-1]
        return lr(mu, L), factor(mu, L)

    return best


check_best_lr.mistakes = {
    "1/L is safe, but the best rate serves the flattest direction as well: 2/(L + μ).": _best_lr(
        lambda mu, L: 1 / L, lambda mu, L: 1 - mu / L
    ),
    "2/L is the limit: the steep direction does not shrink there.": _best_lr(
        lambda mu, L: 2 / L, lambda mu, L: 1.0
    ),
    "1/(L + μ) is half of the best rate: a 2 is missing.": _best_lr(lambda mu, L: 1 / (L + mu)),
    "The rate is right. The factor is a size, without the sign: (L − μ)/(L + μ).": _best_lr(
        factor=lambda mu, L: (mu - L) / (L + mu)
    ),
    "The rate is right. The factor is that of x, and not that of f: without the square.": _best_lr(
        factor=lambda mu, L: ((L - mu) / (L + mu)) ** 2
    ),
    "The rate is right. 1 − μ/L is the factor of 1/L, not that of the best rate.": _best_lr(
        factor=lambda mu, L: 1 - mu / L
    ),
    "The curvatures are the eigenvalues of H, not its diagonal.": _best_lr(
        ends=lambda H: np.sort(np.diag(H))
    ),
    "The minimum need not be at 0: a column of H is the *difference* of two gradients.": _best_lr(at_zero=0),
    "A difference of gradients is divided by the distance between their points.": _best_lr(far=10.0),
}


def check_worst_angle(mine):
    """Check `mine(kappa)`: the largest angle between steepest descent and the minimum, in degrees."""
    return check_values(
        mine, _worst_angle(), [(25.0,), (2.0,), (1000.0,)], "the angle", check_worst_angle.mistakes
    )


def _worst_angle(cosine=lambda kappa: 2 * np.sqrt(kappa) / (1 + kappa), unit=np.degrees):
    return lambda kappa: unit(np.arccos(cosine(kappa)))


check_worst_angle.mistakes = {
    "That is the angle in radians: np.degrees.": _worst_angle(unit=lambda angle: angle),
    "That is the cosine: take np.arccos, in degrees.": _worst_angle(unit=np.cos),
    "The 2 is missing in the cosine: 2√κ/(1 + κ).": _worst_angle(lambda kappa: np.sqrt(kappa) / (1 + kappa)),
    "The root is missing in the cosine: 2√κ/(1 + κ).": _worst_angle(lambda kappa: 2 * kappa / (1 + kappa**2)),
    "That is the angle for b = a, or b/a = 1/κ; it is largest for b/a = 1/√κ.": _worst_angle(
        lambda kappa: (1 + kappa) / np.sqrt(2 * (1 + kappa**2))
    ),
    "That is the angle to the other axis: 90 degrees less yours.": lambda kappa: 90 - _worst_angle()(kappa),
}


def check_minibatches(mine):
    """Check `mine(n, B, rng)`, which returns the minibatches of one epoch as arrays of row numbers."""

    def judge():
        for n, B in [(50, 16), (64, 16), (20, 20), (20, 1)]:
            rng = np.random.default_rng(0)
            epochs = [_epoch(mine, n, B, rng), _epoch(mine, n, B, rng)]
            epochs += [_epoch(mine, n, B, np.random.default_rng(seed)) for seed in (0, 1)]
            try:
                _judge_epochs(n, B, epochs)
            except MistakeError as mistake:
                return Verdict(False, f"For n = {n}, B = {B}, {mistake}")
        return Verdict(True, "Right: every row once an epoch, in an order drawn from rng.")

    return verdict_of(mine, judge)


def _epoch(mine, n, B, rng):
    """The batches as lists of row numbers, from any iterable of them."""
    batches = answer_at(mine, f"For n = {n}, B = {B}", ("n", "B", "rng"), (n, B, rng))
    if not isinstance(batches, Iterable) or isinstance(batches, str | dict):
        raise MistakeError(f"Return a list of batches; yours gives {anything(batches)}.")
    found = []
    for batch, _ in zip(batches, range(n + 1), strict=False):  # no epoch has more batches than rows
        rows = np.asarray(batch)
        if rows.ndim != 1 or (rows.size and (rows.dtype.kind not in "iuf" or (rows % 1 != 0).any())):
            given = anything(batch) if np.ndim(batch) else repr(batch)
            raise MistakeError(f"Each batch is an array of row numbers; one of yours is {given}.")
        found.append([int(row) for row in rows])
    return found


def _judge_epochs(n, B, epochs):
    """Raise a MistakeError that names what is wrong with two epochs of one rng and one each of two others."""
    first, second, again, other = ([row for batch in epoch for row in batch] for epoch in epochs)
    sizes = [len(batch) for batch in epochs[0]]
    right = [B] * (n // B) + ([n % B] if n % B else [])
    missing, outside = sorted(set(range(n)) - set(first)), sorted(set(first) - set(range(n)))
    if outside:
        raise MistakeError(f"rows are numbered from 0 to {n - 1}; yours holds {outside[0]}.")
    if sizes == right[: n // B] and n % B:
        raise MistakeError(f"the last {n % B} rows are dropped: the last batch has what is left.")
    if len(set(first)) < len(first):
        twice = next(row for row in first if first.count(row) > 1)
        never = f" and row {missing[0]} is missing" if missing else ""
        raise MistakeError(
            f"row {twice} comes twice{never}: that is drawing with replacement. "
            "Cut one permutation into pieces."
        )
    if missing:
        raise MistakeError(f"row {missing[0]} is missing: each row is used once an epoch.")
    if sizes != right:
        raise MistakeError(f"the batches have {_list(sizes)} rows; right is {_list(right)}.")
    if first == sorted(first) and second == sorted(second):
        raise MistakeError("the rows come in their own order, 0, 1, 2, …: shuffle them with rng.")
    if first != again:
        raise MistakeError(
            "the same rng in the same state gives another order: draw it from `rng`, not from np.random."
        )
    if first in (second, other):
        raise MistakeError(
            "every epoch has the same order: draw it from the `rng` that is given, and make no new one."
        )


def _list(sizes):
    shown = ", ".join(map(str, sizes[:8]))
    return f"{shown}, …" if len(sizes) > 8 else shown


def check_batch_size(mine):
    """Check `mine(rows, target)`: the smallest minibatch whose typical error is at most `target`."""
    rows = np.random.default_rng(0).normal([1.0, 0.0, -2.0], size=(40, 3))
    cases = [(rows, target) for target in (0.5, 0.2, 1.1, 5.0, 0.0)]
    return check_values(mine, _batch_size(), cases, "the batch size", check_batch_size.mistakes)


def _batch_size(
    left=lambda n, B: (n - B) / (n - 1),
    spread=lambda rows: rows.var(axis=0).sum(),
    aim=lambda target: target**2,
    more=0,
):
    def batch_size(rows, target):
        n, variance = len(rows), spread(rows)
        fits = (B for B in range(1, n + 1) if variance / B * left(n, B) <= aim(target))
        return max(next(fits, n) + more, 1)

    return batch_size


check_batch_size.mistakes = {
    "That is right with replacement. Without it, rows used up are no longer missed: (n − B)/(n − 1).": (
        _batch_size(lambda n, B: 1.0)
    ),
    "That is one row too few: its error is still above the target. Round up.": _batch_size(more=-1),
    "That is one row too many: the batch before meets the target, too.": _batch_size(more=1),
    "The squared distance is the sum over the coordinates, not their mean.": _batch_size(
        spread=lambda rows: rows.var(axis=0).mean()
    ),
    "The target is a length, and the variance its square.": _batch_size(aim=lambda target: target),
    "That is the spread of the rows about 0: take it about their mean.": _batch_size(
        spread=lambda rows: (rows**2).sum(axis=1).mean()
    ),
}


def check_share_of_minima(mine):
    """Check `mine(n)`: the share of minima among the critical points of a sum of n two-well curves."""
    cases = [(2,), (1,), (3,), (10,), (50,)]
    return check_values(mine, lambda n: (2 / 3) ** n, cases, "the share", check_share_of_minima.mistakes)


check_share_of_minima.mistakes = {
    "That is the share of maxima: each curve has two minima and one maximum.": lambda n: (1 / 3) ** n,
    "Each curve has three critical points, and two of them are minima: (2/3) a coordinate.": (
        lambda n: (1 / 2) ** n
    ),
    "That is one curve's share; all n coordinates must be at a minimum at once.": lambda n: 2 / 3,
    "That is the share of the other points; minima are the rest.": lambda n: 1 - (2 / 3) ** n,
    "That is the number of minima: divide by the number of critical points, 3ⁿ.": lambda n: 2.0**n,
    "With n coordinates the choices multiply: 2ⁿ minima, 3ⁿ points.": lambda n: 2 * n / 3**n,
}
