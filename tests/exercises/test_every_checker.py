"""What every checker of every chapter does with an answer that is missing, broken or nonsense."""

import importlib
import pkgutil

import numpy as np
import pytest

from optimlib import exercises

CHECKERS = [
    checker
    for room in pkgutil.iter_modules(exercises.__path__, "optimlib.exercises.")
    for name, checker in vars(importlib.import_module(room.name)).items()
    if name.startswith("check_")
    and checker.__module__ == room.name
    and room.name != "optimlib.exercises.compare"
]
every_checker = pytest.mark.parametrize("check", CHECKERS, ids=lambda check: check.__name__)


def test_there_are_some():
    assert len(CHECKERS) >= 20


@every_checker
def test_an_unfinished_answer_is_said_to_be_unfinished(check):
    def mine(*args, **kwargs): ...

    verdict = check(mine)
    assert not verdict
    assert "mine is not finished yet" in repr(verdict)


@every_checker
def test_an_answer_that_raises_is_told_what_it_raised(check):
    def mine(*args, **kwargs):
        raise NameError("name 'lr' is not defined")

    verdict = check(mine)
    assert not verdict
    assert "NameError: name 'lr' is not defined" in repr(verdict)


@pytest.mark.parametrize(
    "answer", ["nonsense", object, (1, 2, 3, 4, 5), np.array(["a"]), np.nan, []], ids=repr
)
@every_checker
def test_nonsense_is_refused_and_nothing_is_raised(check, answer):
    verdict = check(lambda *args, **kwargs: answer)
    assert not verdict
    assert len(repr(verdict)) > 20
