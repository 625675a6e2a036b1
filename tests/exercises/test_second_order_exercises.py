"""The checkers of chapter 7 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import run
from optimlib.exercises.second_order import (
    check_bfgs_update,
    check_largest,
    check_newton,
    check_reach,
    check_saddle_free,
    check_shortest_step,
    check_two_loop,
)
from optimlib.second_order import two_loop


def newton_with(step):
    """Newton's method as readers write it, around the step in question."""

    def mine(grad, hess, x, lr, damping):
        while True:
            yield x
            x = x + step(grad(x), hess(x), lr, damping)

    return mine


def test_newton_passes():
    assert check_newton(
        newton_with(lambda g, H, lr, damping: -lr * np.linalg.solve(H + damping * np.eye(2), g))
    )


def test_a_step_the_wrong_way_is_seen_at_once():
    verdict = check_newton(newton_with(lambda g, H, lr, damping: lr * np.linalg.solve(H, g)))
    assert "On a quadratic, half steps, step t = 1 is the first that differs" in repr(verdict)


def test_a_forgotten_lr_and_a_forgotten_damping_are_told_apart():
    verdict = check_newton(newton_with(lambda g, H, lr, damping: -np.linalg.solve(H, g)))
    assert "On a quadratic, half steps" in repr(verdict)
    verdict = check_newton(newton_with(lambda g, H, lr, damping: -lr * np.linalg.solve(H, g)))
    assert "On Beale's function with damping, step t = 1" in repr(verdict)


def test_damping_added_to_every_entry_is_seen():
    verdict = check_newton(newton_with(lambda g, H, lr, damping: -lr * np.linalg.solve(H + damping, g)))
    assert "with damping" in repr(verdict)


def test_the_reach_is_the_one_that_is_measured():
    def mine(lr):
        starts = np.linspace(0.01, 5, 500)[:, None]
        paths = run(newton_in_one_coordinate(starts, lr), 3000)[-1, :, 0]
        return np.sqrt(2 / lr - 1) if abs(starts[abs(paths) < 1e-3].max() - np.sqrt(2 / lr - 1)) < 0.02 else 0

    assert check_reach(mine)
    assert "lr = 0.5, the reach is 1 and should be 1.73205" in repr(check_reach(lambda lr: 1.0))


def newton_in_one_coordinate(x, lr):
    while True:
        yield x
        x = x - lr * (x + x**3)


def saddle_free(H, g):
    h, Q = np.linalg.eigh(H)
    return -Q @ ((Q.T @ g) / abs(h))


def test_absolute_values_of_entries_are_not_those_of_eigenvalues():
    assert check_saddle_free(saddle_free)
    verdict = check_saddle_free(lambda H, g: -np.linalg.solve(abs(H), g))
    assert "For a saddle, turned" in repr(verdict)


def test_newtons_own_step_fails_at_a_saddle():
    verdict = check_saddle_free(lambda H, g: -np.linalg.solve(H, g))
    assert "For a saddle along the axes, entry 1 of the step" in repr(verdict)


def bfgs_update(B, s, y):
    V = np.eye(len(s)) - np.outer(y, s) / (s @ y)
    return V.T @ B @ V + np.outer(s, s) / (s @ y)


def hessian_update(B, s, y):
    """The update of the Hessian's own approximation: s and y changed places."""
    return bfgs_update(B, y, s)


def test_the_update_passes_in_both_forms():
    def multiplied_out(B, s, y):
        sy, By = s @ y, B @ y
        B += np.outer(s, s) * (sy + y @ By) / sy**2
        B -= (np.outer(By, s) + np.outer(s, By)) / sy
        return B

    assert check_bfgs_update(bfgs_update)
    assert check_bfgs_update(multiplied_out), "a change in place spoils nothing"


@pytest.mark.parametrize("mine", [hessian_update, lambda B, s, y: bfgs_update(B, s, y).T @ B])
def test_another_matrix_fails(mine):
    assert "of B is the first that differs" in repr(check_bfgs_update(mine))


def without_scale(pairs, g):
    """The recursion as a recursion, from the identity instead of (sᵀy / yᵀy) I."""
    if not pairs:
        return g
    *older, (s, y) = pairs
    share = s @ g / (s @ y)
    r = without_scale(older, g - share * y)
    return r + (share - y @ r / (s @ y)) * s


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


def test_a_forgotten_scale_is_seen():
    assert "For 1 pair and 2 coordinates" in repr(check_two_loop(without_scale))


def test_bytes_and_not_numbers():
    assert check_largest(lambda memory, m: (int(np.sqrt(memory / 8)), memory // (16 * m)))
    verdict = check_largest(lambda memory, m: (int(np.sqrt(memory)), memory // (2 * m)))
    assert "n with a Hessian is 282842 and should be 100000" in repr(verdict)


def test_two_gradients_are_twice_as_noisy():
    assert check_shortest_step(lambda sigma, B, h: sigma * np.sqrt(2 / B) / h)
    verdict = check_shortest_step(lambda sigma, B, h: sigma / np.sqrt(B) / h)
    assert "the length is 1 and should be 1.41421" in repr(verdict)
