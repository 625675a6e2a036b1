"""The checkers of chapter 5 accept what is right and say what is wrong."""

import numpy as np

from optimlib import adam, adamw, rmsprop
from optimlib.exercises.adaptive import (
    check_adam,
    check_adamw,
    check_amsgrad,
    check_drift,
    check_effective_rates,
    check_first_steps,
    check_rmsprop,
)


def test_the_library_passes_its_own_checks():
    assert check_rmsprop(rmsprop)
    assert check_adam(adam)
    assert check_adamw(adamw)


def mistaken_adam(correct=True, outside=True, weight_decay=None, largest=False):
    """Adam as readers write it: with or without correction, eps outside or inside the root, and so on."""

    def mine(grad, x, lr, beta1, beta2, eps, weight_decay=0.0):
        m = v = top = np.zeros_like(x)
        t = 0
        while True:
            yield x
            t += 1
            g = grad(x) + (0 if decoupled else weight_decay * x)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            top = np.maximum(top, v) if largest else v
            m_hat, v_hat = (m / (1 - beta1**t), top / (1 - beta2**t)) if correct else (m, top)
            below = np.sqrt(v_hat) + eps if outside else np.sqrt(v_hat + eps)
            x = x - lr * m_hat / below - (lr * weight_decay * x if decoupled else 0)

    decoupled = weight_decay == "decoupled"
    return mine


def test_the_correction_is_asked_for_at_the_first_step():
    assert check_adam(mistaken_adam())
    assert "step t = 1 is the first that differs" in repr(check_adam(mistaken_adam(correct=False)))


def test_eps_inside_the_root_is_found():
    assert "a quadratic with a large eps" in repr(check_adam(mistaken_adam(outside=False)))


def test_l2_in_the_gradient_is_not_adamw():
    assert check_adamw(mistaken_adam(weight_decay="decoupled"))
    assert not check_adamw(mistaken_adam(weight_decay="in the gradient"))


def test_amsgrad_needs_the_largest():
    assert check_amsgrad(mistaken_adam(correct=False, largest=True))
    assert not check_amsgrad(mistaken_adam(correct=False))


def test_the_drift_is_the_one_that_is_measured():
    def mine(C, beta2):
        v = moved = 0.0
        for t in range(3 * 20_000):
            g = (C, -1.0, -1.0)[t % 3]
            v = beta2 * v + (1 - beta2) * g**2
            if t >= 3 * 19_999:
                moved -= g / np.sqrt(v)
        return moved

    assert check_drift(mine)


def test_the_first_steps_know_that_t_counts_from_one():
    assert "the step is" in repr(
        check_first_steps(lambda b1, b2, t: (1 - b1 ** (t + 1)) / (1 - b2 ** (t + 1)) ** 0.5)
    )


def test_rates_that_come_a_step_late_are_found():
    def mine(gradients, lr, decay, eps):
        s, rates = np.zeros_like(gradients[0]), []
        for g in gradients:
            rates.append(lr / (np.sqrt(s) + eps))
            s = decay * s + (1 - decay) * g**2
        return np.array(rates)

    assert "row 0 of the rates is the first that differs" in repr(check_effective_rates(mine))
