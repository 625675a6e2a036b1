"""How a verdict words numbers, points, functions and cases."""

import inspect
import numbers

import numpy as np

TINY = 1e-12  # smaller than this is the rounding of a zero
_SHOWN = 6  # entries of a point, before it is shortened


def number(value, digits=6):
    """Whole numbers whole, no minus before a zero, the others with so many digits."""
    value = float(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "∞" if value > 0 else "-∞"
    if abs(value) < TINY:
        return "0"
    if value == round(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+")


def point(value, digits=6):
    """A number, or a list of numbers in brackets, shortened where it is long."""
    value = np.asarray(value)
    if value.ndim == 0:
        return number(value, digits)
    if value.ndim == 2:
        return "[" + "; ".join(" ".join(number(v, digits) for v in row) for row in value) + "]"
    shown = [number(v, digits) for v in value]
    if len(shown) > _SHOWN:
        shown = [*shown[:3], "…", shown[-1]]
    return "(" + ", ".join(shown) + ")"


def pair(got, want):
    """Two points that differ, with as many digits as it takes to see it."""
    for digits in (6, 9, 12, 16):
        shown = point(got, digits), point(want, digits)
        if shown[0] != shown[1]:
            break
    return shown


def anything(value):
    """What a reader's function gave in place of what is asked for."""
    if isinstance(value, np.ndarray):
        real = value.dtype.kind in "fiu"
        return f"an array of shape {value.shape}{'' if real else ' that holds no real numbers'}"
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return f"one number, {number(value)}"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, type):
        return f"a class, {value.__name__}"
    if inspect.isgenerator(value):
        return "a generator"
    if callable(value):
        return f"a function, {name_of(value)}"
    return repr(value) if len(repr(value)) < 60 else f"a {type(value).__name__}"


def name_of(function, otherwise="your function"):
    """A function's name, where it has one of its own."""
    name = getattr(function, "name", None) or getattr(function, "__name__", None)
    return name if isinstance(name, str) and name != "<lambda>" else otherwise


def parameters(function):
    """The names of a function's parameters, without *args; none where nothing can be known."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in found if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def case(names, values):
    """mu = 1, L = 25"""
    return ", ".join(map(_argument, names, values))


def _argument(name, value):
    if callable(value):
        return f"{name} = {name_of(value, 'a function')}"
    shape = np.shape(value)
    if len(shape) > 2 or (shape and max(shape) > (_SHOWN if len(shape) == 1 else 3)):
        return f"{name} of {shape[0]} entries" if len(shape) == 1 else f"{name} of shape {shape}"
    numeric = np.asarray(value).dtype.kind in "fiu"
    return f"{name} = {point(value) if numeric else anything(value)}"


def paragraph(*sentences):
    """Sentences in a row, each with its full stop; empty ones are left out."""
    return " ".join(part if part.endswith((".", "?", "…", ",")) else f"{part}." for part in sentences if part)


def capital(text):
    """Your function, and not: your function. The names of functions stay as they are."""
    return text[0].upper() + text[1:] if text.startswith(("your ", "return ", "the ")) else text


def named(name, function):
    """The function under a name that shows in verdicts."""

    def same(*arguments):
        return function(*arguments)

    same.__name__ = name
    return same
