"""Taylor models of an objective, themselves objectives."""

import numpy as np

from .. import checks
from ..objectives import Objective
from . import vectors


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
    a = vectors.one_point("at", at)
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
