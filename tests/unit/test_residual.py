from dataclasses import replace

import numpy as np
import pytest

from optimlib import check_gradient, softmax
from optimlib.residual import ResidualNetwork

NETWORK = ResidualNetwork(depth=5, width=4, last=0.3, features=6, classes=3)
X = np.random.default_rng(1).normal(size=(9, 6))
Y = np.random.default_rng(2).integers(3, size=9)
W = NETWORK.start(np.random.default_rng(0)) + 0.1 * np.random.default_rng(3).normal(size=NETWORK.size)


def draw(seed):
    return None if seed is None else np.random.default_rng(seed)


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_backpropagation_passes_the_gradient_check_with_the_same_blocks_skipped(seed):
    check = check_gradient(
        lambda w: NETWORK.loss(w, X, Y, draw(seed)), lambda w: NETWORK.grad(w, X, Y, draw(seed)), W
    )
    assert check, check


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_scores_are_the_rule_on_the_page(seed):
    U, blocks, C = NETWORK.layers(W)
    p = np.array([0.86, 0.72, 0.58, 0.44, 0.3])
    assert np.allclose(NETWORK.survivals, p)
    z = X @ U
    for V, b in zip(blocks, p if seed is None else draw(seed).random(5) < p, strict=True):
        z = z + b * (np.maximum(z, 0) @ V)
    assert np.allclose(NETWORK.scores(W, X, draw(seed)), z @ C, rtol=1e-13)
    assert np.isclose(NETWORK.loss(W, X, Y, draw(seed)), -np.log(softmax(z @ C)[np.arange(9), Y]).mean())
    assert NETWORK.accuracy(W, X, Y, draw(seed)) == ((z @ C).argmax(axis=1) == Y).mean()


def test_blocks_that_always_survive_draw_nothing_and_skipped_ones_have_no_gradient():
    always = replace(NETWORK, last=1.0)
    assert np.array_equal(always.scores(W, X, draw(0)), always.scores(W, X))
    never = ResidualNetwork(depth=1, width=4, last=0.0, features=6, classes=3)
    w = never.start(draw(0))
    U, _, C = never.layers(w)
    assert np.allclose(never.scores(w, X, draw(0)), X @ U @ C)
    assert not never.layers(never.grad(w, X, Y, draw(0)))[1].any()


def test_layers_are_views_of_the_whole_vector_in_order():
    w = np.arange(float(NETWORK.size))
    U, blocks, C = NETWORK.layers(w)
    assert (U.shape, blocks.shape, C.shape) == ((6, 4), (5, 4, 4), (4, 3))
    assert np.array_equal(np.concatenate([U, blocks, C], axis=None), w)
    C[-1, -1] = -1
    assert w[-1] == -1


def test_by_itself_a_network_reads_the_digits_and_skips_nothing():
    network = ResidualNetwork(depth=3, width=5)
    assert [part.shape for part in network.layers(np.zeros(network.size))] == [(64, 5), (3, 5, 5), (5, 10)]
    assert network.survivals.tolist() == [1, 1, 1]


def test_a_start_has_its_spread():
    network = ResidualNetwork(depth=10, width=40)
    parts = network.layers(network.start(draw(0)))
    spreads = [part.std() * np.sqrt(part.shape[-2]) for part in parts]
    assert np.allclose(spreads, [1, 0.3, 1], rtol=0.1)
    assert all(abs(part.mean()) < 4 * part.std() / np.sqrt(part.size) for part in parts)


BAD = [
    (ResidualNetwork, {"depth": 0, "width": 4}, "depth", ValueError),
    (ResidualNetwork, {"depth": 2, "width": 4.0}, "width", TypeError),
    (ResidualNetwork, {"depth": 2, "width": 4, "last": 1.1}, "last", ValueError),
    (NETWORK.start, {"rng": 0}, "rng", TypeError),
    *(
        (call, {"w": W, "X": X, "y": Y, **change}, next(iter(change)), error)
        for call in (NETWORK.loss, NETWORK.grad, NETWORK.accuracy)
        for change, error in [
            ({"w": W[1:]}, ValueError),
            ({"w": W * np.nan}, ValueError),
            ({"X": X[:, 1:]}, ValueError),
            ({"X": X[0]}, ValueError),
            ({"rng": 0}, TypeError),
        ]
    ),
    *((call, {"w": W, "X": X, "y": Y + 1}, "y", ValueError) for call in (NETWORK.grad, NETWORK.accuracy)),
]


@pytest.mark.parametrize("call, arguments, name, error", BAD)
def test_a_bad_argument_is_named(call, arguments, name, error):
    with pytest.raises(error, match=rf"^{name} must "):
        call(**arguments)
