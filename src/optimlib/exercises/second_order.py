"""Checkers of chapter 7, Second-order methods."""

import functools
import math

import numpy as np

from .. import objectives, second_order
from .compare import check_method, check_values


def check_newton(mine):
    """Check `mine(grad, hess, x, lr, damping)`, a generator of iterates, against `optimlib.newton`."""
    rosenbrock, beale = objectives.rosenbrock, objectives.beale
    bowl = objectives.quadratic(10.0, angle=0.5)
    cases = [
        ("a quadratic, half steps", bowl, {"hess": bowl.hess, "lr": 0.5, "damping": 0.0}),
        ("Rosenbrock's function", rosenbrock, {"hess": rosenbrock.hess, "lr": 1.0, "damping": 0.0}),
        ("Beale's function with damping", beale, {"hess": beale.hess, "lr": 0.7, "damping": 30.0}),
    ]

    @functools.wraps(mine)
    def theirs_order(grad, x, hess, lr, damping):
        return mine(grad, hess, x, lr, damping)

    def newton(grad, x, hess, lr, damping):
        return second_order.newton(grad, hess, x, lr=lr, damping=damping)

    return check_method(theirs_order, newton, cases)


def check_reach(mine):
    """Check `mine(lr)`: from which |x| on Newton's method does not converge on √(1 + x²)."""
    return check_values(
        mine,
        lambda lr: math.sqrt(2 / lr - 1),
        [(1.0,), (0.5,), (0.1,), (1.5,)],
        ("the reach",),
        describe=lambda lr: f"lr = {lr:g}",
    )


def check_saddle_free(mine):
    """Check `mine(H, g)`: the step −|H|⁻¹ g, with the absolute values of H's eigenvalues."""

    def theirs(H, g):
        h, Q = np.linalg.eigh(H)
        return -Q @ ((Q.T @ g) / abs(h))

    cases = [
        ("a saddle along the axes", np.diag([2.0, -4.0]), np.array([2.0, 1.0])),
        ("a saddle, turned", np.array([[0.0, 27.75], [27.75, 68.5]]), np.array([0.0, 27.75])),
        ("a bowl", np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0])),
        ("three coordinates", np.diag([1.0, -0.5, 3.0]) + 0.2, np.array([1.0, 2.0, 3.0])),
    ]
    words = {id(H): where for where, H, _ in cases}
    return check_values(
        _on_copies(mine),
        theirs,
        [(H, g) for _, H, g in cases],
        ("the step",),
        describe=lambda H, g: words[id(H)],
    )


def check_bfgs_update(mine):
    """Check `mine(B, s, y)`: the inverse-Hessian approximation B after BFGS has learnt the pair (s, y)."""

    def theirs(B, s, y):
        V = np.eye(len(s)) - np.outer(y, s) / (s @ y)
        return V.T @ B @ V + np.outer(s, s) / (s @ y)

    rng = np.random.default_rng(7)
    cases = []
    for n in (2, 3, 5):
        A, s = rng.normal(size=(n, n)), rng.normal(size=n)
        cases.append((np.eye(n) + A @ A.T / n, s, 2 * s + 0.1 * A @ A.T @ s))
    return check_values(
        _on_copies(mine), theirs, cases, ("B",), describe=lambda B, s, y: f"{len(s)} coordinates"
    )


def check_two_loop(mine):
    """Check `mine(pairs, g)`: B g from the pairs (s, y) alone, against `second_order.two_loop`."""
    rng = np.random.default_rng(8)
    cases = []
    for n, count in ((2, 1), (4, 2), (6, 5)):
        A = rng.normal(size=(n, n))
        steps = rng.normal(size=(count, n))
        cases.append(([(s, s + A @ A.T @ s) for s in steps], rng.normal(size=n)))

    def describe(pairs, g):
        return f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} and {len(g)} coordinates"

    return check_values(_on_copies(mine), second_order.two_loop, cases, ("B g",), describe=describe)


def check_largest(mine):
    """Check `mine(memory, m)`: how many parameters a Hessian and m pairs allow in `memory` bytes."""

    def theirs(memory, m):
        return math.isqrt(memory // 8), memory // (16 * m)

    return check_values(
        mine,
        theirs,
        [(80 * 10**9, 10), (16 * 10**9, 5), (8 * 10**6, 20)],
        ("n with a Hessian", "n with the pairs"),
        describe=lambda memory, m: f"{memory:,} bytes and m = {m}",
    )


def check_shortest_step(mine):
    """Check `mine(sigma, B, h)`: how long a step must be for noise not to drown the curvature h."""

    def theirs(sigma, B, h):
        return math.sqrt(2 / B) * sigma / h

    return check_values(
        mine,
        theirs,
        [(1.0, 1, 1.0), (0.5, 32, 2.0), (3.0, 512, 0.1)],
        ("the length",),
        describe=lambda sigma, B, h: f"σ = {sigma:g}, B = {B}, h = {h:g}",
    )


def _on_copies(mine):
    """The reader's function on arrays of its own: it may change them without spoiling the comparison."""

    def copied(value):
        return [(s.copy(), y.copy()) for s, y in value] if isinstance(value, list) else value.copy()

    @functools.wraps(mine)
    def on_copies(*case):
        return mine(*map(copied, case))

    return on_copies
