"""Records: what is computed is not changed afterwards, and can be printed and compared."""

import dataclasses
import importlib
import pkgutil

import numpy as np
import pytest

import optimlib
from optimlib import bfgs, booth
from optimlib.contest import ENTRIES, Outcome, cancer_task, train
from optimlib.live.display_list import Tables
from optimlib.second_order.courses import against_gradients

GROWING = {Tables}


def records():
    """The library's dataclasses."""
    found = {}
    for module in pkgutil.walk_packages(optimlib.__path__, "optimlib."):
        for value in vars(importlib.import_module(module.name)).values():
            if dataclasses.is_dataclass(value) and isinstance(value, type):
                found[value.__qualname__] = value
    return [pytest.param(found[name], id=name) for name in sorted(found)]


@pytest.mark.parametrize("record", records())
def test_a_record_stays_as_it_was_made_and_compares_without_comparing_arrays(record):
    params = record.__dataclass_params__
    assert params.frozen or record in GROWING
    if any(field.type is np.ndarray for field in dataclasses.fields(record)):
        assert not params.eq, "== of arrays is an array, which is neither true nor false"


@pytest.mark.parametrize(
    ("record", "printed"),
    [
        (cancer_task(), "Task(name='breast cancer')"),
        (train(cancer_task(), ENTRIES[0], {"lr": 0.1}, [0], 1), "Runs()"),
        (
            against_gradients(bfgs, booth, booth.grad, (1.0, 3.0)),
            "Course(gradients=array([1]), evaluations=array([1]))",
        ),
    ],
)
def test_a_record_of_data_prints_what_it_is_and_not_its_data(record, printed):
    assert repr(record) == printed


def test_outcomes_are_the_same_only_if_they_are_one():
    one, other = (Outcome({"lr": np.ones(2)}, None, {}, {}) for _ in range(2))
    assert one == one and one != other and len({one, other}) == 2
