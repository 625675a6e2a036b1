"""Checkers of chapter 6, Learning-rate decay, and the practice problem of its experiment."""

import inspect
import math

import numpy as np

from .. import checks, objectives, optimizers, schedules
from .answers import MistakeError, reals
from .compare import Verdict, check_answer, check_values
from .paper import OnPaper
from .words import named, number

STEPS = 600
_CURVATURES = np.geomspace(0.02, 4, 10)
_START = np.sqrt(2 / _CURVATURES)
_SIGMA = 0.7
_AT = np.arange(60)


def _rates_of(schedule, *_):
    """What a schedule that a reader returns gives for t = 0 … 59."""
    if not callable(schedule):
        raise MistakeError("return a function of t, for example with `lambda t: …`.")
    rates = [reals(schedule(t), f"lr({t})") for t in _AT.tolist()]
    for t, rate in enumerate(rates):
        if rate.size != 1:
            raise MistakeError(f"lr({t}) must be one number; yours has shape {rate.shape}.")
    return [rate.item() for rate in rates]


def _check_schedule(mine, theirs, cases, mistakes):
    def values(*case):
        return theirs(*case)(_AT)

    values.__signature__ = inspect.signature(theirs)
    return check_values(mine, values, cases, "lr({})", mistakes, read=_rates_of)


_ETA = 0.1 * 600 / (300 + 0.1 * 300)  # with one drop to a tenth at half time
check_area = OnPaper(
    {
        "the first rate of linear decay": 2 * 0.1,
        "that of cosine decay": 2 * 0.1,
        "that of step decay": _ETA,
        "that of inverse-square-root decay": 0.1 * 600 / (2 * math.sqrt(600)),
    },
    {
        "After the drop the rate is a tenth, and not zero: the second half has an area, too.": (
            None,
            None,
            0.2,
            None,
        ),
        "The sum of 1/√(t + 1) up to T is about 2√T: the 2 is missing.": (
            None,
            None,
            None,
            math.sqrt(600) / 10,
        ),
        "A line to zero covers half of the area of the constant rate: start at twice the rate.": (
            0.1,
            0.1,
            None,
            None,
        ),
    },
    within=0.04,
)
_EPOCH = math.ceil(1348 / 8)
check_epochs = OnPaper(
    {
        "`every`, in steps": 30 * _EPOCH,
        "the area under the colleague's run": 0.1 * 30 / (1 - 0.1),
        "as many steps at 0.1": 30 / (1 - 0.1),
    },
    {
        "The last minibatch of an epoch is smaller, and a step as well: round up.": (30 * 168, None, None),
        "A step comes for every minibatch, and not for every image.": (30 * 1348, None, None),
        "That is the area before the first drop; after it come a tenth of it, a hundredth, and so on.": (
            30 * _EPOCH,
            3,
            30,
        ),
    },
    within=0.02,
)
check_four_times = OnPaper(
    {"the factor of the rate": 4, "the factor of the floor's variance": 1},
    {
        "√4 would keep the noise of a step; here the area is to stay, with a quarter of the steps.": (
            2,
            None,
        ),
        "The batch is four times as large, but the rate is, too.": (4, 1 / 4),
        "The rate is four times as large, but the batch is, too.": (4, 4),
        "With a quarter of the steps the same rate covers a quarter of the distance.": (1, None),
    },
)


def _halved(h):
    return 1 / (2 * _HALF * h)


_HALF = 2 * (0.2 / 1.8 / 4) / (1 + 0.2 / 1.8 / 4)
check_half = OnPaper(
    {
        "the rate, exactly": _HALF,
        "the rate by the approximation": 0.2 / 4,
        "the time for h = 1": _halved(1),
        "the time for h = 0.1": _halved(0.1),
        "the time for h = 0.01": _halved(0.01),
    },
    {
        "Half the deviation is a quarter of the variance, and the variance goes with the rate.": (
            None,
            0.1,
            None,
            None,
            None,
        ),
        "The time is that of the new rate, and not of 0.2: a smaller rate averages longer.": (
            None,
            None,
            2.5,
            25,
            250,
        ),
        "The time is 1/(2ηh): a variance shrinks with the square, and the 2 is missing.": (
            None,
            None,
            2 * _halved(1),
            2 * _halved(0.1),
            2 * _halved(0.01),
        ),
    },
    within=0.03,
)


def _variance_of_mean(lr, points):
    """At its floor with h = σ = 1, x forgets by the factor 1 − lr a step."""
    after = np.arange(1, points)
    pairs = points + 2 * ((points - after) * (1 - lr) ** after).sum()
    return float(lr / (2 - lr) * pairs / points**2)


check_mean_of_many = OnPaper(
    {
        "the variance of one point at η = 0.1": 0.1 / 1.9,
        "that of the mean of 1,000": _variance_of_mean(0.1, 1000),
        "that of the mean of 1,000 at η = 0.05": _variance_of_mean(0.05, 1000),
    },
    {
        "That would hold for independent points; these remember the last one by the factor 1 − ηh.": (
            None,
            0.1 / 1.9 / 1000,
            None,
        ),
        "A smaller rate makes a point quieter, and its memory longer: for the mean the two cancel.": (
            None,
            None,
            _variance_of_mean(0.1, 1000) / 2,
        ),
        "A correlation counts with both neighbours, the point before and the point after.": (
            None,
            0.1 / 1.9 * 10 / 1000,
            None,
        ),
    },
    within=0.06,
)


def check_same_area(mine):
    """Check `mine(schedule, lr, steps)`: the schedule, scaled to the area of a constant lr."""
    cases = [
        (named("linear_decay(1.0, 40)", schedules.linear_decay(1.0, 40)), 0.1, 40),
        (named("inverse_sqrt_decay(0.5)", schedules.inverse_sqrt_decay(0.5)), 0.2, 50),
        (named("step_decay(2.0, 0.1, 15)", schedules.step_decay(2.0, 0.1, 15)), 0.3, 60),
    ]
    return _check_schedule(mine, _same_area(), cases, check_same_area.mistakes)


def _same_area(
    scale=lambda area, lr, steps: lr * steps / area,
    area=lambda schedule, steps: sum(schedule(t) for t in range(steps)),
):
    def maker(schedule, lr, steps):
        factor = scale(area(schedule, steps), lr, steps)
        return lambda t: factor * schedule(t)

    return maker


check_same_area.mistakes = {
    "The area of the constant rate is lr · steps: `steps` is missing.": _same_area(
        lambda area, lr, steps: lr / area
    ),
    "That is upside down: multiply by the area that is wanted, divide by the schedule's own.": _same_area(
        lambda area, lr, steps: area / (lr * steps)
    ),
    "The first rates are the same now, and not the areas.": _same_area(
        lambda first, lr, steps: lr / first, lambda schedule, steps: schedule(0)
    ),
    "The schedule is as it was: multiply its rates.": _same_area(lambda area, lr, steps: 1.0),
    "The sum has a step too many: the rates used are those of t = 0 … steps − 1.": _same_area(
        area=lambda schedule, steps: sum(schedule(t) for t in range(steps + 1))
    ),
    "The sum leaves out t = 0: the rates used are those of t = 0 … steps − 1.": _same_area(
        area=lambda schedule, steps: sum(schedule(t) for t in range(1, steps))
    ),
    "Half of the first rate is the mean of a straight line only; sum up the rates.": _same_area(
        area=lambda schedule, steps: schedule(0) / 2 * steps
    ),
}


def check_mended_run(mine):
    """Check `mine(grad, x, schedule, batches, epochs)`: the point after all epochs."""
    cases = {
        "a bowl with μ = 1, L = 10 under linear_decay(0.15, 40), 8 batches, 5 epochs": (
            named("gradient", objectives.quadratic(10.0).grad),
            np.array([4.0, 1.0]),
            named("linear_decay(0.15, 40)", schedules.linear_decay(0.15, 40)),
            8,
            5,
        ),
        "a bowl with μ = 1, L = 4 under step_decay(0.3, 0.1, 6), 3 batches, 4 epochs": (
            named("gradient", objectives.quadratic(4.0).grad),
            np.array([-2.0, 3.0]),
            named("step_decay(0.3, 0.1, 6)", schedules.step_decay(0.3, 0.1, 6)),
            3,
            4,
        ),
    }
    return check_values(mine, _scheduled(), cases, "x", check_mended_run.mistakes)


def _scheduled(time=lambda epoch, batch, batches: epoch * batches + batch):
    def run_of(grad, x, schedule, batches, epochs):
        for epoch in range(epochs):
            for batch in range(batches):
                x = x - schedule(time(epoch, batch, batches)) * grad(x)
        return x

    return run_of


check_mended_run.mistakes = {
    "That is the function as it was: count how often t grows in an epoch.": _scheduled(
        lambda epoch, batch, batches: epoch * (batches + 1) + batch
    ),
    "Your t grows once an epoch; the schedule counts steps.": _scheduled(lambda epoch, batch, batches: epoch),
    "The rate stays that of t = 0: t must grow with every step.": _scheduled(lambda epoch, batch, batches: 0),
    "The schedule begins anew with every epoch: t goes on.": _scheduled(lambda epoch, batch, batches: batch),
    "Your rates come a step early: the first step uses schedule(0).": _scheduled(
        lambda epoch, batch, batches: epoch * batches + batch + 1
    ),
    "Your t grows twice a step: every second rate is left out.": _scheduled(
        lambda epoch, batch, batches: 2 * (epoch * batches + batch)
    ),
}


def check_cooldown(mine):
    """Check `mine(schedule, start, steps)`: the schedule until `start`, then a line to zero."""
    cases = [
        (named("inverse_sqrt_decay(1.0)", schedules.inverse_sqrt_decay(1.0)), 9, 30),
        (named("constant(0.5)", schedules.constant(0.5)), 20, 10),
        (named("linear_decay(1.0, 50)", schedules.linear_decay(1.0, 50)), 30, 8),
        (named("constant(1.0)", schedules.constant(1.0)), 0, 40),
    ]
    return _check_schedule(mine, _cooled(), cases, check_cooldown.mistakes)


def _cooled(
    height=lambda schedule, start, t: schedule(start),
    share=lambda gone, steps: max(0.0, 1 - gone / steps),
    late=0,
):
    def maker(schedule, start, steps):
        def rate(t):
            if t < start + late:
                return schedule(t)
            return height(schedule, start, t) * share(t - start, steps)

        return np.vectorize(rate, otypes=[float])

    return maker


check_cooldown.mistakes = {
    "The line goes on below zero: from t = start + steps on the rate is 0.": _cooled(
        share=lambda gone, steps: 1 - gone / steps
    ),
    "Your line begins at schedule(0); the run has come to schedule(start).": _cooled(
        lambda schedule, start, t: schedule(0)
    ),
    "The schedule goes on falling under your line: from `start` on it is a line from schedule(start).": (
        _cooled(lambda schedule, start, t: schedule(t))
    ),
    "The line begins a step late: at t = start + 1 the rate has fallen by one part already.": _cooled(
        share=lambda gone, steps: min(1.0, max(0.0, 1 - (gone - 1) / steps))
    ),
    "The line begins a step early: at t = start the rate is still schedule(start).": _cooled(
        share=lambda gone, steps: max(0.0, 1 - (gone + 1) / steps)
    ),
    "The line falls to zero in one step too few: over `steps` steps, by 1/steps each.": _cooled(
        share=lambda gone, steps: max(0.0, 1 - gone / (steps - 1))
    ),
    "At `start` the rate drops to zero at once: let it fall along a line.": _cooled(
        share=lambda gone, steps: 0.0
    ),
    "The line counts from t = 0: how long ago was `start`?": lambda schedule, start, steps: np.vectorize(
        lambda t: schedule(t) if t < start else schedule(start) * max(0.0, 1 - t / steps), otypes=[float]
    ),
}


def check_restarts(mine):
    """Check `mine(lr, period)`: cosine decay to 0 that starts anew, in periods that double."""
    cases = [(1.0, 8), (0.1, 3), (0.5, 20)]
    return _check_schedule(mine, _restarts(), cases, check_restarts.mistakes)


def _restarts(longer=lambda length, period: 2 * length, fall=lambda share: (1 + np.cos(np.pi * share)) / 2):
    def maker(lr, period):
        def rate(t):
            length = period
            while t >= length:
                t, length = t - length, longer(length, period)
            return lr * fall(t / length)

        return np.vectorize(rate, otypes=[float])

    return maker


def _by_remainder(lr, period):
    """The period grows, but the place in it is counted from t = 0."""

    def rate(t):
        length = period * 2 ** int(np.log2(t / period + 1))
        return lr * (1 + np.cos(np.pi * (t % length) / length)) / 2

    return np.vectorize(rate, otypes=[float])


check_restarts.mistakes = {
    "It never starts anew.": lambda lr, period: schedules.cosine_decay(lr, period),
    "Your periods are all equally long: each is twice as long as the one before.": _restarts(
        lambda length, period: length
    ),
    "Your periods are 1, 2, 3, … times `period`: each is *twice* as long as the one before.": _restarts(
        lambda length, period: length + period
    ),
    "The lengths are right; the place in a period is counted from its own start, and not from t = 0.": (
        _by_remainder
    ),
    "The half is missing: (1 + cos)/2.": _restarts(fall=lambda share: 1 + np.cos(np.pi * share)),
    "The cosine goes below 0: (1 + cos)/2.": _restarts(fall=lambda share: np.cos(np.pi * share)),
    "It rises: 1 + cos, not 1 − cos.": _restarts(fall=lambda share: (1 - np.cos(np.pi * share)) / 2),
    "Half a turn is π; yours goes through a whole one, and comes up again.": _restarts(
        fall=lambda share: (1 + np.cos(2 * np.pi * share)) / 2
    ),
    "That is a line in each period; the cosine is missing.": _restarts(fall=lambda share: 1 - share),
}


def practice_run(lr, seed=0):
    """The loss at each of 600 steps of SGD on the practice problem, of shape (601,).

    `lr` is a number or a schedule. A run that diverges is NaN from there on. Its curvatures and its
    noise are not told: look at the curve.
    """
    rng = np.random.default_rng(checks.integer("seed", seed, least=0))

    def noisy(x):
        return _CURVATURES * x + _SIGMA * rng.normal(size=x.shape)

    path = optimizers.run(optimizers.gradient_descent(noisy, _START, lr=lr), STEPS)
    with np.errstate(over="ignore"):
        losses = 0.5 * (_CURVATURES * path**2).sum(axis=-1)
    return np.where(np.isfinite(losses), losses, np.nan)


def _expected(lr):
    """The expected loss of the practice problem after all steps, without the noise and with it alone."""
    rates = optimizers.rates(lr)
    mean, variance = _START, np.zeros_like(_START)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            rate = float(next(rates))
            shrink = 1 - rate * _CURVATURES
            mean, variance = shrink * mean, shrink**2 * variance + (rate * _SIGMA) ** 2
        return 0.5 * (_CURVATURES * mean**2).sum(), 0.5 * (_CURVATURES * variance).sum()


def _best_constant():
    return min(sum(_expected(float(lr))) for lr in np.geomspace(0.01, 0.4, 40))


def check_constant_rate(mine):
    """Check `mine()`: a constant learning rate within 20% of the best final loss on the practice problem."""

    def judge(rate):
        if callable(rate):
            raise MistakeError("Return one number, the rate: a schedule is for the next exercise.")
        rate = reals(rate, "the rate")
        if rate.ndim:
            raise MistakeError(f"Return one number, the rate; yours gives {rate.size} in an array or a list.")
        rate = float(rate)
        if not (np.isfinite(rate) and rate > 0):
            raise MistakeError(f"A rate is greater than 0 and finite; yours is {number(rate)}.")
        left, noise = _expected(rate)
        best = _best_constant()
        if rate * _CURVATURES[-1] >= 2:
            return Verdict(
                False,
                f"lr = {rate:g} diverges: it is 2/L or more for the steepest direction, which does not "
                "shrink. Look at the curve of a run, and try a tenth.",
            )
        if left + noise <= 1.2 * best:
            return Verdict(
                True, f"Right: {left + noise:.3f} on average after {STEPS} steps; the best has {best:.3f}."
            )
        why = (
            "low: the curve still falls at the end"
            if left > noise
            else "high: the curve has long been flat, and ragged"
        )
        return Verdict(
            False,
            f"lr = {rate:g} ends at {left + noise:.3f} on average; {best:.3f} is possible. It is too {why}.",
        )

    return check_answer(mine, judge)


def check_chosen_schedule(mine):
    """Check `mine()`: a schedule that ends at most at 0.6 times the best constant's loss."""

    def judge(schedule):
        if not callable(schedule):
            raise MistakeError("Return a schedule, a function of t: for example step_decay(0.1, 0.1, 100).")
        for t in range(STEPS):
            rate = reals(schedule(t), f"The rate at t = {t}")
            if rate.size != 1 or not np.isfinite(rate).all() or (rate < 0).any():
                raise MistakeError(f"lr({t}) must be one number, at least 0; yours gives {rate}.")
        left, noise = _expected(lambda t: float(schedule(t)))
        end, best = left + noise, _best_constant()
        if not np.isfinite(end) or end > 1e3:
            return Verdict(False, "This schedule diverges: it starts too high.")
        share = f"{end:.3f} on average, {end / best:.0%} of what the best constant rate reaches"
        if end <= 0.6 * best:
            return Verdict(True, f"Right: {share}.")
        if left > noise:
            return Verdict(
                False,
                f"{share}; aim at 60%. Most of it is distance still to go ({left:.3f}): "
                "start higher or fall later.",
            )
        return Verdict(
            False,
            f"{share}; aim at 60%. Most of it is noise ({noise:.3f}): fall further, or stay low for longer.",
        )

    return check_answer(mine, judge)
