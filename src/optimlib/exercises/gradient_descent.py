"""Checkers of chapter 3, Gradient descent and SGD."""

import functools

import numpy as np

from .. import objectives, optimizers
from .compare import check_method, check_values


def check_gradient_descent(mine):
    """Check `mine(grad, x, lr)`, a generator of iterates, against `optimlib.gradient_descent`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05}),
        ("a quadratic that oscillates", objectives.quadratic(10.0), {"lr": 0.19}),
        ("Beale's function", objectives.beale, {"lr": 0.002}),
    ]
    return check_method(mine, optimizers.gradient_descent, cases)


def check_best_lr(mine):
    """Check `mine(H)`, which returns the best learning rate on ½ xᵀHx and its factor a step."""

    def theirs(H):
        low, *_, high = np.linalg.eigvalsh(H)
        return 2 / (high + low), (high - low) / (high + low)

    turned = objectives.quadratic(25.0, angle=0.5).hess(np.zeros(2))
    cases = [(np.diag([3.0, 48.0]),), (turned,), (np.diag([5.0, 1.0, 2.0]),), (2.0 * np.eye(3),)]
    return check_values(mine, theirs, cases, ("the learning rate", "the factor"), describe=_matrix)


def _matrix(H):
    return "H = " + "; ".join(" ".join(f"{value:.4g}" for value in row) for row in H)


def check_worst_angle(mine):
    """Check `mine(kappa)`: the largest angle between steepest descent and the minimum, in degrees."""

    def theirs(kappa):
        return np.degrees(np.arccos(2 * np.sqrt(kappa) / (1 + kappa)))

    return check_values(mine, theirs, [(2.0,), (25.0,), (1000.0,)], ("the angle",))


def check_minibatches(mine):
    """Check `mine(n, B, rng)`, which returns the minibatches of one epoch as arrays of row numbers."""
    aspects = (
        ("the list of batch sizes", lambda first, second: [len(batch) for batch in first]),
        ("the sorted list of all rows used", lambda first, second: np.sort(_joined(first))),
        ("the number of different orders (0 … n − 1, an epoch, the next)", _orders),
    )
    for name, aspect in aspects:

        def of_two_epochs(minibatches, n, B, aspect=aspect):
            rng = np.random.default_rng(0)
            first, second = minibatches(n, B, rng), minibatches(n, B, rng)
            return None if first is None else np.array(aspect(first, second))

        verdict = check_values(
            functools.wraps(mine)(functools.partial(of_two_epochs, mine)),
            functools.partial(of_two_epochs, _minibatches),
            [(64, 16), (50, 16), (20, 20), (20, 1)],
            (name,),
            describe=lambda n, B: f"n = {n}, B = {B}",
        )
        if not verdict:
            break
    return verdict


def _minibatches(n, B, rng):
    order = rng.permutation(n)
    return [order[first : first + B] for first in range(0, n, B)]


def _joined(batches):
    return np.concatenate([np.asarray(batch) for batch in batches])


def _orders(first, second):
    return len({tuple(range(len(_joined(first)))), tuple(_joined(first)), tuple(_joined(second))})


def check_noise(mine):
    """Check `mine(rows, B)`: the typical error of a minibatch gradient, drawn without replacement."""

    def theirs(rows, B):
        n = len(rows)
        variance = ((rows - rows.mean(axis=0)) ** 2).sum(axis=1).mean()
        return np.sqrt(variance / B * (n - B) / (n - 1))

    rows = np.random.default_rng(0).normal([1.0, 0.0, -2.0], size=(40, 3))
    cases = [(rows, B) for B in (1, 8, 20, 40)]
    return check_values(
        mine, theirs, cases, ("the noise",), describe=lambda rows, B: f"{len(rows)} rows and B = {B}"
    )


def check_share_of_minima(mine):
    """Check `mine(n)`: the share of minima among the critical points of a sum of n two-well curves."""
    return check_values(mine, lambda n: (2 / 3) ** n, [(1,), (2,), (3,), (10,), (50,)], ("the share",))
