"""A fair contest of methods: the same problems, budget of gradients, number of trials and seeds for all.

A `Task` is a problem with real data, an `Entry` a method with the range of each setting to tune.
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

from . import checks, data, optimizers, second_order
from .networks import MLP
from .schedules import cosine_decay

HELD_OUT = 0.25  # share of the training rows kept for validation
HIDDEN = 16


@dataclass(frozen=True, eq=False)
class Task:
    """A problem with real data. Weights w have shape (..., p), rows X (n, q) or (..., n, q), y likewise.

    `loss(w, X, y)` of shape (...) is the mean over the rows, `penalty(w)` is added to it in training,
    and `grad` is the gradient of their sum. `error` is what counts on new rows: the mean squared error
    for regression, else the share of rows put into a wrong class. `start(rng)` gives the first weights;
    `hess(w)` is the Hessian on the training rows, where there is one. `train`, `valid` and `test` are
    pairs (X, y).
    """

    name: str
    start: object = field(repr=False)
    loss: object = field(repr=False)
    penalty: object = field(repr=False)
    grad: object = field(repr=False)
    error: object = field(repr=False)
    train: tuple = field(repr=False)
    valid: tuple = field(repr=False)
    test: tuple = field(repr=False)
    hess: object = field(repr=False, default=None)

    @functools.cached_property
    def least(self):
        """The least training loss known: Newton's, and where there is no Hessian the least that
        L-BFGS reaches from five starts, with 500 looks at all rows for each."""
        if self.hess:
            start = self.start(np.random.default_rng(0))
            best = optimizers.run(second_order.newton(self.training_grad, self.hess, start), 50)[-1]
            return float(self.training_loss(best))
        ends = [_counted_path(self, second_order.lbfgs, seed, 500)[-1] for seed in range(5)]
        return float(min(self.training_loss(w) for w in ends))

    def training_loss(self, w):
        """The loss on all training rows plus the penalty: what every method minimizes, of shape (...)."""
        return self.loss(w, *self.train) + self.penalty(w)

    def training_grad(self, w):
        """The gradient of `training_loss`, of w's shape."""
        return self.grad(w, *self.train)


def diabetes_task(lam=0.001, split=0):
    """Linear regression on the diabetes data: mean squared error + lam ‖w‖², 10 weights, from w = 0.

    The target is measured in its own standard deviation, so that always guessing the mean costs 1.
    `split` is the seed that deals the rows out. Raises ValueError where lam is negative, ImportError
    where scikit-learn is missing.
    """
    lam = checks.number("lam", lam, checks.non_negative)
    rows = data.diabetes(seed=split)
    parts = _parts(rows, rows.X_train, rows.X_test, lambda y: y / rows.y_train.std())

    def residual(w, X, y):
        return _times(X, w) - y

    def grad(w, X, y):
        return 2 * _mean_rows(X, residual(w, X, y)) + 2 * lam * w

    def hess(w):
        X, _ = parts["train"]
        return 2 * X.T @ X / len(X) + 2 * lam * np.eye(w.size)

    def loss(w, X, y):
        return (residual(w, X, y) ** 2).mean(axis=-1)

    return _convex("diabetes", 10, lam, loss, grad, hess, loss, parts)


def cancer_task(lam=0.001, split=0):
    """Logistic regression on the breast-cancer data: mean log(1 + e^−z) + lam ‖w‖², 31 weights, from w = 0.

    z = y w·x with y = ±1; the last column of X is 1. `split` and what it raises: as `diabetes_task`.
    """
    lam = checks.number("lam", lam, checks.non_negative)
    rows = data.breast_cancer(seed=split)
    with_ones = [np.column_stack([X, np.ones(len(X))]) for X in (rows.X_train, rows.X_test)]
    parts = _parts(rows, *with_ones, lambda y: 2.0 * y - 1)

    def margin(w, X, y):
        return y * _times(X, w)

    def loss(w, X, y):
        return np.logaddexp(0, -margin(w, X, y)).mean(axis=-1)

    def grad(w, X, y):
        share = 1 / (1 + np.exp(margin(w, X, y)))  # how wrong each row still is
        return -_mean_rows(X, y * share) + 2 * lam * w

    def hess(w):
        X, _ = parts["train"]
        share = 1 / (1 + np.exp(-(X @ w)))
        return (X.T * (share * (1 - share))) @ X / len(X) + 2 * lam * np.eye(w.size)

    def error(w, X, y):
        return (margin(w, X, y) <= 0).mean(axis=-1)

    return _convex("breast cancer", 31, lam, loss, grad, hess, error, parts)


def digits_task(lam=1e-4, split=0):
    """A perceptron with 16 hidden units on the digits: cross-entropy + lam Σ W², 1,210 weights.

    The same loss, gradient and random start as `MLP((64, 16, 10), lam)`, for many networks at once.
    `split` and what it raises: as `diabetes_task`.
    """
    network = MLP((64, HIDDEN, 10), lam=lam)
    rows = data.digits(seed=split)
    parts = _parts(rows, rows.X_train, rows.X_test, lambda y: np.eye(10)[y])

    def layers(w):
        W, b, V, c = np.split(w, np.cumsum([64 * HIDDEN, HIDDEN, HIDDEN * 10]), axis=-1)
        W = W.reshape(*w.shape[:-1], 64, HIDDEN)
        return W, b[..., None, :], V.reshape(*w.shape[:-1], HIDDEN, 10), c[..., None, :]

    def forward(w, X):
        W, b, V, c = layers(w)
        z = np.maximum(X @ W + b, 0)
        return z, z @ V + c

    def loss(w, X, y):
        _, scores = forward(w, X)
        top = scores.max(axis=-1)
        total = np.exp(scores - top[..., None]).sum(axis=-1)
        return (np.log(total) + top - (scores * y).sum(axis=-1)).mean(axis=-1)

    def penalty(w):
        W, _, V, _ = layers(w)
        return lam * ((W**2).sum(axis=(-2, -1)) + (V**2).sum(axis=(-2, -1)))

    def grad(w, X, y):
        W, _, V, _ = layers(w)
        z, scores = forward(w, X)
        down = np.exp(scores - scores.max(axis=-1, keepdims=True))
        down = (down / down.sum(axis=-1, keepdims=True) - y) / X.shape[-2]
        back = (down @ np.swapaxes(V, -1, -2)) * (z > 0)
        slopes = (
            np.swapaxes(X, -1, -2) @ back + 2 * lam * W,
            back.sum(axis=-2),
            np.swapaxes(z, -1, -2) @ down + 2 * lam * V,
            down.sum(axis=-2),
        )
        return np.concatenate([slope.reshape(*w.shape[:-1], -1) for slope in slopes], axis=-1)

    def error(w, X, y):
        return (forward(w, X)[1].argmax(axis=-1) != y.argmax(axis=-1)).mean(axis=-1)

    return Task("digits", network.start, loss, penalty, grad, error, **parts)


def _times(X, w):
    """X w for every run: (..., n)."""
    return (X @ w[..., None])[..., 0]


def _mean_rows(X, weights):
    """The mean of the rows of X, weighted, for every run: (..., q)."""
    return (weights[..., None, :] @ X)[..., 0, :] / X.shape[-2]


def _parts(rows, X, X_test, target):
    """Training, validation and test rows; `target` turns labels into what the loss compares with."""
    held = round(HELD_OUT * len(X))
    y = target(rows.y_train)
    return {
        "train": (X[held:], y[held:]),
        "valid": (X[:held], y[:held]),
        "test": (X_test, target(rows.y_test)),
    }


def _convex(name, size, lam, loss, grad, hess, error, parts):
    """A task of so many weights that starts at 0."""

    def penalty(w):
        return lam * (w**2).sum(axis=-1)

    return Task(name, lambda rng: np.zeros(size), loss, penalty, grad, error, hess=hess, **parts)


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
    Entry("L-BFGS", "second order", second_order.lbfgs, {}, {}, whole=True),
    Entry("Newton", "second order", second_order.newton, {}, {}, whole=True),
)


def entries_for(task):
    """The methods of `ENTRIES` that can be run on a task: Newton's needs its Hessian."""
    return tuple(entry for entry in ENTRIES if task.hess or entry.method is not second_order.newton)


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


def train(task, entry, settings, seeds, epochs, batch_size=32, decay=False):
    """Train once for every seed, side by side, and return the `Runs`.

    `settings` maps names to one value for all runs or to an array with a value for each. The seed of
    a run draws its start and then the order of its rows, as `task.start` and `minibatch_gradient` do
    with `numpy.random.default_rng(seed)`. With `decay`, lr falls as a cosine to 0 over all epochs.

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
        by_epoch = _paths(task, entry, settings, seeds, epochs, batch_size, decay)
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


def _paths(task, entry, settings, seeds, epochs, batch_size, decay):
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
    return itertools.islice(entry.method(grad, start, **settings), 0, steps * epochs + 1, steps)


def _one_each(name, value, runs):
    if np.shape(value) not in ((), (1,), (runs,)):
        raise ValueError(f"{name} must have one value, or one for each of {runs} runs; got {value!r}")
    return np.broadcast_to(value, (runs,))[:, None]


def _counted_path(task, method, seed, epochs):
    """The best point known to L-BFGS or Newton's method after each epoch of its work, (epochs + 1, p)."""
    start = task.start(np.random.default_rng(seed))
    asked = []

    def look(w):
        if not (asked and np.array_equal(asked[-1], w)):  # value and gradient at a point are one look
            asked.append(w.copy())

    def f(w):
        look(w)
        return task.training_loss(w)

    def grad(w):
        look(w)
        return task.training_grad(w)

    if method is second_order.lbfgs:
        iterates, hessian = method(f, grad, start), 0
    elif task.hess is None:
        raise ValueError(f"task must have a Hessian for Newton's method; {task.name} has none")
    else:
        iterates, hessian = method(grad, task.hess, start), start.size / 2
    path, last = [], start
    for step, x in enumerate(iterates):
        spent = len(asked) + step * hessian
        path += [last] * (min(math.ceil(spent), epochs + 1) - len(path))
        last = x
        if spent > epochs:
            break
    return np.stack(path + [last] * (epochs + 1 - len(path)))


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
    task, entry, epochs, trials=13, tuning_seeds=(100, 101), seeds=range(10), batch_size=32, decay=False
):
    """Tune a method on a task and run it again on fresh seeds: an `Outcome`.

    Each of `trials` settings (see `trial_settings`, with the generator of seed 0) is run on the tuning
    seeds. The one with the least mean training loss and the one with the least mean validation loss
    are chosen, and run on `seeds`. A method without settings has one trial. Raises as `train` does.
    """
    budget = {"epochs": epochs, "batch_size": batch_size, "decay": decay}
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
