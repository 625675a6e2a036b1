"""The checkers of chapter 9 accept what is right and say what is wrong."""

import math

import numpy as np
import pytest

from optimlib import adam, gradient_descent
from optimlib.exercises.choosing import (
    ANSWERS,
    check_common_rate,
    check_contestant,
    check_expected_best,
    check_paired,
    check_prescriptions,
)


def test_the_expected_best_passes_as_a_sum_over_all_draws():
    def mine(values, k):
        n = len(values)
        chance = [math.comb(n - 1 - i, k - 1) / math.comb(n, k) for i in range(n)]
        return np.dot(chance, sorted(values))

    assert check_expected_best(mine)


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda values, k: np.sort(values)[:k].mean(), "k random ones"),
        (lambda values, k: values[:k].min(), "one order of the trials"),
        (
            lambda values, k: np.dot(
                np.diff((np.arange(len(values), -1, -1) / len(values)) ** k) * -1, np.sort(values)
            ),
            "no setting is tried again",
        ),
        (
            lambda values, k: sum(
                math.comb(len(values) - i, k - 1) / math.comb(len(values), k) * x
                for i, x in enumerate(np.sort(values))
            ),
            "Counted from 0",
        ),
    ],
    ids=["mean of the best", "first k", "with replacement", "counted from one"],
)
def test_a_wrong_expectation_is_recognised(mine, words):
    verdict = check_expected_best(mine)
    assert not verdict
    assert "the expected best is" in repr(verdict)
    assert words in repr(verdict)


def test_unsorted_values_are_recognised():
    def mine(values, k):
        n = len(values)
        return np.dot([math.comb(n - 1 - i, k - 1) / math.comb(n, k) for i in range(n)], values)

    assert "Sort the values first" in repr(check_expected_best(mine))


def paired(a, b, ddof=1, root=True):
    error = (a - b).std(ddof=ddof)
    return (a - b).mean(), error / np.sqrt(len(a)) if root else error


def test_differences_of_common_seeds():
    assert check_paired(paired)
    assert "std(ddof=1)" in repr(check_paired(lambda a, b: paired(a, b, ddof=0)))
    assert "1/√n" in repr(check_paired(lambda a, b: paired(a, b, root=False)))

    def apart(a, b):
        return (a - b).mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))

    assert "use the differences" in repr(check_paired(apart))
    assert "return 2 values: the mean, the standard error" in repr(check_paired(lambda a, b: (a - b).mean()))


def test_a_common_rate_is_judged_against_the_best_of_each_task():
    def ratios(losses):
        return losses / losses.min(axis=1, keepdims=True)

    assert check_common_rate(lambda losses: ratios(losses).max(axis=0).argmin())
    assert "different sizes" in repr(check_common_rate(lambda losses: losses.sum(axis=0).argmin()))
    assert "different sizes" in repr(check_common_rate(lambda losses: losses.max(axis=0).argmin()))
    assert "argmin and not min" in repr(check_common_rate(lambda losses: ratios(losses).max(axis=0).min()))
    assert "not the mean" in repr(check_common_rate(lambda losses: ratios(losses).mean(axis=0).argmin()))


def signs(grad, x, lr):
    while True:
        yield x
        x = x - lr * np.sign(grad(x))


def test_a_method_of_ones_own_is_placed():
    verdict = check_contestant(signs)
    assert "keeps the rules" in repr(verdict) or "gradient descent with the full batch has" in repr(verdict)
    assert "of 9" in repr(verdict)


def test_the_books_adam_takes_the_place_of_adam():
    verdict = check_contestant(lambda grad, x, lr: adam(grad, x, lr=lr))
    assert verdict
    assert "place " in repr(verdict)


def test_a_range_that_holds_no_good_rate_is_suspected():
    verdict = check_contestant(lambda grad, x, lr: gradient_descent(grad, x, lr=lr), lr=(1e-6, 1e-5))
    assert not verdict
    assert "Is its range of lr right, 1e-06 to 1e-05?" in repr(verdict)


def test_a_second_gradient_in_a_step_is_not_free():
    def mine(grad, x, lr):
        while True:
            yield x
            x = x - lr * (grad(x) + grad(x - lr * grad(x))) / 2

    assert "asks for 15 gradients in 5 steps" in repr(check_contestant(mine))


def test_runs_that_are_mixed_are_recognised():
    def mine(grad, x, lr):
        while True:
            yield x
            g = grad(x)
            x = x - lr * g / np.linalg.norm(g)

    assert "Runs are mixed" in repr(check_contestant(mine))


def test_a_method_must_start_at_the_start_and_go_on():
    def late(grad, x, lr):
        while True:
            x = x - lr * grad(x)
            yield x

    def short(grad, x, lr):
        yield x

    def flat(grad, x, lr):
        while True:
            yield x[0]
            grad(x)

    def broken(grad, x, lr):
        while True:
            yield x
            x = x + np.nan * grad(x)

    assert "holds NaN" in repr(check_contestant(broken))
    assert "The first point must be the start" in repr(check_contestant(late))
    assert "end after 1: go on for ever" in repr(check_contestant(short))
    assert "has shape (runs, n)" in repr(check_contestant(flat))
    assert "must `yield x`" in repr(check_contestant(lambda grad, x, lr: x - lr * grad(x)))


RIGHT = {
    "A": "L-BFGS",
    "B": "AdamW",
    "C": "learning-rate decay",
    "D": "regularization",
    "E": "a gradient check",
    "F": "a smaller rho",
    "G": "Newton",
}


def test_prescriptions():
    assert check_prescriptions(lambda: RIGHT)
    assert check_prescriptions(lambda: {**RIGHT, "G": "L-BFGS"})
    assert "Situation G has no answer yet" in repr(
        check_prescriptions(lambda: {k: RIGHT[k] for k in "ABCDEF"})
    )
    assert "none of 'AdamW'" in repr(check_prescriptions(lambda: {**RIGHT, "A": "lbfgs"}))


@pytest.mark.parametrize("situation, chapter", list(zip("ACDEF", (7, 6, 1, 2, 4), strict=True)))
def test_a_wrong_prescription_points_to_the_chapter(situation, chapter):
    wrong = next(answer for answer in ANSWERS if answer != RIGHT[situation])
    message = repr(check_prescriptions(lambda: {**RIGHT, situation: wrong}))
    assert f"Situation {situation}: {wrong} is not what to try first" in message
    assert f"chapter {chapter}" in message
