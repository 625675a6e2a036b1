"""Checkers of chapter 6, Learning-rate decay, and the practice problem of its experiment."""

import numpy as np

from .. import checks, optimizers, schedules
from .compare import Verdict, check_answer, check_values

STEPS = 600
_CURVATURES = np.geomspace(0.02, 4, 10)
_START = np.sqrt(2 / _CURVATURES)
_SIGMA = 0.7
_AT = np.arange(60)


def check_cosine(mine):
    """Check `mine(lr, total, final)`, which returns a schedule, against `optimlib.cosine_decay`."""
    cases = [(1.0, 40, 0.0), (0.3, 25, 0.05), (0.1, 1, 0.1)]
    return check_values(
        _at_all_steps(mine), _at_all_steps(schedules.cosine_decay), cases, ("lr(t) for t = 0 … 59",), _three
    )


def _three(lr, total, final):
    return f"lr = {lr:g}, total = {total}, final = {final:g}"


def check_warmup(mine):
    """Check `mine(schedule, steps)`, which returns a schedule, against `optimlib.warmup`."""
    cases = [
        (schedules.constant(0.5), 10),
        (schedules.linear_decay(1.0, 30), 5),
        (schedules.constant(1.0), 1),
    ]
    return check_values(
        _at_all_steps(mine),
        _at_all_steps(schedules.warmup),
        cases,
        ("lr(t) for t = 0 … 59",),
        lambda schedule, steps: (
            f"a schedule that starts at {float(schedule(0)):g}, and {steps} steps of warm-up"
        ),
    )


def check_restarts(mine):
    """Check `mine(lr, period)`: cosine decay to 0 that starts anew every `period` steps."""

    def theirs(lr, period):
        falling = schedules.cosine_decay(lr, period)
        return lambda t: falling(np.asarray(t) % period)

    return check_values(
        _at_all_steps(mine),
        _at_all_steps(theirs),
        [(1.0, 20), (0.1, 7), (0.5, 100)],
        ("lr(t) for t = 0 … 59",),
        lambda lr, period: f"lr = {lr:g}, period = {period}",
    )


def _at_all_steps(maker):
    """From a maker of schedules, the function of the same arguments that gives all their values."""

    def values(*case):
        schedule = maker(*case)
        return None if schedule is None else np.array([float(schedule(t)) for t in _AT])

    values.__name__ = getattr(maker, "__name__", "your function")
    return values


def check_variances(mine):
    """Check `mine(rates, h, sigma)`: the variance of x after 0, 1, … steps at these rates, from 0."""

    def theirs(rates, h, sigma):
        variances = [0.0]
        for rate in rates:
            variances.append((1 - rate * h) ** 2 * variances[-1] + (rate * sigma) ** 2)
        return np.array(variances)

    t = np.arange(30)
    cases = [
        (schedules.constant(0.5)(t), 1.0, 1.0),
        (schedules.step_decay(0.5, 0.1, 10)(t), 2.0, 0.5),
        (schedules.inverse_sqrt_decay(1.0)(t), 0.3, 3.0),
    ]
    words = iter(("a constant rate", "a rate that drops", "an inverse-square-root rate"))
    return check_values(
        mine,
        theirs,
        cases,
        ("the variances",),
        lambda rates, h, sigma: f"{next(words)}, h = {h:g}, σ = {sigma:g}",
    )


def check_best_rates(mine):
    """Check `mine(h, sigma, v0, steps)`: the rates that bring E x² down fastest from v0."""

    def theirs(h, sigma, v0, steps):
        rates, v = [], v0
        for _ in range(steps):
            rates.append(h * v / (h**2 * v + sigma**2))
            v = v * sigma**2 / (h**2 * v + sigma**2)
        return np.array(rates)

    cases = [(1.0, 1.0, 1.0, 10), (2.0, 0.5, 4.0, 8), (0.1, 1.0, 100.0, 12)]
    return check_values(mine, theirs, cases, ("the rates",))


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
        rate = checks.number("lr", rate, checks.non_negative)
        left, noise = _expected(rate)
        best = _best_constant()
        if not np.isfinite(left + noise) or left + noise > 1e3:
            return Verdict(False, f"lr = {rate:g} diverges: a direction is too steep for it. Try a tenth.")
        if left + noise <= 1.2 * best:
            return Verdict(
                True,
                f"Right: {left + noise:.3f} on average after {STEPS} steps; the best has {best:.3f}.",
            )
        way = (
            "low: the curve still falls at the end"
            if left > noise
            else "high: the curve has long been flat, and noisy"
        )
        return Verdict(
            False,
            f"lr = {rate:g} ends at {left + noise:.3f} on average; {best:.3f} is possible. It is too {way}.",
        )

    return check_answer(mine, judge)


def check_chosen_schedule(mine):
    """Check `mine()`: a schedule that ends at most at 0.6 times the best constant's loss."""

    def judge(schedule):
        checks.function("what you return", schedule)
        left, noise = _expected(schedule)
        end, best = left + noise, _best_constant()
        if not np.isfinite(end) or end > 1e3:
            return Verdict(False, "This schedule diverges: it starts too high.")
        share = f"{end:.3f} on average, {end / best:.0%} of what the best constant rate reaches"
        if end <= 0.6 * best:
            return Verdict(True, f"Right: {share}.")
        if left > noise:
            return Verdict(
                False,
                f"{share}; aim at 60%. Most is way not yet gone ({left:.3f}): start higher or fall later.",
            )
        return Verdict(
            False,
            f"{share}; aim at 60%. Most is noise ({noise:.3f}): fall further, or stay low for longer.",
        )

    return check_answer(mine, judge)
