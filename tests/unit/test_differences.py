"""Hessians from differences of gradients."""

import numpy as np
import pytest

from optimlib import beale, himmelblau, rosenbrock
from optimlib.second_order.differences import numerical_hessian


@pytest.mark.parametrize("f", [beale, himmelblau, rosenbrock], ids=lambda f: f.name)
def test_it_is_the_hessian_and_symmetric(f):
    x = f.start + 0.1
    H = numerical_hessian(f.grad, x)
    np.testing.assert_allclose(H, f.hess(x), atol=1e-5 * abs(f.hess(x)).max())
    np.testing.assert_array_equal(H, H.T)


def test_its_error_falls_with_tau():
    def error(tau):
        return abs(numerical_hessian(rosenbrock.grad, (0.5, 0.7), tau) - rosenbrock.hess((0.5, 0.7))).max()

    assert error(1e-3) == pytest.approx(error(1e-2) / 10, rel=0.1)


def test_a_small_tau_does_not_meet_a_kink():
    kink = lambda x: np.maximum(x, 0)  # noqa: E731
    np.testing.assert_allclose(numerical_hessian(kink, [-1e-7, 1.0], tau=1e-9), np.diag([0, 1]), atol=1e-6)
    assert numerical_hessian(kink, [-1e-7, 1.0], tau=1e-6)[0, 0] > 0.5


@pytest.mark.parametrize(
    "x, tau, words",
    [
        ([1.0], 0.0, "tau must be greater than 0"),
        ([[1.0]], 1e-6, "x must have 1 axes"),
        ([np.inf], 1e-6, "x must be finite"),
    ],
)
def test_a_wrong_argument_is_named(x, tau, words):
    with pytest.raises(ValueError, match=words):
        numerical_hessian(lambda x: x, x, tau)
