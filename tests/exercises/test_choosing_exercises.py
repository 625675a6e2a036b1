"""The checkers of chapter 9 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import adam, gradient_descent
from optimlib.exercises.choosing import (
    ANSWERS,
    check_contestant,
    check_prescriptions,
)


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
    assert "end after 1: let the loop go on" in repr(check_contestant(short))
    assert "has shape (runs, n)" in repr(check_contestant(flat))
    assert "must `yield x`" in repr(check_contestant(lambda grad, x, lr: x - lr * grad(x)))


def test_points_that_are_changed_in_place_are_refused():
    def mine(grad, x, lr):
        while True:
            yield x
            x -= lr * grad(x)

    assert "in place: all points of a run become the last one" in repr(check_contestant(mine))


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
