"""Records: what is computed is not changed afterwards, and can be printed and compared."""

import dataclasses
import importlib
import pkgutil

import numpy as np
import pytest

import optimlib
from optimlib.contest import ENTRIES, digits_task, train
from optimlib.data import digits
from optimlib.live.display_list import Tables

GROWING = {Tables}
RUNS = train(digits_task(), ENTRIES[0], {"lr": 0.1}, [0], 1)


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


@pytest.mark.parametrize("record", [digits_task(), digits(), RUNS], ids=lambda record: type(record).__name__)
def test_a_record_of_data_prints_in_a_line(record):
    assert len(repr(record)) < 100
