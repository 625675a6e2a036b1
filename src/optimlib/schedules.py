"""Learning rates that change: functions of the step t = 0, 1, 2, …, or of an array of steps.

Each constructor checks its arguments and returns a schedule, to be given as `lr` to any
method. A schedule stays at its last value after its end, and raises ValueError where t is
negative.
"""

import numpy as np

from . import checks


def constant(lr):
    """lr(t) = lr. Raises ValueError where lr is negative.

    >>> constant(0.1)(np.arange(3))
    array([0.1, 0.1, 0.1])
    """
    lr = checks.non_negative("lr", lr)
    return lambda t: lr + 0.0 * checks.steps("t", t)


def step_decay(lr, drop=0.1, every=30):
    """lr(t) = lr · drop^⌊t / every⌋.

    Raises ValueError where drop is not from 0 to 1 or every is below 1. The same as
    `torch.optim.lr_scheduler.StepLR`. He et al. (2016) divide by 10 when the error plateaus.

    >>> step_decay(1.0, drop=0.5, every=2)(np.arange(5))
    array([1.  , 1.  , 0.5 , 0.5 , 0.25])
    """
    lr, drop = checks.non_negative("lr", lr), checks.share("drop", drop)
    every = checks.integer("every", every, least=1)
    return lambda t: lr * drop ** (checks.steps("t", t) // every)


def cosine_decay(lr, total, final=0.0):
    """lr(t) = final + (lr − final) · (1 + cos(π t / total)) / 2, and `final` from t = total on.

    Raises ValueError where lr or final is negative or total is below 1. Source:
    Loshchilov & Hutter (2017), equation 5, one period of it.

    >>> cosine_decay(1.0, total=4)(np.array([0, 2, 4, 9])).round(3)
    array([1. , 0.5, 0. , 0. ])
    """
    return _falling(lr, total, final, lambda share: (1 + np.cos(np.pi * share)) / 2)


def linear_decay(lr, total, final=0.0):
    """lr(t) = final + (lr − final) · (1 − t / total), and `final` from t = total on.

    Raises ValueError where lr or final is negative or total is below 1.

    >>> linear_decay(1.0, total=4)(np.array([0, 1, 4, 9]))
    array([1.  , 0.75, 0.  , 0.  ])
    """
    return _falling(lr, total, final, lambda share: 1 - share)


def wsd(lr, total, cooldown=0.2, final=0.0):
    """lr(t) = lr until t = (1 − cooldown) · total, then a straight line to `final` at t = total.

    The last two parts of "warm-up, stable, decay"; for the first, give it to `warmup`. With a
    larger `total` it is the same until the line begins, so that a run can still be lengthened.

    Raises ValueError where lr or final is negative, total is below 1 or cooldown is not from 0
    to 1. In PyTorch, `SequentialLR` of a `ConstantLR` and a `LinearLR`. Source: Hu et al. (2024).

    >>> wsd(1.0, total=10, cooldown=0.4)(np.array([0, 6, 8, 10, 99])).round(3)
    array([1. , 1. , 0.5, 0. , 0. ])
    """
    cooldown = checks.number("cooldown", cooldown, checks.share)
    if cooldown == 0:
        return _falling(lr, total, final, lambda share: 1.0 * (share < 1))
    return _falling(lr, total, final, lambda share: np.minimum(1 - share, cooldown) / cooldown)


def _falling(lr, total, final, shape):
    """From lr to final over `total` steps; shape falls from 1 to 0 while its argument rises to 1."""
    lr, final = checks.non_negative("lr", lr), checks.non_negative("final", final)
    total = checks.integer("total", total, least=1)
    return lambda t: final + (lr - final) * shape(np.minimum(checks.steps("t", t) / total, 1))


def inverse_sqrt_decay(lr):
    """lr(t) = lr / √(t + 1).

    Raises ValueError where lr is negative. Source: Zinkevich (2003), for online gradient descent.

    >>> inverse_sqrt_decay(1.0)(np.array([0, 3]))
    array([1. , 0.5])
    """
    lr = checks.non_negative("lr", lr)
    return lambda t: lr / np.sqrt(checks.steps("t", t) + 1)


def warmup(schedule, steps):
    """Rise linearly for `steps` steps, then follow a schedule.

    lr(t) = schedule(0) · (t + 1) / steps for t < steps, and schedule(t − steps) from then on.

    Raises TypeError where schedule is not a function, ValueError where steps is below 0.
    Source: Goyal et al. (2017), section 2.2.

    >>> warmup(constant(1.0), steps=4)(np.arange(6))
    array([0.25, 0.5 , 0.75, 1.  , 1.  , 1.  ])
    """
    checks.function("schedule", schedule)
    steps = checks.integer("steps", steps, least=0)

    def follow(t):
        return checks.non_negative("schedule(t)", schedule(t))

    def warm(t):
        t = checks.steps("t", t)
        if np.size(t) == 0:
            return t
        rising = follow(0) * (t + 1) / max(steps, 1)
        return np.where(t < steps, rising, follow(np.maximum(t - steps, 0)))[()]

    return warm
