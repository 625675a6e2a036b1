"""Checkers of chapter 4, Momentum."""

import numpy as np

from .. import objectives, optimizers
from ..schedules import constant, step_decay
from .compare import check_method, check_values
from .words import named

CASES = [
    ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.9}),
    ("a quadratic, without momentum,", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.0}),
    ("Beale's function", objectives.beale, {"lr": 0.002, "rho": 0.7}),
]


def _heavy(at=lambda x, v, lr, rho: x, velocity=lambda v, g, lr, rho: rho * v + g, step=None):
    """A method with memory: where it takes g, what becomes of v, and what it adds to x."""
    step = step or (lambda v, g, lr, rho, old: -lr * v)

    def method(grad, x, lr, rho):
        v = np.zeros_like(x)
        for rate in optimizers.rates(lr):
            yield x
            g, old = grad(at(x, v, rate, rho)), v
            v = velocity(v, g, rate, rho)
            x = x + step(v, g, rate, rho, old)

    return method


_SHARED = {
    "The velocity is a sum, v ← ρ v + g; yours is an average, with (1 − ρ) g.": {
        "velocity": lambda v, g, lr, rho: rho * v + (1 - rho) * g
    },
    "x moves with the old velocity: renew v first, then x.": {"step": lambda v, g, lr, rho, old: -lr * old},
    "The sign is turned: x ← x − lr v.": {"step": lambda v, g, lr, rho, old: lr * v},
    "lr is applied twice: once in the velocity and once in the step.": {
        "velocity": lambda v, g, lr, rho: rho * v + lr * g
    },
    "Nothing is ever forgotten: ρ v + g, and not v + g.": {"velocity": lambda v, g, lr, rho: v + g},
    "Nothing is remembered: that is gradient descent. v must outlive the step.": {
        "velocity": lambda v, g, lr, rho: g
    },
    "lr and ρ have changed places.": {
        "velocity": lambda v, g, lr, rho: lr * v + g,
        "step": lambda v, g, lr, rho, old: -rho * v,
    },
}


def _ahead(x, v, lr, rho):
    return x - lr * rho * v


def check_momentum(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.momentum`."""
    return check_method(mine, optimizers.momentum, CASES, check_momentum.mistakes)


check_momentum.mistakes = {
    **{sentence: _heavy(**change) for sentence, change in _SHARED.items()},
    "That is Nesterov's method: plain momentum takes the gradient at x.": _heavy(_ahead),
}


def check_nesterov(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.nesterov`."""
    return check_method(mine, optimizers.nesterov, CASES, check_nesterov.mistakes)


check_nesterov.mistakes = {
    "That is plain momentum: take the gradient at the look-ahead point, x − lr ρ v.": _heavy(),
    "Those are the look-ahead points (PyTorch's form); yield the base points.": _heavy(
        step=lambda v, g, lr, rho, old: -lr * (g + rho * v)
    ),
    "You look back: the look-ahead point is x − lr ρ v, with a minus.": _heavy(
        lambda x, v, lr, rho: x + lr * rho * v
    ),
    "The look-ahead lacks lr: x − lr ρ v.": _heavy(lambda x, v, lr, rho: x - rho * v),
    "The look-ahead lacks ρ: x − lr ρ v.": _heavy(lambda x, v, lr, rho: x - lr * v),
    **{sentence: _heavy(_ahead, **change) for sentence, change in _SHARED.items()},
}


def check_velocity_momentum(mine):
    """Check momentum with lr inside the velocity: v ← ρ v + lr(t) g; x ← x − v, for lr a schedule."""
    bowl = objectives.quadratic(10.0)
    dropping = named("step_decay(0.05, 0.1, 5)", step_decay(0.05, 0.1, 5))
    cases = [
        ("a quadratic", bowl, {"lr": dropping, "rho": 0.9}),
        ("a quadratic", bowl, {"lr": named("constant(0.05)", constant(0.05)), "rho": 0.9}),
    ]
    return check_method(mine, _inside(), cases, check_velocity_momentum.mistakes)


def _inside(rate=lambda lr, t: lr(t), share=lambda rho: 1.0, sign=-1):
    def method(grad, x, lr, rho):
        v, t = np.zeros_like(x), 0
        while True:
            yield x
            v = rho * v + share(rho) * rate(lr, t) * grad(x)
            x, t = x + sign * v, t + 1

    return method


check_velocity_momentum.mistakes = {
    "lr stands outside: it scales the whole velocity, old steps too. Put it beside g.": _heavy(),
    "The steps are counted from t = 0: the first rate is lr(0).": _inside(lambda lr, t: lr(t + 1)),
    "The rate stays lr(0): count t up.": _inside(lambda lr, t: lr(0)),
    "The velocity is a sum; yours is an average, with (1 − ρ).": _inside(share=lambda rho: 1 - rho),
    "The sign is turned: x ← x − v.": _inside(sign=1),
    "lr is applied twice: in the velocity, and once more in the step.": _heavy(
        velocity=lambda v, g, lr, rho: rho * v + lr * g
    ),
}


def check_best_pair(mine):
    """Check `mine(mu, L)`, which returns the optimal (lr, rho) of momentum on a quadratic."""
    cases = [(1.0, 25.0), (0.5, 50.0), (2.0, 2.0), (1.0, 1e4)]
    return check_values(mine, _best_pair(), cases, ("lr", "rho"), check_best_pair.mistakes)


def _best_pair(
    lr=lambda low, high: (2 / (low + high)) ** 2,
    rho=lambda low, high: ((high - low) / (high + low)) ** 2,
    root=np.sqrt,
):
    return lambda mu, L: (lr(root(mu), root(L)), rho(root(mu), root(L)))


check_best_pair.mistakes = {
    "lr is right; rho is the square of (√κ − 1)/(√κ + 1).": _best_pair(
        rho=lambda low, high: (high - low) / (high + low)
    ),
    "rho is right; lr is the square of 2/(√L + √μ).": _best_pair(lambda low, high: 2 / (low + high)),
    "rho is right; lr is that of gradient descent, 2/(L + μ).": _best_pair(
        lambda low, high: 2 / (low**2 + high**2)
    ),
    "The squares are missing: both are squares, of 2/(√L + √μ) and of (√κ − 1)/(√κ + 1).": _best_pair(
        lambda low, high: 2 / (low + high), lambda low, high: (high - low) / (high + low)
    ),
    "The roots of μ and L are missing.": _best_pair(root=lambda h: h),
    "lr is right; rho takes the roots of the curvatures.": _best_pair(
        rho=lambda low, high: ((high**2 - low**2) / (high**2 + low**2)) ** 2
    ),
    "Those are gradient descent's best rate and its factor.": lambda mu, L: (
        2 / (L + mu),
        (L - mu) / (L + mu),
    ),
    "rho is right; lr has 4 above: (2/(√L + √μ))².": _best_pair(lambda low, high: 1 / (low + high) ** 2),
}


def check_escape_factor(mine):
    """Check `mine(lr, rho)`: the factor by which momentum grows a step along −y², in the long run."""
    cases = [(0.01, 0.9), (0.01, 0.0), (0.1, 0.5), (0.001, 0.99)]
    return check_values(mine, _escape(), cases, "the factor", check_escape_factor.mistakes)


def _escape(growth=lambda lr: 2 * lr, pick=np.max):
    """The root of r² − (1 + ρ + growth) r + ρ that pick chooses."""
    return lambda lr, rho: pick(np.roots([1, -(1 + rho + growth(lr)), rho]).real)


check_escape_factor.mistakes = {
    "1 + 2 lr/(1 − ρ) holds for tiny rates only: solve r² − (1 + ρ + 2 lr) r + ρ = 0.": (
        lambda lr, rho: 1 + 2 * lr / (1 - rho)
    ),
    "1 + 2 lr is the factor without momentum.": lambda lr, rho: 1 + 2 * lr,
    "That is the smaller root; in the long run the larger one wins.": _escape(pick=np.min),
    "The curvature along y is h = −2; yours counts −1.": _escape(lambda lr: lr),
    "The curvature along y is negative: 1 + ρ − lr h, and h = −2, so plus 2 lr.": lambda lr, rho: abs(
        np.roots([1, -(1 + rho - 2 * lr), rho])
    ).max(),
    "The sum of the roots is 1 + ρ + 2 lr; the product is ρ, and counts too.": (
        lambda lr, rho: 1 + rho + 2 * lr
    ),
}


def check_look_ahead(mine):
    """Check `mine(path, lr, rho)`: the look-ahead points that belong to Nesterov's base points."""

    def theirs(path, lr, rho):
        return path + rho * _last_steps(path)

    f = objectives.quadratic(10.0)
    cases = {
        f"lr = {lr}, ρ = {rho}": (
            optimizers.run(optimizers.nesterov(f.grad, f.start, lr=lr, rho=rho), 20),
            lr,
            rho,
        )
        for lr, rho in [(0.05, 0.9), (0.02, 0.5), (0.1, 0.0)]
    }
    return check_values(
        mine,
        theirs,
        cases,
        "the path",
        check_look_ahead.mistakes,
        spoils="the base points are lost. Work on a copy.",
    )


def _last_steps(path):
    return np.diff(path, axis=0, prepend=path[:1])


check_look_ahead.mistakes = {
    "Those are the base points as they were.": lambda path, lr, rho: path,
    "The look-ahead goes on in the direction of the last step: plus ρ times it.": (
        lambda path, lr, rho: path - rho * _last_steps(path)
    ),
    "The whole last step is added; only ρ of it belongs to the look-ahead.": (
        lambda path, lr, rho: path + _last_steps(path)
    ),
    "The last step of the path is −lr v already: no further lr.": (
        lambda path, lr, rho: path + lr * rho * _last_steps(path)
    ),
    "That is the next step; the look-ahead uses the last one, xₜ − xₜ₋₁.": (
        lambda path, lr, rho: path + rho * np.diff(path, axis=0, append=path[-1:])
    ),
    "The start belongs to the path, too: there v = 0, and the look-ahead point is the start itself.": (
        lambda path, lr, rho: path[1:] + rho * np.diff(path, axis=0)
    ),
    "At the start v = 0: the first look-ahead point is the start itself.": (
        lambda path, lr, rho: path + rho * np.diff(path, axis=0, prepend=0.0 * path[:1])
    ),
}
