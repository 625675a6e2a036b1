"""The checkers of chapter 8 accept what is right and say what is wrong."""

import numpy as np
import pytest

from optimlib import low_rank, randomized_svd, storage_ratio, woodbury_solve
from optimlib.exercises.lowrank import (
    check_beat,
    check_break_even,
    check_condition,
    check_range_finder,
    check_rank_one,
    check_truncate,
    check_woodbury,
)


def test_the_library_passes_its_own_checks():
    assert check_truncate(low_rank)
    assert check_woodbury(woodbury_solve)
    assert check_beat(low_rank)


def test_break_even_is_where_storage_ratio_reaches_1():
    def mine(m, n):
        return sum(storage_ratio((m, n), k) < 1 for k in range(1, min(m, n) + 1))

    assert check_break_even(mine)
    assert check_break_even(lambda m, n: (m * n - 1) // (m + n + 1))


def test_a_rank_that_saves_nothing_is_not_counted():
    verdict = check_break_even(lambda m, n: m * n // (m + n + 1))  # at (4, 5) rank 2 keeps all 20 numbers
    assert "shape (4, 5), the rank is 2 and should be 1" in repr(verdict)


def test_a_fraction_is_not_a_rank():
    assert "50.8411 and should be 50" in repr(check_break_even(lambda m, n: m * n / (m + n + 1)))


def test_the_smallest_layers_are_not_the_best():
    def mine(A, k):
        U, s, Vt = np.linalg.svd(A, full_matrices=False)
        return (U[:, -k:] * s[-k:]) @ Vt[-k:]

    assert "A of shape (6, 4) and k = 1, row 0" in repr(check_truncate(mine))


def test_vt_taken_for_v_is_seen_by_its_shape_or_its_rows():
    def mine(A, k):
        U, s, V = np.linalg.svd(A, full_matrices=False)
        return (U[:, :k] * s[:k]) @ V[:, :k].T

    assert not check_truncate(mine)


def power_iteration(normalize, transpose=True):
    def mine(A, v, steps):
        for _ in range(steps):
            v = A.T @ (A @ v)
            v = v / np.linalg.norm(v) if normalize else v
        if transpose:
            return np.outer(A @ v, v) if normalize else np.outer(A @ v, v) / (v @ v)
        return np.outer(v, A @ v)

    return mine


def test_power_iteration_passes_and_overflows_without_lengths_kept():
    assert check_rank_one(power_iteration(normalize=True))
    with np.errstate(all="ignore"):
        verdict = check_rank_one(power_iteration(normalize=False))
    assert "and 200 steps, row 0 of the matrix is the first that differs: yours is (nan" in repr(verdict)


def test_the_transpose_is_told_its_shape():
    verdict = check_rank_one(power_iteration(normalize=True, transpose=False))
    assert "has shape (4, 6), and should have (6, 4)" in repr(verdict)


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


def test_woodbury_by_the_whole_matrix_or_without_the_rest_is_refused():
    def whole(U, s, delta, g):
        return np.linalg.solve((U * s) @ U.T + delta * np.eye(len(g)), g)

    def kept_only(U, s, delta, g):
        return U @ ((U.T @ g) / (s + delta))

    assert "hold an n × n matrix" in repr(check_woodbury(whole))
    assert "U of shape (5, 1), s = [4.0] and delta = 1.0" in repr(check_woodbury(kept_only))


def finder(between, final=True):
    def mine(A, omega, power):
        Y = A @ omega
        for _ in range(power):
            Y = A @ (A.T @ (np.linalg.qr(Y)[0] if between else Y))
        return np.linalg.qr(Y)[0] if final else Y

    return mine


def test_range_finder():
    def library_form(A, omega, power):
        Q = np.linalg.qr(A @ omega)[0]
        for _ in range(power):
            Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]
        return Q

    assert check_range_finder(library_form)
    assert "not orthonormal" in repr(check_range_finder(finder(between=True, final=False)))
    assert "the small ones drown" in repr(check_range_finder(finder(between=False)))


def test_a_range_finder_that_draws_its_own_directions_is_refused():
    def mine(A, omega, power):
        return randomized_svd(A, omega.shape[1], power=power, rng=np.random.default_rng(0))[0]

    assert "spans other directions" in repr(check_range_finder(mine))


def test_condition_number_of_what_is_left():
    def measured(h, k, delta):
        n = len(h)
        U = np.eye(n)[:, :k] if k else np.zeros((n, 1))
        C = h[:k] if k else np.zeros(1)
        values = np.linalg.eigvals(woodbury_solve(U, C, delta, np.diag(h))).real
        return values.max() / values.min()

    assert check_condition(measured)
    verdict = check_condition(lambda h, k, delta: h[min(k, len(h) - 1)] / h[-1])
    assert "k = 6 and delta = 0.1, the condition number is 1 and should be" in repr(verdict)


def test_qr_returns_two_things():
    assert "np.linalg.qr returns Q and R" in repr(
        check_range_finder(lambda A, omega, power: np.linalg.qr(A @ omega))
    )
