"""A reader's function is called, and its answer taken, so that neither can spoil a comparison."""

import contextlib
import inspect
import itertools
import numbers
import warnings
from collections.abc import Iterable

import numpy as np

from . import words


class MistakeError(Exception):
    """What is wrong with the reader's answer, in a sentence."""


class MisfitError(MistakeError):
    """The function cannot take the arguments."""


class UnfinishedError(Exception):
    """There is no answer yet."""


@contextlib.contextmanager
def quiet():
    """No warning of NumPy or Python gets out: verdicts say what is wrong."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def copied(value):
    """Arrays, and lists and tuples of them, as copies; everything else is as it was."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return type(value)(map(copied, value)) if type(value) in (list, tuple) else value


def call(function, names, values, by_name=False):
    """function(*values), or by the names where only that fits; with `by_name`, the other way round.

    Raises UnfinishedError where the function returns nothing, MisfitError where it takes other arguments.
    """
    ways = [(tuple(values), {})]
    if len(names) >= len(values):
        ways.insert(0 if by_name else 1, ((), dict(zip(names, values, strict=False))))
    with contextlib.suppress(ValueError):  # a function of C may have no signature
        signature = inspect.signature(function)
        ways = [way for way in ways if _fits(signature, way)]
        if not ways:
            wanted = ", ".join(names[: len(values)])
            raise MisfitError(
                f"{words.name_of(function)} must take the arguments ({wanted}); yours takes {signature}."
            )
    positional, named = ways[0]
    answer = function(*positional, **named)
    if answer is None or answer is Ellipsis:
        raise UnfinishedError
    return answer


def _fits(signature, way):
    try:
        signature.bind(*way[0], **way[1])
    except TypeError:
        return False
    return True


def changed(function, names, before, after):
    """The arguments that a function wrote into, by its own names for them."""
    own = words.parameters(function)
    own = names if len(own) < len(names) or set(names) <= set(own) else own
    return [name for name, old, new in zip(own, before, after, strict=False) if not _same(old, new)]


def _same(before, after):
    if isinstance(before, np.ndarray):
        return np.allclose(
            before, after, rtol=1e-12, atol=1e-12, equal_nan=True
        )  # put back, but for rounding
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return True


def reals(value, name="the answer"):
    """Real numbers as an array of floats of our own; a MistakeError for anything else."""
    try:
        found = np.array(value)
        if found.dtype.kind == "O" and all(isinstance(entry, numbers.Real) for entry in found.flat):
            found = found.astype(float)  # fractions, and whole numbers of any size
    except Exception:  # ragged lists and whatever refuses to be an array
        found = np.array(None)
    if found.dtype.kind == "c" and abs(found.imag).max(initial=0) <= 1e-12 * abs(found).max(initial=0):
        found = found.real
    if found.dtype.kind == "c":
        raise MistakeError(f"{name} must be real; yours is complex: a root of a negative number?")
    if found.dtype.kind not in "fiu":
        given = words.anything(value)
        hint = " (a `yield` where there should be a `return`)" if inspect.isgenerator(value) else ""
        raise MistakeError(f"{name} must be a number or an array of numbers; yours gives {given}{hint}.")
    return found.astype(float)


def values(answer, names):
    """The answer as a tuple of arrays, one for each name."""
    if len(names) == 1:
        return (reals(answer, names[0].format("t")),)
    listed = isinstance(answer, tuple | list) or (isinstance(answer, np.ndarray) and answer.ndim)
    if not listed or len(answer) != len(names):
        given = words.anything(answer)
        raise MistakeError(f"return {len(names)} values, {', '.join(names)}; yours gives {given}.")
    return tuple(reals(value, name) for name, value in zip(names, answer, strict=True))


def collect(iterates, count, mine=None):
    """The first points of an iterator: the objects themselves, and copies made as they came."""
    if isinstance(iterates, np.ndarray | str | list | tuple | dict) or not isinstance(iterates, Iterable):
        raise MistakeError(
            f"{words.name_of(mine)} must `yield x` before each step, in a loop without end; "
            f"it returned {words.anything(iterates)}."
        )
    found, copies = [], []
    for x in itertools.islice(iterates, count):
        found.append(x)
        copies.append(reals(x, f"the point at t = {len(copies)}"))
    return found, copies
