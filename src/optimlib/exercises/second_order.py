"""Checkers of chapter 7, Second-order methods."""

import math

import numpy as np

from .. import objectives, second_order
from .compare import Verdict, check_method, check_values
from .paper import OnPaper
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


def check_product(mine):
    """Check `mine(X, w, v, lam)`: H v for logistic regression with the penalty lam |w|², without H."""
    rng = np.random.default_rng(9)
    cases = {
        f"{rows} rows and {n} weights": (rng.normal(size=(rows, n)), *rng.normal(size=(2, n)), lam)
        for rows, n, lam in ((7, 3, 0.1), (4, 5, 0.01), (9, 2, 0.0))
    }
    verdict = check_values(mine, _product(), cases, "H v", check_product.mistakes)
    if not verdict:
        return verdict
    products, solved = matrix_work(mine, *cases["7 rows and 3 weights"])
    if products or solved:
        return Verdict(
            False,
            "H v is right, but your function multiplies two matrices. Put the brackets from the right, so "
            "that each matrix meets a vector.",
        )
    return verdict


def _product(share=lambda p: p * (1 - p), mean=True, two=2, weigh=True):
    def product(X, w, v, lam):
        p = 1 / (1 + np.exp(-(X @ w)))
        pushed = X.T @ ((share(p) if weigh else 1.0) * (X @ v))
        return pushed / (len(X) if mean else 1) + two * lam * v

    return product


check_product.mistakes = {
    "The loss is a mean over the rows: divide by their number.": _product(mean=False),
    "The second derivative of lam |w|² is 2 lam.": _product(two=1),
    "The penalty is missing: it adds 2 lam v.": _product(two=0),
    "The rows have weights, p (1 − p), and here they are missing.": _product(weigh=False),
    "A row's weight is p (1 − p), the derivative of p; yours is p.": _product(lambda p: p),
    "A row's weight is p (1 − p), and not its square.": _product(lambda p: (p * (1 - p)) ** 2),
    "The penalty adds 2 lam v, and not 2 lam w.": lambda X, w, v, lam: (
        _product(two=0)(X, w, v, lam) + 2 * lam * w
    ),
    "w and v have changed places: p comes from w, and the product is with v.": lambda X, w, v, lam: (
        _product()(X, v, w, lam)
    ),
}


def check_trust_step(mine):
    """Check `mine(H, g, r)`: the step of length r at most to the lowest point of g·d + ½ dᵀH d."""
    cases = {
        "a bowl whose bottom is too far": (np.diag([1.0, 10.0]), np.array([3.0, 10.0]), 1.0),
        "a bowl whose bottom is near": (np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0]), 2.0),
        "a saddle": (np.diag([2.0, -4.0]), np.array([2.0, 1.0]), 2.0),
        "a hill": (np.array([[-3.0, 1.0], [1.0, -2.0]]), np.array([1.0, 1.0]), 0.5),
        "three coordinates": (np.diag([1.0, -0.5, 3.0]) + 0.2, np.array([1.0, 2.0, 3.0]), 1.5),
    }
    return check_values(mine, _trust_step, cases, "the step", check_trust_step.mistakes, atol=1e-4)


def _trust_step(H, g, r, least=0.0):
    """−(H + δI)⁻¹ g with the smallest δ that makes it a bowl's bottom inside r; found by halving."""
    h, Q = np.linalg.eigh(H)
    along = Q.T @ g
    low = max(least, -h[0])
    high = low + np.linalg.norm(g) / r
    if h[0] > 0 and np.linalg.norm(along / h) <= r and not least:
        return -Q @ (along / h)
    for _ in range(100):
        middle = (low + high) / 2
        inside = np.linalg.norm(along / (h + middle)) <= r
        low, high = (low, middle) if inside else (middle, high)
    return -Q @ (along / (h + high))


def _cut(step):
    """Another step, shortened to r where it is longer."""

    def cut(H, g, r):
        d = step(H, g)
        return d * min(1.0, r / np.linalg.norm(d))

    return cut


def _absolute(H, g):
    h, Q = np.linalg.eigh(H)
    return -Q @ ((Q.T @ g) / abs(h))


def _always_to_the_rim(H, g, r):
    return _trust_step(H, g, r, least=-np.linalg.eigvalsh(H)[0])


def _first_inside(H, g, r):
    """The first δ from 0 on that brings the step inside r, be H + δI a bowl or not."""
    for delta in np.linspace(0, 100, 100_001):
        d = -np.linalg.solve(H + delta * np.eye(len(g)), g)
        if np.linalg.norm(d) <= r:
            return d


check_trust_step.mistakes = {
    "That is Newton's step, whatever r is.": lambda H, g, r: -np.linalg.solve(H, g),
    "That is Newton's step cut off at r: inside a radius the best step has another direction, too.": _cut(
        lambda H, g: -np.linalg.solve(H, g)
    ),
    "That goes against the gradient, as far as r: bend the step by curvature.": lambda H, g, r: (
        -r * g / np.linalg.norm(g)
    ),
    "That is the step with |H|, cut off at r: it goes down, and not to the model's lowest point.": _cut(
        _absolute
    ),
    "The sign is turned: the model falls along −g.": lambda H, g, r: -_trust_step(H, g, r),
    "Your step always goes to the rim; in a bowl whose bottom is inside r, the bottom is the answer.": (
        _always_to_the_rim
    ),
    "H has to become a bowl first: δ must be above −h for the lowest h, and then large enough for r.": (
        _first_inside
    ),
}


# On paper: f(x, y) = x² + xy + y² − 3x from (0, 0), Newton's step and the one with δ = 1.
_H, _G = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([-3.0, 0.0])


def _both(step):
    return (*step(_H).tolist(), *step(_H + np.eye(2)).tolist())


check_two_coordinates = OnPaper(
    dict(
        zip(
            ("x of Newton's step", "y of Newton's step", "x of the damped step", "y of the damped step"),
            _both(lambda A: -np.linalg.solve(A, _G)),
            strict=True,
        )
    ),
    {
        "The step goes against the gradient: minus H⁻¹ g.": _both(lambda A: np.linalg.solve(A, _G)),
        "The determinant is missing in the inverse: 3 for H, and 8 for H + I.": _both(
            lambda A: -np.linalg.solve(A, _G) * np.linalg.det(A)
        ),
        "You multiply by the matrix; the step divides by it.": _both(lambda A: -A @ _G),
        "You divide by the diagonal alone; the ones beside it belong to the matrix.": _both(
            lambda A: -_G / np.diag(A)
        ),
        "δ has been added to every entry; it belongs on the diagonal.": (
            *(-np.linalg.solve(_H, _G)).tolist(),
            *(-np.linalg.solve(_H + 1, _G)).tolist(),
        ),
    },
)

# On paper: f′(x) = x³ − 2, after points at 1 and at 1.5.
_SLOPES = [x**3 - 2 for x in (1.0, 1.5)]
_PER_SLOPE = 0.5 / (_SLOPES[1] - _SLOPES[0])
check_secant = OnPaper(
    {"where BFGS goes": 1.5 - _PER_SLOPE * _SLOPES[1], "where Newton goes": 1.5 - _SLOPES[1] / (3 * 1.5**2)},
    {
        "P is s/y, and yours is y/s.": (1.5 - _SLOPES[1] / _PER_SLOPE, None),
        "The step goes against the slope: minus P f′.": (1.5 + _PER_SLOPE * _SLOPES[1], None),
        "You give the step; the exercise asks where it leads.": (
            -_PER_SLOPE * _SLOPES[1],
            -_SLOPES[1] / (3 * 1.5**2),
        ),
        "That is Newton's step from 1; it is asked for from 1.5.": (None, 1 - _SLOPES[0] / 3),
        "f″ is 3x²: the square is missing.": (None, 1.5 - _SLOPES[1] / (3 * 1.5)),
    },
    within=1e-3,
)

# On paper: Newton on x⁴ keeps two thirds of x.
check_quartic = OnPaper(
    {
        "the share of x that a step leaves": 2 / 3,
        "the steps for a correct digit": math.log(10) / math.log(1.5),
    },
    {
        "That is the share that a step takes away; what it leaves is 1 minus that.": (
            1 / 3,
            math.log(10) / math.log(3),
        ),
        "That is the share that a step takes away; what it leaves is 1 − f′/(x f″).": (1 / 3, None),
        "A digit is a factor of ten: ln 10 over ln 1.5.": (None, 1 / math.log(1.5)),
        "That is one more binary digit; a decimal digit is a factor of ten.": (
            None,
            math.log(2) / math.log(1.5),
        ),
        "The ratio is upside down: that is how many digits a step brings.": (
            None,
            math.log(1.5) / math.log(10),
        ),
    },
)

# On paper: f(w) = ½ (w² − 2)² at w = ½, with the error e = w² − 2 and its slope 2w.
_ERROR, _RISE = 0.5**2 - 2, 2 * 0.5
_BEND, _GAUSS_NEWTON = 2 * _ERROR + _RISE**2, _RISE**2
check_gauss_newton = OnPaper(
    {
        "f″": _BEND,
        "Gauss–Newton's G": _GAUSS_NEWTON,
        "where Newton goes": 0.5 - _ERROR * _RISE / _BEND,
        "where Gauss–Newton goes": 0.5 - _ERROR * _RISE / _GAUSS_NEWTON,
    },
    {
        "Both curvatures are twice as large as they should be: mind the ½ of f.": (
            2 * _BEND,
            2 * _GAUSS_NEWTON,
            None,
            None,
        ),
        "G keeps the part with (2w)²; yours keeps the one with the error.": (None, 2 * _ERROR, None, None),
        "f″ has two parts, (2w)² and 2(w² − 2); yours has one.": (_RISE**2, None, None, None),
        "Newton divides by f″ with its sign, and goes uphill here.": (
            None,
            None,
            0.5 + _ERROR * _RISE / _BEND,
            None,
        ),
        "Gauss–Newton goes against the slope: minus f′/G.": (
            None,
            None,
            None,
            0.5 + _ERROR * _RISE / _GAUSS_NEWTON,
        ),
    },
)
