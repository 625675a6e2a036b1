"""Checkers of chapter 8, Low-rank approximation."""

import tracemalloc

import numpy as np

from .. import lowrank
from .answers import MistakeError, reals
from .compare import Verdict, answer_at, check_values, verdict_of
from .paper import OnPaper
from .watch import matrix_work

# On paper. A is the matrix of two rows that the chapter's first exercises are about.
_A = np.array([[3.0, 0.0], [4.0, 5.0]])
_U, _S, _VT = np.linalg.svd(_A)
_UV = _U @ _VT
_SWAPPED = _U @ np.diag([1, -1]) @ _VT

check_as_good = OnPaper(
    {
        "the least a of the spectral norm": 3 - 1,
        "the largest a of the spectral norm": 3 + 1,
        "the a of the Frobenius norm": 3,
    },
    {
        "That is the truncated SVD. Its spectral error is 1 already, and a may be off by as much.": (
            3,
            3,
            None,
        ),
        "The least possible error is σ₂ = 1 and not σ₁ = 3: |3 − a| may be as large as σ₂.": (0, 6, None),
        "The interval of the spectral norm is right. In the Frobenius norm each square counts, "
        "and (3 − a)² + 1 is least at one place.": (2, 4, 1),
    },
)

check_by_hand = OnPaper(
    {
        "σ₁": _S[0],
        "σ₂": _S[1],
        "the error of the first layer": np.linalg.norm(_A - _S[0] * np.outer(_U[:, 0], _VT[0])),
        "its energy": _S[0] ** 2 / (_S @ _S),
    },
    {
        "Those are the eigenvalues of AᵀA, the squares of the singular values.": (
            *np.linalg.eigvalsh(_A.T @ _A)[::-1],
            None,
            None,
        ),
        "Those are the eigenvalues of A. Singular values come from AᵀA.": (
            *np.sort(np.linalg.eigvals(_A))[::-1],
            None,
            None,
        ),
        "That is the squared error: take the root.": (*_S, _S[1] ** 2, None),
        "Energy is a share of squares: σ₁² over the sum of both.": (*_S, _S[1], _S[0] / _S.sum()),
    },
)


def _one_vector(u, g, factor):
    return np.asarray(g) - factor * (np.dot(u, g)) * np.asarray(u)


check_one_vector = OnPaper(
    {
        "x₁": _one_vector((2, 1), (3, 4), 1 / 6)[0],
        "x₂": _one_vector((2, 1), (3, 4), 1 / 6)[1],
        "what the step divides u's part of g by": 2 * 2 + 1 * 1 + 1,
    },
    {
        "K is δ + uᵀu, and u is not of length one.": (*_one_vector((2, 1), (3, 4), 1 / 2), None),
        "δ is missing from K: u's part of g is gone.": (*_one_vector((2, 1), (3, 4), 1 / 5), None),
        "The sign is turned: the correction is taken away, so that the step along u becomes shorter.": (
            *_one_vector((2, 1), (3, 4), -1 / 6),
            None,
        ),
        "u's curvature is uᵀu, and δ comes on top.": (*_one_vector((2, 1), (3, 4), 1 / 6), 5),
    },
)

check_orthogonalized = OnPaper(
    {
        "the entry of UVᵀ in row 1, column 1": _UV[0, 0],
        "the entry of UVᵀ in row 1, column 2": _UV[0, 1],
        "the sum of products of A with UVᵀ": (_A * _UV).sum(),
        "the sum of products of A with A/σ₁": (_A * _A).sum() / _S[0],
    },
    {
        "That is VUᵀ, the transpose.": (*_UV.T[0], None, None),
        "The sign of u₂ goes with that of v₂: u₂ = A v₂/σ₂.": (*_SWAPPED[0], None, None),
        "With UVᵀ each layer of A gives σ once, and not σ².": (*_UV[0], _S @ _S, None),
        "The sum with A is ‖A‖², and it is to be divided by σ₁.": (*_UV[0], _S.sum(), _S @ _S),
        "‖A‖ is the sum with A/‖A‖; here A is divided by σ₁.": (
            *_UV[0],
            _S.sum(),
            np.linalg.norm(_A),
        ),
    },
)

_H = np.array([100.0, 20.0, 5.0, 1.0, 0.4, 0.1])


def _equal(kept, other):
    """The δ at which a kept direction and another have the same factor, kept/(kept + δ) = other/δ."""
    return kept * other / (kept - other)


check_margin = OnPaper(
    {
        "the condition number before": _H[0] / _H[-1],
        "the least that is left": _H[2] / _H[-1],
        "the smallest δ that leaves it": _equal(_H[1], _H[-1]),
        "the largest δ that leaves it": _equal(_H[0], _H[2]),
        "the smallest δ with no factor above 2": _H[2] / 2,
    },
    {
        "Two are known, so the largest curvature left is the third.": (
            None,
            _H[1] / _H[-1],
            None,
            None,
            None,
        ),
        "δ = h₃ is one such δ; there is a whole range.": (None, None, _H[2], _H[2], None),
        "At your largest δ the factor of 20 equals that of 5, but that of 100 is above both already.": (
            None,
            None,
            _equal(_H[1], _H[-1]),
            _equal(_H[1], _H[2]),
            None,
        ),
        "The kept factors are h/(h + δ), a little below 1, so δ may be a little above h₃.": (
            None,
            None,
            None,
            _H[2],
            None,
        ),
        "A factor of 2 is allowed: δ is then h₃/2, and not h₃.": (
            None,
            None,
            _equal(_H[1], _H[-1]),
            _equal(_H[0], _H[2]),
            _H[2],
        ),
    },
)


def check_rank_one(mine):
    """Check `mine(A, v, steps)`: the matrix of rank one that power iteration from v arrives at."""
    cases = {
        "A of shape (6, 4) and one step": (_matrix(6, 4), np.ones(4) / 2, 1),
        "A of shape (4, 7) and 3 steps": (_matrix(4, 7), np.eye(7)[0], 3),
        "A of shape (5, 5) and 400 steps": (_matrix(5, 5), np.eye(5)[1], 400),
    }
    return check_values(mine, _power(), cases, "the matrix", check_rank_one.mistakes)


def _layer(A, v):
    return np.outer(A @ v, v)


def _power(
    each=True, end=False, product=lambda A, v: A.T @ (A @ v), layer=_layer, more=0, length=np.linalg.norm
):
    def rank_one(A, v, steps):
        for _ in range(steps + more):
            v = product(A, v)
            v = v / length(v) if each else v
        return layer(A, v / np.linalg.norm(v) if end else v)

    return rank_one


check_rank_one.mistakes = {
    "v is never scaled: (A v) vᵀ is right for a v of length one only.": _power(each=False),
    "v is scaled only in the end; until then it grows at each step, and overflows. Scale it in the loop.": (
        _power(each=False, end=True)
    ),
    "Rows and columns have changed places: the matrix is (A v) vᵀ, and not v (A v)ᵀ.": _power(
        layer=lambda A, v: np.outer(v, A @ v)
    ),
    "A v has been scaled as well: its length is σ, and belongs to the matrix.": _power(
        layer=lambda A, v: np.outer(A @ v, v) / np.linalg.norm(A @ v)
    ),
    "v must be multiplied by Aᵀ after A.": _power(product=lambda A, v: A @ v),
    "Aᵀ comes after A: Aᵀ(A v).": _power(product=lambda A, v: A @ (A.T @ v)),
    "That is one step too many.": _power(more=1),
    "That is one step too few.": _power(more=-1),
    "v is divided by its sum of squares; its length is the root of that.": (_power(length=lambda v: v @ v)),
}


def check_beat(mine):
    """Judge `mine(A, k)`, a matrix of rank at most k and of the reader's own making, against the best."""
    cases = [(_matrix(9, 7), 2), (_falling(12, 9), 3), (_falling(6, 10), 1)]

    def judge():
        ratios = []
        for A, k in cases:
            where = f"For A of shape {A.shape} and k = {k}"
            B = reals(answer_at(mine, where, ("A", "k"), (A.copy(), k)), "your matrix")
            if B.shape != A.shape:
                return Verdict(False, f"{where}, your matrix has shape {B.shape}, not {A.shape}.")
            if not np.isfinite(B).all():
                return Verdict(False, f"{where}, your matrix holds NaN or infinity.")
            scale = np.linalg.norm(A, 2)
            rank = int((np.linalg.svd(B, compute_uv=False) > 1e-9 * scale).sum())
            error = np.linalg.norm(A - B)
            least = np.linalg.norm(A - lowrank.low_rank(A, k))
            if rank > k:
                return Verdict(
                    False,
                    f"{where}, your matrix has rank {rank}, and at most {k} is allowed; so its error "
                    f"of {error:.4f} says nothing (the least possible with rank {k} is {least:.4f}).",
                )
            ratios.append(error / least)
            if ratios[-1] > 1.01:
                return Verdict(
                    False,
                    f"{where}, your matrix has rank {rank}, as allowed. Its error is {error:.4f}; the "
                    f"least possible is {least:.4f}. Come within 1% of it, or below, if you can.",
                )
        closest = "; ".join(f"{ratio:.6f}" for ratio in ratios)
        return Verdict(
            True,
            "Right: within 1% of the least possible error, with the rank allowed "
            f"(error over least: {closest}). Not below it: nobody can be.",
        )

    return verdict_of(mine, judge)


def check_half_step(mine):
    """Check `mine(U, s, delta, g)`: (U diag(s) Uᵀ + delta·I)^(−1/2) g for orthonormal columns U."""
    cases = {}
    for n, s, delta in [
        (8, [9.0, 2.0, 0.5], 0.1),
        (5, [4.0], 1.0),
        (6, [3.0, 0.0], 0.5),
        (4, [1.0] * 4, 2.0),
    ]:
        U = np.linalg.qr(_matrix(n, len(s)))[0]
        words = f"U of shape {U.shape}, s = {s} and delta = {delta}"
        cases[words] = (U, np.array(s), delta, np.arange(1.0, n + 1))
    verdict = check_values(mine, _half(), cases, "the half step", check_half_step.mistakes)
    if not verdict:
        return verdict
    large = np.eye(400)[:, :2], np.ones(2), 1.0, np.ones(400)
    products, solved = matrix_work(mine, *large)
    if any(first[0] == second[1] == 400 for first, second in products) and (400, 400) not in solved:
        return Verdict(
            False,
            "The half step is right, but brackets are missing: from the left, U @ D @ U.T is n × n. "
            "Write U @ (D @ (U.T @ g)): each product is a vector then.",
        )
    if _peak_bytes(mine, *large) > 8 * 400**2:
        return Verdict(False, "The half step is right, but you hold an n × n matrix: k columns are enough.")
    return verdict


def _half(along=lambda s, delta: (s + delta) ** -0.5, rest=lambda delta: delta**-0.5, less=None):
    """What is divided along U and elsewhere; `less` is taken from it along U, by default the rest."""

    def step(U, s, delta, g):
        taken = rest(delta) if less is None else less(delta)
        return rest(delta) * g + U @ ((along(s, delta) - taken) * (U.T @ g))

    return step


check_half_step.mistakes = {
    "That is the whole step: taken twice, the half step must give it.": _half(
        lambda s, delta: 1 / (s + delta), lambda delta: 1 / delta
    ),
    "You multiply by the root of the matrix; the half step divides by it.": _half(
        lambda s, delta: (s + delta) ** 0.5, lambda delta: delta**0.5
    ),
    "The root of a sum is not the sum of the roots: along U it is √(s + delta).": _half(
        lambda s, delta: 1 / (s**0.5 + delta**0.5)
    ),
    "The root must be taken of 1/(s + delta) and of 1/delta, and not of their difference.": _half(
        lambda s, delta: -((1 / delta - 1 / (s + delta)) ** 0.5), less=lambda delta: 0.0
    ),
    "What lies outside the columns of U is lost: there the half step divides by √delta.": _half(
        rest=lambda delta: 0.0
    ),
    "The directions of U are counted twice: take 1/√delta away along them.": _half(less=lambda delta: 0.0),
    "Outside U the half step divides by √delta, and not by delta.": _half(rest=lambda delta: 1 / delta),
    "Along U the half step divides by √(s + delta): a root is missing.": _half(
        lambda s, delta: 1 / (s + delta)
    ),
    "delta is missing along U: there the half step divides by √(s + delta).": _half(
        lambda s, delta: np.where(s > 0, np.where(s > 0, s, 1.0) ** -0.5, 0.0)
    ),
    "The correction along U is missing: that is g/√delta.": _half(lambda s, delta: delta**-0.5 + 0 * s),
}


def _peak_bytes(function, *arguments):
    tracemalloc.start()
    try:
        function(*arguments)
        return tracemalloc.get_traced_memory()[1]
    except Exception:
        return 0
    finally:
        tracemalloc.stop()


def check_range_finder(mine):
    """Check `mine(A, omega, power)`: orthonormal columns that span (A Aᵀ)^power A omega."""
    cases = {
        f"A of shape {A.shape}, {omega.shape[1]} columns and power {power}": (A, omega, power)
        for A, omega, power in [
            (_falling(8, 6), _matrix(6, 3), 1),
            (_matrix(7, 5), _matrix(5, 2), 0),
            (_matrix(5, 9), _matrix(9, 3), 2),
            (_falling(6, 5, 1e-3), _matrix(5, 3), 3),
        ]
    }
    return check_values(
        mine, _span, cases, "the projection Q Qᵀ", check_range_finder.mistakes, read=_projection, atol=1e-6
    )


def _projection(Q, A, omega, power):
    """Q Qᵀ, which is the same for all orthonormal columns with the same span."""
    if isinstance(Q, tuple):
        raise MistakeError("return Q alone: np.linalg.qr returns Q and R.")
    Q, shape = reals(Q, "Q"), (len(A), omega.shape[1])
    if Q.shape != shape:
        raise MistakeError(f"Q has shape {Q.shape}; right is shape {shape}.")
    if not np.allclose(Q.T @ Q, np.eye(shape[1]), atol=1e-8):
        raise MistakeError("the columns of Q are not orthonormal: QᵀQ is not I.")
    return Q @ Q.T


def _span(A, omega, power):
    """The projection on the range of (A Aᵀ)^power A omega."""
    Q = _range()(A, omega, power)
    return Q @ Q.T


def _range(between=True, more=0):
    tidy = (lambda Y: np.linalg.qr(Y)[0]) if between else (lambda Y: Y)

    def find(A, omega, power):
        Q = tidy(A @ omega)
        for _ in range(power + more):
            Q = tidy(A @ tidy(A.T @ Q))
        return np.linalg.qr(Q)[0]

    return find


def _formed(A, omega, power):
    return np.linalg.qr(np.linalg.matrix_power(A @ A.T, power) @ (A @ omega))[0]


_DROWNED = (
    "The last singular values fall by factors of 1,000: the small ones drown unless the columns are made "
    "orthonormal after each product."
)
check_range_finder.mistakes = {
    _DROWNED: _range(between=False),
    f"{_DROWNED} And (A Aᵀ)^power need not be formed.": _formed,
    "That is one power too many: A Ω is there before the first.": _range(more=1),
    "That is one power too few.": _range(more=-1),
    "The powers are missing: that is the range of A Ω.": lambda A, omega, power: np.linalg.qr(A @ omega)[0],
    "Each power is A Aᵀ, two products; yours has one.": lambda A, omega, power: (
        _range()(A, omega, power // 2) if power % 2 == 0 else np.linalg.qr(A.T @ _range()(A, omega, 0))[0]
    ),
    "Ω is to be used as it is given; yours draws its own.": lambda A, omega, power: _range()(
        A, np.random.default_rng(0).normal(size=omega.shape), power
    ),
    "Those are A's own singular vectors, and not what Ω finds.": lambda A, omega, power: np.linalg.svd(A)[0][
        :, : omega.shape[1]
    ],
}


def _matrix(m, n):
    return np.random.default_rng(10 * m + n).normal(size=(m, n))


def _falling(m, n, factor=0.5):
    """A matrix whose singular values fall by a factor from one to the next."""
    U, _, Vt = np.linalg.svd(_matrix(m, n), full_matrices=False)
    return (U * factor ** np.arange(min(m, n))) @ Vt
