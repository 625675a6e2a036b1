"""The checkers of chapter 8 accept what is right and say what is wrong."""

import numpy as np
import pytest
from right_answers import RIGHT

from optimlib import low_rank, newton_schulz, woodbury_solve
from optimlib.exercises.lowrank import (
    check_as_good,
    check_beat,
    check_by_hand,
    check_half_step,
    check_margin,
    check_one_vector,
    check_orthogonalized,
    check_range_finder,
)


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


def test_the_margin_is_where_a_measured_condition_number_begins_to_rise():
    h = np.array([100.0, 20.0, 5.0, 1.0, 0.4, 0.1])

    def left(delta):
        factors = woodbury_solve(np.eye(6)[:, :2], h[:2], delta, np.diag(h)).diagonal()
        return factors.max() / factors.min()

    deltas = np.geomspace(0.01, 100, 4001)
    measured = np.array([left(delta) for delta in deltas])
    good = deltas[measured < measured.min() * (1 + 1e-6)]
    assert check_margin(h[0] / h[-1], measured.min(), good.min(), good.max(), 2.5)
    assert "a whole range" in repr(check_margin(1000, 50, 5, 5, 2.5))


def test_numbers_on_paper_are_those_of_the_library():
    A = np.array([[3.0, 0.0], [4.0, 5.0]])
    error = np.linalg.norm(A - low_rank(A, 1))
    assert check_by_hand(45**0.5, 5**0.5, error, 0.9)
    assert check_as_good(2, 4, 3)
    assert check_one_vector(*woodbury_solve([[2.0], [1.0]], [1.0], 1.0, [3.0, 4.0]), 6)
    turned = A
    for _ in range(30):  # the classic Newton–Schulz iteration, which converges
        turned = turned / max(1, np.linalg.norm(turned, 2))
        turned = 1.5 * turned - 0.5 * turned @ turned.T @ turned
    assert check_orthogonalized(*turned[0], (A * turned).sum(), 50 / 45**0.5)
    assert not check_orthogonalized(*newton_schulz(A)[0], (A * turned).sum(), 50 / 45**0.5)


def test_a_half_step_taken_twice_is_the_step():
    U = np.linalg.qr(np.arange(12.0).reshape(6, 2) ** 2)[0]
    s, delta, g = np.array([3.0, 0.5]), 0.2, np.arange(6.0)

    def root(U, s, delta, g):
        values, Q = np.linalg.eigh((U * s) @ U.T + delta * np.eye(len(g)))
        return Q @ ((Q.T @ g) / values**0.5)

    assert np.allclose(root(U, s, delta, root(U, s, delta, g)), woodbury_solve(U, s, delta, g))
    assert "you hold an n × n matrix" in repr(check_half_step(root))


def test_qr_returns_two_things():
    assert "np.linalg.qr returns Q and R" in repr(
        check_range_finder(lambda A, omega, power: np.linalg.qr(A @ omega))
    )


def factors(s, delta):
    return np.diag((s + delta) ** -0.5 - delta**-0.5)


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda U, s, delta, g: g / delta**0.5 + U @ (factors(s, delta) @ (U.T @ g)), "Right"),
        (lambda U, s, delta, g: g / delta**0.5 + (U * np.diag(factors(s, delta))) @ (U.T @ g), "Right"),
        (
            lambda U, s, delta, g: (g - U @ (U.T @ g)) / delta**0.5 + U @ (U.T @ g / (s + delta) ** 0.5),
            "Right",
        ),
        (lambda U, s, delta, g: g / delta**0.5 + U @ factors(s, delta) @ U.T @ g, "brackets are missing"),
        (
            lambda U, s, delta, g: np.eye(len(g)) @ g / delta**0.5 + U @ (factors(s, delta) @ (U.T @ g)),
            "you hold an n × n matrix",
        ),
    ],
    ids=["brackets", "columns", "two parts", "no brackets", "identity"],
)
def test_the_half_step_needs_no_square_matrix(mine, words):
    assert words in repr(check_half_step(mine))


def test_columns_that_are_not_orthonormal_are_told():
    assert "not orthonormal" in repr(check_range_finder(lambda A, omega, power: A @ omega))


def test_a_range_may_be_spanned_by_other_columns():
    def turned(A, omega, power):
        Q = np.linalg.svd(A @ omega, full_matrices=False)[0]
        for _ in range(power):
            Q = np.linalg.svd(A @ np.linalg.qr(A.T @ Q)[0], full_matrices=False)[0]
        return -Q[:, ::-1]

    assert check_range_finder(turned)


def test_a_half_step_that_fails_on_large_matrices_alone_is_judged_by_the_others():
    def mine(U, s, delta, g):
        if len(g) == 400:
            raise MemoryError
        return RIGHT["check_half_step"](U, s, delta, g)

    assert check_half_step(mine)
