"""The checkers of chapter 2 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import numerical_gradient
from optimlib.exercises.gradients import (
    check_best_step,
    check_central_gradient,
    check_complex_gradient,
    check_hiding_bug,
    check_mended_gradient,
    check_partials,
    check_slope_along,
    check_steepest,
)


def test_the_library_passes_its_own_checks():
    assert check_central_gradient(numerical_gradient)
    assert check_complex_gradient(lambda f, x: numerical_gradient(f, x, 1e-30, "complex"))


def test_forward_differences_do_not_pass_as_central_ones():
    verdict = check_central_gradient(lambda f, x, h: numerical_gradient(f, x, h, "forward"))
    assert "For Beale with h = 0.1, entry 0 of the gradient is the first that differs" in repr(verdict)


def test_central_differences_do_not_pass_as_the_complex_step():
    verdict = check_complex_gradient(numerical_gradient)
    assert "10⁹ + Σ exp(x) sin(x)" in repr(verdict)


def test_the_reference_gradients_are_those_of_the_functions():
    def f(x):
        return x[0] ** 2 * x[1] + np.sin(x[0] * x[1])

    assert check_partials(lambda x: numerical_gradient(f, x, 1e-30, "complex"))

    def mean_loss(w, X, y, lam):
        return np.log(1 + np.exp(-y * (X @ w))).mean() + lam * (w[:-1] ** 2).sum()

    assert check_mended_gradient(lambda w, *rest: numerical_gradient(lambda w: mean_loss(w, *rest), w))


@pytest.mark.parametrize(
    ("penalty", "lam"), [(lambda w: w * [1, 1, 1, 0], 0.1), (lambda w: 2 * w, 0.1)], ids=["no 2", "intercept"]
)
def test_each_mistake_of_the_suspicious_gradient_is_found(penalty, lam):
    def mine(w, X, y, lam):
        share = 1 / (1 + np.exp(y * (X @ w)))
        return -(y * share) @ X / len(X) + lam * penalty(w)

    assert f"For a random w and λ = {lam}" in repr(check_mended_gradient(mine))


def test_the_best_step_has_the_least_error_there_is():
    def mine(value, third, eps):
        h = np.geomspace(1e-8, 10, 2_000_001)
        return h[(h**2 / 6 * abs(third) + eps * abs(value) / h).argmin()]

    def within(value, third, eps):
        exact = np.cbrt(3 * eps * abs(value / third))
        assert abs(mine(value, third, eps) / exact - 1) < 1e-3
        return exact

    assert check_best_step(within)
    assert "For -2, 0.5, 1e-09" in repr(check_best_step(lambda v, t, e: np.cbrt(3 * e * v / t)))


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
    assert "the inf-norm" in repr(check_steepest(lambda g, norm: g / np.linalg.norm(g)))


def test_a_hiding_bug_must_hide_and_must_be_a_bug():
    right = check_hiding_bug(lambda w: 2 * w + np.cos(w))
    assert "x = (0.7, -0.3, 1.2)" in repr(right)
    plain = check_hiding_bug(lambda w: 2 * w - np.cos(w))
    assert "x = (0, 0, 0)" in repr(plain)
    assert check_hiding_bug(lambda w: w + np.cos(w))


def test_the_slope_along_u_is_a_central_difference():
    assert check_slope_along(lambda f, x, u, h: (f(x + h * u) - f(x - h * u)) / (2 * h))
    assert not check_slope_along(lambda f, x, u, h: (f(x + h * u) - f(x)) / h)
    assert not check_slope_along(lambda f, x, u, h: f.grad(x) @ u)
