"""Every way to write a control gives the positions its author means, or an error that names it."""

import ipywidgets
import numpy as np
import pytest

from optimlib.live import choice, log_slider, slider, switch
from optimlib.live.controls import read

SPECIFICATIONS = [
    ((0, 3), (0, 1, 2, 3), "slider"),
    ((0, 10, 4), (0, 4, 8), "slider"),
    ((0.0, 0.3, 0.1), (0.0, 0.1, 0.2, 0.3), "slider"),
    ((-1, 1, 0.5), (-1.0, -0.5, 0.0, 0.5, 1.0), "slider"),
    (slider(0, 0.6, 0.2), (0.0, 0.2, 0.4, 0.6), "slider"),
    (slider(5, 5), (5,), "slider"),
    (slider([1, 10, 100]), (1, 10, 100), "slider"),
    (log_slider(0.01, 1, 2), (0.01, 0.0316, 0.1, 0.316, 1.0), "slider"),
    (["sgd", "adam"], ("sgd", "adam"), "choice"),
    ({"slow": 0.1, "fast": 1}, (0.1, 1), "choice"),
    (choice([("one", 1), ("two", 2)]), (1, 2), "choice"),
    (True, (False, True), "switch"),
    (switch(), (False, True), "switch"),
    (ipywidgets.IntSlider(2, 1, 4), (1, 2, 3, 4), "slider"),
    (ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.25), (0.0, 0.25, 0.5, 0.75, 1.0), "slider"),
    (ipywidgets.FloatLogSlider(10, base=10, min=0, max=2, step=1), (1, 10, 100), "slider"),
    (ipywidgets.Dropdown(options=["a", "b"], value="b"), ("a", "b"), "choice"),
    (ipywidgets.SelectionSlider(options=[("x", 1), ("y", 2)]), (1, 2), "choice"),
    (ipywidgets.Checkbox(True), (False, True), "switch"),
]


@pytest.mark.parametrize("given, values, kind", SPECIFICATIONS, ids=lambda part: str(part)[:40])
def test_positions(given, values, kind):
    control = read("lr", given)
    assert control.kind == kind
    assert control.values == pytest.approx(values) if kind == "slider" else control.values == values
    assert len(control.texts) == len(values)
    assert len(set(control.texts)) == len(values), "a reader could not tell two positions apart"
    assert all(isinstance(text, str) for text in control.texts)


def test_long_floating_slider_has_both_ends_and_clean_numbers():
    control = read("lr", (0, 0.99, 0.01))
    assert len(control.values) == 100
    assert control.values[-1] == 0.99
    assert control.values[29] == 0.29, "0.29, not 0.29000000000000004"


def test_whole_numbers_stay_whole():
    assert all(isinstance(value, int) for value in read("steps", (1, 9, 2)).values)
    assert read("steps", (1, 9, 2)).texts == ("1", "3", "5", "7", "9")


@pytest.mark.parametrize(
    "given, start, value",
    [
        (True, None, True),
        (False, None, False),
        (ipywidgets.IntSlider(3, 1, 4), None, 3),
        (ipywidgets.FloatLogSlider(10, min=0, max=2, step=1), None, 10),
        (ipywidgets.Dropdown(options=["a", "b"], value="b"), None, "b"),
        (ipywidgets.Checkbox(True), None, True),
        (slider(0, 10, start=4), None, 4),
        (slider(0, 10, start=4), 7, 7),
        ((0, 1, 0.1), 0.3, 0.3),
        (["a", "b"], "b", "b"),
        (False, True, True),
    ],
)
def test_start(given, start, value):
    control = read("x", given, start)
    assert control.values[control.start] == pytest.approx(value)


@pytest.mark.parametrize(
    "given",
    [
        (3, 1),
        (0, 1, -0.1),
        (0, 1, 0),
        (0, float("nan")),
        (float("inf"), 2),
        [],
        {},
        "abc",
        None,
        7,
        (1, 2, 3, 4),
        ("low", "high"),
        np.linspace(0, 1, 3),
        ipywidgets.Text("free"),
    ],
    ids=repr,
)
def test_what_cannot_be_meant_is_refused_by_name(given):
    with pytest.raises((TypeError, ValueError), match="control lr: "):
        read("lr", given)


@pytest.mark.parametrize("make", [lambda: slider(2, 1), lambda: log_slider(1, 0.1), lambda: choice([])])
def test_no_positions(make):
    with pytest.raises(ValueError, match=r"no positions|must not be empty"):
        make()


@pytest.mark.parametrize("low", [0, -1, float("nan"), "1"])
def test_logarithmic_needs_positive_ends(low):
    with pytest.raises((TypeError, ValueError), match="low"):
        log_slider(low, 1)


def test_start_must_be_a_position():
    with pytest.raises(ValueError, match=r"control rho: 0\.95 is not one of its positions"):
        read("rho", (0, 0.9, 0.1), 0.95)


def test_labels_and_texts_are_the_authors():
    assert read("rho", (0, 1)).label == "ρ"
    assert read("learning_rate", (0, 1)).label == "learning rate"
    assert read("rho", slider(0, 1, label="momentum")).label == "momentum"
    assert read("p", slider(0, 1, 0.5, show="{:.0%}")).texts == ("0%", "50%", "100%")
    assert read("p", slider(0, 2, show=lambda v: "abc"[v])).texts == ("a", "b", "c")
    assert read("x", ipywidgets.IntSlider(1, 0, 2, description="steps")).label == "steps"


def test_widgets_given_as_controls_are_closed():
    widget = ipywidgets.IntSlider(3, 1, 4)
    read("x", widget)
    assert widget.comm is None, "the reader would get two sliders"
