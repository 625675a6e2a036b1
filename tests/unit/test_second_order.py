import itertools
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import OBJECTIVES
from scipy.optimize import minimize, rosen, rosen_der

from optimlib import (
    bfgs,
    booth,
    constant,
    lbfgs,
    newton,
    quadratic,
    rosenbrock,
    run,
    saddle,
    styblinski_tang,
    taylor,
)
from optimlib.second_order import two_loop

every = pytest.mark.parametrize("f", OBJECTIVES.values(), ids=OBJECTIVES)
quasi_newton = pytest.mark.parametrize("method", [bfgs, lbfgs])


def points(f, count=50, seed=0):
    low, high = np.transpose(f.domain)
    return np.random.default_rng(seed).uniform(low, high, (count, 2))


# Taylor models


@every
def test_a_taylor_model_has_the_value_and_the_derivatives_at_its_point(f):
    for a in points(f, 5):
        line, bowl = taylor(f, a, order=1), taylor(f, a, order=2)
        assert line(a) == bowl(a) == f(a)
        np.testing.assert_array_equal(line.grad(a), f.grad(a))
        np.testing.assert_array_equal(bowl.grad(a), f.grad(a))
        np.testing.assert_array_equal(bowl.hess(a), f.hess(a))
        assert (line.hess(a) == 0).all()


@every
@pytest.mark.parametrize("order", [1, 2])
def test_the_error_of_a_taylor_model_falls_with_one_power_more(f, order):
    a = f.start + 0.05
    model = taylor(f, a, order)
    direction = np.array([0.6, 0.8])
    near, far = (abs(model(a + h * direction) - f(a + h * direction)) for h in (1e-3, 1e-2))
    assert near <= far * 10.0 ** -(order + 1) * 1.5 + 1e-12


@every
def test_a_taylor_model_is_an_objective(f):
    model = taylor(f, f.start, order=2)
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    assert model(x).shape == (3, 4) and model.grad(x).shape == x.shape and model.hess(x).shape == (3, 4, 2, 2)
    for index in np.ndindex(3, 4):
        s = x[index] - f.start
        by_hand = f(f.start) + f.grad(f.start) @ s + s @ f.hess(f.start) @ s / 2
        assert model(x)[index] == pytest.approx(by_hand, rel=1e-12)
        np.testing.assert_allclose(model.grad(x)[index], f.grad(f.start) + f.hess(f.start) @ s)


@every
def test_its_minimizer_is_where_newton_goes(f):
    for a in points(f, 20):
        model = taylor(f, a, order=2)
        positive = np.linalg.eigvalsh(f.hess(a))[0] > 0
        assert model.minimizers.shape == (int(positive), 2)
        if positive:
            step = run(newton(f.grad, f.hess, a), steps=1)[1]
            np.testing.assert_allclose(model.minimizers[0], step, rtol=1e-12, atol=1e-12)
            assert np.abs(model.grad(step)).max() < 1e-9 * np.abs(f.grad(a)).max()


def test_the_model_of_a_quadratic_is_the_quadratic():
    f = quadratic(30.0, 0.4)
    model, x = taylor(f, (2.0, -1.0), order=2), points(f)
    np.testing.assert_allclose(model(x), f(x), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(model.minimizers, f.minimizers, atol=1e-14)
    assert taylor(f, (2.0, -1.0), order=1).minimizers.shape == (0, 2)


# Newton


@pytest.mark.parametrize("f", [booth, quadratic(1e6, 0.3), saddle], ids=lambda f: f.name)
def test_newton_needs_one_step_on_a_quadratic(f):
    path = np.array(list(itertools.islice(newton(f.grad, f.hess, f.start), 20)))
    assert np.abs(f.grad(path[1])).max() < 1e-8
    assert len(path) <= 4


@pytest.mark.parametrize("name", ["beale", "rosenbrock", "himmelblau", "matyas", "three_hump_camel"])
def test_newton_s_digits_double(name):
    f = OBJECTIVES[name]
    for minimizer in f.minimizers:
        errors = np.linalg.norm(
            list(itertools.islice(newton(f.grad, f.hess, minimizer + 0.02), 30)) - minimizer, axis=-1
        )
        assert errors[-1] < 1e-13 and len(errors) < 10
        small = errors[(errors < 0.1) & (errors > 1e-7)]
        assert (errors[1 : len(small) + 1] <= 200 * small**2).all()


def test_newton_ends_at_a_minimum_that_is_no_round_number():
    path = list(itertools.islice(newton(styblinski_tang.grad, styblinski_tang.hess, (-2.5, -3.5)), 100))
    assert len(path) < 10
    np.testing.assert_allclose(path[-1], styblinski_tang.minimizers[0], rtol=1e-15)


def test_newton_seeks_saddles_too():
    end = run(newton(saddle.grad, saddle.hess, saddle.start), 3)[-1]
    np.testing.assert_allclose(end, 0, atol=1e-15)


def test_damping_is_added_to_the_hessian_and_lr_to_the_step():
    x, f = np.array([1.0, 2.0]), rosenbrock
    step = np.linalg.inv(f.hess(x) + 7 * np.eye(2)) @ f.grad(x)
    np.testing.assert_allclose(run(newton(f.grad, f.hess, x, lr=0.3, damping=7.0), 1)[1], x - 0.3 * step)
    np.testing.assert_array_equal(
        run(newton(f.grad, f.hess, x, lr=constant(0.3)), 9), run(newton(f.grad, f.hess, x, lr=0.3), 9)
    )


def test_a_rate_of_0_is_a_step_of_0_and_no_end():
    path = run(newton(booth.grad, booth.hess, (0.0, 0.0), lr=lambda t: float(t == 3)), 5)
    assert (path[:4] == 0).all()
    np.testing.assert_allclose(path[4], [1, 3], rtol=1e-14)


@pytest.mark.parametrize("H", [[[1.0, 1.0], [1.0, 1.0]], [[0.1, 0.3], [0.3, 0.9]], [[0.0, 0.0], [0.0, 0.0]]])
def test_a_singular_hessian_raises_with_advice_and_damping_helps(H):
    iterates = newton(lambda x: x + 1, lambda x: np.array(H), (1.0, 2.0))
    next(iterates)
    with pytest.raises(np.linalg.LinAlgError, match=r"singular.*a positive damping"):
        next(iterates)
    damped = run(newton(lambda x: x + 1, lambda x: np.array(H), (1.0, 2.0), damping=0.5), 5)
    assert np.isfinite(damped).all()


def test_damping_that_makes_the_hessian_singular_raises_too():
    with pytest.raises(np.linalg.LinAlgError, match=r"damping 2 is singular.*another damping"):
        run(newton(saddle.grad, saddle.hess, (1.0, 1.0), damping=2.0), 1)


def test_newton_that_diverges_is_nan_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = run(newton(booth.grad, booth.hess, (0.0, 0.0), lr=1e120), 6)
    lost = np.isnan(path[:, 0])
    assert lost[-1] and not lost[0] and (np.diff(lost.astype(int)) >= 0).all()


# BFGS and L-BFGS


@every
@quasi_newton
def test_f_falls_and_the_curvature_is_positive_at_every_step(method, f):
    for start in [f.start, *points(f, 20)]:
        path = list(itertools.islice(method(f, f.grad, start), 200))
        values, gradients = [f(x) for x in path], [f.grad(x) for x in path]
        assert (np.diff(values) < 0).all()
        assert ((np.diff(path, axis=0) * np.diff(gradients, axis=0)).sum(-1) > 0).all()


@quasi_newton
def test_steps_satisfy_the_strong_wolfe_conditions(method):
    """Seen from outside: the direction of a step is the step, up to its length."""
    f = rosenbrock
    path = np.array(list(itertools.islice(method(f, f.grad, f.start), 15)))
    for x, new_x in itertools.pairwise(path):
        s = new_x - x
        assert f(new_x) <= f(x) + 1e-4 * f.grad(x) @ s
        assert abs(f.grad(new_x) @ s) <= 0.1 * abs(f.grad(x) @ s) * (1 + 1e-9)


SCIPY = {bfgs: "BFGS", lbfgs: "L-BFGS-B"}
AGAINST_SCIPY = {
    **{name: OBJECTIVES[name] for name in ("rosenbrock", "beale", "himmelblau", "booth")},
    **{f"quadratic of condition {c:g}": quadratic(c, 0.5) for c in (1e2, 1e4, 1e6)},
}


@pytest.mark.parametrize("f", AGAINST_SCIPY.values(), ids=AGAINST_SCIPY)
@quasi_newton
def test_at_most_half_as_many_iterations_again_as_scipy(method, f):
    """SciPy stops at its own tolerances; ours goes on as far as floating point does."""
    ours = list(method(f, f.grad, f.start))
    theirs = minimize(f, f.start, jac=f.grad, method=SCIPY[method])
    assert len(ours) - 1 <= 1.5 * theirs.nit
    assert f(ours[-1]) <= max(theirs.fun, 1e-25)
    assert np.linalg.norm(f.minimizers - ours[-1], axis=-1).min() < 1e-9


@quasi_newton
def test_as_quick_as_scipy_in_many_dimensions(method):
    start = np.tile([-1.2, 1.0], 15)
    ours = np.array(list(method(rosen, rosen_der, start)))
    theirs = minimize(rosen, start, jac=rosen_der, method=SCIPY[method])
    there = [np.abs(rosen_der(x)).max() < 1e-5 for x in ours].index(True)
    assert there <= 1.5 * theirs.nit
    np.testing.assert_allclose(ours[-1], 1, rtol=1e-10)


def test_bfgs_on_a_quadratic_needs_as_many_steps_as_coordinates_or_few_more():
    """With exact line searches BFGS ends after n steps (Nocedal & Wright, Theorem 6.4)."""
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    H = (Q * np.geomspace(1, 1e3, 12)) @ Q.T
    path = np.array(list(bfgs(lambda x: x @ H @ x / 2, lambda x: H @ x, rng.normal(size=12))))
    assert len(path) - 1 <= 24 and np.linalg.norm(path[-1]) < 1e-12


def test_lbfgs_that_remembers_everything_is_bfgs_until_the_scale_differs():
    """Both take the same first two steps; memory 1 and memory 10 part from the third on."""
    f = rosenbrock
    full = run(bfgs(f, f.grad, f.start), 2)
    np.testing.assert_allclose(run(lbfgs(f, f.grad, f.start), 2), full, rtol=1e-9)
    one, ten = (run(lbfgs(f, f.grad, f.start, memory=m), 12) for m in (1, 10))
    assert np.abs(one[:3] - ten[:3]).max() < 1e-9 < np.abs(one[-1] - ten[-1]).max()


@quasi_newton
@settings(max_examples=30)
@given(scale=st.floats(1e-6, 1e6), power=st.integers(-12, 12))
def test_neither_the_scale_of_f_nor_that_of_x_matters(method, scale, power):
    unit = 10.0**power
    path = list(
        itertools.islice(
            method(
                lambda x: scale * rosenbrock(x / unit),
                lambda x: scale * rosenbrock.grad(x / unit) / unit,
                rosenbrock.start * unit,
            ),
            300,
        )
    )
    assert len(path) < 300
    np.testing.assert_allclose(path[-1] / unit, [1, 1], atol=1e-4)


@quasi_newton
def test_the_end_is_repeated_by_run_and_a_stationary_start_stays(method):
    assert len(list(method(booth, booth.grad, (1.0, 3.0)))) == 1
    path = run(method(booth, booth.grad, (0.0, 0.0)), 30)
    np.testing.assert_allclose(path[-1], [1, 3], rtol=1e-12)
    assert (path[-5:] == path[-1]).all()


@quasi_newton
def test_without_a_lower_bound_it_ends_quietly(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = list(itertools.islice(method(saddle, saddle.grad, saddle.start), 100))
        line = list(itertools.islice(method(lambda x: x.sum(), np.ones_like, [1.0]), 100))
    assert len(path) < 100 and len(line) == 1


@quasi_newton
def test_a_step_into_forbidden_land_is_shortened(method):
    """x − log x is NaN for x < 0 and infinite at 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        f = lambda x: float((100 * x - np.log(x)).sum())  # noqa: E731
        path = list(method(f, lambda x: 100 - 1 / x, [0.5, 3.0]))
    np.testing.assert_allclose(path[-1], 0.01, rtol=1e-6)
    assert (np.array(path) > 0).all()


def test_lbfgs_with_a_million_coordinates_stays_under_400_megabytes():
    script = """
        import itertools, tracemalloc
        import numpy as np
        from optimlib import lbfgs
        n = 1_000_000
        d = np.geomspace(1, 1e4, n)
        tracemalloc.start()  # of this process alone: ru_maxrss is inherited from the tests'
        count = 0
        for x in itertools.islice(
            lbfgs(lambda x: float(x @ (d * x)) / 2, lambda x: d * x, np.ones(n), memory=10), 31
        ):
            count += 1
        print(count, tracemalloc.get_traced_memory()[1])
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    count, most = map(int, answer.stdout.split())
    assert count == 31 and 20 * 8_000_000 < most < 400e6 - 50e6  # with room for Python and NumPy


# Bad input: refused at the call

GOOD = {"f": booth, "grad": booth.grad, "hess": booth.hess, "x": (1.0, 2.0)}
ARGUMENTS = {newton: ("grad", "hess", "x"), bfgs: ("f", "grad", "x"), lbfgs: ("f", "grad", "x")}
BAD_X = [
    (np.ones((3, 2)), ValueError),
    ((np.nan, 1.0), ValueError),
    (1.0, ValueError),
    ([], ValueError),
    ("here", TypeError),
    (None, TypeError),
]
BAD = [
    *((method, {"x": x}, error) for method in ARGUMENTS for x, error in BAD_X),
    *(
        (method, {name: value}, TypeError)
        for method, names in ARGUMENTS.items()
        for name in names[:2]
        for value in (None, 3.0)
    ),
    (newton, {"lr": -1.0}, ValueError),
    (newton, {"lr": np.nan}, ValueError),
    (newton, {"lr": "fast"}, TypeError),
    (newton, {"lr": np.array([[0.1], [0.2]])}, TypeError),
    (newton, {"lr": lambda t: -1.0}, ValueError),
    (newton, {"damping": -1.0}, ValueError),
    (newton, {"damping": np.inf}, ValueError),
    (newton, {"damping": None}, TypeError),
    (newton, {"damping": [1.0, 2.0]}, TypeError),
    (lbfgs, {"memory": 0}, ValueError),
    (lbfgs, {"memory": 2.5}, TypeError),
    (lbfgs, {"memory": None}, TypeError),
]


@pytest.mark.parametrize("method, change, error", BAD)
def test_a_bad_argument_is_named_at_the_call(method, change, error):
    arguments = {name: GOOD[name] for name in ARGUMENTS[method]}
    with pytest.raises(error, match=rf"^{next(iter(change))}(\(0\))? must "):
        method(**{**arguments, **change})


@pytest.mark.parametrize(
    "change, name, error",
    [
        ({"objective": rosenbrock.value}, "objective", TypeError),
        ({"at": (1.0, np.nan)}, "at", ValueError),
        ({"at": np.ones((3, 2))}, "at", ValueError),
        ({"at": (1.0, 2.0, 3.0)}, "x", ValueError),
        ({"at": None}, "at", TypeError),
        ({"order": 0}, "order", ValueError),
        ({"order": 3}, "order", ValueError),
        ({"order": 2.0}, "order", TypeError),
    ],
)
def test_taylor_refuses(change, name, error):
    with pytest.raises(error, match=f"^{name} must "):
        taylor(**{"objective": rosenbrock, "at": (1.0, 1.0), "order": 2, **change})


def test_answers_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match="grad must return the shape of x"):
        run(newton(booth, booth.hess, (1.0, 2.0)), 1)
    with pytest.raises(ValueError, match="hess must return shape"):
        run(newton(booth.grad, booth.grad, (1.0, 2.0)), 1)
    for method in (bfgs, lbfgs):
        with pytest.raises(ValueError, match="grad must return the shape of x"):
            run(method(booth, booth, (1.0, 2.0)), 1)
        with pytest.raises(ValueError, match="f must return one number"):
            run(method(booth.grad, booth.grad, (1.0, 2.0)), 1)


# The two-loop recursion


def test_the_two_loop_recursion_is_bfgs_without_the_matrix():
    rng = np.random.default_rng(7)
    A = rng.normal(size=(6, 6))
    H = A @ A.T + np.eye(6)
    pairs = [(s, H @ s) for s in rng.normal(size=(4, 6))]
    s, y = pairs[-1]
    B = np.eye(6) * (s @ y) / (y @ y)
    for s, y in pairs:
        V = np.eye(6) - np.outer(y, s) / (s @ y)
        B = V.T @ B @ V + np.outer(s, s) / (s @ y)
    g = rng.normal(size=6)
    kept = g.copy()
    np.testing.assert_allclose(two_loop(pairs, g), B @ g, rtol=1e-12)
    np.testing.assert_array_equal(g, kept)


def test_the_newest_pair_is_met_exactly_and_without_pairs_g_comes_back():
    rng = np.random.default_rng(8)
    pairs = [(s, 3 * s + 0.1 * rng.normal(size=5)) for s in rng.normal(size=(3, 5))]
    s, y = pairs[-1]
    np.testing.assert_allclose(two_loop(pairs, y), s, rtol=1e-12)
    np.testing.assert_array_equal(two_loop([], y), y)
