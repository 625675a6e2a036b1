"""How many gradients BFGS and L-BFGS ask for until f is within 1e-6 of its least value: ours and SciPy's.

Counted are calls, of the gradient and of f, up to the first iterate that is there. SciPy's tolerances
are so tight that it does not stop before. Where the two end in different minima, each is measured
against its own. SciPy is left with its c1 = 1e-4 and c2 = 0.9 (BFGS), 1e-3 and 0.9 (L-BFGS-B).
"""

import contextlib
import itertools
from dataclasses import dataclass

import numpy as np
from problems import OBJECTIVES
from scipy.optimize import minimize, rosen, rosen_der

from optimlib import bfgs, lbfgs, quadratic
from optimlib.contest import cancer_task, diabetes_task, digits_task

METHODS = {bfgs: "BFGS", lbfgs: "L-BFGS-B"}
WITHIN = 1e-6
MOST = 3000  # gradients


@dataclass(frozen=True, eq=False)
class Problem:
    f: object
    grad: object
    start: np.ndarray
    level: float | None = None  # a value of f to be reached instead of its least one


def turned_bowl(n, condition):
    """½ xᵀHx with curvatures from 1 to `condition`, at equal ratios, along random axes."""
    rng = np.random.default_rng(n)
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    H = (Q * np.geomspace(1, condition, n)) @ Q.T
    return Problem(lambda x: x @ H @ x / 2, lambda x: H @ x, rng.normal(size=n))


def log_sum_exp(n=20, rows=60):
    rng = np.random.default_rng(3)
    A, b = rng.normal(size=(rows, n)), rng.normal(size=rows)

    def grad(x):
        share = np.exp(A @ x + b - (A @ x + b).max())
        return A.T @ (share / share.sum())

    return Problem(lambda x: np.logaddexp.reduce(A @ x + b), grad, np.ones(n))


def quartic(n=20):
    k = np.arange(1.0, n + 1)
    return Problem(lambda x: (k * x**4).sum() + x @ x / 2, lambda x: 4 * k * x**3 + x, np.ones(n))


def wood():
    """Of Moré, Garbow & Hillstrom (1981), number 14."""

    def f(x):
        a, b, c, d = x
        far = 100 * (a * a - b) ** 2 + (a - 1) ** 2 + 90 * (c * c - d) ** 2 + (c - 1) ** 2
        return far + 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)

    def grad(x):
        a, b, c, d = x
        return np.array(
            [
                400 * a * (a * a - b) + 2 * (a - 1),
                -200 * (a * a - b) + 20.2 * (b - 1) + 19.8 * (d - 1),
                360 * c * (c * c - d) + 2 * (c - 1),
                -180 * (c * c - d) + 20.2 * (d - 1) + 19.8 * (b - 1),
            ]
        )

    return Problem(f, grad, np.array([-3.0, -1.0, -3.0, -1.0]))


def of_task(task, level=None):
    start = task.start(np.random.default_rng(0))
    return Problem(task.training_loss, task.training_grad, start, level)


def problems():
    bowl = np.geomspace(1, 1e4, 100)
    return {
        **{f.name: Problem(f, f.grad, f.start) for name, f in OBJECTIVES.items() if name != "saddle"},
        **{
            f"quadratic, n = 2, κ = {c:g}": Problem(f, f.grad, f.start)
            for c in (1e2, 1e4, 1e6)
            for f in [quadratic(c, 0.5)]
        },
        **{
            f"quadratic, n = {n}, κ = {c:g}": turned_bowl(n, c)
            for n in (10, 30, 100)
            for c in (1e1, 1e3, 1e5)
        },
        "straight bowl, n = 100, κ = 10000": Problem(
            lambda x: bowl @ (x * x) / 2, lambda x: bowl * x, np.ones(100)
        ),
        **{
            f"Rosenbrock, n = {n}": Problem(rosen, rosen_der, np.tile([-1.2, 1.0], n // 2))
            for n in (4, 10, 30, 100)
        },
        "log-sum-exp, n = 20": log_sum_exp(),
        "quartic, n = 20": quartic(),
        "Wood, n = 4": wood(),
        **{
            f"breast cancer, λ = {lam:g}": of_task(cancer_task(lam)) for lam in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
        },
        "diabetes, λ = 0.001": of_task(diabetes_task()),
        # Its minima are many: gradients until the loss is below 0.0135. For L-BFGS alone, SciPy's
        # BFGS multiplies matrices of 1,210 rows at each step.
        "digits network, n = 1210": of_task(digits_task(), level=0.0135),
    }


class Counted:
    """A problem's f and grad, their calls counted, and the iterates noted with the counts so far."""

    def __init__(self, problem):
        self.problem = problem
        self.calls, self.gradients, self.noted = 0, 0, []

    def f(self, x):
        self.calls += 1
        return self.problem.f(x)

    def grad(self, x):
        self.gradients += 1
        return self.problem.grad(x)

    def note(self, x):
        """Note an iterate; StopIteration, which stops SciPy, too, where it is low enough."""
        value, level = float(self.problem.f(x)), self.problem.level
        self.noted.append((value, self.gradients, self.calls))
        if level is not None and value <= level:
            raise StopIteration


def ours(problem, method):
    run = Counted(problem)
    with contextlib.suppress(StopIteration):
        for x in itertools.takewhile(lambda x: run.gradients < MOST, method(run.f, run.grad, problem.start)):
            run.note(x)
    return run.noted


def scipys(problem, method):
    run = Counted(problem)
    tight = {
        bfgs: {"gtol": 1e-14},
        lbfgs: {"gtol": 1e-14, "ftol": 1e-16, "maxcor": 10, "maxfun": 10 * MOST},
    }[method]
    options = {"maxiter": MOST, **tight}
    minimize(run.f, problem.start, jac=run.grad, method=METHODS[method], options=options, callback=run.note)
    return run.noted


def counts(method):
    """For each problem's name: gradients and calls of f, ours, then SciPy's."""
    table = {}
    for name, problem in problems().items():
        if problem.level is not None and method is bfgs:
            continue
        mine, theirs = ours(problem, method), scipys(problem, method)
        least = [min(value for value, *_ in noted) for noted in (mine, theirs)]
        if abs(least[0] - least[1]) < WITHIN:
            least = [min(least)] * 2
        levels = [problem.level] * 2 if problem.level is not None else [value + WITHIN for value in least]
        table[name] = [
            next(counted for value, *counted in noted if value <= level)
            for noted, level in zip((mine, theirs), levels, strict=True)
        ]
    return table


def geometric_mean(ratios):
    return float(np.exp(np.log(list(ratios)).mean()))
