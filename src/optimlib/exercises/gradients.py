"""Checkers of chapter 2, Gradients."""

import numpy as np

from .. import objectives
from ..gradients import check_gradient, numerical_gradient
from .compare import check_values

POINTS = [np.array([1.0, 2.0]), np.array([-0.5, 1.5]), np.array([0.0, 3.0])]


def _at(x, *_):
    return "x = (" + ", ".join(f"{value:g}" for value in x) + ")"


def check_partials(mine):
    """Check `mine(x)`, the gradient of f(x) = x₀² x₁ + sin(x₀ x₁) at a point of shape (2,)."""

    def theirs(x):
        a, b = x
        return np.array([2 * a * b + b * np.cos(a * b), a * a + a * np.cos(a * b)])

    return check_values(mine, theirs, [(x,) for x in POINTS], ("the gradient",), describe=_at)


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
        ("the gradient",),
        describe=lambda f, x, h: f"{getattr(f, 'name', 'a cubic of three coordinates')} with h = {h}",
    )


def check_complex_gradient(mine):
    """Check `mine(f, x)`, the gradient by the complex step.

    A large constant added to the last function drowns what any difference could find.
    """

    def wavy(x):
        return (np.exp(x) * np.sin(x)).sum(-1)

    def exact(x):
        return np.exp(x) * (np.sin(x) + np.cos(x))

    x = np.array([0.5, 1.0, 2.0])
    y = np.array([1.0, 1.5])
    cases = [
        ("Beale's function", objectives.beale, y, objectives.beale.grad(y)),
        ("Σ exp(x) sin(x)", wavy, x, exact(x)),
        ("10⁹ + Σ exp(x) sin(x)", lambda x: 1e9 + wavy(x), x, exact(x)),
    ]
    known = {name: gradient for name, _, _, gradient in cases}
    named = {id(f): name for name, f, _, _ in cases}
    return check_values(
        mine,
        lambda f, x: known[named[id(f)]],
        [(f, x) for _, f, x, _ in cases],
        ("the gradient",),
        describe=lambda f, x: named[id(f)],
    )


def check_best_step(mine):
    """Check `mine(value, third, eps)`: the h of least error for central differences."""

    def theirs(value, third, eps):
        return np.cbrt(3 * eps * abs(value) / abs(third))

    return check_values(
        mine, theirs, [(1.0, 3.0, 1e-6), (-2.0, 0.5, 1e-9), (100.0, -6.0, 1e-6), (0.01, 0.03, 6e-8)], ("h",)
    )


def check_steepest(mine):
    """Check `mine(g, norm)`: the u of norm 1 along which the slope g·u is largest.

    `norm` is "1", "2" or "inf"; no two entries of g are equally large, and none is zero.
    """

    def theirs(g, norm):
        if norm == "inf":
            return np.sign(g)
        if norm == "2":
            return g / np.linalg.norm(g)
        return np.where(abs(g) == abs(g).max(), np.sign(g), 0.0)

    gradients = [np.array([3.0, -4.0]), np.array([0.5, -2.0, 1.0])]
    return check_values(
        mine,
        theirs,
        [(g, norm) for norm in ("2", "inf", "1") for g in gradients],
        ("u",),
        describe=lambda g, norm: f"g = ({', '.join(f'{v:g}' for v in g)}) and the {norm}-norm",
    )


def check_mended_gradient(mine):
    """Check `mine(w, X, y, lam)`: the gradient of logistic loss, whose last weight is the intercept.

    f(w) = mean of log(1 + exp(−y (X w))) + lam · (sum of squares of all weights but the last).
    """

    def theirs(w, X, y, lam):
        share = 1 / (1 + np.exp(y * (X @ w)))
        return -(y * share) @ X / len(X) + 2 * lam * np.append(w[:-1], 0.0)

    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(20, 3)), np.ones(20)])
    y = rng.choice([-1.0, 1.0], size=20)
    cases = [(rng.normal(size=4), X, y, lam) for lam in (0.0, 0.1)] + [(np.zeros(4), X, y, 0.1)]
    return check_values(
        mine,
        theirs,
        cases,
        ("the gradient",),
        describe=lambda w, X, y, lam: f"{'w = 0' if not w.any() else 'a random w'} and λ = {lam}",
    )


def check_hiding_bug(mine):
    """Check a gradient `mine(w)` of Σ (w² + sin w) that is wrong, but passes a check at w = 0."""

    def f(w):
        return (w**2 + np.sin(w)).sum(-1)

    def passes(w):
        gradient = mine(w)
        if gradient is None or gradient is Ellipsis:
            return None  # not written yet
        return float(bool(check_gradient(f, lambda _: gradient, w)))

    passes.__name__ = getattr(mine, "__name__", "mine")
    elsewhere = np.array([0.7, -0.3, 1.2])
    return check_values(
        passes,
        lambda w: float(not w.any()),
        [(np.zeros(3),), (elsewhere,)],
        ("the check's verdict (1 for pass, 0 for fail)",),
        describe=_at,
    )


def check_slope_along(mine):
    """Check `mine(f, x, u, h)`: the slope of f at x along the unit vector u, by a central difference."""

    def theirs(f, x, u, h):
        return (f(x + h * u) - f(x - h * u)) / (2 * h)

    turn = np.array([0.6, 0.8])
    cases = [
        (objectives.beale, np.array([1.0, 1.5]), turn, 0.1),
        (objectives.himmelblau, np.array([-2.0, 0.5]), -turn, 0.01),
        (objectives.saddle, np.array([1.0, 1.0]), np.array([0.0, 1.0]), 0.5),
    ]
    return check_values(
        mine, theirs, cases, ("the slope",), describe=lambda f, x, u, h: f"{f.name} with h = {h}"
    )
