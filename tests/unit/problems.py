"""What several tests go through: every objective, and a way to differentiate that knows none of them."""

import numpy as np

import optimlib

OBJECTIVES = {
    "quadratic": optimlib.quadratic(condition=10.0, angle=0.5),
    **{
        name: getattr(optimlib, name)
        for name in (
            "beale",
            "rosenbrock",
            "himmelblau",
            "booth",
            "matyas",
            "rastrigin",
            "ackley",
            "styblinski_tang",
            "three_hump_camel",
            "saddle",
        )
    },
}


def differences(f, x, h=1e-4):
    """The derivative of f at points x of shape (k, n), by central differences of fourth order.

    The new axis, one entry a coordinate, comes last.
    """
    slopes = [
        (8 * (f(x + h * e) - f(x - h * e)) - (f(x + 2 * h * e) - f(x - 2 * h * e))) / (12 * h)
        for e in np.eye(x.shape[-1])
    ]
    return np.stack(slopes, axis=-1)
