"""What a fit is given, checked, and units in which no square of it is 0 or infinite."""

import numpy as np

from .. import checks


def regression(X, y, lam):
    X, y = checks.array("X", X, ndim=2), checks.array("y", y, ndim=1)
    if X.size == 0 or len(X) != len(y):
        raise ValueError(
            f"X and y must have the same length, at least 1; got X of shape {X.shape} and y of {y.shape}"
        )
    return X, y, checks.number("lam", lam, checks.non_negative)


def exponent(size):
    """The power of 2 just above a size, or above each of them; scaling by it does not round."""
    return np.frexp(size)[1]


def exponents(X, least):
    """Of the largest entry of each column, or `least` where that is more."""
    return exponent(np.maximum(np.abs(X).max(axis=0), least))


def in_units(y):
    """An array with entries of size 1, and the exponent of its unit."""
    by = exponent(np.abs(y).max())
    return np.ldexp(y, -by), by


def in_the_reader_s_units(w, exponents):
    with np.errstate(over="ignore"):
        w = np.ldexp(w, exponents)
    if not np.isfinite(w).all():
        raise ValueError("X must not be so small, or y so large: w is too large for a float")
    return w
