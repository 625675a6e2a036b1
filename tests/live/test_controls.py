"""Every way to write a control gives the positions its author means, or an error that names it."""

from dataclasses import replace

import ipywidgets
import numpy as np
import pytest

from optimlib.live import choice, log_slider, play, slider, switch
from optimlib.live.controls import Control, read

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


@pytest.mark.parametrize("end", [0, -1, float("nan"), float("inf"), "1"])
def test_logarithmic_needs_positive_ends(end):
    with pytest.raises((TypeError, ValueError), match=r"^low must"):
        log_slider(end, 1)
    with pytest.raises((TypeError, ValueError), match=r"^high must"):
        log_slider(1, end)


@pytest.mark.parametrize("ends, named", [(("a", 1), "low"), ((0, float("inf")), "high"), ((0, 1, 0), "step")])
def test_an_end_that_is_no_number_is_named(ends, named):
    with pytest.raises((TypeError, ValueError), match=rf"^{named} must"):
        slider(*ends)


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


@pytest.mark.parametrize(
    "make, texts",
    [
        (lambda: slider(0.0, 0.3, 0.1), "0.0 0.1 0.2 0.3"),
        (lambda: slider(0, 1, 0.25), "0.00 0.25 0.50 0.75 1.00"),
        (lambda: slider(-0.002, 0.002, 0.002), "−0.002 0.000 0.002"),
        (lambda: slider(1000.0, 1002.0, 1.0), "1000.0 1001.0 1002.0"),
        (lambda: slider(0, 3e-9, 1e-9), "0 10⁻⁹ 2×10⁻⁹ 3×10⁻⁹"),
        (lambda: slider([1, 10, 100]), "1 10 100"),
        (lambda: slider([1.0, 10.0, 100.0]), "1.0 10.0 100.0"),
        (lambda: slider([0.5, 0.1, 0.9]), "0.5 0.1 0.9"),
        (lambda: slider([1, 1.5, 10, 10]), "1 1.5 10 10"),
        (lambda: slider([0.1234567, 0.1234568]), "0.1234567 0.1234568"),
        (lambda: slider([1.23456789, 1.23456788]), "1.23456789 1.23456788"),
        (lambda: slider([5.25]), "5.25"),
        (lambda: slider([0.0]), "0.0"),
        (lambda: slider([-1e-12]), "−10⁻¹²"),
        (lambda: slider([0, 0.5, 11]), "0 0.5 11"),
        (lambda: slider([1.0001, 5, 100]), "1 5 100"),
        (lambda: slider([2.0, 2.0]), "2 2"),
        (lambda: slider([0.1, 0.3, 4.3]), "0.1 0.3 4.3"),
        (lambda: log_slider(1e-3, 10, 1), "0.001 0.01 0.1 1 10"),
        (lambda: log_slider(1e-9, 1e-7, 1), "10⁻⁹ 10⁻⁸ 10⁻⁷"),
        (lambda: choice([1e-9, "-2"]), "10⁻⁹ −2"),
        (lambda: choice({"a-b": 1, -1: 2}), "a-b −1"),
        (lambda: choice([("a", 1), "bc"]), "('a', 1) bc"),
        (lambda: choice([("a", 1), (1, 2, 3)]), "('a', 1) (1, 2, 3)"),
        (lambda: switch(), "off on"),
        (lambda: slider([1e-9, 2.5], show="{:.1e}"), "10⁻⁹ 2.5"),
        (lambda: slider([-1, 2], show=lambda v: v / 2), "−0.5 1.0"),
    ],
)
def test_the_reader_is_told_values_apart_in_few_digits(make, texts):
    shown = " ".join(make().texts).replace("\u202f", "")
    assert shown == texts


@pytest.mark.parametrize(
    "make, values",
    [
        (lambda: slider(0, 1), [0, 1]),
        (lambda: slider(0, 0.5), [i / 100 for i in range(51)]),
        (lambda: slider(2.0, 2.0), [2.0]),
        (lambda: slider(0, 10, 3), [0, 3, 6, 9]),
        (lambda: slider(1, 2, 0.3), [1, 1.3, 1.6, 1.9]),
        (lambda: slider(0, 1e9, 3e8), [0.0, 3e8, 6e8, 9e8]),
        (lambda: slider(1e-12, 3e-12, 1e-12), [1e-12, 2e-12, 3e-12]),
        (lambda: slider(-300.1, -299.9, 0.1), [-300.1, -300.0, -299.9]),
        (lambda: play(0, 4, 2), [0, 2, 4]),
        (lambda: play(0, 2), [0, 1, 2]),
        (lambda: log_slider(1, 10), [1, 1.26, 1.58, 2.0, 2.51, 3.16, 3.98, 5.01, 6.31, 7.94, 10]),
        (lambda: log_slider(1, 9.99, 1), [1, 9.99]),
        (lambda: log_slider(1.2345, 1.2345), [1.2345]),
        (lambda: log_slider(1.2345, 12.345, 1), [1.2345, 12.345]),
        (lambda: log_slider(1, 9.96, 4), [1, 1.78, 3.16, 5.62, 9.96]),
        (lambda: log_slider(1, 10.04, 1), [1, 10.04]),
        (lambda: log_slider(1, 10.06, 1), [1, 10, 10.06]),
    ],
)
def test_values_are_whole_where_the_authors_are_and_round_else(make, values):
    given = make().values
    assert list(given) == values
    whole = all(isinstance(value, int) for value in values)
    assert all(isinstance(value, int if whole else float) for value in given)


def test_one_of_everything_a_control_can_say():
    axis = object()
    for make in (slider, log_slider):
        made = make(1, 100, 1, start=8.9, label="a name", show="{:.1f} m", drag=axis)
        assert (made.kind, made.label, made.axis, made.rate) == ("slider", "a name", axis, None)
        assert made.texts[0] == "1.0 m"
        assert made.values[made.start] == min(made.values, key=lambda value: abs(value - 8.9))
        assert type(made.start) is int, "it is written as JSON"
    played = play(0, 10, 5, per_second=3, start=7.4, label="a name", show="{} m")
    assert played == replace(slider(0, 10, 5, start=7.4, label="a name", show="{} m"), rate=3)
    assert (played.start, play(0, 1).rate, play(0, 1).values) == (1, 10, (0, 1))
    assert choice(["a", "b"], start="b", label="l") == Control(("a", "b"), ("a", "b"), "choice", 1, "l")
    assert choice({"a": 1, "b": 2}, start=2).start == 1
    assert switch(3, label="l") == Control((False, True), ("off", "on"), "switch", 1, "l")
    for refused in (
        lambda: play(0, 1, per_second=0),
        lambda: log_slider(1, 10, 0),
        lambda: log_slider(1, 10, 1.5),
    ):
        with pytest.raises((TypeError, ValueError), match="per_"):
            refused()
    with pytest.raises(ValueError, match="0 is not one of its positions"):
        choice([1, True, "x"], start=0)


def test_a_value_is_found_by_what_it_is_or_how_it_is_shown():
    steps = slider(0, 1e6, 2.5e5, show="{:.0f} m")
    assert [steps.shown(value) for value in (0, 250000.0001, "500000 m")] == ["0 m", "250000 m", "500000 m"]
    for near in (1e-8, 250000.001, "1"):
        with pytest.raises(ValueError, match="is not one of its positions"):
            steps.shown(near)
    mixed = choice({"none": None, "yes": True, "one": 1, "array": np.arange(2), "text": "a -1"})
    values = (None, True, np.array([0, 1]), "a -1", "array")
    assert [mixed.shown(value) for value in values] == ["none", "yes", "array", "text", "array"]
    assert slider([3, 1, 2]).numbers() == [3.0, 1.0, 2.0]
    assert all(isinstance(value, float) for value in slider([3, 1]).numbers())
    assert [choice([1, "a"]).numbers(), switch().numbers()] == [None, None]


@pytest.mark.parametrize(
    "widget, expected",
    [
        (ipywidgets.FloatLogSlider(10, min=-1, max=1, step=1, description="d"), ([0.1, 1, 10], 2, "d")),
        (ipywidgets.FloatLogSlider(4, base=2, min=0, max=3, step=1), ([1, 2, 4, 8], 2, "x y")),
        (ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.5, description="d"), ([0, 0.5, 1], 1, "d")),
        (ipywidgets.Dropdown(options=[("x", 1), ("y", 2)], value=2, description="d"), ([1, 2], 1, "d")),
        (ipywidgets.Checkbox(True, description="d"), ([False, True], 1, "d")),
        (ipywidgets.ToggleButton(False), ([False, True], 0, "x y")),
    ],
)  # fmt: skip
def test_a_widget_is_read_whole(widget, expected):
    control = read("x_y", widget)
    assert (list(control.values), control.start, control.label) == expected


def test_a_widget_that_has_no_positions_is_closed_too():
    free = ipywidgets.Text("free")
    with pytest.raises(TypeError, match="control x: a Text has no list of positions"):
        read("x", free)
    assert free.comm is None


def test_names_of_greek_letters_are_shown_as_letters():
    names = ("beta1", "beta2", "lam", "eps", "kappa", "beta", "rho", "gamma_1")
    assert [read(name, (0, 1)).label for name in names] == ["β₁", "β₂", "λ", "ε", "κ", "β", "ρ", "gamma 1"]
