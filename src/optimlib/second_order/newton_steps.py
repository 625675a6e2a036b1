"""Newton's method, with damping."""

import numpy as np

from .. import checks
from ..optimizers import rates
from . import vectors

_EPS = np.finfo(float).eps


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
    return _newton(grad, hess, vectors.one_point("x", x), lr, damping)


def _newton(grad, hess, x, lr, damping):
    first, best = None, np.inf
    for rate in rates(lr):
        yield x.copy()
        g, H = grad(x), hess(x)
        size = vectors.largest(g)
        first = size if first is None else first
        if size <= _EPS * first:
            return
        step = _newton_step(H + damping * np.eye(x.size), g, damping)
        if vectors.largest(step) <= np.sqrt(_EPS) * vectors.largest(x) and size >= best:
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
