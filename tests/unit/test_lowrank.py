import warnings

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.extmath import randomized_svd as sklearn_randomized_svd

from optimlib import (
    energy,
    low_rank,
    randomized_svd,
    rosenbrock,
    storage_ratio,
    truncated_svd,
    woodbury_solve,
)

sides = st.integers(1, 12)
seeds = st.integers(0, 10**6)


def matrix(m, n, seed=0):
    return np.random.default_rng(seed).normal(size=(m, n))


def with_values(s, m, n, seed=0):
    """A matrix whose singular values are s."""
    rng = np.random.default_rng(seed)
    U = np.linalg.qr(rng.normal(size=(m, len(s))))[0]
    V = np.linalg.qr(rng.normal(size=(n, len(s))))[0]
    return (U * s) @ V.T


@given(sides, sides, seeds, st.data())
def test_eckart_young(m, n, seed, data):
    """The error is what the left-out singular values say, and no other matrix of the rank has less."""
    A = matrix(m, n, seed)
    rank = data.draw(st.integers(1, min(m, n)))
    best = low_rank(A, rank)
    left_out = scipy.linalg.svdvals(A)[rank:]
    assert np.linalg.matrix_rank(best) <= rank
    assert np.linalg.norm(A - best) == pytest.approx(np.sqrt((left_out**2).sum()), abs=1e-12)
    assert np.linalg.norm(A - best, 2) == pytest.approx(left_out.max(initial=0), abs=1e-12)
    other = best + 0.1 * matrix(m, rank, seed + 1) @ matrix(rank, n, seed + 2)
    other = low_rank(other, rank)
    assert np.linalg.norm(A - other) >= np.linalg.norm(A - best) - 1e-12


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5), (1, 6), (6, 1)])
def test_truncated_svd_is_orthonormal_and_scipy_s(shape):
    A = matrix(*shape)
    for rank in range(1, min(shape) + 1):
        U, s, Vt = truncated_svd(A, rank)
        assert U.shape == (shape[0], rank) and s.shape == (rank,) and Vt.shape == (rank, shape[1])
        np.testing.assert_allclose(U.T @ U, np.eye(rank), atol=1e-13)
        np.testing.assert_allclose(Vt @ Vt.T, np.eye(rank), atol=1e-13)
        np.testing.assert_allclose(s, scipy.linalg.svdvals(A)[:rank], rtol=1e-12)
        np.testing.assert_allclose((U * s) @ Vt, low_rank(A, rank), atol=1e-13)
    np.testing.assert_allclose(low_rank(A, min(shape)), A, atol=1e-13)


@given(sides, sides, seeds, st.integers(-200, 200))
def test_energy_rises_to_1_and_is_the_share_low_rank_keeps(m, n, seed, power):
    A = matrix(m, n, seed)
    shares = energy(A * 10.0**power)
    assert shares.shape == (min(m, n),) and shares[-1] == 1 and (np.diff(shares) >= 0).all()
    kept = [1 - (np.linalg.norm(A - low_rank(A, k + 1)) / np.linalg.norm(A)) ** 2 for k in range(min(m, n))]
    np.testing.assert_allclose(shares, kept, atol=1e-12)


def test_energy_of_known_matrices():
    np.testing.assert_allclose(energy(np.diag([3.0, 0.0, 4.0])), [16 / 25, 1, 1])
    np.testing.assert_allclose(energy(np.eye(4)), [0.25, 0.5, 0.75, 1])
    assert energy(np.zeros((3, 2))).tolist() == [1, 1]


def test_storage_counts_the_numbers_kept():
    for m, n, rank in ((100, 200, 10), (5, 5, 5), (427, 640, 40), (1, 1, 1)):
        U, s, Vt = truncated_svd(matrix(m, n), rank)
        assert storage_ratio((m, n), rank) == (U.size + s.size + Vt.size) / (m * n)
    assert storage_ratio((5, 5), 5) > 1


def test_the_low_rank_curvature_of_rosenbrock_s_valley_is_its_steep_direction():
    H = rosenbrock.hess((1.0, 1.0))
    assert energy(H)[0] > 0.9999
    values, vectors = np.linalg.eigh(H)
    np.testing.assert_allclose(low_rank(H, 1), values[1] * np.outer(vectors[:, 1], vectors[:, 1]), rtol=1e-9)


# Randomized


@given(st.integers(1, 40), st.integers(1, 40), seeds, st.data())
def test_randomized_is_exact_for_a_matrix_of_low_rank(m, n, seed, data):
    true_rank = data.draw(st.integers(1, min(m, n)))
    A = matrix(m, true_rank, seed) @ matrix(true_rank, n, seed + 1)
    U, s, Vt = randomized_svd(A, true_rank, rng=np.random.default_rng(seed))
    np.testing.assert_allclose((U * s) @ Vt, A, atol=1e-9)
    np.testing.assert_allclose(U.T @ U, np.eye(true_rank), atol=1e-12)
    np.testing.assert_allclose(Vt @ Vt.T, np.eye(true_rank), atol=1e-12)


@pytest.mark.parametrize("shape", [(300, 200), (200, 300)])
def test_randomized_is_within_1_percent_of_optimal_with_noise(shape):
    rng = np.random.default_rng(0)
    A = matrix(shape[0], 20, 1) @ matrix(20, shape[1], 2) + 0.1 * rng.normal(size=shape)
    optimal = np.linalg.norm(A - low_rank(A, 20))
    for seed in range(5):
        U, s, Vt = randomized_svd(A, 20, rng=np.random.default_rng(seed))
        assert optimal <= np.linalg.norm(A - (U * s) @ Vt) * (1 + 1e-12) <= 1.01 * optimal


def test_power_and_oversampling_help_where_singular_values_fall_slowly():
    A = with_values(1 / np.sqrt(np.arange(1, 101)), 150, 120)

    def error(**settings):
        errors = []
        for seed in range(10):
            U, s, Vt = randomized_svd(A, 10, rng=np.random.default_rng(seed), **settings)
            errors.append(np.linalg.norm(A - (U * s) @ Vt, 2))
        return np.mean(errors)

    assert error(power=0) > 1.1 * error(power=1) > 1.05 * error(power=3)
    assert error(power=0, oversample=0) > error(power=0, oversample=20)
    assert error(power=6) == pytest.approx(1 / np.sqrt(11), rel=1e-2)


def test_powers_do_not_lose_small_singular_values():
    """Without orthonormal columns after each product, values below ε^(1/(2·power + 1)) would drown."""
    s = np.array([1.0, 1e-4, 1e-8, 1e-12])
    found = randomized_svd(with_values(s, 30, 20), 4, oversample=0, power=4, rng=np.random.default_rng(0))[1]
    np.testing.assert_allclose(found, s, rtol=1e-2)


def test_as_good_as_scikit_learn_s():
    A = with_values(0.9 ** np.arange(60), 100, 80)
    ours = randomized_svd(A, 10, rng=np.random.default_rng(0))[1]
    theirs = sklearn_randomized_svd(A, 10, n_iter=2, random_state=0)[1]
    exact = 0.9 ** np.arange(10)
    assert np.abs(ours - exact).max() <= max(1.5 * np.abs(theirs - exact).max(), 1e-3)


def test_the_seed_decides_and_none_is_fresh():
    A = matrix(50, 40)
    same = [randomized_svd(A, 3, power=0, rng=np.random.default_rng(1))[1] for _ in range(2)]
    np.testing.assert_array_equal(*same)
    fresh = [randomized_svd(A, 3, power=0)[1] for _ in range(2)]
    assert not np.array_equal(*fresh)


# Low rank plus diagonal


@given(st.integers(1, 12), st.integers(1, 12), seeds, st.booleans(), st.booleans())
def test_woodbury_solves_what_the_whole_matrix_solves(n, k, seed, whole, several):
    U, g = matrix(n, k, seed), matrix(n, 3 if several else 1, seed + 1)
    g = g if several else g[:, 0]
    C = matrix(k, k, seed + 2)
    C = C @ C.T if whole else np.diag(C) ** 2
    full = U @ (C if whole else np.diag(C)) @ U.T + 0.5 * np.eye(n)
    np.testing.assert_allclose(woodbury_solve(U, C, 0.5, g), np.linalg.solve(full, g), atol=1e-9)


def test_woodbury_takes_curvatures_of_either_sign_and_none():
    U = np.linalg.qr(matrix(6, 3))[0]
    g = np.arange(6.0)
    for C in ([2.0, -0.3, 0.0], [0.0, 0.0, 0.0]):
        full = (U * C) @ U.T + np.eye(6)
        np.testing.assert_allclose(woodbury_solve(U, C, 1.0, g), np.linalg.solve(full, g), atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError):
        woodbury_solve(np.eye(2), [-1.0, 1.0], 1.0, [1.0, 1.0])


@given(st.integers(2, 12), seeds, st.floats(-14, 0))
def test_woodbury_is_right_or_refuses(n, seed, power):
    """Near singular and with a tiny delta: an answer that solves the equation, or an error."""
    k = 1 + seed % (n - 1)
    U, g, nearly = np.linalg.qr(matrix(n, k, seed))[0], matrix(n, 1, seed + 1)[:, 0], 10.0**power
    for C, delta in ((np.full(k, -1 + nearly), 1.0), (np.ones(k), nearly), (np.full(k, -1.0), 1.0)):
        try:
            w = woodbury_solve(U, C, delta, g)
        except np.linalg.LinAlgError:
            assert nearly < 1e-8 or (C == -1).all()
        else:
            residual = (U * C) @ (U.T @ w) + delta * w - g
            assert np.abs(residual).max() <= 1e-5 * np.abs(g).max()


def test_woodbury_refuses_a_matrix_that_is_singular_to_rounding():
    U = np.linalg.qr(matrix(6, 3))[0]
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        woodbury_solve(U, [-1.0, 1.0, 1.0], 1.0, np.arange(6.0))
    for sign in (1.0, -1.0):
        with pytest.raises(np.linalg.LinAlgError, match="delta is too small"):
            woodbury_solve([[1.0], [0.0]], [1.0], 1e-20, [sign, 0.0])


def test_woodbury_never_makes_the_matrix():
    n = 200_000  # the matrix would have 4e10 entries
    U, g = np.zeros((n, 1)), np.ones(n)
    U[0] = 1
    assert woodbury_solve(U, [3.0], 1.0, g)[:2].tolist() == [0.25, 1]


@pytest.mark.parametrize("call", [energy, lambda A: truncated_svd(A, 1), lambda A: randomized_svd(A, 1)])
def test_entries_up_to_1e290_are_taken(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call([[1e290, -1.0], [0.0, 1.0]])
    for huge in (np.nextafter(1e290, np.inf), -1.1e290):
        with pytest.raises(ValueError, match=r"^A must have entries up to 1e290; got 1\.[01]e\+290$"):
            call([[huge, 1.0], [0.0, 1.0]])


# Bad input

A = matrix(4, 3)
HOLED = A.copy()
HOLED[1, 1] = np.nan
BAD = [
    *(
        (call, {"A": value, **({} if call is energy else {"rank": 1})}, "A", error)
        for call in (truncated_svd, low_rank, randomized_svd, energy)
        for value, error in [
            (HOLED, ValueError),
            (A[0], ValueError),
            (A[None], ValueError),
            (np.empty((0, 3)), ValueError),
            ("A", TypeError),
            (A * 1j, TypeError),
            (A * 1e300, ValueError),
        ]
    ),
    *(
        (call, {"A": A, "rank": value}, "rank", error)
        for call in (truncated_svd, low_rank, randomized_svd)
        for value, error in [
            (0, ValueError),
            (4, ValueError),
            (-1, ValueError),
            (1.5, TypeError),
            (None, TypeError),
        ]
    ),
    (randomized_svd, {"A": A, "rank": 1, "oversample": -1}, "oversample", ValueError),
    (randomized_svd, {"A": A, "rank": 1, "oversample": 1.5}, "oversample", TypeError),
    (randomized_svd, {"A": A, "rank": 1, "power": -1}, "power", ValueError),
    (randomized_svd, {"A": A, "rank": 1, "power": "2"}, "power", TypeError),
    (randomized_svd, {"A": A, "rank": 1, "rng": 0}, "rng", TypeError),
    *(
        (woodbury_solve, {"U": A, "C": np.ones(3), "delta": 1.0, "g": np.ones(4), name: value}, name, error)
        for name, value, error in [
            ("U", A[0], ValueError),
            ("U", np.empty((4, 0)), ValueError),
            ("C", np.ones(4), ValueError),
            ("C", np.ones((3, 2)), ValueError),
            ("C", [1.0, np.nan, 1.0], ValueError),
            ("delta", 0, ValueError),
            ("delta", np.ones(2), TypeError),
            ("g", np.ones(3), ValueError),
            ("g", np.ones((4, 1, 1)), ValueError),
            ("g", "g", TypeError),
        ]
    ),
    (storage_ratio, {"shape": (0, 3), "rank": 1}, "shape", ValueError),
    (storage_ratio, {"shape": (4, 3.0), "rank": 1}, "shape", TypeError),
    (storage_ratio, {"shape": (4, 3, 2), "rank": 1}, "shape", TypeError),
    (storage_ratio, {"shape": 12, "rank": 1}, "shape", TypeError),
    (storage_ratio, {"shape": (4, 3), "rank": 4}, "rank", ValueError),
    (storage_ratio, {"shape": (4, 3), "rank": 0}, "rank", ValueError),
    (storage_ratio, {"shape": (4, 3), "rank": 1.0}, "rank", TypeError),
]


@pytest.mark.parametrize("call, arguments, name, error", BAD)
def test_a_bad_argument_is_named(call, arguments, name, error):
    with pytest.raises(error, match=rf"^{name} must "):
        call(**arguments)
