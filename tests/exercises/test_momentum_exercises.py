"""The checkers of chapter 4 accept what is right and say what is wrong."""

import numpy as np

from optimlib import momentum, run
from optimlib.exercises.momentum import (
    check_base_points,
    check_best_rho,
    check_escape_factor,
    check_momentum,
    check_restart,
)


def test_a_change_in_place_is_recognised():
    def mine(grad, x, lr, rho):
        v = np.zeros_like(x)
        while True:
            yield x
            v = rho * v + grad(x)
            x -= lr * v

    verdict = check_momentum(mine)
    assert "Each step is right when it is made, but your function changed its argument x" in repr(verdict)


def test_the_escape_factor_is_the_one_that_is_measured():
    def mine(lr, rho):
        path = run(momentum(lambda y: -2 * y, [1e-9], lr=lr, rho=rho), 4000)[:, 0]
        seen = np.flatnonzero(abs(path) < 1e280)[-1]
        return path[seen] / path[seen - 1]

    assert check_escape_factor(mine)


def test_base_points_are_those_from_which_nesterov_looks_ahead():
    def mine(path, rho):
        # Each look-ahead point is where the method asks, so the next base point is one gradient away.
        points = [path[0]]
        for y in path[1:]:
            points.append(points[-1] + (y - points[-1]) / (1 + rho))
        return points

    assert check_base_points(mine)


def test_the_best_rho_is_the_fastest_of_a_fine_grid():
    def factor(rho, lr_h):
        half = (1 + rho - lr_h) / 2
        root = np.sqrt(half**2 - rho + 0j)
        return np.maximum(abs(half + root), abs(half - root))

    def mine(lr, mu, L):
        grid = np.linspace(0, 0.999, 100_001)
        found = grid[np.maximum(factor(grid, lr * mu), factor(grid, lr * L)).argmin()]
        exact = max((1 - np.sqrt(lr * mu)) ** 2, (1 - np.sqrt(lr * L)) ** 2)
        assert abs(found - exact) < 2e-5
        return exact

    assert check_best_rho(mine)


def test_a_restart_that_asks_of_the_last_step_is_the_same():
    def mine(grad, x, lr, rho):
        before = x
        while True:
            yield x
            g = grad(x)
            if g @ (x - before) > 0:
                before = x
            x, before = x - lr * g + rho * (x - before), x

    assert check_restart(mine)


def test_a_velocity_may_be_changed_in_place_and_a_point_yielded_as_a_copy():
    def mine(grad, x, lr, rho):
        x, v = x.copy(), np.zeros_like(x)
        while True:
            yield x.copy()
            v *= rho
            v += grad(x)
            x -= lr * v

    assert check_momentum(mine)


def test_two_steps_in_place_of_a_velocity_pass():
    def mine(grad, x, lr, rho):
        before = x
        while True:
            yield list(x)
            x, before = x - lr * grad(x) + rho * (x - before), x

    assert check_momentum(mine)


def test_look_ahead_points_that_become_base_points_are_lost():
    def mine(path, rho):
        for t in range(1, len(path)):
            path[t] = (path[t] + rho * path[t - 1]) / (1 + rho)
        return path

    verdict = check_base_points(mine)
    assert repr(verdict).startswith("The values are right, but your function changed its argument path")
