import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import OBJECTIVES

from optimlib import beale, check_gradient, numerical_gradient, relative_error, rosenbrock
from optimlib.gradients import GradientCheck


def cube_sum(x):
    return (x**3).sum(-1)


def errors(scheme, steps, f=np.exp, slope=np.exp, at=0.7):
    """Absolute error of each step h for a function of one coordinate."""
    line = [numerical_gradient(lambda x: f(x[..., 0]), [at], h, scheme)[0] for h in steps]
    return np.abs(np.array(line) - slope(at))


@pytest.mark.parametrize("scheme, order", [("forward", 1), ("central", 2), ("complex", 2)])
def test_error_falls_with_the_order_of_the_scheme(scheme, order):
    coarse, fine = errors(scheme, [1e-2, 1e-3])
    assert coarse / fine == pytest.approx(10**order, rel=0.05)


def test_differences_cancel_and_the_complex_step_does_not():
    assert errors("forward", [1e-15])[0] > 1e-3
    assert errors("central", [1e-15])[0] > 1e-3
    assert errors("complex", [1e-200])[0] < 1e-15


@pytest.mark.parametrize("scheme, tolerance", [("central", 1e-6), ("forward", 5e-3), ("complex", 1e-8)])
def test_every_objective_passes_the_check(scheme, tolerance):
    for f in OBJECTIVES.values():
        x = f.start + 0.013
        assert relative_error(f.grad(x), numerical_gradient(f, x, scheme=scheme)) < tolerance


def test_a_batch_is_differentiated_point_by_point():
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    whole = numerical_gradient(beale, x)
    assert whole.shape == x.shape
    for index in np.ndindex(4, 3):
        np.testing.assert_allclose(whole[index], numerical_gradient(beale, x[index]), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.int8, np.uint8])
def test_every_kind_of_number_is_differentiated_in_double_precision(kind):
    seen = set()

    def f(x):
        seen.add(x.dtype)
        return cube_sum(x)

    slope = numerical_gradient(f, np.array([1, 100], dtype=kind))
    assert slope.dtype == float and seen == {np.dtype(float)}
    np.testing.assert_allclose(slope, [3, 30_000], rtol=1e-5)


@pytest.mark.parametrize("scheme", ["central", "forward"])
def test_a_step_that_x_does_not_feel_is_refused(scheme):
    # Below 1 floats are twice as dense as above: there 1e-16 is felt on one side alone.
    for x, h in [([1.0], 1e-17), ([0.0, 1e20], 1e-5), ([-3.0], 1e-16), ([1.0], 1e-16), ([-1.0], 1e-16)]:
        with pytest.raises(ValueError, match=r"^h must be large enough"):
            numerical_gradient(cube_sum, x, h, scheme)
    assert np.isfinite(numerical_gradient(cube_sum, [1.0], 1e-15, scheme)).all()
    assert numerical_gradient(cube_sum, [1.0], 1e-17, "complex")[0] == pytest.approx(3)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x**3).sum(),  # of a whole batch
        lambda x: x,
        lambda x: np.zeros(3),
        lambda x: [1.0, 2.0, 3.0, 4.0],
    ],
)
def test_f_that_does_not_return_one_number_a_point_is_refused(f):
    for scheme in ("central", "forward", "complex"):
        with pytest.raises(ValueError, match=r"^f must return one number for each point"):
            numerical_gradient(f, np.ones((2, 3)), scheme=scheme)


@pytest.mark.parametrize(
    "f", [lambda x: "1", lambda x: None, lambda x: True, lambda x: 1j, lambda x: np.ma.masked]
)
def test_f_that_returns_no_number_is_refused(f):
    with pytest.raises(TypeError, match=r"^f must return real numbers"):
        numerical_gradient(f, np.ones(3))


def test_functions_that_spoil_their_argument_or_return_one_array_change_nothing():
    x, value, slope = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2), np.zeros((2, 2))

    def f(x):
        value[:] = cube_sum(x)
        x[:] = 7
        return value

    def grad(x):
        slope[:] = 3 * x**2
        x *= 5
        return slope

    for scheme in ("central", "forward"):
        found = check_gradient(f, grad, x, scheme=scheme, tolerance=1e-4)
        assert found and x.tolist() == [[1, 2], [3, 4]]
        slope[:] = 0
        assert (found.analytic == 3 * x**2).all()
    assert not check_gradient(f, lambda x: x.__imul__(2), x)


def test_a_complex_gradient_is_refused():
    with pytest.raises(TypeError, match=r"^grad must return real numbers"):
        check_gradient(cube_sum, lambda x: 3 * x**2 + 1j, [1.0])


def test_relative_error_of_small_integers_and_of_the_largest_floats():
    assert relative_error(np.array([1, 250], np.uint8), np.array([3, 255], np.uint8)) == 0.5
    assert relative_error([1.7e308], [-1.7e308]) == 1 and relative_error([1.7e308], [1.7e308]) == 0
    assert np.isnan(relative_error([np.inf], [np.inf]))


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5)


@given(numbers, numbers)
def test_relative_error_is_symmetric_and_from_0_to_1(a, b):
    a, b = np.array(a[: len(b)]), np.array(b[: len(a)])
    error = relative_error(a, b)
    assert type(error) is float
    assert 0 <= error <= 1 and error == relative_error(b, a) and relative_error(a, a) == 0


def test_relative_error_is_the_formula():
    assert relative_error([1.0, 3.0], [1.0, 1.0]) == 0.5
    assert relative_error(1e-9, 0.0) == pytest.approx(0.1)  # the floor of 1e-8
    assert np.isnan(relative_error([np.nan, 0.0], [0.0, 0.0]))


def test_check_agrees_and_says_so():
    result = check_gradient(rosenbrock, rosenbrock.grad, [0.3, -0.4])
    assert result and "agree" in repr(result) and result.error < 1e-6
    np.testing.assert_array_equal(result.analytic, rosenbrock.grad([0.3, -0.4]))


def test_a_check_has_the_error_of_each_coordinate():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = check_gradient(cube_sum, lambda x: 3 * x**2 * [[1, 3], [1, 1]], x)
    assert found.errors.shape == (2, 2) and found.errors[0, 1] == found.error == pytest.approx(0.5)
    alone = [
        [relative_error(a, b) for a, b in zip(*rows, strict=True)]
        for rows in zip(found.analytic, found.numerical, strict=True)
    ]
    np.testing.assert_array_equal(found.errors, alone)


def test_check_points_at_the_wrong_coordinate():
    wrong = check_gradient(cube_sum, lambda x: 3 * x**2 + [0, 0, 0.5], [1.0, 2.0, 3.0])
    assert not wrong
    assert "differ" in repr(wrong) and "coordinate 2" in repr(wrong) and "27.5" in repr(wrong)
    batch = check_gradient(cube_sum, lambda x: 3 * x**2 + [[0, 0], [1, 0]], np.ones((2, 2)))
    assert "coordinate (1, 0)" in repr(batch)


def test_check_of_a_gradient_with_nan_fails_and_points_at_it():
    result = check_gradient(cube_sum, lambda x: np.array([3.0, np.nan]), [1.0, 1.0])
    assert not result and "coordinate 1" in repr(result)


def test_what_is_infinite_or_lost_gives_no_warning():
    def f(x):
        return np.log(x).sum(-1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scheme in ("central", "forward"):
            assert not np.isfinite(numerical_gradient(f, [1.0, 0.0], scheme=scheme)[1])
        assert np.isnan(relative_error([np.inf], [np.inf])) and np.isnan(relative_error([np.inf], [1.0]))
        assert not check_gradient(f, lambda x: 1 / x, [0.0, 1.0])


def test_the_tolerance_is_allowed_itself():
    one = np.array([1.0])
    assert GradientCheck(one, 3 * one, 0.5, 0.5) and not GradientCheck(one, 3 * one, 0.5, 0.5 - 1e-16)


def test_the_tolerance_decides():
    def nearly(x):
        return 3 * x**2 * (1 + 1e-4)

    assert not check_gradient(cube_sum, nearly, [1.0, 2.0])
    assert check_gradient(cube_sum, nearly, [1.0, 2.0], tolerance=1e-3)


BAD = [
    (lambda: numerical_gradient(3, [1.0]), "f", TypeError),
    (lambda: numerical_gradient(cube_sum, [1.0], h=0.0), "h", ValueError),
    (lambda: numerical_gradient(cube_sum, [1.0], h=-1e-5), "h", ValueError),
    (lambda: numerical_gradient(cube_sum, [1.0], h="small"), "h", TypeError),
    (lambda: numerical_gradient(cube_sum, [1.0], h=[1e-5, 1e-6]), "h", TypeError),
    (lambda: numerical_gradient(cube_sum, [1.0], scheme="backward"), "scheme", ValueError),
    (lambda: numerical_gradient(cube_sum, [1.0], scheme=None), "scheme", ValueError),
    (lambda: numerical_gradient(cube_sum, [np.nan]), "x", ValueError),
    (lambda: numerical_gradient(cube_sum, "here"), "x", TypeError),
    (lambda: numerical_gradient(cube_sum, 1.0), "x", ValueError),
    (lambda: relative_error([1.0], [1.0, 2.0]), "a and b", ValueError),
    (lambda: relative_error([], []), "a and b", ValueError),
    (lambda: relative_error("a", "b"), "a", TypeError),
    (lambda: relative_error([1.0], [1j]), "b", TypeError),
    (lambda: relative_error([True], [1.0]), "a", TypeError),
    (lambda: relative_error([1.0], np.ma.array([1.0], mask=[True])), "b", TypeError),
    (lambda: check_gradient(cube_sum, 3, [1.0]), "grad", TypeError),
    (lambda: check_gradient(cube_sum, lambda x: x[:1], [1.0, 2.0]), "grad", ValueError),
    (lambda: check_gradient(cube_sum, cube_sum, [1.0], scheme="best"), "scheme", ValueError),
    (lambda: check_gradient(cube_sum, cube_sum, [1.0], tolerance=0.0), "tolerance", ValueError),
    (lambda: check_gradient(cube_sum, cube_sum, [np.inf]), "x", ValueError),
]


@pytest.mark.parametrize("call, name, error", BAD)
def test_a_bad_argument_is_named(call, name, error):
    with pytest.raises(error, match=rf"^{name} must "):
        call()


@pytest.mark.parametrize(("scheme", "evaluations"), [("forward", 4), ("central", 6), ("complex", 3)])
def test_a_gradient_of_three_coordinates_costs_what_the_book_says(scheme, evaluations):
    asked = []
    numerical_gradient(lambda x: (asked.append(x), (x**2).sum(-1))[1], [1.0, 2.0, 3.0], scheme=scheme)
    assert len(asked) == evaluations
