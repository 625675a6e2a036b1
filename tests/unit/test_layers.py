"""Dropout, batch normalization, stochastic depth and fractional max pooling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimlib import (
    batch_norm,
    batch_statistics,
    dropout,
    fractional_edges,
    fractional_max_pool,
    stochastic_depth,
)


def rng(seed=0):
    return np.random.default_rng(seed)


# Dropout


@settings(max_examples=30)
@given(st.floats(0, 0.95), st.integers(0, 10**6))
def test_dropout_keeps_the_mean_and_drops_the_share(p, seed):
    x = np.full(20_000, 3.0)
    out = dropout(x, p, rng(seed))
    assert set(np.unique(out)) <= {0.0, 3.0 / (1 - p)}
    spread = np.sqrt(p * (1 - p) / x.size)
    assert abs((out == 0).mean() - p) < 5 * spread + 1e-12
    assert abs(out.mean() - 3) < 5 * 3 * spread / (1 - p) + 1e-12


def test_dropout_at_test_time_and_at_p_0_is_nothing():
    x = rng().normal(size=(3, 4))
    assert (dropout(x, 0.5, None) == x).all() and (dropout(x, 0.0, rng()) == x).all()


def test_dropout_draws_each_entry_by_itself_and_anew_at_each_call():
    source = rng()
    first, second = (dropout(np.ones((40, 50)), 0.5, source) > 0 for _ in range(2))
    assert 0.4 < (first == second).mean() < 0.6
    rows = first.mean(axis=1)
    assert 0 < rows.min() and rows.max() < 1


# Batch normalization


@given(st.integers(2, 20), st.integers(1, 5), st.integers(0, 10**6))
def test_batch_norm_gives_every_feature_mean_beta_and_deviation_gamma(n, features, seed):
    x = rng(seed).normal(5, 3, size=(n, features))
    gamma, beta = rng(seed + 1).uniform(0.5, 2, size=(2, features))
    out = batch_norm(x, gamma, beta, eps=0.0)
    np.testing.assert_allclose(out.mean(axis=0), beta, atol=1e-10)
    np.testing.assert_allclose(out.std(axis=0), gamma, rtol=1e-10)


def test_batch_norm_is_its_formula_eps_inside_the_root_and_the_variance_biased():
    x = np.array([[1.0, 10.0], [3.0, 10.0]])
    out = batch_norm(x, gamma=np.array([2.0, 3.0]), beta=np.array([0.0, -1.0]), eps=3.0)
    np.testing.assert_allclose(out, [[-1, -1], [1, -1]])  # √(1 + 3) = 2


def test_at_test_time_a_row_s_answer_does_not_depend_on_its_neighbours():
    x = rng().normal(size=(10, 3))
    mean, var = batch_statistics(x)
    np.testing.assert_array_equal(mean, x.mean(axis=0))
    np.testing.assert_array_equal(var, x.var(axis=0))
    whole = batch_norm(x, 2.0, 1.0)
    np.testing.assert_allclose(batch_norm(x, 2.0, 1.0, mean=mean, var=var), whole)
    np.testing.assert_allclose(batch_norm(x[4:5], 2.0, 1.0, mean=mean, var=var), whole[4:5])
    assert not np.allclose(batch_norm(x[:5], 2.0, 1.0), whole[:5])


def test_batch_norm_of_images_normalizes_each_feature_over_axis_0():
    x = rng().normal(2, 5, size=(8, 3, 4))
    out = batch_norm(x, 1.0, 0.0, eps=0.0)
    assert out.shape == x.shape and np.abs(out.mean(axis=0)).max() < 1e-12


@pytest.mark.parametrize("size", [1e-170, 1e-150, 1e160, 1e305])
def test_batch_norm_of_huge_and_tiny_features(size):
    x = rng().normal(size=(10, 3)).clip(-2, 2)
    x[:, 0] = -np.abs(x[:, 0])
    plain = batch_norm(x, 2.0, 1.0, eps=0.0)
    np.testing.assert_allclose(batch_norm(x * size, 2.0, 1.0, eps=0.0), plain, rtol=1e-9, atol=1e-12)
    mean, var = batch_statistics(x * size)
    np.testing.assert_allclose(mean, size * x.mean(axis=0), rtol=1e-9)
    np.testing.assert_array_equal(var, x.var(axis=0) * (np.inf if size > 1 else 0) if size != 1e-150 else var)
    slight = batch_norm(x * 1e-170, 2.0, 1e-170)
    np.testing.assert_allclose(slight - 1e-170, 2e-170 / np.sqrt(1e-5) * (x - x.mean(axis=0)), rtol=1e-9)


def test_a_feature_that_does_not_vary_needs_eps():
    x = [[1.0, 2.0], [3.0, 2.0]]
    assert batch_norm(x, 1.0, 5.0).tolist()[0][1] == 5
    for stored in ({}, {"mean": 0.0, "var": 0.0}):
        with pytest.raises(ValueError, match=r"^eps must be greater than 0"):
            batch_norm(x, 1.0, 5.0, eps=0.0, **stored)


# Stochastic depth


def test_a_branch_spoils_nothing():
    x, buffer = np.ones((2, 3)), np.zeros((2, 3))

    def branch(x):
        x *= 5
        buffer[:] = x
        return buffer

    assert (stochastic_depth(x, branch, 0.5) == 3.5).all() and (x == 1).all()
    for wrong in ("12", None, 1j, True):
        with pytest.raises(TypeError, match=r"^branch must return real numbers"):
            stochastic_depth(x, lambda x, wrong=wrong: wrong, 0.5)


def test_stochastic_depth_keeps_or_skips_the_whole_branch():
    x = np.arange(6.0).reshape(2, 3)
    source = rng()
    outs = [stochastic_depth(x, lambda x: x + 1, 0.7, source) for _ in range(2000)]
    kept = np.array([not (out == x).all() for out in outs])
    assert abs(kept.mean() - 0.7) < 0.05
    for out in outs[:50]:
        assert (out == x).all() or (out == 2 * x + 1).all()
    at_test_time = stochastic_depth(x, lambda x: x + 1, 0.7)
    np.testing.assert_allclose(at_test_time, x + 0.7 * (x + 1))
    np.testing.assert_allclose(np.mean(outs, axis=0), at_test_time, atol=0.3)


def test_a_skipped_branch_is_not_computed():
    def branch(x):
        raise AssertionError("computed")

    assert (stochastic_depth(np.ones(2), branch, 0.0, rng()) == 1).all()
    assert (stochastic_depth(np.ones(2), lambda x: x, 1.0, rng()) == 2).all()


# Fractional max pooling

ratios = st.floats(1, 2, exclude_min=True, exclude_max=True)


@given(st.integers(2, 100), ratios, st.integers(0, 10**6))
def test_edges_cut_the_side_into_disjoint_regions(side, ratio, seed):
    edges = fractional_edges(side, ratio, rng(seed))
    regions = int(side / ratio)
    assert edges[0] == 0 and edges[-1] == side and len(edges) == regions + 1
    sizes = np.diff(edges)
    assert sizes.min() >= 1 and sizes.max() - sizes.min() <= 1
    assert sizes.max() <= np.ceil(side / regions)


def test_a_ratio_that_divides_the_side_gives_all_its_regions():
    for side, ratio, regions in [(8, 1.6, 5), (6, 1.2, 5), (12, 1.2, 10), (36, 1.8, 20)]:
        assert len(fractional_edges(side, ratio, rng())) == regions + 1


def test_edges_are_drawn_and_all_orders_appear():
    found = {tuple(fractional_edges(7, 1.5, rng(seed))) for seed in range(100)}
    assert found == {(0, 2, 4, 6, 7), (0, 2, 4, 5, 7), (0, 2, 3, 5, 7), (0, 1, 3, 5, 7)}


@given(st.integers(2, 20), st.integers(2, 20), ratios, st.integers(0, 10**6))
def test_pooling_takes_the_largest_entry_of_each_rectangle(height, width, ratio, seed):
    image = rng(seed).normal(size=(height, width))
    out = fractional_max_pool(image, ratio, rng(seed))
    same = rng(seed)
    rows, columns = (fractional_edges(side, ratio, same) for side in (height, width))
    assert out.shape == (int(height / ratio), int(width / ratio))
    for i, j in np.ndindex(out.shape):
        assert out[i, j] == image[rows[i] : rows[i + 1], columns[j] : columns[j + 1]].max()


def test_pooling_keeps_channels_apart():
    image = rng().normal(size=(9, 8, 3))
    out = fractional_max_pool(image, 1.4, rng(2))
    assert out.shape == (6, 5, 3)
    for channel in range(3):
        np.testing.assert_array_equal(
            out[..., channel], fractional_max_pool(image[..., channel], 1.4, rng(2))
        )


# Bad input

ROWS = np.ones((4, 2))
BAD = [
    (dropout, {"x": ROWS, "p": 1.0, "rng": rng()}, "p", ValueError),
    (dropout, {"x": ROWS, "p": -0.1, "rng": rng()}, "p", ValueError),
    (dropout, {"x": ROWS, "p": np.nan, "rng": rng()}, "p", ValueError),
    (dropout, {"x": ROWS, "p": "half", "rng": rng()}, "p", TypeError),
    (dropout, {"x": ROWS, "p": [0.1, 0.2], "rng": rng()}, "p", TypeError),
    (dropout, {"x": ROWS, "p": 0.5, "rng": 0}, "rng", TypeError),
    (dropout, {"x": ROWS * np.nan, "p": 0.5, "rng": rng()}, "x", ValueError),
    (dropout, {"x": "x", "p": 0.5, "rng": None}, "x", TypeError),
    (batch_norm, {"x": ROWS * np.inf, "gamma": 1.0, "beta": 0.0}, "x", ValueError),
    (batch_norm, {"x": np.empty((0, 2)), "gamma": 1.0, "beta": 0.0}, "x", ValueError),
    (batch_norm, {"x": 1.0, "gamma": 1.0, "beta": 0.0}, "x", ValueError),
    (batch_norm, {"x": ROWS, "gamma": np.nan, "beta": 0.0}, "gamma", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": None}, "beta", TypeError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "eps": -1e-5}, "eps", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "eps": "0"}, "eps", TypeError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "mean": 0.0}, "mean and var", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "mean": 0.0, "var": -1.0}, "var", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "mean": np.nan, "var": 1.0}, "mean", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "mean": np.ones(3), "var": 1.0}, "mean", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": 0.0, "mean": 0.0, "var": np.ones(3)}, "var", ValueError),
    (batch_norm, {"x": ROWS, "gamma": np.ones(3), "beta": 0.0}, "gamma", ValueError),
    (batch_norm, {"x": ROWS, "gamma": 1.0, "beta": np.ones((5, 4, 2))}, "beta", ValueError),
    (batch_statistics, {"x": np.empty((0, 2))}, "x", ValueError),
    (batch_statistics, {"x": None}, "x", TypeError),
    (stochastic_depth, {"x": ROWS, "branch": ROWS, "survival": 0.5}, "branch", TypeError),
    (stochastic_depth, {"x": ROWS, "branch": abs, "survival": 1.5}, "survival", ValueError),
    (stochastic_depth, {"x": ROWS, "branch": abs, "survival": None}, "survival", TypeError),
    (stochastic_depth, {"x": ROWS, "branch": abs, "survival": 0.5, "rng": 1}, "rng", TypeError),
    (stochastic_depth, {"x": ROWS * np.nan, "branch": abs, "survival": 0.5}, "x", ValueError),
    (stochastic_depth, {"x": ROWS, "branch": np.sum, "survival": 0.5}, "branch", ValueError),
    (fractional_max_pool, {"image": ROWS, "ratio": 1.0, "rng": rng()}, "ratio", ValueError),
    (fractional_max_pool, {"image": ROWS, "ratio": 2.0, "rng": rng()}, "ratio", ValueError),
    (fractional_max_pool, {"image": ROWS, "ratio": "1.5", "rng": rng()}, "ratio", TypeError),
    (fractional_max_pool, {"image": ROWS[:1], "ratio": 1.5, "rng": rng()}, "ratio", ValueError),
    (fractional_max_pool, {"image": [[1.0]], "ratio": 1.5, "rng": rng()}, "ratio", ValueError),
    (fractional_max_pool, {"image": np.zeros((0, 2)), "ratio": 1.5, "rng": rng()}, "image", ValueError),
    (fractional_max_pool, {"image": ROWS, "ratio": 1.5, "rng": None}, "rng", TypeError),
    (fractional_max_pool, {"image": ROWS[0], "ratio": 1.5, "rng": rng()}, "image", ValueError),
    (fractional_max_pool, {"image": ROWS * np.nan, "ratio": 1.5, "rng": rng()}, "image", ValueError),
    (fractional_max_pool, {"image": None, "ratio": 1.5, "rng": rng()}, "image", TypeError),
    (fractional_edges, {"side": 0, "ratio": 1.5, "rng": rng()}, "side", ValueError),
    (fractional_edges, {"side": 2**31 + 1, "ratio": 1.5, "rng": rng()}, "side", ValueError),
    (fractional_edges, {"side": 5.0, "ratio": 1.5, "rng": rng()}, "side", TypeError),
    (fractional_edges, {"side": 5, "ratio": 2.5, "rng": rng()}, "ratio", ValueError),
    (fractional_edges, {"side": 5, "ratio": 1.5, "rng": 7}, "rng", TypeError),
]


@pytest.mark.parametrize("call, arguments, name, error", BAD)
def test_a_bad_argument_is_named(call, arguments, name, error):
    with pytest.raises(error, match=rf"^{name} must "):
        call(**arguments)


@pytest.mark.parametrize("ratio", [1.0, 2.0, 0.5, np.nan])
def test_a_ratio_is_told_its_borders(ratio):
    with pytest.raises(ValueError, match=f"^ratio must be greater than 1 and less than 2; got {ratio}$"):
        fractional_edges(7, ratio, rng())
    assert len(fractional_edges(7, np.nextafter(1, 2), rng())) == 7
