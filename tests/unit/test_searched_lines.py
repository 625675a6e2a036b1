"""What a line search did, seen along its line."""

import numpy as np
import pytest

from optimlib import bfgs, quadratic, rosenbrock
from optimlib.second_order.courses import against_gradients
from optimlib.second_order.searched_lines import first_minimum, searched_line

LENGTHS = np.linspace(0, 2.5, 26)  # 1 is among them


def course_on(f, c2):
    return against_gradients(bfgs, f, f.grad, f.start, level=1e-9, c2=c2)


def test_along_a_line_a_quadratic_is_a_parabola():
    """In units of the exact step and its depth, f changes by a² − 2a, and the slope by a factor 1 − a."""
    f = quadratic(20, angle=0.3)
    course = course_on(f, 0.9)
    for step in range(1, len(course.points)):
        line = searched_line(f, course, step, LENGTHS, c1=0.275, c2=0.65)
        np.testing.assert_allclose(line.heights, LENGTHS**2 - 2 * LENGTHS, atol=1e-6)
        np.testing.assert_allclose(line.values, line.at**2 - 2 * line.at, atol=1e-6)
        assert line.left == pytest.approx(abs(1 - line.at[-1]), abs=1e-6)
        wolfe = (LENGTHS**2 - 2 * LENGTHS <= -0.55 * LENGTHS) & (abs(1 - LENGTHS) <= 0.65)
        np.testing.assert_array_equal(line.fine, wolfe)


def test_a_search_stops_where_the_conditions_hold():
    for c2 in (0.01, 0.9):
        course = course_on(rosenbrock, c2)
        for step in range(1, len(course.points)):
            line = searched_line(rosenbrock, course, step, LENGTHS, c2=c2)
            assert len(line.at) == course.gradients[step] - course.gradients[step - 1]
            stop = line.at[-1:]
            there = searched_line(rosenbrock, course, step, stop, c2=c2)
            assert there.fine.all() and there.left <= c2
            np.testing.assert_allclose(there.heights, there.values[-1:], atol=1e-6)
            x, p = course.points[step - 1], course.points[step] - course.points[step - 1]
            exact = x + p / stop  # the first minimum: f is flat along the line
            assert abs(rosenbrock.grad(exact) @ p) < 1e-6 * abs(rosenbrock.grad(x) @ p)


@pytest.mark.parametrize("step, error", [(0, ValueError), (10**6, ValueError), (1.0, TypeError)])
def test_a_step_that_the_course_has_not_is_named(step, error):
    with pytest.raises(error, match=r"^step must be"):
        searched_line(rosenbrock, course_on(rosenbrock, 0.9), step, LENGTHS)


def test_the_first_of_several_minima_is_found():
    assert first_minimum(lambda a: -np.cos(a)) == pytest.approx(np.pi / 2, rel=1e-12)
    assert first_minimum(lambda a: a - 3e5) == pytest.approx(3e5, rel=1e-12)


def test_a_slope_that_comes_to_rest_at_0_has_its_minimum_where_it_does():
    assert first_minimum(lambda a: min(a - 2, 0.0)) == pytest.approx(2, rel=1e-12)


def test_a_slope_without_a_minimum_is_refused():
    with pytest.raises(ValueError, match=r"^slope must be negative at 0; got 1$"):
        first_minimum(lambda a: 1.0)
    with pytest.raises(ValueError, match=r"^slope must change its sign"):
        first_minimum(lambda a: -1.0)
