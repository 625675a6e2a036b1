"""The contest's protocol: training side by side, tuning, and runs on fresh seeds."""

import functools
import itertools
import math
from dataclasses import dataclass, field

import numpy as np

from .. import checks, second_order
from ..schedules import cosine_decay
from .counting import counted_path
from .entries import muon_and_adam, trial_settings

WIDE = 48_000  # weights in one pass: of so many, what a step needs stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Runs:
    """How runs went: `train` (runs, epochs + 1) is the training loss after 0, 1, 2, … epochs;
    at the end, `valid` (runs,) is the loss on the validation rows, `test` the error on the test rows
    and `test_loss` the loss on them. A run that diverges has the loss ∞ and the error 1.
    """

    train: np.ndarray = field(repr=False)
    valid: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    test_loss: np.ndarray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one method came to on one task.

    `tried` are the settings of the trials, and `tuning` their runs, with one more axis for the tuning
    seeds: `train` (trials, seeds, epochs + 1), the others (trials, seeds). `setting` and
    `final` map "by training" and "by validation", which say how a trial was chosen, and "default" to
    the settings and to their `Runs` on fresh seeds.
    """

    tried: dict = field(repr=False)
    tuning: Runs = field(repr=False)
    setting: dict
    final: dict = field(repr=False)


def train(task, entry, settings, seeds, epochs, batch_size=32, decay=False, average=False):
    """Train once for every seed, side by side, and return the `Runs`.

    `settings` maps names to one value for all runs or to an array with a value for each. The seed of
    a run draws its start and then the order of its rows, as `task.start` and `minibatch_gradient` do
    with `numpy.random.default_rng(seed)`. With `decay`, lr falls to 0 over all epochs: along a cosine,
    or, where it is a function such as `linear_decay`, as `decay(lr, total)` says. With `average`, the
    mean of all points of the later half of the epochs so far is judged in place of the last point; the
    run goes its way unchanged. L-BFGS and Newton's method know neither.

    Raises ValueError or TypeError where epochs is below 1, batch_size is outside 1 … rows, a setting
    has not one value a run, or the method refuses a setting.
    """
    budget = _budget(task, epochs, batch_size, decay)
    seeds = [checks.integer("seeds", seed, least=0) for seed in seeds]
    settings = {name: _one_each(name, value, len(seeds)) for name, value in settings.items()}
    (runs,) = _trained(task, entry, settings, 1, seeds, budget, [average])
    return _part(runs, 0)


def compete(
    task,
    entry,
    epochs,
    trials=13,
    tuning_seeds=(100, 101),
    seeds=range(10),
    batch_size=32,
    decay=False,
    average=False,
    curves=True,
):
    """Tune a method on a task and run it again on fresh seeds: an `Outcome`.

    Each of `trials` settings (see `trial_settings`, with the generator of seed 0) is run on the tuning
    seeds. The one with the least mean training loss and the one with the least mean validation loss
    are chosen, and run on `seeds`; where there are none, `final` is empty. A method without settings
    has one trial. Without `curves`, which is quicker, the tuning runs are judged at the end alone: the
    last axis of their `train` is 1 long. Raises as `train` does.
    """
    budget = _budget(task, epochs, batch_size, decay)
    (outcome,) = _outcomes(task, entry, trials, tuning_seeds, seeds, budget, [average], curves)
    return outcome


def compete_and_average(
    task,
    entry,
    epochs,
    trials=13,
    tuning_seeds=(100, 101),
    seeds=range(10),
    batch_size=32,
    decay=False,
    curves=True,
):
    """The outcomes of `compete` without `average` and with it, from one training of the same runs."""
    budget = _budget(task, epochs, batch_size, decay)
    return _outcomes(task, entry, trials, tuning_seeds, seeds, budget, [False, True], curves)


def chance_of_best(trials, k):
    """The chance that the i-th best of `trials` is the best of k drawn without replacement: shape (trials,).

    It is C(trials − 1 − i, k − 1) / C(trials, k) for i = 0, 1, 2, …: the other k − 1 must come from
    those that are worse. With values sorted from the best on, `chance_of_best(n, k) @ values` is the
    expected best of k.

    Raises ValueError or TypeError where k is not a whole number from 1 to trials. Source: Dodge et
    al. (2019), there with replacement.

    >>> chance_of_best(4, 2).round(3)
    array([0.5  , 0.333, 0.167, 0.   ])
    """
    trials = checks.integer("trials", trials, least=1)
    k = checks.integer("k", k, least=1, most=trials)
    return np.array([math.comb(trials - 1 - i, k - 1) for i in range(trials)]) / math.comb(trials, k)


def _budget(task, epochs, batch_size, decay):
    return {
        "epochs": checks.integer("epochs", epochs, least=1),
        "batch_size": checks.integer("batch_size", batch_size, least=1, most=len(task.train[0])),
        "decay": decay if callable(decay) else cosine_decay if checks.flag("decay", decay) else None,
    }


def _one_each(name, value, runs):
    if np.shape(value) not in ((), (1,), (runs,)):
        raise ValueError(f"{name} must have one value, or one for each of {runs} runs; got {value!r}")
    return np.broadcast_to(value, (1, runs))


def _outcomes(task, entry, trials, tuning_seeds, seeds, budget, averages, curves):
    """The `Outcome` for each of `averages`: the same runs, judged by their points or by their means."""
    tried = trial_settings(entry, trials, np.random.default_rng(0))
    rows = [{name: float(values[k]) for name, values in tried.items()} for k in range(trials if tried else 1)]
    tunings = _of_settings(task, entry, rows, tuning_seeds, budget, averages, checks.flag("curves", curves))
    default = {name: entry.defaults[name] for name in tried}
    chosen = [_chosen(rows, tuning) | {"default": default} for tuning in tunings]
    distinct = []  # each setting is run once
    for setting in itertools.chain.from_iterable(each.values() for each in chosen):
        if setting not in distinct:
            distinct.append(setting)
    finals = [None] * len(averages)
    if len(seeds):
        finals = _of_settings(task, entry, distinct, seeds, budget, averages)
    return [
        Outcome(
            tried,
            tuning,
            setting,
            {how: _part(runs, distinct.index(setting[how])) for how in setting} if runs else {},
        )
        for tuning, setting, runs in zip(tunings, chosen, finals, strict=True)
    ]


def _chosen(rows, tuning):
    return {
        "by training": rows[tuning.train[:, :, -1].mean(axis=1).argmin()],
        "by validation": rows[tuning.valid.mean(axis=1).argmin()],
    }


def _of_settings(task, entry, rows, seeds, budget, averages, curves=True):
    """For each of `averages` the `Runs` of all settings on all seeds, of shape (settings, seeds, …)."""
    seeds = [checks.integer("seeds", seed, least=0) for seed in seeds]
    tuned = {name: np.array([[row[name]] for row in rows]) for name in rows[0]}
    return _trained(task, entry, {**entry.defaults, **tuned}, len(rows), seeds, budget, averages, curves)


def _trained(task, entry, settings, count, seeds, budget, averages, curves=True):
    """The same, of `count` settings, whose values broadcast to the shape (settings, seeds)."""
    settings = {name: np.broadcast_to(value, (count, len(seeds))) for name, value in settings.items()}
    runs = max(1, WIDE // task.start(np.random.default_rng(0)).size)
    high, wide, rows = min(runs, count), max(1, runs // count), []
    for first in range(0, count, high):
        blocks = []
        for begin in range(0, len(seeds), wide):
            block = slice(first, first + high), slice(begin, begin + wide)
            own = {name: values[block] for name, values in settings.items()}
            with np.errstate(all="ignore"):  # a run may diverge
                paths = _paths(
                    task, entry, own, min(high, count - first), seeds[block[1]], budget, any(averages)
                )
                judged = slice(0 if curves else -1, None)  # the epochs after which
                blocks.append([_judged(task, paths[average][judged]) for average in averages])
        rows.append([_joined(view, axis=1) for view in zip(*blocks, strict=True)])
    return [_joined(view, axis=0) for view in zip(*rows, strict=True)]


def _judged(task, path):
    """The `Runs` whose weights after each epoch are given, arrays of shape (settings, seeds, p)."""
    # A setting at a time: its arrays stay in the processor's cache.
    losses = np.array([[task.training_loss(each) for each in w] for w in path])
    losses, w = np.moveaxis(losses, 0, -1), path[-1]
    valid, test_loss = task.loss(w, *task.valid), task.loss(w, *task.test)
    lost = ~(np.isfinite(losses[..., -1]) & np.isfinite(valid))
    test = task.error(w, *task.test)
    return Runs(
        train=np.where(np.isfinite(losses), losses, np.inf),
        valid=np.where(lost, np.inf, valid),
        test=np.where(lost, 1.0, test),
        test_loss=np.where(lost | ~np.isfinite(test_loss), np.inf, test_loss),
    )


def _part(runs, k):
    return Runs(runs.train[k], runs.valid[k], runs.test[k], runs.test_loss[k])


def _joined(blocks, axis):
    """Runs of some settings or seeds, and of further ones."""
    kinds = ([getattr(runs, kind) for runs in blocks] for kind in ("train", "valid", "test", "test_loss"))
    return Runs(*(np.concatenate(kind, axis=axis) for kind in kinds))


def _paths(task, entry, settings, count, seeds, budget, average):
    """The weights of all runs after each epoch, and with `average` the means of what was passed, too."""
    epochs = budget["epochs"]
    if entry.method in (second_order.lbfgs, second_order.newton):
        path = np.stack([counted_path(task, entry.method, seed, epochs) for seed in seeds], axis=1)
        return [path[:, None]] * 2
    rngs = [np.random.default_rng(seed) for seed in seeds]
    start = np.stack([task.start(rng) for rng in rngs])
    shape = count, *start.shape
    size = len(task.train[0]) if entry.whole else budget["batch_size"]
    steps = -(-len(task.train[0]) // size)  # in an epoch
    settings = {name: values.reshape(-1, 1) for name, values in settings.items()}
    if budget["decay"]:
        settings["lr"] = functools.partial(_product, settings["lr"], budget["decay"](1.0, steps * epochs))
    if entry.method is muon_and_adam:
        settings["hidden"] = task.hidden
    grad = _whole(task) if entry.whole else _sampled(task, rngs, size, shape)
    iterates = entry.method(grad, np.tile(start, (count, 1)), **settings)
    iterates = itertools.islice(iterates, steps * epochs + 1)
    views = _with_means(iterates, steps) if average else zip(itertools.islice(iterates, 0, None, steps))
    return [[w.reshape(shape) for w in view] for view in zip(*views, strict=True)]


def _product(first, shape, t):
    return first * shape(t)


def _whole(task):
    """The gradient of runs on all rows, one run at a time for the cache's sake."""
    return checks.own(lambda w: np.stack([task.training_grad(one) for one in w]))


def _sampled(task, rngs, size, shape):
    """The gradient of runs on the next minibatch: the same rows for all settings of a seed."""
    X, y = task.train

    def batches():
        while True:
            order = np.stack([rng.permutation(len(X)) for rng in rngs])
            for begin in range(0, len(X), size):
                yield order[:, begin : begin + size]

    upcoming = batches()

    @checks.own
    def grad(w):
        rows = next(upcoming)
        return task.grad(w.reshape(shape), X[rows], y[rows]).reshape(w.shape)

    return grad


def _with_means(iterates, steps):
    """The point after each epoch of so many steps, and the mean over the later half of the epochs so far."""
    start = next(iterates)
    yield start, start
    sums = [0.0]
    for epoch, x in enumerate(iterates, start=1):
        total = sums[-1] + x
        for x in itertools.islice(iterates, steps - 1):
            total += x
        sums.append(total)
        yield x, (total - sums[epoch // 2]) / (steps * (epoch - epoch // 2))
