"""The checkers of chapter 5 accept what is right and say what is wrong."""

import numpy as np

from optimlib.exercises.adaptive import check_adam, check_drift, check_effective_rates


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


def adam(first=1, keep=False):
    """Adam as readers write it, with lists and with moments changed in place."""

    def mine(grad, x, lr, beta1, beta2, eps):
        m, v, t = np.zeros(2), np.zeros(2), first
        while True:
            yield [float(value) for value in x]
            g = np.array(grad(x))
            m *= beta1
            m += (1 - beta1) * g
            v *= beta2
            v += (1 - beta2) * g * g
            if keep:
                m /= 1 - beta1**t
                v /= 1 - beta2**t
                step = m / (np.sqrt(v) + eps)
            else:
                step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
            x = x - lr * step
            t += 1

    return mine


def test_adam_passes_with_lists_and_in_place():
    assert check_adam(adam())


def test_a_count_from_zero_is_named_and_no_warning_leaks(recwarn):
    verdict = check_adam(adam(first=0))
    assert "yours is at (NaN, NaN)" in repr(verdict)
    assert "t is counted from 0" in repr(verdict)
    assert not recwarn.list


def test_a_correction_that_stays_is_named():
    assert "give m̂ and v̂ names of their own" in repr(check_adam(adam(keep=True)))


def test_rates_that_are_written_over_the_gradients_are_right():
    def mine(gradients, lr, decay, eps):
        s = 0
        for t, g in enumerate(gradients):
            s = decay * s + (1 - decay) * g**2
            gradients[t] = lr / (np.sqrt(s) + eps)
        return gradients

    verdict = check_effective_rates(mine)
    assert verdict
    assert "changed its argument gradients" in repr(verdict)
