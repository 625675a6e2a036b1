"""Memory and time of a step, measured on as cheap a loss as can be.

It is the bowl ½ Σ h x² with n curvatures from 1 to 100.
"""

import time
import tracemalloc
from itertools import islice

import numpy as np

from .. import checks
from ..optimizers import gradient_descent
from .newton_steps import newton
from .quasi_newton import lbfgs

METHODS = ("gradient descent", "L-BFGS", "Newton")


def peak_bytes(method, n):
    """The most memory that NumPy's arrays took at any time of a few steps, with n weights.

    `method` is "gradient descent", "L-BFGS", which keeps 10 pairs, or "Newton". Raises ValueError where
    it is another, or n is below 1.
    """
    method, n = _checked(method, n)
    tracemalloc.start()
    try:
        _count(_points(method, n))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def seconds_a_step(method, n):
    """The quickest of three measurements: other work on the machine can only have added time.

    Newton's step is the solving alone, without the Hessian. Raises as `peak_bytes`.
    """
    method, n = _checked(method, n)
    if method == "Newton":
        _, grad, hess = _bowl(n)
        H, g = hess(np.ones(n)), grad(np.ones(n))
        return min(_timed(lambda: _count([np.linalg.solve(H, g)])) for _ in range(3))
    return min(_timed(lambda: _count(_points(method, n))) for _ in range(3))


def _timed(work):
    """Seconds for each of the steps that `work()` has made, and counted."""
    began = time.perf_counter()
    steps = work()
    return (time.perf_counter() - began) / steps


def _count(points):
    return sum(1 for _ in points)


def _checked(method, n):
    return checks.option("method", method, METHODS), checks.integer("n", n, least=1)


def _points(method, n):
    """Enough for L-BFGS to have all its pairs; Newton's method has arrived at its second point."""
    f, grad, hess = _bowl(n)
    if method == "Newton":
        return islice(newton(grad, hess, np.ones(n)), 2)
    if method == "L-BFGS":
        return islice(lbfgs(f, grad, np.ones(n)), 15)
    return islice(gradient_descent(grad, np.ones(n), lr=0.005), 15)


def _bowl(n):
    h = np.geomspace(1, 100, n)
    return (lambda x: h @ (x * x) / 2), (lambda x: h * x), (lambda x: np.diag(h))
