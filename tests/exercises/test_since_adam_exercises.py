"""The checkers of chapter 10 accept what is right and say what is wrong."""

import math

import numpy as np
import pytest

from optimlib.exercises import since_adam
from optimlib.exercises.since_adam import (
    check_layer_rates,
    check_orthogonal_steps,
    check_overhead,
    check_rare_row,
    check_spectral_step,
    check_speedup,
    check_start_weight,
)

ON_PAPER = [check_rare_row, check_spectral_step, check_start_weight, check_overhead]


@pytest.mark.parametrize("check", ON_PAPER)
def test_numbers_worked_out_on_paper_are_recognised(check):
    right = tuple(check.wants.values())
    assert check(*right)
    for sentence, numbers in check.mistakes.items():
        given = [mine if theirs is None else theirs for mine, theirs in zip(right, numbers, strict=True)]
        verdict = check(*given)
        assert not verdict
        assert sentence in repr(verdict), verdict


def test_the_spectral_step_is_that_of_the_svd():
    U, sigma, Vt = np.linalg.svd([[1.0, 2.0], [2.0, 1.0]])
    step = U @ Vt
    assert np.allclose(list(check_spectral_step.wants.values()), [*sigma, step[0, 0], step[0, 1]])


def test_the_weight_of_the_start():
    for d, steps in zip((0.99, 0.999), check_start_weight.wants.values(), strict=True):
        assert d**steps <= 0.01 < d ** (steps - 1)


def test_the_overhead_of_newton_schulz_by_hand():
    assert check_overhead(5 * 64 / 32, 5 * 4096 / 4_000_000)


def test_the_classical_iteration_goes_to_one():
    assert check_orthogonal_steps(since_adam._steps_until())
    s = 0.05
    for _ in range(since_adam._steps_until()(0.05, 0.99)):
        s = 1.5 * s - 0.5 * s**3
    assert 0.99 <= s <= 1


def test_a_speedup_may_be_infinite():
    assert check_speedup(since_adam._speedup())
    assert since_adam._speedup()(np.array([1.0, 0.1]), np.array([1.0, 0.9])) == math.inf


def test_rates_for_the_layers():
    assert check_layer_rates(since_adam._layer_rates())
    assert check_layer_rates(lambda sizes, base, lr: [lr] + [lr * base / n for n in sizes[1:-1]])
