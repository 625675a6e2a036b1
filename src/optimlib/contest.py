"""A fair contest of methods: the same problems, budget of gradients, number of trials and seeds for all.

A `Task` of `tasks` is a problem with real data, an `Entry` a method with the range of each setting to tune.
`train` runs many settings or seeds side by side: the first axis of the weights is the run, so a
method of `optimizers` trains all of them in one pass, each on minibatches of its own. `compete`
tries settings, chooses, and runs what it has chosen again on fresh seeds.

The budget is counted in epochs. An epoch is one look at every training row, be it in minibatches
or at once: for L-BFGS each point that its line search asks about, for Newton's method also a
Hessian, which takes p / 2 times the multiplications of a gradient with p weights.
"""

import functools
import itertools
import math
from dataclasses import dataclass, field

import numpy as np

from . import checks, optimizers, second_order
from .schedules import cosine_decay
from .since_adam import muon
from .tasks import Task, _counted_path, cancer_task, diabetes_task, digits_task

__all__ = [
    "ENTRIES",
    "Entry",
    "Outcome",
    "Runs",
    "Task",
    "cancer_task",
    "chance_of_best",
    "compete",
    "diabetes_task",
    "digits_task",
    "entries_for",
    "muon_and_adam",
    "train",
    "trial_settings",
]


@dataclass(frozen=True)
class Entry:
    """A method in the contest: its family, the range of each setting, and the settings nobody tuned.

    `ranges` maps a setting to its least and largest value; for the name "1 - rho" they are those of
    1 − ρ. `defaults` has a value for each of them, and for settings that stay as they are. With
    `whole`, every gradient is of all rows. Raises ValueError where a default is missing.
    """

    name: str
    family: str
    method: object
    ranges: dict
    defaults: dict
    whole: bool = False

    def __post_init__(self):
        missing = {_plain(name) for name in self.ranges} - set(self.defaults)
        if missing:
            raise ValueError(
                f"defaults must have a value for {', '.join(sorted(missing))}; got {self.defaults}"
            )


def _plain(name):
    """The setting's own name: "rho" for "1 - rho"."""
    return name.removeprefix("1 - ")


def muon_and_adam(grad, x, lr=0.001, hidden=()):
    """Muon for the matrices that feed hidden units, Adam for all other weights; one lr for both.

    `hidden` has a slice of x and a shape (rows, columns) for each matrix. To let it share Adam's lr,
    Muon's step is lr · 0.2 √max(rows, columns) times the matrix with singular values near 1: its
    entries are then about 0.2 lr in size. Source: Liu et al. (2025).
    """
    rest = np.ones(x.shape[-1], dtype=bool)
    parts = []
    for place, (rows, columns) in hidden:
        rest[place] = False
        times = 0.2 * math.sqrt(max(rows, columns) / max(1, rows / columns))  # muon has the divisor
        rate = (lambda t, times=times: times * lr(t)) if callable(lr) else times * lr
        own = functools.partial(lambda place, _: g[..., place], place)
        parts.append((place, muon(own, x[..., place], (rows, columns), rate)))
    parts.append((rest, optimizers.adam(lambda _: g[..., rest], x[..., rest], lr)))
    while True:
        x = x.copy()
        for place, iterates in parts:
            x[..., place] = next(iterates)
        yield x
        g = grad(x)


# Four decades of lr for every method. With the same lr, steps of momentum become about ten times as
# long as those of SGD, and those of Adam have the length lr: hence the different places.
_HIGH, _LOW = {"lr": (1e-3, 1e1)}, {"lr": (1e-4, 1e0)}

ENTRIES = (
    Entry("gradient descent", "plain", optimizers.gradient_descent, _HIGH, {"lr": 0.01}, whole=True),
    Entry("SGD", "plain", optimizers.gradient_descent, _HIGH, {"lr": 0.01}),
    Entry("momentum", "momentum", optimizers.momentum, _LOW, {"lr": 0.01}),
    Entry("Nesterov", "momentum", optimizers.nesterov, _LOW, {"lr": 0.01}),
    Entry("AdaGrad", "adaptive", optimizers.adagrad, _HIGH, {"lr": 0.01}),
    Entry("RMSProp", "adaptive", optimizers.rmsprop, _LOW, {"lr": 0.01}),
    Entry("Adam", "adaptive", optimizers.adam, _LOW, {"lr": 0.001}),
    Entry("AdamW", "adaptive", optimizers.adamw, _LOW, {"lr": 0.001}),
    Entry("Muon", "matrix", muon_and_adam, _LOW, {"lr": 0.001}),
    Entry("L-BFGS", "second order", second_order.lbfgs, {}, {}, whole=True),
    Entry("Newton", "second order", second_order.newton, {}, {}, whole=True),
)


def entries_for(task):
    """The methods of `ENTRIES` that can be run on a task: Newton's needs its Hessian, Muon a matrix."""
    needs = {second_order.newton: task.hess, muon_and_adam: task.hidden}
    return tuple(entry for entry in ENTRIES if needs.get(entry.method, True))


def trial_settings(entry, trials, rng):
    """The settings that are tried: a dict of arrays of shape (trials,), empty where nothing is to be set.

    The first setting, lr, goes through its range at equal ratios; any other is drawn evenly on a
    logarithmic scale. The same `rng` gives every method the same luck.

    Raises ValueError or TypeError where trials is below 1 or rng is not a generator.

    >>> sgd = ENTRIES[1]
    >>> trial_settings(sgd, 5, np.random.default_rng(0))["lr"].round(6)
    array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])
    """
    trials = checks.integer("trials", trials, least=1)
    checks.generator("rng", rng)
    settings = {}
    for name, (low, high) in entry.ranges.items():
        place = rng.random(trials) if settings else np.linspace(0, 1, trials)
        values = low * (high / low) ** place
        settings[_plain(name)] = 1 - values if name.startswith("1 - ") else values
    return settings


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


def train(task, entry, settings, seeds, epochs, batch_size=32, decay=False, average=False):
    """Train once for every seed, side by side, and return the `Runs`.

    `settings` maps names to one value for all runs or to an array with a value for each. The seed of
    a run draws its start and then the order of its rows, as `task.start` and `minibatch_gradient` do
    with `numpy.random.default_rng(seed)`. With `decay`, lr falls as a cosine to 0 over all epochs. With
    `average`, the mean of all points of the later half of the epochs so far is judged in place of the
    last point; the run goes its way unchanged. L-BFGS and Newton's method know neither.

    Raises ValueError or TypeError where epochs is below 1, batch_size is outside 1 … rows, a setting
    has not one value a run, or the method refuses a setting.
    """
    epochs = checks.integer("epochs", epochs, least=1)
    batch_size = checks.integer("batch_size", batch_size, least=1, most=len(task.train[0]))
    seeds = [checks.integer("seeds", seed, least=0) for seed in seeds]
    if entry.method in (second_order.lbfgs, second_order.newton):
        paths = [_counted_path(task, entry.method, seed, epochs) for seed in seeds]
        by_epoch = np.stack(paths, axis=1)
    else:
        by_epoch = _paths(task, entry, settings, seeds, epochs, batch_size, decay, average)
    with np.errstate(all="ignore"):  # a run may diverge
        losses = []
        for w in by_epoch:
            # One run at a time: its arrays stay in the processor's cache.
            losses.append([task.training_loss(one) for one in w])
        losses, valid = np.array(losses).T, task.loss(w, *task.valid)
        lost = ~(np.isfinite(losses[:, -1]) & np.isfinite(valid))
        test, test_loss = task.error(w, *task.test), task.loss(w, *task.test)
    return Runs(
        train=np.where(np.isfinite(losses), losses, np.inf),
        valid=np.where(lost, np.inf, valid),
        test=np.where(lost, 1.0, test),
        test_loss=np.where(lost | ~np.isfinite(test_loss), np.inf, test_loss),
    )


def _paths(task, entry, settings, seeds, epochs, batch_size, decay, average):
    """The weights of all runs after each epoch: epochs + 1 arrays of shape (runs, p)."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    start = np.stack([task.start(rng) for rng in rngs])
    X, y = task.train
    size = len(X) if entry.whole else batch_size
    settings = {name: _one_each(name, value, len(seeds)) for name, value in settings.items()}
    steps = -(-len(X) // size)  # in an epoch
    if decay:
        first, shape = settings["lr"], cosine_decay(1.0, total=steps * epochs)
        settings["lr"] = lambda t: first * shape(t)

    def batches():
        while True:
            order = np.stack([rng.permutation(len(X)) for rng in rngs])
            for begin in range(0, len(X), size):
                yield order[:, begin : begin + size]

    upcoming = batches()

    def sampled(w):
        rows = next(upcoming)
        return task.grad(w, X[rows], y[rows])

    grad = task.training_grad if entry.whole else sampled
    if entry.method is muon_and_adam:
        settings["hidden"] = task.hidden
    iterates = itertools.islice(entry.method(grad, start, **settings), steps * epochs + 1)
    return _tail_means(iterates, steps) if average else itertools.islice(iterates, 0, None, steps)


def _tail_means(iterates, steps):
    """The start, and after each epoch of so many steps the mean over the later half of the epochs."""
    yield next(iterates)
    sums = [0.0]
    for epoch, first in enumerate(iterates, start=1):
        sums.append(sum(itertools.islice(iterates, steps - 1), sums[-1] + first))
        yield (sums[epoch] - sums[epoch // 2]) / (steps * (epoch - epoch // 2))


def _one_each(name, value, runs):
    if np.shape(value) not in ((), (1,), (runs,)):
        raise ValueError(f"{name} must have one value, or one for each of {runs} runs; got {value!r}")
    return np.broadcast_to(value, (runs,))[:, None]


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
):
    """Tune a method on a task and run it again on fresh seeds: an `Outcome`.

    Each of `trials` settings (see `trial_settings`, with the generator of seed 0) is run on the tuning
    seeds. The one with the least mean training loss and the one with the least mean validation loss
    are chosen, and run on `seeds`. A method without settings has one trial. Raises as `train` does.
    """
    budget = {"epochs": epochs, "batch_size": batch_size, "decay": decay, "average": average}
    tried = trial_settings(entry, trials, np.random.default_rng(0))
    trials = trials if tried else 1
    rows = [{name: float(values[k]) for name, values in tried.items()} for k in range(trials)]
    runs = _side_by_side(task, entry, rows, tuning_seeds, budget)
    tuning = Runs(*(np.stack(kind) for kind in zip(*map(_as_tuple, runs), strict=True)))
    setting = {
        "by training": rows[tuning.train[:, :, -1].mean(axis=1).argmin()],
        "by validation": rows[tuning.valid.mean(axis=1).argmin()],
        "default": {name: entry.defaults[name] for name in tried},
    }
    final = _side_by_side(task, entry, list(setting.values()), seeds, budget)
    return Outcome(tried, tuning, setting, dict(zip(setting, final, strict=True)))


def _side_by_side(task, entry, settings, seeds, budget):
    """The `Runs` of each of several settings on the same seeds, all trained in one pass."""
    columns = {name: np.repeat([each[name] for each in settings], len(seeds)) for name in settings[0]}
    runs = train(task, entry, {**entry.defaults, **columns}, [*seeds] * len(settings), **budget)
    split = [np.split(kind, len(settings)) for kind in _as_tuple(runs)]
    return [Runs(*kinds) for kinds in zip(*split, strict=True)]


def _as_tuple(runs):
    return runs.train, runs.valid, runs.test, runs.test_loss


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
