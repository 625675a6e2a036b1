"""What every first-order method promises, from one table: a new method enters by one line."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimlib
from optimlib import beale, booth, run

# Name: settings beside lr that make every part of the rule matter.
METHODS = {
    "gradient_descent": {},
    "momentum": {"rho": 0.8},
    "nesterov": {"rho": 0.8},
    "adagrad": {"eps": 1e-6},
    "rmsprop": {"decay": 0.9, "eps": 1e-6},
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6, "bias_correction": True},
    "adamw": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6, "weight_decay": 0.1},
    "lion": {"beta1": 0.8, "beta2": 0.95, "weight_decay": 0.1},
    "muon": {"shape": (2, 1), "rho": 0.8, "weight_decay": 0.1, "steps": 4},
    "schedule_free": {"beta": 0.8},
    "sam": {"radius": 0.1},
}
LR = 0.003
START = np.array([0.5, -1.0])


def named(name):
    return functools.partial(getattr(optimlib, name), **METHODS[name])


every = pytest.mark.parametrize("method", [named(name) for name in METHODS], ids=METHODS)


def test_every_method_is_in_the_table():
    rules = [name for name in optimlib.__all__ if hasattr(getattr(optimlib, name), "__wrapped__")]
    homes = ("optimlib.optimizers", "optimlib.since_adam")
    assert {name for name in rules if getattr(optimlib, name).__module__ in homes} == set(METHODS)


# Functions of the reader's


def in_place(x):
    """Beale's gradient as a student writes it: in the array that was given."""
    g = beale.grad(x)
    x[...] = 0
    x += g
    return x


def one_buffer():
    buffer = {}

    def grad(x):
        g = buffer.setdefault(x.shape, np.zeros_like(x))
        g[...] = beale.grad(x)
        return g

    return grad


def of_lists(x):
    return beale.grad(x).tolist()


def destructive(x):
    g = beale.grad(x)
    x *= np.nan
    return g


starts = st.tuples(*[st.floats(-2, 2)] * 2) | st.lists(st.tuples(*[st.floats(-2, 2)] * 2), min_size=1)


@every
@settings(max_examples=15)
@given(starts, st.sampled_from([in_place, one_buffer, of_lists, destructive]), st.floats(0, 0.01))
def test_no_gradient_spoils_a_path(method, start, spoiler, lr):
    grad = spoiler() if spoiler is one_buffer else spoiler
    np.testing.assert_array_equal(
        run(method(grad, start, lr=lr), 6), run(method(beale.grad, start, lr=lr), 6)
    )


@every
def test_what_is_yielded_is_the_caller_s_own(method):
    want = run(method(beale.grad, START, lr=LR), 5)
    start, lr = START.copy(), np.array([LR])
    got = []
    for x in method(beale.grad, start, lr=lr):
        got.append(x.copy())
        x[:] = start[:] = lr[:] = 7
        if len(got) == 6:
            break
    np.testing.assert_array_equal(got, want)


@every
def test_a_gradient_of_no_numbers_is_named(method):
    for wrong in (
        "12",
        None,
        True,
        1j,
        np.array(["a", "b"]),
        [1.0, [2.0]],
        np.ma.array([1.0, 2.0], mask=[0, 1]),
    ):
        with pytest.raises(TypeError, match=r"^grad must return real numbers"):
            run(method(lambda x, wrong=wrong: wrong, START), 2)
    with pytest.raises(TypeError, match=r"^grad must return real numbers"):
        run(method(lambda x: beale.grad(x) + 1j, START), 2)


# Rates


@pytest.mark.no_cover
@every
@given(st.lists(st.floats(0, 0.01), min_size=1, max_size=3))
def test_a_list_of_rates_is_an_array_of_rates(method, rates):
    column = [[rate] for rate in rates]
    path = run(method(beale.grad, START, lr=column), 4)
    assert path.shape == (5, len(rates), 2)
    np.testing.assert_array_equal(path, run(method(beale.grad, START, lr=np.array(column)), 4))
    np.testing.assert_array_equal(path, run(method(beale.grad, START, lr=lambda t: column), 4))


@every
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.float16, np.float32, np.uint64])
def test_numbers_of_every_kind_are_floats(method, kind):
    """In uint8, 1 − 2 is 255."""
    x, lr = np.array([1, 2], kind), np.array([[0], [2]], kind)
    path = run(method(booth.grad, x, lr=lr), 2)
    np.testing.assert_array_equal(path, run(method(booth.grad, [1.0, 2.0], lr=[[0.0], [2.0]]), 2))


@every
def test_a_schedule_that_returns_one_array_is_as_good_as_another(method):
    rates = np.zeros((2, 1))

    def schedule(t):
        rates[:] = [[0.01 / (t + 1)], [0.005]]
        return rates

    want = run(method(beale.grad, START, lr=lambda t: np.array([[0.01 / (t + 1)], [0.005]])), 5)
    iterates = method(beale.grad, START, lr=schedule)
    got = [next(iterates)]
    for _ in range(5):
        got.append(next(iterates))
        rates[:] = 7
    np.testing.assert_array_equal(got, want)


@every
@pytest.mark.parametrize(
    "later, error",
    [
        (np.ones((2, 1)), ValueError),
        (np.ones(3), ValueError),
        ([], ValueError),
        ([[0.1], [0.1, 0.2]], TypeError),
        ("fast", TypeError),
        (None, TypeError),
        (True, TypeError),
        (-0.1, ValueError),
        (np.nan, ValueError),
    ],
)
def test_a_schedule_that_turns_into_something_else_is_named_with_its_step(method, later, error):
    with pytest.raises(error, match=r"^lr\(2\) must "):
        run(method(beale.grad, START, lr=lambda t: 0.01 if t < 2 else later), 5)


@every
@pytest.mark.parametrize(
    "lr, error",
    [
        ([[0.1], [0.1, 0.2]], TypeError),
        ([0.1, None], TypeError),
        ([True, False], TypeError),
        (np.ma.array([0.1, 0.2], mask=[0, 1]), TypeError),
        (np.array([0.1 + 0j]), TypeError),
        ([0.1, -0.1], ValueError),
        (10**400, ValueError),
    ],
)
def test_a_bad_rate_is_named_at_the_call(method, lr, error):
    with pytest.raises(error, match=r"^lr must "):
        method(beale.grad, START, lr=lr)


@every
@pytest.mark.parametrize(
    "x, error",
    [
        ([1.0, True], TypeError),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), TypeError),
        (np.array([1.0, 2j]), TypeError),
        ([1.0, 10**400], ValueError),
        ({1.0, 2.0}, TypeError),
    ],
)
def test_a_bad_start_is_named_at_the_call(method, x, error):
    with pytest.raises(error, match=r"^x must "):
        method(beale.grad, x)


@every
def test_a_huge_whole_number_is_a_float_and_an_open_mask_no_mask(method):
    assert run(method(np.zeros_like, [10**30, 0]), 0)[0, 0] == 1e30
    unmasked = np.ma.array(START, mask=[False, False])
    np.testing.assert_array_equal(run(method(beale.grad, unmasked), 3), run(method(beale.grad, START), 3))


# What is no run


@pytest.mark.parametrize(
    "iterates, error",
    [
        ("path", TypeError),
        (b"path", TypeError),
        ({0: [1.0]}, TypeError),
        ({(1.0, 2.0)}, TypeError),
        (None, TypeError),
        (np.array(1.0), TypeError),
        (["a", "b"], TypeError),
        ([None], TypeError),
        ([[1.0, [2.0]]], TypeError),
        ([[True, False]], TypeError),
        ([[1j]], TypeError),
        ([1.0, 2.0], ValueError),
        ([[1.0], [1.0, 2.0]], ValueError),
        ([[[1.0]], [1.0]], ValueError),
    ],
)
def test_run_refuses_what_yields_no_points(iterates, error):
    with pytest.raises(error, match=r"^iterates must "):
        run(iterates, 2)


def test_run_copies_points_as_they_come():
    def counting():
        x = np.zeros(2)
        while True:
            yield x
            x += 1

    assert run(counting(), 3).tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert run([[1, 2], (3, 4)], 2).tolist() == [[1, 2], [3, 4], [3, 4]]
    assert run(np.array([[1, 2], [3, 4]], np.uint8), 2).tolist() == [[1, 2], [3, 4], [3, 4]]


# minibatch_gradient


def test_a_sampled_gradient_spoils_neither_w_nor_the_data():
    X, w, g = np.arange(8.0).reshape(4, 2), np.ones(2), np.zeros(2)
    before = X.copy()

    def grad(w, rows):
        g[:] = rows.sum(axis=0) * w
        rows[:] = w[:] = np.nan
        return g

    sampled = optimlib.minibatch_gradient(grad, (X,), 2, np.random.default_rng(0))
    X[:] = 7  # the data are those of the call
    first, second = sampled(w), sampled(w)
    assert (first + second).tolist() == before.sum(axis=0).tolist() and w.tolist() == [1, 1]


@pytest.mark.parametrize("rows", [np.ma.array([1.0, 2.0], mask=[0, 1]), np.array([1j]), np.array([None])])
def test_a_sampled_gradient_refuses_data_that_are_no_numbers(rows):
    with pytest.raises(TypeError, match=r"^data must hold"):
        optimlib.minibatch_gradient(lambda w, rows: w, (rows,), 1, np.random.default_rng(0))
