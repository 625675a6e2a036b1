"""Checkers of chapter 3, Gradient descent and SGD."""

from collections.abc import Iterable

import numpy as np

from .. import objectives, optimizers
from .answers import MistakeError
from .compare import Verdict, answer_at, check_method, check_values, verdict_of
from .words import anything


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


def check_best_lr(mine):
    """Check `mine(H)`, which returns the best learning rate on ½ xᵀHx and its factor a step."""
    turned = objectives.quadratic(25.0, angle=0.5).hess(np.zeros(2))
    cases = [(turned,), (np.diag([3.0, 48.0]),), (np.diag([5.0, 1.0, 2.0]),), (2.0 * np.eye(3),)]
    return check_values(mine, _best_lr(), cases, ("the learning rate", "the factor"), check_best_lr.mistakes)


def _best_lr(
    lr=lambda mu, L: 2 / (L + mu), factor=lambda mu, L: (L - mu) / (L + mu), ends=np.linalg.eigvalsh
):
    def best(H):
        curvatures = ends(H)
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
    "The first and the last entry of the diagonal are not the least and the largest curvature.": _best_lr(
        ends=np.diag
    ),
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


def check_noise(mine):
    """Check `mine(rows, B)`: the typical error of a minibatch gradient, drawn without replacement."""
    rows = np.random.default_rng(0).normal([1.0, 0.0, -2.0], size=(40, 3))
    cases = [(rows, B) for B in (8, 1, 20, 40)]
    return check_values(mine, _noise(), cases, "the noise", check_noise.mistakes)


def _noise(
    left=lambda n, B: (n - B) / (n - 1), ddof=0, over=lambda B: B, root=np.sqrt, total=lambda v: v.sum()
):
    def noise(rows, B):
        n = len(rows)
        return root(total(rows.var(axis=0, ddof=ddof)) / over(B) * left(n, B))

    return noise


check_noise.mistakes = {
    "That is right with replacement. Without it, rows used up are no longer missed: times (n − B)/(n − 1).": (
        _noise(lambda n, B: 1.0)
    ),
    "The factor for drawing without replacement is (n − B)/(n − 1), with n − 1 below.": _noise(
        lambda n, B: (n - B) / n
    ),
    "The variance of these n rows divides by n: ddof=0. They are all there are, no sample.": _noise(ddof=1),
    "That is the variance: take the root.": _noise(root=lambda v: v),
    "The squared distance is the sum over the coordinates, not their mean.": _noise(total=lambda v: v.mean()),
    "The deviation falls as 1/√B: divide the variance by B, not by B².": _noise(over=lambda B: B**2),
    "With a larger batch there is less noise: divide by B.": _noise(over=lambda B: 1.0),
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
