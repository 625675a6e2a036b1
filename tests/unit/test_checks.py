"""What is allowed and what is refused at every border, and what an error says, word for word."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest

from optimlib import checks

BELOW_1, BELOW_0, ABOVE_0, ABOVE_1 = np.nextafter([1.0, 0.0, 0.0, 1.0], [0.0, -1.0, 1.0, 2.0]).tolist()
BORDERS = {
    checks.finite: ([-1.7e308, 1.7e308], [math.inf, -math.inf, math.nan], "finite"),
    checks.non_negative: ([0.0, 1.7e308], [BELOW_0, math.inf, math.nan], "at least 0"),
    checks.positive: ([ABOVE_0, 1.7e308], [0.0, BELOW_0, math.inf, math.nan], "greater than 0"),
    checks.decay_rate: ([0.0, BELOW_1], [BELOW_0, 1.0, math.nan], "at least 0 and below 1"),
    checks.share: ([0.0, 1.0], [BELOW_0, ABOVE_1, math.nan], "from 0 to 1"),
}
every_border = pytest.mark.parametrize("check, good, bad, words", [(c, *rest) for c, rest in BORDERS.items()])


def refusal(error, call, *arguments, **named):
    with pytest.raises(error) as refused:
        call(*arguments, **named)
    return str(refused.value)


@every_border
def test_numbers_up_to_the_border_and_not_beyond(check, good, bad, words):
    for value in good:
        one = check("a", value)
        assert one == value and type(one) is float
        many = check("a", [[value], [0.5]])
        assert many.dtype == float and many.tolist() == [[value], [0.5]]
    for value in bad:
        assert refusal(ValueError, check, "a", value) == f"a must be {words}; got {value}"
        assert refusal(ValueError, check, "a", [[0.5], [value]]) == f"a must be {words}; got {value}"


@every_border
def test_what_is_no_number_is_refused_in_these_words(check, good, bad, words):
    for value in ("x", None, True, np.True_, 1j, [1.0, True], [[1.0], [1.0, 2.0]], {}, np.ma.masked, [None]):
        said = f"a must be a number or an array of numbers, {words}; got {value!r}"
        assert refusal(TypeError, check, "a", value) == said
    assert refusal(ValueError, check, "a", []) == f"a must be {words}; got an empty array"


@pytest.mark.parametrize(
    "value, expected",
    [
        (1, 1.0),
        (np.uint8(1), 1.0),
        (np.float32(0.5), 0.5),
        (Fraction(1, 4), 0.25),
        (np.array(1), 1.0),
        (np.array(Fraction(1, 2), dtype=object), 0.5),
        ([Fraction(1, 4), 1], [0.25, 1.0]),
        (np.array([[1, 0.5]], dtype=object), [[1.0, 0.5]]),
        (np.array([10**30, np.float32(0.5)], dtype=object), [1e30, 0.5]),
        (np.ma.array([1.0, 0.5], mask=[0, 0]), [1.0, 0.5]),
        (np.array([1.0, 0.5], np.longdouble), [1.0, 0.5]),
    ],
)
def test_numbers_of_every_kind_become_floats_of_our_own(value, expected):
    found = checks.finite("a", value)
    assert np.array_equal(found, expected) and np.asarray(found).dtype == float
    assert isinstance(found, float) == (np.ndim(expected) == 0)
    floats = checks.floats("a", value)
    assert type(floats) is np.ndarray and floats.tolist() == expected
    if isinstance(value, np.ndarray):
        assert not np.shares_memory(floats, value)


def test_numbers_beyond_all_floats_are_infinite_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        huge = [10**400, -(10**400), 1]
        assert checks.floats("a", huge).tolist() == [math.inf, -math.inf, 1]
        assert checks.floats("a", np.array([10], np.longdouble) ** 400).tolist() in ([math.inf], [1e308 * 10])
    assert refusal(ValueError, checks.finite, "a", 10**400) == "a must be finite; got inf"


def test_order_in_memory_is_kept():
    fortran = np.asfortranarray(np.arange(6).reshape(2, 3))
    assert checks.floats("a", fortran).flags.f_contiguous


def test_one_number():
    assert checks.number("a", np.float32(0.5), checks.share) == 0.5
    assert {type(checks.number("a", one, checks.share)) for one in (1, np.array(1), np.uint8(1))} == {float}
    for value in ([0.5], [[0.5, 0.25]]):
        said = refusal(TypeError, checks.number, "a", value, checks.share)
        assert said == f"a must be one number; got an array of shape {np.shape(value)}"


def test_whole_numbers():
    for value in (2, 5, np.int8(3), np.uint64(4)):
        found = checks.integer("n", value, least=2, most=5)
        assert found == value and type(found) is int
    assert checks.integer("n", 10**30, least=0) == 10**30
    assert refusal(ValueError, checks.integer, "n", 1, 2) == "n must be at least 2; got 1"
    for value in (1, 6):
        said = refusal(ValueError, checks.integer, "n", value, least=2, most=5)
        assert said == f"n must be from 2 to 5; got {value}"
    for value in (2.0, "2", None, True, np.True_, [2], np.array(2)):
        said = refusal(TypeError, checks.integer, "n", value, least=2)
        assert said == f"n must be a whole number, at least 2; got {value!r}"


def test_sides_of_a_matrix():
    assert checks.sides("shape", [np.int8(2), 3], 6) == checks.sides("shape", (2, 3)) == (2, 3)
    for value in (6, "23", (2, 3, 1), [2], np.array([2, 3]), None):
        said = refusal(TypeError, checks.sides, "shape", value)
        assert said == f"shape must be two whole numbers, (rows, columns); got {value!r}"
    assert refusal(ValueError, checks.sides, "shape", (2, 0)) == "shape must be at least 1; got 0"
    assert refusal(ValueError, checks.sides, "shape", (2, 3), 5) == (
        "shape must be (rows, columns) with rows · columns = 5, the coordinates of x; got (2, 3)"
    )


def test_options_and_truth_and_things():
    assert checks.option("way", "up", ("up", "down")) == "up"
    for value in ("left", None, 3, ["up"]):
        said = refusal(ValueError, checks.option, "way", value, ("up", "down"))
        assert said == f"way must be one of 'up', 'down'; got {value!r}"
    assert checks.flag("on", np.True_) is True and checks.flag("on", False) is False
    for value in (1, 0, None, "yes"):
        assert refusal(TypeError, checks.flag, "on", value) == f"on must be True or False; got {value!r}"
    rng = np.random.default_rng(0)
    assert checks.generator("rng", rng) is rng and checks.function("f", len) is len
    said = refusal(TypeError, checks.generator, "rng", 0)
    assert said == "rng must be a numpy.random.Generator; got 0"
    assert refusal(TypeError, checks.function, "f", 3) == "f must be a function; got 3"


def test_points_and_arrays():
    assert checks.point("x", (1, 2)).tolist() == [1, 2] and checks.point("x", np.zeros((0, 2))).shape == (
        0,
        2,
    )
    for value, shape in ((1.0, ()), ([], (0,)), (np.zeros((2, 0)), (2, 0))):
        said = refusal(ValueError, checks.point, "x", value)
        assert said == f"x must have shape (..., n) with n at least 1; got shape {shape}"
    assert checks.array("A", [[1]], ndim=2).tolist() == [[1]] and checks.array("A", 3).tolist() == 3
    assert refusal(ValueError, checks.array, "A", [1], ndim=2) == "A must have 2 axes; got shape (1,)"
    for lost in (math.nan, math.inf):
        said = refusal(ValueError, checks.array, "A", [1, lost])
        assert said == "A must be finite; it holds NaN or infinity"
    for call in (checks.point, checks.array, checks.floats, checks.real_or_complex):
        assert refusal(TypeError, call, "x", "here") == "x must be an array of real numbers; got 'here'"
    assert checks.real_or_complex("x", [1, 2j]).tolist() == [1, 2j]
    assert checks.real_or_complex("x", np.array([1], np.uint8)).dtype == float
    for objects in (["1"], [True, 1.0], [None], [1j]):
        assert refusal(TypeError, checks.floats, "x", np.array(objects, object)).startswith(
            "x must be an array"
        )
    assert checks.floats("x", np.zeros((0, 2), object)).shape == (0, 2)
    assert refusal(TypeError, checks.floats, "x", 2j) == "x must be an array of real numbers; got 2j"


def test_what_is_long_is_shown_shortened():
    at_most, longer = "x" * 398, "x" * 399
    assert refusal(TypeError, checks.floats, "x", at_most).endswith(f"got {at_most!r}")
    assert refusal(TypeError, checks.floats, "x", longer).endswith(f"got {repr(longer)[:400]} …")


def test_steps_are_whole_numbers_that_do_not_wrap_or_floats():
    for value in (0, 2**62 - 1, [0, 5], np.array([255], np.uint8), np.int64(7)):
        found = checks.steps("t", value)
        assert np.array_equal(found, value) and found.dtype == np.int64
    for value in (2**62, 10**30, 2.5, [0.5, 1], np.array([2**63], np.uint64)):
        found = checks.steps("t", value)
        assert np.allclose(found, np.asarray(value, dtype=float)) and found.dtype == float
    assert np.ndim(checks.steps("t", 3)) == np.ndim(checks.steps("t", 2.5)) == 0
    assert checks.steps("t", np.zeros((0, 2), int)).shape == (0, 2)
    for value in (-1, [0, -1]):
        assert refusal(ValueError, checks.steps, "t", value).startswith("t must be at least 0; got -1")


def test_shapes_that_broadcast_and_those_that_do_not():
    assert checks.broadcast((2, 1), (3,), ()) == (2, 3) and checks.broadcast((2,), (3,)) is None


def test_a_reader_s_function_of_the_wrong_shape_or_kind_is_told_so():
    x = np.ones((2, 3))
    each = "one number for each point, shape (2,) for points of shape (2, 3); it returned shape (2, 3)"
    cases = [
        (checks.values_of, "f", lambda x: x, x, each),
        (checks.value_of, "f", lambda x: x, x[0], "one number for one point; it returned shape (3,)"),
        (checks.gradient_of, "grad", lambda x: x[:1], x, "the shape of x, (2, 3); it returned (1, 3)"),
        (checks.hessian_of, "hess", lambda x: x, x[0], "shape (3, 3); it returned (3,)"),
    ]
    for wrap, name, f, at, words in cases:
        assert refusal(ValueError, wrap(f, "mine"), at) == f"mine must return {words}"
        said = refusal(TypeError, wrap(lambda x: "up", "mine"), at)
        assert said == "mine must return real numbers; it returned 'up'"
        assert refusal(TypeError, wrap, 3, "mine") == "mine must be a function; got 3"
        assert refusal(TypeError, wrap, 3) == f"{name} must be a function; got 3"
    assert checks.value_of(lambda x: x.sum())(x[0]) == 3 and type(checks.value_of(np.sum)(x[0])) is float
    assert checks.values_of(lambda x: x.sum(-1) + 1j, complex_too=True)(x).tolist() == [3 + 1j] * 2
    assert refusal(TypeError, checks.values_of(lambda x: x.sum(-1) + 1j), x).startswith("f must return real")


def test_a_copying_function_gives_floats_and_keeps_what_it_returns():
    seen, kept = [], np.array([1.0, 2.0])

    def f(x):
        seen.append(x)
        x *= 2
        return kept

    call, given = checks.copying(f, "f"), np.array([1, 2])
    answer = call(given)
    answer[:] = 7
    assert seen[0].dtype == float and given.tolist() == [1, 2] and kept.tolist() == [1, 2]
    # Where copies are made anyway, the function itself is called.
    assert checks.gradient_of(call)(np.ones(2)).tolist() == [1, 2] and call.bare is f
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checks.copying(lambda x: x * x - x * x, "f")([1e200]).tolist() != [0]
    number = checks.copying(lambda x: x.sum(), "f")([1, 2])
    assert number == 3 and isinstance(number, np.float64)
    assert checks.copying(lambda x: x * x, "f")([1j]).tolist() == [-1]
    assert refusal(TypeError, checks.copying, 3, "hess") == "hess must be a function; got 3"
