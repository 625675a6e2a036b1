"""Closed forms and small numbers for the methods since Adam, and what stands around them."""

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimlib import (
    averaged,
    beale,
    bfgs,
    booth,
    clipped,
    gradient_descent,
    lion,
    momentum,
    muon,
    newton_schulz,
    quadratic,
    run,
    sam,
    schedule_free,
)

finite = st.floats(-1e3, 1e3)


def of(*gradients):
    """A gradient that returns these, one after the other."""
    feed = iter(gradients)
    return lambda x: np.broadcast_to(next(feed), x.shape)


# Lion


def test_lion_by_hand():
    """β₁ = ½, β₂ = ¾: c is 2, then ½ · 1 − ½ · 3 = −1, then 0, where nothing moves."""
    path = run(lion(of(4.0, -3.0, 0.0), [1.0], lr=0.25, beta1=0.5, beta2=0.75, weight_decay=0.5), 3)
    assert path[:, 0].tolist() == [1.0, 0.625, 0.796875, 0.697265625]


def test_lion_s_steps_are_lr_long_in_each_coordinate_and_stop_at_a_zero_gradient():
    path = run(lion(beale.grad, beale.start, lr=0.01), 30)
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.01, rtol=1e-12)
    assert (run(lion(np.zeros_like, [3.0, -4.0], lr=0.1), 5) == [3, -4]).all()


@given(st.floats(1e-3, 1e3))
def test_lion_does_not_see_the_gradient_s_size(scale):
    paths = (
        run(lion(booth.grad, (0.0, 0.0), lr=0.1), 20),
        run(lion(lambda x: scale * booth.grad(x), (0, 0), lr=0.1), 20),
    )
    np.testing.assert_allclose(*paths, atol=1e-12)


# Newton–Schulz


def polynomial(sigma, steps):
    for _ in range(steps):
        sigma = 3.4445 * sigma - 4.7750 * sigma**3 + 2.0315 * sigma**5
    return sigma


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5), (5, 2), (4, 2, 3), (2, 3, 4, 1)])
@pytest.mark.parametrize("steps", [0, 1, 5, 9])
def test_newton_schulz_is_a_polynomial_of_each_singular_value(shape, steps):
    G = np.random.default_rng(0).normal(size=shape)
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    length = np.sqrt((s**2).sum(-1, keepdims=True))
    exact = U * polynomial(s / length, steps)[..., None, :] @ Vt
    np.testing.assert_allclose(newton_schulz(G, steps), exact, rtol=1e-9, atol=1e-10)


def test_newton_schulz_by_hand():
    """σ = 1 goes to 3.4445 − 4.7750 + 2.0315 = 0.701; a row has one singular value."""
    np.testing.assert_allclose(newton_schulz([[3.0, 4.0]], 1), 0.701 * np.array([[0.6, 0.8]]), rtol=1e-14)
    np.testing.assert_allclose(newton_schulz([[3.0], [4.0]], 1), 0.701 * np.array([[0.6], [0.8]]), rtol=1e-14)


def test_five_steps_bring_singular_values_of_a_hundredth_on_near_1():
    sigma = np.linspace(0.01, 1, 2000)
    assert polynomial(sigma, 5).min() > 0.68 and polynomial(sigma, 5).max() < 1.14


@pytest.mark.parametrize("shape", [(200_000, 1), (1, 200_000)])
def test_newton_schulz_works_on_the_smaller_side(shape):
    """The larger product would have 4e10 entries."""
    np.testing.assert_allclose(newton_schulz(np.ones(shape), 1), 0.701 / np.sqrt(200_000), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1.0, 1e200, 1e308])
def test_newton_schulz_does_not_see_the_size_and_zeros_stay_zeros(size):
    G = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(newton_schulz(size * G), newton_schulz(G), rtol=1e-9, atol=1e-12)
        assert (newton_schulz(np.zeros((2, 3))) == 0).all()
        mixed = newton_schulz([0 * G, G])
    assert (mixed[0] == 0).all() and np.array_equal(mixed[1], newton_schulz(G))
    assert newton_schulz(np.zeros((0, 2, 3))).shape == (0, 2, 3)


@pytest.mark.parametrize(
    "arguments, error, name",
    [
        (([1.0, 2.0],), ValueError, "G"),
        ((3.0,), ValueError, "G"),
        ((np.zeros((0, 3)),), ValueError, "G"),
        ((np.zeros((3, 0)),), ValueError, "G"),
        (([[np.nan, 1.0]],), ValueError, "G"),
        (([[np.inf, 1.0]],), ValueError, "G"),
        (("G",), TypeError, "G"),
        (([[1.0]], -1), ValueError, "steps"),
        (([[1.0]], 2.0), TypeError, "steps"),
        (([[1.0]], True), TypeError, "steps"),
    ],
)
def test_newton_schulz_refuses(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        newton_schulz(*arguments)


# Muon


@pytest.mark.parametrize("nesterov", [True, False])
def test_muon_is_its_rule_on_matrices(nesterov):
    rng = np.random.default_rng(0)
    W, shape, lr, rho, wd = rng.normal(size=(3, 2)), (3, 2), 0.1, 0.7, 0.2
    gradients = rng.normal(size=(4, 3, 2))
    path = run(muon(of(*gradients.reshape(4, 6)), W.ravel(), shape, lr, rho, nesterov, wd), 4)
    v = np.zeros(shape)
    for g, after in zip(gradients, path[1:], strict=True):
        v = rho * v + g
        u = g + rho * v if nesterov else v
        W = (1 - lr * wd) * W - lr * np.sqrt(1.5) * newton_schulz(u)
        np.testing.assert_allclose(after.reshape(shape), W, rtol=1e-12)


def test_muon_s_first_step_shrinks_every_singular_direction_alike():
    """Where gradient descent moves each by its own singular value."""
    G = np.diag([1.0, 0.5, 0.2])
    path = run(muon(lambda x: np.broadcast_to(G.ravel(), x.shape), np.zeros(9), (3, 3), lr=1.0), 1)
    moved = -np.diag(path[1].reshape(3, 3))
    assert 0.65 < moved.min() and moved.max() < 1.25


def test_muon_takes_columns_with_a_longer_step():
    """√(rows/columns) where that is above 1; a single row or column is normalized momentum."""
    column, row = (
        run(muon(of([3.0, 4.0]), [0.0, 0.0], shape, lr=1.0, steps=0), 1)[1] for shape in ((2, 1), (1, 2))
    )
    np.testing.assert_allclose(row, [-0.6, -0.8], rtol=1e-14)
    np.testing.assert_allclose(column, np.sqrt(2) * row, rtol=1e-14)


def test_muon_runs_batches_of_matrices():
    starts = np.random.default_rng(1).normal(size=(4, 1, 6))
    lr, rho = np.array([[0.01], [0.1]]), np.array([[0.5], [0.9]])
    paths = run(muon(np.sin, starts, (2, 3), lr=lr, rho=rho), 6)
    assert paths.shape == (7, 4, 2, 6)
    for i, j in np.ndindex(4, 2):
        alone = run(muon(np.sin, starts[i, 0], (2, 3), lr=lr[j, 0], rho=rho[j, 0]), 6)
        np.testing.assert_allclose(paths[:, i, j], alone, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "change, error",
    [
        ({"shape": (2, 2)}, ValueError),
        ({"shape": (6, 0)}, ValueError),
        ({"shape": (-2, -3)}, ValueError),
        ({"shape": (2.0, 3)}, TypeError),
        ({"shape": (2, True)}, TypeError),
        ({"shape": 6}, TypeError),
        ({"shape": (1, 2, 3)}, TypeError),
        ({"shape": "23"}, TypeError),
        ({"shape": None}, TypeError),
        ({"nesterov": 1}, TypeError),
        ({"steps": -1}, ValueError),
        ({"steps": 5.0}, TypeError),
        ({"steps": None}, TypeError),
    ],
)
def test_muon_refuses(change, error):
    with pytest.raises(error, match=f"^{next(iter(change))} must be .*got"):
        muon(**{"grad": np.sin, "x": np.ones(6), "shape": (2, 3), **change})


def test_muon_takes_a_shape_from_an_array():
    W = np.ones((2, 3))
    assert run(muon(np.sin, W.ravel(), W.shape), 1).shape == (2, 6)
    assert run(muon(np.sin, W.ravel(), [np.int64(3), np.uint8(2)]), 1).shape == (2, 6)


# Schedule-free


def test_schedule_free_by_hand():
    """f = ½ x², lr = ½, β = ½: z = ½, ¼; x is their mean; then y = (¼ + ⅜) / 2."""
    path = run(schedule_free(lambda x: x, [1.0], lr=0.5, beta=0.5), 3)[:, 0]
    z3 = 0.25 - 0.5 * 0.3125
    assert path.tolist() == pytest.approx([1, 0.5, 0.375, (0.5 + 0.25 + z3) / 3], rel=1e-15)


def test_schedule_free_without_beta_is_the_mean_of_gradient_descent_after_the_start():
    plain = run(gradient_descent(beale.grad, beale.start, lr=0.005), 40)
    means = np.cumsum(plain[1:], axis=0) / np.arange(1, 41)[:, None]
    path = run(schedule_free(beale.grad, beale.start, lr=0.005, beta=0.0), 40)
    np.testing.assert_allclose(path[1:], means, rtol=1e-12)


def test_schedule_free_on_a_quadratic_is_its_linear_recurrence():
    f, lr, beta = quadratic(20.0, 0.4), 0.03, 0.9
    H, one = f.hess(f.start), np.eye(2)
    z = x = np.array(f.start)
    path = run(schedule_free(f.grad, f.start, lr, beta), 50)
    for t in range(1, 51):
        z = (one - lr * (1 - beta) * H) @ z - lr * beta * H @ x
        x = (1 - 1 / t) * x + z / t
        np.testing.assert_allclose(path[t], x, rtol=1e-10, atol=1e-13)


# SAM


def test_sam_on_a_parabola_steps_as_if_from_further_out():
    """f = ½ h x²: the gradient at x + r sign(x) is h x + h r sign(x)."""
    path = run(sam(lambda x: 4 * x, [1.0], lr=0.05, radius=0.25), 3)[:, 0]
    assert path.tolist() == pytest.approx([1, 0.75, 0.55, 0.39], rel=1e-14)


def test_sam_goes_radius_along_the_gradient_whatever_its_length():
    asked = []
    grad = lambda x: asked.append(x.copy()) or np.broadcast_to([3e-200, 4e-200], x.shape)  # noqa: E731
    run(sam(grad, [1.0, 2.0], lr=0.1, radius=0.5), 1)
    assert asked[0].tolist() == [1, 2] and asked[1].tolist() == pytest.approx([1.3, 2.4])


def test_sam_measures_each_member_of_a_batch_by_itself():
    x, lr, radius = (
        np.array([[[1.0, 1.5]], [[0.2, 0.3]]]),
        np.array([[0.01], [0.02]]),
        np.array([[0.0], [0.3]]),
    )
    paths = run(sam(beale.grad, x, lr=lr, radius=radius), 10)
    for i, j in np.ndindex(2, 2):
        alone = run(sam(beale.grad, x[i, 0], lr=lr[j, 0], radius=radius[j, 0]), 10)
        np.testing.assert_allclose(paths[:, i, j], alone, rtol=1e-12)
    plain = run(gradient_descent(beale.grad, x[0, 0], lr=0.01), 10)
    np.testing.assert_array_equal(paths[:, 0, 0], plain)


def test_sam_within_its_radius_is_drawn_to_a_saddle():
    """f = −½ x²: from x < r the gradient is taken beyond the top, and leads up to it."""
    path = run(sam(lambda x: -x, [[0.1], [0.3]], lr=0.5, radius=0.2), 2)[..., 0]
    np.testing.assert_allclose(path, [[0.1, 0.3], [0.05, 0.35], [-0.025, 0.425]], rtol=1e-12)


def test_sam_stays_where_there_is_no_gradient():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        iterates = sam(booth.grad, booth.minimizers[0])
        points = list(itertools.islice(iterates, 4))
    assert (points == booth.minimizers[0]).all()


# Clipping


@given(st.lists(finite, min_size=1, max_size=4), st.floats(0, 1e3))
def test_a_clipped_gradient_is_no_longer_than_most_and_points_the_same_way(g, most):
    g = np.array(g)
    short = clipped(lambda x: g, most)(np.zeros_like(g))
    length = math.hypot(*g)
    expected = g if length <= most else g / length * most
    np.testing.assert_allclose(short, expected, rtol=1e-12, atol=1e-300)


def test_clipping_by_hand_and_in_a_batch():
    short = clipped(lambda x: x, 1.0)
    batch = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    np.testing.assert_allclose(short(batch), [[0.6, 0.8], [0.3, 0.4], [0, 0]], rtol=1e-15)
    paths = run(momentum(clipped(beale.grad, 2.0), [(1, 1.5), (4, -2)], lr=0.01), 20)
    alone = run(momentum(clipped(beale.grad, 2.0), (4, -2), lr=0.01), 20)
    np.testing.assert_allclose(paths[:, 1], alone, rtol=1e-12)
    assert np.linalg.norm(alone[1] - alone[0]) == pytest.approx(0.02)


def test_huge_and_tiny_gradients_are_clipped_too_and_what_is_lost_stays_lost_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(clipped(lambda x: x, 1e-209)([3e-200, 4e-200]), [6e-210, 8e-210])
        np.testing.assert_allclose(clipped(lambda x: x, 1.0)([3e300, 4e300]), [0.6, 0.8])
        np.testing.assert_allclose(clipped(lambda x: x, 1.0)([1.7e308, 1.7e308]), np.sqrt([0.5, 0.5]))
        for lost in (np.inf, np.nan):
            assert np.isnan(clipped(lambda x: x, 1.0)([lost, 1.0])).any()


@pytest.mark.parametrize(
    "arguments, error, name",
    [
        ((None, 1.0), TypeError, "grad"),
        ((np.zeros(2), 1.0), TypeError, "grad"),
        ((np.sin, -1.0), ValueError, "most"),
        ((np.sin, np.nan), ValueError, "most"),
        ((np.sin, np.inf), ValueError, "most"),
        ((np.sin, None), TypeError, "most"),
    ],
)
def test_clipped_refuses_at_the_call(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        clipped(*arguments)


def test_a_clipped_gradient_names_what_is_wrong_later():
    with pytest.raises(TypeError, match=r"^grad must return real numbers"):
        clipped(lambda x: "up", 1.0)([1.0])
    with pytest.raises(ValueError, match=r"^grad must return the shape of x"):
        clipped(lambda x: x[:1], 1.0)([1.0, 2.0])
    with pytest.raises(ValueError, match=r"^x must have shape"):
        clipped(np.sin, 1.0)(3.0)


def test_clipping_spoils_neither_x_nor_the_reader_s_buffer():
    buffer = np.array([3.0, 4.0])

    def grad(x):
        x[:] = 7
        return buffer

    x, short = np.array([1.0, 2.0]), clipped(grad, 10.0)
    short(x)[:] = 0
    assert x.tolist() == [1, 2] and buffer.tolist() == [3, 4] and short(x).tolist() == [3, 4]


# Averages


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=8), st.floats(0, 0.99))
def test_averages_are_their_sums(points, decay):
    points = np.array(points)
    means = run(averaged(points), len(points) - 1)
    np.testing.assert_allclose(
        means, [points[: t + 1].mean(0) for t in range(len(points))], rtol=1e-9, atol=1e-9
    )
    weights = decay ** np.arange(len(points))[::-1] * np.where(np.arange(len(points)) > 0, 1 - decay, 1)
    ema = run(averaged(points, decay), len(points) - 1)[-1]
    np.testing.assert_allclose(ema, weights @ points, rtol=1e-9, atol=1e-9)


def test_an_average_of_a_method_is_one_iterate_for_each_and_asks_for_no_more():
    calls = []
    path = run(gradient_descent(beale.grad, beale.start), 10)
    iterates = averaged(gradient_descent(lambda x: calls.append(1) or beale.grad(x), beale.start))
    assert (next(iterates) == beale.start).all() and calls == []
    np.testing.assert_allclose(next(iterates), path[:2].mean(0))
    assert len(calls) == 1
    batch = averaged(gradient_descent(beale.grad, beale.start, lr=[[0.01], [0.02]]), decay=0.5)
    assert run(batch, 3).shape == (4, 2, 2)
    twice = averaged(averaged(gradient_descent(beale.grad, beale.start)))
    assert run(twice, 2)[-1] == pytest.approx((path[0] + path[:2].mean(0) + path[:3].mean(0)) / 3)


def test_the_mean_of_points_that_do_not_move_is_that_point():
    assert (run(averaged(gradient_descent(np.zeros_like, [0.1, 0.7])), 50) == [0.1, 0.7]).all()


def test_an_average_ends_where_its_method_ends_and_stays_lost_where_that_is_lost():
    ended = list(averaged(bfgs(booth, booth.grad, booth.start)))
    assert len(ended) == len(list(bfgs(booth, booth.grad, booth.start)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = run(averaged(gradient_descent(lambda x: -(x**3), [[0.1], [10.0]], lr=1.0)), 30)
    assert np.isfinite(path[:, 0]).all() and np.isnan(path[-1, 1])


def test_averages_are_the_caller_s_own():
    points = np.array([[1.0], [2.0], [6.0]])
    got = []
    for mean in averaged(points, decay=0.5):
        got.append(mean.item())
        mean[:] = np.nan
    assert got == [1, 1.5, 3.75] and points.ravel().tolist() == [1, 2, 6]


@pytest.mark.parametrize(
    "iterates", ["path", b"path", {0: [1.0]}, {(1.0,)}, None, 3, gradient_descent, np.array(1.0)]
)
def test_averaged_refuses_what_yields_no_points_at_the_call(iterates):
    with pytest.raises(TypeError, match=r"^iterates must be"):
        averaged(iterates)


@pytest.mark.parametrize(
    "decay, error",
    [(1.0, ValueError), (-0.1, ValueError), (np.nan, ValueError), ("0.9", TypeError), (True, TypeError)],
)
def test_averaged_refuses_a_decay_at_the_call(decay, error):
    with pytest.raises(error, match=r"^decay must be"):
        averaged([[1.0]], decay)
    with pytest.raises(TypeError, match=r"^decay must be one number"):
        averaged([[1.0]], [[0.5], [0.9]])


@pytest.mark.parametrize(
    "points, error",
    [(["a"], TypeError), ([[1.0], [1.0, 2.0]], ValueError), ([1.0], ValueError), ([], ValueError)],
)
def test_averaged_names_points_that_are_none(points, error):
    with pytest.raises(error, match=r"^iterates must yield"):
        run(averaged(points), 2)
