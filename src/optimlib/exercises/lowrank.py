"""Checkers of chapter 8, Low-rank approximation."""

import math
import tracemalloc

import numpy as np

from .. import lowrank
from .answers import MistakeError, reals
from .compare import Verdict, answer_at, check_values, verdict_of
from .watch import matrix_work


def check_break_even(mine):
    """Check `mine(m, n)`: the largest rank at which a truncated SVD keeps fewer numbers than the matrix."""

    def theirs(m, n):
        return (m * n - 1) // (m + n + 1)

    cases = [(4, 5), (85, 128), (427, 640), (100, 100), (3, 1000)]
    return check_values(mine, theirs, cases, "the rank", check_break_even.mistakes)


check_break_even.mistakes = {
    "At that rank the SVD keeps as many numbers as the matrix; fewer are asked for.": (
        lambda m, n: m * n // (m + n + 1)
    ),
    "The singular values have been forgotten: each layer has m + n + 1 numbers.": (
        lambda m, n: (m * n - 1) // (m + n)
    ),
    "The singular values have been forgotten (each layer has m + n + 1 numbers), and fewer means <.": (
        lambda m, n: m * n // (m + n)
    ),
    "A rank is a whole number: round down.": lambda m, n: m * n / (m + n + 1),
    "That is the first rank that saves nothing; the largest that does is one less.": (
        lambda m, n: math.ceil(m * n / (m + n + 1))
    ),
}


def check_truncate(mine):
    """Check `mine(A, k)`, the best approximation of A of rank k."""
    cases = {
        f"A of shape ({m}, {n}) and k = {k}": (_matrix(m, n), k)
        for m, n, k in [(5, 5, 3), (6, 4, 1), (4, 7, 2), (3, 3, 3)]
    }
    return check_values(
        mine, lambda A, k: lowrank.low_rank(A, k), cases, "the matrix", check_truncate.mistakes
    )


def _truncated(kept=lambda U, s, Vt, k: (U[:, :k] * s[:k]) @ Vt[:k]):
    return lambda A, k: kept(*np.linalg.svd(A, full_matrices=False), k)


check_truncate.mistakes = {
    "Vᵀ has been taken for V: np.linalg.svd returns Vᵀ, so keep its first k rows, Vt[:k].": _truncated(
        lambda U, s, Vt, k: (U[:, :k] * s[:k]) @ Vt[:, :k].T
    ),
    "That is the layer with index k alone; the first k are asked for, [:k].": _truncated(
        lambda U, s, Vt, k: s[k] * np.outer(U[:, k], Vt[k])
    ),
    "That is the k-th layer alone; add up the first k.": _truncated(
        lambda U, s, Vt, k: s[k - 1] * np.outer(U[:, k - 1], Vt[k - 1])
    ),
    "Those are the smallest k; the largest singular values come first.": _truncated(
        lambda U, s, Vt, k: (U[:, -k:] * s[-k:]) @ Vt[-k:]
    ),
    "k is the number of layers, and yours stops one before it: [:k] leaves k out already.": _truncated(
        lambda U, s, Vt, k: (U[:, : k - 1] * s[: k - 1]) @ Vt[: k - 1]
    ),
    "That is one layer too many: [:k] and not [:k + 1].": _truncated(
        lambda U, s, Vt, k: (U[:, : k + 1] * s[: k + 1]) @ Vt[: k + 1]
    ),
    "The singular values are missing.": _truncated(lambda U, s, Vt, k: U[:, :k] @ Vt[:k]),
    "The singular values are squared: each layer has σ once.": _truncated(
        lambda U, s, Vt, k: (U[:, :k] * s[:k] ** 2) @ Vt[:k]
    ),
    "That is the error, the layers left out.": _truncated(lambda U, s, Vt, k: (U[:, k:] * s[k:]) @ Vt[k:]),
    "Those are the first k columns of A, and zeros; take k layers of its SVD.": (
        lambda A, k: A * (np.arange(A.shape[1]) < k)
    ),
    "A itself comes back.": lambda A, k: A,
}


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


def check_woodbury(mine):
    """Check `mine(U, s, delta, g)`: (U diag(s) Uᵀ + delta·I)⁻¹ g for orthonormal columns U."""
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
    verdict = check_values(mine, _woodbury(), cases, "the step", check_woodbury.mistakes)
    if not verdict:
        return verdict
    large = np.eye(400)[:, :2], np.ones(2), 1.0, np.ones(400)
    products, solved = matrix_work(mine, *large)
    if any(first[0] == second[1] == 400 for first, second in products) and (400, 400) not in solved:
        return Verdict(
            False,
            "The step is right, but brackets are missing: from the left, U @ D @ U.T is an n × n matrix. "
            "Write U @ (D @ (U.T @ g)): each product is a vector then.",
        )
    if _peak_bytes(mine, *large) > 8 * 400**2:
        return Verdict(False, "The step is right, but you hold an n × n matrix: k columns are enough.")
    return verdict


def _woodbury(factor=lambda s, delta: 1 / (s + delta) - 1 / delta, rest=lambda delta: 1 / delta):
    def step(U, s, delta, g):
        return rest(delta) * g + U @ (factor(s, delta) * (U.T @ g))

    return step


check_woodbury.mistakes = {
    "What lies outside the columns of U is lost: there the inverse is 1/delta.": _woodbury(
        rest=lambda delta: 0.0, factor=lambda s, delta: 1 / (s + delta)
    ),
    "The directions of U are counted twice, in g/delta and in 1/(s + delta): take 1/delta away.": _woodbury(
        lambda s, delta: 1 / (s + delta)
    ),
    "delta is missing along U: there the inverse is 1/(s + delta).": _woodbury(
        lambda s, delta: np.where(s > 0, 1 / np.where(s > 0, s, 1.0), 0.0) - 1 / delta
    ),
    "Along U the inverse is 1/(s + delta); the sign of the correction is turned.": _woodbury(
        lambda s, delta: 1 / delta - 1 / (s + delta)
    ),
    "You multiply by the matrix; the step divides by it.": _woodbury(lambda s, delta: s, lambda delta: delta),
    "The correction is missing: that is g/delta.": _woodbury(lambda s, delta: 0 * s),
    "The rest of g is divided by delta.": _woodbury(lambda s, delta: 1 / (s + delta) - 1, lambda delta: 1.0),
    "Outside U the inverse is 1/delta, and not delta.": _woodbury(
        lambda s, delta: 1 / (s + delta) - delta, lambda delta: delta
    ),
    "The correction is U diag(s/(s + delta)) Uᵀ g over delta: a delta is missing.": _woodbury(
        lambda s, delta: -s / (s + delta)
    ),
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


def check_condition(mine):
    """Check `mine(h, k, delta)`: the condition number that is left when k curvatures are known.

    h holds positive curvatures, the largest first; the step is (U diag(h₁…h_k) Uᵀ + delta·I)⁻¹ g.
    """
    h = np.array([100.0, 20.0, 5.0, 1.0, 0.4, 0.1])
    cases = [(h, 2, 20.0), (h, 2, 5.0), (h, 0, 1.0), (h, 6, 0.1), (h[:3], 1, 20.0)]
    return check_values(mine, _left(), cases, "the condition number", check_condition.mistakes)


def _left(
    known=lambda h, delta: h / (h + delta),
    rest=lambda h, delta: h / delta,
    ratio=lambda f: f.max() / f.min(),
    more=0,
):
    def left(h, k, delta):
        k = max(k + more, 0)
        return ratio(np.append(known(h[:k], delta), rest(h[k:], delta)))

    return left


check_condition.mistakes = {
    "The ratio is upside down: the largest factor over the smallest.": _left(
        ratio=lambda f: f.min() / f.max()
    ),
    "The factor is a curvature over the model's; along the known directions yours is upside down.": _left(
        lambda h, delta: (h + delta) / h
    ),
    "Along the known directions the model has h + delta, so the factor is h/(h + delta), a little below 1.": (
        _left(lambda h, delta: np.ones_like(h))
    ),
    "Along the other directions the model has delta: the factor is h/delta.": _left(rest=lambda h, delta: h),
    "The model knows nothing of the other directions: there the factor is h/delta, without h below.": _left(
        rest=lambda h, delta: h / (h + delta)
    ),
    "That is the condition number of the curvatures left over; the known factors count, too.": (
        lambda h, k, delta: h[min(k, len(h) - 1)] / h[-1]
    ),
    "That is the condition number before the step.": lambda h, k, delta: h[0] / h[-1],
    "The first k are known: h[:k]. Yours knows one more.": _left(more=1),
    "The first k are known: h[:k]. Yours knows one less.": _left(more=-1),
    "The factors need not fall in order: take max and min.": _left(ratio=lambda f: f[0] / f[-1]),
}


def _matrix(m, n):
    return np.random.default_rng(10 * m + n).normal(size=(m, n))


def _falling(m, n, factor=0.5):
    """A matrix whose singular values fall by a factor from one to the next."""
    U, _, Vt = np.linalg.svd(_matrix(m, n), full_matrices=False)
    return (U * factor ** np.arange(min(m, n))) @ Vt
