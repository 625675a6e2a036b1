"""The checkers of chapter 3 accept what is right and say what is wrong."""

import itertools

import numpy as np

from optimlib import gradient_descent, momentum
from optimlib.exercises.gradient_descent import (
    check_best_lr,
    check_gradient_descent,
    check_minibatches,
    check_noise,
    check_share_of_minima,
    check_worst_angle,
)


def test_the_library_passes_and_momentum_does_not():
    assert check_gradient_descent(gradient_descent)
    verdict = check_gradient_descent(lambda grad, x, lr: momentum(grad, x, lr=lr, rho=0.5))
    assert "step t = 2 is the first that differs" in repr(verdict)


def test_the_best_lr_is_the_one_that_a_search_finds():
    def mine(H):
        curvatures = np.linalg.eigvalsh(H)
        low, high = 1 / curvatures[-1], 2 / curvatures[-1]
        for _ in range(200):  # golden section would do; thirds are shorter
            third = (high - low) / 3
            left, right = (abs(1 - lr * curvatures).max() for lr in (low + third, high - third))
            low, high = (low + third, high) if left > right else (low, high - third)
        return low, abs(1 - low * curvatures).max()

    assert check_best_lr(mine)
    assert "the learning rate is" in repr(check_best_lr(lambda H: (1 / np.linalg.eigvalsh(H)[-1], 0.5)))


def test_the_worst_angle_is_the_one_that_is_measured():
    def mine(kappa):
        b = np.sqrt(np.geomspace(1e-6, 1, 200_001))  # a = 1
        cosine = (1 + kappa * b**2) / np.sqrt((1 + b**2) * (1 + kappa**2 * b**2))
        return np.degrees(np.arccos(cosine.min()))

    assert check_worst_angle(mine)
    in_radians = check_worst_angle(lambda kappa: np.arccos(2 * np.sqrt(kappa) / (1 + kappa)))
    assert "the angle is" in repr(in_radians)


def test_any_honest_epoch_passes():
    def shuffled(n, B, rng):
        rows = np.arange(n)
        rng.shuffle(rows)
        return [list(rows[first : first + B]) for first in range(0, n, B)]

    assert check_minibatches(shuffled)


def test_epochs_that_drop_repeat_or_do_not_shuffle_rows_are_told():
    def dropping(n, B, rng):
        order = rng.permutation(n)
        return [order[first : first + B] for first in range(0, n - B + 1, B)]

    def repeating(n, B, rng):
        return [rng.integers(0, n, size=min(B, n - first)) for first in range(0, n, B)]

    def in_order(n, B, rng):
        return [np.arange(n)[first : first + B] for first in range(0, n, B)]

    assert "n = 50, B = 16, the list of batch sizes has shape" in repr(check_minibatches(dropping))
    assert "rows used" in repr(check_minibatches(repeating))
    assert "different orders" in repr(check_minibatches(in_order))


def test_the_noise_is_the_one_over_all_batches():
    def over_all(rows, B):
        rows = rows[:8]
        means = [rows[list(batch)].mean(axis=0) for batch in itertools.combinations(range(8), B)]
        return np.sqrt(((means - rows.mean(axis=0)) ** 2).sum(axis=1).mean())

    def formula(rows, B):
        n = len(rows)
        return np.sqrt(((rows - rows.mean(axis=0)) ** 2).sum(axis=1).mean() / B * (n - B) / (n - 1))

    rows = np.random.default_rng(1).normal(size=(8, 2))
    assert all(np.isclose(over_all(rows, B), formula(rows, B), atol=1e-12) for B in range(1, 9))
    assert check_noise(formula)
    assert "B = 8, the noise is" in repr(
        check_noise(lambda rows, B: formula(rows, B) if B == 1 else formula(rows, 1) / np.sqrt(B))
    )


def test_the_share_of_minima_is_the_one_that_is_counted():
    signs = {n: list(itertools.product((1, -1, 1), repeat=n)) for n in (1, 2, 3, 10)}

    def mine(n):
        if n > 10:
            return (2 / 3) ** n
        return np.mean([min(point) > 0 for point in signs[n]])

    assert check_share_of_minima(mine)
