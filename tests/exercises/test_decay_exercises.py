"""The checkers of chapter 6 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import constant, inverse_sqrt_decay, linear_decay, step_decay
from optimlib.exercises.decay import (
    check_best_rates,
    check_chosen_schedule,
    check_constant_rate,
    check_cosine,
    check_restarts,
    check_variances,
    check_warmup,
    practice_run,
)


@pytest.mark.parametrize("answer", [lambda t: "a", lambda: 0.1, lambda t: np.nan])
@pytest.mark.parametrize("check", [check_cosine, check_warmup, check_restarts, check_chosen_schedule])
def test_a_function_that_is_no_schedule_is_refused(check, answer):
    verdict = check(lambda *args: answer)
    assert not verdict
    assert len(repr(verdict)) > 20


def test_the_closed_form_of_the_best_rates_is_right():
    def mine(h, sigma, v0, steps):
        return 1 / (h + sigma**2 / (h * v0) + h * np.arange(steps))

    assert check_best_rates(mine)


def test_variances_are_those_that_are_measured():
    def mine(rates, h, sigma):
        rng, x, seen = np.random.default_rng(0), np.zeros(200_000), [0.0]
        for rate in rates:
            x = x - rate * (h * x + sigma * rng.normal(size=x.shape))
            seen.append(x.var())
        return np.array(seen)

    rates = np.array([0.5, 0.5, 0.1, 0.1])
    expected = [0.0]
    for rate in rates:
        expected.append((1 - rate) ** 2 * expected[-1] + rate**2)
    assert np.allclose(mine(rates, 1.0, 1.0), expected, rtol=0.02)
    verdict = check_variances(lambda rates, h, sigma: mine(rates, h, 0 * sigma))
    assert "For a rate that drops, h = 2, σ = 0.5, entry 1" in repr(verdict)


@pytest.mark.parametrize(
    ("lr", "words"),
    [
        (0.03, "too low"),
        (0.3, "too high"),
        (5.0, "diverges"),
        (0.5, "which does not shrink"),
        ([0.1], "Return one number, the rate"),
        (constant(0.1), "a schedule is for the next exercise"),
        (0.1, "Right"),
        (-1, "greater than 0"),
        (np.inf, "finite"),
    ],
)
def test_a_constant_rate_is_judged_by_what_is_wrong_with_it(lr, words):
    assert words in repr(check_constant_rate(lambda: lr))


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (linear_decay(0.3, 600), "Right"),
        (step_decay(0.3, 0.1, 300), "Right"),
        (linear_decay(0.05, 600), "distance still to go"),
        (step_decay(0.3, 0.1, 50), "distance still to go"),
        (step_decay(0.4, 0.5, 300), "noise"),
        (constant(2.0), "diverges"),
        (inverse_sqrt_decay(0.1), "distance still to go"),
        (lambda t: -0.1, "at least 0"),
    ],
)
def test_a_schedule_is_judged_by_what_is_wrong_with_it(schedule, words):
    assert words in repr(check_chosen_schedule(lambda: schedule))


def test_the_judgement_is_that_of_many_runs():
    ends = [practice_run(linear_decay(0.3, 600), seed)[-1] for seed in range(300)]
    verdict = repr(check_chosen_schedule(lambda: linear_decay(0.3, 600)))
    assert abs(np.mean(ends) - float(verdict.split()[1])) < 0.1 * np.mean(ends)
    assert practice_run(0.1).shape == (601,)
    assert np.isnan(practice_run(5.0)[-1])
