"""The checkers of chapter 7 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import newton, run
from optimlib.exercises.second_order import (
    check_bfgs_update,
    check_largest,
    check_newton,
    check_reach,
    check_two_loop,
)
from optimlib.second_order import two_loop


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


def test_the_two_loop_recursion_passes_and_may_change_its_arguments():
    def mine(pairs, g):
        shares = []
        for s, y in reversed(pairs):
            shares.insert(0, s @ g / (s @ y))
            g -= shares[0] * y
        s, y = pairs[-1]
        g *= s @ y / (y @ y)
        for (s, y), share in zip(pairs, shares, strict=True):
            g += (share - y @ g / (s @ y)) * s
        return g

    assert check_two_loop(two_loop)
    assert check_two_loop(mine)


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
