"""The checkers of chapter 4 accept what is right and say what is wrong."""

import numpy as np

from optimlib import momentum, nesterov, quadratic, run
from optimlib.exercises.momentum import (
    check_escape_factor,
    check_look_ahead,
    check_momentum,
    check_velocity_momentum,
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


def test_base_points_that_become_look_ahead_points_are_lost():
    def mine(path, lr, rho):
        path += rho * np.diff(path, axis=0, prepend=path[:1])
        return path

    verdict = check_look_ahead(mine)
    assert repr(verdict).startswith("The values are right, but your function changed its argument path")


def test_a_schedule_is_shown_by_its_name():
    def mine(grad, x, lr, rho):
        while True:
            yield x
            x = x - lr(0) * grad(x)

    assert "lr = step_decay(0.05, 0.1, 5), rho = 0.9, step t = 2" in repr(check_velocity_momentum(mine))
