"""How an update function and its controls fit together, what it keeps of its notebook, and what it says."""

import types

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.live import switch
from optimlib.live.kept import with_names_kept
from optimlib.live.printed import printed
from optimlib.live.updating import Update

# Controls and parameters --------------------------------------------------------------------------


def test_defaults_say_where_controls_start_however_they_are_given():
    def update(a, b=2, /, c=1, *more, d=True, e, **others):
        """Everything."""

    given = {"a": (0, 3), "b": (0, 3), "c": (0.0, 1.0, 0.5), "d": switch(), "e": ["x", "y"], "f": (5, 9)}
    made = Update(update, given)
    starts = [control.values[control.start] for control in made.controls.values()]
    assert starts == [0, 2, 1.0, True, "x", 5]
    assert list(made.controls) == list(given)
    assert made.sizes == (4, 4, 3, 2, 2, 5)
    assert made.positions == 4 * 4 * 3 * 2 * 2 * 5
    assert list(made.values(made.start).values()) == starts
    assert made.values(1)["f"] == 6, "the last control is the quickest"


def test_what_does_not_fit_is_refused_by_name():
    def update(a, *, b):
        """Two."""

    def free(*numbers, b=7, **more):
        """What has a default, or takes any, needs no control."""

    with pytest.raises(TypeError, match="update takes b, which has no control"):
        Update(update, {"a": (0, 1)})
    with pytest.raises(TypeError, match="control c is not a parameter of update"):
        Update(update, {"a": (0, 1), "b": (0, 1), "c": (0, 1)})
    with pytest.raises(ValueError, match=r"control b: 7 is not one of its positions"):
        Update(free, {"b": (0, 1)})
    with pytest.raises(TypeError, match="live decorates the update function; got 3"):
        Update(3, {})

    assert Update(free, {}).controls == {}
    assert Update(free, {"z": (0, 1)}).positions == 2
    assert Update(free, {}).positions == 1
    assert Update(free, {}).spelled(0) == "its only position"


def test_the_docstring_is_title_and_caption():
    def update(k=0):
        """A title of
        two lines, -1.

        A second
        paragraph, 1e-3.
        """

    made = Update(update, {"k": (0, 1)})
    assert made.title == "A title of two lines, -1."
    assert made.description == "A title of two lines, −1. A second paragraph, 10⁻³."
    assert made.name == "update"
    assert made.spelled(1) == "k = 1"
    with pytest.raises(ValueError, match="must have a docstring: it is the figure's caption"):
        Update(lambda k: None, {"k": (0, 1)})


def test_what_players_and_addresses_know_of_a_control():
    def update(k=0.5, rule="b"):
        """Two."""

    assert Update(update, {"k": (0.0, 1.0, 0.5), "rule": ["a", "b"]}).described_controls() == [
        {"name": "k", "texts": ("0.0", "0.5", "1.0"), "values": [0.0, 0.5, 1.0], "start": 1},
        {"name": "rule", "texts": ("a", "b"), "values": None, "start": 1},
    ]


def test_the_sentence_is_what_is_returned_and_what_is_printed():
    said = {0: None, 1: "", 2: "x is 1e-3.", 3: "x is -1."}

    def update(k=0):
        """A sentence."""
        if k in (0, 3):
            print("loss\n  2e-4 ")
        return said[k]

    made = Update(update, {"k": (0, 3)})
    narrow = "2\u202f×\u202f10⁻⁴"
    assert [made.at(k) for k in range(4)] == [f"loss {narrow}", "", "x is 10⁻³.", f"x is −1. loss {narrow}"]
    assert made(k=2) == "x is 1e-3."


def test_a_diverging_path_is_no_warning_and_a_division_by_zero_is():
    def update(k=0):
        """Numbers."""
        with np.errstate(divide="raise") if k == 2 else np.errstate():
            return str([np.float64(1e300) * 1e300, np.inf * np.zeros(1)[0], np.ones(1) / (k < 2)][k])

    made = Update(update, {"k": (0, 2)})
    assert [made.at(0), made.at(1)] == ["inf", "nan"]
    with pytest.raises(FloatingPointError):
        made.at(2)


def test_figures_that_were_there_may_stay():
    mine = plt.figure()

    def update(k=0):
        """Draws elsewhere at 1."""
        if k == 1:
            plt.figure()

    made = Update(update, {"k": (0, 1)})
    made.at(0)
    with pytest.raises(ValueError, match=r"^update drew on another figure, as plt\.title"):
        made.at(1)
    assert plt.get_fignums() == [mine.number]


# Names kept ---------------------------------------------------------------------------------------

CELL = """
import math
scale, unused, table = 2, 3, [1]
def twice(x, *, by=2):
    "Doubles."
    return by * x * scale
def odd(n): return n > 0 and even(n - 1)
def even(n): return n == 0 or odd(n - 1)
class Box:
    def value(self): return scale
def closed():
    inner = 7
    def update(k=1, *, step=10):
        "Everything."
        nested = [scale for _ in "a"], (lambda: scale)()
        return [twice(k), *nested, math.pi, inner, step, table, odd(3), Box().value()]
    update.mark = "mine"
    return update
update = closed()
"""


def test_a_function_keeps_the_names_that_it_and_its_helpers_use():
    names = {"__name__": "cell"}
    exec(CELL, names)
    kept = with_names_kept(names["update"])
    before = kept(3)
    assert before == [12, [2], 2, np.pi, 7, 10, [1], True, 2] == names["update"](3)
    exec(
        "scale = 5\ndef twice(x, by=0): return 'other'\ndef even(n): return 'other'\nmath = table = None",
        names,
    )
    assert kept(3)[:-1] == before[:-1]
    assert kept()[0] == 4, "defaults"
    assert kept(step=1)[5] == 1
    assert (kept.__name__, kept.__doc__, kept.mark, kept.__wrapped__) == (
        "update",
        "Everything.",
        "mine",
        names["update"],
    )
    assert "unused" not in kept.__globals__
    assert kept.__globals__["__name__"] == "cell"
    assert kept.__globals__["odd"].__globals__ is kept.__globals__ is kept.__globals__["even"].__globals__


def test_functions_of_other_modules_and_other_callables_are_left_as_they_are():
    other = types.ModuleType("other")
    exec("level = 1\ndef look(): return level", other.__dict__)
    names = {"look": other.look}
    exec("def update(k=0): return look()", names)
    kept = with_names_kept(names["update"])
    assert kept.__globals__["look"] is other.look
    other.level = 2
    assert kept() == 2, "another module's names are its own"
    assert with_names_kept(len) is len


# Numbers as in print --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, shown",
    [
        ("2.20e-11", "2.20_×_10⁻¹¹"),
        ("1e+06, 1.0e6 and 1.5e06", "10⁶, 10⁶ and 1.5_×_10⁶"),
        ("-1e3 −1e3 -2e3", "−10³ −10³ −2_×_10³"),
        ("0e5 -0.0e-3 0.00e+00", "0 0 0"),
        ("5e0 -2.5e+00 1e0 10e0", "5 −2.5 1 10"),
        ("1e1", "10¹"),
        ("10e2", "10_×_10²"),
        ("x1e5 1e5x a.1e5 1e5.", "x1e5 1e5x a.1e5 10⁵."),
        ("(1e-5)", "(10⁻⁵)"),
        ("-3 -.5 -inf -x --3", "−3 −.5 −inf -x -−3"),
        ("a-3 2-3 )-3 ]-3 .-3 (-3 ,-3", "a-3 2-3 )-3 ]-3 .-3 (−3 ,−3"),
        ("a-3e5 )-3e5 (-3e5", "a-3_×_10⁵ )-3_×_10⁵ (−3_×_10⁵"),
        ("-infinite -information", "-infinite -information"),
        ("1234567890e-1234567890", "1234567890_×_10⁻¹²³⁴⁵⁶⁷⁸⁹⁰"),
        ("no numbers", "no numbers"),
    ],
)
def test_numbers_are_spelled_as_in_a_book(text, shown):
    assert printed(text).replace("\u202f", "_") == shown
    assert printed(printed(text)) == printed(text), "twice is as once"
