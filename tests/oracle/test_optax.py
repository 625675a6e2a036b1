"""The methods since Adam against optax's and PyTorch's, step by step.

The numbers are in since_adam_numbers.json; make_since_adam_numbers.py says how they were made.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import optimlib
from optimlib import averaged, clipped, momentum, muon, run, wsd

NUMBERS = json.loads(Path(__file__).with_name("since_adam_numbers.json").read_text())
STEPS = NUMBERS["steps"]


def named(case):
    return "-".join(
        [case.get("method", "muon"), *(f"{name}={value}" for name, value in case["settings"].items())]
    )


def gap(ours, theirs):
    """The largest relative distance between two paths."""
    ours, theirs = np.array(ours), np.array(theirs)
    return (np.linalg.norm(ours - theirs, axis=-1) / np.linalg.norm(theirs, axis=-1)).max()


def clipped_momentum(grad, x, lr, rho, most):
    return momentum(clipped(grad, most), x, lr=lr, rho=rho)


@pytest.mark.parametrize("case", NUMBERS["optax_cases"], ids=named)
def test_every_step_is_optax_s(case):
    grad = getattr(optimlib, case["objective"]).grad
    method = getattr(optimlib, case["method"], clipped_momentum)
    assert gap(run(method(grad, case["start"], **case["settings"]), STEPS), case["path"]) <= 1e-12


def muon_path(case):
    A, C = np.array(case["A"]), np.array(case["C"])

    def grad(x):
        W = x.reshape(C.shape)
        return (A.T @ (A @ W - C) + np.sin(W)).ravel()

    return run(muon(grad, case["path"][0], case["shape"], **case["settings"]), STEPS)


@pytest.mark.parametrize("case", NUMBERS["muon_cases"], ids=named)
def test_every_step_of_muon_is_pytorch_s_in_float64(case):
    assert gap(muon_path(case), case["path"]) <= 1e-10


@pytest.mark.parametrize("case", NUMBERS["muon_cases"], ids=named)
def test_muon_is_pytorch_s_up_to_its_bfloat16(case):
    """Its unit is 2⁻⁸ = 0.004, and an iteration of five products multiplies what it rounds."""
    ours, rounded = muon_path(case), np.array(case["rounded"])
    first = np.linalg.norm(ours[1] - rounded[1]) / np.linalg.norm(ours[1] - ours[0])
    assert 1e-4 < first <= 0.04 and 1e-4 < gap(ours, rounded) <= 0.04


@pytest.mark.parametrize("case", NUMBERS["averages"], ids=lambda case: f"decay={case['decay']}")
def test_averages_are_pytorch_s(case):
    assert gap(list(averaged(case["points"], case["decay"])), case["means"]) <= 1e-13


def test_wsd_is_pytorch_s_constant_and_line():
    case = NUMBERS["wsd"]
    schedule = wsd(case["lr"], case["total"], case["cooldown"])
    rates = schedule(np.arange(len(case["rates"])))
    np.testing.assert_allclose(rates, case["rates"], rtol=1e-12, atol=1e-15)


def test_the_paths_go_somewhere():
    for case in NUMBERS["optax_cases"] + NUMBERS["muon_cases"]:
        path = np.array(case["path"])
        assert len(path) == STEPS + 1 and np.isfinite(path).all()
        assert np.linalg.norm(path[-1] - path[0]) > 0.1, named(case)
