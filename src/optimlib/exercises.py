"""Checkers for the exercises: each compares the reader's function with the library.

A checker never raises for what the reader wrote: it returns a `Verdict` that prints what is
right, what is wrong, or that nothing is written yet, and is true only where all is right.
"""

import inspect
import textwrap
from dataclasses import dataclass

import numpy as np

from . import objectives, optimizers
from .schedules import step_decay


@dataclass(frozen=True)
class Verdict:
    """What a checker found: prints its message, and is true where the exercise is solved."""

    solved: bool
    message: str

    def __bool__(self):
        return self.solved

    def __repr__(self):
        return self.message


def show_rule(method):
    """Print the body of a method of the library, without its docstring."""
    lines = textwrap.dedent(inspect.getsource(inspect.unwrap(method))).splitlines()
    lines = [line for line in lines if not line.startswith("@")]
    quotes = [number for number, line in enumerate(lines) if '"""' in line]
    print("\n".join(lines[: quotes[0]] + lines[quotes[-1] + 1 :]))


def check_momentum(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.momentum`."""
    return _check_method(mine, optimizers.momentum, _METHOD_CASES)


def check_nesterov(mine):
    """Check `mine(grad, x, lr, rho)`, a generator of iterates, against `optimlib.nesterov`."""
    return _check_method(mine, optimizers.nesterov, _METHOD_CASES)


def check_velocity_momentum(mine):
    """Check momentum with lr inside the velocity: v ← ρ v + lr(t) g; x ← x − v, for lr a schedule."""
    cases = [
        ("a constant lr", objectives.quadratic(10.0), {"lr": lambda t: 0.05, "rho": 0.9}),
        ("an lr that drops", objectives.quadratic(10.0), {"lr": step_decay(0.05, 0.1, 5), "rho": 0.9}),
    ]
    return _check_method(mine, _velocity_momentum, cases)


def _velocity_momentum(grad, x, lr, rho):
    v = np.zeros_like(x)
    for rate in optimizers.rates(lr):
        yield x
        v = rho * v + rate * grad(x)
        x = x - v


def check_best_pair(mine):
    """Check `mine(mu, L)`, which returns the optimal (lr, rho) of momentum on a quadratic."""

    def theirs(mu, L):
        low, high = np.sqrt(mu), np.sqrt(L)
        return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2

    return _check_values(mine, theirs, [(1.0, 10.0), (0.5, 50.0), (2.0, 2.0), (1.0, 1e4)], ("lr", "rho"))


def check_escape_factor(mine):
    """Check `mine(lr, rho)`: the factor by which momentum grows a step along −y², in the long run."""

    def theirs(lr, rho):
        return np.roots([1, -(1 + rho + 2 * lr), rho]).real.max()

    return _check_values(mine, theirs, [(0.01, 0.0), (0.01, 0.9), (0.1, 0.5), (0.001, 0.99)], ("the factor",))


def check_look_ahead(mine):
    """Check `mine(path, lr, rho)`: the look-ahead points that belong to Nesterov's base points."""

    def theirs(path, lr, rho):
        steps = np.diff(path, axis=0, prepend=path[:1])
        return path + rho * steps

    f = objectives.quadratic(10.0)
    cases = [
        (optimizers.run(optimizers.nesterov(f.grad, f.start, lr=lr, rho=rho), 20), lr, rho)
        for lr, rho in [(0.05, 0.9), (0.02, 0.5), (0.1, 0.0)]
    ]
    return _check_values(
        mine, theirs, cases, ("the path",), describe=lambda path, lr, rho: f"lr = {lr}, ρ = {rho}"
    )


_METHOD_CASES = [
    ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.9}),
    ("a quadratic, without momentum", objectives.quadratic(10.0), {"lr": 0.05, "rho": 0.0}),
    ("Beale's function", objectives.beale, {"lr": 0.002, "rho": 0.7}),
]

_STEPS = 20


def _check_method(mine, theirs, cases):
    """Compare iterates step by step and name the first that differs."""
    for where, f, settings in cases:
        try:
            iterates = mine(f.grad, np.array(f.start), **settings)
            if iterates is None:
                return _unfinished(mine)
            if not inspect.isgenerator(iterates):
                return Verdict(
                    False,
                    f"{mine.__name__} must `yield x` before each step, as a generator does. It returned {iterates!r}.",
                )
            points = [np.asarray(x, dtype=float) for _, x in zip(range(_STEPS + 1), iterates, strict=False)]
        except Exception as error:
            return _raised(mine, error, where)
        expected = optimizers.run(theirs(f.grad, np.array(f.start), **settings), _STEPS)
        if len(points) == 0:
            return _unfinished(mine)
        if len(points) <= _STEPS:
            return Verdict(False, f"On {where}, the iterates end after {len(points)}: go on for ever.")
        for t, (got, want) in enumerate(zip(points, expected, strict=True)):
            if got.shape != want.shape:
                return Verdict(
                    False, f"On {where}, the iterate at t = {t} has shape {got.shape}, not {want.shape}."
                )
            if not np.allclose(got, want, rtol=1e-9, atol=1e-12):
                hint = " Is x changed in place (x -= …)? Make a new array." if t == 0 else ""
                return Verdict(
                    False,
                    f"On {where}, step t = {t} is the first that differs: yours is at {_show(got)}, "
                    f"and it should be at {_show(want)}.{hint}",
                )
    return Verdict(
        True, f"Right: {mine.__name__} follows the rule on {len(cases)} problems, {_STEPS} steps each."
    )


def _check_values(mine, theirs, cases, names, describe=None):
    """Compare what two functions return for each case."""
    for case in cases:
        where = describe(*case) if describe else ", ".join(f"{value:g}" for value in case)
        try:
            got = mine(*case)
        except Exception as error:
            return _raised(mine, error, where)
        if got is None or got is Ellipsis:
            return _unfinished(mine)
        want = theirs(*case)
        got, want = (values if len(names) > 1 else (values,) for values in (got, want))
        if np.shape(got) != np.shape(want):
            return Verdict(
                False, f"For {where}, the shape is {np.shape(got)}, and should be {np.shape(want)}."
            )
        for name, mine_value, value in zip(names, got, want, strict=True):
            if not np.allclose(mine_value, value, rtol=1e-6, atol=1e-9):
                if np.ndim(value) == 0:
                    return Verdict(
                        False, f"For {where}, {name} is {mine_value:.6g} and should be {value:.6g}."
                    )
                row = int(np.argmin(np.isclose(mine_value, value, rtol=1e-6, atol=1e-9).all(axis=-1)))
                return Verdict(
                    False,
                    f"For {where}, row {row} of {name} is the first that differs: yours is "
                    f"{_show(mine_value[row])}, and it should be {_show(value[row])}.",
                )
    return Verdict(True, f"Right: {mine.__name__} agrees on all {len(cases)} cases.")


def _unfinished(mine):
    return Verdict(False, f"{mine.__name__} is not finished yet: it returns nothing.")


def _raised(mine, error, where):
    return Verdict(False, f"{mine.__name__} raised {type(error).__name__} ({where}): {error}")


def _show(point):
    return "(" + ", ".join(f"{value:.6g}" for value in np.ravel(point)) + ")"
