"""What the figures of the contest share: numbers in short, lines, and charts with a row for each method."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.contest.charts import joined, method_lines, row_chart, short, spread
from optimlib.figures import LOOKS

NAMES = ["SGD", "Adam", "gradient descent"]


@pytest.fixture
def ax():
    return plt.subplots()[1]


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234.5, "1234"), (100, "100"), (99.6, "1e+02"), (3.14159, "3.1"), (0.00012, "0.00012"), (0.0, "0")],
)
def test_numbers_in_short(value, said):
    assert short(value) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([3.0, 1.0, 2.0], "2 above (1 to 3)"),
        ([0.5, 0.5, 0.5], "0.5 above"),
        ([0.5, 0.5 + 4e-7, 0.5], "0.5 above"),
        ([0.5, 0.5 + 6e-7, 0.5], "0.5 above (0.5 to 0.5)"),
        ([0.0, 9e-9], "below 1e-8 above"),
        ([0.0, 1e-8], "5e-09 above (0 to 1e-08)"),
    ],
)
def test_a_spread_in_words(values, said):
    assert spread(np.array(values), " above") == said
    assert spread(np.array(values)) == said.replace(" above", "")


def test_each_method_has_a_moving_line_in_its_look(ax):
    lines = method_lines(ax, NAMES, linewidth=2)
    assert list(lines) == NAMES
    for name, line in lines.items():
        assert line.get_animated() and line.get_color() == LOOKS[name].colour
        assert line.get_linestyle() == ("--" if name == "gradient descent" else "-")
        assert (line.get_marker(), line.get_linewidth()) == ("None", 2)
    bare = method_lines(ax, NAMES, "s", linewidth=0)["gradient descent"]
    assert (bare.get_linestyle(), bare.get_marker()) != ("--", "None")


def shown(ax):
    """What each moving line draws, those without points left out."""
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    return [points for points in drawn if points]


def test_a_row_has_a_mark_and_a_span_inside_the_panel(ax):
    draw = row_chart(ax, NAMES, 1, 10, "loss")
    assert ax.get_xlabel() == "loss"
    assert (ax.get_xlim(), ax.get_ylim()) == ((1, 10), (2.5, -0.5))  # the first method on top
    assert [label.get_text() for label in ax.get_yticklabels()] == NAMES
    assert [line.get_linewidth() for line in ax.lines] == [0, 0, 0, 1.8, 1.8, 1.8]
    assert [line.get_marker() for line in ax.lines] == [
        *(LOOKS[name].marker for name in NAMES),
        *["None"] * 3,
    ]
    assert {line.get_markersize() for line in ax.lines[:3]} == {5.5}
    assert ax.lines[2].get_markerfacecolor() == "none" != ax.lines[1].get_markerfacecolor()
    draw({"SGD": 4, "gradient descent": 40}, {"SGD": (0.5, 5), "gradient descent": (30, 50)})
    assert shown(ax) == [[[4, 0]], [[10, 2]], [[1, 0], [5, 0]], [[10, 2], [10, 2]]]
    draw({"Adam": 0.1})
    assert shown(ax) == [[[1, 1]]]
    draw({})
    assert shown(ax) == []


def test_curves_are_joined_with_gaps_between_them():
    x, y = joined(np.array([0, 1]), np.array([[5, 6], [7, 8]]))
    np.testing.assert_array_equal(x, [0, 1, np.nan, 0, 1, np.nan])
    np.testing.assert_array_equal(y, [5, 6, np.nan, 7, 8, np.nan])
