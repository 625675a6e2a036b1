"""The checkers of chapter 3 accept what is right and say what is wrong."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from optimlib import clipped, gradient_descent, momentum, run
from optimlib.exercises.gradient_descent import (
    check_batch_size,
    check_best_lr,
    check_clipped_rows,
    check_four_rows,
    check_gradient_descent,
    check_minibatches,
    check_promise,
    check_share_of_minima,
    check_three_numbers,
    check_worst_angle,
)


def test_the_library_passes_and_momentum_does_not():
    assert check_gradient_descent(gradient_descent)
    verdict = check_gradient_descent(lambda grad, x, lr: momentum(grad, x, lr=lr, rho=0.5))
    assert "step t = 2 is the first that differs" in repr(verdict)


def test_the_best_lr_is_the_one_that_a_search_finds():
    def mine(grad, n):
        H = np.array([(grad(3 * e) - grad(-3 * e)) / 6 for e in np.eye(n)])
        curvatures = np.linalg.eigvalsh(H)
        low, high = 1 / curvatures[-1], 2 / curvatures[-1]
        for _ in range(200):  # golden section would do; thirds are shorter
            third = (high - low) / 3
            left, right = (abs(1 - lr * curvatures).max() for lr in (low + third, high - third))
            low, high = (low + third, high) if left > right else (low, high - third)
        return low, abs(1 - low * curvatures).max()

    assert check_best_lr(mine)
    swapped = check_best_lr(lambda grad, n: mine(grad, n)[::-1])
    assert "another order: return the learning rate, the factor" in repr(swapped)


def test_the_worst_angle_is_the_one_that_is_measured():
    def mine(kappa):
        b = np.sqrt(np.geomspace(1e-6, 1, 200_001))  # a = 1
        cosine = (1 + kappa * b**2) / np.sqrt((1 + b**2) * (1 + kappa**2 * b**2))
        return np.degrees(np.arccos(cosine.min()))

    assert check_worst_angle(mine)


def test_the_batch_size_is_the_least_over_all_batches():
    rows = np.random.default_rng(1).normal(size=(8, 2))

    def error(B):
        means = [rows[list(batch)].mean(axis=0) for batch in itertools.combinations(range(8), B)]
        return np.sqrt(((means - rows.mean(axis=0)) ** 2).sum(axis=1).mean())

    def mine(rows, target):
        n, variance = len(rows), rows.var(axis=0).sum()
        return int(np.ceil(n * variance / (variance + target**2 * (n - 1))))

    for target in (0.2, 0.4, 0.8, 3.0):
        assert mine(rows, target) == next(B for B in range(1, 9) if error(B) <= target)
    assert check_batch_size(mine)


def test_numbers_on_paper_are_those_of_the_library():
    def steps_to_a_millionth(lr):
        path = run(gradient_descent(lambda x: x * [3.0, 48.0], [0.0, 1.0], lr=lr), 200)
        return int(np.argmax(abs(path[:, 1]) <= 1e-6))

    assert check_three_numbers(2 / 48, 2 / 51, steps_to_a_millionth(2 / 51))
    assert check_promise(0.72, 0.72, 0.25, 1.125)
    assert check_four_rows(3.75, 2.25, 2, 14 / 3)
    short = clipped(lambda x: x - np.array([[0.0], [0.0], [0.0], [8.0]]), 1.0)
    ends = run(gradient_descent(lambda x: short(np.tile(x, (4, 1))).mean(axis=0), [2.0], lr=0.1), 2000)
    assert check_clipped_rows(2, ends[-1, 0])


def test_the_share_of_minima_is_the_one_that_is_counted():
    signs = {n: list(itertools.product((1, -1, 1), repeat=n)) for n in (1, 2, 3, 10)}

    def mine(n):
        if n > 10:
            return (2 / 3) ** n
        return np.mean([min(point) > 0 for point in signs[n]])

    assert check_share_of_minima(mine)


class Endless:
    """An iterator that is no generator."""

    def __init__(self, grad, x, lr):
        self.grad, self.x, self.lr = grad, x, lr

    def __iter__(self):
        return self

    def __next__(self):
        here = self.x
        self.x = here - self.lr * self.grad(here)
        return here


def test_any_iterator_will_do():
    assert check_gradient_descent(Endless)
    assert check_gradient_descent(
        lambda grad, x, lr: itertools.accumulate(itertools.repeat(x), lambda x, _: x - lr * grad(x))
    )


def shuffled(n, B, rng):
    rows = np.arange(n)
    rng.shuffle(rows)
    return [list(rows[first : first + B]) for first in range(0, n, B)]


def one_by_one(n, B, rng):
    order = rng.permutation(n)
    for first in range(0, n, B):
        yield order[first : first + B]


@pytest.mark.parametrize(
    "mine",
    [
        shuffled,
        one_by_one,
        lambda n, B, rng: tuple(map(tuple, shuffled(n, B, rng))),
        lambda n, B, rng: np.split(rng.permutation(n), range(B, n, B)),
        lambda n, B, rng: np.argsort(rng.random(n))[None] if B == n else shuffled(n, B, rng),
        lambda n, B, rng: iter(shuffled(n, B, rng)),
    ],
    ids=["lists", "generator", "tuples", "split", "matrix", "iterator"],
)
def test_any_honest_epoch_passes(mine):
    assert check_minibatches(mine)


def pieces(order, B):
    return [order[first : first + B] for first in range(0, len(order), B)]


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda n, B, rng: pieces(rng.permutation(n)[: n // B * B], B), "the last 2 rows are dropped"),
        (lambda n, B, rng: pieces(rng.integers(0, n, size=n), B), "drawing with replacement"),
        (lambda n, B, rng: pieces(np.arange(n), B), "their own order"),
        (lambda n, B, rng: pieces(np.random.permutation(n), B), "draw it from `rng`, not from np.random"),
        (lambda n, B, rng: pieces(np.random.default_rng(0).permutation(n), B), "make no new one"),
        (lambda n, B, rng: [rng.permutation(n)], "the batches have 50 rows; right is 16, 16, 16, 2"),
        (lambda n, B, rng: pieces(rng.permutation(n) + 1, B), "numbered from 0 to 49"),
        (lambda n, B, rng: rng.permutation(n), "an array of row numbers; one of yours is"),
        (lambda n, B, rng: pieces(rng.permutation(n) / 3, B), "an array of row numbers"),
        (lambda n, B, rng: itertools.repeat(np.arange(B)), "drawing with replacement"),
        (lambda n, B, rng: pieces(rng.permutation(n), B)[n], "For n = 50, B = 16: IndexError"),
    ],
    ids=range(11),
)
def test_what_is_wrong_with_an_epoch_is_named(mine, words):
    assert words in repr(check_minibatches(mine))


def test_a_share_may_be_a_fraction():
    assert check_share_of_minima(lambda n: Fraction(2, 3) ** n)
