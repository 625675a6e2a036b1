"""The checkers of chapter 4 accept what is right and say what is wrong."""

import numpy as np

from optimlib import momentum, nesterov, quadratic, run
from optimlib.exercises.momentum import (
    check_best_pair,
    check_escape_factor,
    check_look_ahead,
    check_momentum,
    check_nesterov,
    check_velocity_momentum,
)


def test_the_library_passes_its_own_checks():
    assert check_momentum(momentum)
    assert check_nesterov(nesterov)


def heavy(inside_lr, look_ahead=False):
    """Momentum in either convention, as readers write it."""

    def mine(grad, x, lr, rho):
        v, t = np.zeros_like(x), 0
        while True:
            yield x
            rate = lr(t) if callable(lr) else lr
            g = grad(x - rate * rho * v if look_ahead else x)
            v = rho * v + (rate * g if inside_lr else g)
            x = x - (v if inside_lr else rate * v)
            t += 1

    return mine


def test_each_convention_passes_its_own_check_and_fails_the_other():
    assert check_velocity_momentum(heavy(inside_lr=True))
    verdict = check_velocity_momentum(heavy(inside_lr=False))
    assert not verdict
    assert "On an lr that drops, step t = 6 is the first that differs" in repr(verdict)


def test_the_first_step_that_differs_is_named():
    verdict = check_nesterov(heavy(inside_lr=False))
    assert "step t = 2 is the first that differs" in repr(verdict)


def test_a_change_in_place_is_recognised():
    def mine(grad, x, lr, rho):
        v = np.zeros_like(x)
        while True:
            yield x
            v = rho * v + grad(x)
            x -= lr * v

    assert "changed in place" in repr(check_momentum(mine))


def test_iterates_that_end_are_asked_to_go_on():
    def mine(grad, x, lr, rho):
        yield x

    assert "end after 1: go on for ever" in repr(check_momentum(mine))


def test_a_swapped_pair_is_told_which_value_is_wrong():
    def mine(mu, L):
        kappa = L / mu
        return 2 / (L + mu), ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2

    assert "lr is 0.181818 and should be" in repr(check_best_pair(mine))


def test_the_escape_factor_is_the_one_that_is_measured():
    def mine(lr, rho):
        path = run(momentum(lambda y: -2 * y, [1e-9], lr=lr, rho=rho), 4000)[:, 0]
        seen = np.flatnonzero(abs(path) < 1e280)[-1]
        return path[seen] / path[seen - 1]

    assert check_escape_factor(mine)


def test_look_ahead_points_are_those_where_nesterov_asks_for_the_gradient():
    asked = []
    f = quadratic(10.0)
    lr, rho = 0.05, 0.9
    base = run(nesterov(lambda x: (asked.append(x), f.grad(x))[1], f.start, lr=lr, rho=rho), 20)

    def mine(path, lr, rho):
        if np.array_equal(path, base):
            return np.vstack([asked, path[-1] + rho * (path[-1] - path[-2])])
        return path + rho * np.diff(path, axis=0, prepend=path[:1])

    assert check_look_ahead(mine)
    assert "the first that differs" in repr(check_look_ahead(lambda path, lr, rho: path))
