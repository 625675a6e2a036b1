"""Checkers of chapter 2, Gradients."""

import math

import numpy as np

from .. import objectives
from ..gradients import check_gradient, numerical_gradient
from .answers import MistakeError, reals
from .compare import Verdict, answer_at, check_values, verdict_of
from .paper import OnPaper
from .words import point

_SPOILS = "whoever asked for the gradient goes on from another point. Work on a copy."

_SLOPES = np.array([2 * 2, 6 * 1])  # of x² + 3y² at (2, 1)

_NORMS = {
    "two-norm": -float(np.linalg.norm(_SLOPES)),
    "max-norm": -float(abs(_SLOPES).sum()),
    "one-norm": -float(abs(_SLOPES).max()),
    "spectral norm": -float(np.linalg.svd(np.diag(_SLOPES), compute_uv=False).sum()),
}

check_four_steps = OnPaper(
    {"the slope along (3, 4)/5": float(_SLOPES @ [3, 4]) / 5}
    | {f"the steepest slope downhill in the {norm}": slope for norm, slope in _NORMS.items()},
    {
        "Max-norm and one-norm have changed places: in the max-norm every coordinate may move by 1.": (
            None,
            None,
            _NORMS["one-norm"],
            _NORMS["max-norm"],
            None,
        ),
        "Downhill the slopes are negative.": (None, *(-slope for slope in _NORMS.values())),
        "(3, 4) has length 5: divide by it.": (float(_SLOPES @ [3, 4]), *[None] * 4),
        "By y the derivative is 6y, and not 2y: the 3 stays.": (
            float(np.array([4, 2]) @ [3, 4]) / 5,
            *[None] * 4,
        ),
        "That is the two-norm of all entries; in the spectral norm each singular value may be 1.": (
            *[None] * 4,
            _NORMS["two-norm"],
        ),
        "Only the largest singular value has been used: each of them may be 1.": (
            *[None] * 4,
            _NORMS["one-norm"],
        ),
    },
)

_SIX = 1e-6  # the relative error of an evaluation
_H_SIX = math.cbrt(3 * _SIX)

check_six_digits = OnPaper(
    {"the best h": _H_SIX, "the error of the slope": 1.5 * _SIX / _H_SIX},
    {
        "That is the forward difference's h: for the central one take the cube root.": (
            2 * math.sqrt(_SIX),
            None,
        ),
        "The 3 is missing: h³ = 3 ε |f|/|f‴|.": (math.cbrt(_SIX), None),
        "That is the best h for all digits of a double; here an evaluation has six.": (
            math.cbrt(3 * 2.0**-53),
            None,
        ),
        "That is rounding alone; truncation adds half as much.": (_H_SIX, _SIX / _H_SIX),
        "That is the error of an evaluation; divided by h it becomes that of the slope.": (_H_SIX, _SIX),
    },
    within=0.05,
)


def _two_units(on=lambda z: z > 0, square=2.0):
    """f and its slopes by w₁, w₂, u₁, u₂ of the network in the exercise, one pass there and back."""
    x, y, w, u = 3.0, 1.0, np.array([1.0, -2.0]), np.array([0.5, 4.0])
    z = np.where(on(w * x), w * x, 0.0)
    miss = square * (u @ z - y)
    return ((u @ z - y) ** 2, *(miss * u * on(w * x) * x), *(miss * z))


_RIGHT = tuple(map(float, _two_units()))

check_backward = OnPaper(
    dict(zip(("f", "∂f/∂w₁", "∂f/∂w₂", "∂f/∂u₁", "∂f/∂u₂"), _RIGHT, strict=True)),
    {
        "The second unit is off: w₂ x is negative, and z₂ = max(0, −6) = 0.": tuple(
            map(float, _two_units(lambda z: np.ones(2, dtype=bool)))
        ),
        "The square's factor is missing: by p it is 2 (p − y).": tuple(map(float, _two_units(square=1.0))),
        "Through a unit that is off nothing goes back: ∂z₂/∂w₂ = 0.": (*_RIGHT[:2], 12.0, *_RIGHT[3:]),
        "w₁ meets x: from the unit to w₁ there is one more factor, x = 3.": (
            _RIGHT[0],
            _RIGHT[1] / 3,
            *_RIGHT[2:],
        ),
        "The slopes for the w and for the u have changed places.": (_RIGHT[0], *_RIGHT[3:], *_RIGHT[1:3]),
    },
)

check_one_side = OnPaper(
    {
        "the number before h² f‴": -1 / 3,
        "the number before ε |f|/h": (3 + 4 + 1) / 2,
        "the number before ε |f|/|f‴| under the cube root": 3 / 2 * (3 + 4 + 1) / 2,
    },
    {
        "The sign is turned: f(x + 2h) enters with a minus, and has eight times the h³.": (1 / 3, None, None),
        "−4/6 is the number in the numerator; divide by 2h.": (-2 / 3, None, None),
        "Errors do not cancel: in the worst case their sizes add, 3 + 4 + 1, over 2h.": (None, 0, None),
        "The three errors are divided by 2h, not by h.": (None, 8, 12),
        "With 12 the two errors are equal; their sum is least where their derivatives cancel.": (
            -1 / 3,
            4,
            12,
        ),
    },
)


def check_partials(mine):
    """Check `mine(x)`, the gradient of f(x) = x₀² x₁ + sin(x₀ x₁) at a point of shape (2,)."""
    cases = [(np.array([1.0, 2.0]),), (np.array([-0.5, 1.5]),), (np.array([0.0, 3.0]),)]
    return check_values(mine, _partials(), cases, "the gradient", check_partials.mistakes, spoils=_SPOILS)


def _partials(inner=lambda a, b: (b, a), outer=np.cos, square=lambda a, b: (2 * a * b, a * a)):
    def gradient(x):
        first, second = square(*x)
        by_first, by_second = inner(*x)
        return np.array([first + by_first * outer(x[0] * x[1]), second + by_second * outer(x[0] * x[1])])

    return gradient


check_partials.mistakes = {
    "The inner derivative is missing: the sine of x₀ x₁ also gives a factor x₁, or x₀.": _partials(
        lambda a, b: (1.0, 1.0)
    ),
    "The inner derivatives have changed places: by x₀ it is x₁, and by x₁ it is x₀.": _partials(
        lambda a, b: (a, b)
    ),
    "The derivative of the sine is the cosine, with a plus.": _partials(outer=lambda v: -np.cos(v)),
    "The sine has not been differentiated: it becomes a cosine.": _partials(outer=np.sin),
    "The 2 of x₀² is missing in the first entry: 2 x₀ x₁.": _partials(square=lambda a, b: (a * b, a * a)),
    "The first entry has lost a factor: x₀² x₁ gives 2 x₀ x₁.": _partials(square=lambda a, b: (2 * a, a * a)),
    "The two entries have changed places: the derivative by x₀ comes first.": lambda x: _partials()(x)[::-1],
}


def check_fourth_order(mine):
    """Check `mine(f, x, h)`, a gradient from central differences with h and 2h, right to order h⁴.

    The values of h are large, so that an error of order h² shows.
    """

    def quintic(x):
        return (x**5).sum(-1) + x[..., 0] * x[..., -1]

    cases = [
        (quintic, np.array([1.0, -2.0, 0.5]), 0.1),
        (objectives.beale, np.array([1.0, 1.5]), 0.1),
        (objectives.himmelblau, np.array([-2.0, 0.5]), 0.1),
    ]
    return check_values(
        mine,
        lambda f, x, h: (4 * numerical_gradient(f, x, h) - numerical_gradient(f, x, 2 * h)) / 3,
        cases,
        "the gradient",
        check_fourth_order.mistakes,
        spoils=_SPOILS,
    )


def _combined(rule):
    """A gradient from two central differences, near and far."""
    return lambda f, x, h: rule(numerical_gradient(f, x, h), numerical_gradient(f, x, 2 * h))


def _not_put_back(f, x, h):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        values = []
        for move in (h, h, -3 * h, -h):
            x[i] += move
            values.append(f(x))
        near, far, below, farther = values
        gradient[i] = (8 * (near - below) - (far - farther)) / (12 * h)
    return gradient


check_fourth_order.mistakes = {
    "That is the central difference with h: its error of order h² is still there.": _combined(
        lambda near, far: near
    ),
    "Those weights cancel an error of order h; that of a central difference is four times as large at 2h.": (
        _combined(lambda near, far: 2 * near - far)
    ),
    "A mean of the two cancels nothing: the farther difference must be subtracted.": _combined(
        lambda near, far: (near + far) / 2
    ),
    "The errors cancel; so that the slope itself stays, the weights must have the sum 1: divide by 3.": (
        _combined(lambda near, far: 4 * near - far)
    ),
    "The weights have changed places: it is the nearer difference that counts four times.": _combined(
        lambda near, far: (4 * far - near) / 3
    ),
    "From x − 2h e to x + 2h e the distance is 4h.": _combined(lambda near, far: (4 * near - 2 * far) / 3),
    "That combines h and h/2, and is as good; asked for are h and 2h.": lambda f, x, h: (
        (4 * numerical_gradient(f, x, h / 2) - numerical_gradient(f, x, h)) / 3
    ),
    "x is moved along one axis and not put back before the next: take a copy each time.": _not_put_back,
}


def check_steepest(mine):
    """Check `mine(g, k)`: the u with |uᵢ| ≤ 1 and Σ|uᵢ| ≤ k along which the slope g·u is largest.

    k is between 0 and n, and need not be whole; no two entries of g are equally large, and none is zero.
    """
    g = np.array([0.5, -2.0, 1.0, -0.2])
    cases = [(g, 2.5), (g, 2.0), (g, 1.0), (g, 4.0), (np.array([3.0, -4.0]), 1.0), (g, 0.5)]
    return check_values(mine, _steepest(), cases, "u", check_steepest.mistakes, spoils=_SPOILS)


def _steepest(key=lambda g: -abs(g), sign=np.sign, budget=lambda k: k):
    def steepest(g, k):
        rank = np.argsort(np.argsort(key(g)))
        return sign(g) * np.clip(budget(k) - rank, 0.0, 1.0)

    return steepest


check_steepest.mistakes = {
    "The part that is left over belongs to the next entry: with k = 2.5 it is half a unit.": _steepest(
        budget=np.floor
    ),
    "That spends more than k: the last entry gets only what is left over.": _steepest(budget=np.ceil),
    "One entry may take 1 and no more; what is left of the budget goes to the next.": _steepest(
        budget=lambda k: min(k, 1.0)
    ),
    "One entry may have size 1 at most; yours takes the whole budget.": lambda g, k: (
        k * _steepest(budget=lambda k: 1.0)(g, k)
    ),
    "That moves every entry by 1, and spends n units instead of k.": lambda g, k: np.sign(g),
    "The budget is shared in proportion to g; a unit does most where the slope is largest.": lambda g, k: (
        k * g / abs(g).sum()
    ),
    "The signs are missing: u points along g.": _steepest(sign=lambda g: 1.0),
    "The largest entries are meant by their size: abs(g).": _steepest(key=lambda g: -g),
    "The budget went to the smallest entries first.": _steepest(key=abs),
    "That is downhill; here the slope is to be largest.": _steepest(sign=lambda g: -np.sign(g)),
}


def check_mended_gradient(mine):
    """Check `mine(w, X, y, lam)`: the gradient of mean (X w − y)² + lam · Σ (wⱼ₊₁ − wⱼ)²."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    cases = {
        "a random w and λ = 0.1": (rng.normal(size=4), X, y, 0.1),
        "a random w and λ = 0": (rng.normal(size=4), X, y, 0.0),
        "w = (1, 1, 1, 1) and λ = 0.1": (np.ones(4), X, y, 0.1),
    }
    return check_values(
        mine, _smooth(), cases, "the gradient", check_mended_gradient.mistakes, spoils=_SPOILS
    )


def _smooth(right=2.0, left=-2.0, over=len):
    def gradient(w, X, y, lam):
        slopes, steps = 2 * (X @ w - y) @ X / over(X), np.diff(w)
        slopes[1:] += right * lam * steps
        slopes[:-1] += left * lam * steps
        return slopes

    return gradient


check_mended_gradient.mistakes = {
    "That is the function as it was: each difference has two weights in it, and moves with both.": _smooth(
        left=0.0
    ),
    "The left weight of a difference enters with a minus.": _smooth(left=2.0),
    "The signs are turned: by wⱼ₊₁ the slope of (wⱼ₊₁ − wⱼ)² is +2 (wⱼ₊₁ − wⱼ).": _smooth(-2.0, 2.0),
    "The right weights had been there, and are gone now.": _smooth(right=0.0),
    "The left weight moves the difference as much as the right one: with the factor 2, too.": _smooth(
        left=-1.0
    ),
    "The factor 2 of the square is missing in the penalty.": _smooth(1.0, -1.0),
    "The penalty is missing.": _smooth(0.0, 0.0),
    "That is the gradient of a sum; the loss is a mean over the rows.": _smooth(over=lambda X: 1),
}


def check_hiding_bug(mine):
    """Check a gradient `mine(w)` of Σ (w² + sin w) that is wrong, but passes a check at w = 0."""

    def f(w):
        return (w**2 + np.sin(w)).sum(-1)

    def passes(w):
        gradient = reals(answer_at(mine, f"For w = {point(w)}", ("w",), (w.copy(),)), "your gradient")
        if gradient.shape != w.shape:
            raise MistakeError(f"For w of shape {w.shape}, your gradient has shape {gradient.shape}.")
        if not np.isfinite(gradient).all():
            raise MistakeError(
                f"At w = {point(w)} your gradient holds NaN or infinity: no check passes that."
            )
        return bool(check_gradient(f, lambda _: gradient, w))

    def judge():
        at_zero, elsewhere = np.zeros(3), np.array([0.7, -0.3, 1.2])
        found = passes(at_zero), passes(elsewhere)
        if not found[0]:
            return Verdict(
                False, f"The check finds the bug at w = {point(at_zero)} already. Which terms are 0 there?"
            )
        if found[1]:
            return Verdict(
                False,
                f"The check finds nothing at w = {point(elsewhere)}: your gradient is right there, too.",
            )
        return Verdict(True, f"Right: the check passes at w = 0 and fails at w = {point(elsewhere)}.")

    return verdict_of(mine, judge)


def check_slope_along(mine):
    """Check `mine(f, x, u, h)`: the slope of f at x along the unit vector u, by a central difference."""

    def theirs(f, x, u, h):
        return (f(x + h * u) - f(x - h * u)) / (2 * h)

    turn = np.array([0.6, 0.8])
    cases = [
        (objectives.beale, np.array([1.0, 1.5]), turn, 0.1),
        (objectives.himmelblau, np.array([-2.0, 0.5]), -turn, 0.01),
        (objectives.styblinski_tang, np.array([1.0, 1.0]), np.array([0.0, 1.0]), 0.5),
    ]
    return check_values(mine, theirs, cases, "the slope", check_slope_along.mistakes, spoils=_SPOILS)


check_slope_along.mistakes = {
    "That is a forward difference: take f(x − h u) in place of f(x), over 2h.": (
        lambda f, x, u, h: (f(x + h * u) - f(x)) / h
    ),
    "The distance from x − h u to x + h u is 2h, not h.": (
        lambda f, x, u, h: (f(x + h * u) - f(x - h * u)) / h
    ),
    "The sign is turned: f(x + h u) − f(x − h u).": (
        lambda f, x, u, h: (f(x - h * u) - f(x + h * u)) / (2 * h)
    ),
    "That is the exact slope, ∇f · u; the exercise asks for the difference that checks it.": (
        lambda f, x, u, h: f.grad(x) @ u
    ),
    "That is a difference for each coordinate, 2n evaluations: move along u as a whole.": (
        lambda f, x, u, h: numerical_gradient(f, x, h) @ u
    ),
    "The step must be h u: u is missing.": lambda f, x, u, h: (f(x + h) - f(x - h)) / (2 * h),
    "The step must be h u, and yours is u: h is missing.": lambda f, x, u, h: (f(x + u) - f(x - u)) / (2 * h),
}
