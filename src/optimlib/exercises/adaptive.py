"""Checkers of chapter 5, Adaptive methods."""

import types

import numpy as np

from .. import objectives, optimizers
from .compare import check_method, check_values

_ADAM = {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def _second(
    square=lambda s, g, decay: decay * s + (1 - decay) * g**2,
    below=lambda s, eps, decay, t: np.sqrt(s) + eps,
    late=False,
    sign=-1,
):
    """RMSProp: what becomes of s, what g is divided by, and whether with the s of the step before."""

    def method(grad, x, lr, decay, eps):
        s, t = np.zeros_like(x), 0
        while True:
            yield x
            g, old, t = grad(x), s, t + 1
            s = square(s, g, decay)
            x = x + sign * lr * g / below(old if late else s, eps, decay, t)

    return method


def check_rmsprop(mine):
    """Check `mine(grad, x, lr, decay, eps)`, a generator of iterates, against `optimlib.rmsprop`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "decay": 0.9, "eps": 1.0}),
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "decay": 0.9, "eps": 1e-8}),
        ("Beale's function", objectives.beale, {"lr": 0.01, "decay": 0.99, "eps": 1e-8}),
    ]
    return check_method(mine, optimizers.rmsprop, cases, check_rmsprop.mistakes)


check_rmsprop.mistakes = {
    "ε stands inside the root; outside it is √s + ε.": _second(
        below=lambda s, eps, decay, t: np.sqrt(s + eps)
    ),
    "ε is missing: √s + ε.": _second(below=lambda s, eps, decay, t: np.sqrt(s)),
    "The root is missing: divide by √s + ε.": _second(below=lambda s, eps, decay, t: s + eps),
    "s is a sum here, which is AdaGrad: RMSProp forgets, with decay and 1 − decay.": _second(
        lambda s, g, decay: s + g**2
    ),
    "The new square has weight 1 − decay: decay · s + (1 − decay) · g².": _second(
        lambda s, g, decay: decay * s + g**2
    ),
    "decay and 1 − decay have changed places: decay belongs to the old s.": _second(
        lambda s, g, decay: (1 - decay) * s + decay * g**2
    ),
    "s averages the gradient, not its square.": _second(lambda s, g, decay: decay * s + (1 - decay) * abs(g)),
    "You divide by the s of the step before: renew s first.": _second(late=True),
    "RMSProp has no bias correction: that is Adam with β₁ = 0.": _second(
        below=lambda s, eps, decay, t: np.sqrt(s / (1 - decay**t)) + eps
    ),
    "The sign is turned: that goes uphill.": _second(sign=1),
}


def _adam_with(
    corrected=(True, True),
    first=1,
    below=lambda v, eps: np.sqrt(v) + eps,
    kept=False,
    swapped=False,
    top="",
    decay=None,
    gradient=lambda g, x, weight_decay: g,
    look=lambda x, lr, weight_decay: x,
    sign=-1,
):
    """Adam and its kin, with the changes that readers make.

    `corrected` says which of m and v are, `first` is the first t; `kept` leaves the correction in m
    and v; `top` is "beside" v or fed "back" into it; `decay` is (what x is multiplied by, when).
    """

    def method(grad, x, lr, beta1, beta2, eps, weight_decay=0.0):
        beta1, beta2 = (beta2, beta1) if swapped else (beta1, beta2)
        m = v = most = np.zeros_like(x)
        t = first - 1
        factor, when = decay or (lambda lr, wd: 1.0, "before")
        while True:
            yield x
            t += 1
            g = gradient(grad(look(x, lr, weight_decay)), x, weight_decay)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            most = np.maximum(most, v)
            if top == "back":
                v = most
            m_hat = m / (1 - beta1**t) if corrected[0] else m
            v_hat = (most if top else v) / ((1 - beta2**t) if corrected[1] else 1)
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
    "The corrected values stay in m and v: give m̂ and v̂ names of their own.": {"kept": True},
    "v is corrected and m is not.": {"corrected": (False, True)},
    "m is corrected and v is not.": {"corrected": (True, False)},
}


def check_adam(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`, a generator of iterates, against `optimlib.adam`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "eps": 1.0}),
        ("a quadratic", objectives.quadratic(10.0), _ADAM),
        ("Beale's function", objectives.beale, {**_ADAM, "beta1": 0.5, "beta2": 0.9}),
    ]
    return check_method(mine, optimizers.adam, cases, check_adam.mistakes)


check_adam.mistakes = {
    sentence: _adam_with(**change) for sentence, change in {**_CORRECTION, **_COMMON}.items()
}
_DECOUPLED = {"decay": (lambda lr, weight_decay: 1 - lr * weight_decay, "before")}


def check_adamw(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps, weight_decay)` against `optimlib.adamw`."""
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
    "The decay comes after the step, and shrinks the step as well: decay x first.": _adam_with(
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
    "The decay is missing: that is Adam.": _adam_with(),
    **{
        sentence: _adam_with(**change, **_DECOUPLED)
        for sentence, change in {**_CORRECTION, **_COMMON}.items()
    },
}


def check_amsgrad(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`: Adam uncorrected, with the largest √v so far."""
    cases = [
        ("a slope, steep in rare places,", _STEEP, {**_ADAM, "beta1": 0.5, "beta2": 0.9, "eps": 1.0}),
        ("Beale's function", objectives.beale, {**_ADAM, "beta1": 0.5, "beta2": 0.5}),
    ]
    return check_method(mine, _adam_with((False, False), top="beside"), cases, check_amsgrad.mistakes)


# What is steep comes again and again, so that a largest v that is fed back grows.
_STEEP = types.SimpleNamespace(grad=lambda x: 1 + 20 * np.cos(12 * x) ** 16, start=np.array([0.1, 0.3]))

check_amsgrad.mistakes = {
    "The largest is fed back into the average: keep v and its largest so far apart.": _adam_with(
        (False, False), top="back"
    ),
    "The largest is not kept: that is Adam without correction.": _adam_with((False, False)),
    "Here there is no bias correction.": _adam_with(top="beside"),
    "Here there is no bias correction, and the largest is not kept: that is Adam.": _adam_with(),
    **{
        sentence.replace("v̂", "v"): _adam_with((False, False), top="beside", **change)
        for sentence, change in _COMMON.items()
    },
}


def check_first_steps(mine):
    """Check `mine(beta1, beta2, t)`: uncorrected Adam's t-th step on an even slope, over lr."""
    cases = [(0.9, 0.999, 10), (0.9, 0.999, 1), (0.9, 0.99, 5), (0.0, 0.9, 3), (0.99, 0.9, 1)]
    return check_values(mine, _first_step(), cases, "the step", check_first_steps.mistakes)


def _first_step(above=lambda b, t: 1 - b**t, below=lambda b, t: np.sqrt(1 - b**t)):
    return lambda beta1, beta2, t: above(beta1, t) / below(beta2, t)


check_first_steps.mistakes = {
    "The root is missing: m is divided by √v.": _first_step(below=lambda b, t: 1 - b**t),
    "The ratio is upside down.": _first_step(lambda b, t: np.sqrt(1 - b**t), lambda b, t: 1 - b**t),
    "β₁ and β₂ have changed places: m has β₁, v has β₂.": lambda beta1, beta2, t: _first_step()(
        beta2, beta1, t
    ),
    "t counts from 1: the first step has β¹.": _first_step(
        lambda b, t: 1 - b ** (t + 1), lambda b, t: np.sqrt(1 - b ** (t + 1))
    ),
    "The weights of t gradients sum to 1 − βᵗ, not (1 − β)ᵗ.": _first_step(
        lambda b, t: (1 - b) ** t, lambda b, t: np.sqrt((1 - b) ** t)
    ),
    "That is the first step; at t the sums have grown to 1 − βᵗ.": _first_step(
        lambda b, t: 1 - b, lambda b, t: np.sqrt(1 - b)
    ),
    "That is Adam with the correction: its steps are lr.": lambda beta1, beta2, t: 1.0,
}


def check_effective_rates(mine):
    """Check `mine(gradients, lr, decay, eps)`: RMSProp's lr / (√s + eps) at every step."""
    rng = np.random.default_rng(5)
    cases = [
        (rng.normal(size=(12, 2)) * [1.0, 100.0], 0.01, 0.99, 1.0),
        (rng.normal(size=(12, 2)), 0.1, 0.9, 1e-8),
        (np.ones((12, 3)), 1.0, 0.0, 0.5),
    ]
    return check_values(mine, _rates(), cases, "the rates", check_effective_rates.mistakes)


def _rates(
    square=lambda s, g, decay: decay * s + (1 - decay) * g**2,
    rate=lambda lr, s, g, eps, decay, t: lr / (np.sqrt(s) + eps),
    late=False,
):
    def rates(gradients, lr, decay, eps):
        s, found = np.zeros_like(gradients[0]), []
        for t, g in enumerate(gradients, 1):
            old, s = s, square(s, g, decay)
            found.append(rate(lr, old if late else s, g, eps, decay, t))
        return np.array(found)

    return rates


check_effective_rates.mistakes = {
    "Your rates come a step late: a gradient enters s before it is divided.": _rates(late=True),
    "The root is missing: lr/(√s + ε).": _rates(rate=lambda lr, s, g, eps, decay, t: lr / (s + eps)),
    "ε stands inside the root; outside it is √s + ε.": _rates(
        rate=lambda lr, s, g, eps, decay, t: lr / np.sqrt(s + eps)
    ),
    "Those are the steps; the rate is what the gradient is multiplied by.": _rates(
        rate=lambda lr, s, g, eps, decay, t: lr * g / (np.sqrt(s) + eps)
    ),
    "lr is missing: lr/(√s + ε).": _rates(rate=lambda lr, s, g, eps, decay, t: 1 / (np.sqrt(s) + eps)),
    "That is what is divided by; the rate is lr over it.": _rates(
        rate=lambda lr, s, g, eps, decay, t: np.sqrt(s) + eps
    ),
    "s is a sum here, which is AdaGrad: RMSProp forgets, with decay and 1 − decay.": _rates(
        lambda s, g, decay: s + g**2
    ),
    "The new square has weight 1 − decay.": _rates(lambda s, g, decay: decay * s + g**2),
    "decay and 1 − decay have changed places: decay belongs to the old s.": _rates(
        lambda s, g, decay: (1 - decay) * s + decay * g**2
    ),
    "RMSProp has no bias correction.": _rates(
        rate=lambda lr, s, g, eps, decay, t: lr / (np.sqrt(s / (1 - decay**t)) + eps)
    ),
}


def check_drift(mine):
    """Check `mine(C, beta2)`: Adam's move over a period of gradients C, −1, −1, over lr, for β₁ = 0."""
    cases = [(3.0, 0.1), (3.0, 0.9), (4.0, 1 / 17), (10.0, 0.5), (2.5, 0.999)]
    return check_values(mine, _drift(), cases, "the drift", check_drift.mistakes)


def _drift(norm=lambda b: (1 - b) / (1 - b**3), root=np.sqrt, sign=1, order=(0, 1, 2)):
    """`order` permutes v₁, v₂, v₃."""

    def drift(C, beta2):
        squares, slopes = np.array([C**2, 1.0, 1.0]), np.array([C, -1.0, -1.0])
        v = [norm(beta2) * (beta2 ** np.arange(3) @ np.roll(squares[::-1], k + 1)) for k in order]
        return -sign * (slopes / root(np.array(v))).sum()

    return drift


check_drift.mistakes = {
    "The sign is turned: C pulls to −, so −C/√v₁ + 1/√v₂ + 1/√v₃.": _drift(sign=-1),
    "The roots are missing: the step is g/√v.": _drift(root=lambda v: v),
    "k is missing: v₁, v₂ and v₃ are averages.": _drift(lambda b: 1.0),
    "k is (1 − β₂)/(1 − β₂³), the sum of the repeated weights: yours has 1 − β₂ only.": _drift(
        lambda b: 1 - b
    ),
    "v₁ is just after C: there C² has weight 1. A step later, in v₂, it has β₂.": _drift(order=(2, 0, 1)),
}
