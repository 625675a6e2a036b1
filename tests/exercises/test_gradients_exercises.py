"""The checkers of chapter 2 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import numerical_gradient
from optimlib.exercises.gradients import (
    check_best_step,
    check_central_gradient,
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
        return np.log(1 + np.exp(-y * (X @ w))).mean() + lam * (w[:-1] ** 2).sum()

    assert check_mended_gradient(lambda w, *rest: numerical_gradient(lambda w: mean_loss(w, *rest), w))


def test_the_best_step_has_the_least_error_there_is():
    def mine(value, third, eps):
        h = np.geomspace(1e-8, 10, 2_000_001)
        return h[(h**2 / 6 * abs(third) + eps * abs(value) / h).argmin()]

    def within(value, third, eps):
        exact = np.cbrt(3 * eps * abs(value / third))
        assert abs(mine(value, third, eps) / exact - 1) < 1e-3
        return exact

    assert check_best_step(within)
    verdict = check_best_step(lambda value, third, eps: (3 * eps * value / third) ** (1 / 3))
    assert "For value = -2, third = 0.5, eps = 1e-9, h must be real; yours is complex" in repr(verdict)


def test_the_steepest_step_beats_every_other_of_its_length():
    orders = {"1": 1, "2": 2, "inf": np.inf}

    def mine(g, norm):
        u = {"inf": np.sign, "2": lambda g: g / np.linalg.norm(g)}.get(
            norm, lambda g: np.sign(g) * (abs(g) == abs(g).max())
        )(g)
        others = np.random.default_rng(0).normal(size=(2000, len(g)))
        others /= np.linalg.norm(others, ord=orders[norm], axis=1, keepdims=True)
        assert np.linalg.norm(u, ord=orders[norm]) == pytest.approx(1)
        assert (others @ g <= u @ g + 1e-12).all()
        return u

    assert check_steepest(mine)


def moved(put_back):
    """Central differences on x itself."""

    def mine(f, x, h):
        gradient = np.zeros(len(x))
        for i in range(len(x)):
            x[i] += h
            above = f(x)
            x[i] -= 2 * h
            below = f(x)
            x[i] += h * put_back
            gradient[i] = (above - below) / (2 * h)
        return gradient

    return mine


def test_a_coordinate_that_is_not_put_back_is_recognised():
    verdict = repr(check_central_gradient(moved(put_back=False)))
    assert "Your function changed its argument x. x is moved along one axis and not put back" in verdict
    assert "yours gives 34.5" not in verdict  # that entry is right


def test_a_coordinate_that_is_put_back_is_right_up_to_rounding():
    assert check_central_gradient(moved(put_back=True))


def test_an_intercept_that_is_zeroed_in_place_does_not_pass():
    def mine(w, X, y, lam, early=True):
        if early:
            w[-1] = 0
        share = 1 / (1 + np.exp(y * (X @ w)))
        data = -(y * share) @ X / len(X)
        w[-1] = 0
        return data + 2 * lam * w

    assert "the data term needs it as it is" in repr(check_mended_gradient(mine))
    late = check_mended_gradient(lambda *case: mine(*case, early=False))
    assert not late
    assert "must take" not in repr(late)

    def by_name(weights, X, y, lam):
        return mine(weights, X, y, lam, early=False)

    assert "The values are right, but your function changed its argument weights" in repr(
        check_mended_gradient(by_name)
    )


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
        gradient[:] = numerical_gradient(f, x, h)
        return gradient

    assert check_central_gradient(mine)
