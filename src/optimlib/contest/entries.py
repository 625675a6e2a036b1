"""The entries of the contest: methods, the range of each setting to tune, and what is tried in it."""

import functools
import math
from dataclasses import dataclass

import numpy as np

from .. import checks, optimizers, second_order
from ..since_adam import muon


@dataclass(frozen=True)
class Entry:
    """A method in the contest: the range of each setting, and the settings nobody tuned.

    `ranges` maps a setting to its least and largest value; for the name "1 - rho" they are those of
    1 − ρ. `defaults` has a value for each of them, and for settings that stay as they are. With
    `whole`, every gradient is of all rows. Raises ValueError where a default is missing.
    """

    name: str
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
    others, parts = np.arange(x.shape[-1]), []
    for place, (rows, columns) in hidden:
        others[place] = -1
        times = 0.2 * math.sqrt(max(rows, columns) / max(1, rows / columns))  # muon has the divisor
        rate = (lambda t, times=times: times * lr(t)) if callable(lr) else times * lr
        own = checks.own(functools.partial(lambda place, _: g[..., place], place))
        parts.append((place, muon(own, x[..., place], (rows, columns), rate)))
    if (others >= 0).any():
        rest = _as_slice(others[others >= 0])
        parts.append((rest, optimizers.adam(checks.own(lambda _: g[..., rest]), x[..., rest], lr)))
    while True:
        x = x.copy()
        for place, iterates in parts:
            x[..., place] = next(iterates)
        yield x
        g = grad(x)


def _as_slice(places):
    """Places in a row as a slice, which is quicker to read and write; others as they are."""
    first, end = places[0], places[-1] + 1
    return slice(first, end) if end - first == places.size else places


# Four decades of lr for every method. With the same lr, steps of momentum become about ten times as
# long as those of SGD, and those of Adam have the length lr: hence the different places.
_HIGH, _LOW = {"lr": (1e-3, 1e1)}, {"lr": (1e-4, 1e0)}

ENTRIES = (
    Entry("gradient descent", optimizers.gradient_descent, _HIGH, {"lr": 0.01}, whole=True),
    Entry("SGD", optimizers.gradient_descent, _HIGH, {"lr": 0.01}),
    Entry("momentum", optimizers.momentum, _LOW, {"lr": 0.01}),
    Entry("Nesterov", optimizers.nesterov, _LOW, {"lr": 0.01}),
    Entry("AdaGrad", optimizers.adagrad, _HIGH, {"lr": 0.01}),
    Entry("RMSProp", optimizers.rmsprop, _LOW, {"lr": 0.01}),
    Entry("Adam", optimizers.adam, _LOW, {"lr": 0.001}),
    Entry("AdamW", optimizers.adamw, _LOW, {"lr": 0.001}),
    Entry("Muon", muon_and_adam, _LOW, {"lr": 0.001}),
    Entry("L-BFGS", second_order.lbfgs, {}, {}, whole=True),
    Entry("Newton", second_order.newton, {}, {}, whole=True),
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
