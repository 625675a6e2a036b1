"""Checks of arguments, each with an error that names the argument, what it was and what is allowed.

A check takes the argument's name and value and returns the value, ready to use. The last ones make
a reader's function safe to call: it may write into what it is given, or return the same array again
and again, and spoils nothing.
"""

import numbers

import numpy as np


def real(name, value, allowed, test):
    """A finite number, or an array of them, each of which passes `test`."""
    if isinstance(value, (bool, np.bool_)) or not _is_real(value):
        raise TypeError(f"{name} must be a number or an array of numbers, {allowed}; got {value!r}")
    entries = np.asarray(value)
    if entries.size == 0:
        raise ValueError(f"{name} must be {allowed}; got an empty array")
    bad = ~(np.isfinite(entries) & test(entries))
    if bad.any():
        culprit = value if entries.ndim == 0 else entries[bad][0]
        raise ValueError(f"{name} must be {allowed}; got {culprit}")
    return value


def number(name, value, check):
    """One number that passes `check`, as a float."""
    check(name, value)
    if np.ndim(value):
        raise TypeError(f"{name} must be one number; got an array of shape {np.shape(value)}")
    return float(value)


def finite(name, value):
    return real(name, value, "finite", np.isfinite)


def non_negative(name, value):
    return real(name, value, "at least 0", lambda v: v >= 0)


def positive(name, value):
    return real(name, value, "greater than 0", lambda v: v > 0)


def decay_rate(name, value):
    """A factor by which a memory shrinks each step: at least 0, below 1."""
    return real(name, value, "at least 0 and below 1", lambda v: (v >= 0) & (v < 1))


def share(name, value):
    """A number from 0 to 1, both ends allowed."""
    return real(name, value, "from 0 to 1", lambda v: (v >= 0) & (v <= 1))


def integer(name, value, least, most=None):
    span = f"at least {least}" if most is None else f"from {least} to {most}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be a whole number, {span}; got {value!r}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be {span}; got {value}")
    return int(value)


def option(name, value, allowed):
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")
    return value


def flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {value!r}")
    return bool(value)


def generator(name, value):
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator; got {value!r}")
    return value


def function(name, value):
    if not callable(value):
        raise TypeError(f"{name} must be a function; got {value!r}")
    return value


def point(name, value):
    """An array of finite floats of shape (..., n), n at least 1."""
    x = array(name, value)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"{name} must have shape (..., n) with n at least 1; got shape {x.shape}")
    return x


def array(name, value, ndim=None):
    """An array of finite floats, with `ndim` axes where that is given."""
    if not _is_real(value):
        raise TypeError(f"{name} must be an array of real numbers; got {value!r}")
    x = np.asarray(value, dtype=float)
    if ndim is not None and x.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes; got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite; it holds NaN or infinity")
    return x


def value_of(f, name="f"):
    """The reader's f, for one point: a float, of a copy of the point."""
    function(name, f)

    def value(x):
        answer = _answer(name, f(x.copy()))
        if answer.shape != ():
            raise ValueError(f"{name} must return one number for one point; it returned shape {answer.shape}")
        return float(answer)

    return value


def gradient_of(grad, name="grad"):
    """The reader's gradient: an array of its own with the shape of x, taken at a copy of x."""
    function(name, grad)

    def gradient(x):
        g = _answer(name, grad(x.copy()))
        if g.shape != x.shape:
            raise ValueError(f"{name} must return the shape of x, {x.shape}; it returned {g.shape}")
        return g

    return gradient


def hessian_of(hess, name="hess"):
    """The reader's Hessian at one point: an array of its own of shape (n, n), taken at a copy of x."""
    function(name, hess)

    def hessian(x):
        H = _answer(name, hess(x.copy()))
        if H.shape != (x.size, x.size):
            raise ValueError(f"{name} must return shape {(x.size, x.size)}; it returned {H.shape}")
        return H

    return hessian


def _answer(name, value):
    """What a reader's function returned, as floats of our own."""
    if np.ma.isMaskedArray(value) or not _is_real(value):
        raise TypeError(f"{name} must return real numbers; it returned {value!r}")
    return np.array(value, dtype=float)


def _is_real(value):
    try:
        kind = np.asarray(value).dtype.kind
    except (ValueError, TypeError):  # ragged lists
        return False
    return kind in "fiub"
