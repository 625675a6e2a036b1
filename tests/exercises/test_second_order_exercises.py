"""The checkers of chapter 7 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import newton, run
from optimlib.exercises.second_order import (
    check_bfgs_update,
    check_largest,
    check_newton,
    check_product,
    check_reach,
    check_trust_step,
)


def test_the_reach_is_the_one_that_is_measured():
    def mine(lr):
        starts = np.linspace(0.01, 5, 500)[:, None]
        paths = run(newton_in_one_coordinate(starts, lr), 3000)[-1, :, 0]
        return np.sqrt(2 / lr - 1) if abs(starts[abs(paths) < 1e-3].max() - np.sqrt(2 / lr - 1)) < 0.02 else 0

    assert check_reach(mine)
    verdict = check_reach(lambda lr: 2 / lr - 1)
    assert "For lr = 0.5, the reach: yours gives 3; right is 1.73205. The root is missing" in repr(verdict)


def newton_in_one_coordinate(x, lr):
    while True:
        yield x
        x = x - lr * (x + x**3)


def by_matrices(P, s, y):
    V = np.eye(len(s)) - np.outer(y, s) / (s @ y)
    return V.T @ P @ V + np.outer(s, s) / (s @ y)


def by_dot(P, s, y):
    V = np.eye(len(s)) - np.outer(y, s) / s.dot(y)
    return V.T.dot(P).dot(V) + np.outer(s, s) / s.dot(y)


def by_einsum(P, s, y):
    V = np.eye(len(s)) - np.outer(y, s) / (s @ y)
    return np.einsum("ji,jk,kl->il", V, P, V) + np.outer(s, s) / (s @ y)


def by_columns(P, s, y):
    s, y = s.reshape(-1, 1), y[:, None]
    V = np.eye(len(s)) - y @ s.T / (s.T @ y)
    return np.linalg.multi_dot([V.T, P, V]) + s @ s.T / (s.T @ y)


def by_inverses(P, s, y):
    H, Hs = np.linalg.inv(P), np.linalg.solve(P, s)
    return np.linalg.inv(H + np.outer(y, y) / (s @ y) - np.outer(Hs, Hs) / (s @ Hs))


@pytest.mark.parametrize("mine", [by_matrices, by_dot, by_einsum, by_columns, by_inverses])
def test_the_update_by_products_of_matrices_is_right_and_refused(mine):
    verdict = check_bfgs_update(mine)
    assert not verdict
    assert "P is right, but your function" in repr(verdict)


def outer_products(P, s, y):
    sy, Py = s @ y, P @ y
    return P + np.outer(s, s) * (sy + y @ Py) / sy**2 - (np.outer(Py, s) + np.outer(s, Py)) / sy


def columns(P, s, y):
    s, y = s[:, None], y[:, None]
    sy, Py = (s.T @ y).item(), P @ y
    return P + s @ s.T * (sy + (y.T @ Py).item()) / sy**2 - (Py @ s.T + s @ Py.T) / sy


def loops(P, s, y):
    n, sy, Py = len(s), s.dot(y), np.dot(P, y)
    grown = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            grown[i, j] = P[i, j] + s[i] * s[j] * (sy + y @ Py) / sy**2 - (Py[i] * s[j] + s[i] * Py[j]) / sy
    return grown.tolist()


def in_place(P, s, y):
    sy, Py = s @ y, np.einsum("ij,j->i", P, y)
    P += np.outer(s, s) * (sy + y @ Py) / sy**2
    P -= (np.outer(Py, s) + np.outer(s, Py)) / sy
    return P


@pytest.mark.parametrize("mine", [outer_products, columns, loops, in_place])
def test_the_update_in_n_squared_operations_passes_in_every_style(mine):
    assert check_bfgs_update(mine)


def test_whole_numbers_are_printed_whole():
    assert check_largest(lambda memory, m: (int(np.sqrt(memory / 8)), memory // (16 * m)))
    verdict = check_largest(lambda memory, m: (int(np.sqrt(memory / 8)), memory // (8 * m)))
    assert "n with the pairs: yours gives 1,000,000,000; right is 500,000,000" in repr(verdict)


def test_newtons_method_may_end_where_it_has_arrived():
    assert check_newton(newton)


def test_a_hessian_that_lags_a_step_behind_is_seen_at_the_second_step():
    def mine(grad, hess, x, lr=1.0, damping=0.0):
        H = hess(x)
        while True:
            yield x
            d = -np.linalg.solve(H + damping * np.eye(len(x)), grad(x))
            H = hess(x)
            x = x + lr * d

    assert "step t = 2 is the first that differs" in repr(check_newton(mine))


def test_a_product_by_way_of_the_matrix_is_right_and_refused():
    def mine(X, w, v, lam):
        p = 1 / (1 + np.exp(-(X @ w)))
        return ((X.T * (p * (1 - p))) @ X / len(X) + 2 * lam * np.eye(len(w))) @ v

    verdict = check_product(mine)
    assert not verdict
    assert "H v is right, but your function multiplies two matrices" in repr(verdict)


def test_the_step_inside_a_radius_may_be_found_by_trying_the_rim():
    def mine(H, g, r):
        rng = np.random.default_rng(0)
        trials = rng.normal(size=(1, len(g)))
        for width in 0.5 ** np.arange(40):
            trials = np.concatenate([trials, trials[:1] + width * r * rng.normal(size=(2000, len(g)))])
            trials *= np.minimum(1, r / np.linalg.norm(trials, axis=1))[:, None]
            trials = trials[[(trials @ g + ((trials @ H) * trials).sum(axis=1) / 2).argmin()]]
        return trials[0]

    assert check_trust_step(mine)
