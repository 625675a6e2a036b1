"""The checkers of chapter 5 accept what is right and say what is wrong."""

import numpy as np

from optimlib import adam as library_adam
from optimlib import rmsprop, run
from optimlib.exercises.adaptive import (
    check_adam,
    check_momentum_by_adam,
    check_own_counts,
    check_rare_word,
    check_settings_read,
    check_three_steps,
)


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


def test_the_planted_bug_is_not_given_away():
    verdict = repr(check_adam(adam(keep=True)))
    assert "step t = 2 is the first that differs" in verdict
    assert verdict.endswith("follow m and v by hand for two steps, on a slope of 1.")


def test_any_large_epsilon_makes_momentum_of_adam():
    def with_eps(eps):
        def mine(grad, x, lr, rho):
            return library_adam(grad, x, lr * eps / (1 - rho), rho, 0.0, eps, bias_correction=False)

        return mine

    assert check_momentum_by_adam(with_eps(1e13))
    assert check_momentum_by_adam(with_eps(1e16))


def test_the_settings_are_those_of_the_library_s_method():
    gradients = np.array([1.0, 3.0])
    stream = iter(gradients)
    points = run(rmsprop(lambda x: next(stream) + 0 * x, [0.0], lr=0.2, decay=0.8, eps=0), 2)[:, 0]

    def mine(given, path):
        first, second = np.diff(path)[:2]
        decay = ((first / second) ** 2 - 1) * (given[1] / given[0]) ** 2
        return abs(first) * (1 - decay) ** 0.5, decay

    assert np.allclose(mine(gradients, points), (0.2, 0.8))
    assert check_settings_read(mine)


def test_a_count_of_its_own_may_be_kept_coordinate_by_coordinate():
    def mine(grad, x, lr, beta1, beta2, eps):
        m, v, t = [0.0] * len(x), [0.0] * len(x), [0] * len(x)
        while True:
            yield x
            x = x.copy()
            for i, g in enumerate(grad(x)):
                if g == 0:
                    continue
                t[i] += 1
                m[i] = beta1 * m[i] + (1 - beta1) * g
                v[i] = beta2 * v[i] + (1 - beta2) * g**2
                x[i] -= lr * m[i] / (1 - beta1 ** t[i]) / ((v[i] / (1 - beta2 ** t[i])) ** 0.5 + eps)

    assert check_own_counts(mine)


def test_numbers_on_paper_are_those_of_the_library():
    def steps(gradients):
        stream = iter(gradients)
        return np.diff(run(library_adam(lambda x: next(stream) + 0 * x, [0.0], lr=1.0), len(gradients))[:, 0])

    assert check_three_steps(*steps([2.0, -2.0, 2.0]))
    rare = -steps([0.0] * 999 + [5.0] + [0.0] * 600)
    assert check_rare_word(rare[999], rare.sum())
