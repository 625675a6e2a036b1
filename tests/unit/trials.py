"""Where BFGS and L-BFGS ask for f, one trial after the other: trials.json. Chapter 7's paths follow from it.

    python tests/unit/trials.py

writes it anew, after a change of the line search that is meant.
"""

import itertools
import json
from pathlib import Path

import numpy as np
from problems import OBJECTIVES

from optimlib import bfgs, lbfgs, quadratic

FILE = Path(__file__).with_name("trials.json")
MOST = 24
NEAR = 1e-5  # of the first gradient: how long the search goes on from here is for rounding to say
PROBLEMS = {
    **{name: (f, f.grad, f.start) for name, f in OBJECTIVES.items()},
    "a flat and distant bowl": (
        lambda x: 1e-8 * quadratic(1e4, 0.5)(x),
        lambda x: 1e-8 * quadratic(1e4, 0.5).grad(x),
        1e5 * np.array([1.0, -2.0]),
    ),
    "a wall": (lambda x: float((100 * x - np.log(x)).sum()), lambda x: 100 - 1 / x, np.array([0.5, 3.0])),
    **{
        f"far above zero, {far:g} from the minimum": (
            lambda x: 1e8 + (x[0] ** 2 + 9 * x[1] ** 2) / 2,
            lambda x: x * [1, 9],
            far * np.array([3.0, 1.0]),
        )
        for far in (1e-4, 1e-5)
    },
    "nearly a cusp": (
        lambda x: float(np.sqrt(1e-6 + x @ x) + 0.1 * x[0]),
        lambda x: x / np.sqrt(1e-6 + x @ x) + [0.1, 0],
        np.array([3.0, 1.0]),
    ),
}
SEARCHES = {
    f"{method.__name__}, c1 = {c1:g}, c2 = {c2:g}": (method, {"c1": c1, "c2": c2})
    for method in (bfgs, lbfgs)
    for c1, c2 in ((1e-4, 0.9), (1e-4, 1e-3), (0.3, 0.5))
}


def trials(method, problem, **search):
    """The first points at which f is asked for."""
    f, grad, start = problem
    asked = []

    def noting(x):
        asked.append(x.tolist())
        return f(x)

    with np.errstate(invalid="ignore"):
        for x in method(noting, grad, start, **search):
            if len(asked) >= MOST or np.abs(grad(x)).max() <= NEAR * np.abs(grad(start)).max():
                break
    return np.array(asked[:MOST])


def stored():
    return json.loads(FILE.read_text("utf-8"))


if __name__ == "__main__":
    pairs = itertools.product(SEARCHES.items(), PROBLEMS.items())
    numbers = {
        f"{search}: {problem}": [[float(f"{v:.10g}") for v in x] for x in trials(method, at, **settings)]
        for (search, (method, settings)), (problem, at) in pairs
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(points)}" for key, points in numbers.items())
    FILE.write_text("{\n" + lines + "\n}\n", "utf-8")
