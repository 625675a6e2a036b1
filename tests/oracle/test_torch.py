"""optimlib's first-order methods against PyTorch's, step by step.

The numbers are in torch_numbers.json; make_torch_numbers.py says how they were made.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import optimlib

NUMBERS = json.loads(Path(__file__).with_name("torch_numbers.json").read_text())


def label(case):
    settings = "-".join(f"{name}={value}" for name, value in case["settings"].items())
    return f"{case['objective']}-{case['method']}-{settings}-{case['schedule'] or 'constant'}"


def path(case):
    lr = case["lr"]
    if case["schedule"]:
        lr = getattr(optimlib, case["schedule"])(lr, **case["schedule_settings"])
    method = getattr(optimlib, case["method"])
    objective = getattr(optimlib, case["objective"])
    return optimlib.run(
        method(objective.grad, case["start"], lr=lr, **case["settings"]), steps=NUMBERS["steps"]
    )


@pytest.mark.parametrize("case", NUMBERS["cases"], ids=label)
def test_every_step_is_pytorch_s(case):
    ours = path(case)
    if case["method"] == "nesterov":  # torch reports x − lr ρ v, and lr v is the last step back
        ours[1:] += case["settings"]["rho"] * np.diff(ours, axis=0)
    theirs = np.array(case["path"])
    gap = np.linalg.norm(ours - theirs, axis=-1) / np.linalg.norm(theirs, axis=-1)
    assert gap.max() <= 1e-12


def test_the_paths_go_somewhere():
    """Agreement says something only where the iterates move, all of them finite."""
    for case in NUMBERS["cases"]:
        theirs = np.array(case["path"])
        assert theirs.shape == (NUMBERS["steps"] + 1, 2) and np.isfinite(theirs).all()
        assert np.linalg.norm(theirs[-1] - theirs[0]) > 1e-2, label(case)


def test_nothing_is_left_out():
    tried = {(case["method"], case["schedule"]) for case in NUMBERS["cases"]}
    methods = ["gradient_descent", "momentum", "adagrad", "rmsprop", "adam", "adamw"]
    schedules = (None, "step_decay", "cosine_decay", "linear_decay")
    assert tried == {(m, s) for m in methods for s in schedules} | {("nesterov", None)}
    assert NUMBERS["torch"].startswith("2.")
