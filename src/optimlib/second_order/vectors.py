"""One point, and sums of its coordinates that may overflow without a warning."""

import numpy as np

from .. import checks


def one_point(name, x):
    return checks.array(name, checks.point(name, x), ndim=1)


def largest(v):
    return float(np.abs(v).max())


def dot(a, b):
    with np.errstate(over="ignore", invalid="ignore"):
        return float(a @ b)


def value(f, x):
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far is shortened
        return f(x)
