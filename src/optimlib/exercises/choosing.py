"""Checkers of chapter 9, Choosing a method."""

import functools
import itertools
import math

import numpy as np

from .. import contest, objectives
from .answers import MistakeError, collect
from .compare import Verdict, check_answer, check_values
from .paper import OnPaper
from .words import anything, name_of

check_trials = OnPaper(
    {
        "the number of trials for one setting": math.ceil(math.log(0.05) / math.log(1 - 1 / 4)),
        "the number for two settings": math.ceil(math.log(0.05) / math.log(1 - 1 / 4 * 1 / 3)),
    },
    {
        "Rounded down, the chance is still below 95%.": (10, 34),
        "After 1/s trials one is good on average, which is not 95%.": (4, 12),
        "Both must be good in the same trial: shares multiply.": (11, 4),
    },
)

_A, _B = np.array([5.0, 7.0, 9.0, 11.0]), np.array([4.0, 7.0, 7.0, 10.0])  # on the same four seeds


def _errors(ddof=1, seeds=4):
    return (
        1.0,
        math.sqrt((_A.var(ddof=ddof) + _B.var(ddof=ddof)) / seeds),
        math.sqrt((_A - _B).var(ddof=ddof) / seeds),
    )


_FOUR = ("the mean difference", "the error with seeds apart", "the error with seeds in common")
check_four = OnPaper(
    dict(zip(_FOUR, _errors(), strict=True)),
    {
        "The variance of a sample divides by m − 1 = 3.": _errors(ddof=0),
        "That is the deviation of one difference; the mean of four has half of it.": _errors(seeds=1),
        "Those are variances: take the root.": (1, _errors()[1] ** 2, _errors()[2] ** 2),
        "The sign is turned: a − b.": (-1, None, None),
    },
    within=0.02,
)

check_units = OnPaper(
    {"SGD's factor": 10**2, "momentum's factor": 10**2, "AdaGrad's factor": 10, "Adam's factor": 10},
    {
        "SGD's step is lr times the gradient, and the gradient has changed, too.": (10, 10, None, None),
        "AdaGrad and Adam divide by the size of the gradients: there 1/c cancels.": (100, 100, 100, 100),
        "The other way round: the steps must become longer, and the gradients are shorter.": (
            0.01,
            0.01,
            0.1,
            0.1,
        ),
    },
)


def check_expected_best(mine):
    """Check `mine(values, k)`: the expected least of k of the values, drawn with replacement."""
    rng = np.random.default_rng(9)
    cases = {
        "the values 0.4, 0.1, 0.3, 0.2 and k = 2": (np.array([0.4, 0.1, 0.3, 0.2]), 2),
        **{f"{n} values and k = {k}": (rng.random(n), k) for n, k in [(13, 5), (6, 1), (6, 6)]},
    }
    return check_values(mine, _redrawn, cases, "the expected best", check_expected_best.mistakes)


def _chances(n, k):
    """The chance that the i-th best of n is the best of k draws with replacement."""
    worse = (np.arange(n, -1, -1) / n) ** k  # the chance that all k are worse than the i best
    return worse[:-1] - worse[1:]


def _redrawn(values, k):
    return _chances(len(values), k) @ np.sort(values)


def _not_redrawn(values, k):
    return contest.chance_of_best(len(values), k) @ np.sort(values)


def _first_at(values, k):
    n = len(values)
    return ((1 / n) * (np.arange(n, 0, -1) / n) ** (k - 1)) @ np.sort(values)


check_expected_best.mistakes = {
    "That is right if no setting is drawn twice; here one can be.": _not_redrawn,
    "Any of the k draws may be the best, not only the first.": _first_at,
    "The k best are not k random ones.": lambda values, k: np.sort(values)[:k].mean(),
    "That is one order of the trials; take the mean of all.": lambda values, k: values[:k].min(),
    "Sort the values first.": lambda values, k: _chances(len(values), k) @ values,
    "Sort from the best on: that is the expected worst of k.": (
        lambda values, k: _chances(len(values), k) @ np.sort(values)[::-1]
    ),
    "That is the mean of all the values; the best of k is less.": lambda values, k: values.mean(),
    "That is the best of all; k draws may miss it.": lambda values, k: values.min(),
}


def check_seeds(mine):
    """Check `mine(a, b)`: how many common seeds make the mean of a − b three standard errors."""
    rng = np.random.default_rng(10)
    common = rng.normal(size=10)
    cases = {
        "10 seeds with much in common": (common, common - 0.5 + 0.8 * rng.normal(size=10)),
        "6 seeds, and b the larger": (rng.normal(size=6), rng.normal(size=6) + 0.3),
        "4 seeds": (np.array([5.0, 7.0, 9.0, 11.0]), np.array([4.0, 7.0, 7.0, 10.0])),
    }
    return check_values(mine, _seeds(), cases, "the number of seeds", check_seeds.mistakes)


def _seeds(variance=lambda a, b: (a - b).var(ddof=1), errors=3, whole=math.ceil, power=2):
    return lambda a, b: whole((errors * np.sqrt(variance(a, b)) / abs((a - b).mean())) ** power)


check_seeds.mistakes = {
    "Those are seeds apart; these are in common: use the differences.": _seeds(
        lambda a, b: a.var(ddof=1) + b.var(ddof=1)
    ),
    "The deviation of a sample divides by n − 1: ddof=1.": _seeds(lambda a, b: (a - b).var()),
    "You began with the error of the mean; begin with the deviation of one difference.": _seeds(
        lambda a, b: (a - b).var(ddof=1) / len(a)
    ),
    "The error falls as 1/√m: the ratio must be squared.": _seeds(power=1),
    "Three standard errors are asked for.": _seeds(errors=1),
    "Seeds come whole, and enough of them: round up.": _seeds(whole=lambda m: m),
    "Rounded down, it is not quite three errors.": _seeds(whole=math.floor),
}


def check_common_pair(mine):
    """Check `mine(losses)`: the two trials (columns) of which the better on each task (row) is least bad."""
    cases = {
        "2 tasks and 4 trials": (np.array([[3.0, 1.6, 1.0, 2.0], [0.002, 0.0018, 0.01, 0.001]]),),
        "3 tasks and 5 trials": (
            np.array(
                [[np.inf, 2.0, 1.0, 1.2, 4.0], [0.5, 0.3, 0.9, 0.11, 0.1], [70.0, 50.0, 60.0, 99.0, 90.0]]
            ),
        ),
        "3 tasks and 4 trials": (
            np.array([[1.0, 2.5, 9.0, 3.0], [10.0, 25.0, 90.0, 26.0], [0.07, 0.025, 0.01, 0.031]]),
        ),
    }
    parts = ("the first trial", "the second trial")
    return check_values(mine, _pair(), cases, parts, check_common_pair.mistakes)


def _ratios(losses):
    return losses / losses.min(axis=1, keepdims=True)


def _pair(ratios=_ratios, worst=np.max):
    def best(losses):
        r = ratios(losses)
        pairs = itertools.combinations(range(r.shape[1]), 2)
        return min(pairs, key=lambda pair: worst(r[:, pair].min(axis=1)))

    return best


def _two_singles(losses):
    return tuple(sorted(np.argsort(_ratios(losses).max(axis=0))[:2]))


check_common_pair.mistakes = {
    "Tasks have losses of different sizes: divide by each task's best first.": _pair(lambda losses: losses),
    "Take the worst task, not the mean of them: a default must not fail anywhere.": _pair(worst=np.mean),
    "The two best by themselves are not the best pair: they may fail on the same task.": _two_singles,
    "The best of a task is the least of its row, axis=1; yours is that of a column.": _pair(
        lambda losses: losses / losses.min(axis=0)
    ),
    "Trials are counted from 0.": lambda losses: tuple(trial + 1 for trial in _pair()(losses)),
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
        entry = contest.Entry("yours", mine, {"lr": lr}, {"lr": float(lr[0])})
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


def _entered():
    return [entry for entry in contest.entries_for(_task()) if entry.ranges]


@functools.cache
def _standings():
    """The median training loss above the least of each first-order method, tuned in the same way."""
    task = _task()
    tuned = {entry.name: contest.compete(task, entry, _EPOCHS, seeds=_SEEDS) for entry in _entered()}
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
