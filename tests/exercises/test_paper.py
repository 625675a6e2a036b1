"""Checkers for numbers worked out on paper: every one of every chapter, and what they say."""

import math
from fractions import Fraction

import numpy as np
import pytest
import verdicts
from verdicts import ON_PAPER as CHECKERS

from optimlib.exercises.paper import OnPaper

every_checker = pytest.mark.parametrize("check", CHECKERS.values(), ids=CHECKERS.keys())


def test_each_is_called_a_check():
    assert CHECKERS and all(name.rpartition(".")[2].startswith("check_") for name in CHECKERS)


@pytest.mark.parametrize("name", CHECKERS)
def test_the_numbers_and_what_is_said_to_mistakes_are_those_that_are_stored(name):
    """verdicts.json: written anew by tests/exercises/verdicts.py, and read by an author."""
    found, stored = verdicts.on_paper(CHECKERS[name]), verdicts.stored()[name]
    assert list(found["wants"]) == list(stored["wants"])
    assert list(found["wants"].values()) == pytest.approx(list(stored["wants"].values()), rel=1e-9)
    for ours, theirs in zip(found["wants"].values(), stored["wants"].values(), strict=True):
        assert isinstance(ours, int) == isinstance(theirs, int)  # whole numbers must be met exactly
    for (said, numbers), (kept, stored_numbers) in zip(found["mistakes"], stored["mistakes"], strict=True):
        assert verdicts.same(said, kept), said
        np.testing.assert_allclose(np.array(numbers, float), np.array(stored_numbers, float), rtol=1e-9)


@every_checker
def test_right_numbers_are_right_however_they_are_written(check):
    right = list(check.wants.values())
    assert check(*right)
    assert check(*map(np.float64, right))
    assert check(*[np.array(number) for number in right])
    assert check(*[number if isinstance(number, int) else float(f"{number:.4g}") for number in right])


@every_checker
def test_numbers_a_tenth_off_are_wrong_one_by_one(check):
    right = list(check.wants.values())
    for place, name in enumerate(check.wants):
        off = right.copy()
        off[place] = right[place] * 1.1 or 0.1
        verdict = check(*off)
        assert not verdict and name.lower() in repr(verdict).lower()


@every_checker
def test_mistakes_are_told_from_right_numbers_and_named(check):
    assert len(check.mistakes) >= 2
    for sentence, numbers in check.mistakes.items():
        assert len(numbers) == len(check.wants)
        right = list(check.wants.values())
        given = [theirs if theirs is not None else mine for mine, theirs in zip(right, numbers, strict=True)]
        verdict = check(*given)
        assert not verdict, sentence
        assert sentence in repr(verdict)


@every_checker
def test_what_is_missing_or_no_number_is_said_to_be(check):
    count = len(check.wants)
    assert "Not finished yet" in repr(check(*[...] * count))
    assert "Not finished yet" in repr(check(*[None] * count))
    assert f"{count} number" in repr(check(*[1] * (count + 1)))
    for junk in ("two", [1, 2], {}, object(), 1j, math.nan, math.inf, lambda: 2):
        assert not check(*[junk] * count)


def test_whole_numbers_are_exact_and_others_to_a_hundredth():
    check = OnPaper({"the count": 22, "the root": 2**0.5, "nothing": 0.0})
    assert check(22, 1.41, 0) and check(22.0, 1.42, 0.005)
    assert check(Fraction(22), 1.414, 0)
    assert not check(22.1, 1.41, 0)
    assert not check(22, 1.45, 0)
    assert not check(22, 1.41, 0.02)
