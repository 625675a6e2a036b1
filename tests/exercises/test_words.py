"""How verdicts word numbers, points, functions and cases, and how they take an answer."""

import math
from fractions import Fraction

import numpy as np
import pytest

from optimlib import beale, quadratic
from optimlib.exercises import answers, words


@pytest.mark.parametrize(
    "value, expected",
    [
        (3, "3"),
        (-3.0, "-3"),
        (1234567.0, "1,234,567"),
        (999_999_999_999_999, "999,999,999,999,999"),
        (1e15, "1e+15"),
        (12345678.5, "1.23457e+7"),
        (0.1 + 0.2, "0.3"),
        (1.23456789, "1.23457"),
        (1e-7, "1e-7"),
        (1.5e-12, "1.5e-12"),
        (-9e-13, "0"),
        (1e-12, "1e-12"),
        (-0.0, "0"),
        (1.5e20, "1.5e+20"),
        (2.5e-10, "2.5e-10"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (np.float32(0.5), "0.5"),
    ],
)
def test_a_number(value, expected):
    assert words.number(value) == expected


@pytest.mark.parametrize(
    "value, expected",
    [
        (2.0, "2"),
        ([1, 0.5], "(1, 0.5)"),
        (np.arange(6), "(0, 1, 2, 3, 4, 5)"),
        (np.arange(7), "(0, 1, 2, …, 6)"),
        ([[1, 2], [3, 4.5]], "[1 2; 3 4.5]"),
        ([], "()"),
    ],
)
def test_a_point(value, expected):
    assert words.point(value) == expected
    assert words.point([math.pi], 3) == "(3.14)" and words.point([[math.pi]], 3) == "[3.14]"


def test_two_that_differ_are_shown_with_the_digits_it_takes():
    assert words.pair(1.0, 2.0) == ("1", "2")
    assert words.pair([0.1234567], [0.1234568]) == ("(0.1234567)", "(0.1234568)")
    assert words.pair(1.00000000001, 1.00000000002) == ("1.00000000001", "1.00000000002")
    assert words.pair(0.12345678901234, 0.12345678901235) == ("0.12345678901234", "0.12345678901235")
    assert words.pair(1 / 3, 0.5) == ("0.333333", "0.5")
    assert words.pair(1 / 3, 1 / 3 + 1e-8) == ("0.333333333", "0.333333343")
    assert words.pair(0.1, 0.1) == ("0.1", "0.1")


def two(a, b): ...


def points():
    yield 1


@pytest.mark.parametrize(
    "value, expected",
    [
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        (np.zeros(2, np.uint8), "an array of shape (2,)"),
        (np.array(["a"]), "an array of shape (1,) that holds no real numbers"),
        (np.array([True]), "an array of shape (1,) that holds no real numbers"),
        (0.5, "one number, 0.5"),
        (Fraction(1, 2), "one number, 0.5"),
        (True, "True"),
        ([1, 2], "a list of 2"),
        ((1,), "a tuple of 1"),
        ({}, "a dict of 0"),
        ({1}, "a set of 1"),
        (int, "a class, int"),
        (two, "a function, two"),
        (lambda: 1, "a function, your function"),
        (points(), "a generator"),
        ("x" * 57, repr("x" * 57)),
        ("x" * 58, "a str"),
        (None, "None"),
    ],
)
def test_anything_that_is_given_instead(value, expected):
    assert words.anything(value) == expected


def test_names_of_functions_and_of_their_parameters():
    assert words.name_of(two) == "two" and words.name_of(beale) == "Beale"
    assert words.name_of(lambda: 1) == words.name_of(3) == "your function"
    assert words.name_of(3, "a thing") == "a thing"
    assert words.parameters(two) == ["a", "b"]
    assert words.parameters(lambda a, *rest, b=1, **more: 1) == ["a", "b"]
    assert words.parameters(3) == words.parameters(max) == []
    named = words.named("gradient", lambda a, b: a - b)
    assert words.name_of(named) == "gradient" and named(3, 1) == 2


@pytest.mark.parametrize(
    "value, expected",
    [
        (0.5, "x = 0.5"),
        ("l1", "x = 'l1'"),
        (None, "x = None"),
        (two, "x = two"),
        (lambda: 1, "x = a function"),
        (quadratic(), "x = Quadratic"),
        (np.arange(6.0), "x = (0, 1, 2, 3, 4, 5)"),
        (np.arange(7.0), "x of 7 entries"),
        (np.eye(3), "x = [1 0 0; 0 1 0; 0 0 1]"),
        (np.ones((4, 3)), "x of shape (4, 3)"),
        (np.ones((3, 4)), "x of shape (3, 4)"),
        (np.ones((1, 1, 1)), "x of shape (1, 1, 1)"),
        (["a", "b"], "x = a list of 2"),
        (True, "x = True"),
    ],
)
def test_a_case_is_its_arguments(value, expected):
    assert words.case(["x"], [value]) == expected
    assert words.case(["n", "x"], [2, value]) == f"n = 2, {expected}"


def test_sentences_end_and_begin_as_they_should():
    assert (
        words.paragraph("One", "", "two?", "three.", "four…", "five,", None) == "One. two? three. four… five,"
    )
    for text, capital in [
        ("your function", "Your function"),
        ("return 2 values", "Return 2 values"),
        ("the rate", "The rate"),
        ("mine is", "mine is"),
        ("their", "their"),
    ]:
        assert words.capital(text) == capital


# An answer


def test_a_function_is_called_by_place_or_by_name():
    assert answers.call(lambda x, y: (x, y), ["a", "b"], [1, 2]) == (1, 2)
    assert answers.call(lambda *, b, a: (a, b), ["a", "b"], [1, 2]) == (1, 2)
    assert answers.call(lambda b, a: (a, b), ["a", "b"], [1, 2], by_name=True) == (1, 2)
    assert answers.call(lambda b, a: (a, b), ["a", "b"], [1, 2]) == (2, 1)
    assert answers.call(lambda x, y: (x, y), ["a", "b"], [1, 2], by_name=True) == (1, 2)
    assert answers.call(lambda: 3, [], []) == 3 and answers.call(np.hypot, ["a", "b"], [3, 4]) == 5
    assert answers.call(lambda *all: all, ["a", "b"], [1, 2]) == (1, 2)
    assert answers.call(max, ["a", "b"], [1, 2]) == 2
    for nothing in (lambda x: None, lambda x: ...):
        with pytest.raises(answers.UnfinishedError):
            answers.call(nothing, ["x"], [1])
    with pytest.raises(answers.MisfitError) as misfit:
        answers.call(two, ["x"], [1])
    assert str(misfit.value) == "two must take the arguments (x); yours takes (a, b)."
    with pytest.raises(answers.MisfitError, match=r"must take the arguments \(x, y\); yours"):
        answers.call(lambda: 1, ["x", "y", "z"], [1, 2])


def test_what_a_function_wrote_into_is_named_as_the_function_names_it():
    old, new = [np.zeros(2), [1.0, 2.0], np.ones(2), 3], [np.ones(2), [1.0, 2.0], np.ones(2) * (1 + 1e-14), 4]
    assert answers.changed(lambda w, x, y, z: 1, ["a", "b", "c", "d"], old, new) == ["w"]
    assert answers.changed(lambda d, c, b, a: 1, ["a", "b", "c", "d"], old, new) == ["a"]
    assert answers.changed(lambda w: 1, ["a", "b", "c", "d"], old, new) == ["a"]
    assert answers.changed(two, ["p", "q"], [[np.zeros(1)], (1,)], [[np.ones(1)], (1, 2)]) == ["a", "b"]
    assert answers.changed(two, ["p", "q"], [np.array([np.nan]), 1], [np.array([np.nan]), 2]) == []


def test_arrays_and_lists_of_them_are_copied():
    inner = np.zeros(2)
    copy = answers.copied(([inner], inner, "text"))
    copy[0][0][:] = copy[1][:] = 7
    assert inner.tolist() == [0, 0] and copy[2] == "text" and type(copy) is tuple and type(copy[0]) is list


@pytest.mark.parametrize(
    "value, expected",
    [
        (3, 3.0),
        ([1, Fraction(1, 2)], [1.0, 0.5]),
        (np.array([1 + 1e-13j, 2]), [1.0, 2.0]),
        (np.array([0j]), [0.0]),
        (np.array([1], np.uint8), [1.0]),
        (10**30, 1e30),
    ],
)
def test_real_numbers_however_they_are_written(value, expected):
    found = answers.reals(value)
    assert found.dtype == float and found.tolist() == expected
    if isinstance(value, np.ndarray):
        assert not np.shares_memory(found, value)


@pytest.mark.parametrize(
    "value, said",
    [
        ([1j], "w must be real; yours is complex: a root of a negative number?"),
        ([1 + 1e-11j], "w must be real; yours is complex: a root of a negative number?"),
        ("two", "w must be a number or an array of numbers; yours gives 'two'."),
        ([[1], [1, 2]], "w must be a number or an array of numbers; yours gives a list of 2."),
        (True, "w must be a number or an array of numbers; yours gives True."),
        (
            points(),
            "w must be a number or an array of numbers; yours gives a generator"
            " (a `yield` where there should be a `return`).",
        ),
    ],
)
def test_what_is_no_real_number_is_told(value, said):
    with pytest.raises(answers.MistakeError) as mistake:
        answers.reals(value, "w")
    assert str(mistake.value) == said
    with pytest.raises(answers.MistakeError, match=r"^the answer must be"):
        answers.reals(value)


def test_several_values():
    one, other = answers.values((1, [2, 3]), ("a", "b"))
    assert one.tolist() == 1 and other.tolist() == [2, 3]
    assert [v.tolist() for v in answers.values(np.array([1, 2]), ("a", "b"))] == [1, 2]
    assert answers.values([1, 2], ("a",))[0].tolist() == [1, 2]
    for wrong, given in (
        (3, "one number, 3"),
        ((1, 2, 3), "a tuple of 3"),
        (np.array(1.0), "an array of shape ()"),
    ):
        with pytest.raises(answers.MistakeError) as mistake:
            answers.values(wrong, ("a", "b"))
        assert str(mistake.value) == f"return 2 values, a, b; yours gives {given}."
    with pytest.raises(answers.MistakeError, match=r"^lr\(t\) must be"):
        answers.values("x", ("lr({})",))
    with pytest.raises(answers.MistakeError, match=r"^b must be"):
        answers.values((1, "x"), ("a", "b"))


def test_points_are_collected_as_they_come():
    def walk():
        x = np.zeros(1)
        while True:
            yield x
            x += 1

    found, copies = answers.collect(walk(), 3)
    assert [c.tolist() for c in copies] == [[0], [1], [2]] and found[0] is found[2] and len(found) == 3
    for wrong in ([1.0], np.zeros(2), "abc", {}, (1,), 3):
        with pytest.raises(answers.MistakeError) as mistake:
            answers.collect(wrong, 3, two)
        assert str(mistake.value) == (
            "two must `yield x` before each step, in a loop without end; "
            f"it returned {words.anything(wrong)}."
        )
    with pytest.raises(answers.MistakeError, match=r"^the point at t = 1 must be"):
        answers.collect(iter([1.0, "x"]), 3)
