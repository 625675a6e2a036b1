"""Checkers of chapter 5, Adaptive methods."""

import math
import types

import numpy as np

from .. import objectives, optimizers
from .compare import check_method, check_values
from .paper import OnPaper

_ADAM = {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def _steps_over_lr(gradients, correction=lambda beta, t: 1 - beta**t, beta1=0.9, beta2=0.999):
    """Adam's steps in units of lr, from the gradients met, with ε = 0."""
    m, v, steps = 0.0, 0.0, []
    for t, g in enumerate(gradients, 1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        steps.append(-m / correction(beta1, t) / math.sqrt(v / correction(beta2, t)) if v else 0.0)
    return tuple(steps)


# A slope of 1, lr = 0.1, a distance of 50: AdaGrad's step t is lr/√t, RMSProp's are lr in the end.
check_long_way = OnPaper(
    {"AdaGrad's number of steps": (50 / (2 * 0.1)) ** 2, "RMSProp's number of steps": 50 / 0.1},
    {
        "That is √T: square it.": (50 / (2 * 0.1), None),
        "1 + 1/√2 + … + 1/√T is about 2√T, not √T.": ((50 / 0.1) ** 2, None),
        "AdaGrad's steps shrink, so it needs far more than 50/0.1 of them.": (50 / 0.1, None),
        "RMSProp's average of squares settles at 1: its steps do not shrink.": (None, (50 / (2 * 0.1)) ** 2),
    },
    within=0.02,
)

# The paper's form takes 0.0001 of each weight a step; PyTorch multiplies by lr, 0.001 and then 0.0005.
check_decay_forms = OnPaper(
    {
        "weight_decay at lr = 0.001": 1e-4 / 0.001,
        "weight_decay at lr = 0.0005": 1e-4 / 0.0005,
        "the half-life in steps": math.log(2) / 1e-4,
    },
    {
        "PyTorch multiplies weight_decay by lr: what must stand there so that the product is 0.0001?": (
            1e-4,
            None,
            None,
        ),
        "A smaller lr makes the product smaller: weight_decay must make up for it.": (None, 0.05, None),
        "With the same weight_decay, half the lr means half the decay.": (None, 0.1, None),
        "That is the time to 1/e, 1/(ηλ): the half-life is ln 2 of it.": (None, None, 1e4),
    },
)

check_three_steps = OnPaper(
    dict(zip(("the first step", "the second", "the third"), _steps_over_lr((2, -2, 2)), strict=True)),
    {
        "The sign is turned: the gradient 2 sends x down.": tuple(-s for s in _steps_over_lr((2, -2, 2))),
        "Those are the steps without correction.": _steps_over_lr((2, -2, 2), lambda beta, t: 1),
        "The correction changes with t: 1 − βᵗ, not 1 − β.": _steps_over_lr(
            (2, -2, 2), lambda beta, t: 1 - beta
        ),
        "m is not 0 after 2 and −2: the first share has faded by 0.9, so 0.18 − 0.2 is left.": (
            None,
            0,
            None,
        ),
    },
)

_RARE = -np.array(_steps_over_lr([0.0] * 999 + [1.0] + [0.0] * 999))[999:]
check_rare_word = OnPaper(
    {"the first step": float(_RARE[0]), "the distance in all": float(_RARE.sum())},
    {
        "The correction still matters at t = 1,000: 1 − 0.999¹⁰⁰⁰ is 0.63.": (0.1 / math.sqrt(0.001), None),
        "That would be a first step at t = 1; here the count stands at 1,000.": (1, None),
        "Gradient 0 does not mean step 0: m is still there, and fades by 0.9 a step.": (
            None,
            float(_RARE[0]),
        ),
        "The steps do not stay as long as the first: m fades by 0.9 a step.": (None, float(_RARE[0]) * 1000),
    },
    within=0.02,
)

check_memory_in_rows = OnPaper(
    {
        "the half-life in rows": 64 * math.log(2) / -math.log(0.999),
        "1 − β₂ at B = 8": 1 - 0.999 ** (8 / 64),
    },
    {
        "That is in steps; each of them has 64 rows.": (math.log(2) / -math.log(0.999), None),
        "That is the memory to 1/e, 1/(1 − β₂) steps: half is forgotten sooner.": (64 / 0.001, None),
        "The other way: with fewer rows a step, β₂ must be nearer to 1.": (None, 0.008),
        "With β₂ as it was, the memory shrinks to an eighth of the rows.": (None, 0.001),
        "Not by the root of the ratio: the number of steps in the half-life grows by 8.": (
            None,
            1 - 0.999 ** math.sqrt(8 / 64),
        ),
    },
)


def _adam_with(
    corrected=(True, True),
    first=1,
    below=lambda v, eps: np.sqrt(v) + eps,
    kept=False,
    swapped=False,
    decay=None,
    gradient=lambda g, x, weight_decay: g,
    look=lambda x, lr, weight_decay: x,
    sign=-1,
):
    """Adam and AdamW, with the changes that readers make.

    `corrected` says which of m and v are, `first` is the first t; `kept` leaves the correction in m
    and v; `decay` is (what x is multiplied by, when).
    """

    def method(grad, x, lr, beta1, beta2, eps, weight_decay=0.0):
        beta1, beta2 = (beta2, beta1) if swapped else (beta1, beta2)
        m = v = np.zeros_like(x)
        t = first - 1
        factor, when = decay or (lambda lr, wd: 1.0, "before")
        while True:
            yield x
            t += 1
            g = gradient(grad(look(x, lr, weight_decay)), x, weight_decay)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat = m / (1 - beta1**t) if corrected[0] else m
            v_hat = v / (1 - beta2**t) if corrected[1] else v
            if kept:
                m, v = m_hat, v_hat
            shrunk = factor(lr, weight_decay)
            step = sign * lr * m_hat / below(v_hat, eps)
            x = shrunk * x + step if when == "before" else shrunk * (x + step)

    return method


_COMMON = {
    "ε stands inside the root; outside it is √v̂ + ε.": {"below": lambda v, eps: np.sqrt(v + eps)},
    "The root is missing: divide by √v̂ + ε.": {"below": lambda v, eps: v + eps},
    "ε is missing: √v̂ + ε.": {"below": lambda v, eps: np.sqrt(v)},
    "β₁ and β₂ have changed places.": {"swapped": True},
    "The sign is turned: that goes uphill.": {"sign": 1},
}
_CORRECTION = {
    "The bias correction is missing: m/(1 − β₁ᵗ) and v/(1 − β₂ᵗ).": {"corrected": (False, False)},
    "t is counted from 0: 1 − β⁰ is 0, and the first step is 0/0. Count from 1.": {"first": 0},
    "t is a step ahead: at the first step it is 1.": {"first": 2},
    "v is corrected and m is not.": {"corrected": (False, True)},
    "m is corrected and v is not.": {"corrected": (True, False)},
}

_PLANTED = "The bug is still there: follow m and v by hand for two steps, on a slope of 1."


def check_adam(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`, an Adam with its bug mended, against `optimlib.adam`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "eps": 1.0}),
        ("a quadratic", objectives.quadratic(10.0), _ADAM),
        ("Beale's function", objectives.beale, {**_ADAM, "beta1": 0.5, "beta2": 0.9}),
    ]
    return check_method(mine, optimizers.adam, cases, check_adam.mistakes)


check_adam.mistakes = {
    _PLANTED: _adam_with(kept=True),
    **{sentence: _adam_with(**change) for sentence, change in {**_CORRECTION, **_COMMON}.items()},
}
_DECOUPLED = {"decay": (lambda lr, weight_decay: 1 - lr * weight_decay, "before")}


def check_adamw(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps, weight_decay)`, mended, against `optimlib.adamw`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "weight_decay": 0.5, "eps": 1.0}),
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "weight_decay": 0.0}),
        ("Beale's function", objectives.beale, {**_ADAM, "weight_decay": 2.0}),
    ]
    return check_method(mine, optimizers.adamw, cases, check_adamw.mistakes)


check_adamw.mistakes = {
    "That is L2 in the gradient, the old Adam: the decay must not go through m and v.": _adam_with(
        gradient=lambda g, x, weight_decay: g + weight_decay * x
    ),
    "That is L2 in the gradient, and with a 2: the decay must not go through m and v.": _adam_with(
        gradient=lambda g, x, weight_decay: g + 2 * weight_decay * x
    ),
    "The bug is still there: how long is the first step from x = 0?": _adam_with(
        decay=(lambda lr, weight_decay: 1 - lr * weight_decay, "after")
    ),
    "lr is missing in the decay: 1 − lr · weight_decay.": _adam_with(
        decay=(lambda lr, weight_decay: 1 - weight_decay, "before")
    ),
    "The decay is 1 − lr · weight_decay; yours has a 2.": _adam_with(
        decay=(lambda lr, weight_decay: 1 - 2 * lr * weight_decay, "before")
    ),
    "The gradient is taken at the decayed x; it belongs to x before the decay.": _adam_with(
        look=lambda x, lr, weight_decay: (1 - lr * weight_decay) * x, **_DECOUPLED
    ),
    "The corrected values stay in m and v: give m̂ and v̂ names of their own.": _adam_with(
        kept=True, **_DECOUPLED
    ),
    "The decay is missing: that is Adam.": _adam_with(),
    **{
        sentence: _adam_with(**change, **_DECOUPLED)
        for sentence, change in {**_CORRECTION, **_COMMON}.items()
    },
}


def check_momentum_by_adam(mine):
    """Check `mine(grad, x, lr, rho)`: Adam with settings that make it momentum."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.02, "rho": 0.9}),
        ("Beale's function", objectives.beale, {"lr": 0.001, "rho": 0.5}),
    ]
    return check_method(mine, optimizers.momentum, cases, check_momentum_by_adam.mistakes)


def _momentum_by_adam(rate=lambda lr, rho, eps: lr * eps / (1 - rho), eps=1e14, **more):
    def method(grad, x, lr, rho):
        settings = {"beta1": rho, "eps": eps, "bias_correction": False, **more}
        return optimizers.adam(grad, x, lr=rate(lr, rho, eps), **settings)

    return method


check_momentum_by_adam.mistakes = {
    "The bias correction is on: momentum has none.": _momentum_by_adam(bias_correction=True),
    "m is an average, and momentum's v a sum: 1/(1 − ρ) is missing.": _momentum_by_adam(
        lambda lr, rho, eps: lr * eps
    ),
    "Each step is divided by ε: lr must bring it back.": _momentum_by_adam(
        lambda lr, rho, eps: lr / (1 - rho)
    ),
    "1 − ρ stands upside down: m is smaller than momentum's v, so lr must grow.": _momentum_by_adam(
        lambda lr, rho, eps: lr * eps * (1 - rho)
    ),
    "β₁ is 0 there: it has the part of ρ.": _momentum_by_adam(lambda lr, rho, eps: lr * eps, beta1=0.0),
    "ε is too small: √v still counts beside it. Take 10¹⁴.": _momentum_by_adam(eps=1e4),
}


def check_settings_read(mine):
    """Check `mine(gradients, points)`: the lr and the decay of RMSProp, read off its first two steps."""
    streams = {
        "the first path": ([1.0, 2.0, -1.0], 0.1, 0.9),
        "the second path": ([-3.0, 1.0, 1.0], 0.02, 0.99),
        "the third path": ([0.5, -0.4, 0.3, 2.0], 1.5, 0.5),
    }
    cases = {name: _rmsprop_path(*stream) for name, stream in streams.items()}
    return check_values(mine, _read(), cases, ("lr", "decay"), check_settings_read.mistakes)


def _rmsprop_path(gradients, lr, decay):
    """The gradients, and the points from 0 where RMSProp with ε = 0 meets them."""
    s, points = 0.0, [0.0]
    for g in gradients:
        s = decay * s + (1 - decay) * g**2
        points.append(points[-1] - lr * g / math.sqrt(s))
    return np.array(gradients), np.array(points)


def _read(
    ratio=lambda first, second: (first / second) ** 2,
    squares=lambda g: (g[1] / g[0]) ** 2,
    rate=lambda first, decay: abs(first) * np.sqrt(1 - decay),
    decay=lambda ratio, squares: (ratio - 1) * squares,
):
    def read(gradients, points):
        first, second = np.diff(points)[:2]
        d = decay(ratio(first, second), squares(gradients))
        return rate(first, d), d

    return read


check_settings_read.mistakes = {
    "The first step is lr/√(1 − d), not lr: RMSProp has no correction.": _read(
        rate=lambda first, d: abs(first)
    ),
    "lr is a length: the sign of the step is the gradient's.": _read(
        rate=lambda first, d: first * np.sqrt(1 - d)
    ),
    "The root is missing: lr is the first step times √(1 − d).": _read(
        rate=lambda first, d: abs(first) * (1 - d)
    ),
    "The ratio of the steps must be squared: a step holds √s.": _read(
        lambda first, second: abs(first / second)
    ),
    "The gradients must be squared: s is made of squares.": _read(squares=lambda g: abs(g[1] / g[0])),
    "The gradients' ratio is upside down: g₂²/g₁².": _read(squares=lambda g: (g[0] / g[1]) ** 2),
    "The ratio of the steps is (d g₁² + g₂²)/g₂²: take 1 away before you solve for d.": _read(
        decay=lambda ratio, squares: ratio * squares
    ),
    "You took the ratio of the squared steps upside down: the first over the second.": _read(
        lambda first, second: (second / first) ** 2
    ),
}


def check_own_counts(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`: Adam in which a coordinate without a gradient rests."""
    cases = [
        ("rare gradients", _SELDOM, {**_ADAM, "eps": 1.0}),
        ("rare gradients", _SELDOM, {**_ADAM, "beta1": 0.5, "beta2": 0.9}),
    ]
    return check_method(mine, _resting(), cases, check_own_counts.mistakes)


def _seldom(x):
    """A slope of 1 in the first coordinate, which counts; a gradient of the second at every fourth step."""
    x = np.asarray(x, dtype=float)
    count = np.floor(0.3 - x[0] / 0.05)
    return np.array([1.0, (x[1] - 1) * (count % 4 == 1)])


_SELDOM = types.SimpleNamespace(grad=_seldom, start=np.array([0.0, 3.0]))


def _resting(x_rests=True, moments_rest=True, own=True, corrected=True):
    """Adam with what rests where the gradient is 0, and whether each coordinate has a count of its own."""

    def method(grad, x, lr, beta1, beta2, eps):
        m = v = t = np.zeros_like(x)
        while True:
            yield x
            g = grad(x)
            met = g != 0
            t = t + (met if own else 1)
            new_m, new_v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            m, v = (np.where(met, new_m, m), np.where(met, new_v, v)) if moments_rest else (new_m, new_v)
            first, second = (1 - beta1 ** np.maximum(t, 1), 1 - beta2 ** np.maximum(t, 1))
            m_hat, v_hat = (m / first, v / second) if corrected else (m, v)
            step = lr * m_hat / (np.sqrt(v_hat) + eps)
            x = x - (step * met if x_rests else step)

    return method


check_own_counts.mistakes = {
    "That is Adam itself: m and v fade at rest, and x walks on.": _resting(False, False, False),
    "t counts for all coordinates together: give each its own.": _resting(own=False),
    "m and v fade while their coordinate rests: they must stand still, too.": _resting(moments_rest=False),
    "x walks on along m while its gradient is 0: it must rest.": _resting(x_rests=False),
    "m and v fade at rest, and t counts for all: only x waits.": _resting(moments_rest=False, own=False),
    "x and t do not rest: only m and v wait.": _resting(x_rests=False, own=False),
    "Each coordinate counts for itself, but x, m and v do not rest.": _resting(False, False),
    "The bias correction is missing.": _resting(corrected=False),
}
