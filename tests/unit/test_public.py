"""What all public functions promise, from one table of calls: a new function enters by one line."""

import inspect
import itertools
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

import optimlib
from optimlib import MLP, data

# The defaults that the book documents.
DEFAULTS = {
    "quadratic": {"condition": 10.0, "angle": 0.0},
    "gradient_descent": {"lr": 0.01},
    "momentum": {"lr": 0.01, "rho": 0.9},
    "nesterov": {"lr": 0.01, "rho": 0.9},
    "adagrad": {"lr": 0.01, "eps": 1e-8},
    "rmsprop": {"lr": 0.01, "decay": 0.99, "eps": 1e-8},
    "adam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": True},
    "adamw": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
    "averaged": {"decay": None},
    "schedule_free": {"lr": 0.01, "beta": 0.9},
    "sam": {"lr": 0.01, "radius": 0.05},
    "lion": {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
    "newton_schulz": {"steps": 5},
    "muon": {"lr": 0.02, "rho": 0.95, "nesterov": True, "weight_decay": 0.0, "steps": 5},
    "step_decay": {"drop": 0.1, "every": 30},
    "cosine_decay": {"final": 0.0},
    "linear_decay": {"final": 0.0},
    "wsd": {"cooldown": 0.2, "final": 0.0},
    "newton": {"lr": 1.0, "damping": 0.0},
    "bfgs": {"c1": 1e-4, "c2": 0.9},
    "lbfgs": {"memory": 10, "c1": 1e-4, "c2": 0.9},
    "numerical_gradient": {"h": 1e-5, "scheme": "central"},
    "check_gradient": {"h": 1e-5, "scheme": "central", "tolerance": 1e-6},
    "kkt_residual": {"mix": 1.0},
    "batch_norm": {"eps": 1e-5, "mean": None, "var": None},
    "stochastic_depth": {"rng": None},
    "randomized_svd": {"oversample": 10, "power": 2, "rng": None},
    "MLP": {"lam": 0.0, "p": 0.0, "normalize": False},
}


def functions():
    named = {name: getattr(optimlib, name) for name in optimlib.__all__}
    return {name: f for name, f in named.items() if callable(f) and not isinstance(f, optimlib.Objective)}


@pytest.mark.parametrize("name", functions())
def test_the_documented_defaults(name):
    parameters = inspect.signature(functions()[name]).parameters.values()
    found = {p.name: p.default for p in parameters if p.default is not p.empty}
    expected = DEFAULTS.get(name, {})
    assert found == expected and list(map(type, found.values())) == list(map(type, expected.values()))


def test_the_documented_defaults_of_the_data():
    for load in (data.digits, data.breast_cancer, data.diabetes):
        assert [p.default for p in inspect.signature(load).parameters.values()] == [0.25, 0]
    assert [p.default for p in inspect.signature(data.photograph).parameters.values()] == ["china", 1]


def test_a_star_import_needs_no_matplotlib():
    script = (
        "import sys; sys.modules['matplotlib'] = sys.modules['ipywidgets'] = None\n"
        "from optimlib import *\nprint(run(momentum(beale.grad, beale.start), 3).shape, fit_lasso.__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.stdout == "(4, 2) fit_lasso\n", answer.stderr


def test_live_is_there_when_it_is_named():
    assert callable(optimlib.live) and "live" not in optimlib.__all__


@pytest.mark.parametrize("name", ["data", "exercises", "figures", "live"])
def test_what_needs_more_packages_is_there_when_it_is_named(name):
    assert optimlib.__getattr__(name) is sys.modules[f"optimlib.{name}"]
    assert name not in optimlib.__all__


# Every function of arrays, with arguments that are good.


def rng():
    return np.random.default_rng(0)


X = np.random.default_rng(1).normal(size=(6, 3))
Y = X @ [1.0, 2.0, -1.0] + 0.1 * np.random.default_rng(2).normal(size=6)
LABELS = np.array([0, 1, 0, 1, 1, 0])
NET, NORMAL = MLP((3, 4, 2)), MLP((3, 4, 2), normalize=True)
W, WN = NET.start(rng()), NORMAL.start(rng())
POINT = np.array([1.0, 2.0])


def square(x):
    return (x**2).sum(-1)


def twice(x):
    return 2 * x


def path(x, lr):
    return optimlib.run(optimlib.adam(twice, x, lr=lr), 3)


def matrix_path(x, lr):
    return optimlib.run(optimlib.averaged(optimlib.muon(twice, x, (2, 1), lr=lr)), 3)


CALLS = {
    "run": (path, {"x": POINT, "lr": np.array([[0.1], [0.2]])}),
    "muon": (matrix_path, {"x": POINT, "lr": np.array([[0.1], [0.2]])}),
    "clipped": (lambda x: optimlib.clipped(twice, 2.0)(x), {"x": X}),
    "newton_schulz": (optimlib.newton_schulz, {"G": X}),
    "objective": (optimlib.beale, {"x": POINT}),
    "its gradient": (optimlib.beale.grad, {"x": POINT}),
    "its Hessian": (optimlib.beale.hess, {"x": POINT}),
    "numerical_gradient": (lambda x: optimlib.numerical_gradient(square, x), {"x": POINT}),
    "check_gradient": (lambda x: optimlib.check_gradient(square, twice, x), {"x": POINT}),
    "relative_error": (optimlib.relative_error, {"a": POINT, "b": POINT + 1}),
    "l1": (optimlib.l1, {"w": POINT}),
    "l2": (optimlib.l2, {"w": POINT}),
    "elastic_net": (lambda w: optimlib.elastic_net(w, 0.5), {"w": POINT}),
    "soft_threshold": (optimlib.soft_threshold, {"w": POINT, "t": np.array([0.0, 0.5])}),
    "fit_ridge": (lambda X, y: optimlib.fit_ridge(X, y, 0.1), {"X": X, "y": Y}),
    "fit_lasso": (lambda X, y: optimlib.fit_lasso(X, y, 0.1), {"X": X, "y": Y}),
    "fit_elastic_net": (lambda X, y: optimlib.fit_elastic_net(X, y, 0.1, 0.5), {"X": X, "y": Y}),
    "kkt_residual": (
        lambda X, y, w: optimlib.kkt_residual(X, y, w, 0.1),
        {"X": X, "y": Y, "w": np.array([1.0, 2.0, 3.0])},
    ),
    "coefficient_path": (
        lambda X, y, lams: optimlib.coefficient_path(optimlib.fit_ridge, X, y, lams),
        {"X": X, "y": Y, "lams": POINT},
    ),
    "ball_contact": (
        lambda H, minimum: optimlib.ball_contact(H, minimum, 9.0, "l1").w,
        {"H": np.eye(2), "minimum": POINT},
    ),
    "dropout": (lambda x: optimlib.dropout(x, 0.5, rng()), {"x": X}),
    "dropout of nothing": (lambda x: optimlib.dropout(x, 0, rng()), {"x": X}),
    "dropout at test time": (lambda x: optimlib.dropout(x, 0.5, None), {"x": X}),
    "batch_statistics": (optimlib.batch_statistics, {"x": X}),
    "batch_norm": (
        optimlib.batch_norm,
        {"x": X, "gamma": np.ones(3), "beta": np.zeros(3), "mean": X[0], "var": X[1] ** 2},
    ),
    "stochastic_depth": (lambda x: optimlib.stochastic_depth(x, twice, 0.5), {"x": X}),
    "stochastic_depth skipped": (lambda x: optimlib.stochastic_depth(x, twice, 0.0, rng()), {"x": X}),
    "fractional_max_pool": (lambda image: optimlib.fractional_max_pool(image, 1.5, rng()), {"image": X}),
    "truncated_svd": (lambda A: optimlib.truncated_svd(A, 2), {"A": X}),
    "low_rank": (lambda A: optimlib.low_rank(A, 3), {"A": X}),
    "energy": (optimlib.energy, {"A": X}),
    "randomized_svd": (lambda A: optimlib.randomized_svd(A, 2, rng=rng()), {"A": X}),
    "woodbury_solve": (
        lambda U, C, g: optimlib.woodbury_solve(U, C, 0.5, g),
        {"U": X, "C": np.array([1.0, 2.0, 3.0]), "g": Y},
    ),
    "softmax": (optimlib.softmax, {"scores": X}),
    "cross_entropy": (optimlib.cross_entropy, {"scores": X[:, :2], "y": LABELS}),
    "loss": (NET.loss, {"w": W, "X": X, "y": LABELS}),
    "grad": (NET.grad, {"w": W, "X": X, "y": LABELS}),
    "scores": (NET.scores, {"w": W, "X": X}),
    "predict": (NET.predict, {"w": W, "X": X}),
    "accuracy": (NET.accuracy, {"w": W, "X": X, "y": LABELS}),
    "statistics": (NORMAL.statistics, {"w": WN, "X": X}),
    "constant": (lambda t: optimlib.constant(0.1)(t), {"t": POINT}),
    "step_decay": (lambda t: optimlib.step_decay(0.1)(t), {"t": POINT}),
    "cosine_decay": (lambda t: optimlib.cosine_decay(0.1, 3)(t), {"t": POINT}),
    "linear_decay": (lambda t: optimlib.linear_decay(0.1, 3)(t), {"t": POINT}),
    "wsd": (lambda t: optimlib.wsd(0.1, 3)(t), {"t": POINT}),
    "inverse_sqrt_decay": (lambda t: optimlib.inverse_sqrt_decay(0.1)(t), {"t": POINT}),
    "warmup": (lambda t: optimlib.warmup(optimlib.constant(0.1), 2)(t), {"t": POINT}),
}
BEALE = (optimlib.beale, optimlib.beale.grad, optimlib.beale.hess)
every = pytest.mark.parametrize("call, good", CALLS.values(), ids=CALLS)


def arrays(answer):
    """The arrays in an answer."""
    if isinstance(answer, tuple | list):
        return [array for part in answer for array in arrays(part)]
    return [answer] if isinstance(answer, np.ndarray) else []


def copies(good):
    return {name: value.copy() for name, value in good.items()}


def compare(found, expected):
    if isinstance(expected, tuple):
        for one, other in zip(found, expected, strict=True):
            compare(one, other)
    elif isinstance(expected, np.ndarray | float):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
    else:
        assert repr(found) == repr(expected)


@every
def test_an_answer_is_the_caller_s_own(call, good):
    given = copies(good)
    before = copies(good)
    answer = call(**given)
    for array in arrays(answer):
        assert array.flags.writeable
        assert not any(np.shares_memory(array, value) for value in given.values())
        array[...] = 0
    for name, value in given.items():
        np.testing.assert_array_equal(value, before[name])
    compare(call(**given), call(**copies(good)))


def kinds(value):
    """The same numbers in other clothes."""
    fortran = np.asfortranarray(value)
    read_only = value.copy()
    read_only.flags.writeable = False
    strided = np.repeat(value, 2, axis=0)[::2]
    yield from (fortran, read_only, strided, value.tolist(), value.astype(object))
    yield np.ma.array(value, mask=np.zeros(value.shape, bool))
    yield value.astype(value.dtype.newbyteorder())
    if value.dtype.kind == "f":
        yield value.astype(np.longdouble)


@every
def test_numbers_in_other_clothes_are_the_same_numbers(call, good):
    expected = call(**copies(good))
    for name, value in good.items():
        for other in kinds(value):
            whole_as_objects = value.dtype.kind == "i" and np.asarray(other).dtype.kind == "O"
            if not whole_as_objects:  # labels must be whole numbers
                compare(call(**{**copies(good), name: other}), expected)


@every
def test_small_integers_do_not_wrap(call, good):
    for name, value in good.items():
        if value.dtype.kind == "f":
            whole = np.round(100 * np.abs(value)).clip(1, 255)
            arguments = copies(good)
            try:
                expected = call(**{**arguments, name: whole})
            except ValueError:  # not every setting may be so large
                continue
            for kind in (np.uint8, np.uint64, np.int16):
                compare(call(**{**arguments, name: whole.astype(kind)}), expected)


def no_numbers(value):
    masked = np.ma.array(value, mask=np.zeros(value.shape, bool))
    masked.mask.flat[0] = True
    yield from (
        masked,
        value > 0,
        value.astype(str),
        "numbers",
        None,
        {},
        {1.0},
        object(),
        [[1.0], [1.0, 2.0]],
    )
    yield [None] * len(value)


@every
def test_what_is_no_array_of_numbers_is_refused_by_name(call, good):
    for name, value in good.items():
        for wrong in [*no_numbers(value), value + 1j]:
            if call in BEALE and getattr(wrong, "dtype", None) == np.dtype(complex):
                continue  # for the complex step
            if wrong is None and name in ("mean", "var"):
                continue
            with pytest.raises(TypeError, match=rf"^{name} must "):
                call(**{**copies(good), name: wrong})


@every
def test_huge_and_tiny_numbers_give_no_warning(call, good):
    """An answer, infinite where it is too large for a float, or an error that says what is wrong."""
    floats = {name: value for name, value in good.items() if value.dtype.kind == "f"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size, name in itertools.product([0.0, 1e-320, 1e-200, 1e100, 1e200, 1e289], floats):
            try:
                call(**{**copies(good), name: np.clip(floats[name], -1, 1) * size})
            except (ValueError, RuntimeError) as refused:
                assert re.search(" must |KKT|singular", str(refused)), (size, name)


@every
def test_no_entries_are_no_argument(call, good):
    """Steps and batches of points may be none; the rest is refused, by a name."""
    named = rf"^({'|'.join(good)})\b.* must "
    for name, value in good.items():
        try:
            answer = call(**{**copies(good), name: value[:0]})
        except ValueError as refused:
            assert re.match(named, str(refused))
        else:
            assert name in ("t", "x", "scores") and all(array.size == 0 for array in arrays(answer))
