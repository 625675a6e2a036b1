"""Checkers of chapter 6, Learning-rate decay, and the practice problem of its experiment."""

import inspect

import numpy as np

from .. import checks, optimizers, schedules
from .answers import MistakeError, reals
from .compare import Verdict, check_answer, check_values
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


def check_cosine(mine):
    """Check `mine(lr, total, final)`, which returns a schedule, against `optimlib.cosine_decay`."""
    cases = [(0.3, 25, 0.05), (1.0, 40, 0.0), (0.1, 1, 0.1)]
    return _check_schedule(mine, schedules.cosine_decay, cases, check_cosine.mistakes)


def _cosine(share=lambda t, total: min(t / total, 1), rate=None):
    rate = rate or (lambda lr, final, c: final + (lr - final) * (1 + c) / 2)
    return lambda lr, total, final: lambda t: rate(lr, final, np.cos(np.pi * share(t, total)))


check_cosine.mistakes = {
    "After t = total it swings up again: stay at `final`, with min(t / total, 1).": _cosine(
        lambda t, total: t / total
    ),
    "The half is missing: (1 + cos)/2 goes from 1 to 0.": _cosine(
        rate=lambda lr, final, c: final + (lr - final) * (1 + c)
    ),
    "The cosine goes from 1 to −1: (1 + cos)/2 goes from 1 to 0.": _cosine(
        rate=lambda lr, final, c: final + (lr - final) * c
    ),
    "At the start that is lr + final: scale the fall to lr − final.": _cosine(
        rate=lambda lr, final, c: final + lr * (1 + c) / 2
    ),
    "It falls to 0: `final` is missing.": _cosine(rate=lambda lr, final, c: lr * (1 + c) / 2),
    "It is cut off at `final`; the whole cosine should go from lr to final.": _cosine(
        rate=lambda lr, final, c: max(final, lr * (1 + c) / 2)
    ),
    "It rises: 1 + cos, not 1 − cos.": _cosine(rate=lambda lr, final, c: final + (lr - final) * (1 - c) / 2),
    "That is linear decay; the cosine is missing.": schedules.linear_decay,
    "π is missing: the cosine goes from 0 to π.": _cosine(lambda t, total: min(t / total, 1) / np.pi),
    "The cosine takes radians: π is half a turn, and 180 is not.": _cosine(
        lambda t, total: min(t / total, 1) * 180 / np.pi
    ),
    "`final` is reached at t = total, a step later than yours.": _cosine(
        lambda t, total: min(t / max(total - 1, 1), 1)
    ),
}


def check_warmup(mine):
    """Check `mine(schedule, steps)`, which returns a schedule, against `optimlib.warmup`."""
    cases = [
        (named("linear_decay(1.0, 30)", schedules.linear_decay(1.0, 30)), 5),
        (named("constant(0.5)", schedules.constant(0.5)), 10),
        (named("constant(1.0)", schedules.constant(1.0)), 1),
    ]
    return _check_schedule(mine, schedules.warmup, cases, check_warmup.mistakes)


def _warm(share=lambda t, steps: (t + 1) / steps, after=lambda t, steps: t - steps, peak=lambda t: 0, last=0):
    def maker(schedule, steps):
        return lambda t: (
            schedule(peak(t)) * share(t, steps) if t < steps + last else schedule(after(t, steps))
        )

    return maker


check_warmup.mistakes = {
    "The + 1 is missing: at t = 0 the rate is 0, and a step is wasted.": _warm(lambda t, steps: t / steps),
    "Divide by steps: the climb ends at the full rate, schedule(0).": _warm(
        lambda t, steps: (t + 1) / (steps + 1)
    ),
    "After the climb the schedule begins, at schedule(0): schedule(t − steps).": _warm(
        after=lambda t, steps: t
    ),
    "While it climbs, the rate is a share of schedule(0), not of schedule(t).": _warm(peak=lambda t: t),
    "The climb goes to schedule(0), and after it the schedule begins: schedule(t − steps).": (
        _warm(after=lambda t, steps: t, peak=lambda t: t)
    ),
    "The climb has a step too many: it is for t < steps.": _warm(last=1),
    "The climb is missing.": lambda schedule, steps: schedule,
}


def check_restarts(mine):
    """Check `mine(lr, period)`: cosine decay to 0 that starts anew every `period` steps."""
    cases = [(1.0, 20), (0.1, 7), (0.5, 100)]
    return _check_schedule(mine, _restarts(), cases, check_restarts.mistakes)


def _restarts(wrap=lambda t, period: t % period / period, fall=lambda c: (1 + c) / 2):
    return lambda lr, period: lambda t: lr * fall(np.cos(np.pi * wrap(np.asarray(t), period)))


check_restarts.mistakes = {
    "It never starts anew: count with t % period.": lambda lr, period: schedules.cosine_decay(lr, period),
    "It swings up as slowly as it fell: at t = period the rate jumps back to lr.": _restarts(
        lambda t, period: t / period
    ),
    "The restart comes a step late: at t = period the rate is lr again.": _restarts(
        lambda t, period: t % (period + 1) / period
    ),
    "0 comes within the period; the fall is over `period` steps, and the restart comes first.": _restarts(
        lambda t, period: t % period / (period - 1)
    ),
    "The half is missing: (1 + cos)/2.": _restarts(fall=lambda c: 1 + c),
    "The cosine goes below 0: (1 + cos)/2.": _restarts(fall=lambda c: c),
    "It rises: 1 + cos, not 1 − cos.": _restarts(fall=lambda c: (1 - c) / 2),
    "Half a turn is π; yours goes through a whole one, and comes up again.": _restarts(
        lambda t, period: 2 * (t % period) / period
    ),
}


def check_variances(mine):
    """Check `mine(rates, h, sigma)`: the variance of x after 0, 1, … steps at these rates, from 0."""
    t = np.arange(30)
    cases = {
        "a rate that drops, h = 2, σ = 0.5": (schedules.step_decay(0.5, 0.1, 10)(t), 2.0, 0.5),
        "a constant rate, h = 1, σ = 1": (schedules.constant(0.5)(t), 1.0, 1.0),
        "an inverse-square-root rate, h = 0.3, σ = 3": (schedules.inverse_sqrt_decay(1.0)(t), 0.3, 3.0),
    }
    return check_values(mine, _variances(), cases, "the variances", check_variances.mistakes)


def _variances(
    shrink=lambda rate, h: (1 - rate * h) ** 2,
    noise=lambda rate, sigma: (rate * sigma) ** 2,
    read=lambda found: found,
):
    def variances(rates, h, sigma):
        found = [0.0]
        for rate in rates:
            found.append(shrink(rate, h) * found[-1] + noise(rate, sigma))
        return np.array(read(found))

    return variances


check_variances.mistakes = {
    "The variance at the start, 0, is missing: one entry more than `rates`.": _variances(
        read=lambda found: found[1:]
    ),
    "The last one is missing: one entry more than `rates`.": _variances(read=lambda found: found[:-1]),
    "The factor of a variance is a square: (1 − ηh)².": _variances(lambda rate, h: 1 - rate * h),
    "A step adds η²σ²: the rate is squared as well.": _variances(noise=lambda rate, sigma: rate * sigma**2),
    "A step adds η²σ²: σ is a deviation, and squared as well.": _variances(
        noise=lambda rate, sigma: rate**2 * sigma
    ),
    "A step adds η²σ²: both are squared.": _variances(noise=lambda rate, sigma: rate * sigma),
    "A step adds η²σ²: the rate is missing.": _variances(noise=lambda rate, sigma: sigma**2),
    "The curvature is missing in (1 − ηh)².": _variances(lambda rate, h: (1 - rate) ** 2),
    "Those are deviations; the variance is the square.": _variances(read=np.sqrt),
    "What is there already shrinks by (1 − ηh)² at each step; yours only grows.": _variances(
        lambda rate, h: 1.0
    ),
}


def check_best_rates(mine):
    """Check `mine(h, sigma, v0, steps)`: the rates that bring E x² down fastest from v0."""
    cases = [(2.0, 0.5, 4.0, 6), (1.0, 1.0, 1.0, 10), (0.1, 1.0, 100.0, 12)]
    return check_values(mine, _best_rates(), cases, "the rates", check_best_rates.mistakes)


def _best_rates(
    rate=lambda h, v, sigma: h * v / (h**2 * v + sigma**2),
    renewed=lambda v, rate, h, sigma: (1 - rate * h) ** 2 * v + (rate * sigma) ** 2,
    start=lambda v0: v0,
    first=0,
):
    def rates(h, sigma, v0, steps):
        found, v = [], start(v0)
        for _ in range(steps + first):
            found.append(rate(h, v, sigma))
            v = renewed(v, found[-1], h, sigma)
        return np.array(found[first:])

    return rates


check_best_rates.mistakes = {
    "The rate stays that of the start: E x² falls, and the next rate with it.": _best_rates(
        renewed=lambda v, rate, h, sigma: v
    ),
    "Your rates are one step ahead: the first is for v0.": _best_rates(first=1),
    "σ is a deviation: it is squared, in the rate and in what a step adds.": _best_rates(
        lambda h, v, sigma: h * v / (h**2 * v + sigma),
        lambda v, rate, h, sigma: (1 - rate * h) ** 2 * v + rate**2 * sigma,
    ),
    "v0 is E x² already: no further square.": _best_rates(start=lambda v0: v0**2),
    "An h is missing above: h v/(h² v + σ²).": _best_rates(lambda h, v, sigma: v / (h**2 * v + sigma**2)),
    "h is squared below: h v/(h² v + σ²).": _best_rates(lambda h, v, sigma: h * v / (h * v + sigma**2)),
    "The noise is missing: a step adds η²σ² to what is left.": _best_rates(
        renewed=lambda v, rate, h, sigma: (1 - rate * h) ** 2 * v
    ),
    "1/h is the best rate without noise.": _best_rates(lambda h, v, sigma: 1 / h),
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
