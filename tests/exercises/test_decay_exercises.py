"""The checkers of chapter 6 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import (
    constant,
    cosine_decay,
    gradient_descent,
    inverse_sqrt_decay,
    linear_decay,
    run,
    step_decay,
    wsd,
)
from optimlib.exercises.decay import (
    check_area,
    check_chosen_schedule,
    check_constant_rate,
    check_cooldown,
    check_epochs,
    check_four_times,
    check_half,
    check_mean_of_many,
    check_mended_run,
    check_restarts,
    check_same_area,
    practice_run,
)


@pytest.mark.parametrize("answer", [lambda t: "a", lambda: 0.1, lambda t: np.nan])
@pytest.mark.parametrize("check", [check_same_area, check_cooldown, check_restarts, check_chosen_schedule])
def test_a_function_that_is_no_schedule_is_refused(check, answer):
    verdict = check(lambda *args: answer)
    assert not verdict
    assert len(repr(verdict)) > 20


def test_a_cooldown_of_a_constant_rate_is_the_library_s():
    def mine(schedule, start, steps):
        if schedule(0) == schedule(59):
            return wsd(schedule(0), start + steps, steps / (start + steps))
        return lambda t: schedule(min(t, start)) * min(1, max(0, 1 - (t - start) / steps))

    assert check_cooldown(mine)


def test_a_mended_run_is_a_run_of_the_library():
    def mine(grad, x, schedule, batches, epochs):
        return run(gradient_descent(grad, x, lr=schedule), batches * epochs)[-1]

    assert check_mended_run(mine)


def test_restarts_with_doubling_periods_have_a_closed_form():
    def mine(lr, period):
        def rate(t):
            k = int(np.floor(np.log2(t / period + 1)))
            return lr * (1 + np.cos(np.pi * (t - period * (2**k - 1)) / (period * 2**k))) / 2

        return rate

    assert check_restarts(mine)


def test_numbers_on_paper_are_those_that_are_measured():
    def first_rate(schedule):
        return 60 / schedule(np.arange(600)).sum()

    schedules = [linear_decay(1.0, 600), cosine_decay(1.0, 600)]
    schedules += [step_decay(1.0, 0.1, 300), inverse_sqrt_decay(1.0)]
    assert check_area(*map(first_rate, schedules))
    area = step_decay(0.1, 0.1, 30)(np.arange(90 * 169)).sum()
    assert check_epochs(30 * 169, area, area / 0.1)
    assert check_four_times(4, 1)
    assert check_half(0.0541, 0.05, 9.25, 92.5, 925)

    def variances(lr):
        rng = np.random.default_rng(0)
        path = run(gradient_descent(lambda x: x + rng.normal(size=x.shape), np.zeros((4000, 1)), lr=lr), 1200)
        return path[-1].var(), path[201:].mean(axis=0).var()

    one, mean = variances(0.1)
    assert check_mean_of_many(one, mean, variances(0.05)[1])


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
        (lambda t: [0.1, 0.1], "lr(0) must be one number"),
        (constant(0.1), "aim at 60%"),
    ],
)
def test_a_schedule_is_judged_by_what_is_wrong_with_it(schedule, words):
    assert words in repr(check_chosen_schedule(lambda: schedule))


@pytest.mark.no_cover
def test_the_judgement_is_that_of_many_runs():
    ends = [practice_run(linear_decay(0.3, 600), seed)[-1] for seed in range(300)]
    verdict = repr(check_chosen_schedule(lambda: linear_decay(0.3, 600)))
    assert abs(np.mean(ends) - float(verdict.split()[1])) < 0.1 * np.mean(ends)
    assert practice_run(0.1).shape == (601,)
    np.testing.assert_allclose(practice_run(0.1)[[0, 1, 600]], practice_run(constant(0.1))[[0, 1, 600]])
    assert practice_run(0.0).tolist() == [10.0] * 601  # each of ten directions begins at a loss of 1
    assert np.isnan(practice_run(5.0)[-1])


def test_the_practice_run_is_sgd_in_ten_directions_with_noise_in_each():
    h, rng = np.geomspace(0.02, 4, 10), np.random.default_rng(3)
    x, losses = np.sqrt(2 / h), []
    for _ in range(5):
        losses.append((h * x**2).sum() / 2)
        x = x - 0.1 * (h * x + 0.7 * rng.normal(size=10))
    np.testing.assert_allclose(practice_run(0.1, seed=3)[:5], losses, rtol=1e-12)
