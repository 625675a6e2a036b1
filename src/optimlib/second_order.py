"""Second-order methods: Taylor models, Newton's method, and BFGS with and without the matrix.

The methods are generators of iterates, as in `optimizers`, and `run` collects their paths. They
take one point of shape (n,), refuse wrong arguments when they are called, and end when no
further progress can be made. Wherever the symbols appear, g is the gradient and H the Hessian at
x, P an approximation of H⁻¹, s the last step and y the change of the gradient along it. Algorithm
numbers are those of Nocedal & Wright, Numerical Optimization (2nd edition, 2006).
"""

from collections import deque

import numpy as np

from . import checks
from .objectives import Objective
from .optimizers import rates

_EPS = np.finfo(float).eps
_MOST = 1e6  # how many times too large BFGS's first P may be


def taylor(objective, at, order):
    """The Taylor model of an objective around the point `at`, itself an `Objective`.

    Order 1: m(x) = f(a) + gᵀ(x − a). Order 2: m(x) = f(a) + gᵀ(x − a) + ½ (x − a)ᵀH(x − a), with
    a = `at` of shape (n,), and g and H taken there. m is called on points of shape (..., n), and
    has a gradient and a Hessian; where H is positive definite its minimizer is the point a
    Newton step from a leads to.

    Raises TypeError where `objective` is not an Objective, ValueError where `at` is not one
    point or `order` is neither 1 nor 2.

    >>> from optimlib import rosenbrock
    >>> model = taylor(rosenbrock, at=(1.0, 1.0), order=2)
    >>> model((1.0, 1.1)).round(6), rosenbrock((1.0, 1.1)).round(6)
    (np.float64(1.0), np.float64(1.0))
    """
    if not isinstance(objective, Objective):
        raise TypeError(f"objective must be an Objective; got {objective!r}")
    a = _one_point("at", at)
    order = checks.integer("order", order, least=1, most=2)
    value, g = objective.value(a), objective.grad(a)
    H = objective.hess(a) if order == 2 else np.zeros((a.size, a.size))
    bowl = order == 2 and np.linalg.eigvalsh(H)[0] > 0

    def curved(x):  # H (x − a) for every point
        return (np.asarray(x) - a) @ H

    def model(x):
        return value + (np.asarray(x) - a) @ g + ((np.asarray(x) - a) * curved(x)).sum(-1) / 2

    return Objective(
        name=f"{objective.name}, Taylor model of order {order}",
        value=model,
        grad=lambda x: g + curved(x),
        hess=lambda x: np.broadcast_to(H, (*np.shape(x)[:-1], *H.shape)),
        domain=objective.domain,
        start=a,
        minimizers=(a - np.linalg.solve(H, g))[None] if bowl else np.empty((0, a.size)),
    )


def newton(grad, hess, x, lr=1.0, damping=0.0):
    """Newton's method: x ← x − lr (H + damping·I)⁻¹ g.

    With lr = 1 and no damping, each step goes to the stationary point of the order-2 Taylor
    model, be it a minimum, a maximum or a saddle. `lr` is a number or a schedule. Yields points
    of shape (n,), and ends where the gradient is zero to rounding, or the steps are and the
    gradient no longer falls.

    Raises ValueError where lr or damping is negative or x is not one point;
    `numpy.linalg.LinAlgError`, when the step is taken, where H + damping·I is singular to
    working precision. Source: Nocedal & Wright, section 3.3. Levenberg (1944) damped the
    Gauss–Newton equations of least squares, Goldfeld, Quandt & Trotter (1966) a general Hessian.

    >>> from optimlib import booth, run
    >>> run(newton(booth.grad, booth.hess, (0.0, 0.0)), steps=1)[-1].round(9)
    array([1., 3.])
    """
    grad, hess = checks.gradient_of(grad), checks.hessian_of(hess)
    if not callable(lr):
        lr = checks.number("lr", lr, checks.non_negative)
    next(rates(lr))
    damping = checks.number("damping", damping, checks.non_negative)
    return _newton(grad, hess, _one_point("x", x), lr, damping)


def _newton(grad, hess, x, lr, damping):
    first, best = None, np.inf
    for rate in rates(lr):
        yield x.copy()
        g, H = grad(x), hess(x)
        size = _largest(g)
        first = size if first is None else first
        if size <= _EPS * first:
            return
        step = _newton_step(H + damping * np.eye(x.size), g, damping)
        if _largest(step) <= np.sqrt(_EPS) * _largest(x) and size >= best:
            return
        best = min(best, size)
        x = x - rate * step


def _newton_step(H, g, damping):
    if not (np.isfinite(H).all() and np.isfinite(g).all()):  # diverged: `run` shows it as NaN
        return np.full_like(g, np.nan)
    if np.linalg.cond(H) > 1 / _EPS:
        raise np.linalg.LinAlgError(
            f"the Hessian with damping {damping:g} is singular, so there is no Newton step; "
            f"{'another' if damping else 'a positive'} damping makes it invertible"
        )
    return np.linalg.solve(H, g)


def bfgs(f, grad, x, c1=1e-4, c2=0.9):
    """BFGS: x ← x − a P g, with P an approximation of H⁻¹ learned from the gradients.

    After each step P ← (I − s yᵀ/sᵀy) P (I − y sᵀ/sᵀy) + s sᵀ/sᵀy. P starts as the identity. Where
    the first pair shows that this is below r = sᵀy / yᵀy, P starts as r I, and where it is more than
    10⁶ r, as 10⁶ r I, so that the units of f and x do not matter.

    The line search along p = −P g chooses a by the strong Wolfe conditions:

        f(x + a p) ≤ f(x) + c1 a gᵀp     f falls by a share c1 of what its slope promises, and
        |∇f(x + a p)ᵀp| ≤ c2 |gᵀp|       of the slope at most a share c2 is left.

    The custom is c1 = 1e-4, with c2 = 0.9 for quasi-Newton methods, whose first trial is mostly a
    good step, and c2 = 0.1 for nonlinear conjugate gradients. A smaller c2 makes the search more
    exact: fewer steps, each of which asks for more gradients. A gradient is asked for only where f
    has fallen enough. f falls and sᵀy > 0 at every step.

    Yields points of shape (n,), and ends where the gradient is zero to rounding, f cannot fall any
    further in floating point, or no step has sᵀy > 0, as where f has no lower bound.

    Raises TypeError where f or grad is not a function, ValueError where x is not one point, or not
    0 < c1 < c2 < 1. `scipy.optimize.minimize(method="BFGS")` does the same, and stops at a gradient
    of 1e-5. Source: Nocedal & Wright, Algorithm 6.1; the line search: section 3.5.

    >>> from optimlib import rosenbrock, run
    >>> run(bfgs(rosenbrock, rosenbrock.grad, rosenbrock.start), steps=50)[-1].round(6)
    array([1., 1.])
    """
    return _quasi_newton(f, grad, x, _DenseInverse(), c1, c2)


def lbfgs(f, grad, x, memory=10, c1=1e-4, c2=0.9):
    """L-BFGS: BFGS that keeps the last `memory` pairs (s, y) instead of the matrix P.

    P g is found from the pairs by the two-loop recursion, starting from (sᵀy / yᵀy) I with the
    newest pair, so a step costs O(memory · n) time and storage. The line search with its c1 and c2
    is that of `bfgs`. Yields points of shape (n,), and ends as `bfgs` does.

    Raises as `bfgs` does, and ValueError where memory is below 1. The counterpart of
    `scipy.optimize.minimize(method="L-BFGS-B")` without bounds. Source: Liu & Nocedal (1989);
    Nocedal & Wright, Algorithms 7.4 and 7.5.

    >>> from optimlib import rosenbrock, run
    >>> run(lbfgs(rosenbrock, rosenbrock.grad, rosenbrock.start, memory=3), steps=50)[-1].round(6)
    array([1., 1.])
    """
    return _quasi_newton(f, grad, x, _Pairs(checks.integer("memory", memory, least=1)), c1, c2)


def two_loop(pairs, g):
    """P g for the matrix P that BFGS makes of the pairs (s, y), without making it.

    `pairs` is a sequence of (s, y), the oldest first, all of shape (n,) with sᵀy > 0, and g of
    the same shape. BFGS starts here from (sᵀy / yᵀy) I with the newest pair, or from I where
    there is none, and learns the pairs in their order. Costs O(len(pairs) · n).

    Raises ValueError where a shape is another one or sᵀy is not positive, TypeError where something
    is no array of numbers. Source: Nocedal & Wright, Algorithm 7.4.

    >>> two_loop([([1, 0], [4, 0])], [4, 8])
    array([1., 2.])
    """
    q = _vector("g", g, None).copy()
    try:
        pairs = [(s, y) for s, y in pairs]
    except (TypeError, ValueError):
        raise TypeError(f"pairs must be a sequence of pairs (s, y); got {pairs!r}") from None
    pairs = [tuple(_vector(f"pairs[{k}]", v, q.shape) for v in pair) for k, pair in enumerate(pairs)]
    for k, (s, y) in enumerate(pairs):
        if s @ y <= 0:
            raise ValueError(f"pairs[{k}] must have sᵀy > 0; got {s @ y:g}")
    return _two_loop(pairs, q)


def _vector(name, value, shape):
    """Floats of shape (n,), be they finite or not: a run on minibatches may diverge."""
    v = checks.floats(name, value)
    if v.ndim != 1 or (shape and v.shape != shape):
        raise ValueError(f"{name} must have shape {shape or '(n,)'}; got shape {v.shape}")
    return v


def _two_loop(pairs, q):
    """P q, written into q."""
    shares = []
    for s, y in reversed(pairs):
        shares.append(s @ q / (s @ y))
        q -= shares[-1] * y
    if pairs:
        s, y = pairs[-1]
        q *= (s @ y) / (y @ y)
    for s, y in pairs:
        q += (shares.pop() - y @ q / (s @ y)) * s
    return q


class _DenseInverse:
    """P, the whole matrix."""

    def __init__(self):
        self.P = None

    def times(self, g):
        return g.copy() if self.P is None else self.P @ g

    def trial(self, fall, slope):
        """Where a parabola would fall as far as f just did, at most 1: P may still be far too large.

        Nocedal & Wright, equation 3.60.
        """
        return min(1.0, 1.01 * 2 * fall / -slope)

    def learn(self, s, y):
        sy = s @ y
        if self.P is None:
            r = sy / (y @ y)
            self.P = np.eye(s.size) * min(max(1.0, r), _MOST * r)
        Py = self.P @ y
        # The product formula multiplied out: two outer products instead of two matrix products.
        self.P += np.outer(s, s) * ((1 + y @ Py / sy) / sy)
        self.P -= (np.outer(Py, s) + np.outer(s, Py)) / sy


class _Pairs:
    """P as the pairs (s, y) it is made of."""

    def __init__(self, memory):
        self.pairs = deque(maxlen=memory)

    def times(self, g):
        return _two_loop(self.pairs, g.copy())

    def trial(self, fall, slope):
        return 1.0  # P has the scale of the newest pair

    def learn(self, s, y):
        if len(self.pairs) == self.pairs.maxlen:
            self.pairs.popleft()  # before the new pair is kept, for the memory's sake
        self.pairs.append((s, y))


def _quasi_newton(f, grad, x, inverse, c1, c2):
    f, grad, x = checks.value_of(f), checks.gradient_of(grad), _one_point("x", x)
    c2 = _share("c2", c2, 1.0, "1")
    c1 = _share("c1", c1, c2, f"c2 = {c2:g}")
    return _quasi_newton_steps(f, grad, x, inverse, c1, c2)


def _share(name, value, most, words):
    def inside(name, value):
        return checks.real(name, value, f"above 0 and below {words}", lambda v: (v > 0) & (v < most))

    return checks.number(name, value, inside)


def _quasi_newton_steps(f, grad, x, inverse, c1, c2):
    value, g = _value(f, x), grad(x)
    first, fall = _largest(g), None
    while True:
        yield x.copy()
        if not _largest(g) > _EPS * first:
            return
        p = -inverse.times(g)
        slope = _dot(g, p)
        if not slope < 0:
            return
        if fall is None:
            # Nothing is known of the curvature yet: no coordinate by more than 1, but far enough to be felt.
            trial = max(min(1.0, 1 / first), 1e-3 * _largest(x) / first)
        else:
            trial = inverse.trial(fall, slope)
        step = _wolfe_step(f, grad, x, p, value, g, trial, c1, c2)
        if step is None:
            return
        inverse.learn(step[0] - x, step[2] - g)
        fall = value - step[1]
        x, value, g = step


def _wolfe_step(f, grad, x, p, value, g, trial, c1, c2):
    """A point x + a p that satisfies the strong Wolfe conditions, with f and the gradient there.

    The step a is bracketed, `low` falling and lowest so far, `high` too far, and then found by
    cubic interpolation. Where rounding leaves no such point, one where f falls and sᵀy > 0 does;
    where there is none, None.
    """
    slope = _dot(g, p)
    noise = 4 * _EPS * abs(value)  # a smaller fall may be rounding's
    low, high, spare = (0.0, value, slope), None, None
    a = trial
    for _ in range(40):
        point = x + a * p
        if not -slope * a > noise or np.array_equal(point, x):  # too short for f to fall
            if high:
                break
            a *= 10
            continue
        there = _value(f, point)
        fallen = there <= value + c1 * a * slope and there < value - noise
        if not fallen or there >= low[1]:
            high = (a, there, None)
        else:
            new_g = grad(point)
            new_slope = _dot(new_g, p)
            if _dot(point - x, new_g - g) > 0:
                spare = point, there, new_g
                if abs(new_slope) <= c2 * -slope:
                    break
            if new_slope < 0:
                low, before = (a, there, new_slope), low
            else:
                high = (a, there, new_slope)
        a = _between(low, high) if high else _beyond(low, before)
        if high and a in (low[0], high[0]):
            break
    return spare


def _between(low, high):
    """The minimizer of the cubic (or parabola) through both ends, kept off the ends."""
    (a, fa, da), (b, fb, db) = np.array([low, high], dtype=float)  # None becomes NaN
    width = b - a
    with np.errstate(all="ignore"):
        if np.isnan(db):
            share = -da * width / (2 * (fb - fa - da * width))
        else:
            d1 = da + db - 3 * (fb - fa) / width
            d2 = np.sqrt(d1 * d1 - da * db)
            share = 1 - (db + d2 - d1) / (db - da + 2 * d2)
    return float(a + width * (min(max(share, 0.1), 0.9) if np.isfinite(share) else 0.1))


def _beyond(low, before):
    """Where the slope, followed from the last two points, would be zero; up to ten times as far."""
    (a, _, da), (b, _, db) = before, low
    ahead = b - db * (b - a) / (db - da) if db > da else np.inf
    return min(max(ahead, 1.1 * b), 10 * b)


def _largest(v):
    return float(np.abs(v).max())


def _dot(a, b):
    with np.errstate(over="ignore", invalid="ignore"):
        return float(a @ b)


def _value(f, x):
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far is shortened
        return f(x)


def _one_point(name, x):
    return checks.array(name, checks.point(name, x), ndim=1).copy()
