"""The drawing helpers: what they draw, read from the artists that they return."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import is_color_like
from matplotlib.lines import Line2D

from optimlib import rosenbrock, saddle
from optimlib.figures import BLUE, LOOKS, arrow, contours, legend_above, loss_axes, moving_path


@pytest.fixture
def ax():
    return plt.subplots()[1]


def test_no_two_methods_look_alike():
    same = {"SGD": "gradient descent", "SGD with momentum": "momentum"}
    assert all(LOOKS[alias] is LOOKS[name] for alias, name in same.items())
    looks = [look for name, look in LOOKS.items() if name not in same]
    assert len({look.colour for look in looks}) == len({look.marker for look in looks}) == len(looks)


def test_every_look_has_a_name_and_can_be_drawn():
    assert all(LOOKS)
    assert all(is_color_like(look.colour) and look.marker in Line2D.filled_markers for look in LOOKS.values())


@pytest.mark.parametrize("domain, levels, points", [(None, 12, 100), (((-1, 2), (0, 4)), 5, 31)])
def test_contours_are_equally_spaced_in_the_logarithm_of_the_height(ax, domain, levels, points):
    given = {} if domain is None else {"domain": domain, "levels": levels, "points": points}
    filled, lines, stars = contours(ax, rosenbrock, **given)
    (left, right), (bottom, top) = domain or rosenbrock.domain
    grid = np.stack(
        np.meshgrid(np.linspace(left, right, points), np.linspace(bottom, top, points)), axis=-1
    ).reshape(-1, 2)
    heights = np.log1p(rosenbrock(grid) - rosenbrock(grid).min())
    np.testing.assert_allclose(filled.levels, np.linspace(0, heights.max(), levels + 1))
    np.testing.assert_allclose(lines.levels, filled.levels[1:-1])
    # What is below a line is below it in the function, too: x is across, and y is up.
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        on_line = np.log1p(rosenbrock(path.vertices) - rosenbrock(grid).min())
        assert abs(np.median(on_line) - level) < 0.02 * heights.max()
    # The outline of a band runs between the levels at its sides.
    for low, high, path in zip(filled.levels[:-1], filled.levels[1:], filled.get_paths(), strict=True):
        in_band = np.log1p(np.maximum(rosenbrock(path.vertices) - rosenbrock(grid).min(), 0))
        assert low - 0.03 * heights.max() < np.median(in_band) < high + 0.03 * heights.max()
    np.testing.assert_allclose(filled.get_facecolor()[:, 3], 0.16 * np.arange(levels) / levels)
    assert (filled.get_facecolor()[:, :3] == 0).all()
    assert {tuple(colour) for colour in lines.get_edgecolor()} == {(0, 0, 0, 0.28)}
    assert set(lines.get_linewidth()) == {0.6}
    assert (*ax.get_xlim(), *ax.get_ylim()) == (left, right, bottom, top)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    np.testing.assert_array_equal(stars.get_xydata(), rosenbrock.minimizers)


def test_contours_fill_the_panel_whatever_else_is_drawn_there(ax):
    ax.plot([-50, 50], [-70, 70])
    contours(ax, rosenbrock, ((-1, 2), (0, 4)), points=5)
    ax.plot([-90, 90], [-90, 90])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (0, 4))


def test_stars_stand_above_paths_and_a_saddle_has_none(ax):
    stars, path = contours(ax, rosenbrock)[2], moving_path(ax)
    assert stars.get_animated() and stars.get_zorder() > path.get_zorder()
    assert (stars.get_marker(), stars.get_linestyle(), stars.get_color()) == ("*", "None", "black")
    assert (
        stars.get_markersize()
        == 1.5 * moving_path(ax, under=True).get_markersize()
        > 3 * path.get_markersize()
    )
    assert len(contours(ax, saddle)[2].get_xdata()) == 0


@pytest.mark.parametrize(
    "given, look, expected",
    [
        ((), {}, (BLUE, "o", 2.6, 1.0, None)),
        (("Adam",), {}, (LOOKS["Adam"].colour, "P", 2.6, 1.0, None)),
        (("Adam", None), {}, (LOOKS["Adam"].colour, "None", 2.6, 1.0, None)),
        (("#123456", "s"), {}, ("#123456", "s", 2.6, 1.0, None)),
        (("Adam",), {"under": True}, (LOOKS["Adam"].colour, "P", 6.0, 4.0, 0.45)),
        (("Adam",), {"under": False, "linewidth": 2, "alpha": 0.3}, (LOOKS["Adam"].colour, "P", 2.6, 2, 0.3)),
        ((), {"under": True, "markersize": 1, "label": "mine"}, (BLUE, "o", 1, 4.0, 0.45)),
    ],
)
def test_a_path_looks_like_its_method(ax, given, look, expected):
    path = moving_path(ax, *given, **look)
    found = path.get_color(), path.get_marker(), path.get_markersize(), path.get_linewidth(), path.get_alpha()
    assert found == expected
    assert path in ax.lines and path.get_animated() and len(path.get_xdata()) == 0
    assert path.get_label() == look.get("label", path.get_label())


@pytest.mark.parametrize("more", [{}, {"columns": 3, "fontsize": 8}])
def test_a_legend_above_lies_above_every_curve(ax, more):
    for name in ("Adam", "momentum", "Nesterov"):
        moving_path(ax, name, label=name)
    legend = legend_above(ax, **more)
    ax.figure.canvas.draw()
    box, panel = legend.get_window_extent(), ax.get_window_extent()
    assert panel.y1 <= box.y0 < panel.y1 + 10 and abs(box.x0 - panel.x0) < 10
    assert legend._ncols == more.get("columns", 2)
    assert [text.get_text() for text in legend.get_texts()] == ["Adam", "momentum", "Nesterov"]
    assert all(
        text.get_fontsize() == more.get("fontsize", text.get_fontsize()) for text in legend.get_texts()
    )


def test_a_legend_above_can_be_moved(ax):
    ax.plot([0, 1], label="line")
    inside = legend_above(ax, bbox_to_anchor=(0, 0))
    ax.figure.canvas.draw()
    assert inside.get_window_extent().y1 < ax.get_window_extent().y1


@pytest.mark.parametrize("label", [(), ("loss",)])
def test_axes_for_losses_are_logarithmic(ax, label):
    assert loss_axes(ax, 50, 1e-3, 10, *label) is ax
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_yscale()) == ((0, 50), (1e-3, 10), "log")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale()) == ("step t", *(label or ("f",)), "linear")


numbers = st.floats(-10, 10)


@given(st.tuples(numbers, numbers), st.floats(0.01, 10), st.floats(-4, 4), st.floats(0.01, 1))
def test_an_arrow_is_a_shaft_and_two_barbs(tail, length, angle, head):
    """Drawn from the tail to the tip, and from there to each barb: `head` back, half of it aside."""
    along = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-along[1], along[0]])
    tip = np.array(tail) + length * along
    back = tip - head * along
    expected = [tail, tip, back + head / 2 * aside, tip, back - head / 2 * aside]
    np.testing.assert_allclose(arrow(tail, length * along, head).T, expected, atol=1e-12)


def test_an_arrow_of_no_length_is_a_point_and_its_head_has_a_usual_size():
    assert (arrow([1.0, 2.0], [0.0, 0.0]) == [[1.0], [2.0]]).all()
    np.testing.assert_allclose(arrow((0, 0), (2, 0)), [[0, 2, 1.72, 2, 1.72], [0, 0, 0.14, 0, -0.14]])
