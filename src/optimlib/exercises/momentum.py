"""Checkers of chapter 4, Momentum."""

import math

import numpy as np

from .. import objectives, optimizers
from .compare import check_method, check_values
from .paper import OnPaper

CASES = [
    ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.9}),
    ("a quadratic, without momentum,", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.0}),
    ("Beale's function", objectives.beale, {"lr": 0.002, "rho": 0.7}),
]


def _first_step_at(rho, share):
    """The first t with 1 − ρᵗ of at least that share."""
    return math.ceil(math.log(1 - share) / math.log(rho))


check_speed = OnPaper(
    {f"the number of steps for ρ = {rho}": _first_step_at(rho, 0.9) for rho in (0.9, 0.99)},
    {
        "That is the length of the memory, 1/(1 − ρ): there the velocity has 63% of its terminal value.": (
            10,
            100,
        ),
        "One step too few: round up, for the velocity must have reached 90%.": (21, 229),
        "That is when 10% are reached: ρᵗ, what is still missing, must fall to 0.1.": tuple(
            _first_step_at(rho, 0.1) for rho in (0.9, 0.99)
        ),
    },
)

check_limits = OnPaper(
    {f"momentum's largest lr for ρ = {rho}": 2 * (1 + rho) / 40 for rho in (0.0, 0.5, 0.9)}
    | {"Nesterov's for ρ = 0.9": 2 * 1.9 / 2.8 / 40},
    {
        "That is gradient descent's limit, 2/h: momentum's has 1 + ρ in it.": (0.05, 0.05, 0.05, None),
        "Those are the limits for lr · h: divide by h = 40.": (2.0, 3.0, 3.8, 3.8 / 2.8),
        "2/(h (1 − ρ)) would be the limit if momentum were only a larger learning rate.": (
            None,
            0.1,
            0.5,
            None,
        ),
        "Nesterov's method has a limit of its own, smaller than momentum's: divide by 1 + 2ρ, too.": (
            None,
            None,
            None,
            0.095,
        ),
    },
)

_FADE = 0.35  # from one peak to the next, 20 steps later
_RHO = _FADE ** (1 / 10)


def _roots(rho, turn=2 * math.pi / 20):
    """The sum of a complex pair of roots: 1 + ρ − lr h."""
    return 2 * math.sqrt(rho) * math.cos(turn)


check_swing = OnPaper(
    {"ρ": _RHO, "lr · h": 1 + _RHO - _roots(_RHO)},
    {
        "That is √ρ, the factor a step: square it.": (math.sqrt(_RHO), None),
        "From peak to peak the swing fades by (√ρ)²⁰, which is ρ¹⁰.": (_FADE, None),
        "The cosine has been left out: the sum of the roots is 2 √ρ cos θ.": (
            None,
            1 + _RHO - _roots(_RHO, 0),
        ),
        "That is the sum of the roots; it equals 1 + ρ − lr · h.": (None, _roots(_RHO)),
    },
    within=0.02,
)


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


def check_restart(mine):
    """Check `mine(grad, x, lr, rho)`: momentum that empties v where the gradient points against it."""
    far = ("a quadratic", objectives.quadratic(10.0), {"lr": 0.15, "rho": 0.9})
    return check_method(mine, _restarted(), [*CASES, far], check_restart.mistakes)


def _restarted(against=lambda g, v, rho, x: g @ v < 0, emptied=lambda v, g: 0 * v):
    def method(grad, x, lr, rho):
        v = np.zeros_like(x)
        while True:
            yield x
            g = grad(x)
            if against(g, v, rho, x):
                v = emptied(v, g)
            v = rho * v + g
            x = x - lr * v

    return method


check_restart.mistakes = {
    "That is the function as it was: it forgets while all goes well.": _restarted(
        lambda g, v, rho, x: g @ v > 0
    ),
    "It never forgets: that is momentum. A step along −v leads uphill where g · v is negative.": _heavy(),
    "It forgets at every step: that is gradient descent.": _restarted(lambda g, v, rho, x: True),
    "Ask before the new gradient has been added: it is the old velocity that may lead uphill.": _restarted(
        lambda g, v, rho, x: g @ (rho * v + g) < 0
    ),
    "The velocity is turned round; it is to be emptied.": _restarted(emptied=lambda v, g: -v),
    "The velocity that is emptied still takes in the new gradient: v = g in that step.": _restarted(
        emptied=lambda v, g: -g
    ),
    "The gradient is to be compared with the velocity, not with the point.": _restarted(
        lambda g, v, rho, x: g @ x < 0
    ),
}


def check_best_rho(mine):
    """Check `mine(lr, mu, L)`: the momentum coefficient that is fastest for this lr on a quadratic."""
    cases = [(0.04, 1.0, 25.0), (0.12, 1.0, 25.0), (0.01, 0.5, 50.0), (0.3, 2.0, 2.0), (1 / 9, 1.0, 25.0)]
    return check_values(mine, _best_rho(), cases, "rho", check_best_rho.mistakes)


def _best_rho(pick=max, of=lambda lr_h: (1 - np.sqrt(lr_h)) ** 2):
    return lambda lr, mu, L: pick(of(lr * mu), of(lr * L))


check_best_rho.mistakes = {
    "That serves mu only: the steep end may ask for more.": _best_rho(lambda flat, steep: flat),
    "That serves L only: the flat end may ask for more.": _best_rho(lambda flat, steep: steep),
    "One pair must serve both ends: of the two values take the larger.": _best_rho(min),
    "The square is missing: that is √ρ, the factor a step.": _best_rho(
        of=lambda lr_h: abs(1 - np.sqrt(lr_h))
    ),
    "The root is missing: ρ = (1 − √(lr h))².": _best_rho(of=lambda lr_h: (1 - lr_h) ** 2),
    "That is ρ of the best pair, which belongs to its own lr; here lr is given.": lambda lr, mu, L: (
        ((np.sqrt(L) - np.sqrt(mu)) / (np.sqrt(L) + np.sqrt(mu))) ** 2
    ),
    "A mean serves neither end: of the two values take the larger.": _best_rho(
        lambda flat, steep: (flat + steep) / 2
    ),
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


def check_base_points(mine):
    """Check `mine(ahead, rho)`: Nesterov's base points from the look-ahead points that a library shows."""

    def theirs(ahead, rho):
        return _bases(ahead, rho)

    f = objectives.quadratic(10.0)
    cases = {}
    for lr, rho in [(0.05, 0.9), (0.02, 0.5), (0.1, 0.0)]:
        base = optimizers.run(optimizers.nesterov(f.grad, f.start, lr=lr, rho=rho), 20)
        cases[f"lr = {lr}, ρ = {rho}"] = base + rho * _last_steps(base), rho
    return check_values(
        mine,
        theirs,
        cases,
        "the path",
        check_base_points.mistakes,
        spoils="the look-ahead points are lost. Work on a copy.",
    )


def _last_steps(path):
    return np.diff(path, axis=0, prepend=path[:1])


def _bases(path, rho, base=lambda y, before, rho: (y + rho * before) / (1 + rho), first=1.0):
    points = [first * path[0]]
    for y in path[1:]:
        points.append(base(y, points[-1], rho))
    return np.array(points)


check_base_points.mistakes = {
    "Those are the look-ahead points as they were.": lambda path, rho: path,
    "That is further ahead: base points lie behind.": lambda path, rho: path + rho * _last_steps(path),
    "The last step is that of the base points, xₜ − xₜ₋₁, not that of the look-ahead points.": (
        lambda path, rho: path - rho * _last_steps(path)
    ),
    "It is the base point before that you need, xₜ₋₁, and not yₜ₋₁.": lambda path, rho: np.vstack(
        [path[:1], (path[1:] + rho * path[:-1]) / (1 + rho)]
    ),
    "Solve for xₜ: it stands twice in yₜ = xₜ + ρ (xₜ − xₜ₋₁), so divide by 1 + ρ.": (
        lambda path, rho: _bases(path, rho, lambda y, before, rho: y + rho * before)
    ),
    "The sign is turned: from yₜ = xₜ + ρ (xₜ − xₜ₋₁) comes (1 + ρ) xₜ = yₜ + ρ xₜ₋₁.": (
        lambda path, rho: _bases(path, rho, lambda y, before, rho: (y - rho * before) / (1 - rho))
    ),
    "At the start there is no velocity: the first base point is y₀ itself.": (
        lambda path, rho: _bases(path, rho, first=1 / (1 + rho))
    ),
    "The start belongs to the path, too: the first base point is y₀ itself.": (
        lambda path, rho: _bases(path, rho)[1:]
    ),
}
