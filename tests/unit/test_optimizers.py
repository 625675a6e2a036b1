import functools
import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimlib import (
    adagrad,
    adam,
    adamw,
    beale,
    booth,
    constant,
    gradient_descent,
    linear_decay,
    lion,
    minibatch_gradient,
    momentum,
    muon,
    nesterov,
    quadratic,
    rmsprop,
    rosenbrock,
    run,
    sam,
    schedule_free,
)

row_muon = functools.update_wrapper(functools.partial(muon, shape=(1, 2)), muon)
METHODS = [gradient_descent, momentum, nesterov, adagrad, rmsprop, adam, adamw]
METHODS += [lion, row_muon, schedule_free, sam]
every = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)


# The protocol


@every
def test_the_start_comes_first_and_the_gradient_is_asked_once_a_step(method):
    calls, once = [], 2 if method is sam else 1

    def grad(x):
        calls.append(x)
        return booth.grad(x)

    iterates = method(grad, (1, 2))
    assert (next(iterates) == [1, 2]).all() and len(calls) == 0
    for step in range(1, 6):
        point = next(iterates)
        assert len(calls) == once * step and point.shape == (2,) and point.dtype == float


@every
def test_the_callers_start_is_left_alone(method):
    start = np.array([1.0, 2.0])
    path = run(method(booth.grad, start, lr=0.01), steps=3)
    assert (start == [1, 2]).all() and (path[1:] != start).all()
    next(method(booth.grad, start))[:] = 7  # what is yielded is the reader's own
    assert (start == [1, 2]).all()


@every
def test_running_twice_gives_the_same(method):
    np.testing.assert_array_equal(
        run(method(beale.grad, beale.start), 20), run(method(beale.grad, beale.start), 20)
    )


@every
def test_lr_0_stays(method):
    assert (run(method(booth.grad, [3.0, 4.0], lr=0.0), steps=4) == [3, 4]).all()


# Batches


@every
@settings(max_examples=20)
@given(
    starts=st.lists(st.tuples(*[st.floats(-3, 3)] * 2), min_size=1, max_size=4),
    rates=st.lists(st.floats(0, 0.02), min_size=1, max_size=3),
)
def test_a_batch_is_many_separate_runs(method, starts, rates):
    x = np.array(starts)[:, None]  # (S, 1, 2)
    lr = np.array(rates)[:, None]  # (R, 1)
    paths = run(method(beale.grad, x, lr=lr), steps=8)
    assert paths.shape == (9, len(starts), len(rates), 2)
    for i, j in np.ndindex(len(starts), len(rates)):
        alone = run(method(beale.grad, starts[i], lr=rates[j]), steps=8)
        # Powers by an array and by a number may differ in the last bit.
        np.testing.assert_allclose(paths[:, i, j], alone, rtol=1e-9, atol=1e-12)


@every
def test_one_start_and_many_rates_are_a_batch_from_the_first_iterate_on(method):
    iterates = method(booth.grad, (0.0, 0.0), lr=np.array([[0.01], [0.02], [0.0]]))
    assert next(iterates).shape == (3, 2)
    assert next(iterates).shape == (3, 2)


def test_other_settings_make_batches_too():
    rho = np.array([[0.0], [0.5], [0.9]])
    paths = run(momentum(booth.grad, (0.0, 0.0), lr=0.01, rho=rho), steps=10)
    for i, value in enumerate(rho[:, 0]):
        alone = run(momentum(booth.grad, (0.0, 0.0), lr=0.01, rho=value), steps=10)
        np.testing.assert_allclose(paths[:, i], alone, rtol=1e-13)
    beta1 = np.array([[0.0], [0.9]])
    assert run(adam(booth.grad, (0.0, 0.0), beta1=beta1), steps=1).shape == (2, 2, 2)


# The rules


def test_momentum_on_a_quadratic_is_the_linear_recurrence():
    """(x, v) ← [[I − lr H, −lr ρ I], [H, ρ I]] (x, v), so its iterates are a power of one matrix."""
    f, lr, rho, one = quadratic(condition=30.0, angle=0.7), 0.02, 0.8, np.eye(2)
    H = f.hess(f.start)
    step = np.block([[one - lr * H, -lr * rho * one], [H, rho * one]])
    path = run(momentum(f.grad, f.start, lr, rho), steps=60)
    state = np.concatenate([f.start, [0, 0]])
    exact = [(np.linalg.matrix_power(step, t) @ state)[:2] for t in range(61)]
    np.testing.assert_allclose(path, exact, rtol=1e-12, atol=1e-13)


def test_momentum_oscillates_at_the_rate_of_its_eigenvalues():
    """On ½ h x² the roots of z² − (1 + ρ − lr h) z + ρ have modulus √ρ where they are complex."""
    lr, rho, h = 0.1, 0.81, 4.0
    path = run(momentum(lambda x: h * x, [1.0], lr, rho), steps=200)[:, 0]
    roots = np.roots([1, -(1 + rho - lr * h), rho])
    assert np.iscomplex(roots).all() and np.abs(roots) == pytest.approx(np.sqrt(rho))
    a, b = np.linalg.solve(np.vander(roots, 2, increasing=True).T, path[:2])
    exact = (a * roots[0] ** np.arange(201) + b * roots[1] ** np.arange(201)).real
    np.testing.assert_allclose(path, exact, atol=1e-12)


def test_gradient_descent_on_a_quadratic_shrinks_each_eigendirection():
    f = quadratic(condition=5.0)
    path = run(gradient_descent(f.grad, (1.0, 1.0), lr=0.3), steps=10)
    t = np.arange(11)
    np.testing.assert_allclose(path, np.stack([0.7**t, (-0.5) ** t], axis=-1), rtol=1e-12)


def test_nesterov_looks_ahead():
    asked = []
    iterates = nesterov(lambda x: asked.append(x) or booth.grad(x), (0.0, 0.0), lr=0.01, rho=0.9)
    path = np.array(list(itertools.islice(iterates, 6)))
    np.testing.assert_allclose(asked[0], path[0])
    np.testing.assert_allclose(asked[1:], path[1:-1] + 0.9 * np.diff(path, axis=0)[:-1], rtol=1e-12)


def test_momentum_without_memory_is_gradient_descent():
    plain = run(gradient_descent(beale.grad, beale.start, lr=0.01), 30)
    for method in (momentum, nesterov):
        np.testing.assert_array_equal(run(method(beale.grad, beale.start, lr=0.01, rho=0.0), 30), plain)


@given(st.floats(0.01, 100), st.floats(0.001, 1))
def test_adam_s_first_step_is_lr_long_whatever_the_gradient_s_scale(scale, lr):
    step = np.diff(run(adam(lambda x: scale * x, [3.0, -5.0], lr=lr), 1), axis=0)[0]
    np.testing.assert_allclose(step, [-lr, lr], rtol=1e-5)


def test_adam_without_bias_correction_is_the_plain_averages():
    m = v = 0.0
    x = 2.0
    path = run(adam(lambda x: 3 * x, [2.0], 0.1, 0.8, 0.95, 1e-3, bias_correction=False), 20)
    for after in path[1:, 0]:
        g = 3 * x
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g
        x -= 0.1 * m / (np.sqrt(v) + 1e-3)
        assert after == pytest.approx(x, rel=1e-12)


def test_adam_s_moments_are_weighted_means_of_past_gradients():
    """m̂ and v̂ at step t are Σ βᵗ⁻ᵏ gₖ / Σ βᵗ⁻ᵏ: a mean, which is what the correction is for."""
    gradients = np.random.default_rng(0).normal(size=12)
    feed = iter(gradients)
    path = run(adam(lambda x: np.array([next(feed)]), [0.0], lr=0.5, beta1=0.7, beta2=0.9), 12)[:, 0]
    for t in range(12):
        m = np.average(gradients[: t + 1], weights=0.7 ** np.arange(t, -1, -1))
        v = np.average(gradients[: t + 1] ** 2, weights=0.9 ** np.arange(t, -1, -1))
        assert path[t + 1] - path[t] == pytest.approx(-0.5 * m / (np.sqrt(v) + 1e-8), rel=1e-9)


def test_weight_decay_is_apart_from_the_moments():
    np.testing.assert_array_equal(
        run(adamw(beale.grad, beale.start, weight_decay=0.0), 20), run(adam(beale.grad, beale.start), 20)
    )
    still = run(adamw(np.zeros_like, [4.0], lr=0.1, weight_decay=0.5), 10)[:, 0]
    np.testing.assert_allclose(still, 4 * 0.95 ** np.arange(11), rtol=1e-13)


def test_adagrad_s_steps_are_gradients_over_the_root_of_their_sum_of_squares():
    gradients = np.array([3.0, -1.0, 2.0, 0.5])
    feed = iter(gradients)
    path = run(adagrad(lambda x: np.array([next(feed)]), [0.0], lr=0.1, eps=0.0), 4)[:, 0]
    np.testing.assert_allclose(np.diff(path), -0.1 * gradients / np.sqrt(np.cumsum(gradients**2)))


def test_rmsprop_forgets_and_adagrad_does_not():
    path = run(rmsprop(lambda x: np.ones_like(x), [0.0], lr=0.1, decay=0.5), 60)[:, 0]
    assert np.diff(path)[-1] == pytest.approx(-0.1, rel=1e-6)
    path = run(adagrad(lambda x: np.ones_like(x), [0.0], lr=0.1), 100)[:, 0]
    assert np.diff(path)[-1] == pytest.approx(-0.01, rel=1e-6)


@every
def test_a_schedule_gives_each_step_its_rate(method):
    asked = []
    schedule = linear_decay(0.01, total=4)
    path = run(method(beale.grad, beale.start, lr=lambda t: asked.append(t) or schedule(t)), 6)
    # Called with 0 once to be checked, then once a step.
    assert asked[0] == 0 and asked[1:] == list(range(7))
    assert (path[4] != path[3]).all()
    if method in (gradient_descent, momentum, adagrad):
        np.testing.assert_array_equal(path[5], path[4])  # lr(4) is 0
    same = run(method(beale.grad, beale.start, lr=constant(0.003)), 6)
    np.testing.assert_array_equal(same, run(method(beale.grad, beale.start, lr=0.003), 6))


def test_a_schedule_of_many_rates_is_a_batch():
    rates = np.array([[0.01], [0.02]])
    path = run(momentum(booth.grad, (0.0, 0.0), lr=lambda t: rates / (t + 1)), 5)
    assert path.shape == (6, 2, 2)
    alone = run(momentum(booth.grad, (0.0, 0.0), lr=lambda t: 0.02 / (t + 1)), 5)
    np.testing.assert_allclose(path[:, 1], alone, rtol=1e-14)


# run


def test_divergence_is_nan_from_there_on_each_member_by_itself_and_without_a_warning():
    lr = np.array([[0.001], [0.5]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = run(gradient_descent(rosenbrock.grad, (-1.2, 1.0), lr=lr), steps=50)
    assert np.isfinite(path[:, 0]).all()
    lost = np.isnan(path[:, 1])
    first = lost.any(axis=1).argmax()
    assert 0 < first < 20 and lost[first:].all() and np.isfinite(path[:first, 1]).all()


def test_one_bad_coordinate_loses_the_point_for_good():
    points = [np.array([[1.0, 1.0], [1.0, 1.0]]) for _ in range(4)]
    points[1][0, 1] = np.inf
    points[2][1, 0] = np.nan
    path = run(iter(points), steps=3)
    np.testing.assert_array_equal(
        np.isnan(path), np.array([[0, 0], [1, 0], [1, 1], [1, 1]], bool)[..., None] * [True, True]
    )


def test_an_early_end_is_repeated():
    path = run((np.array([float(t)]) for t in range(3)), steps=5)
    assert path[:, 0].tolist() == [0, 1, 2, 2, 2, 2]


def test_run_takes_no_more_than_it_needs():
    iterates = iter([np.zeros(1)] * 5)
    assert run(iterates, steps=2).shape == (3, 1) and len(list(iterates)) == 2
    assert run(gradient_descent(booth.grad, (0, 0)), steps=0).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    "iterates, steps, name, error",
    [
        (iter([]), 3, "iterates", ValueError),
        (iter([np.zeros(2)]), -1, "steps", ValueError),
        (iter([np.zeros(2)]), 2.0, "steps", TypeError),
        (iter([np.zeros(2)]), True, "steps", TypeError),
        (gradient_descent, 3, "iterates", TypeError),
        (3, 3, "iterates", TypeError),
    ],
)
def test_run_refuses(iterates, steps, name, error):
    with pytest.raises(error, match=f"^{name} must"):
        run(iterates, steps)


# Bad input: refused at the call, before the first next()

BAD = [
    ({"lr": -0.1}, ValueError),
    ({"lr": np.nan}, ValueError),
    ({"lr": np.inf}, ValueError),
    ({"lr": "fast"}, TypeError),
    ({"lr": None}, TypeError),
    ({"lr": 1j}, TypeError),
    ({"lr": True}, TypeError),
    ({"lr": np.array([[0.1], [-0.1]])}, ValueError),
    ({"lr": np.array([0.1, 0.2, 0.3])}, ValueError),
    ({"lr": lambda t: -0.1}, ValueError),
    ({"lr": lambda t: "fast"}, TypeError),
    ({"x": (np.nan, 0.0)}, ValueError),
    ({"x": (np.inf, 0.0)}, ValueError),
    ({"x": 1.0}, ValueError),
    ({"x": []}, ValueError),
    ({"x": "here"}, TypeError),
    ({"x": None}, TypeError),
    ({"x": [[1.0], [1.0, 2.0]]}, TypeError),
    ({"grad": np.zeros(2)}, TypeError),
    ({"grad": None}, TypeError),
]
OWN = {
    momentum: ["rho"],
    nesterov: ["rho"],
    adagrad: ["eps"],
    rmsprop: ["decay", "eps"],
    adam: ["beta1", "beta2", "eps"],
    adamw: ["beta1", "beta2", "eps", "weight_decay"],
    lion: ["beta1", "beta2", "weight_decay"],
    row_muon: ["rho", "weight_decay"],
    schedule_free: ["beta"],
    sam: ["radius"],
}
VALUES = [(-0.1, ValueError), (np.nan, ValueError), ("0.9", TypeError), (None, TypeError)]
OWN_BAD = [
    (method, {name: value}, error)
    for method, names in OWN.items()
    for name in names
    for value, error in VALUES + ([] if name in ("eps", "weight_decay", "radius") else [(1.0, ValueError)])
]


@every
@pytest.mark.parametrize("change, error", BAD)
def test_a_bad_argument_is_named_at_the_call(method, change, error):
    with pytest.raises(error, match=rf"^{next(iter(change))}(\(0\))? must "):
        method(**{"grad": booth.grad, "x": (1.0, 2.0), **change})


@pytest.mark.parametrize("method, change, error", OWN_BAD)
def test_a_bad_setting_is_named_at_the_call(method, change, error):
    with pytest.raises(error, match=rf"^{next(iter(change))} must be .*got"):
        method(booth.grad, (1.0, 2.0), **change)


@pytest.mark.parametrize("value", ["no", 1, None])
def test_bias_correction_is_true_or_false(value):
    with pytest.raises(TypeError, match=r"^bias_correction must be True or False"):
        adam(booth.grad, (1.0, 2.0), bias_correction=value)


@every
def test_a_gradient_of_the_wrong_shape_is_refused(method):
    for wrong in (booth, lambda x: np.zeros((2, 1))):
        with pytest.raises(ValueError, match="grad must return the shape of x"):
            run(method(wrong, (1.0, 2.0)), steps=1)


@every
def test_a_schedule_that_turns_bad_is_named_with_its_step(method):
    with pytest.raises(ValueError, match=r"lr\(3\) must be at least 0"):
        run(method(booth.grad, (1.0, 2.0), lr=lambda t: 0.03 - 0.0101 * t), steps=9)


@every
def test_an_unknown_setting_is_refused(method):
    with pytest.raises(TypeError, match="momentum"):
        method(booth.grad, (1.0, 2.0), momentum=0.9)


# minibatch_gradient


def rows_asked(n, batch_size, calls, seed=0):
    """The row numbers of each of `calls` minibatches."""
    seen = []
    data = (np.arange(n), np.arange(n) * 10.0)

    def grad(w, rows, tens):
        assert (tens == 10 * rows).all()  # the arrays stay in step
        seen.append(rows.tolist())
        return w

    sampled = minibatch_gradient(grad, data, batch_size, np.random.default_rng(seed))
    for _ in range(calls):
        sampled(np.zeros(1))
    return seen


@given(st.integers(1, 30), st.data())
def test_an_epoch_is_every_row_once_in_batches_of_the_size(n, data):
    size = data.draw(st.integers(1, n))
    per_epoch = -(-n // size)
    batches = rows_asked(n, size, 2 * per_epoch)
    for epoch in (batches[:per_epoch], batches[per_epoch:]):
        assert sorted(itertools.chain(*epoch)) == list(range(n))
        assert [len(rows) for rows in epoch[:-1]] == [size] * (per_epoch - 1)
        assert len(epoch[-1]) == n - size * (per_epoch - 1)


def test_each_epoch_is_a_fresh_permutation():
    epochs = [tuple(rows) for rows in rows_asked(12, 12, 20)]
    assert len(set(epochs)) == 20


def test_every_row_is_as_likely_in_every_place():
    first = np.array(rows_asked(5, 5, 5000))[:, 0]
    assert np.abs(np.bincount(first) / 5000 - 0.2).max() < 0.02


def test_the_same_seed_is_the_same_order():
    assert rows_asked(10, 3, 9, seed=4) == rows_asked(10, 3, 9, seed=4)
    assert rows_asked(10, 3, 9, seed=4) != rows_asked(10, 3, 9, seed=5)


def test_the_mean_of_the_batches_is_the_full_gradient():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(20, 3)), rng.normal(size=20), rng.normal(size=3)

    def grad(w, X, y):
        return 2 * X.T @ (X @ w - y) / len(y)

    sampled = minibatch_gradient(grad, (X, y), 5, rng)
    np.testing.assert_allclose(np.mean([sampled(w) for _ in range(4)], axis=0), grad(w, X, y))
    path = run(gradient_descent(minibatch_gradient(grad, (X, y), 5, rng), w, lr=0.05), steps=400)
    exact = np.linalg.lstsq(X, y)[0]
    assert np.linalg.norm(path[-1] - exact) < 0.5 * np.linalg.norm(path[0] - exact)


def mean(w, *arrays):
    return w


@pytest.mark.parametrize(
    "change, error",
    [
        ({"grad": None}, TypeError),
        ({"data": np.zeros(5)}, TypeError),
        ({"data": [np.zeros(5)]}, TypeError),
        ({"data": ()}, TypeError),
        ({"data": (np.zeros(5), np.zeros(4))}, ValueError),
        ({"data": (np.zeros(0),)}, ValueError),
        ({"data": (3.0,)}, ValueError),
        ({"data": (np.array([1.0, np.nan]),)}, ValueError),
        ({"batch_size": 0}, ValueError),
        ({"batch_size": 6}, ValueError),
        ({"batch_size": 2.0}, TypeError),
        ({"rng": 0}, TypeError),
        ({"rng": None}, TypeError),
        ({"rng": np.random.RandomState(0)}, TypeError),
    ],
)
def test_minibatch_gradient_refuses(change, error):
    good = {"grad": mean, "data": (np.zeros(5),), "batch_size": 2, "rng": np.random.default_rng(0)}
    with pytest.raises(error, match=f"^{next(iter(change))} must"):
        minibatch_gradient(**{**good, **change})
