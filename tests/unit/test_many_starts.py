"""Newton's method from many starts: each start goes as it would alone, and ends are named by curvature."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from optimlib import beale, himmelblau, newton, quadratic, rosenbrock, run, saddle
from optimlib.second_order.many_starts import kind_of, newton_from_many, saddle_free_newton

starts = np.random.default_rng(0).uniform(-3, 3, size=(3, 4, 2))


@pytest.mark.parametrize("damping", [0.0, 15.001, 60.001])
def test_each_start_goes_as_with_newton_alone(damping):
    f = himmelblau
    paths = np.array(list(itertools.islice(newton_from_many(f.grad, f.hess, starts, damping), 5)))
    assert paths.shape == (5, 3, 4, 2)
    for place in np.ndindex(3, 4):
        alone = run(newton(f.grad, f.hess, starts[place], damping=damping), 4)
        np.testing.assert_allclose(paths[:, *place], alone, rtol=1e-9)


def test_a_saddle_free_step_is_newton_s_in_a_bowl_and_has_its_sign_turned_along_negative_curvature():
    bowl = quadratic(50, angle=0.4)
    step = run(saddle_free_newton(bowl.grad, bowl.hess, starts), 1)[1]
    np.testing.assert_allclose(step, 0 * starts, atol=1e-9)
    x = np.array([0.5, 0.25])
    h, g = np.diag(saddle.hess(x)), saddle.grad(x)  # its axes are the coordinates
    assert (h < 0).any()
    step = run(saddle_free_newton(saddle.grad, saddle.hess, x), 1)[1] - x
    np.testing.assert_allclose(step, -g / abs(h), rtol=1e-12)


def test_every_saddle_free_step_points_downhill():
    for f in (himmelblau, beale, rosenbrock):
        g = f.grad(starts)
        assert ((run(saddle_free_newton(f.grad, f.hess, starts), 1)[1] - starts) * g).sum(-1).max() < 0


def test_a_flat_direction_is_divided_by_the_least():
    step = run(saddle_free_newton(lambda x: np.ones(2), lambda x: np.diag([0.0, -2.0]), [0.0, 0.0], 0.1), 1)[
        1
    ]
    np.testing.assert_allclose(step, [-10, -0.5], rtol=1e-12)


def test_a_slight_curvature_is_none_downwards():
    assert [kind_of(quadratic(kappa), [0.0, 0.0]) for kappa in (2, 1e6)] == [0, 0]
    slight = SimpleNamespace(grad=lambda x: 0 * x, hess=lambda x: np.diag([0.01, -0.01]))
    assert kind_of(slight, [0.0, 0.0]) == 1


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda f: newton_from_many(f.grad, f.hess, starts, -1.0), "damping must be at least 0"),
        (lambda f: newton_from_many(f.grad, f.hess, 1.0), r"x must have shape \(\.\.\., n\)"),
        (lambda f: saddle_free_newton(f.grad, f.hess, starts, 0.0), "least must be greater than 0"),
        (lambda f: saddle_free_newton(f.grad, f.hess, [[np.nan, 0]]), "x must be finite"),
    ],
)
def test_a_wrong_argument_is_named_at_the_call(call, words):
    with pytest.raises(ValueError, match=words):
        call(himmelblau)


def test_a_point_is_named_by_its_negative_curvatures():
    maximum = (-0.270845, -0.923039)
    between = (0.086678, 2.884255)  # a saddle
    x = np.array([[(3.0, 2.0), maximum], [between, (0.0, 0.0)]])
    np.testing.assert_array_equal(kind_of(himmelblau, x, still=1e-3), [[0, 2], [1, -1]])
    assert kind_of(himmelblau, (3.00001, 2.0)) == -1 and kind_of(himmelblau, (3.0000001, 2.0)) == 0
    assert kind_of(saddle, (0.0, 0.0)) == 1 and kind_of(saddle, (0.0, 1.0)) == -1
