"""Checkers of chapter 2, Gradients."""

import numpy as np

from .. import objectives
from ..gradients import check_gradient, numerical_gradient
from .answers import MistakeError, reals
from .compare import Verdict, answer_at, check_values, verdict_of
from .words import point

_SPOILS = "whoever asked for the gradient goes on from another point. Work on a copy."


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


def check_central_gradient(mine):
    """Check `mine(f, x, h)`, the gradient by central differences, against `numerical_gradient`.

    The values of h are large, so that a forward difference shows.
    """

    def cubic(x):
        return (x**3).sum(-1) + x[..., 0] * x[..., -1]

    cases = [
        (objectives.beale, np.array([1.0, 1.5]), 0.1),
        (objectives.himmelblau, np.array([-2.0, 0.5]), 0.01),
        (cubic, np.array([1.0, -2.0, 0.5]), 0.1),
    ]
    return check_values(
        mine,
        lambda f, x, h: numerical_gradient(f, x, h),
        cases,
        "the gradient",
        check_central_gradient.mistakes,
        spoils=_SPOILS,
    )


def _each(quotient):
    """A gradient of quotients: quotient(f, x, step, h) for the step of h along each axis."""
    return lambda f, x, h: np.array([quotient(f, x, h * e, h) for e in np.eye(len(x))])


def _not_put_back(f, x, h):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def _in_a_whole_copy(f, x, h):
    above, below = x.copy(), x.copy()
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


_PUT_BACK = (
    "x is moved along one axis and not put back before the next: add h again, or take a copy each time."
)

check_central_gradient.mistakes = {
    "That is the forward difference: the central one takes f(x − h e) in place of f(x), over 2h.": _each(
        lambda f, x, step, h: (f(x + step) - f(x)) / h
    ),
    "That is the backward difference: the central one goes from x − h e to x + h e.": _each(
        lambda f, x, step, h: (f(x) - f(x - step)) / h
    ),
    "The distance from x − h e to x + h e is 2h, not h.": _each(
        lambda f, x, step, h: (f(x + step) - f(x - step)) / h
    ),
    "The sign is turned: f(x + h e) − f(x − h e).": _each(
        lambda f, x, step, h: (f(x - step) - f(x + step)) / (2 * h)
    ),
    "The difference of f(x + h e) and f(x) goes over h, and is no central one.": _each(
        lambda f, x, step, h: (f(x + step) - f(x)) / (2 * h)
    ),
    "All coordinates have moved at once: add h to one at a time.": lambda f, x, h: (
        (f(x + h) - f(x - h)) / (2 * h)
    ),
    _PUT_BACK: _not_put_back,
    "Take a fresh copy of x for each coordinate: here the earlier ones stay moved.": _in_a_whole_copy,
}


def check_complex_gradient(mine):
    """Check `mine(f, x)`, the gradient by the complex step.

    A large constant added to the last function drowns what any difference could find.
    """

    def wavy(x):
        return (np.exp(x) * np.sin(x)).sum(-1)

    def lifted(x):
        return 1e9 + wavy(x)

    x, y = np.array([0.5, 1.0, 2.0]), np.array([1.0, 1.5])
    cases = {
        "10⁹ + Σ exp(x) sin(x)": (lifted, x),
        "Σ exp(x) sin(x)": (wavy, x),
        "Beale's function": (objectives.beale, y),
    }
    return check_values(
        mine,
        lambda f, x: numerical_gradient(f, x, 1e-30, "complex"),
        cases,
        "the gradient",
        check_complex_gradient.mistakes,
        spoils=_SPOILS,
    )


def _sideways(quotient, h=1e-20):
    return lambda f, x: np.array([quotient(f, x, 1j * h * e, h) for e in np.eye(len(x))])


check_complex_gradient.mistakes = {
    "That is a central difference: under a billion its digits drown. Step sideways, by 1j * h.": (
        lambda f, x: numerical_gradient(f, x, 1e-5)
    ),
    "That is a forward difference: under a billion its digits drown. Step sideways, by 1j * h.": (
        lambda f, x: numerical_gradient(f, x, 1e-7, "forward")
    ),
    "The imaginary part is h times the slope: divide by h.": _sideways(
        lambda f, x, step, h: np.imag(f(x + step))
    ),
    "The slope is in the imaginary part: np.imag, not np.real.": _sideways(
        lambda f, x, step, h: np.real(f(x + step)) / h
    ),
    "There is one step, not two: divide by h, not by 2h.": _sideways(
        lambda f, x, step, h: np.imag(f(x + step)) / (2 * h)
    ),
    "The sign is turned: the step is +1j * h.": _sideways(lambda f, x, step, h: np.imag(f(x - step)) / h),
    "All coordinates have moved at once: add 1j * h to one at a time.": (
        lambda f, x: np.imag(f(x + 1e-20j)) / 1e-20
    ),
}


def check_best_step(mine):
    """Check `mine(value, third, eps)`: the h of least error for central differences."""
    cases = [(1.0, 3.0, 1e-6), (-2.0, 0.5, 1e-9), (100.0, -6.0, 1e-6), (0.01, 0.03, 6e-8)]
    return check_values(mine, _best_step(), cases, "h", check_best_step.mistakes)


def _best_step(factor=3, root=np.cbrt, ratio=lambda value, third: abs(value) / abs(third)):
    return lambda value, third, eps: root(factor * eps * ratio(value, third))


check_best_step.mistakes = {
    "h is negative where the signs differ: take the sizes, |f| and |f‴|.": _best_step(
        ratio=lambda value, third: value / third
    ),
    "The root is a cube root: the error is h²/6 |f‴| + ε |f|/h, and its derivative has h³.": _best_step(
        root=np.sqrt
    ),
    "The root is missing: h³ = 3 ε |f|/|f‴|.": _best_step(root=lambda v: v),
    "The 3 is missing: h/3 |f‴| = ε |f|/h².": _best_step(1),
    "With 6 the two errors are equal; their sum is least where their derivatives cancel: 3.": _best_step(6),
    "That is the forward difference's rule: for it the error is h/2 |f″| + 2 ε |f|/h.": (
        lambda value, third, eps: 2 * np.sqrt(eps * abs(value / third))
    ),
    "The ratio is upside down: a large f‴ asks for a small h.": _best_step(
        ratio=lambda value, third: abs(third) / abs(value)
    ),
    "The size of f is missing: the error of an evaluation is ε |f|.": _best_step(
        ratio=lambda value, third: 1 / abs(third)
    ),
}


def check_steepest(mine):
    """Check `mine(g, norm)`: the u of norm 1 along which the slope g·u is largest.

    `norm` is "1", "2" or "inf"; no two entries of g are equally large, and none is zero.
    """
    gradients = [np.array([3.0, -4.0]), np.array([0.5, -2.0, 1.0])]
    return check_values(
        mine,
        _steepest(),
        [(g, norm) for norm in ("2", "inf", "1") for g in gradients],
        "u",
        check_steepest.mistakes,
        spoils=_SPOILS,
    )


def _to_length_1(g):
    return g / np.linalg.norm(g)


def _largest_only(g):
    return np.where(abs(g) == abs(g).max(), np.sign(g), 0.0)


def _steepest(one=_largest_only, two=_to_length_1, inf=np.sign):
    return lambda g, norm: {"1": one, "2": two, "inf": inf}[norm](g)


check_steepest.mistakes = {
    '"1" and "inf" have changed places: in the max-norm all entries may be 1, in the one-norm their sum.': (
        _steepest(one=np.sign, inf=_largest_only)
    ),
    "That is g, divided by its norm: steepest only in the two-norm. Where can one unit of u do most?": (
        lambda g, norm: g / np.linalg.norm(g, ord={"1": 1, "2": 2, "inf": np.inf}[norm])
    ),
    "That is steepest in the two-norm, whatever `norm` says.": lambda g, norm: _to_length_1(g),
    "The sign of the largest entry is missing: u points along g.": _steepest(
        one=lambda g: abs(_largest_only(g))
    ),
    "The largest entry is meant by its size, and here it is negative: abs(g).argmax().": _steepest(
        one=lambda g: np.where(g == g.max(), np.sign(g), 0.0)
    ),
    "In the one-norm a single entry does most: the one of the largest size.": _steepest(
        one=lambda g: g / abs(g).sum()
    ),
    "In the max-norm every entry may have size 1: np.sign(g).": _steepest(inf=lambda g: g / abs(g).max()),
    "That is downhill; here the slope is to be largest.": lambda g, norm: -_steepest()(g, norm),
    "u must have norm 1: divide by the norm of g.": _steepest(two=lambda g: g),
}


def check_mended_gradient(mine):
    """Check `mine(w, X, y, lam)`: the gradient of logistic loss, whose last weight is the intercept.

    f(w) = mean of log(1 + exp(−y (X w))) + lam · (sum of squares of all weights but the last).
    """
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(20, 3)), np.ones(20)])
    y = rng.choice([-1.0, 1.0], size=20)
    cases = {
        "a random w and λ = 0.1": (rng.normal(size=4), X, y, 0.1),
        "a random w and λ = 0": (rng.normal(size=4), X, y, 0.0),
        "w = 0 and λ = 0.1": (np.zeros(4), X, y, 0.1),
    }
    return check_values(
        mine, _logistic(), cases, "the gradient", check_mended_gradient.mistakes, spoils=_SPOILS
    )


def _logistic(penalty=lambda w: 2 * np.append(w[:-1], 0.0), over=len, at=lambda w: w, sign=-1):
    def gradient(w, X, y, lam):
        share = 1 / (1 + np.exp(y * (X @ at(w))))
        return sign * (y * share) @ X / over(X) + lam * penalty(w)

    return gradient


check_mended_gradient.mistakes = {
    "That is the line as it was, with both mistakes.": _logistic(lambda w: w),
    "The 2 is missing: the derivative of λw² is 2λw.": _logistic(lambda w: np.append(w[:-1], 0.0)),
    "The 2 is there; the intercept, the last weight, still pays the penalty.": _logistic(lambda w: 2 * w),
    "Only the penalty leaves the intercept out: the data term needs it as it is.": _logistic(
        at=lambda w: np.append(w[:-1], 0.0)
    ),
    "The first weight has been spared; the intercept is the last.": _logistic(
        lambda w: 2 * np.append(0.0, w[1:])
    ),
    "That is the gradient of a sum; the loss is a mean over the rows.": _logistic(over=lambda X: 1),
    "The penalty is missing.": _logistic(lambda w: 0 * w),
    "The data term has lost its minus.": _logistic(sign=1),
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
