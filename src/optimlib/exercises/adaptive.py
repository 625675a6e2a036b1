"""Checkers of chapter 5, Adaptive methods."""

import numpy as np

from .. import objectives, optimizers
from .compare import check_method, check_values


def check_rmsprop(mine):
    """Check `mine(grad, x, lr, decay, eps)`, a generator of iterates, against `optimlib.rmsprop`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {"lr": 0.05, "decay": 0.9, "eps": 1e-8}),
        ("a quadratic with a large eps", objectives.quadratic(10.0), {"lr": 0.05, "decay": 0.9, "eps": 1.0}),
        ("Beale's function", objectives.beale, {"lr": 0.01, "decay": 0.99, "eps": 1e-8}),
    ]
    return check_method(mine, optimizers.rmsprop, cases)


_ADAM = {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def check_adam(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`, a generator of iterates, against `optimlib.adam`."""
    cases = [
        ("a quadratic with a large eps", objectives.quadratic(10.0), {**_ADAM, "eps": 1.0}),
        ("a quadratic", objectives.quadratic(10.0), _ADAM),
        ("Beale's function", objectives.beale, {**_ADAM, "beta1": 0.5, "beta2": 0.9}),
    ]
    return check_method(mine, optimizers.adam, cases)


def check_adamw(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps, weight_decay)` against `optimlib.adamw`."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "weight_decay": 0.5}),
        ("a quadratic without decay", objectives.quadratic(10.0), {**_ADAM, "weight_decay": 0.0}),
        ("Beale's function", objectives.beale, {**_ADAM, "weight_decay": 2.0}),
    ]
    return check_method(mine, optimizers.adamw, cases)


def check_amsgrad(mine):
    """Check `mine(grad, x, lr, beta1, beta2, eps)`: Adam uncorrected, with the largest √v so far."""
    cases = [
        ("a quadratic", objectives.quadratic(10.0), {**_ADAM, "beta2": 0.9}),
        ("Beale's function", objectives.beale, {**_ADAM, "beta1": 0.5, "beta2": 0.5}),
    ]
    return check_method(mine, _amsgrad, cases)


def _amsgrad(grad, x, lr, beta1, beta2, eps):
    m = v = largest = np.zeros_like(x)
    while True:
        yield x
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        largest = np.maximum(largest, v)
        x = x - lr * m / (np.sqrt(largest) + eps)


def check_first_steps(mine):
    """Check `mine(beta1, beta2, t)`: uncorrected Adam's t-th step on an even slope, over lr."""

    def theirs(beta1, beta2, t):
        return (1 - beta1**t) / np.sqrt(1 - beta2**t)

    cases = [(0.9, 0.999, 1), (0.9, 0.999, 10), (0.9, 0.99, 5), (0.0, 0.9, 3), (0.99, 0.9, 1)]
    return check_values(
        mine, theirs, cases, ("the step",), describe=lambda b1, b2, t: f"β₁ = {b1}, β₂ = {b2}, t = {t}"
    )


def check_effective_rates(mine):
    """Check `mine(gradients, lr, decay, eps)`: RMSProp's lr / (√s + eps) at every step."""

    def theirs(gradients, lr, decay, eps):
        s, rates = np.zeros_like(gradients[0]), []
        for g in gradients:
            s = decay * s + (1 - decay) * g**2
            rates.append(lr / (np.sqrt(s) + eps))
        return np.array(rates)

    rng = np.random.default_rng(5)
    cases = [
        (rng.normal(size=(12, 2)), 0.1, 0.9, 1e-8),
        (rng.normal(size=(12, 2)) * [1.0, 100.0], 0.01, 0.99, 1.0),
        (np.ones((12, 3)), 1.0, 0.0, 0.5),
    ]
    return check_values(
        mine,
        theirs,
        cases,
        ("the rates",),
        describe=lambda gradients, lr, decay, eps: f"lr = {lr}, decay = {decay}, eps = {eps}",
    )


def check_drift(mine):
    """Check `mine(C, beta2)`: Adam's move over a period of gradients C, −1, −1, over lr, for β₁ = 0."""

    def theirs(C, beta2):
        squares = np.array([C**2, 1.0, 1.0])
        weights = (1 - beta2) / (1 - beta2**3) * beta2 ** np.arange(3)
        v = [weights @ squares[[k, k - 1, k - 2]] for k in range(3)]
        return -C / np.sqrt(v[0]) + 1 / np.sqrt(v[1]) + 1 / np.sqrt(v[2])

    cases = [(3.0, 0.1), (3.0, 0.9), (4.0, 1 / 17), (10.0, 0.5), (2.5, 0.999)]
    return check_values(
        mine, theirs, cases, ("the drift",), describe=lambda C, beta2: f"C = {C:g}, β₂ = {beta2:.3g}"
    )
