"""The contest's tasks are scikit-learn's losses, and its runs are the methods' own."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_squared_error, zero_one_loss

from optimlib import MLP, minibatch_gradient, run
from optimlib.contest import (
    ENTRIES,
    cancer_task,
    chance_of_best,
    diabetes_task,
    digits_task,
    muon_and_adam,
    train,
)

NETWORK = MLP((64, 16, 10))


def weights_of_layers(w):
    return sum((W**2).sum() for W, *_ in NETWORK.layers(w))


# Task, number of weights, loss, error, and what lam multiplies.
TASKS = {
    "diabetes": (
        diabetes_task,
        10,
        lambda w, X, y: mean_squared_error(y, X @ w),
        lambda w, X, y: mean_squared_error(y, X @ w),
        lambda w: w @ w,
    ),
    "breast cancer": (
        cancer_task,
        31,
        lambda w, X, y: log_loss(y > 0, expit(X @ w)),
        lambda w, X, y: zero_one_loss(y, np.sign(X @ w)),
        lambda w: w @ w,
    ),
    "digits": (
        digits_task,
        1210,
        lambda w, X, y: log_loss(y, softmax(NETWORK.scores(w, X), axis=1), labels=range(10)),
        lambda w, X, y: zero_one_loss(y, NETWORK.scores(w, X).argmax(axis=1)),
        weights_of_layers,
    ),
}


@pytest.mark.parametrize("lam", [None, 0.0, 0.25])
@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_scikit_learn_s_loss_and_a_penalty(name, lam):
    make, size, loss, error, penalty = TASKS[name]
    task = make() if lam is None else make(lam=lam)
    w = task.start(np.random.default_rng(0)) + 0.1 * np.random.default_rng(1).normal(size=size)
    assert (task.name, w.size) == (name, size)
    for rows in (task.train, task.valid, task.test):
        assert task.loss(w, *rows) == pytest.approx(loss(w, *rows), rel=1e-10)
        assert task.error(w, *rows) == pytest.approx(error(w, *rows), rel=1e-10)
    usual = 1e-4 if name == "digits" else 1e-3
    added = (usual if lam is None else lam) * penalty(w)
    assert task.penalty(w) == pytest.approx(added, rel=1e-12)
    assert task.training_loss(w) == pytest.approx(task.loss(w, *task.train) + added, rel=1e-12)


def test_a_tumour_on_the_border_is_put_into_the_wrong_class():
    task = cancer_task()
    assert task.start(np.random.default_rng(0)).tolist() == [0] * 31
    assert task.error(np.zeros(31), *task.test) == 1


@pytest.mark.parametrize("lr", [0.01, [0.01], np.array([0.01, 0.02])])
def test_a_run_of_muon_has_the_tasks_matrix(lr):
    task = digits_task()
    muon = next(entry for entry in ENTRIES if entry.name == "Muon")
    runs = train(task, muon, {"lr": lr}, [5, 6], epochs=1, batch_size=300)
    for k, seed in enumerate((5, 6)):
        rng = np.random.default_rng(seed)
        start = task.start(rng)
        sampled = minibatch_gradient(task.grad, task.train, 300, rng)
        own = np.broadcast_to(lr, 2)[k]
        steps = -(-len(task.train[0]) // 300)
        end = run(muon_and_adam(sampled, start, own, task.hidden), steps)[-1]
        np.testing.assert_allclose(runs.train[k, 1], task.training_loss(end), rtol=1e-9)


def test_a_setting_has_one_value_or_one_a_run():
    for wrong in ([0.1, 0.1, 0.1], [[0.1], [0.1]], np.zeros((2, 2))):
        with pytest.raises(ValueError, match=r"^lr must have one value, or one for each of 2 runs; got"):
            train(diabetes_task(), ENTRIES[1], {"lr": wrong}, [0, 1], 1)


def test_a_draw_needs_trials():
    for trials, k, words in (
        (0, 1, "trials must be at least 1; got 0"),
        (3, 4, "k must be from 1 to 3; got 4"),
    ):
        with pytest.raises(ValueError) as refused:
            chance_of_best(trials, k)
        assert str(refused.value) == words
    assert chance_of_best(1, 1).tolist() == [1]
