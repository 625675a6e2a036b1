from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from optimlib import (
    ball_contact,
    coefficient_path,
    elastic_net,
    fit_elastic_net,
    fit_lasso,
    fit_ridge,
    kkt_residual,
    l1,
    l2,
    soft_threshold,
)
from optimlib.regularization.sparse import _face_step, _fista

vectors = arrays(float, st.integers(1, 6), elements=st.floats(-100, 100))


def regression(n=40, p=8, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    return X, X @ np.where(np.arange(p) % 2, 0, 1 + np.arange(p)) + rng.normal(size=n)


def loss(X, y, w):
    return np.mean((y - X @ w) ** 2)


def kkt(X, y, w, lam, mix):
    """The largest violation of the optimality conditions of the elastic net."""
    g = 2 / len(y) * X.T @ (X @ w - y) + 2 * lam * (1 - mix) * w
    held = np.abs(g + lam * mix * np.sign(w))
    return np.where(w != 0, held, np.maximum(np.abs(g) - lam * mix, 0)).max()


# Penalties and the proximal step


def test_penalties_on_known_vectors():
    w = np.array([[3.0, -4.0], [0.0, 1.0]])
    assert l1(w).tolist() == [7, 1] and l2(w).tolist() == [25, 1]
    assert elastic_net(w, 1.0).tolist() == [7, 1] and elastic_net(w, 0.0).tolist() == [25, 1]
    assert elastic_net(w, 0.25).tolist() == [0.25 * 7 + 0.75 * 25, 1]


@given(vectors, st.floats(-10, 10))
def test_l1_is_a_norm_and_l2_a_square(w, scale):
    assert l1(scale * w) == pytest.approx(abs(scale) * l1(w))
    assert l2(scale * w) == pytest.approx(scale**2 * l2(w))
    assert l2(w) <= l1(w) ** 2 * (1 + 1e-12) + 1e-300
    assert l1(w) ** 2 <= w.size * l2(w) * (1 + 1e-12) + 1e-300


@given(vectors, st.floats(0, 50), st.data())
def test_soft_threshold_is_the_proximal_step(w, t, data):
    """No other point has a smaller ½ ‖u − w‖² + t·l1(u), and the subgradient condition holds."""
    u = soft_threshold(w, t)

    def cost(u):
        return l2(u - w) / 2 + t * l1(u)

    other = u + data.draw(arrays(float, w.size, elements=st.floats(-10, 10)))
    assert cost(u) <= cost(other) * (1 + 1e-12) + 1e-12
    assert np.where(u != 0, np.abs(w - u - t * np.sign(u)), np.maximum(np.abs(w) - t, 0)).max() < 1e-12
    assert ((np.abs(w) > t) == (u != 0)).all()


def test_soft_threshold_of_small_integers():
    assert soft_threshold([-100.0], np.array([200], np.uint8)).tolist() == [0]
    assert soft_threshold(np.array([-100, 100], np.int8), np.int8(-0) + 30).tolist() == [-70, 70]


def test_soft_threshold_broadcasts():
    out = soft_threshold([[3.0, -3.0], [1.0, 0.5]], [[1.0], [0.75]])
    assert out.tolist() == [[2, -2], [0.25, 0]]


# Fits


def designs():
    rng = np.random.default_rng(3)
    X, y = regression()
    twice = np.column_stack([X, X[:, 0], X[:, 1] - X[:, 2]])
    nearly = np.column_stack([X, X[:, 0] + 1e-9 * rng.normal(size=len(X))])
    wide, _ = regression(n=10, p=30)
    return {
        "tall": (X, y),
        "collinear": (twice, y),
        "nearly collinear": (nearly, y),
        "wide": (wide, y[:10]),
        "one row": (X[:1], y[:1]),
        "one column": (X[:, :1], y),
        "a column of zeros": (X * (np.arange(8) != 3), y),
        "whole numbers": (np.round(X), np.round(y)),
        "y = 0": (X, 0 * y),
        "X = 0": (0 * X, y),
        "other units": (X * 10.0 ** np.arange(-3, 5), y),
    }


DESIGNS = designs()
every_design = pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)


@every_design
@pytest.mark.parametrize("mix", [0.0, 0.3, 0.99, 1.0])
def test_the_kkt_residual_is_at_rounding(design, mix):
    X, y = design
    for lam in (0.0, 1e-6, 1e-3, 0.1, 1.0, 100.0):
        w = fit_elastic_net(X, y, lam, mix)
        assert w.shape == (X.shape[1],)
        assert kkt(X, y, w, lam, mix) <= 1e-8 * max(1, np.abs(X.T @ y).max() / 1e3), lam


@settings(max_examples=100)
@given(st.integers(0, 10**6), st.integers(1, 15), st.integers(1, 15), st.floats(-5, 1), st.booleans())
def test_the_lasso_s_kkt_residual_on_random_designs(seed, n, p, power, repeat):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, p)), rng.normal(size=n)
    if repeat:  # columns that are copies, or sums, of others
        X = X @ rng.integers(-1, 2, size=(p, p)).astype(float)
    w = fit_lasso(X, y, 10.0**power)
    assert kkt(X, y, w, 10.0**power, 1.0) <= 1e-8


@every_design
def test_ridge_is_its_closed_form(design):
    X, y = design
    for lam in (1e-3, 0.1, 10.0):
        normal = np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)
        # The normal equations square the condition of X: compare what they can promise.
        np.testing.assert_allclose(X @ fit_ridge(X, y, lam), X @ normal, rtol=1e-5, atol=1e-7)


@every_design
@pytest.mark.parametrize("fit", [fit_ridge, fit_lasso, lambda X, y, lam: fit_elastic_net(X, y, lam, 0.5)])
def test_lam_0_is_the_least_squares_solution_of_least_norm(fit, design):
    X, y = design
    least = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(fit(X, y, 0.0), least, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["tall", "collinear", "wide"])
@pytest.mark.parametrize("lam", [0.01, 0.3, 3.0])
def test_the_same_as_scikit_learn(name, lam):
    X, y = DESIGNS[name]
    n, exact = len(y), {"fit_intercept": False, "tol": 1e-12, "max_iter": 100_000}
    ridge = Ridge(alpha=n * lam, fit_intercept=False).fit(X, y).coef_
    np.testing.assert_allclose(fit_ridge(X, y, lam), ridge, atol=1e-9)
    theirs = Lasso(alpha=lam / 2, **exact).fit(X, y).coef_
    ours = fit_lasso(X, y, lam)
    np.testing.assert_allclose(X @ ours, X @ theirs, atol=1e-5)
    assert l1(ours) == pytest.approx(l1(theirs), rel=1e-5)
    if name != "collinear":  # there the split between equal columns is anyone's
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    a, b = lam * 0.4 / 2, lam * (1 - 0.4)
    theirs = ElasticNet(alpha=a + b, l1_ratio=a / (a + b), **exact).fit(X, y).coef_
    np.testing.assert_allclose(fit_elastic_net(X, y, lam, 0.4), theirs, atol=1e-6)


@pytest.mark.parametrize("lam", [0.05, 0.5])
def test_the_lasso_is_what_scipy_finds_with_w_split_into_two_signs(lam):
    X, y = regression(30, 4)

    def cost(parts):
        return loss(X, y, parts[:4] - parts[4:]) + lam * parts.sum()

    found = minimize(cost, np.ones(8), bounds=[(0, None)] * 8, method="L-BFGS-B", tol=1e-14)
    w = fit_lasso(X, y, lam)
    assert loss(X, y, w) + lam * l1(w) <= found.fun + 1e-12
    np.testing.assert_allclose(w, found.x[:4] - found.x[4:], atol=1e-4)


def test_on_orthonormal_columns_the_fits_are_formulas():
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(50, 6)))[0] * np.sqrt(50)  # XᵀX = n I
    y = rng.normal(size=50) * 3
    least = Q.T @ y / 50
    for lam in (0.1, 0.5, 2.0):
        np.testing.assert_allclose(fit_ridge(Q, y, lam), least / (1 + lam), atol=1e-14)
        np.testing.assert_allclose(fit_lasso(Q, y, lam), soft_threshold(least, lam / 2), atol=1e-14)
        np.testing.assert_allclose(
            fit_elastic_net(Q, y, lam, 0.3),
            soft_threshold(least, lam * 0.3 / 2) / (1 + lam * 0.7),
            atol=1e-14,
        )


def test_the_lasso_s_zeros_are_zeros_and_all_of_them_at_the_largest_lam():
    X, y = regression()
    largest = np.abs(2 / len(y) * X.T @ y).max()
    for same in (largest, np.abs(X.T @ y * (2 / len(y))).max(), 2 * np.abs((X * y[:, None]).mean(0)).max()):
        assert (fit_lasso(X, y, same) == 0).all()
    assert np.count_nonzero(fit_lasso(X, y, largest * 0.999)) == 1
    assert 0 < np.count_nonzero(fit_lasso(X, y, largest / 3)) < 8


def test_the_elastic_net_shares_between_equal_columns():
    X, y = regression()
    twice = np.column_stack([X, X[:, 6]])
    w = fit_elastic_net(twice, y, 0.5, 0.5)
    assert w[6] == pytest.approx(w[-1], rel=1e-9) and w[6] > 0.5


@pytest.mark.parametrize("mix", [0.0, 0.4, 1.0])
def test_the_kkt_residual_is_0_at_the_minimizer_and_nowhere_else(mix):
    X, y = regression()
    w = fit_elastic_net(X, y, 0.5, mix)
    assert kkt_residual(X, y, w, 0.5, mix) <= 1e-10
    for other in (1.01 * w, w + 1e-3, 0 * w):
        assert kkt_residual(X, y, other, 0.5, mix) == pytest.approx(kkt(X, y, other, 0.5, mix))
        assert kkt_residual(X, y, other, 0.5, mix) > 1e-3


SIZES = [
    (1.0, 1e11),
    (1e-9, 1e9),
    (1.0, 1e17),
    (1e200, 1e200),
    (1e-170, 1e-170),
    (1e-170, 1.0),
    (1e-300, 1e300),
]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("lam", [0.0, 1e-12, 0.1])
@pytest.mark.parametrize("mix", [0.5, 1.0])
def test_a_promise_is_kept_or_refused_for_columns_of_every_size(sizes, lam, mix):
    X, y = regression(p=2)
    X = X * sizes
    try:
        w = fit_elastic_net(X, y, lam, mix)
    except RuntimeError as refused:
        assert "KKT residual" in str(refused) and "standardize" in str(refused)
        assert max(sizes) > 1e6  # where rounding alone is more
    else:
        assert kkt_residual(X, y, w, lam, mix) <= 1e-8


def test_a_lasso_refuses_what_rounding_keeps_from_it():
    X, y = regression(p=2)
    with pytest.raises(RuntimeError, match=r"KKT residual of .* standardize"):
        fit_lasso(X * [1, 1e11], y, 0.1)
    with pytest.raises(RuntimeError, match=r"KKT residual of .* standardize"):
        fit_lasso(X, y * 1e12, 0.1)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("lam", [0.0, 1e-12, 0.1])
def test_ridge_is_right_for_columns_of_every_size(sizes, lam):
    """Against the normal equations in fractions, which do not round."""
    X, y = regression(n=6, p=2)
    X = X * sizes
    (a, b), (c, d) = [
        [sum(Fraction(s) * Fraction(t) for s, t in zip(p, q, strict=True)) for q in X.T] for p in X.T
    ]
    shift = len(y) * Fraction(lam)
    u, v = (sum(Fraction(s) * Fraction(t) for s, t in zip(p, y, strict=True)) for p in X.T)
    det = (a + shift) * (d + shift) - b * c
    exact = [float(((d + shift) * u - b * v) / det), float(((a + shift) * v - c * u) / det)]
    np.testing.assert_allclose(fit_ridge(X, y, lam), exact, rtol=1e-9)


def test_a_column_of_zeros_has_no_weight_among_columns_of_every_size():
    X, y = regression(n=6, p=2)
    sized = X * [1e-300, 1e300]
    w = fit_ridge(np.column_stack([sized, 0 * y]), y, 0.0)
    np.testing.assert_allclose(w, [*fit_ridge(sized, y, 0.0), 0], rtol=1e-12)


def test_columns_that_gain_the_same_enter_a_lasso_together():
    """With more columns than rows the signs are followed from 0: two residuals are the largest."""
    w = fit_lasso(np.eye(2, 3), [1.0, 1.0], 0.1)
    np.testing.assert_allclose(w, [*soft_threshold([1.0, 1.0], 0.1), 0], atol=1e-14)


def test_the_search_over_signs_is_given_a_start_near_the_minimizer():
    """It would end there from any start, but would take several times as long."""
    X, y = regression()
    lasso, ridge = np.linspace(0.2, 3, 8), np.linspace(0, 1, 8)[::-1]
    w = _fista(X, y, lasso, ridge)
    g = 2 / len(y) * X.T @ (X @ w - y) + 2 * ridge * w
    residual = np.where(w != 0, np.abs(g + lasso * np.sign(w)), np.maximum(np.abs(g) - lasso, 0))
    assert residual.max() < 1e-6 and 0 < np.count_nonzero(w) < 8


def test_where_columns_are_equal_a_step_is_the_shortest_or_goes_straight_down():
    """Of three equal columns H has one curvature, 12, along (1, 1, 1), and two that are 0."""
    H = np.full((3, 3), 4.0)
    step, reach = _face_step(H, np.full(3, 2.0), 1e-9)
    assert reach == 1
    np.testing.assert_allclose(step, np.full(3, -1 / 6))
    slope = np.array([1.0, 2.0, -3.0])
    step, reach = _face_step(H, 2 + slope, 1e-9)
    assert reach == np.inf
    np.testing.assert_allclose(step, -slope, atol=1e-14)
    step, reach = _face_step(np.zeros((1, 1)), np.array([2.0]), 1e-9)
    assert (step.tolist(), reach) == ([-2], np.inf)


def test_a_w_that_is_no_float_is_refused():
    with pytest.raises(ValueError, match=r"^X must not be so small"):
        fit_ridge([[1e-320]], [1.0], 0.0)


def test_a_path_spoils_nothing_and_is_not_spoiled():
    X, y = regression()
    kept, w = X.copy(), np.zeros(8)

    def fit(X, y, lam):
        w[:] = fit_ridge(X, y, lam)
        X[:] = y[:] = 0
        return w

    np.testing.assert_array_equal(
        coefficient_path(fit, X, y, [0.1, 1.0]), coefficient_path(fit_ridge, kept, y, [0.1, 1.0])
    )
    assert (X == kept).all()
    with pytest.raises(ValueError, match=r"^fit must return one entry a column of X, shape \(8,\)$"):
        coefficient_path(lambda X, y, lam: y[: 8 + int(lam)], X, y, [0.0, 1.0])


@pytest.mark.parametrize(
    "wrong, error",
    [(None, TypeError), ("w", TypeError), ([1, np.nan], ValueError), ([[1.0, 2.0]], ValueError)],
)
def test_a_path_says_that_it_is_fit_that_returned_no_weights(wrong, error):
    with pytest.raises(error, match=r"^what fit returns must "):
        coefficient_path(lambda X, y, lam: wrong, *regression(p=2), [0.1])


def test_a_path_gives_fit_floats():
    given = []
    coefficient_path(lambda *data: (given.extend(map(type, data)), [0.0, 0.0])[1], *regression(p=2), [1])
    assert given == [np.ndarray, np.ndarray, float]


@pytest.mark.parametrize("penalty", ["l1", "l2"])
@pytest.mark.parametrize("size", [1e-160, 1e160])
def test_contact_in_any_units(penalty, size):
    H, m = ellipse(0)
    plain, other = ball_contact(H, m, 0.5, penalty), ball_contact(H * size, m / size, 0.5 / size, penalty)
    np.testing.assert_allclose(other.w * size, plain.w, rtol=1e-9)
    assert other.lam == pytest.approx(plain.lam * (size if penalty == "l2" else 1), rel=1e-9)
    with pytest.raises(ValueError, match=r"^radius must be at least 1e-100"):
        ball_contact(H, m, 1e-200, penalty)


@pytest.mark.parametrize("fit, more", [(fit_ridge, ()), (fit_lasso, ()), (fit_elastic_net, (0.5,))])
def test_one_weight_that_is_too_large_for_a_float_is_refused(fit, more):
    X = np.column_stack([np.array([1.0, 2.0, 3.0]) * 1e-200, [1.0, -1.0, 0.5]])
    with pytest.raises(ValueError, match=r"w is too large for a float$"):
        fit(X, np.array([1e150, 2e150, 3e150]), 0.0, *more)


def test_a_wide_lasso_in_good_time():
    X, y = regression(n=100, p=1000)
    for lam in (1e-3, 0.1, 10.0):
        assert kkt(X, y, fit_lasso(X, y, lam), lam, 1.0) < 1e-8


def test_a_path_is_the_fits_and_shrinks():
    X, y = regression()
    lams = np.geomspace(1e-3, 30, 12)
    for fit, penalty in ((fit_ridge, l2), (fit_lasso, l1)):
        path = coefficient_path(fit, X, y, lams)
        assert path.shape == (12, 8)
        np.testing.assert_array_equal(path[5], fit(X, y, lams[5]))
        assert (np.diff(penalty(path)) <= 1e-12).all()
        assert (np.diff([loss(X, y, w) for w in path]) >= -1e-12).all()


def test_the_lasso_path_is_straight_between_its_corners():
    X, y = regression()
    lams = np.linspace(0.5, 0.502, 3)
    path = coefficient_path(fit_lasso, X, y, lams)
    np.testing.assert_allclose(path[1], (path[0] + path[2]) / 2, atol=1e-13)


# The contact of the loss's ellipse with a ball


def ellipse(seed):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(2, 2))
    return A @ A.T + 0.01 * np.eye(2), rng.normal(size=2) * 3


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.floats(-2, 1), st.sampled_from(["l1", "l2"]))
def test_contact_satisfies_its_kkt_conditions(seed, power, penalty):
    H, m = ellipse(seed)
    radius = 10.0**power
    contact = ball_contact(H, m, radius, penalty)
    w, lam, g = contact.w, contact.lam, H @ (contact.w - m)
    size = l1(w) if penalty == "l1" else np.sqrt(l2(w))
    scale = max(1, np.abs(H @ m).max())
    assert size <= radius * (1 + 1e-12) and lam >= 0
    if lam == 0:
        assert (w == m).all()
        return
    assert size == pytest.approx(radius, rel=1e-12)
    if penalty == "l2":
        assert np.abs(g + 2 * lam * w).max() <= 1e-8 * scale
    else:
        residual = np.where(w != 0, np.abs(g + lam * np.sign(w)), np.maximum(np.abs(g) - lam, 0))
        assert residual.max() <= 1e-8 * scale


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_contact_is_the_lowest_point_of_the_rim(penalty):
    turn = np.linspace(0, 2 * np.pi, 100_001)
    rim = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    rim /= l1(rim)[:, None] if penalty == "l1" else 1
    for seed in range(30):
        H, m = ellipse(seed)
        w = ball_contact(H, m, 0.7, penalty).w
        heights = np.einsum("ki,ij,kj->k", 0.7 * rim - m, H, 0.7 * rim - m)
        if (l1(m) if penalty == "l1" else np.sqrt(l2(m))) > 0.7:
            assert (w - m) @ H @ (w - m) <= heights.min() + 1e-12
            assert np.linalg.norm(w - 0.7 * rim[heights.argmin()]) < 1e-3


@pytest.mark.parametrize("penalty, fit", [("l1", fit_lasso), ("l2", fit_ridge)])
def test_contact_s_strength_is_the_one_the_fit_needs(penalty, fit):
    X, y = regression(p=2)
    H, m = 2 / len(y) * X.T @ X, fit_ridge(X, y, 0.0)
    for radius in (0.1, 0.5, 0.9):
        contact = ball_contact(H, m, radius, penalty)
        np.testing.assert_allclose(fit(X, y, contact.lam), contact.w, atol=1e-10)


def test_contact_at_a_corner_is_exactly_sparse():
    w = ball_contact([[1.0, 0.0], [0.0, 1.0]], [3.0, 1.0], 1.0, "l1").w
    assert w.tolist() == [1, 0]
    assert ball_contact(np.eye(2), [0.2, 0.2], 1.0, "l1").lam == 0


# Bad input

X, Y = regression(6, 2)
HOLED = X.copy()
HOLED[2, 1] = np.nan
FITS = [
    (fit_ridge, {"X": X, "y": Y, "lam": 0.1}),
    (fit_lasso, {"X": X, "y": Y, "lam": 0.1}),
    (fit_elastic_net, {"X": X, "y": Y, "lam": 0.1, "mix": 0.5}),
]
FIT_BAD = [
    ("X", HOLED, ValueError),
    ("X", X[:, 0], ValueError),
    ("X", X[:5], ValueError),
    ("X", np.empty((6, 0)), ValueError),
    ("X", "data", TypeError),
    ("X", None, TypeError),
    ("y", Y[:5], ValueError),
    ("y", Y[:, None], ValueError),
    ("y", np.where(Y == Y[0], np.inf, Y), ValueError),
    ("y", Y.astype(str), TypeError),
    ("lam", -0.1, ValueError),
    ("lam", np.nan, ValueError),
    ("lam", [0.1, 0.2], TypeError),
    ("lam", None, TypeError),
    ("mix", -0.1, ValueError),
    ("mix", 1.1, ValueError),
    ("mix", "half", TypeError),
]
H = np.eye(2)
BAD = [
    *(
        (fit, {**good, name: value}, name, error)
        for fit, good in FITS
        for name, value, error in FIT_BAD
        if name in good
    ),
    (l1, {"w": np.nan}, "w", ValueError),
    (l1, {"w": "w"}, "w", TypeError),
    (l2, {"w": [np.inf]}, "w", ValueError),
    (l2, {"w": 3.0}, "w", ValueError),
    (elastic_net, {"w": [1.0], "mix": 2.0}, "mix", ValueError),
    (elastic_net, {"w": None, "mix": 0.5}, "w", TypeError),
    (soft_threshold, {"w": [1.0], "t": -1.0}, "t", ValueError),
    (soft_threshold, {"w": [1.0], "t": "1"}, "t", TypeError),
    (soft_threshold, {"w": [np.nan], "t": 1.0}, "w", ValueError),
    (soft_threshold, {"w": [1.0, 2.0], "t": [1.0, 2.0, 3.0]}, "t", ValueError),
    (coefficient_path, {"fit": "lasso", "X": X, "y": Y, "lams": [0.1]}, "fit", TypeError),
    (coefficient_path, {"fit": fit_lasso, "X": X, "y": Y, "lams": []}, "lams", ValueError),
    (coefficient_path, {"fit": fit_lasso, "X": X, "y": Y, "lams": [0.1, -0.1]}, "lams", ValueError),
    (coefficient_path, {"fit": fit_lasso, "X": X, "y": Y, "lams": 0.1}, "lams", ValueError),
    (coefficient_path, {"fit": fit_lasso, "X": HOLED, "y": Y, "lams": [0.1]}, "X", ValueError),
    (kkt_residual, {"X": X, "y": Y, "w": [1.0], "lam": 0.1}, "w", ValueError),
    (kkt_residual, {"X": X, "y": Y, "w": [1.0, 2.0], "lam": 0.1, "mix": 2.0}, "mix", ValueError),
    (kkt_residual, {"X": X, "y": Y[:5], "w": [1.0, 2.0], "lam": 0.1}, "X", ValueError),
    (ball_contact, {"H": -H, "minimum": [1, 2], "radius": 1, "penalty": "l1"}, "H", ValueError),
    (
        ball_contact,
        {"H": np.diag([0.0, 1]), "minimum": [1, 2], "radius": 1, "penalty": "l1"},
        "H",
        ValueError,
    ),
    (ball_contact, {"H": [[1, 2], [0, 1]], "minimum": [1, 2], "radius": 1, "penalty": "l1"}, "H", ValueError),
    (ball_contact, {"H": np.eye(3), "minimum": [1, 2], "radius": 1, "penalty": "l1"}, "H", ValueError),
    (ball_contact, {"H": H, "minimum": [1, 2, 3], "radius": 1, "penalty": "l1"}, "minimum", ValueError),
    (ball_contact, {"H": H, "minimum": [1, np.nan], "radius": 1, "penalty": "l1"}, "minimum", ValueError),
    (ball_contact, {"H": H, "minimum": [1, 2], "radius": 0, "penalty": "l1"}, "radius", ValueError),
    (ball_contact, {"H": H, "minimum": [1, 2], "radius": None, "penalty": "l1"}, "radius", TypeError),
    (ball_contact, {"H": H, "minimum": [1, 2], "radius": 1, "penalty": "l3"}, "penalty", ValueError),
]


@pytest.mark.parametrize("call, arguments, name, error", BAD)
def test_a_bad_argument_is_named(call, arguments, name, error):
    with pytest.raises(error, match=rf"^(X and )?{name}( and y)? must "):
        call(**arguments)
