"""Checkers of chapter 4, Momentum."""

import numpy as np

from .. import objectives, optimizers
from ..schedules import step_decay
from .compare import check_method, check_values

CASES = [
    ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.9}),
    ("a quadratic, without momentum", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.0}),
    ("Beale's function", objectives.beale, {"lr": 0.002, "rho": 0.7}),
]


def check_momentum(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.momentum`."""
    return check_method(mine, optimizers.momentum, CASES)


def check_nesterov(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.nesterov`."""
    return check_method(mine, optimizers.nesterov, CASES)


def check_velocity_momentum(mine):
    """Check momentum with lr inside the velocity: v ← ρ v + lr(t) g; x ← x − v, for lr a schedule."""
    cases = [
        ("a constant lr", objectives.quadratic(10.0), {"lr": lambda t: 0.05, "rho": 0.9}),
        ("an lr that drops", objectives.quadratic(10.0), {"lr": step_decay(0.05, 0.1, 5), "rho": 0.9}),
    ]
    return check_method(mine, _velocity_momentum, cases)


def _velocity_momentum(grad, x, lr, rho):
    v = np.zeros_like(x)
    for rate in optimizers.rates(lr):
        yield x
        v = rho * v + rate * grad(x)
        x = x - v


def check_best_pair(mine):
    """Check `mine(mu, L)`, which returns the optimal (lr, rho) of momentum on a quadratic."""

    def theirs(mu, L):
        low, high = np.sqrt(mu), np.sqrt(L)
        return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2

    return check_values(mine, theirs, [(1.0, 10.0), (0.5, 50.0), (2.0, 2.0), (1.0, 1e4)], ("lr", "rho"))


def check_escape_factor(mine):
    """Check `mine(lr, rho)`: the factor by which momentum grows a step along −y², in the long run."""

    def theirs(lr, rho):
        return np.roots([1, -(1 + rho + 2 * lr), rho]).real.max()

    return check_values(mine, theirs, [(0.01, 0.0), (0.01, 0.9), (0.1, 0.5), (0.001, 0.99)], ("the factor",))


def check_look_ahead(mine):
    """Check `mine(path, lr, rho)`: the look-ahead points that belong to Nesterov's base points."""

    def theirs(path, lr, rho):
        steps = np.diff(path, axis=0, prepend=path[:1])
        return path + rho * steps

    f = objectives.quadratic(10.0)
    cases = [
        (optimizers.run(optimizers.nesterov(f.grad, f.start, lr=lr, rho=rho), 20), lr, rho)
        for lr, rho in [(0.05, 0.9), (0.02, 0.5), (0.1, 0.0)]
    ]
    return check_values(
        mine, theirs, cases, ("the path",), describe=lambda path, lr, rho: f"lr = {lr}, ρ = {rho}"
    )
