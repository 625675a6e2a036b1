"""Every method on every objective.

A case is a learning rate and a number of steps; a cosine takes the rate to zero, so that the
methods whose steps do not shrink by themselves come to rest. Where the objective has one basin
the run must end at a global minimizer. On the others, where it ends depends on the method, and
it must be a local minimum below the start.
"""

import numpy as np
import pytest
from problems import OBJECTIVES

import optimlib
from optimlib import cosine_decay, run

ONE_BASIN = ("quadratic", "beale", "rosenbrock", "himmelblau", "booth", "matyas")
MINIMA = [name for name in OBJECTIVES if name != "saddle"]

FIRST_ORDER = ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
FIRST_ORDER += ["lion", "muon", "schedule_free", "sam"]

EXTRA = {
    # AdamW would settle where the decay and the gradient balance, away from the minimum.
    "adamw": {"weight_decay": 0.0},
    "muon": {"shape": (1, 2)},
    # With a wide radius SAM settles elsewhere in a curved valley, and on a saddle.
    "sam": {"radius": 1e-4},
}

# Learning rates: methods whose step scales with the gradient need one for each objective.
SCALED = {  # gradient_descent, schedule_free and sam; momentum; nesterov
    "quadratic": (0.1, 0.03, 0.03),
    "beale": (0.03, 0.005, 0.005),
    "rosenbrock": (0.0018, 0.0025, 0.001),
    "himmelblau": (0.01, 0.003, 0.003),
    "booth": (0.05, 0.03, 0.03),
    "matyas": (1.0, 0.3, 0.3),
    "rastrigin": (0.002, 0.001, 0.001),
    "ackley": (0.03, 0.01, 0.01),
    "styblinski_tang": (0.02, 0.003, 0.003),
    "three_hump_camel": (0.1, 0.01, 0.01),
}
STEPS = {
    ("gradient_descent", "rosenbrock"): 30_000,
    ("nesterov", "rosenbrock"): 6_000,
    ("adagrad", "rosenbrock"): 25_000,
    ("rmsprop", "rosenbrock"): 12_000,
    ("lion", "rosenbrock"): 10_000,
    ("schedule_free", "beale"): 20_000,
    ("schedule_free", "rosenbrock"): 60_000,
    ("sam", "rosenbrock"): 30_000,
}
RATES = {
    ("rmsprop", "rosenbrock"): 0.005,
    ("lion", "rosenbrock"): 0.003,
    ("schedule_free", "beale"): 0.02,
    ("schedule_free", "rosenbrock"): 0.003,
}
ADAGRAD = {"quadratic": 3.0, "booth": 3.0, "matyas": 6.0, "rastrigin": 0.3, "ackley": 0.3}


def first_order(method, name):
    if method in ("momentum", "nesterov"):
        usual = SCALED[name][FIRST_ORDER.index(method)]
    elif method in ("gradient_descent", "schedule_free", "sam"):
        usual = SCALED[name][0]
    elif method == "adagrad":
        usual = ADAGRAD.get(name, 1.0)
    else:
        usual = {"lion": 0.01, "muon": 0.03}.get(method, 0.3)
    lr = RATES.get((method, name), usual)
    steps = STEPS.get((method, name), 2500)
    schedule = lr if method == "schedule_free" else cosine_decay(lr, steps)
    rule = getattr(optimlib, method)
    f = OBJECTIVES[name]
    return run(rule(f.grad, f.start, lr=schedule, **EXTRA.get(method, {})), steps)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", MINIMA)
@pytest.mark.parametrize("method", FIRST_ORDER)
def test_every_method_finds_a_minimum_of_every_objective(method, name):
    f = OBJECTIVES[name]
    end = first_order(method, name)[-1]
    to_minimizer = np.linalg.norm(f.minimizers - end, axis=-1).min()
    if name in ONE_BASIN:
        assert to_minimizer < 1e-3
    elif to_minimizer > 1e-6:  # a local minimum; at Ackley's global one there is no gradient
        assert f(end) < f(f.start)
        assert np.abs(f.grad(end)).max() < 1e-4
        assert (np.linalg.eigvalsh(f.hess(end)) > 0).all()


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_every_method_leaves_the_saddle(method):
    f = OBJECTIVES["saddle"]
    rule = getattr(optimlib, method)
    path = run(rule(f.grad, f.start, lr=0.02, **EXTRA.get(method, {})), steps=400)
    values = f(path)
    assert values[-1] < 0 < values[0] and abs(path[-1, 1]) > 100 * abs(path[0, 1])


def second_order(method, f, start, **search):
    # Newton's method goes to the nearest stationary point of any kind; enough damping bends its
    # step down the gradient, whatever the Hessian.
    if method == "newton":
        iterates = optimlib.newton(f.grad, f.hess, start, damping=DAMPING.get(f.name, 0.0))
    else:
        iterates = getattr(optimlib, method)(f, f.grad, start, **search)
    return run(iterates, 300)


DAMPING = {
    "Himmelblau": 60.0,
    "Rastrigin": 400.0,
    "Ackley": 60.0,
    "Styblinski–Tang": 30.0,
    "Three-hump camel": 10.0,
}


@pytest.mark.parametrize("name", MINIMA)
@pytest.mark.parametrize(
    "method, search",
    [("newton", {}), *((method, {"c2": c2}) for method in ("bfgs", "lbfgs") for c2 in (0.9, 0.1, 0.001))],
)
def test_every_second_order_method_does_too_be_its_line_search_loose_or_exact(method, search, name):
    f = OBJECTIVES[name]
    # Undamped Newton from Beale's usual start runs along its valley to infinity.
    start = (2.5, 0.4) if (method, name) == ("newton", "beale") else f.start
    end = second_order(method, f, start, **search)[-1]
    assert f(end) < f(start)
    if name in ONE_BASIN:
        assert np.linalg.norm(f.minimizers - end, axis=-1).min() < 1e-9
    else:
        assert np.abs(f.grad(end)).max() < 1e-5
        assert (np.linalg.eigvalsh(f.hess(end)) > 0).all()
