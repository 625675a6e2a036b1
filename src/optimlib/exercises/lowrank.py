"""Checkers of chapter 8, Low-rank approximation."""

import functools
import tracemalloc

import numpy as np

from .. import lowrank
from .compare import Verdict, check_answer, check_values


def check_break_even(mine):
    """Check `mine(m, n)`: the largest rank at which a truncated SVD keeps fewer numbers than the matrix."""

    def theirs(m, n):
        return (m * n - 1) // (m + n + 1)

    cases = [(85, 128), (427, 640), (100, 100), (4, 5), (3, 1000)]
    return check_values(
        mine, theirs, cases, ("the rank",), describe=lambda m, n: f"a matrix of shape ({m}, {n})"
    )


def check_truncate(mine):
    """Check `mine(A, k)`, the best approximation of A of rank k."""
    cases = [(_matrix(6, 4), 1), (_matrix(4, 7), 2), (_matrix(5, 5), 4), (_matrix(3, 3), 3)]
    return check_values(mine, lowrank.low_rank, cases, ("the matrix",), describe=_spell_case)


def check_rank_one(mine):
    """Check `mine(A, v, steps)`: the matrix of rank one that power iteration from v arrives at."""

    def theirs(A, v, steps):
        for _ in range(steps):
            v = A.T @ (A @ v)
            v = v / np.linalg.norm(v)
        return np.outer(A @ v, v)

    cases = [
        (_matrix(6, 4), np.ones(4) / 2, 1),
        (_matrix(4, 7), np.eye(7)[0], 3),
        (_matrix(5, 5), np.eye(5)[1], 200),
    ]

    def words(A, v, steps):
        return f"A of shape {A.shape} and {steps} step{'s' if steps > 1 else ''}"

    return check_values(mine, theirs, cases, ("the matrix",), describe=words)


def check_beat(mine):
    """Judge `mine(A, k)`, a matrix of rank at most k and of the reader's own making, against the best."""
    cases = [(_matrix(9, 7), 2), (_falling(12, 9), 3), (_falling(6, 10), 1)]

    @functools.wraps(mine)
    def answers():
        return _all_or_none(mine(A.copy(), k) for A, k in cases)

    def judge(found):
        ratios = []
        for (A, k), B in zip(cases, found, strict=True):
            where = _spell_case(A, k)
            B = np.asarray(B, dtype=float)
            if B.shape != A.shape:
                return Verdict(False, f"For {where}, your matrix has shape {B.shape}, not {A.shape}.")
            if not np.isfinite(B).all():
                return Verdict(False, f"For {where}, your matrix holds NaN or infinity.")
            scale = np.linalg.norm(A, 2)
            rank = int((np.linalg.svd(B, compute_uv=False) > 1e-9 * scale).sum())
            error = np.linalg.norm(A - B)
            least = np.linalg.norm(A - lowrank.low_rank(A, k))
            if rank > k:
                return Verdict(
                    False,
                    f"For {where}, your matrix has rank {rank}, and at most {k} is allowed; so its error "
                    f"of {error:.4f} says nothing (the least possible with rank {k} is {least:.4f}).",
                )
            ratios.append(error / least)
            if ratios[-1] > 1.01:
                return Verdict(
                    False,
                    f"For {where}, your matrix has rank {rank}, as allowed. Its error is {error:.4f}; the "
                    f"least possible is {least:.4f}. Come within 1% of it, or below, if you can.",
                )
        closest = "; ".join(f"{ratio:.6f}" for ratio in ratios)
        return Verdict(
            True,
            "Right: within 1% of the least possible error, with the rank allowed "
            f"(error over least: {closest}). Not below it: nobody can be.",
        )

    return check_answer(answers, judge)


def check_woodbury(mine):
    """Check `mine(U, s, delta, g)`: (U diag(s) Uᵀ + delta·I)⁻¹ g for orthonormal columns U."""
    cases = []
    for n, s, delta in [
        (5, [4.0], 1.0),
        (8, [9.0, 2.0, 0.5], 0.1),
        (6, [3.0, 0.0], 0.5),
        (4, [1.0] * 4, 2.0),
    ]:
        U = np.linalg.qr(_matrix(n, len(s)))[0]
        cases.append((U, np.array(s), delta, np.arange(1.0, n + 1)))
    verdict = check_values(
        mine,
        lowrank.woodbury_solve,
        cases,
        ("the step",),
        describe=lambda U, s, delta, g: f"U of shape {U.shape}, s = {s.tolist()} and delta = {delta}",
    )
    if verdict and _peak_bytes(mine, np.eye(400)[:, :2], np.ones(2), 1.0, np.ones(400)) > 8 * 400**2:
        return Verdict(False, "The step is right, but you hold an n × n matrix: k columns are enough.")
    return verdict


def _peak_bytes(function, *arguments):
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def check_range_finder(mine):
    """Check `mine(A, omega, power)`: orthonormal columns that span (A Aᵀ)^power A omega."""
    cases = [
        (_matrix(7, 5), _matrix(5, 2), 0),
        (_falling(8, 6), _matrix(6, 3), 1),
        (_matrix(5, 9), _matrix(9, 3), 2),
        (_falling(6, 5, 1e-3), _matrix(5, 3), 3),
    ]

    @functools.wraps(mine)
    def answers():
        return _all_or_none(mine(A.copy(), omega.copy(), power) for A, omega, power in cases)

    def judge(found):
        for (A, omega, power), Q in zip(cases, found, strict=True):
            where = f"A of shape {A.shape}, {omega.shape[1]} columns and power {power}"
            if isinstance(Q, tuple):
                return Verdict(False, "Return Q alone: np.linalg.qr returns Q and R.")
            Q, shape = np.asarray(Q, dtype=float), (len(A), omega.shape[1])
            if Q.shape != shape:
                return Verdict(False, f"For {where}, Q has shape {Q.shape}, and should have {shape}.")
            if not np.allclose(Q.T @ Q, np.eye(shape[1]), atol=1e-8):
                return Verdict(False, f"For {where}, the columns of Q are not orthonormal: QᵀQ is not I.")
            if not np.allclose(Q @ Q.T, _span(A, omega, power), atol=1e-6):
                hint = (
                    " Its singular values fall by factors of 1,000: the small ones drown unless the "
                    "columns are made orthonormal after each product."
                    if power == 3
                    else ""
                )
                return Verdict(
                    False, f"For {where}, Q spans other directions than (A Aᵀ)^power A omega.{hint}"
                )
        return Verdict(True, f"Right: {mine.__name__} finds the range in all {len(cases)} cases.")

    return check_answer(answers, judge)


def _span(A, omega, power):
    """The projection on the range of (A Aᵀ)^power A omega."""
    Q = np.linalg.qr(A @ omega)[0]
    for _ in range(power):
        Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]
    return Q @ Q.T


def check_condition(mine):
    """Check `mine(h, k, delta)`: the condition number that is left when k curvatures are known.

    h holds positive curvatures, the largest first; the step is (U diag(h₁…h_k) Uᵀ + delta·I)⁻¹ g.
    """

    def theirs(h, k, delta):
        known = np.where(np.arange(len(h)) < k, h, 0.0)
        factors = h / (known + delta)
        return factors.max() / factors.min()

    h = np.array([100.0, 20.0, 5.0, 1.0, 0.4, 0.1])
    cases = [(h, 0, 1.0), (h, 2, 5.0), (h, 2, 1.0), (h, 6, 0.1), (h[:3], 1, 20.0)]
    return check_values(
        mine,
        theirs,
        cases,
        ("the condition number",),
        describe=lambda h, k, delta: f"h = {h.tolist()}, k = {k} and delta = {delta}",
    )


def _all_or_none(found):
    """The answers as a list; None, for an unfinished exercise, if any of them is missing."""
    found = list(found)
    return None if any(answer is None or answer is Ellipsis for answer in found) else found


def _matrix(m, n):
    return np.random.default_rng(10 * m + n).normal(size=(m, n))


def _falling(m, n, factor=0.5):
    """A matrix whose singular values fall by a factor from one to the next."""
    U, _, Vt = np.linalg.svd(_matrix(m, n), full_matrices=False)
    return (U * factor ** np.arange(min(m, n))) @ Vt


def _spell_case(A, k):
    return f"A of shape {A.shape} and k = {k}"
