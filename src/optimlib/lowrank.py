"""Low-rank approximation: the singular value decomposition, cut off, counted, and drawn at random.

A matrix A of shape (m, n) is U diag(s) Vᵀ with orthonormal columns in U and V, and singular values
s₁ ≥ s₂ ≥ … ≥ 0. Keeping the first `rank` of them is the best approximation of that rank, in the
Frobenius and in the spectral norm (Eckart & Young, 1936; Mirsky, 1960). A grayscale photograph is
such a matrix, and so is the Hessian of a loss.
"""

import numpy as np

from . import checks


def truncated_svd(A, rank):
    """The first `rank` singular triplets of A: U of shape (m, rank), s of (rank,), Vt of (rank, n).

    Raises ValueError where rank is outside 1 … min(m, n) or A is not a matrix of finite numbers, or
    has entries above 1e290. The full decomposition, cut: `scipy.sparse.linalg.svds` and
    `sklearn.decomposition.TruncatedSVD` compute only the part that is asked for.

    >>> U, s, Vt = truncated_svd([[3.0, 0.0], [0.0, 4.0]], rank=1)
    >>> s
    array([4.])
    """
    A, rank = _matrix_and_rank(A, rank)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :rank], s[:rank], Vt[:rank]


def low_rank(A, rank):
    """The best approximation of A of the given rank: U diag(s) Vᵀ of `truncated_svd`, of A's shape.

    Its squared Frobenius error is the sum of the squared singular values left out, and its
    spectral error the first of them. Raises as `truncated_svd`. Source: Eckart & Young (1936).

    >>> low_rank([[3.0, 0.0], [0.0, 4.0]], rank=1).round(9) + 0.0
    array([[0., 0.],
           [0., 4.]])
    """
    U, s, Vt = truncated_svd(A, rank)
    return (U * s) @ Vt


def energy(A):
    """The share of the squared singular values in the first 1, 2, …, min(m, n) of them.

    Σ_{i ≤ k} sᵢ² / Σ sᵢ², shape (min(m, n),), rising to 1: one minus the squared relative Frobenius
    error of `low_rank(A, k)`. Where A is 0, every share is 1.

    Raises ValueError where A is not a matrix of finite numbers.

    >>> energy([[3.0, 0.0], [0.0, 4.0]])
    array([0.64, 1.  ])
    """
    A = _matrix(A)
    s = np.linalg.svd(A / (np.abs(A).max() or 1.0), compute_uv=False)
    total = np.cumsum(s**2)
    return total / total[-1] if total[-1] > 0 else np.ones_like(s)


def storage_ratio(shape, rank):
    """The numbers kept by a truncated SVD over those of the matrix: (m + n + 1)·rank / (m·n).

    Below 1 it saves. `shape` is (m, n). Raises ValueError or TypeError where shape is not two whole
    numbers that are at least 1, or rank is outside 1 … min(m, n).

    >>> storage_ratio((100, 200), rank=10)
    0.1505
    """
    m, n = checks.sides("shape", shape)
    rank = checks.integer("rank", rank, least=1, most=min(m, n))
    return (m + n + 1) * rank / (m * n)


def randomized_svd(A, rank, oversample=10, power=2, rng=None):
    """An approximate `truncated_svd`, much quicker where rank is far below min(m, n).

    The range of A is sampled, Y = (A Aᵀ)^power A Ω with Ω Gaussian of shape (n, rank + oversample),
    its columns made orthonormal, Q, after each product, and the small matrix QᵀA decomposed. More
    `power` sharpens singular values that fall slowly. rng is a `numpy.random.Generator`; with
    None, a fresh one.

    Raises ValueError where rank is outside 1 … min(m, n) or oversample or power is negative;
    TypeError where rng is something else. Much as `sklearn.utils.extmath.randomized_svd`, which
    normalizes by LU and chooses `power` by itself. Source: Halko, Martinsson & Tropp (2011),
    Algorithms 4.4 and 5.1.

    >>> A = np.outer([1.0, 2.0, 2.0], [3.0, 4.0])
    >>> U, s, Vt = randomized_svd(A, rank=1, rng=np.random.default_rng(0))
    >>> s.round(9)
    array([15.])
    """
    A, rank = _matrix_and_rank(A, rank)
    oversample = checks.integer("oversample", oversample, least=0)
    power = checks.integer("power", power, least=0)
    rng = np.random.default_rng() if rng is None else checks.generator("rng", rng)
    columns = min(rank + oversample, *A.shape)
    Q = np.linalg.qr(A @ rng.standard_normal((A.shape[1], columns)))[0]
    for _ in range(power):
        Q = np.linalg.qr(A.T @ Q)[0]
        Q = np.linalg.qr(A @ Q)[0]
    U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False)
    return Q @ U[:, :rank], s[:rank], Vt[:rank]


@np.errstate(over="ignore", invalid="ignore")  # what overflows is refused
def woodbury_solve(U, C, delta, g):
    """(U C Uᵀ + delta·I)⁻¹ g, low rank plus diagonal, without the n × n matrix.

    (g − U (delta·I + C UᵀU)⁻¹ C Uᵀg) / delta: O(n k²) work and O(n k) memory. U has
    shape (n, k), and its columns need not be orthonormal; C is k × k, or the k entries of its
    diagonal, of any sign; g has shape (n,) or (n, columns).

    Raises ValueError or TypeError where shapes do not fit, numbers are not finite or delta is not
    greater than 0; `numpy.linalg.LinAlgError` where the matrix is singular to rounding, or delta so
    small that the difference above is rounding. Source: Woodbury (1950), as in Hager (1989).

    >>> woodbury_solve([[1.0], [0.0]], [3.0], 1.0, [4.0, 4.0])  # the matrix is diag(4, 1)
    array([1., 4.])
    """
    U, C, delta, g = _low_rank_plus_diagonal(U, C, delta, g)
    small = delta * np.eye(len(C)) + C @ (U.T @ U)
    w = (g - U @ np.linalg.solve(small, C @ (U.T @ g))) / delta
    _refuse_rounding(U, C, delta, g, w)
    return w


def _refuse_rounding(U, C, delta, g, w):
    """An error where w does not solve the equation, or is so large that rounding may keep it from it."""
    residual = np.abs(delta * w + U @ (C @ (U.T @ w)) - g).max()
    terms = (delta * np.abs(w) + np.abs(U) @ (np.abs(C) @ (np.abs(U).T @ np.abs(w)))).max()
    if not residual + np.finfo(float).eps * terms <= 1e-6 * np.abs(g).max() + 1e-300:
        raise np.linalg.LinAlgError(
            "the matrix U C Uᵀ + delta·I is singular to rounding, or delta is too small beside U C Uᵀ"
        )


def _low_rank_plus_diagonal(U, C, delta, g):
    U, C, g = _matrix(U, "U"), checks.array("C", C), checks.array("g", g)
    n, k = U.shape
    if C.shape not in ((k,), (k, k)):
        raise ValueError(f"C must have shape ({k},) or ({k}, {k}), as U has {k} columns; got shape {C.shape}")
    if g.ndim not in (1, 2) or len(g) != n:
        raise ValueError(f"g must have shape ({n},) or ({n}, columns), n as in U; got shape {g.shape}")
    delta = checks.number("delta", delta, checks.positive)
    return U, np.diag(C) if C.ndim == 1 else C, delta, g


def _matrix(A, name="A"):
    A = checks.array(name, A, ndim=2)
    if A.size == 0:
        raise ValueError(f"{name} must have at least one row and one column; got shape {A.shape}")
    if np.abs(A).max() > 1e290:
        raise ValueError(f"{name} must have entries up to 1e290; got {np.abs(A).max():.1e}")
    return A


def _matrix_and_rank(A, rank):
    A = _matrix(A)
    return A, checks.integer("rank", rank, least=1, most=min(A.shape))
