import dataclasses
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import OBJECTIVES, differences

from optimlib import Objective, ackley, numerical_gradient, quadratic, saddle, taylor

every = pytest.mark.parametrize("f", OBJECTIVES.values(), ids=OBJECTIVES)


def points(f, count=200):
    low, high = np.transpose(f.domain)
    return np.random.default_rng(0).uniform(low, high, (count, 2))


@every
def test_gradient_is_the_slope_of_the_value(f):
    x = points(f)
    scale = np.abs(f.grad(x)).max()
    np.testing.assert_allclose(f.grad(x), differences(f, x), rtol=1e-6, atol=1e-9 * scale)


@every
def test_gradient_is_the_complex_step(f):
    x = points(f)
    step = numerical_gradient(f, x, h=1e-30, scheme="complex")
    np.testing.assert_allclose(f.grad(x), step, rtol=1e-11, atol=1e-11)


@every
def test_hessian_is_the_slope_of_the_gradient(f):
    x = points(f)
    scale = np.abs(f.hess(x)).max()
    np.testing.assert_allclose(f.hess(x), differences(f.grad, x), rtol=1e-6, atol=1e-9 * scale)
    np.testing.assert_array_equal(f.hess(x), np.swapaxes(f.hess(x), -1, -2))


@every
def test_minimizers_are_minima(f):
    assert np.abs(f.grad(f.minimizers)).max(initial=0) < 1e-12
    if f is not ackley:  # a cusp: no Hessian there
        assert (np.linalg.eigvalsh(f.hess(f.minimizers)) > 0).all()
    lowest = f(f.minimizers)
    if len(lowest):
        assert np.ptp(lowest) < 1e-12
        assert f(points(f, 100_000)).min() >= lowest.min()


@every
def test_facts_have_their_shapes(f):
    (left, right), (bottom, top) = f.domain
    assert left < right and bottom < top
    assert f.start.shape == (2,) and f.minimizers.shape[1:] == (2,)
    for x, y in [f.start, *f.minimizers]:
        assert left <= x <= right and bottom <= y <= top
    assert np.abs(f.grad(f.start)).max() > 1e-3  # there is something to descend


# Values from the formulas as printed in Surjanovic & Bingham, and the number of global minimizers.
KNOWN = [
    ("beale", (0, 0), 14.203125, 0.0, 1),
    ("rosenbrock", (-1.2, 1), 24.2, 0.0, 1),
    ("himmelblau", (0, 0), 170.0, 0.0, 4),
    ("booth", (0, 0), 74.0, 0.0, 1),
    ("matyas", (1, -1), 1.0, 0.0, 1),
    ("rastrigin", (0.5, -1), 10.0 + 10.25 + 1.0, 0.0, 1),
    ("ackley", (1, 1), 20 - 20 * np.exp(-0.2), 0.0, 1),
    ("styblinski_tang", (1, -1), -15.0, -78.33233140754282, 1),
    ("three_hump_camel", (1, -2), 2 - 1.05 + 1 / 6 - 2 + 4, 0.0, 1),
    ("quadratic", (0, 0), 0.0, 0.0, 1),
]


@pytest.mark.parametrize("name, x, value, least, count", KNOWN, ids=[row[0] for row in KNOWN])
def test_values_known_beforehand(name, x, value, least, count):
    f = OBJECTIVES[name]
    assert f(x) == pytest.approx(value, abs=1e-12)
    assert len(f.minimizers) == count
    np.testing.assert_allclose(f(f.minimizers), least, atol=1e-12)


# What chapters plot and start from: name, domain, start.
FACTS = {
    "quadratic": ("Quadratic", ((-4, 4), (-4, 4)), (-3.5, 1.5)),
    "beale": ("Beale", ((-4.5, 4.5), (-4.5, 4.5)), (1, 1.5)),
    "rosenbrock": ("Rosenbrock", ((-2, 2), (-1, 3)), (-1.2, 1)),
    "himmelblau": ("Himmelblau", ((-5, 5), (-5, 5)), (0, 0)),
    "booth": ("Booth", ((-10, 10), (-10, 10)), (-8, -6)),
    "matyas": ("Matyas", ((-10, 10), (-10, 10)), (-8, 4)),
    "rastrigin": ("Rastrigin", ((-5.12, 5.12), (-5.12, 5.12)), (3.3, -2.4)),
    "ackley": ("Ackley", ((-5, 5), (-5, 5)), (2.6, -3.4)),
    "styblinski_tang": ("Styblinski–Tang", ((-5, 5), (-5, 5)), (0.5, -4.5)),
    "three_hump_camel": ("Three-hump camel", ((-5, 5), (-5, 5)), (-2.5, 4)),
    "saddle": ("Saddle", ((-2, 2), (-2, 2)), (1.5, 0.001)),
}


def test_facts_known_beforehand():
    assert {key: (f.name, f.domain, tuple(f.start)) for key, f in OBJECTIVES.items()} == FACTS


def test_saddle_has_no_minimizer():
    assert saddle((2, 1)) == 3.0 and saddle.minimizers.shape == (0, 2)


def test_ackley_has_zero_derivatives_at_its_cusp():
    assert (ackley.grad((0.0, 0.0)) == 0).all() and (ackley.hess((0.0, 0.0)) == 0).all()
    assert ackley((0.0, 0.0)) == pytest.approx(0, abs=1e-14)


@every
@pytest.mark.parametrize("shape", [(2,), (1, 2), (5, 2), (3, 4, 2)])
def test_leading_axes_are_a_batch(f, shape):
    x = np.random.default_rng(1).normal(size=shape)
    assert np.shape(f(x)) == shape[:-1]
    assert f.grad(x).shape == shape and f.hess(x).shape == (*shape, 2)
    for index in np.ndindex(shape[:-1]):
        assert f(x)[index] == pytest.approx(f(x[index]), rel=1e-14)
        np.testing.assert_allclose(f.grad(x)[index], f.grad(x[index]), rtol=1e-13)
        np.testing.assert_allclose(f.hess(x)[index], f.hess(x[index]), rtol=1e-13)


@every
def test_whole_numbers_and_lists_are_points(f):
    assert f([1, 2]) == f((1.0, 2.0)) == f(np.array([1, 2]))
    np.testing.assert_array_equal(f.grad([1, 2]), f.grad(np.array([1.0, 2.0])))


@every
@pytest.mark.parametrize("x", [1.0, (1.0,), (1.0, 2.0, 3.0)])
def test_a_point_of_the_wrong_shape_is_refused(f, x):
    for call in (f, f.grad, f.hess):
        with pytest.raises(ValueError, match=rf"^x must have shape \(\.\.\., 2\) for {f.name}; got shape"):
            call(x)


@every
def test_huge_and_tiny_points_give_no_warning(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size in (1e-320, 1e-160, 1e100, 1e308):
            for x in (size * np.array([[1.0, 1.0], [1.0, -2.0], [0.0, 1.0]]).clip(-1, 1), np.zeros((0, 2))):
                assert f(x).shape == x.shape[:-1] and f.grad(x).shape == x.shape
                assert f.hess(x).shape == (*x.shape, 2)


def test_ackley_near_its_cusp():
    x = np.array([3e-170, 4e-170])
    np.testing.assert_allclose(ackley.grad(x), 20 * 0.2 / np.sqrt(2) * np.array([0.6, 0.8]))
    across = 20 * 0.2 / np.sqrt(2) / 5e-120 * np.array([[0.64, -0.48], [-0.48, 0.36]])
    np.testing.assert_allclose(ackley.hess(x * 1e50), across)


@every
@pytest.mark.parametrize(
    "x", ["here", None, [True, False], np.ma.array([1.0, 2.0], mask=[0, 1]), [[1.0], [1.0, 2.0]], {1: 2}]
)
def test_what_is_no_point_is_refused(f, x):
    for call in (f, f.grad, f.hess):
        with pytest.raises(TypeError, match=r"^x must be an array of real numbers"):
            call(x)


def test_an_objective_of_one_s_own_may_write_into_points_and_return_one_array():
    """`taylor`, which keeps what it is told, and methods are safe from it."""
    slope, curve, start = np.zeros(2), np.eye(2), np.array([1.0, 2.0])

    def value(x):
        x *= 0
        return 5.0

    def grad(x):
        slope[:] = x
        x[:] = 9
        return slope

    f = Objective("mine", value, grad, lambda x: curve, ((-1, 1), (-1, 1)), start, [[0.0, 0.0]])
    x = np.array([3.0, 4.0])
    g, H = f.grad(x), f.hess(x)
    assert f(x) == 5 and x.tolist() == [3, 4]
    f.grad(start)
    assert g.tolist() == [3, 4]
    g[:] = H[:] = start[:] = 7
    assert curve.tolist() == [[1, 0], [0, 1]] and f.start.tolist() == [1, 2]
    model = taylor(f, at=[3.0, 4.0], order=2)
    curve *= 2
    assert model([4.0, 4.0]) == 5 + 3 + 0.5 and model.grad([3.0, 4.0]).tolist() == [3, 4]
    model.hess([0.0, 0.0])[:] = 7
    assert model.hess([0.0, 0.0]).tolist() == [[1, 0], [0, 1]]
    model.grad([3.0, 4.0])[:] = 7
    assert model.grad([3.0, 4.0]).tolist() == [3, 4]


def test_an_objective_is_shown_by_its_name_and_functions_alone():
    assert re.fullmatch(r"Objective\(name='Saddle', value=<.*?>, grad=<.*?>, hess=<[^,]*>\)", repr(saddle))


def test_an_objective_needs_functions():
    for name in ("value", "grad", "hess"):
        with pytest.raises(TypeError, match=rf"^{name} must be a function"):
            dataclasses.replace(saddle, **{name: 3})
    with pytest.raises(TypeError, match=r"^start must be"):
        dataclasses.replace(saddle, start="here")


@every
def test_an_objective_cannot_be_changed(f):
    assert isinstance(f, Objective)
    with pytest.raises(dataclasses.FrozenInstanceError):
        f.start = (0, 0)
    with pytest.raises(ValueError, match="read-only"):
        f.start[0] = 7


@given(st.floats(0.01, 1e4), st.floats(-10, 10))
def test_quadratic_has_the_condition_and_the_angle(condition, angle):
    f = quadratic(condition, angle)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-np.sin(angle), np.cos(angle)])
    H = f.hess((0.0, 0.0))
    np.testing.assert_allclose(H @ along, along, atol=1e-10 * condition, rtol=1e-10)
    np.testing.assert_allclose(H @ across, condition * across, atol=1e-12 * condition + 1e-12)
    x = np.array([1.5, -0.5])
    assert f(x) == pytest.approx(x @ H @ x / 2, rel=1e-9)
    np.testing.assert_allclose(f.grad(x), H @ x, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "settings, error",
    [
        ({"condition": 0.0}, ValueError),
        ({"condition": -1.0}, ValueError),
        ({"condition": np.nan}, ValueError),
        ({"condition": "10"}, TypeError),
        ({"condition": [1.0, 2.0]}, TypeError),
        ({"angle": np.inf}, ValueError),
        ({"angle": None}, TypeError),
        ({"angle": [0.0, 1.0]}, TypeError),
    ],
)
def test_quadratic_refuses(settings, error):
    with pytest.raises(error, match=next(iter(settings))):
        quadratic(**settings)
