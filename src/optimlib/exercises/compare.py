"""What the checkers of all chapters share.

A checker compares the reader's function with the library. It never raises for what the reader
wrote: it returns a `Verdict` that prints what is right, what is wrong, or that nothing is
written yet, and is true only where all is right.
"""

import inspect
import itertools
import textwrap
from dataclasses import dataclass

import numpy as np

from .. import optimizers

STEPS = 20


@dataclass(frozen=True)
class Verdict:
    """What a checker found: prints its message, and is true where the exercise is solved."""

    solved: bool
    message: str

    def __bool__(self):
        return self.solved

    def __repr__(self):
        return self.message


def show_rule(method):
    """Print the body of a method of the library, without its docstring."""
    lines = textwrap.dedent(inspect.getsource(inspect.unwrap(method))).splitlines()
    lines = [line for line in lines if not line.startswith("@")]
    quotes = [number for number, line in enumerate(lines) if '"""' in line]
    print("\n".join(lines[: quotes[0]] + lines[quotes[-1] + 1 :]))


def check_method(mine, theirs, cases):
    """Compare iterates step by step and name the first that differs.

    Each case is (where, objective, settings): the words that name it, and the keywords of both.
    """

    def compare():
        for where, f, settings in cases:
            got = _points(mine, where, f, settings)
            want = optimizers.run(theirs(f.grad, np.array(f.start), **settings), STEPS)
            for t in range(STEPS + 1):
                _compare_points(where, t, got[t], want[t])
        praise = f"{mine.__name__} follows the rule on {len(cases)} problems, {STEPS} steps each."
        return Verdict(True, f"Right: {praise}")

    return _verdict(mine, compare)


def check_values(mine, theirs, cases, names, describe=None):
    """Compare what two functions return for each case, a tuple of arguments.

    `names` says what is returned: one name for a number or an array, several for a tuple.
    `describe(*case)` words a case; without it, its numbers do.
    """

    def compare():
        for case in cases:
            where = describe(*case) if describe else ", ".join(f"{value:g}" for value in case)
            got, want = _answer(mine, *case), theirs(*case)
            if len(names) == 1:
                got, want = (got,), (want,)
            elif not isinstance(got, tuple | list | np.ndarray) or len(got) != len(names):
                raise _MistakeError(f"For {where}, return {len(names)} values: {', '.join(names)}.")
            for name, mine_value, value in zip(names, got, want, strict=True):
                _compare_values(where, name, np.asarray(mine_value, dtype=float), np.asarray(value))

        return Verdict(True, f"Right: {mine.__name__} agrees on all {len(cases)} cases.")

    return _verdict(mine, compare)


def check_answer(mine, judge):
    """Judge what `mine()` returns: `judge(answer)` gives the Verdict."""
    return _verdict(mine, lambda: judge(_answer(mine)))


class _MistakeError(Exception):
    """What is wrong with the reader's answer, in a sentence."""


class _UnfinishedError(Exception):
    """There is no answer yet."""


def _verdict(mine, judge):
    """What judge() says; what it raises becomes a Verdict, too."""
    name = getattr(mine, "__name__", "your function")
    try:
        return judge()
    except _MistakeError as mistake:
        return Verdict(False, str(mistake))
    except _UnfinishedError:
        return Verdict(False, f"{name} is not finished yet: it returns nothing.")
    except Exception as error:
        return Verdict(False, f"{name} does not work yet. {type(error).__name__}: {error}")


def _answer(mine, *case):
    """What the reader's function returns, if it returns something."""
    answer = mine(*case)
    if answer is None or answer is Ellipsis:
        raise _UnfinishedError
    return answer


def _points(mine, where, f, settings):
    """The reader's first iterates."""
    iterates = mine(f.grad, np.array(f.start), **settings)
    if iterates is None:
        raise _UnfinishedError
    if not inspect.isgenerator(iterates):
        raise _MistakeError(f"{mine.__name__} must `yield x` before each step; it returned {iterates!r}.")
    points = list(itertools.islice(iterates, STEPS + 1))
    if not points:
        raise _UnfinishedError
    if len(points) <= STEPS:
        raise _MistakeError(f"On {where}, the iterates end after {len(points)}: go on for ever.")
    return [np.asarray(x, dtype=float) for x in points]


def _compare_points(where, t, got, want):
    if got.shape != want.shape:
        raise _MistakeError(f"On {where}, the iterate at t = {t} has shape {got.shape}, not {want.shape}.")
    if not np.allclose(got, want, rtol=1e-9, atol=1e-12):
        hint = " Is `yield x` before the step, and x never changed in place (x -= …)?" if t == 0 else ""
        raise _MistakeError(
            f"On {where}, step t = {t} is the first that differs: yours is at {_show(got)}, "
            f"and it should be at {_show(want)}.{hint}"
        )


def _compare_values(where, name, got, want):
    if got.shape != want.shape:
        raise _MistakeError(f"For {where}, {name} has shape {got.shape}, and should have {want.shape}.")
    right = np.isclose(got, want, rtol=1e-6, atol=1e-9)
    if right.all():
        return
    if want.ndim == 0:
        raise _MistakeError(f"For {where}, {name} is {got:.6g} and should be {want:.6g}.")
    row = int(np.argmin(right.reshape(len(want), -1).all(axis=1)))
    part = "entry" if want.ndim == 1 else "row"
    raise _MistakeError(
        f"For {where}, {part} {row} of {name} is the first that differs: yours is {_show(got[row])}, "
        f"and it should be {_show(want[row])}."
    )


def _show(point):
    return "(" + ", ".join(f"{value:.6g}" for value in np.ravel(point)) + ")"
