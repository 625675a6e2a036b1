"""What a run has cost, the soonest rate, and a run until it is lost."""

import itertools

import numpy as np
import pytest

from optimlib import bfgs, booth, gradient_descent, lbfgs, momentum, rosenbrock, run
from optimlib.second_order.courses import against_gradients, soonest, until_above

h = np.array([1.0, 4.0, 10.0])


def bowl(x):
    return (h * x * x).sum(axis=-1) / 2


def slope(x):
    return h * x


def descent(f, grad, x, lr):
    return gradient_descent(grad, x, lr=lr)


@pytest.mark.parametrize("method, settings", [(bfgs, {"c2": 0.1}), (lbfgs, {"memory": 3})])
def test_a_course_is_the_run_and_what_it_asked_for(method, settings):
    f_asked, grad_asked, rows = [], [], []

    def f(x):
        f_asked.append(x)
        return rosenbrock(x)

    def grad(x):
        grad_asked.append(x)
        return rosenbrock.grad(x)

    for x in method(f, grad, rosenbrock.start, **settings):
        rows.append((x, len(grad_asked), len(f_asked)))
        if rosenbrock(x) < 1e-6:
            break
    course = against_gradients(method, rosenbrock, rosenbrock.grad, rosenbrock.start, level=1e-6, **settings)
    points, gradients, evaluations = map(np.array, zip(*rows, strict=True))
    np.testing.assert_array_equal(course.points, points)
    np.testing.assert_array_equal(course.gradients, gradients)
    np.testing.assert_array_equal(course.evaluations, evaluations)
    np.testing.assert_array_equal(course.asked, grad_asked)
    np.testing.assert_allclose(course.values, rosenbrock(points), rtol=1e-12)
    assert (course.values[:-1] >= 1e-6).all() and course.values[-1] < 1e-6


def test_gradient_descent_asks_for_one_gradient_a_step_and_no_value_and_stops_at_its_budget():
    course = against_gradients(descent, bowl, slope, [1.0, 1.0, 1.0], budget=7, lr=0.01)
    assert course.gradients.tolist() == list(range(9)) and not course.evaluations.any()
    np.testing.assert_array_equal(course.points, run(gradient_descent(slope, [1.0, 1.0, 1.0], lr=0.01), 8))
    np.testing.assert_array_equal(course.asked, course.points[:-1])


def test_a_course_ends_with_its_method():
    course = against_gradients(bfgs, booth, booth.grad, (0.0, 0.0), level=-1.0)
    assert len(course.points) == len(list(bfgs(booth, booth.grad, (0.0, 0.0))))


def test_a_value_of_the_level_itself_is_not_below_it():
    course = against_gradients(descent, bowl, slope, [0.0, 0.0, 0.0], budget=2, level=0.0, lr=0.01)
    assert course.values.tolist() == [0, 0, 0, 0]


def test_a_start_that_is_low_enough_asks_for_no_gradient():
    course = against_gradients(descent, bowl, slope, [0.0, 0.0, 0.0], lr=0.01)
    assert course.asked.shape == (0, 3) and course.points.shape == (1, 3)


@pytest.mark.parametrize("wrong", ["method", "f", "grad"])
def test_what_is_no_function_is_named(wrong):
    functions = {"method": bfgs, "f": bowl, "grad": slope, wrong: 3}
    with pytest.raises(TypeError, match=f"^{wrong} must be a function; got 3$"):
        against_gradients(**functions, x=[1.0, 1.0, 1.0])


def test_the_soonest_rate_is_the_one_whose_own_run_is_below_first():
    rates, level, x = np.geomspace(0.01, 1, 9), 1e-3, np.ones(3)  # the largest diverge

    def alone(rate):
        with np.errstate(over="ignore"):
            values = np.nan_to_num(bowl(run(momentum(slope, x, lr=rate, rho=0.6), 200)), nan=np.inf)
        low = values < level
        return next((t for t in range(201) if low[t:].all()), np.inf), values[-1], rate

    found = soonest(momentum, bowl, slope, x, rates, 200, level, rho=0.6)
    assert found == min(map(alone, rates)) and found[0] == 17


def test_a_run_that_comes_back_above_the_level_is_not_below_it_for_good():
    """f along the run with rate 1 is 1, 0, 1, 0, 0 …; with rate 2 it stays at 2."""

    def method(grad, x, lr):
        return (np.where(lr == 1, float(v), 2.0) * np.ones((2, 1)) for v in (1, 0, 1, 0, 0))

    t, end, rate = soonest(method, lambda x: x[..., 0], None, [1.0], [2.0, 1.0], 4, level=0.5)
    assert (t, end, rate) == (3, 0, 1)


def test_where_no_run_arrives_the_least_end_is_taken():
    t, end, rate = soonest(gradient_descent, bowl, slope, np.ones(3), [1e-4, 1e-3, 10.0], 400, 1e-9)
    assert t == np.inf and rate == 1e-3
    assert end == bowl(run(gradient_descent(slope, np.ones(3), lr=1e-3), 400)[-1])


def test_runs_that_are_low_from_the_start_need_no_step():
    assert soonest(gradient_descent, bowl, slope, np.ones(3), [1e-3], 5, 100.0)[0] == 0


def test_a_run_is_kept_until_the_first_value_that_is_not_below():
    doubling = ([2.0**k] for k in itertools.count())
    points, values = until_above(doubling, lambda x: x[0], most=8)
    assert points.tolist() == [[1], [2], [4], [8]] and values.tolist() == [1, 2, 4, 8]
    points, values = until_above([[1.0], [2.0]], lambda x: x[0], most=8)
    assert points.tolist() == [[1], [2]] and values.tolist() == [1, 2]
    points, values = until_above([[1.0], [np.nan], [1.0]], lambda x: x[0], most=8)
    assert len(points) == 2 and np.isnan(values[-1])
