"""Newton's method from many starts at once, damped and saddle-free, and what kind of point each ends at.

Points have shape (..., n), Hessians (..., n, n). Unlike `newton`, these methods go on for as long as they
are asked, and look for no singular Hessian before a step.
"""

import numpy as np

from .. import checks


def newton_from_many(grad, hess, x, damping=0.0):
    """x ← x − (H + damping·I)⁻¹ g, for every point of x: yields arrays of its shape, (..., n).

    Raises ValueError where damping is negative; `numpy.linalg.LinAlgError`, when the step is taken, where
    H + damping·I is exactly singular at one of the points. Source: Nocedal & Wright, section 3.3.
    """
    damping = checks.number("damping", damping, checks.non_negative)

    def step(g, H):
        return np.linalg.solve(H + damping * np.eye(g.shape[-1]), g[..., None])[..., 0]

    return _steps(grad, hess, checks.point("x", x), step)


def saddle_free_newton(grad, hess, x, least=1e-3):
    """x ← x − |H|⁻¹ g, for every point of x: yields arrays of its shape, (..., n).

    |H| has H's eigenvectors and the sizes of its eigenvalues, those below `least` raised to it: each step
    points downhill. Raises ValueError where least is not greater than 0. Source: Dauphin et al. (2014).
    """
    least = checks.number("least", least, checks.positive)

    def step(g, H):
        h, Q = np.linalg.eigh(H)
        along = np.einsum("...ij,...i->...j", Q, g) / np.maximum(abs(h), least)
        return np.einsum("...ij,...j->...i", Q, along)

    return _steps(grad, hess, checks.point("x", x), step)


def _steps(grad, hess, x, step):
    while True:
        yield x
        x = x - step(grad(x), hess(x))


def kind_of(f, x, still=1e-4):
    """How many curvatures are negative at each stationary point: 0 at a minimum, n at a maximum.

    Of shape (...), for x of shape (..., n) and an `Objective` f; −1 where a slope is not below `still`.

    >>> from optimlib import saddle
    >>> kind_of(saddle, [[0.0, 0.0], [1.0, 0.0]])
    array([ 1, -1])
    """
    x = checks.floats("x", x)
    negative = (np.linalg.eigvalsh(f.hess(x)) < 0).sum(axis=-1)
    return np.where(abs(f.grad(x)).max(axis=-1) < still, negative, -1)
