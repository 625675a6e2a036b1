"""The contest: its tasks are what they say, its runs are those of the methods, its counting is honest."""

import dataclasses
import inspect
import itertools

import numpy as np
import pytest

from optimlib import (
    MLP,
    adam,
    contest,
    gradient_descent,
    lbfgs,
    linear_decay,
    minibatch_gradient,
    momentum,
    muon,
    numerical_gradient,
    run,
)
from optimlib.contest import (
    ENTRIES,
    Entry,
    chance_of_best,
    compete,
    compete_and_average,
    entries_for,
    train,
    trial_settings,
)
from optimlib.contest.counting import counted_path
from optimlib.contest.entries import muon_and_adam
from optimlib.data import breast_cancer, diabetes, digits
from optimlib.figures import LOOKS

TASKS = {task.name: task for task in (contest.diabetes_task(), contest.cancer_task(), contest.digits_task())}
CONVEX = [task for task in TASKS.values() if task.hess]
BY_NAME = {entry.name: entry for entry in ENTRIES}
SGD, MOMENTUM, ADAM, MUON, LBFGS, NEWTON = map(
    BY_NAME.get, ("SGD", "momentum", "Adam", "Muon", "L-BFGS", "Newton")
)
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


# Tasks ------------------------------------------------------------------------------------


@every_task
def test_the_gradient_is_that_of_loss_and_penalty(task):
    rng = np.random.default_rng(0)
    w = task.start(rng) + 0.1 * rng.normal(size=task.start(rng).size)
    X, y = (part[:7] for part in task.train)
    some = rng.choice(w.size, size=min(w.size, 40), replace=False)
    along = np.zeros((len(some), w.size))
    along[np.arange(len(some)), some] = 1

    def f(s):
        point = w + s @ along
        return task.loss(point, X, y) + task.penalty(point)

    slopes = numerical_gradient(f, np.zeros(len(some)))
    assert np.allclose(task.grad(w, X, y)[some], slopes, rtol=1e-5, atol=1e-8)


@every_task
def test_many_runs_at_once_are_each_by_itself(task):
    rng = np.random.default_rng(1)
    w = np.stack([task.start(rng) for _ in range(3)]) + 0.1 * rng.normal(size=(3, task.start(rng).size))
    rows = np.array([rng.permutation(len(task.train[0]))[:5] for _ in range(3)])
    X, y = (part[rows] for part in task.train)
    for function in (task.loss, task.grad, task.error):
        alone = [function(w[k], X[k], y[k]) for k in range(3)]
        assert np.allclose(function(w, X, y), alone, rtol=1e-12, atol=1e-15)
    assert np.allclose(task.training_loss(w), [task.training_loss(one) for one in w], rtol=1e-12)


def test_the_network_is_the_books_network():
    task, network = TASKS["digits"], MLP((64, 16, 10), lam=1e-4)
    w = task.start(np.random.default_rng(2))
    X, y = task.train
    assert np.array_equal(w, network.start(np.random.default_rng(2)))
    assert np.isclose(task.training_loss(w), network.loss(w, X, y), rtol=1e-12)
    assert np.allclose(task.training_grad(w), network.grad(w, X, y), rtol=1e-9, atol=1e-14)
    assert np.isclose(1 - task.error(w, X, y), network.accuracy(w, X, y))


def test_the_deep_network_has_biases_for_the_classes_alone():
    task, network = contest.deep_digits_task(8), MLP((64, 8, 8, 10))
    w = task.start(np.random.default_rng(1))
    slope = network.grad(w, *task.train)
    for (_, b), still in zip(network.layers(slope), (True, True, False), strict=True):
        assert (b != 0).any()
        b[:] = 0 if still else b
    assert np.array_equal(task.training_grad(w), slope)
    layers = network.layers(w)
    assert [
        (w[place].reshape(shape) == W).all()
        for (place, shape), (W, _) in zip(task.hidden, layers, strict=False)
    ] == [True] * 2
    assert np.isclose(task.training_loss(w), network.loss(w, *task.train), rtol=1e-12)
    assert task.error(w, *task.test) == 1 - network.accuracy(w, *task.test)


@pytest.mark.parametrize("task", CONVEX, ids=lambda task: task.name)
def test_the_hessian_is_the_derivative_of_the_gradient_and_the_least_loss_is_least(task):
    w = 0.1 * np.random.default_rng(3).normal(size=task.train[0].shape[1])
    H, h = task.hess(w), 1e-5
    for k, row in enumerate(np.eye(w.size)):
        change = (task.training_grad(w + h * row) - task.training_grad(w - h * row)) / (2 * h)
        assert np.allclose(change, H[k], rtol=1e-6, atol=1e-8)
    assert task.least < task.training_loss(w)
    best = run(momentum(task.training_grad, 0 * w, lr=0.1, rho=0.97), 4000)[-1]
    assert np.isclose(task.training_loss(best), task.least, rtol=1e-9)


@pytest.mark.no_cover
def test_the_least_loss_of_the_network_is_below_all_that_a_run_of_the_contest_reaches():
    task = TASKS["digits"]
    long = counted_path(task, LBFGS.method, 7, 300)[-1]  # a start that `least` has not seen
    assert 0.0104 < task.least < 0.0106
    assert task.least < task.training_loss(long)
    assert task.least is task.least, "computed once"


@pytest.mark.parametrize("make", [contest.diabetes_task, contest.cancer_task, contest.digits_task])
def test_another_split_deals_out_the_same_rows(make):
    one, other = make(), make(split=1)
    assert [X.shape for X, _ in (one.train, one.valid, one.test)] == [
        X.shape for X, _ in (other.train, other.valid, other.test)
    ]
    assert not np.array_equal(one.train[1], other.train[1])
    labels = [np.concatenate([y for _, y in (task.train, task.valid, task.test)]) for task in (one, other)]
    if one.name != "diabetes":  # there the target is measured in a deviation of its own
        assert np.array_equal(*(np.sort(y, axis=0) for y in labels))


@every_task
def test_no_row_is_in_two_parts(task):
    split = {"diabetes": diabetes, "breast cancer": breast_cancer, "digits": digits}[task.name]()
    sizes = [len(y) for _, y in (task.train, task.valid, task.test)]
    assert sum(sizes) == len(split.y_train) + len(split.y_test)
    assert sizes[2] == len(split.y_test)
    X = np.vstack([task.valid[0], task.train[0]])[:, : split.X_train.shape[1]]
    assert np.array_equal(X, split.X_train)


def test_the_target_of_the_regression_has_unit_variance():
    y = np.concatenate([TASKS["diabetes"].valid[1], TASKS["diabetes"].train[1]])
    assert np.isclose(y.std(), 1)


# Settings ---------------------------------------------------------------------------------


def test_rates_go_through_their_range_at_equal_ratios():
    lr = trial_settings(ADAM, 13, np.random.default_rng(0))["lr"]
    assert np.isclose(lr[0], 1e-4) and np.isclose(lr[-1], 1)
    assert np.allclose(lr[1:] / lr[:-1], 10 ** (1 / 3))


def test_further_settings_are_drawn_within_their_range():
    entry = Entry("m", momentum, {"lr": (0.01, 1.0), "1 - rho": (0.01, 0.3)}, {"lr": 0.1, "rho": 0.9})
    rho = trial_settings(entry, 500, np.random.default_rng(0))["rho"]
    assert rho.min() >= 0.7 and rho.max() <= 0.99
    assert 0.4 < (1 - rho < np.sqrt(0.01 * 0.3)).mean() < 0.6, "even on a logarithmic scale"


def test_every_default_is_the_methods_own():
    for entry in (entry for entry in ENTRIES if entry.ranges):
        assert entry.defaults["lr"] == inspect.signature(entry.method).parameters["lr"].default
        low, high = entry.ranges["lr"]
        assert np.isclose(high / low, 1e4)


def test_a_setting_without_a_default_is_refused():
    with pytest.raises(ValueError, match="defaults must have a value for rho"):
        Entry("m", momentum, {"lr": (0.1, 1), "1 - rho": (0.1, 0.3)}, {"lr": 0.1})


# Runs -------------------------------------------------------------------------------------


@every_task
def test_a_run_is_the_methods_own_run(task):
    epochs, batch = 2, 50
    runs = train(task, ADAM, {"lr": [0.01, 0.02, 0.01]}, [5, 5, 6], epochs, batch_size=batch)
    for k, (lr, seed) in enumerate(((0.01, 5), (0.02, 5), (0.01, 6))):
        rng = np.random.default_rng(seed)
        start = task.start(rng)
        per_epoch = -(-len(task.train[0]) // batch)
        sampled = minibatch_gradient(task.grad, task.train, batch, rng)
        path = run(adam(sampled, start, lr=lr), epochs * per_epoch)
        losses = [task.training_loss(w) for w in path[::per_epoch]]
        assert np.allclose(runs.train[k], losses, rtol=1e-6)
        assert np.isclose(runs.valid[k], task.loss(path[-1], *task.valid), rtol=1e-6)
        assert np.isclose(runs.test[k], task.error(path[-1], *task.test), rtol=1e-6)
        assert np.isclose(runs.test_loss[k], task.loss(path[-1], *task.test), rtol=1e-6)


def test_decay_ends_at_zero_and_starts_at_lr():
    asked = []

    def spy(grad, x, lr):
        for t in itertools.count():
            yield x
            asked.append(lr(t).ravel().copy())
            x = x - lr(t) * grad(x)

    entry = Entry("spy", spy, {"lr": (0.1, 1.0)}, {"lr": 0.1}, whole=True)
    train(TASKS["diabetes"], entry, {"lr": [0.1, 0.2]}, [0, 1], epochs=10, decay=True)
    assert np.allclose(asked[0], [0.1, 0.2])
    assert np.allclose(asked[5], [0.05, 0.1])
    assert len(asked) == 10


def test_decay_may_be_another_schedule():
    runs = train(TASKS["diabetes"], SGD, {"lr": 0.02}, [4], 3, batch_size=83, decay=linear_decay)
    sampled = minibatch_gradient(
        TASKS["diabetes"].grad, TASKS["diabetes"].train, 83, np.random.default_rng(4)
    )
    path = run(gradient_descent(sampled, np.zeros(10), lr=linear_decay(0.02, 9)), 9)
    assert np.allclose(runs.train[0], TASKS["diabetes"].training_loss(path[::3]), rtol=1e-12)


def test_a_run_that_diverges_is_infinite_and_leaves_the_others_alone():
    task = TASKS["diabetes"]
    together = train(task, SGD, {"lr": [0.01, 10.0]}, [0, 0], 40)
    alone = train(task, SGD, {"lr": 0.01}, [0], 40)
    assert np.isinf(together.train[1, -1]) and np.isinf(together.valid[1]) and together.test[1] == 1
    assert np.isinf(together.test_loss[1])
    assert np.allclose(together.train[0], alone.train[0], rtol=1e-12)


@pytest.mark.parametrize("lost_on", ["valid", "test"])
def test_a_run_that_is_lost_on_some_rows_has_no_finite_loss_on_the_test_rows(lost_on):
    task = TASKS["diabetes"]
    rows = getattr(task, lost_on)[0]

    def loss(w, X, y):
        return np.full(w.shape[:-1], np.inf) if X is rows else task.loss(w, X, y)

    lost = dataclasses.replace(task, loss=loss)
    runs = train(lost, SGD, {"lr": 0.01}, [0, 1], 1)
    assert np.isfinite(runs.train).all() and np.isinf(runs.test_loss).all()
    assert np.isinf(runs.valid).all() == (lost_on == "valid") == (runs.test == 1).all()


def test_muon_moves_the_matrix_and_adam_the_rest():
    task, w = TASKS["digits"], TASKS["digits"].start(np.random.default_rng(0))
    W = slice(0, 1024)
    # Both halves of one run: a gradient that does not see the other half.
    slope = np.random.default_rng(1).normal(size=w.size)
    path = run(contest.muon_and_adam(lambda w: w - slope, w, 0.01, task.hidden), 5)
    times = 0.2 * np.sqrt(64) / np.sqrt(64 / 16)
    own = run(muon(lambda w: w - slope[W], w[W], (64, 16), lr=times * 0.01), 5)
    assert np.allclose(path[:, W], own, rtol=1e-12)
    assert np.allclose(
        path[:, 1024:], run(adam(lambda w: w - slope[1024:], w[1024:], lr=0.01), 5), rtol=1e-12
    )
    sizes = np.sqrt(((path[1] - path[0]) ** 2)[W].mean()) / 0.01
    assert 0.15 < sizes < 0.22, "an entry moves by about 0.2 lr"


def test_muon_without_a_matrix_is_adam():
    w = np.arange(4.0)
    path = run(contest.muon_and_adam(lambda w: w, w, lambda t: 0.1 / (1 + t)), 5)
    assert np.allclose(path, run(adam(lambda w: w, w, lr=lambda t: 0.1 / (1 + t)), 5), rtol=1e-12)


def test_muon_with_a_schedule_slows_down_in_both_parts():
    task = TASKS["digits"]
    w, half = task.start(np.random.default_rng(0)), lambda t: 0.01 * 0.5**t
    path = run(contest.muon_and_adam(lambda w: np.ones_like(w), w, half, task.hidden), 3)
    steps = np.abs(np.diff(path, axis=0))
    assert np.allclose(steps[1, 1024:] / steps[0, 1024:], 0.5)
    assert np.allclose(steps[2, :1024] / steps[1, :1024], 0.5)


@pytest.mark.parametrize("epochs", [1, 4, 5])
def test_the_average_is_that_of_the_later_half_of_the_same_run(epochs):
    task = TASKS["diabetes"]
    runs = train(task, MOMENTUM, {"lr": [0.01, 0.02]}, [3, 3], epochs, average=True)
    sampled = minibatch_gradient(task.grad, task.train, 32, np.random.default_rng(3))
    path = run(momentum(sampled, np.zeros(10), lr=0.01), 8 * epochs)
    for epoch in range(1, epochs + 1):
        mean = path[8 * (epoch // 2) + 1 : 8 * epoch + 1].mean(axis=0)
        assert np.isclose(runs.train[0, epoch], task.training_loss(mean), rtol=1e-12)
    assert np.isclose(runs.valid[0], task.loss(mean, *task.valid), rtol=1e-12)
    assert np.isclose(runs.train[0, 0], task.training_loss(path[0]), rtol=1e-12)


def test_an_average_of_a_run_that_diverges_is_infinite():
    runs = train(TASKS["diabetes"], SGD, {"lr": [0.01, 10.0]}, [0, 0], 40, average=True)
    assert np.isinf(runs.train[1, -1]) and np.isfinite(runs.train[0]).all()


def test_three_look_at_all_rows():
    assert {entry.name for entry in ENTRIES if entry.whole} == {"gradient descent", "L-BFGS", "Newton"}


def test_full_batch_methods_make_one_step_an_epoch():
    task = TASKS["breast cancer"]
    runs = train(task, ENTRIES[0], {"lr": 0.5}, [0], 6)
    path = run(gradient_descent(task.training_grad, np.zeros(31), lr=0.5), 6)
    assert np.allclose(runs.train[0], task.training_loss(path), rtol=1e-12)


def test_lbfgs_pays_for_its_line_search():
    task, asked = TASKS["breast cancer"], []
    spied = contest.Task(
        **{name: getattr(task, name) for name in task.__dataclass_fields__ if name not in ("loss", "grad")},
        loss=lambda w, X, y: (asked.append(w.copy()) if X is task.train[0] else None, task.loss(w, X, y))[1],
        grad=lambda w, X, y: (asked.append(w.copy()), task.grad(w, X, y))[1],
    )
    epochs = 12
    path = counted_path(spied, lbfgs, 0, epochs)
    looks = 1 + sum(not np.array_equal(a, b) for a, b in itertools.pairwise(asked))
    assert path.shape == (epochs + 1, 31)
    assert epochs < looks <= epochs + 40
    known = {w.tobytes(): k for k, w in reversed(list(enumerate(asked)))}
    for epoch, w in enumerate(path):
        before = asked[: known[w.tobytes()] + 1]
        cost = 1 + sum(not np.array_equal(a, b) for a, b in itertools.pairwise(before))
        assert cost <= max(epoch, 1), "a point is not known before it has been paid for"


@pytest.mark.parametrize(
    "task, price", list(zip(CONVEX, (6, 16.5), strict=True)), ids=lambda x: getattr(x, "name", x)
)
def test_newton_pays_for_its_hessian(task, price):
    runs = train(task, NEWTON, {}, [0], 40)
    changes = np.flatnonzero(np.diff(runs.train[0]) < -1e-9) + 1
    assert np.array_equal(changes, [np.ceil(price * step) for step in range(1, len(changes) + 1)])


def test_a_weight_beside_the_matrices_is_left_to_adam_also_if_it_comes_first():
    start = np.linspace(1, 2, 5)
    path = muon_and_adam(lambda x: x, start, lr=0.1, hidden=[(slice(1, 5), (2, 2))])
    alone = adam(lambda x: x, start[:1], lr=0.1)
    for _ in range(4):
        point = next(path)
        np.testing.assert_allclose(point[:1], next(alone))
    assert (point[1:] != start[1:]).all()


def test_every_entry_has_a_name_of_its_own_that_figures_know_a_look_for():
    assert len(BY_NAME) == len(ENTRIES)
    assert BY_NAME.keys() <= LOOKS.keys()


@pytest.mark.parametrize(
    "name", ["gradient descent", "momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW"]
)
def test_an_entry_is_the_method_of_its_name(name):
    assert BY_NAME[name].method.__name__ == name.lower().replace(" ", "_")


def test_newton_is_not_entered_where_there_is_no_hessian_nor_muon_where_there_is_no_matrix():
    assert [entry for entry in ENTRIES if entry not in entries_for(TASKS["diabetes"])] == [MUON]
    assert [entry for entry in ENTRIES if entry not in entries_for(TASKS["digits"])] == [NEWTON]
    with pytest.raises(ValueError, match="digits has none"):
        train(TASKS["digits"], NEWTON, {}, [0], 1)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"epochs": 0}, "epochs must be a whole number, at least 1|epochs must be at least 1"),
        ({"batch_size": 0}, "batch_size must be from 1 to 249"),
        ({"seeds": [-1]}, "seeds must be at least 0"),
        ({"settings": {"lr": [0.1, 0.2, 0.3]}}, "lr must have one value, or one for each of 2 runs"),
        ({"settings": {"lr": -1.0}}, "lr must be at least 0"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(wrong, message):
    arguments = {"settings": {"lr": 0.1}, "seeds": [0, 1], "epochs": 1, **wrong}
    with pytest.raises(ValueError, match=message):
        train(TASKS["diabetes"], SGD, **arguments)


# The contest ------------------------------------------------------------------------------


def test_what_is_chosen_is_best_and_runs_again_on_fresh_seeds():
    task = TASKS["diabetes"]
    outcome = compete(task, MOMENTUM, 8, trials=13, tuning_seeds=(100, 101), seeds=range(3))
    assert outcome.tuning.train.shape == (13, 2, 9)
    assert {part.shape for part in (outcome.tuning.valid, outcome.tuning.test, outcome.tuning.test_loss)} == {
        (13, 2)
    }
    ends = outcome.tuning.train[:, :, -1].mean(axis=1).argmin()
    valid = outcome.tuning.valid.mean(axis=1).argmin()
    assert len({ends, valid, outcome.tuning.test.mean(axis=1).argmin()}) == 3, "each would choose another"
    lr = outcome.tried["lr"]
    assert outcome.setting == {
        "by training": {"lr": lr[ends]},
        "by validation": {"lr": lr[valid]},
        "default": {"lr": 0.01},
    }
    for how, runs in outcome.final.items():
        again = train(task, MOMENTUM, outcome.setting[how], range(3), 8)
        assert np.allclose(runs.train, again.train, rtol=1e-12)
        assert np.allclose(runs.test, again.test, rtol=1e-12)
    first = train(task, MOMENTUM, {"lr": lr[2]}, [101], 8)
    assert np.allclose(outcome.tuning.train[2, 1], first.train[0], rtol=1e-12)


def same(one, other):
    kinds = ("train", "valid", "test", "test_loss")
    return all(np.array_equal(getattr(one, kind), getattr(other, kind)) for kind in kinds)


@pytest.mark.parametrize("entry", [MOMENTUM, ADAM, LBFGS], ids=lambda entry: entry.name)
def test_points_and_averages_of_one_training_are_those_of_two(entry):
    how = {"trials": 9, "tuning_seeds": (100, 101, 102, 103), "seeds": range(3)}
    both = compete_and_average(TASKS["diabetes"], entry, 6, **how)
    for outcome, average in zip(both, (False, True), strict=True):
        alone = compete(TASKS["diabetes"], entry, 6, average=average, **how)
        assert outcome.setting == alone.setting and same(outcome.tuning, alone.tuning)
        assert all(same(outcome.final[how], alone.final[how]) for how in alone.setting)
        quick = compete(TASKS["diabetes"], entry, 6, average=average, curves=False, **how)
        tuning = dataclasses.replace(alone.tuning, train=alone.tuning.train[:, :, -1:])
        assert quick.setting == alone.setting and same(quick.tuning, tuning)
        assert all(same(quick.final[how], alone.final[how]) for how in alone.setting)


def test_runs_are_the_same_however_many_go_side_by_side(monkeypatch):
    def outcome():
        return compete(TASKS["digits"], MUON, 1, trials=3, tuning_seeds=range(3), seeds=[0], batch_size=300)

    together = outcome()
    monkeypatch.setattr("optimlib.contest.protocol.WIDE", 1210)
    alone = outcome()
    assert np.array_equal(together.tuning.train, alone.tuning.train)
    assert same(together.final["default"], alone.final["default"])


def test_without_seeds_a_method_is_tuned_and_nothing_more():
    tuned = compete(TASKS["diabetes"], SGD, 3, trials=4, seeds=())
    again = compete(TASKS["diabetes"], SGD, 3, trials=4, tuning_seeds=(100, 101), seeds=[0])
    assert tuned.final == {} and tuned.setting == again.setting and same(tuned.tuning, again.tuning)


def test_settings_that_are_not_tuned_keep_their_defaults():
    still = Entry("m", momentum, {"lr": (0.01, 0.1)}, {"lr": 0.05, "rho": 0.0})
    as_sgd = compete(TASKS["diabetes"], still, 2, trials=2, seeds=[0])
    sgd = train(TASKS["diabetes"], SGD, {"lr": 0.05}, [0], 2)
    assert np.allclose(as_sgd.final["default"].train, sgd.train, rtol=1e-12)


def test_a_method_without_settings_has_one_trial():
    outcome = compete(TASKS["diabetes"], LBFGS, 20, seeds=[0, 1])
    assert outcome.tuning.train.shape == (1, 2, 21)
    assert outcome.setting == {"by training": {}, "by validation": {}, "default": {}}
    assert outcome.final["default"].train.shape == (2, 21)


@pytest.mark.parametrize("n, k", [(1, 1), (5, 1), (5, 3), (6, 6), (13, 4)])
def test_the_chance_of_being_best_is_a_count_of_draws(n, k):
    best = [min(draw) for draw in itertools.combinations(range(n), k)]
    assert np.allclose(chance_of_best(n, k), np.bincount(best, minlength=n) / len(best))


def test_more_draws_than_trials_are_refused():
    with pytest.raises(ValueError, match="k must be from 1 to 4"):
        chance_of_best(4, 5)
