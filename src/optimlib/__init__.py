"""optimlib: the small NumPy library behind *Learning to Descend*.

Objectives carry their derivatives and facts; an optimizer is a generator of iterates; `live`
turns a matplotlib figure into one that answers the reader's hand. The mathematics needs NumPy
alone: `live`, `figures`, `data` and `exercises` are loaded when they are first named. A star in
an import does not name them, so it needs no matplotlib.
"""

import importlib

from .gradients import GradientCheck, check_gradient, numerical_gradient, relative_error
from .layers import (
    batch_norm,
    batch_statistics,
    dropout,
    fractional_edges,
    fractional_max_pool,
    stochastic_depth,
)
from .lowrank import energy, low_rank, randomized_svd, storage_ratio, truncated_svd, woodbury_solve
from .networks import MLP, cross_entropy, softmax
from .objectives import (
    Objective,
    ackley,
    beale,
    booth,
    himmelblau,
    matyas,
    quadratic,
    rastrigin,
    rosenbrock,
    saddle,
    styblinski_tang,
    three_hump_camel,
)
from .optimizers import (
    adagrad,
    adam,
    adamw,
    gradient_descent,
    minibatch_gradient,
    momentum,
    nesterov,
    rmsprop,
    run,
)
from .regularization import (
    Contact,
    ball_contact,
    coefficient_path,
    elastic_net,
    fit_elastic_net,
    fit_lasso,
    fit_ridge,
    kkt_residual,
    l1,
    l2,
    soft_threshold,
)
from .schedules import constant, cosine_decay, inverse_sqrt_decay, linear_decay, step_decay, warmup, wsd
from .second_order import bfgs, lbfgs, newton, taylor
from .since_adam import averaged, clipped, lion, muon, newton_schulz, sam, schedule_free

_LAZY = ("data", "exercises", "figures", "live")

__all__ = [
    "MLP",
    "Contact",
    "GradientCheck",
    "Objective",
    "ackley",
    "adagrad",
    "adam",
    "adamw",
    "averaged",
    "ball_contact",
    "batch_norm",
    "batch_statistics",
    "beale",
    "bfgs",
    "booth",
    "check_gradient",
    "clipped",
    "coefficient_path",
    "constant",
    "cosine_decay",
    "cross_entropy",
    "dropout",
    "elastic_net",
    "energy",
    "fit_elastic_net",
    "fit_lasso",
    "fit_ridge",
    "fractional_edges",
    "fractional_max_pool",
    "gradient_descent",
    "himmelblau",
    "inverse_sqrt_decay",
    "kkt_residual",
    "l1",
    "l2",
    "lbfgs",
    "linear_decay",
    "lion",
    "low_rank",
    "matyas",
    "minibatch_gradient",
    "momentum",
    "muon",
    "nesterov",
    "newton",
    "newton_schulz",
    "numerical_gradient",
    "quadratic",
    "randomized_svd",
    "rastrigin",
    "relative_error",
    "rmsprop",
    "rosenbrock",
    "run",
    "saddle",
    "sam",
    "schedule_free",
    "soft_threshold",
    "softmax",
    "step_decay",
    "stochastic_depth",
    "storage_ratio",
    "styblinski_tang",
    "taylor",
    "three_hump_camel",
    "truncated_svd",
    "warmup",
    "woodbury_solve",
    "wsd",
]


def __getattr__(name):
    if name in _LAZY:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
