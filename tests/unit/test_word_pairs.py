import warnings

import numpy as np
import pytest

from optimlib import adam, check_gradient, gradient_descent, linear_decay, run, softmax
from optimlib.word_pairs import PairTable, course, last_of

COUNTS = np.array([[6, 3, 0, 1], [2, 2, 1, 0], [1, 0, 0, 1], [1, 1, 1, 0]])
SHARES = COUNTS / COUNTS.sum()
TABLE = PairTable(SHARES)


def cross_entropy(x):
    return -(SHARES * np.log(softmax(x.reshape(4, 4)))).sum()


def test_the_gradient_is_that_of_the_cross_entropy():
    x = np.random.default_rng(0).normal(size=16)
    assert check_gradient(cross_entropy, TABLE.grad, x)
    both = TABLE.grad(np.stack([x, -x]))
    assert np.allclose(both, [TABLE.grad(x), TABLE.grad(-x)], rtol=1e-14)


def test_the_loss_is_counted_from_the_least_row_by_row():
    x = np.random.default_rng(1).normal(size=(3, 16))
    least = -(SHARES * np.log(np.where(SHARES > 0, SHARES / SHARES.sum(axis=1, keepdims=True), 1))).sum()
    assert np.allclose(TABLE.above_least(x).sum(axis=-1), [cross_entropy(w) - least for w in x])
    best = np.log(np.maximum(SHARES, 1e-12)).ravel()
    assert np.allclose(TABLE.above_least(best), 0, atol=1e-9)
    assert (TABLE.above_least(x) > 0).all()


def test_words_that_never_occur_give_no_warning():
    with warnings.catch_warnings(action="error"):
        least = PairTable(np.array([[0.5, 0.5], [0.0, 0.0]])).least
    assert np.allclose(least, [np.log(2), 0])


def test_an_epoch_of_batches_has_each_pair_once():
    x, grad = np.random.default_rng(2).normal(size=(2, 16)), TABLE.sampled(5, np.random.default_rng(0))
    assert np.array_equal(np.bincount(TABLE.cells), COUNTS.ravel()[: TABLE.cells.max() + 1])
    assert np.allclose(np.mean([grad(x) for _ in range(4)], axis=0), TABLE.grad(x), rtol=1e-12)
    assert not np.allclose(grad(x), TABLE.grad(x))


def test_a_number_added_to_a_row_changes_no_loss():
    x = np.random.default_rng(1).normal(size=(4, 4))
    moved = x + np.array([[0.0], [1e4], [-1e4], [3.0]])
    assert np.allclose(TABLE.above_least(moved.ravel()), TABLE.above_least(x.ravel()), atol=1e-9)


def test_every_batch_is_full_and_the_next_one_of_a_shuffled_text():
    x, grad = np.random.default_rng(3).normal(size=16), TABLE.sampled(6, np.random.default_rng(8))
    text, rng = np.repeat(np.arange(16), COUNTS.ravel()), np.random.default_rng(8)
    for _ in range(3):
        shuffled = rng.permutation(text)
        for batch in (shuffled[:6], shuffled[6:12], shuffled[12:18]):
            shares = np.bincount(batch, minlength=16).reshape(4, 4) / 6
            expected = shares.sum(axis=1, keepdims=True) * softmax(x.reshape(4, 4)) - shares
            assert np.allclose(grad(x), expected.ravel(), rtol=1e-12, atol=1e-15)


def test_rows_that_a_batch_does_not_meet_have_no_gradient():
    slope = TABLE.sampled(1, np.random.default_rng(0))(np.ones(16)).reshape(4, 4)
    assert ((slope != 0).any(axis=1)).sum() == 1


@pytest.mark.parametrize("decay", [False, True])
def test_a_course_is_the_methods_own_run(decay):
    rates, parts = [0.5, 2.0], (np.array([0]), np.array([1, 2, 3]))
    found = course(adam, rates, TABLE, 6, parts, decay)
    for k, lr in enumerate(rates):
        path = run(adam(TABLE.grad, np.zeros(16), linear_decay(lr, 6) if decay else lr), 6)
        each = TABLE.above_least(path)
        of_parts = [each[:, part].sum(axis=1) / SHARES[part].sum() for part in parts]
        assert np.allclose(found[:, :, k].T, [*of_parts, each.sum(axis=1)])


def test_a_loss_that_is_no_number_is_a_hundred():
    def lost(grad, x, lr):
        while True:
            yield x
            x = np.nan * grad(x)

    found = course(lost, [1.0], TABLE, 1, ())
    assert np.isclose(found[0], TABLE.above_least(np.zeros(16)).sum()) and found[1] == 100


def test_the_last_point_is_that_of_the_run():
    path = run(gradient_descent(TABLE.grad, np.zeros(16), 1.0), 7)
    assert np.array_equal(last_of(gradient_descent(TABLE.grad, np.zeros(16), 1.0), 7), path[-1])
