"""Checkers of chapter 9, Choosing a method."""

import functools
import math

import numpy as np

from .. import contest, objectives
from .answers import MistakeError, collect
from .compare import Verdict, check_answer, check_values
from .words import anything, name_of


def check_expected_best(mine):
    """Check `mine(values, k)`: the expected least of k of the values, drawn without replacement."""
    rng = np.random.default_rng(9)
    cases = {
        "the values 0.4, 0.1, 0.3, 0.2 and k = 2": (np.array([0.4, 0.1, 0.3, 0.2]), 2),
        **{f"{n} values and k = {k}": (rng.random(n), k) for n, k in [(13, 5), (6, 1), (6, 6)]},
    }
    return check_values(mine, _best_of, cases, "the expected best", check_expected_best.mistakes)


def _best_of(values, k):
    return contest.chance_of_best(len(values), k) @ np.sort(values)


def _replaced(values, k):
    n = len(values)
    left = (np.arange(n, -1, -1) / n) ** k  # the chance that all k are worse than the i best
    return (left[:-1] - left[1:]) @ np.sort(values)


def _counted_from_one(values, k):
    n = len(values)
    return np.dot([math.comb(n - i, k - 1) for i in range(n)], np.sort(values)) / math.comb(n, k)


check_expected_best.mistakes = {
    "That is right if a setting can be drawn twice; here no setting is tried again.": _replaced,
    "Counted from 0, the i-th value has n − 1 − i that are worse.": _counted_from_one,
    "The k best are not k random ones.": lambda values, k: np.sort(values)[:k].mean(),
    "That is one order of the trials; take the mean of all.": lambda values, k: values[:k].min(),
    "Sort the values first.": lambda values, k: contest.chance_of_best(len(values), k) @ values,
    "Sort from the best on: that is the expected worst of k.": (
        lambda values, k: contest.chance_of_best(len(values), k) @ np.sort(values)[::-1]
    ),
    "That is the mean of all the values; the best of k is less.": lambda values, k: values.mean(),
    "That is the best of all; k draws may miss it.": lambda values, k: values.min(),
}


def check_paired(mine):
    """Check `mine(a, b)`: the mean of a − b over common seeds, and its standard error."""
    rng = np.random.default_rng(10)
    common = rng.normal(size=10)
    cases = {
        "10 seeds with much in common": (
            common + 0.1 * rng.normal(size=10),
            common + 0.2 + 0.1 * rng.normal(size=10),
        ),
        "5 seeds with nothing in common": (rng.normal(size=5), rng.normal(size=5)),
        "10 seeds and b = 0": (common, np.zeros(10)),
    }
    return check_values(mine, _paired(), cases, ("the mean", "the standard error"), check_paired.mistakes)


def _paired(error=lambda d: d.std(ddof=1) / np.sqrt(len(d)), sign=1):
    return lambda a, b: (sign * (a - b).mean(), error(a - b))


check_paired.mistakes = {
    "That is the error for different seeds; these are the same: use the differences.": lambda a, b: (
        (a - b).mean(),
        np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)),
    ),
    "The deviation of a sample divides by n − 1: std(ddof=1).": _paired(lambda d: d.std() / np.sqrt(len(d))),
    "That is the deviation of one difference; the mean of n has 1/√n of it.": _paired(
        lambda d: d.std(ddof=1)
    ),
    "That is the deviation of one difference, and with n: std(ddof=1), over √n.": _paired(lambda d: d.std()),
    "That is the variance of the mean: take the root.": _paired(lambda d: d.var(ddof=1) / len(d)),
    "The root of n is missing: the deviation falls as 1/√n.": _paired(lambda d: d.std(ddof=1) / len(d)),
    "√(n − 1) and ddof=1 correct the same thing twice: one of them is enough.": _paired(
        lambda d: d.std(ddof=1) / np.sqrt(len(d) - 1)
    ),
    "The sign of the mean is turned: a − b.": _paired(sign=-1),
}


def check_common_rate(mine):
    """Check `mine(losses)`: the trial (column) whose worst ratio to the best of a task (row) is least."""
    cases = {
        "2 tasks and 3 trials": (np.array([[3.0, 1.5, 1.0], [0.001, 0.0018, 0.01]]),),
        "3 tasks and 5 trials": (
            np.array(
                [[np.inf, 2.0, 1.0, 1.2, 4.0], [0.5, 0.3, 0.9, 0.1, 0.2], [70.0, 50.0, 60.0, 66.0, 99.0]]
            ),
        ),
        "3 tasks and 3 trials": (np.array([[1.0, 2.5, 9.0], [10.0, 25.0, 90.0], [0.04, 0.025, 0.01]]),),
    }
    return check_values(mine, _common(), cases, "the trial", check_common_rate.mistakes)


def _ratios(losses):
    return losses / losses.min(axis=1, keepdims=True)


def _common(ratios=_ratios, worst=np.max, pick=np.argmin):
    return lambda losses: pick(worst(ratios(losses), axis=0))


check_common_rate.mistakes = {
    "Tasks have losses of different sizes: divide by each task's best first.": _common(lambda losses: losses),
    "Take the worst ratio of each trial, not the mean: a default must not fail anywhere.": _common(
        worst=np.mean
    ),
    "That is the ratio itself; return the number of the trial, argmin and not min.": _common(pick=np.min),
    "The best of a task is the least of its row, axis=1; yours is that of a column.": _common(
        lambda losses: losses / losses.min(axis=0)
    ),
    "That is the task: take the worst over the rows, axis=0, and then the best column.": (
        lambda losses: _ratios(losses).max(axis=1).argmin()
    ),
    "argmin without an axis counts through the whole table.": lambda losses: losses.argmin(),
    "Trials are counted from 0.": lambda losses: _common()(losses) + 1,
}


_EPOCHS, _SEEDS = 20, range(5)


def check_contestant(mine, lr=(1e-4, 1.0)):
    """Check `mine(grad, x, lr)`, a method for x of shape (runs, n), and place it in the contest.

    It must yield its start first, ask for one gradient a step and treat each run by itself. Then it
    is tuned on the breast-cancer data, 13 rates within `lr`, 20 epochs, and placed among the book's
    methods. It passes if it ends below gradient descent with the full batch.
    """

    def judge(_):
        _probe(mine)
        entry = contest.Entry("yours", "own", mine, {"lr": lr}, {"lr": float(lr[0])})
        task = _task()
        runs = contest.compete(task, entry, _EPOCHS, seeds=_SEEDS).final["by training"]
        yours = float(np.median(runs.train[:, -1]) - task.least)
        others = _standings()
        ahead = [name for name, value in others.items() if value < yours]
        place = f"place {len(ahead) + 1} of {len(others) + 1}, {yours:.2g} above the least loss"
        if not yours < others["gradient descent"]:
            return Verdict(
                False,
                f"It runs, and comes to {place}; gradient descent with the full batch has "
                f"{others['gradient descent']:.2g}. Is its range of lr right, {lr[0]:g} to {lr[1]:g}?",
            )
        before = f" Ahead of it: {', '.join(ahead)}." if ahead else " Nobody is ahead of it."
        return Verdict(True, f"Right: it keeps the rules, and comes to {place}.{before}")

    return check_answer(_first_answer(mine) if callable(mine) else mine, judge)


def _first_answer(mine):
    """`mine` as a function of nothing, which is unfinished where `mine` returns nothing."""

    def answer():
        return mine(lambda x: x, np.ones((1, 2)), np.full((1, 1), 0.1))

    answer.__name__ = name_of(mine)
    return answer


def _probe(mine):
    """Raise a MistakeError that says what is wrong with the method's first steps on a bowl."""
    x, lr = np.array([[3.0, 1.0], [-1.0, 2.0], [0.5, -4.0]]), np.array([[0.1], [0.01], [0.3]])
    bowl, asked = objectives.quadratic(10.0), []

    def grad(x):
        asked.append(x)
        if len(asked) > 1000:
            raise MistakeError("1,000 gradients and no point: `yield x` belongs into the loop.")
        return bowl.grad(x)

    given = x.copy()
    found, path = collect(mine(grad, given, lr), 6, mine)
    if len(path) < 6:
        raise MistakeError(f"The iterates end after {len(path)}: let the loop go on, `while True`.")
    if any(point.shape != x.shape for point in path):
        raise MistakeError(
            f"x has shape (runs, n), here {x.shape}; one of your points has shape {path[-1].shape}."
        )
    if not np.array_equal(path[0], x):
        raise MistakeError("The first point must be the start: `yield x` before the first step.")
    if len(asked) != 5:
        raise MistakeError(f"It asks for {len(asked)} gradients in 5 steps; the budget is one a step.")
    if not np.isfinite(path).all():
        raise MistakeError("One of your points holds NaN or infinity.")
    if not np.array_equal(found, path) or not np.array_equal(given, x):
        raise MistakeError(
            "Your function changed its argument x, or a point that it had yielded, in place: all points of a "
            "run become the last one. Write x = x - …, not x -= …"
        )
    for k in range(len(x)):
        alone = collect(mine(bowl.grad, x[k : k + 1].copy(), lr[k : k + 1]), 6, mine)[1]
        if not np.allclose(np.array(alone)[:, 0], np.array(path)[:, k], rtol=1e-9, atol=1e-12):
            raise MistakeError(
                "Runs are mixed: run by itself, a run goes elsewhere. Keep to operations on each entry, "
                "or use axis=-1 and keepdims=True."
            )


@functools.cache
def _task():
    return contest.cancer_task()


@functools.cache
def _standings():
    """The median training loss above the least of each first-order method, tuned in the same way."""
    task = _task()
    tuned = {entry.name: contest.compete(task, entry, _EPOCHS, seeds=_SEEDS) for entry in contest.ENTRIES[:8]}
    return {
        name: float(np.median(outcome.final["by training"].train[:, -1]) - task.least)
        for name, outcome in tuned.items()
    }


ANSWERS = (
    "AdamW",
    "L-BFGS",
    "Newton",
    "learning-rate decay",
    "regularization",
    "a gradient check",
    "a smaller lr",
    "a smaller rho",
)
_PRESCRIPTIONS = {
    "A": (("L-BFGS",), "All rows fit, no noise, many weights for a Hessian: see chapter 7."),
    "B": (
        ("AdamW",),
        "One run, many weights, minibatches: which methods' good lr stays in place? See above.",
    ),
    "C": (("learning-rate decay",), "Flat and ragged is the noise floor of a constant rate: see chapter 6."),
    "D": (("regularization",), "The training loss has nothing left to give: see chapter 1."),
    "E": (("a gradient check",), "No rate helps, so suspect what all rates share: see chapter 2."),
    "F": (("a smaller rho",), "Slow, regular waves are under-damped swinging: see chapter 4."),
    "G": (("Newton", "L-BFGS"), "Three weights: the Hessian has nine numbers. See chapter 7."),
}


def check_prescriptions(mine):
    """Check `mine()`, which returns a dict from the situations A to G to what to try first."""

    def judge(answers):
        if not isinstance(answers, dict):
            return Verdict(
                False, f"Return a dict, such as {{'A': 'L-BFGS', …}}; yours gives {anything(answers)}."
            )
        for situation, (right, why) in _PRESCRIPTIONS.items():
            given = answers.get(situation)
            if given is None or given is Ellipsis:
                return Verdict(False, f"Situation {situation} has no answer yet.")
            if given not in ANSWERS:
                return Verdict(
                    False, f"Situation {situation}: {given!r} is none of {', '.join(map(repr, ANSWERS))}."
                )
            if given not in right:
                return Verdict(False, f"Situation {situation}: {given} is not what to try first. {why}")
        return Verdict(True, f"Right: all {len(_PRESCRIPTIONS)} situations.")

    return check_answer(mine, judge)
