"""Checkers of chapter 7, Second-order methods."""

import math

import numpy as np

from .. import objectives, second_order
from .compare import Verdict, check_method, check_values
from .watch import matrix_work


def check_newton(mine):
    """Check `mine(grad, hess, x, lr, damping)`, a generator of iterates, against `optimlib.newton`."""
    cases = [
        ("Beale's function", objectives.beale, {"lr": 0.7, "damping": 30.0}),
        ("a quadratic", objectives.quadratic(10.0, angle=0.5), {"lr": 0.5, "damping": 0.0}),
        ("Rosenbrock's function", objectives.rosenbrock, {"lr": 1.0, "damping": 0.0}),
    ]
    return check_method(mine, second_order.newton, cases, check_newton.mistakes, hess=True)


def _newton(step):
    """A method that adds lr·step(g, H, damping)."""

    def method(grad, hess, x, lr, damping):
        while True:
            yield x
            x = x + lr * step(grad(x), hess(x), damping)

    return method


def _without_lr(damped):
    def method(grad, hess, x, lr, damping):
        while True:
            yield x
            x = x - np.linalg.solve(hess(x) + damped * damping * np.eye(len(x)), grad(x))

    return method


def _first_hessian(grad, hess, x, lr, damping):
    H = hess(x) + damping * np.eye(len(x))
    while True:
        yield x
        x = x - lr * np.linalg.solve(H, grad(x))


check_newton.mistakes = {
    "The damping has been added to every entry of H: it belongs on the diagonal, times np.eye.": _newton(
        lambda g, H, d: -np.linalg.solve(H + d, g)
    ),
    "The damping is missing: H + damping · I.": _newton(lambda g, H, d: -np.linalg.solve(H, g)),
    "That goes uphill: minus H⁻¹ g.": _newton(lambda g, H, d: np.linalg.solve(H + d * np.eye(len(g)), g)),
    "The damping is added, not taken away.": _newton(
        lambda g, H, d: -np.linalg.solve(H - d * np.eye(len(g)), g)
    ),
    "lr is missing.": _without_lr(1),
    "lr and the damping are missing: that is plain Newton.": _without_lr(0),
    "That goes uphill, and without damping: minus (H + damping · I)⁻¹ g.": _newton(
        lambda g, H, d: np.linalg.solve(H, g)
    ),
    "The Hessian stays that of the start: take it again in the loop.": _first_hessian,
    "You multiply by H; the step divides by it, np.linalg.solve(H, g).": _newton(
        lambda g, H, d: -(H + d * np.eye(len(g))) @ g
    ),
    "You divide by the diagonal of H alone; solve with the whole matrix.": _newton(
        lambda g, H, d: -g / (np.diag(H) + d)
    ),
    "You divide by H entry by entry; solve with the whole matrix.": _newton(
        lambda g, H, d: -(1 / (H + d * np.eye(len(g)))) @ g
    ),
    "That is gradient descent: the Hessian is missing.": _newton(lambda g, H, d: -g),
}


def check_reach(mine):
    """Check `mine(lr)`: from which |x| on Newton's method does not converge on √(1 + x²)."""
    return check_values(mine, _reach(), [(0.5,), (1.0,), (0.1,), (1.5,)], "the reach", check_reach.mistakes)


def _reach(inside=lambda lr: 2 / lr - 1, root=np.sqrt):
    return lambda lr: root(inside(lr))


check_reach.mistakes = {
    "The root is missing: lr (1 + x²) < 2 is about x².": _reach(root=lambda v: v),
    "That is where x changes its sign; it still shrinks until the factor is −1: lr (1 + x²) < 2.": _reach(
        lambda lr: max(1 / lr - 1, 0.0)
    ),
    "The 1 is missing: lr (1 + x²) < 2.": _reach(lambda lr: 2 / lr),
    "That is the reach for lr = 1; a smaller lr reaches further.": _reach(lambda lr: 1.0),
    "The 1 is on the wrong side: lr (1 + x²) < 2.": _reach(lambda lr: 2 / lr + 1),
    "The ratio is upside down: lr (1 + x²) < 2.": _reach(lambda lr: max(lr / 2 - 1, 0.0)),
}


def check_saddle_free(mine):
    """Check `mine(H, g)`: the step −|H|⁻¹ g, with the absolute values of H's eigenvalues."""
    cases = {
        "a saddle, turned": (np.array([[0.0, 27.75], [27.75, 68.5]]), np.array([3.0, 27.75])),
        "a saddle along the axes": (np.diag([2.0, -4.0]), np.array([2.0, 1.0])),
        "a bowl": (np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0])),
        "three coordinates": (np.diag([1.0, -0.5, 3.0]) + 0.2, np.array([1.0, 2.0, 3.0])),
    }
    return check_values(
        mine,
        lambda H, g: _saddle_free(lambda h, Q, g: -Q @ ((Q.T @ g) / abs(h)))(H, g),
        cases,
        "the step",
        check_saddle_free.mistakes,
    )


def _saddle_free(step):
    return lambda H, g: step(*np.linalg.eigh(H), g)


check_saddle_free.mistakes = {
    "You have taken |H| entry by entry: it is the eigenvalues whose signs go.": (
        lambda H, g: -np.linalg.solve(abs(H), g)
    ),
    "That is Newton's step, which goes to the saddle: take the eigenvalues' absolute values.": (
        lambda H, g: -np.linalg.solve(H, g)
    ),
    "The sign is turned: −|H|⁻¹ g goes downhill.": _saddle_free(lambda h, Q, g: Q @ ((Q.T @ g) / abs(h))),
    "Q and Qᵀ have changed places: the eigenvectors are the columns of Q, so Qᵀ g comes first.": _saddle_free(
        lambda h, Q, g: -Q.T @ ((Q @ g) / abs(h))
    ),
    "The step has not been turned back: multiply by Q in the end.": _saddle_free(
        lambda h, Q, g: -(Q.T @ g) / abs(h)
    ),
    "You multiply by |h|; the step divides by it.": _saddle_free(lambda h, Q, g: -Q @ ((Q.T @ g) * abs(h))),
    "The sign of the step's entries has gone, and not that of the eigenvalues.": (
        lambda H, g: -abs(np.linalg.solve(H, g))
    ),
    "The negative eigenvalues have become 1; take their sizes.": _saddle_free(
        lambda h, Q, g: -Q @ ((Q.T @ g) / np.where(h > 0, h, 1.0))
    ),
    "The negative eigenvalues' directions are left out; go along them, too.": _saddle_free(
        lambda h, Q, g: -Q @ ((Q.T @ g) * np.where(h > 0, 1 / abs(h), 0.0))
    ),
    "Only the diagonal of H is used; take its eigenvectors.": lambda H, g: -g / abs(np.diag(H)),
}


def check_bfgs_update(mine):
    """Check `mine(P, s, y)`: the inverse-Hessian approximation P after BFGS has learnt the pair (s, y).

    In about n² operations: matrix-vector products and outer products, no product of two matrices.
    """
    rng = np.random.default_rng(7)
    cases = {}
    for n in (2, 3, 5):
        M, s = rng.normal(size=(n, n)), rng.normal(size=n)
        cases[f"{n} coordinates"] = (np.eye(n) + M @ M.T / n, s, 2 * s + 0.1 * M @ M.T @ s)
    verdict = check_values(mine, _updated(), cases, "P", check_bfgs_update.mistakes)
    if not verdict:
        return verdict
    products, solved = matrix_work(mine, np.eye(6) + 0.1, np.ones(6), np.arange(1.0, 7.0))
    if products or (6, 6) in solved:
        how = "multiplies two matrices" if products else "solves with a matrix"
        return Verdict(
            False,
            f"P is right, but your function {how}: that is n³ work. Multiply the formula out until only P y, "
            "numbers and outer products are left; where P is symmetric, yᵀP is (P y)ᵀ.",
        )
    return verdict


def _updated(swapped=False, learnt=lambda s, y: np.outer(s, s) / (s @ y), share=lambda s, y: 1 / (s @ y)):
    def update(P, s, y):
        V = np.eye(len(s)) - np.outer(y, s) * share(s, y)
        V = V.T if swapped else V
        return V.T @ P @ V + learnt(s, y)

    return update


def _multiplied_out(sign=1, inner=lambda s, y, Py: s @ y + y @ Py):
    """The solution's form of the update, with its usual slips."""

    def update(P, s, y):
        sy, Py = s @ y, P @ y
        grown = P + np.outer(s, s) * inner(s, y, Py) / sy**2
        return grown - sign * (np.outer(Py, s) + np.outer(s, Py)) / sy

    return update


def _one_sided(P, s, y):
    sy, Py = s @ y, P @ y
    return P + np.outer(s, s) * (sy + y @ Py) / sy**2 - 2 * np.outer(Py, s) / sy


check_bfgs_update.mistakes = {
    "The brackets have changed places: I − s yᵀ/sᵀy stands left of P, I − y sᵀ/sᵀy right of it.": _updated(
        swapped=True
    ),
    "That is the update of the Hessian's own approximation; P is the inverse: s and y change places.": (
        lambda P, s, y: _updated()(P, y, s)
    ),
    "That is the update of the Hessian itself, y yᵀ/sᵀy − H s sᵀH/sᵀHs; P is its inverse.": lambda P, s, y: (
        P + np.outer(y, y) / (s @ y) - np.outer(P @ s, P @ s) / (s @ P @ s)
    ),
    "The last term, s sᵀ/sᵀy, is missing: it is what the pair teaches.": _updated(learnt=lambda s, y: 0.0),
    "The last term is s sᵀ/sᵀy; the division is missing.": _updated(learnt=lambda s, y: np.outer(s, s)),
    "The last term is s sᵀ over sᵀy, not over sᵀs.": _updated(learnt=lambda s, y: np.outer(s, s) / (s @ s)),
    "In the brackets the division by sᵀy is missing.": _updated(share=lambda s, y: 1.0),
    "The last term is s sᵀ/sᵀy, not y yᵀ/sᵀy.": _updated(learnt=lambda s, y: np.outer(y, y) / (s @ y)),
    "The mixed terms, P y sᵀ and s yᵀP, are taken away.": _multiplied_out(sign=-1),
    "One mixed term is doubled, and the other is missing: P y sᵀ + s yᵀP, so that P stays symmetric.": (
        _one_sided
    ),
    "The product of both brackets leaves a term s sᵀ yᵀP y/(sᵀy)², and it is missing.": _multiplied_out(
        inner=lambda s, y, Py: s @ y
    ),
}


def check_two_loop(mine):
    """Check `mine(pairs, g)`: P g from the pairs (s, y) alone, against `second_order.two_loop`."""
    rng = np.random.default_rng(8)
    cases = {}
    for n, count in ((4, 2), (2, 1), (6, 5)):
        M = rng.normal(size=(n, n))
        steps = rng.normal(size=(count, n))
        words = f"{count} pair{'s' if count > 1 else ''} and {n} coordinates"
        cases[words] = ([(s, s + M @ M.T @ s) for s in steps], rng.normal(size=n))
    return check_values(
        mine, lambda pairs, g: second_order.two_loop(pairs, g), cases, "P g", check_two_loop.mistakes
    )


def _loops(
    scale=lambda pairs: pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ pairs[-1][1]),
    newest_first=True,
    again=True,
    add=1,
    take=1,
    second=True,
):
    """The two-loop recursion, with the changes that readers make."""

    def times(pairs, g):
        shares, q = [], g.copy()
        order = pairs[::-1] if newest_first else pairs
        for s, y in order:
            shares.append(s @ q / (s @ y))
            q -= take * shares[-1] * y
        q *= scale(pairs)
        if second:
            order, shares = (order[::-1], shares[::-1]) if again else (order, shares)
            for (s, y), share in zip(order, shares, strict=True):
                q += add * (share - y @ q / (s @ y)) * s
        return q

    return times


check_two_loop.mistakes = {
    "The scale is that of the oldest pair; take the newest, pairs[-1].": _loops(
        lambda pairs: pairs[0][0] @ pairs[0][1] / (pairs[0][1] @ pairs[0][1])
    ),
    "The scale at the bottom is missing: sᵀy/yᵀy of the newest pair.": _loops(lambda pairs: 1.0),
    "The scale is upside down: sᵀy/yᵀy.": _loops(
        lambda pairs: pairs[-1][1] @ pairs[-1][1] / (pairs[-1][0] @ pairs[-1][1])
    ),
    "The scale is sᵀy/yᵀy; yours is sᵀs/sᵀy.": _loops(
        lambda pairs: pairs[-1][0] @ pairs[-1][0] / (pairs[-1][0] @ pairs[-1][1])
    ),
    "The first loop begins with the newest pair, the last of the list.": _loops(newest_first=False),
    "The second loop runs the other way: from the oldest pair to the newest.": _loops(again=False),
    "In the second loop α s is added and (yᵀr/sᵀy) s taken away: the sign is turned.": _loops(add=-1),
    "In the first loop α y is taken away from g.": _loops(take=-1),
    "The second half is missing: on the way back, add (α − yᵀr/sᵀy) s.": _loops(second=False),
    "The step of the method is −P g; the exercise asks for P g.": lambda pairs, g: -_loops()(pairs, g),
}


def check_largest(mine):
    """Check `mine(memory, m)`: how many parameters a Hessian and m pairs allow in `memory` bytes."""
    names = ("n with a Hessian", "n with the pairs")
    cases = [(80 * 10**9, 10), (16 * 10**9, 5), (8 * 10**6, 20)]
    return check_values(mine, _largest(), cases, names, check_largest.mistakes)


def _largest(number=8, each=2, hessian=lambda numbers: math.isqrt(int(numbers))):
    return lambda memory, m: (hessian(memory // number), memory // (number * each * m))


check_largest.mistakes = {
    "A float64 takes 8 bytes: divide the memory by 8 first.": _largest(number=1),
    "A float64 takes 8 bytes, and not 4.": _largest(number=4),
    "A pair holds two vectors, s and y: 2m numbers for each parameter.": _largest(each=1),
    "A Hessian has n² numbers: take the root.": _largest(hessian=lambda numbers: numbers),
    "Only half of a symmetric matrix has been counted; the exercise stores all n² numbers.": _largest(
        hessian=lambda numbers: (math.isqrt(8 * numbers + 1) - 1) // 2
    ),
    "n is a whole number: round down.": lambda memory, m: (math.sqrt(memory / 8), memory / (16 * m)),
}


def check_shortest_step(mine):
    """Check `mine(sigma, B, h)`: how long a step must be for noise not to drown the curvature h."""
    cases = [(0.5, 32, 2.0), (1.0, 1, 1.0), (3.0, 512, 0.1)]
    return check_values(mine, _shortest(), cases, "the length", check_shortest_step.mistakes)


def _shortest(two=2, batch=np.sqrt, noise=lambda sigma, h: sigma / h):
    return lambda sigma, B, h: np.sqrt(two) * noise(sigma, h) / batch(B)


check_shortest_step.mistakes = {
    "y is the difference of two gradients, and has √2 of the noise of one.": _shortest(1),
    "Variances add, deviations do not: two gradients have √2 of the noise of one, not twice.": _shortest(4),
    "The noise of a mean falls as 1/√B: the root is missing.": _shortest(batch=lambda B: B),
    "B is missing: the noise of a mean falls as 1/√B.": _shortest(batch=lambda B: 1.0),
    "A larger batch has less noise: divide by √B.": _shortest(batch=lambda B: 1 / np.sqrt(B)),
    "The ratio is upside down: the error √(2/B) σ/‖s‖ equals h at ‖s‖ = √(2/B) σ/h.": _shortest(
        noise=lambda sigma, h: h / sigma
    ),
    "You multiply by h: the error √(2/B) σ/‖s‖ equals h at ‖s‖ = √(2/B) σ/h.": _shortest(
        noise=lambda sigma, h: sigma * h
    ),
    "That is the square of the length: take the root.": lambda sigma, B, h: 2 / B * (sigma / h) ** 2,
}
