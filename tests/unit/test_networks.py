import functools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from sklearn.neural_network import MLPClassifier

from optimlib import (
    MLP,
    adagrad,
    adam,
    adamw,
    batch_norm,
    bfgs,
    check_gradient,
    constant,
    cosine_decay,
    cross_entropy,
    gradient_descent,
    lbfgs,
    linear_decay,
    minibatch_gradient,
    momentum,
    nesterov,
    rmsprop,
    run,
    softmax,
    step_decay,
    warmup,
)
from optimlib.data import digits


def rng(seed=0):
    return np.random.default_rng(seed)


def rows(n=12, features=5, classes=3):
    return rng(1).normal(size=(n, features)), rng(2).integers(classes, size=n)


NETWORKS = {
    "no hidden layer": MLP((5, 3)),
    "one hidden layer": MLP((5, 7, 3)),
    "three hidden layers": MLP((5, 6, 4, 6, 3)),
    "L2": MLP((5, 7, 3), lam=0.1),
    "dropout": MLP((5, 7, 6, 3), p=0.4),
    "normalized": MLP((5, 7, 6, 3), normalize=True),
    "everything": MLP((5, 7, 6, 3), lam=0.1, p=0.4, normalize=True),
}
every = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


# Softmax and cross-entropy


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(-1e3, 1e3))
def test_softmax_is_a_distribution_that_a_shift_leaves_alone(scores, shift):
    share = softmax(scores)
    assert (share >= 0).all() and share.sum() == pytest.approx(1)
    np.testing.assert_allclose(softmax(np.array(scores) + shift), share, atol=1e-12)


def test_cross_entropy_is_scipy_s_and_does_not_overflow():
    scores, y = rng().normal(size=(6, 4)) * 300, np.array([0, 1, 2, 3, 0, 1])
    expected = -log_softmax(scores, axis=1)[np.arange(6), y].mean()
    assert cross_entropy(scores, y) == pytest.approx(expected, rel=1e-13)
    assert cross_entropy([[1e4, 0.0]], [1]) == 1e4


# The rule


@every
def test_backpropagation_passes_the_gradient_check(network):
    X, y = rows()
    for seed in range(3):
        w = network.start(rng(seed)) + 0.1 * rng(seed + 9).normal(size=network.size)
        check = check_gradient(
            lambda w: network.loss(w, X, y, rng(5)),  # the same units dropped at every call
            lambda w: network.grad(w, X, y, rng(5)),
            w,
            tolerance=1e-5,
        )
        assert check, check


def test_forward_is_the_rule_on_the_page():
    network, (X, _) = MLP((5, 7, 3)), rows()
    w = rng().normal(size=network.size)
    (W1, b1), (W2, b2) = network.layers(w)
    assert (W1.shape, b1.shape, W2.shape, b2.shape) == ((5, 7), (7,), (7, 3), (3,))
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in (W1, b1, W2, b2)]), w)
    expected = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    np.testing.assert_allclose(network.scores(w, X), expected, rtol=1e-13)
    np.testing.assert_array_equal(network.predict(w, X), expected.argmax(axis=1))


def test_scores_are_scikit_learn_s():
    X, y = rows(60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged, nor need it
        theirs = MLPClassifier((8, 6), max_iter=5, random_state=0).fit(X, y)
    network = MLP((5, 8, 6, 3))
    w = np.concatenate(
        [part.ravel() for layer in zip(theirs.coefs_, theirs.intercepts_, strict=True) for part in layer]
    )
    np.testing.assert_allclose(softmax(network.scores(w, X)), theirs.predict_proba(X), rtol=1e-12)
    assert network.accuracy(w, X, y) == pytest.approx(theirs.score(X, y))


def test_l2_counts_weights_and_not_biases():
    X, y = rows()
    plain, penalized = MLP((5, 7, 3)), MLP((5, 7, 3), lam=0.5)
    w = rng().normal(size=plain.size)
    weights = sum((W**2).sum() for W, _ in plain.layers(w))
    assert penalized.loss(w, X, y) - plain.loss(w, X, y) == pytest.approx(0.5 * weights)


def test_normalization_is_batch_norm():
    network, (X, _) = MLP((5, 7, 3), normalize=True), rows()
    w = rng().normal(size=network.size)
    (W1, b1, gamma), (W2, b2) = network.layers(w)
    statistics = network.statistics(w, X)
    expected = np.maximum(batch_norm(X @ W1, gamma, b1), 0) @ W2 + b2
    np.testing.assert_allclose(network.scores(w, X, statistics), expected, rtol=1e-12)
    # At test time a row alone gets the answer it got among the others.
    np.testing.assert_allclose(network.scores(w, X[:1], statistics), expected[:1], rtol=1e-12)
    np.testing.assert_allclose(statistics[0][1], (X @ W1).var(axis=0))
    assert MLP((5, 7, 3)).statistics(rng().normal(size=66), X) == ()


def test_dropout_is_for_training_and_for_hidden_units():
    X, y = rows(200)
    network, plain = MLP((5, 400, 3), p=0.5), MLP((5, 400, 3))
    w = network.start(rng())
    np.testing.assert_array_equal(network.scores(w, X), plain.scores(w, X))
    assert network.loss(w, X, y) == plain.loss(w, X, y) != network.loss(w, X, y, rng())
    assert network.loss(w, X, y, rng(1)) == network.loss(w, X, y, rng(1)) != network.loss(w, X, y, rng(2))
    dropped = MLP((5, 3), p=0.9)  # no hidden units, so nothing to drop
    w = dropped.start(rng())
    assert dropped.loss(w, X, y, rng()) == dropped.loss(w, X, y)


@every
def test_a_start_has_he_s_spread_and_the_same_seed_the_same_numbers(network):
    w = network.start(rng(3))
    np.testing.assert_array_equal(w, network.start(rng(3)))
    assert w.shape == (network.size,)
    for W, b, *gamma in network.layers(w):
        assert W.std() == pytest.approx(np.sqrt(2 / len(W)), rel=0.5) and (b == 0).all()
        assert all((g == 1).all() for g in gamma)


def test_a_network_cannot_be_changed_and_takes_a_list_of_sizes():
    with pytest.raises(AttributeError):
        MLP((5, 3)).lam = 1.0
    assert MLP([5, 7, 3]) == MLP((5, 7, 3))


def test_a_run_that_diverges_is_nan_without_a_warning():
    X, y = rows()
    network = MLP((5, 7, 3), lam=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = run(gradient_descent(lambda w: network.grad(w, X, y), network.start(rng()), lr=1e9), 100)
    assert np.isnan(path[-1]).all()


def test_scores_that_are_not_finite_are_no_class():
    X, y = rows()
    network = MLP((5, 7, 3))
    for w in (
        np.full(network.size, np.nan),
        np.full(network.size, 1e300) * (-1.0) ** np.arange(network.size),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert network.accuracy(w, X, y) == 0 and not np.isfinite(network.loss(w, X, y))
            with pytest.raises(ValueError, match=r"^w must give a finite score"):
                network.predict(w, X)


def test_settings_of_small_integers_do_not_wrap():
    (X, y), plain = rows(), MLP((5, 7, 3), lam=200)
    small = MLP(tuple(np.array([5, 7, 3], np.uint8)), lam=np.uint8(200))
    w = plain.start(rng())
    assert small == plain
    np.testing.assert_array_equal(small.grad(w, X, y), plain.grad(w, X, y))
    np.testing.assert_array_equal(plain.grad(w, X, y.astype(np.uint8)), plain.grad(w, X, y))


# Side by side


@every
@pytest.mark.parametrize("lead", [(2,), (3, 2)])
def test_networks_side_by_side_are_each_by_itself(network, lead):
    w = rng().normal(size=(*lead, network.size))
    for X, y in (rows(), (rng(1).normal(size=(2, 12, 5)), rng(2).integers(3, size=(2, 12)))):
        statistics = network.statistics(w, X)
        scores, share = network.scores(w, X, statistics), network.accuracy(w, X, y, statistics)
        assert scores.shape == (*lead, 12, 3)
        loss, grad = network.loss(w, X, y), network.grad(w, X, y)
        for at in np.ndindex(lead):
            its = (X, y) if X.ndim == 2 else (X[at[-1]], y[at[-1]])
            alone = network.statistics(w[at], its[0])
            np.testing.assert_array_equal(network.scores(w[at], its[0], alone), scores[at])
            np.testing.assert_array_equal(network.predict(w[at], its[0], alone), scores[at].argmax(axis=-1))
            assert network.accuracy(w[at], *its, alone) == share[at]
            assert network.loss(w[at], *its) == loss[at]
            np.testing.assert_array_equal(network.grad(w[at], *its), grad[at])


def test_one_network_reads_rows_of_several():
    network, w = MLP((5, 7, 3), lam=0.1), rng().normal(size=66)
    X, y = rng(1).normal(size=(4, 12, 5)), rng(2).integers(3, size=(4, 12))
    assert network.grad(w, X, y).shape == (4, 66)
    np.testing.assert_array_equal(network.grad(w, X, y)[3], network.grad(w, X[3], y[3]))


def test_dropout_is_drawn_for_each_network():
    network, (X, y) = MLP((5, 40, 3), p=0.5), rows()
    w = np.broadcast_to(network.start(rng()), (2, network.size))
    assert np.ptp(network.loss(w, X, y)) == 0 < np.ptp(network.loss(w, X, y, rng()))


# Training on the digits


@functools.cache
def data():
    return digits()


METHODS = {
    "gradient_descent": (gradient_descent, {"lr": linear_decay(0.5, 600)}),
    "momentum": (momentum, {"lr": step_decay(0.05, 0.1, 400)}),
    "nesterov": (nesterov, {"lr": warmup(cosine_decay(0.05, 550), 50)}),
    "adagrad": (adagrad, {"lr": constant(0.03)}),
    "rmsprop": (rmsprop, {"lr": cosine_decay(0.003, 600)}),
    "adam": (adam, {"lr": cosine_decay(0.01, 600)}),
    "adamw": (adamw, {"lr": cosine_decay(0.01, 600), "weight_decay": 0.1}),
}


@pytest.mark.parametrize("method, settings", METHODS.values(), ids=METHODS)
def test_every_method_reads_digits(method, settings):
    d, network = data(), MLP((64, 32, 10))
    grad = minibatch_gradient(network.grad, (d.X_train, d.y_train), 64, rng(1))
    w = run(method(grad, network.start(rng(0)), **settings), steps=600)[-1]
    assert network.accuracy(w, d.X_test, d.y_test) >= 0.95


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_second_order_methods_read_digits(method):
    d, network = data(), MLP((64, 8, 10), lam=1e-3)
    w = run(
        method(
            lambda w: network.loss(w, d.X_train, d.y_train),
            lambda w: network.grad(w, d.X_train, d.y_train),
            network.start(rng(0)),
        ),
        steps=60,
    )[-1]
    assert network.accuracy(w, d.X_test, d.y_test) >= 0.93


@pytest.mark.parametrize(
    "options", [{"lam": 1e-3}, {"p": 0.3}, {"normalize": True}, {"p": 0.2, "normalize": True}]
)
def test_regularized_networks_read_digits(options):
    d, network, draws = data(), MLP((64, 48, 10), **options), rng(2)
    grad = minibatch_gradient(lambda w, X, y: network.grad(w, X, y, draws), (d.X_train, d.y_train), 64, draws)
    w = run(adam(grad, network.start(rng(0)), lr=cosine_decay(0.01, 600)), steps=600)[-1]
    statistics = network.statistics(w, d.X_train)
    assert network.accuracy(w, d.X_test, d.y_test, statistics) >= 0.95


# Bad input

X, Y = rows()
HOLED = X.copy()
HOLED[0, 0] = np.nan
NET = MLP((5, 7, 3))
W = NET.start(rng())
BAD = [
    (MLP, {"sizes": (5,)}, "sizes", TypeError),
    (MLP, {"sizes": 5}, "sizes", TypeError),
    (MLP, {"sizes": (5, 0, 3)}, "sizes", ValueError),
    (MLP, {"sizes": (5, 7.0, 3)}, "sizes", TypeError),
    (MLP, {"sizes": (5, 3), "lam": -1.0}, "lam", ValueError),
    (MLP, {"sizes": (5, 3), "lam": "1"}, "lam", TypeError),
    (MLP, {"sizes": (5, 3), "p": 1.0}, "p", ValueError),
    (MLP, {"sizes": (5, 3), "p": None}, "p", TypeError),
    (MLP, {"sizes": (5, 3), "normalize": 1}, "normalize", TypeError),
    (NET.start, {"rng": 0}, "rng", TypeError),
    (NET.layers, {"w": W[1:]}, "w", ValueError),
    *(
        (call, {"w": W, "X": X, "y": Y, **change}, next(iter(change)), error)
        for call in (NET.loss, NET.grad, NET.accuracy)
        for change, error in [
            ({"w": W[1:]}, ValueError),
            ({"w": W[:, None]}, ValueError),
            ({"X": np.stack([X, X]), "w": np.stack([W] * 3)}, ValueError),
            ({"y": np.stack([Y, Y])}, ValueError),
            ({"X": HOLED}, ValueError),
            ({"X": X[:, 1:]}, ValueError),
            ({"X": X[0]}, ValueError),
            ({"X": X[:0]}, ValueError),
            ({"X": "X"}, TypeError),
            ({"y": Y[1:]}, ValueError),
            ({"y": Y + 1}, ValueError),
            ({"y": Y - 1}, ValueError),
            ({"y": Y * 1.0}, TypeError),
            ({"y": None}, TypeError),
        ]
    ),
    (MLP((5, 7, 3), p=0.5).loss, {"w": W, "X": X, "y": Y, "rng": 0}, "rng", TypeError),
    (MLP((5, 3), normalize=True).scores, {"w": W[:18], "X": X}, "statistics", ValueError),
    *(
        (
            MLP((5, 4, 3), normalize=True).scores,
            {"w": np.ones(43), "X": X, "statistics": value},
            "statistics",
            error,
        )
        for value, error in [
            (3, TypeError),
            ((), ValueError),
            (((np.zeros(4), np.ones(3)),), TypeError),
            (((np.zeros(3), np.ones(3)),), ValueError),
            (((np.zeros(4), -np.ones(4)),), ValueError),
            (((np.zeros(4), np.full(4, np.nan)),), ValueError),
        ]
    ),
    (cross_entropy, {"scores": X[0], "y": Y}, "scores", ValueError),
    (cross_entropy, {"scores": X, "y": Y[1:]}, "y", ValueError),
    (cross_entropy, {"scores": X, "y": Y + 4}, "y", ValueError),
    (cross_entropy, {"scores": X, "y": X[:, 0]}, "y", TypeError),
    (cross_entropy, {"scores": "X", "y": Y}, "scores", TypeError),
    (softmax, {"scores": "X"}, "scores", TypeError),
    (softmax, {"scores": 3.0}, "scores", ValueError),
]


@pytest.mark.parametrize("call, arguments, name, error", BAD)
def test_a_bad_argument_is_named(call, arguments, name, error):
    with pytest.raises(error, match=rf"^{name} must "):
        call(**arguments)


def test_no_rows_have_no_cross_entropy():
    with pytest.raises(ValueError, match=r"^scores and y must have at least one row; got none$"):
        cross_entropy(np.zeros((0, 2)), np.zeros(0, int))


def test_layers_of_a_list_are_those_of_an_array():
    network = MLP((2, 3, 2), normalize=True)
    w = np.arange(float(network.size))
    for ours, theirs in zip(network.layers(w.tolist()), network.layers(w), strict=True):
        assert all(map(np.array_equal, ours, theirs))
