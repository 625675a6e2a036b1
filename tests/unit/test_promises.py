"""What second-order methods and fits promise, seen from outside: units, costs, and no warnings."""

import warnings

import numpy as np
import pytest
from problems import OBJECTIVES

from optimlib import (
    ball_contact,
    bfgs,
    coefficient_path,
    fit_elastic_net,
    fit_lasso,
    fit_ridge,
    lbfgs,
    newton,
)


@pytest.mark.parametrize("power", [-60, 60])
@pytest.mark.parametrize("name", ["beale", "rosenbrock", "himmelblau", "styblinski_tang", "three_hump_camel"])
def test_newton_does_not_see_the_unit_of_f(name, power):
    """Multiplied by a power of 2 nothing is rounded: the path is the same to the last bit, and so its end."""
    f, unit = OBJECTIVES[name], 2.0**power
    start = f.minimizers[0] + 0.1
    plain = list(newton(f.grad, f.hess, start))
    scaled = list(newton(lambda x: unit * f.grad(x), lambda x: unit * f.hess(x), start))
    assert 4 <= len(plain) <= 12
    np.testing.assert_array_equal(scaled, plain)


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_a_trial_where_f_is_no_number_is_shortened_without_a_warning(method):
    def f(x):
        return float(100 * (x - np.sqrt(x)).sum())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = list(method(f, lambda x: 100 - 50 / np.sqrt(x), [0.3, 0.5]))
    assert np.isfinite(path).all()
    np.testing.assert_allclose(path[-1], 0.25, rtol=1e-6)


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_a_gradient_of_opposite_infinities_at_a_trial_ends_the_run_without_a_warning(method):
    start = np.array([1.0, -1.0])

    def grad(x):
        return 2 * x if (x == start).all() else np.array([np.inf, np.inf])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = list(method(lambda x: float(x @ x), grad, start))
    np.testing.assert_array_equal(path, [start])


@pytest.mark.parametrize("fit", [fit_ridge, fit_lasso, lambda X, y, lam: fit_elastic_net(X, y, lam, 0.5)])
def test_coefficients_too_large_for_a_float_are_refused_without_a_warning(fit):
    X, y = np.array([[1.0, 2.0], [3.0, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0, 4.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"^X must not be so small, or y so large"):
            fit(X * 1e-200, y * 1e200, 0.0)


@pytest.mark.parametrize("rows, columns, most", [(200, 40, 4), (60, 40, 4), (30, 90, 70)])
@pytest.mark.parametrize("lam", [0.02, 0.3])
def test_the_lasso_solves_few_equations(monkeypatch, rows, columns, most, lam):
    """FISTA, or the last lam, has nearly all signs right: hardly more than one of them changes at a time."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, columns))
    y = X @ np.where(np.arange(columns) < 8, 2.0, 0.0) + rng.normal(size=rows)
    solve, solved = np.linalg.solve, []
    monkeypatch.setattr(np.linalg, "solve", lambda A, b: solved.append(len(A)) or solve(A, b))
    w = fit_lasso(X, y, lam)
    assert np.count_nonzero(w) >= 8 and 0 < len(solved) <= most, len(solved)


@pytest.mark.parametrize("lam", [0.0, 1e-3, 1.0])
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("rows, columns", [(30, 5), (5, 30)])
def test_ridge_of_ordinary_columns_is_one_decomposition(monkeypatch, rows, columns, repeat, lam):
    """Equal columns, too: the slower way round is for columns of very different size."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(rows, columns)), rng.normal(size=rows)
    X = np.column_stack([X, X[:, :2], X[:, 0] + X[:, 1]]) if repeat else X
    expected = np.linalg.lstsq(
        np.vstack([X, np.sqrt(rows * lam) * np.eye(X.shape[1])]), np.append(y, np.zeros(X.shape[1]))
    )[0]
    monkeypatch.setattr(np.linalg, "lstsq", None)
    np.testing.assert_allclose(fit_ridge(X, y, lam), expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_a_ball_may_be_1e100_times_smaller_than_the_way_to_it(penalty):
    w = ball_contact(np.eye(2), [1.0, 0.0], 1.01e-100, penalty).w
    np.testing.assert_allclose(w, [1.01e-100, 0], rtol=1e-12)
    with pytest.raises(ValueError, match=r"^radius must be at least 1e-100 times the size of minimum; got"):
        ball_contact(np.eye(2), [1.0, 0.0], 0.99e-100, penalty)


def test_a_path_checks_its_rows_though_the_fit_does_not():
    seen = []

    def fit(X, y, lam):
        seen.append((X.tolist(), y.tolist(), lam))
        X[:] = y[:] = 7
        return [0.0, lam]

    path = coefficient_path(fit, [[1, 2], [3, 4]], [5, 6], [0.5, 2])
    assert path.tolist() == [[0, 0.5], [0, 2]]
    assert seen == [([[1, 2], [3, 4]], [5, 6], lam) for lam in (0.5, 2)]
    for X, y, error, name in (("X", [1.0], TypeError, "X"), ([[1.0]], [1.0, 2.0], ValueError, "X and y")):
        with pytest.raises(error, match=f"^{name} must"):
            coefficient_path(fit, X, y, [1.0])
