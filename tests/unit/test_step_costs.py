"""Memory and time of a step, as far as every machine has them alike."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from optimlib.second_order import step_costs
from optimlib.second_order.step_costs import METHODS, peak_bytes, seconds_a_step


def test_memory_is_that_of_the_numbers_that_a_step_must_hold():
    n = 10_000
    assert 2 * 8 * n < peak_bytes("gradient descent", n) < 8 * 8 * n
    assert 20 * 8 * n < peak_bytes("L-BFGS", n) < 40 * 8 * n  # ten pairs
    assert 8 * 300**2 < peak_bytes("Newton", 300) < 10 * 8 * 300**2
    assert not tracemalloc.is_tracing()


def test_time_is_the_least_of_three_measurements_over_the_steps(monkeypatch):
    """On a clock that says what it is told: three times 30, 15 and 45 seconds."""
    for method, steps in (("gradient descent", 15), ("L-BFGS", 15), ("Newton", 1)):
        said = iter([0.0, 30.0, 100.0, 115.0, 200.0, 245.0])
        monkeypatch.setattr(step_costs, "time", SimpleNamespace(perf_counter=said.__next__))
        assert seconds_a_step(method, 30) == 15 / steps


def test_the_bowl_has_the_gradient_and_hessian_of_its_value():
    f, grad, hess = step_costs._bowl(3)
    x = np.array([1.0, -2.0, 3.0])
    assert f(x) == pytest.approx((1 * 1 + 10 * 4 + 100 * 9) / 2)
    np.testing.assert_allclose(grad(x), [1, -20, 300])
    np.testing.assert_allclose(hess(x) @ x, grad(x))


@pytest.mark.parametrize("measure", [peak_bytes, seconds_a_step])
def test_a_wrong_method_or_size_is_named(measure):
    with pytest.raises(ValueError, match=r"^method must be one of 'gradient descent', 'L-BFGS', 'Newton'"):
        measure("BFGS", 10)
    for method in METHODS:
        with pytest.raises(ValueError, match=r"^n must be at least 1; got 0"):
            measure(method, 0)
