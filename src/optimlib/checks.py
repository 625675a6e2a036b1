"""Checks of arguments, each with an error that names the argument, what it was and what is allowed.

A check takes the argument's name and value and returns the value, ready to use: a float, or an array of
floats of our own, so that small integers do not wrap and the caller may write into what was given. True and
False are no numbers here, nor are complex and masked entries. The last checks make a reader's function safe
to call: it may write into what it is given, or return the same array again and again, and spoils nothing.
"""

import math
import numbers

import numpy as np

_FLOAT = np.dtype(float)


def real(name, value, allowed, test):
    """A finite number, as a float, or an array of them, of floats, each of which passes `test`."""
    if isinstance(value, float) and math.isfinite(value) and test(value):  # the common case, at once
        return value
    entries = _floats(value)
    if entries is None:
        raise TypeError(f"{name} must be a number or an array of numbers, {allowed}; got {_shown(value)}")
    if entries.size == 0:
        raise ValueError(f"{name} must be {allowed}; got an empty array")
    bad = ~(np.isfinite(entries) & test(entries))
    if bad.any():
        culprit = float(entries) if entries.ndim == 0 else entries[bad][0]
        raise ValueError(f"{name} must be {allowed}; got {culprit}")
    return entries if entries.ndim else float(entries)


def number(name, value, check):
    """One number that passes `check`, as a float."""
    value = check(name, value)
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
        raise TypeError(f"{name} must be a whole number, {span}; got {_shown(value)}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be {span}; got {value}")
    return int(value)


def sides(name, value, entries=None):
    """(rows, columns) of a matrix, which has so many entries where that is given."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(f"{name} must be two whole numbers, (rows, columns); got {_shown(value)}")
    rows, columns = (integer(name, side, least=1) for side in value)
    if entries is not None and rows * columns != entries:
        raise ValueError(
            f"{name} must be (rows, columns) with rows · columns = {entries}, the coordinates of x; "
            f"got {rows, columns}"
        )
    return rows, columns


def option(name, value, allowed):
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {_shown(value)}")
    return value


def flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {_shown(value)}")
    return bool(value)


def generator(name, value):
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator; got {_shown(value)}")
    return value


def function(name, value):
    if not callable(value):
        raise TypeError(f"{name} must be a function; got {_shown(value)}")
    return value


def point(name, value):
    """An array of finite floats of shape (..., n), n at least 1."""
    x = array(name, value)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"{name} must have shape (..., n) with n at least 1; got shape {x.shape}")
    return x


def array(name, value, ndim=None):
    """An array of finite floats, with `ndim` axes where that is given."""
    x = floats(name, value)
    if ndim is not None and x.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes; got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite; it holds NaN or infinity")
    return x


def floats(name, value):
    """An array of floats, NaN and infinity allowed: a run that diverges has them."""
    x = _floats(value)
    if x is None:
        raise TypeError(f"{name} must be an array of real numbers; got {_shown(value)}")
    return x


def real_or_complex(name, value):
    """An array of floats or, for the complex step, of complex numbers; NaN and infinity allowed."""
    x = _floats(value, complex_too=True)
    if x is None:
        raise TypeError(f"{name} must be an array of real numbers; got {_shown(value)}")
    return x


def broadcast(*shapes):
    """The shape that arrays of several shapes broadcast to; None where they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def steps(name, value):
    """Numbers of steps, at least 0: whole ones as integers that do not wrap, others as floats."""
    if type(value) is int and 0 <= value < 2**62:
        return np.int64(value)
    if isinstance(value, np.ndarray) and value.size == 0:
        return floats(name, value)
    t = non_negative(name, value)
    whole = np.asarray(value).dtype.kind in "iu" and np.max(t) < 2**62
    return np.asarray(value).astype(np.int64)[()] if whole else np.asarray(t)[()]


def values_of(f, name="f", complex_too=False):
    """The reader's f, for points of shape (..., n): an array of its own of shape (...), of a copy of them."""
    f = _bare(name, f)

    def values(x):
        answer = _answer(name, f(x.copy()), complex_too)
        if answer.shape != x.shape[:-1]:
            raise ValueError(
                f"{name} must return one number for each point, shape {x.shape[:-1]} for points of shape "
                f"{x.shape}; it returned shape {answer.shape}"
            )
        return answer

    return values


def value_of(f, name="f"):
    """The reader's f, for one point: a float, of a copy of the point."""
    f = _bare(name, f)

    def value(x):
        answer = _answer(name, f(x.copy()))
        if answer.shape != ():
            raise ValueError(f"{name} must return one number for one point; it returned shape {answer.shape}")
        return float(answer)

    return value


def gradient_of(grad, name="grad"):
    """The reader's gradient: an array of its own with the shape of x, taken at a copy of x."""
    return _shaped(name, grad, lambda x: x.shape, "the shape of x,")


def hessian_of(hess, name="hess"):
    """The reader's Hessian at one point: an array of its own of shape (n, n), taken at a copy of x."""
    return _shaped(name, hess, lambda x: (x.size, x.size), "shape")


def _shaped(name, f, shape_of, meant):
    """The reader's function, which must answer a point with an array of the shape that belongs to it."""
    f = _bare(name, f)
    kept = getattr(f, "own", False)

    def shaped(x):
        answer = f(x) if kept else f(x.copy())
        if not (kept and type(answer) is np.ndarray and answer.dtype is _FLOAT):
            answer = _answer(name, answer)
        if answer.shape != shape_of(x):
            raise ValueError(f"{name} must return {meant} {shape_of(x)}; it returned {answer.shape}")
        return answer

    return shaped


def own(f):
    """A gradient of the library's own: it leaves x alone, and nobody changes what it returned: no copies."""
    f.own = True
    return f


def copying(f, name):
    """The reader's function of points: called with floats of its own, and its answer copied.

    What is too large for a float is infinite or NaN, without a warning.
    """
    function(name, f)

    def call(x):
        x = real_or_complex("x", x)
        with np.errstate(over="ignore", invalid="ignore"):
            answer = f(x)
        return _answer(name, answer, complex_too=True)[()]

    call.bare = f
    return call


def _bare(name, f):
    """The reader's function without `copying`, which costs time where copies are made anyway."""
    return getattr(function(name, f), "bare", f)


def _answer(name, value, complex_too=False):
    """What a reader's function returned, as floats of our own."""
    x = _floats(value, complex_too)
    if x is None:
        raise TypeError(f"{name} must return real numbers; it returned {_shown(value)}")
    return x


def _floats(value, complex_too=False):
    """A new array of floats, or None where the value is not made of real numbers."""
    if type(value) is np.ndarray and value.dtype is _FLOAT:
        return value.copy()
    if _odd(value):
        return None
    try:
        x = np.asarray(value)
        if x.dtype.kind == "O" and all(isinstance(entry, numbers.Real) for entry in x.flat):
            return np.array([_float(entry) for entry in x.flat]).reshape(x.shape)
    except (ValueError, TypeError):  # ragged lists
        return None
    if complex_too and x.dtype.kind == "c":
        return x.astype(complex)
    if x.dtype.kind not in "fiu":
        return None
    with np.errstate(over="ignore"):  # a long double may be too large: infinite
        return np.array(x, dtype=float, order="K")


def _odd(value):
    """Whether it holds what NumPy would take for a number: a mask's hidden entry, True or False."""
    if isinstance(value, list | tuple):
        return any(map(_odd, value))
    if isinstance(value, np.ndarray):
        objects = value.flat if value.dtype.kind == "O" else ()
        return value.dtype.kind == "b" or np.ma.is_masked(value) or any(map(_odd, objects))
    return isinstance(value, (bool, np.bool_)) or value is np.ma.masked


def _float(entry):
    try:
        return float(entry)
    except OverflowError:  # a whole number beyond all floats
        return math.inf if entry > 0 else -math.inf


def _shown(value):
    text = repr(value)
    return text if len(text) <= 400 else f"{text[:400]} …"
