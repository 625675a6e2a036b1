"""What the checkers say, word for word: verdicts.json, which an author reads when a checker changes.

    python tests/exercises/verdicts.py

writes it anew. It holds for each checker what it says to a right answer, to an answer that raises in the
first case, the second …, and to each typical mistake, with a number that stands for all that the mistake
gives; for numbers on paper, the right ones and what is said to the mistakes.
"""

import contextlib
import functools
import importlib
import inspect
import itertools
import json
import math
import os
import pkgutil
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "book" / "_ext"))
import same_numbers

os.environ.update(same_numbers.SETTINGS)  # a mistake may give what rounding leaves

import numpy as np
from right_answers import RIGHT

from optimlib import exercises
from optimlib.exercises.paper import OnPaper

FILE = Path(__file__).with_name("verdicts.json")
SLOW = {"check_contestant"}  # its right answer runs the contest; its own tests say what it says
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")


def rooms():
    """(module, name, checker) of every checker of every chapter."""
    for room in pkgutil.iter_modules(exercises.__path__, "optimlib.exercises."):
        for name, checker in vars(importlib.import_module(room.name)).items():
            at_home = isinstance(checker, OnPaper) or getattr(checker, "__module__", None) == room.name
            if name.startswith("check_") and at_home and room.name != "optimlib.exercises.compare":
                yield room.name.rpartition(".")[2], name, checker


CHECKERS = {name: checker for _, name, checker in rooms() if not isinstance(checker, OnPaper)}
ON_PAPER = {f"{room}.{name}": checker for room, name, checker in rooms() if isinstance(checker, OnPaper)}


def in_case(right, number, instead):
    """The right answer, but for the case of this number, where something else is done."""
    calls = itertools.count()

    @functools.wraps(right)
    def mine(*given, **named):
        return instead() if next(calls) == number else right(*given, **named)

    return mine


def raising_in_case(right, number):
    def instead():
        raise IndexError(number)

    return in_case(right, number, instead)


def silent_in_case(right, number):
    return in_case(right, number, lambda: None)


def to_cases(name):
    """What a checker says where an answer raises in one of its cases."""
    for number in range(20):
        verdict = CHECKERS[name](raising_in_case(RIGHT[name], number))
        if verdict:
            return
        yield repr(verdict)


def to_mistakes(name):
    """What a checker says to each typical mistake, and a number that stands for all that it gives.

    The signs of singular vectors are a machine's own: they do not count.
    """
    for wrong in getattr(CHECKERS[name], "mistakes", {}).values():
        given = []
        said = repr(CHECKERS[name](noted(wrong, given)))
        sizes = np.abs(given)
        weights = 1 + np.cos(np.arange(sizes.size))
        yield said, float(f"{weights @ np.where(np.isfinite(sizes), sizes, 0):.9g}")


def noted(function, given):
    """The function, all numbers of whose answers are noted, be they arrays, points or a schedule's rates."""

    @functools.wraps(function)
    def mine(*arguments, **named):
        answer = function(*arguments, **named)
        if inspect.isgenerator(answer):
            return map(note, answer)
        if callable(answer):
            return lambda t: note(answer(t))
        return note(answer)

    def note(answer):
        for part in answer if isinstance(answer, tuple | list) else [answer]:
            with contextlib.suppress(TypeError, ValueError):  # no numbers
                given.extend(np.ravel(np.asarray(part, dtype=float)))
        return answer

    return mine


def on_paper(check):
    """The right numbers by their names; what is said to each mistake, and its numbers, None for open ones."""
    right = list(check.wants.values())
    said = [
        repr(
            check(*[want if number is None else number for number, want in zip(numbers, right, strict=True)])
        )
        for numbers in check.mistakes.values()
    ]
    numbers = [[None if n is None else float(n) for n in each] for each in check.mistakes.values()]
    return {"wants": check.wants, "mistakes": list(map(list, zip(said, numbers, strict=True)))}


def by_rule(name):
    return {
        "right": repr(CHECKERS[name](RIGHT[name])),
        "cases": list(to_cases(name)),
        "mistakes": list(to_mistakes(name)),
    }


def same(found, stored):
    """Whether two texts have the same words and, up to rounding, the same numbers."""
    ours, theirs = ([float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in (found, stored))
    return NUMBER.sub("0", found) == NUMBER.sub("0", stored) and all(
        math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-9) for a, b in zip(ours, theirs, strict=True)
    )


def stored():
    return json.loads(FILE.read_text("utf-8"))


if __name__ == "__main__":
    everything = {name: by_rule(name) for name in CHECKERS if name not in SLOW}
    everything |= {name: on_paper(check) for name, check in ON_PAPER.items()}
    FILE.write_text(json.dumps(everything, indent=0, ensure_ascii=False) + "\n", "utf-8")
