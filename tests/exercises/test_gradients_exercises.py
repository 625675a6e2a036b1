"""The checkers of chapter 2 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import numerical_gradient
from optimlib.exercises.gradients import (
    check_fourth_order,
    check_hiding_bug,
    check_mended_gradient,
    check_partials,
    check_steepest,
)


def test_the_reference_gradients_are_those_of_the_functions():
    def f(x):
        return x[0] ** 2 * x[1] + np.sin(x[0] * x[1])

    assert check_partials(lambda x: numerical_gradient(f, x, 1e-30, "complex"))

    def mean_loss(w, X, y, lam):
        return ((X @ w - y) ** 2).mean() + lam * (np.diff(w) ** 2).sum()

    assert check_mended_gradient(lambda w, *rest: numerical_gradient(lambda w: mean_loss(w, *rest), w))


def test_the_steepest_step_beats_every_other_of_its_size():
    def mine(g, k):
        u = np.zeros(len(g))
        for i in np.argsort(-abs(g)):
            u[i] = np.sign(g[i]) * min(1, k - abs(u).sum())
        others = np.random.default_rng(0).uniform(-1, 1, (5000, len(g)))
        others /= np.maximum(1, abs(others).sum(axis=1, keepdims=True) / k)
        assert abs(u).max() <= 1
        assert abs(u).sum() == pytest.approx(k)
        assert (others @ g <= u @ g + 1e-12).all()
        return u

    assert check_steepest(mine)


def test_half_the_step_leaves_a_sixteenth_of_the_error():
    def error(h):
        near, far = (numerical_gradient(lambda x: (x**5).sum(-1), np.ones(1), d) for d in (h, 2 * h))
        return abs((4 * near - far) / 3 - 5)[0]

    assert error(0.1) / error(0.05) == pytest.approx(16, rel=1e-3)


def moved(put_back):
    """Differences with h and 2h on x itself."""

    def mine(f, x, h):
        gradient = np.zeros(len(x))
        for i in range(len(x)):
            values = []
            for move in (2 * h, -h, -2 * h, -h):
                x[i] += move
                values.append(f(x))
            x[i] += 2 * h * put_back
            gradient[i] = (values[3] - 8 * values[2] + 8 * values[1] - values[0]) / (12 * h)
        return gradient

    return mine


def test_a_coordinate_that_is_not_put_back_is_recognised():
    verdict = repr(check_fourth_order(moved(put_back=False)))
    assert "Your function changed its argument x. x is moved along one axis and not put back" in verdict


def test_a_coordinate_that_is_put_back_is_right_up_to_rounding():
    assert check_fourth_order(moved(put_back=True))


def test_differences_that_are_taken_in_place_are_right_and_a_w_that_is_changed_is_not():
    def mine(w, X, y, lam):
        slopes, steps = 2 * (X @ w - y) @ X / len(y), np.diff(w)
        w[1:] -= w[:-1].copy()
        slopes[1:] += 2 * lam * steps
        slopes[:-1] -= 2 * lam * steps
        return slopes

    verdict = check_mended_gradient(mine)
    assert not verdict
    assert "The values are right, but your function changed its argument w" in repr(verdict)


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda w: 2 * w + np.cos(w), "The check finds nothing at w = (0.7, -0.3, 1.2)"),
        (lambda w: 2 * w - np.cos(w), "finds the bug at w = (0, 0, 0) already"),
        (lambda w: w + np.cos(w), "Right: "),
        (lambda w: (w + np.cos(w)).tolist(), "Right: "),
        (lambda w: 1.0, "has shape ()"),
        (lambda w: w / w, "At w = (0, 0, 0) your gradient holds NaN"),
        (lambda w: w[5], "For w = (0, 0, 0): IndexError"),
    ],
    ids=range(7),
)
def test_a_hiding_bug_must_hide_and_must_be_a_bug(mine, words):
    assert words in repr(check_hiding_bug(mine))


def test_a_gradient_that_is_returned_again_and_again_is_judged_by_what_it_was():
    store = {}

    def mine(f, x, h):
        gradient = store.setdefault(len(x), np.zeros(len(x)))
        gradient[:] = (4 * numerical_gradient(f, x, h) - numerical_gradient(f, x, 2 * h)) / 3
        return gradient

    assert check_fourth_order(mine)
