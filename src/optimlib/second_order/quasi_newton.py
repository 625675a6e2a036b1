"""BFGS, with the matrix and from pairs."""

from collections import deque

import numpy as np

from .. import checks
from . import vectors
from .line_search import wolfe_step

_EPS = np.finfo(float).eps
_MOST = 1e6  # how many times too large BFGS's first P may be


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
    f, grad, x = checks.value_of(f), checks.gradient_of(grad), vectors.one_point("x", x)
    c2 = _share("c2", c2, 1.0, "1")
    c1 = _share("c1", c1, c2, f"c2 = {c2:g}")
    return _quasi_newton_steps(f, grad, x, inverse, c1, c2)


def _share(name, value, most, words):
    def inside(name, value):
        return checks.real(name, value, f"above 0 and below {words}", lambda v: (v > 0) & (v < most))

    return checks.number(name, value, inside)


def _quasi_newton_steps(f, grad, x, inverse, c1, c2):
    value, g = vectors.value(f, x), grad(x)
    first, fall = vectors.largest(g), None
    while True:
        yield x.copy()
        if not vectors.largest(g) > _EPS * first:
            return
        p = -inverse.times(g)
        slope = vectors.dot(g, p)
        if not slope < 0:
            return
        if fall is None:
            # Nothing is known of the curvature yet: no coordinate by more than 1, but far enough to be felt.
            trial = max(min(1.0, 1 / first), 1e-3 * vectors.largest(x) / first)
        else:
            trial = inverse.trial(fall, slope)
        step = wolfe_step(f, grad, x, p, value, g, trial, c1, c2)
        if step is None:
            return
        inverse.learn(step[0] - x, step[2] - g)
        fall = value - step[1]
        x, value, g = step
