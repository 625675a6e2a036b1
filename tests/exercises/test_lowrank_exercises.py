"""The checkers of chapter 8 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import low_rank, storage_ratio, woodbury_solve
from optimlib.exercises.lowrank import (
    check_beat,
    check_break_even,
    check_condition,
    check_range_finder,
    check_woodbury,
)


def test_break_even_is_where_storage_ratio_reaches_1():
    def mine(m, n):
        return sum(storage_ratio((m, n), k) < 1 for k in range(1, min(m, n) + 1))

    assert check_break_even(mine)
    assert check_break_even(lambda m, n: (m * n - 1) // (m + n + 1))


def test_too_high_a_rank_is_said_to_be_too_high():
    verdict = check_beat(lambda A, k: A)
    assert "your matrix has rank 7, and at most 2 is allowed" in repr(verdict)
    verdict = check_beat(lambda A, k: low_rank(A, k + 1))
    assert "rank 3, and at most 2 is allowed" in repr(verdict)


def test_a_poor_matrix_is_told_how_poor():
    def first_columns(A, k):
        B = np.zeros_like(A)
        B[:, :k] = A[:, :k]
        return B

    verdict = check_beat(first_columns)
    assert not verdict
    assert "has rank 2, as allowed. Its error is" in repr(verdict)
    assert "rank 0, as allowed" in repr(check_beat(lambda A, k: 0 * A))


def test_alternating_least_squares_comes_close_and_never_below():
    def mine(A, k):
        right = np.random.default_rng(0).normal(size=(A.shape[1], k))
        for _ in range(200):
            left = A @ np.linalg.pinv(right.T)
            right = (np.linalg.pinv(left) @ A).T
        return left @ right.T

    verdict = check_beat(mine)
    assert verdict
    assert "Not below it" in repr(verdict)


@pytest.mark.parametrize("wrong", [lambda A, k: A.T, lambda A, k: A[:, :k], lambda A, k: 0.0])
def test_another_shape_is_named(wrong):
    assert "your matrix has shape" in repr(check_beat(wrong))


def test_nan_is_no_feat():
    assert "NaN" in repr(check_beat(lambda A, k: A * np.nan))


def test_condition_number_of_what_is_left():
    def measured(h, k, delta):
        n = len(h)
        U = np.eye(n)[:, :k] if k else np.zeros((n, 1))
        C = h[:k] if k else np.zeros(1)
        values = np.linalg.eigvals(woodbury_solve(U, C, delta, np.diag(h))).real
        return values.max() / values.min()

    assert check_condition(measured)

    def beyond(h, k, delta):
        return measured(h, k, delta) * h[k] / h[k]

    assert "k = 6, delta = 0.1: IndexError: index 6 is out of bounds" in repr(check_condition(beyond))


def test_qr_returns_two_things():
    assert "np.linalg.qr returns Q and R" in repr(
        check_range_finder(lambda A, omega, power: np.linalg.qr(A @ omega))
    )


def factors(s, delta):
    return np.diag(1 / (s + delta) - 1 / delta)


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda U, s, delta, g: g / delta + U @ (factors(s, delta) @ (U.T @ g)), "Right"),
        (lambda U, s, delta, g: g / delta + (U * np.diag(factors(s, delta))) @ (U.T @ g), "Right"),
        (
            lambda U, s, delta, g: (
                g / delta
                - U
                @ (
                    np.linalg.solve(
                        np.diag(1 / np.where(s, s, 1e-15)) + np.eye(len(s)) / delta, U.T @ g / delta**2
                    )
                )
            ),
            "Right",
        ),
        (lambda U, s, delta, g: g / delta + U @ factors(s, delta) @ U.T @ g, "brackets are missing"),
        (
            lambda U, s, delta, g: np.linalg.solve((U * s) @ U.T + delta * np.eye(len(g)), g),
            "you hold an n × n matrix",
        ),
        (
            lambda U, s, delta, g: np.eye(len(g)) @ g / delta + U @ (factors(s, delta) @ (U.T @ g)),
            "you hold an n × n matrix",
        ),
    ],
    ids=["brackets", "columns", "Woodbury", "no brackets", "solve", "identity"],
)
def test_woodbury_needs_no_square_matrix(mine, words):
    assert words in repr(check_woodbury(mine))


def test_columns_that_are_not_orthonormal_are_told():
    assert "not orthonormal" in repr(check_range_finder(lambda A, omega, power: A @ omega))


def test_a_range_may_be_spanned_by_other_columns():
    def turned(A, omega, power):
        Q = np.linalg.svd(A @ omega, full_matrices=False)[0]
        for _ in range(power):
            Q = np.linalg.svd(A @ np.linalg.qr(A.T @ Q)[0], full_matrices=False)[0]
        return -Q[:, ::-1]

    assert check_range_finder(turned)
