"""Which products a function makes, and what it solves with, is seen whatever way it is written."""

import numpy as np
import pytest

from optimlib.exercises.watch import matrix_work

A, B, x = np.arange(1.0, 7).reshape(2, 3), np.ones((3, 4)), np.ones(3)
SQUARE = np.array([[2.0, 1.0], [1.0, 3.0]])
PRODUCT = [((2, 3), (3, 4))]


def into_the_product(A, B):
    C = np.empty((2, 4))
    same = np.matmul(A, B, out=C)
    assert same is C


def chained(A, B):
    C = np.empty((2, 4)).view(type(A))
    D = np.add(A @ B, 1, out=C)
    assert D is C and (D == np.asarray(A) @ np.asarray(B) + 1).all()
    D @ B.T


@pytest.mark.parametrize(
    "function, products",
    [
        (lambda A, B: A @ B, PRODUCT),
        (lambda A, B: A.dot(B), PRODUCT),
        (lambda A, B: np.dot(A, B), PRODUCT),
        (lambda A, B: np.inner(A, B.T), [((2, 3), (4, 3))]),
        (lambda A, B: np.tensordot(A, B, axes=1), PRODUCT),
        (lambda A, B: np.einsum("ij,jk", A, B), PRODUCT),
        (lambda A, B: np.linalg.multi_dot([A, B, B.T]), [*PRODUCT, ((3, 4), (4, 3))]),
        (into_the_product, PRODUCT),
        (chained, [*PRODUCT, ((2, 4), (4, 3))]),
        (lambda A, B: (A + 1) @ (2 * B), PRODUCT),
        (lambda A, B: np.concatenate([A, A]) @ B, [((4, 3), (3, 4))]),
        (lambda A, B: np.concatenate((A.T, B), axis=1), []),
        (lambda A, B: np.maximum(A, 1) * A + np.outer(A[:, 0], A[0]), []),
        (lambda A, B: np.where(A > 0, A, A) + np.array_equal(A, A), []),
        (lambda A, B: A @ B[:, 0], []),
        (lambda A, B: A @ B[:, :1], []),
        (lambda A, B: np.linalg.svd(A).U @ np.linalg.svd(A).Vh[:2], [((2, 2), (2, 3))]),
        (lambda A, B: np.linalg.lstsq(A.T, B)[0] @ np.ones((4, 2)), [((2, 4), (4, 2))]),
    ],
)
def test_products_of_matrices(function, products):
    assert matrix_work(function, A.copy(), B.copy())[0] == products


@pytest.mark.parametrize(
    "function, solved",
    [
        (lambda S: np.linalg.solve(S, np.ones(2)), [(2, 2)]),
        (lambda S: np.linalg.inv(S), [(2, 2)]),
        (lambda S: np.linalg.inv(np.linalg.inv(S)), [(2, 2), (2, 2)]),
        (lambda S: np.linalg.eigh(S)[1] @ S, [(2, 2)]),
        (lambda S: np.linalg.norm(S), []),
        (lambda S: np.linalg.inv(S[:1, :1]), []),
    ],
)
def test_what_is_solved_with(function, solved):
    assert matrix_work(function, SQUARE.copy())[1] == solved


def test_in_place_work_changes_what_was_given_and_is_seen():
    given = SQUARE.copy()

    def function(S):
        S *= 2
        S += S @ S

    assert matrix_work(function, given)[0] == [((2, 2), (2, 2))]
    np.testing.assert_array_equal(given, 2 * SQUARE + 4 * SQUARE @ SQUARE)


def test_a_function_that_fails_has_done_nothing():
    def function(A, B):
        A @ B
        raise IndexError

    assert matrix_work(function, A, B) == ([], [])
