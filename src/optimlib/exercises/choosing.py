"""Checkers of chapter 9, Choosing a method."""

import functools
import inspect
import math

import numpy as np

from .. import contest, objectives
from .compare import Verdict, check_answer, check_values


def check_expected_best(mine):
    """Check `mine(values, k)`: the expected least of k of the values, drawn without replacement."""

    def theirs(values, k):
        return contest.chance_of_best(len(values), k) @ np.sort(values)

    def replaced(values, k):
        n = len(values)
        left = (np.arange(n, -1, -1) / n) ** k  # the chance that all k are worse than the i best
        return (left[:-1] - left[1:]) @ np.sort(values)

    def counted_from_one(values, k):
        n = len(values)
        ways = [math.comb(n - i, k - 1) for i in range(n)]
        return np.dot(ways, np.sort(values)) / math.comb(n, k)

    rng = np.random.default_rng(9)
    cases = [(np.array([0.4, 0.1, 0.3, 0.2]), 2), (rng.random(13), 5), (rng.random(6), 1), (rng.random(6), 6)]
    verdict = check_values(
        mine, theirs, cases, ("the expected best",), lambda values, k: f"{len(values)} values and k = {k}"
    )
    return _with_hint(
        verdict,
        mine,
        cases[:2],
        [
            (replaced, "That is right if a setting can be drawn twice; here no setting is tried again."),
            (counted_from_one, "Counted from 0, the i-th value has n − 1 − i that are worse."),
            (lambda values, k: np.sort(values)[:k].mean(), "The k best are not k random ones."),
            (lambda values, k: values[:k].min(), "That is one order of the trials; take the mean of all."),
            (lambda values, k: contest.chance_of_best(len(values), k) @ values, "Sort the values first."),
        ],
    )


def check_paired(mine):
    """Check `mine(a, b)`: the mean of a − b over common seeds, and its standard error."""

    def theirs(a, b):
        return (a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))

    def unpaired(a, b):
        return (a - b).mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))

    rng = np.random.default_rng(10)
    common = rng.normal(size=10)
    cases = [
        (common + 0.1 * rng.normal(size=10), common + 0.2 + 0.1 * rng.normal(size=10)),
        (rng.normal(size=5), rng.normal(size=5)),
        (common, np.zeros(10)),
    ]
    verdict = check_values(
        mine, theirs, cases, ("the mean", "the standard error"), lambda a, b: f"{len(a)} seeds"
    )
    return _with_hint(
        verdict,
        mine,
        cases[:2],
        [
            (unpaired, "That is the error for different seeds; these are the same: use the differences."),
            (
                lambda a, b: ((a - b).mean(), (a - b).std() / np.sqrt(len(a))),
                "The deviation of a sample divides by n − 1: std(ddof=1).",
            ),
            (
                lambda a, b: ((a - b).mean(), (a - b).std(ddof=1)),
                "That is the deviation of one difference; the mean of n has 1/√n of it.",
            ),
        ],
    )


def check_common_rate(mine):
    """Check `mine(losses)`: the trial (column) whose worst ratio to the best of a task (row) is least."""

    def theirs(losses):
        return (losses / losses.min(axis=1, keepdims=True)).max(axis=0).argmin()

    cases = [
        (np.array([[3.0, 1.5, 1.0], [0.001, 0.0018, 0.01]]),),
        (
            np.array(
                [[np.inf, 2.0, 1.0, 1.2, 4.0], [0.5, 0.3, 0.9, 0.1, 0.2], [70.0, 50.0, 60.0, 66.0, 99.0]]
            ),
        ),
        (np.array([[1.0, 2.5, 9.0], [10.0, 25.0, 90.0], [0.04, 0.025, 0.01]]),),
    ]
    units = "Tasks have losses of different sizes: divide by each task's best first."
    verdict = check_values(
        mine, theirs, cases, ("the trial",), lambda losses: f"{len(losses)} tasks and {len(losses[0])} trials"
    )
    return _with_hint(
        verdict,
        mine,
        cases,
        [
            (lambda losses: losses.sum(axis=0).argmin(), units),
            (lambda losses: losses.max(axis=0).argmin(), units),
            (
                lambda losses: (losses / losses.min(axis=1, keepdims=True)).mean(axis=0).argmin(),
                "Take the worst ratio of each trial, not the mean: a default must not fail anywhere.",
            ),
            (
                lambda losses: (losses / losses.min(axis=1, keepdims=True)).max(axis=0).min(),
                "That is the ratio itself; return the number of the trial, argmin and not min.",
            ),
        ],
    )


def _with_hint(verdict, mine, cases, hints):
    """The verdict, and more where the answers are those of a known mistake: pairs (function, words)."""
    if verdict:
        return verdict
    for mistake, words in hints:
        if all(_same(mine, mistake, case) for case in cases):
            return Verdict(False, f"{verdict.message} {words}")
    return verdict


def _same(mine, mistake, case):
    try:
        return np.allclose(mine(*case), mistake(*case), rtol=1e-6, atol=1e-9)
    except Exception:  # whatever the reader's function does, the first verdict has said it
        return False


_EPOCHS, _SEEDS = 20, range(5)


def check_contestant(mine, lr=(1e-4, 1.0)):
    """Check `mine(grad, x, lr)`, a method for x of shape (runs, n), and place it in the contest.

    It must yield its start first, ask for one gradient a step and treat each run by itself. Then it
    is tuned on the breast-cancer data, 13 rates within `lr`, 20 epochs, and placed among the book's
    methods. It passes if it ends below gradient descent with the full batch.
    """

    def judge():
        probe = _probe(
            mine, np.array([[3.0, 1.0], [-1.0, 2.0], [0.5, -4.0]]), np.array([[0.1], [0.01], [0.3]])
        )
        if isinstance(probe, str):
            return Verdict(False, probe)
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

    return check_answer(_first_answer(mine), lambda _: judge())


def _first_answer(mine):
    """`mine` as a function of nothing, which is unfinished where `mine` returns nothing."""

    def answer():
        return mine(lambda x: x, np.ones((1, 2)), np.full((1, 1), 0.1))

    answer.__name__ = getattr(mine, "__name__", "your function")
    return answer


def _probe(mine, x, lr):
    """What is wrong with the method's first steps on a bowl, or None."""
    bowl, asked = objectives.quadratic(10.0), []

    def grad(x):
        asked.append(x)
        return bowl.grad(x)

    iterates = mine(grad, x.copy(), lr)
    if not inspect.isgenerator(iterates):
        return f"{mine.__name__} must `yield x` before each step; it returned {iterates!r}."
    path = [np.array(point, dtype=float) for point in _first(iterates, 6)]
    if len(path) < 6:
        return f"The iterates end after {len(path)}: go on for ever."
    if any(point.shape != x.shape for point in path):
        return f"x has shape (runs, n), here {x.shape}; one of your points has shape {path[-1].shape}."
    if not np.array_equal(path[0], x):
        return "The first point must be the start: `yield x` before the first step."
    if len(asked) != 5:
        return f"It asks for {len(asked)} gradients in 5 steps; the budget is one a step."
    if not np.isfinite(path).all():
        return "One of your points holds NaN or infinity."
    for k in range(len(x)):
        alone = _first(mine(bowl.grad, x[k : k + 1].copy(), lr[k : k + 1]), 6)
        if not np.allclose(np.array(alone)[:, 0], np.array(path)[:, k], rtol=1e-9, atol=1e-12):
            return (
                "Runs are mixed: run by itself, a run goes elsewhere. Keep to operations on each entry, "
                "or use axis=-1 and keepdims=True."
            )
    return None


def _first(iterates, count):
    return [np.array(x, dtype=float) for _, x in zip(range(count), iterates, strict=False)]


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
            return Verdict(False, f"Return a dict, such as {{'A': 'L-BFGS', …}}; got {answers!r}.")
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
