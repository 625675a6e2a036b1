"""Second-order methods: Taylor models, Newton's method, and BFGS with and without the matrix.

The methods are generators of iterates, as in `optimizers`, and `run` collects their paths. They
take one point of shape (n,), refuse wrong arguments when they are called, and end when no
further progress can be made. Wherever the symbols appear, g is the gradient and H the Hessian at
x, s the last step and y the change of the gradient along it. Algorithm numbers are those of
Nocedal & Wright, Numerical Optimization (2nd edition, 2006).
"""

from collections import deque

import numpy as np

from . import checks
from .objectives import Objective
from .optimizers import rates

_EPS = np.finfo(float).eps
# The strong Wolfe conditions: a step must bring this share of the fall the slope promises, and
# leave at most this share of the slope. The second is strict: fewer, better steps.
_FALL, _SLOPE = 1e-4, 0.1


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
    working precision. Source: Nocedal & Wright, section 3.3; damping: Levenberg (1944).

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


def bfgs(f, grad, x):
    """BFGS: x ← x − a B g, with B an approximation of H⁻¹ learned from the gradients.

    After each step B ← (I − s yᵀ/sᵀy) B (I − y sᵀ/sᵀy) + s sᵀ/sᵀy, starting from the identity,
    scaled by sᵀy / yᵀy before the first update. The line search chooses a by the strong Wolfe
    conditions, so f falls and sᵀy > 0 at every step. Yields points of shape (n,), and ends where
    the gradient is zero to rounding, f cannot fall any further in floating point, or no step has
    sᵀy > 0, as where f has no lower bound.

    Raises TypeError where f or grad is not a function, ValueError where x is not one point.
    `scipy.optimize.minimize(method="BFGS")` does the same with a looser line search, and stops
    at a gradient of 1e-5. Source: Nocedal & Wright, Algorithm 6.1.

    >>> from optimlib import rosenbrock, run
    >>> run(bfgs(rosenbrock, rosenbrock.grad, rosenbrock.start), steps=50)[-1].round(6)
    array([1., 1.])
    """
    return _quasi_newton(f, grad, x, _DenseInverse())


def lbfgs(f, grad, x, memory=10):
    """L-BFGS: BFGS that keeps the last `memory` pairs (s, y) instead of the matrix B.

    B g is found from the pairs by the two-loop recursion, starting from (sᵀy / yᵀy) I with the
    newest pair, so a step costs O(memory · n) time and storage. Yields points of shape (n,), and
    ends as `bfgs` does.

    Raises as `bfgs` does, and ValueError where memory is below 1. The counterpart of
    `scipy.optimize.minimize(method="L-BFGS-B")` without bounds. Source: Liu & Nocedal (1989);
    Nocedal & Wright, Algorithms 7.4 and 7.5.

    >>> from optimlib import rosenbrock, run
    >>> run(lbfgs(rosenbrock, rosenbrock.grad, rosenbrock.start, memory=3), steps=50)[-1].round(6)
    array([1., 1.])
    """
    return _quasi_newton(f, grad, x, _Pairs(checks.integer("memory", memory, least=1)))


def two_loop(pairs, g):
    """B g for the matrix B that BFGS makes of the pairs (s, y), without making it.

    `pairs` is a sequence of (s, y), the oldest first, all of shape (n,) with sᵀy > 0, and g of
    the same shape. BFGS starts here from (sᵀy / yᵀy) I with the newest pair, or from I where
    there is none, and learns the pairs in their order. Costs O(len(pairs) · n). Source: Nocedal
    & Wright, Algorithm 7.4.

    >>> two_loop([(np.array([1.0, 0.0]), np.array([4.0, 0.0]))], np.array([4.0, 8.0]))
    array([1., 2.])
    """
    q = g.copy()
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
    """B, the whole matrix."""

    def __init__(self):
        self.B = None

    def times(self, g):
        return g.copy() if self.B is None else self.B @ g

    def learn(self, s, y):
        sy = s @ y
        if self.B is None:
            self.B = np.eye(s.size) * (sy / (y @ y))
        By = self.B @ y
        # The product formula multiplied out: two outer products instead of two matrix products.
        self.B += np.outer(s, s) * ((sy + y @ By) / sy**2)
        self.B -= (np.outer(By, s) + np.outer(s, By)) / sy


class _Pairs:
    """B as the pairs (s, y) it is made of."""

    def __init__(self, memory):
        self.pairs = deque(maxlen=memory)

    def times(self, g):
        return two_loop(self.pairs, g)

    def learn(self, s, y):
        if len(self.pairs) == self.pairs.maxlen:
            self.pairs.popleft()  # before the new pair is kept, for the memory's sake
        self.pairs.append((s, y))


def _quasi_newton(f, grad, x, inverse):
    f, grad = checks.value_of(f), checks.gradient_of(grad)
    return _quasi_newton_steps(f, grad, _one_point("x", x), inverse)


def _quasi_newton_steps(f, grad, x, inverse):
    value, g = _value(f, x), grad(x)
    first = _largest(g)
    # Nothing is known of the curvature yet: at most 1 long, or far enough to be felt.
    trial = max(min(1, 1 / first), 1e-3 * _largest(x) / first) if first else 1.0
    while True:
        yield x.copy()
        if not _largest(g) > _EPS * first:
            return
        step = _wolfe_step(f, grad, x, -inverse.times(g), value, g, trial)
        if step is None:
            return
        new_x, value, new_g = step
        inverse.learn(new_x - x, new_g - g)
        x, g, trial = new_x, new_g, 1.0


def _wolfe_step(f, grad, x, p, value, g, trial):
    """A point x + a p that satisfies the strong Wolfe conditions, with f and the gradient there.

    f(x + a p) ≤ f(x) + 1e-4 a gᵀp and |∇f(x + a p)ᵀp| ≤ 0.1 |gᵀp|. The step a is bracketed, `low`
    falling and lowest so far, `high` too far, and then found by cubic interpolation. Where
    rounding leaves no such point, one where f falls and sᵀy > 0 does; where there is none, None.
    """
    slope = g @ p
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
        fallen = there <= value + _FALL * a * slope and there < value - noise
        if not fallen or there >= low[1]:
            high = (a, there, None)
        else:
            new_g = grad(point)
            new_slope = new_g @ p
            if (point - x) @ (new_g - g) > 0:
                spare = point, there, new_g
                if abs(new_slope) <= _SLOPE * -slope:
                    break
            if new_slope < 0:
                low, before = (a, there, new_slope), low
            else:
                high = (a, there, new_slope)
        a = _between(low, high) if high else _beyond(low, before)
    return spare


def _between(low, high):
    """The minimizer of the cubic (or parabola) through both ends, kept off the ends."""
    (a, fa, da), (b, fb, db) = low, high
    width = b - a
    with np.errstate(all="ignore"):
        if db is None:
            share = -da * width / (2 * (fb - fa - da * width))
        else:
            d1 = da + db - 3 * (fb - fa) / width
            d2 = np.sqrt(d1 * d1 - da * db)
            share = 1 - (db + d2 - d1) / (db - da + 2 * d2)
    return a + width * (min(max(share, 0.05), 0.95) if np.isfinite(share) else 0.1)


def _beyond(low, before):
    """Where the slope, followed from the last two points, would be zero; up to ten times as far."""
    (a, _, da), (b, _, db) = before, low
    ahead = b - db * (b - a) / (db - da) if db > da else np.inf
    return min(max(ahead, 1.1 * b), 10 * b)


def _largest(v):
    return np.abs(v).max()


def _value(f, x):
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far is shortened
        return f(x)


def _one_point(name, x):
    return checks.array(name, checks.point(name, x), ndim=1).copy()
