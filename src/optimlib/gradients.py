"""Numerical gradients, and the check of an analytic gradient against them."""

from dataclasses import dataclass

import numpy as np

from . import checks

SCHEMES = ("central", "forward", "complex")


def numerical_gradient(f, x, h=1e-5, scheme="central"):
    """The gradient of f at x from its values, one coordinate at a time.

    forward: (f(x + h eᵢ) − f(x)) / h, error O(h); central: (f(x + h eᵢ) − f(x − h eᵢ)) / 2h,
    error O(h²); complex: Im f(x + i h eᵢ) / h, error O(h²) and no cancellation, for f that
    accepts complex numbers and is analytic. f maps (..., n) to (...); the result has the shape
    of x. All is done in double precision: f itself may round to another.

    Raises ValueError where h is not greater than 0 or so small that x + h is x, the scheme is
    unknown, or f does not return one number a point. Source: Squire & Trapp (1998) for the
    complex step.

    >>> numerical_gradient(lambda x: (x**2).sum(-1), [1.0, 2.0]).round(6)
    array([2., 4.])
    """
    f, x, h = _checked(f, x, h, scheme)
    with np.errstate(all="ignore"):
        here = f(x) if scheme == "forward" else None  # asked once
        slopes = {
            "central": lambda e: (f(x + h * e) - f(x - h * e)) / (2 * h),
            "forward": lambda e: (f(x + h * e) - here) / h,
            "complex": lambda e: np.imag(f(x + 1j * h * e)) / h,
        }
        return np.stack([slopes[scheme](e) for e in np.eye(x.shape[-1])], axis=-1)


def _checked(f, x, h, scheme):
    checks.option("scheme", scheme, SCHEMES)
    f = checks.values_of(f, complex_too=scheme == "complex")
    x, h = checks.point("x", x), checks.number("h", h, checks.positive)
    lost = (x + h == x) | (x - h == x)
    if scheme != "complex" and lost.any():
        raise ValueError(f"h must be large enough to be felt by x; {x[lost][0]} + {h:g} is the same number")
    return f, x, h


def relative_error(a, b):
    """The largest entry of |a − b| / max(1e-8, |a| + |b|), as a float.

    Raises ValueError where the shapes differ, TypeError where an entry is not a real number.

    >>> relative_error([1.0, 2.0], [1.0, 2.0])
    0.0
    """
    a, b = checks.floats("a", a), checks.floats("b", b)
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"a and b must have the same shape and be non-empty; got {a.shape} and {b.shape}")
    return float(np.max(_relative_errors(a, b)))


def _relative_errors(a, b):
    a, b = a / 2, b / 2  # so that the largest floats do not overflow
    with np.errstate(invalid="ignore"):  # infinities
        return np.abs(a - b) / np.maximum(1e-8 / 2, np.abs(a) + np.abs(b))


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What `check_gradient` found; true where the two gradients agree."""

    analytic: np.ndarray
    numerical: np.ndarray
    error: float
    tolerance: float

    @property
    def errors(self):
        """|a − b| / max(1e-8, |a| + |b|) of each coordinate, of x's shape; `error` is the largest."""
        return _relative_errors(self.analytic, self.numerical)

    def __bool__(self):
        return bool(self.error <= self.tolerance)

    def __repr__(self):
        if self:
            return f"The gradients agree: the largest relative error is {self.error:.1e}."
        worst = np.unravel_index(np.nan_to_num(self.errors, nan=np.inf).argmax(), self.analytic.shape)
        place = worst[0] if len(worst) == 1 else tuple(map(int, worst))
        return (
            f"The gradients differ: the largest relative error is {self.error:.1e}, in coordinate "
            f"{place}, where the analytic gradient is {self.analytic[worst]:.6g} and the "
            f"numerical one {self.numerical[worst]:.6g}."
        )


def check_gradient(f, grad, x, h=1e-5, scheme="central", tolerance=1e-6):
    """Compare grad(x) with the numerical gradient of f at x.

    Returns a `GradientCheck`, which prints what it found, holds both gradients and their
    `relative_error`, and is true where that is at most `tolerance`.

    Raises ValueError where grad(x) has not the shape of x.

    >>> check_gradient(lambda x: (x**2).sum(-1), lambda x: 3 * x, np.array([1.0, 2.0]))
    The gradients differ: the largest relative error is 2.0e-01, in coordinate 0,
    where the analytic gradient is 3 and the numerical one 2.
    """
    grad = checks.gradient_of(grad)
    tolerance = checks.number("tolerance", tolerance, checks.positive)
    numerical = numerical_gradient(f, x, h, scheme)
    with np.errstate(all="ignore"):
        analytic = grad(checks.point("x", x))
    return GradientCheck(analytic, numerical, relative_error(analytic, numerical), tolerance)
