"""What people do with figures, after reports about other software: it works, or is refused by name."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.live import LiveFigure, live, log_slider, slider, svg


def moved(draw, values=(0, 1, 2), **figure):
    """A figure in which `draw(fig, ax)` gives the function that moves it."""
    fig, ax = plt.subplots(figsize=(4, 3), **figure)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    move = draw(fig, ax)

    def used(k=0):
        """Somebody's figure."""
        return move(k)

    return LiveFigure(fig, used, {"k": slider(list(values))})


def line_of(ax):
    (line,) = ax.plot([], [], animated=True)
    return line


# What stands still changes where matplotlib does not say so ------------------------------------


def turned_view(fig, ax):
    ax.plot([0, 1], [0, 1], [0, 1], animated=True)
    ax.plot([0, 1], [1, 0], [0, 1])
    return lambda k: ax.view_init(azim=30 * k)


def new_limits(fig, ax):
    line = line_of(ax)

    def move(k):
        line.set_data([0, 1], [0, 10**k])
        ax.relim()
        ax.autoscale()

    return move


def test_a_turned_view_is_refused():
    figure = moved(turned_view, subplot_kw={"projection": "3d"})
    with pytest.raises(ValueError, match="stands still"):
        figure.atlas()


def test_new_limits_are_refused():
    with pytest.raises(ValueError, match="stands still"):
        moved(new_limits).atlas()


# Artists in places of their own ----------------------------------------------------------------


def test_an_inset_moves_with_its_figure():
    def draw(fig, ax):
        line = line_of(ax.inset_axes([0.5, 0.5, 0.4, 0.4], xlim=(0, 2), ylim=(0, 2)))
        return lambda k: line.set_data([0, k], [0, 1])

    figure = moved(draw)
    for shape in (figure.wide, figure.narrow):
        frames = [figure.frame(k, shape) for k in range(3)]
        assert not np.array_equal(frames[1], frames[2])
    figure.atlas()


def test_a_picture_of_the_whole_figure_moves_or_is_refused_by_name():
    def draw(fig, ax):
        image = fig.figimage(np.zeros((4, 4)), animated=True)
        return lambda k: image.set_data(np.full((4, 4), k))

    try:
        moved(draw).atlas()
    except ValueError as refusal:
        assert "FigureImage" in str(refusal)


def test_another_figure_drawn_on_by_mistake_is_refused():
    def draw(fig, ax):
        line = line_of(ax)

        def move(k):
            line.set_data([0, k], [0, 1])
            plt.title(f"k = {k}")

        return move

    with pytest.raises(ValueError, match=r"drew on another figure, as plt\.title"):
        moved(draw)
    assert plt.get_fignums() == []


# Colours, edges and letters --------------------------------------------------------------------


def test_black_and_white_over_a_picture_stay_and_elsewhere_follow_the_page():
    def draw(fig, ax):
        ax.imshow(np.eye(4), extent=(0, 10, 0, 10))
        ax.plot([1, 9], [5, 5], color="white")
        ax.text(5, 5, "on it", color="white")
        (dot,) = ax.plot([], [], "wo", animated=True)
        return lambda k: dot.set_data([k], [k])

    figure = moved(draw)
    assert figure.still.count("#ffffff") >= 2
    assert "currentColor" in figure.still, "the axes follow the page"
    assert {style.get("fill") for style in figure.tables.styles} >= {"#ffffff"}


def test_a_number_on_a_coloured_bar_keeps_its_colour_and_one_above_it_does_not():
    def draw(fig, ax):
        ax.bar([2, 6], [8, 4], color="gold")
        ax.text(2, 4, "inside")
        ax.text(6, 5, "above")
        line = line_of(ax)
        return lambda k: line.set_data([0, k], [0, 1])

    still = moved(draw).still
    before = {word: still[: still.index(word)].rpartition("<g")[2] for word in (">inside", ">above")}
    assert "currentColor" not in before[">inside"]
    assert "#000000" not in before[">above"]


def test_the_cells_of_a_mesh_touch():
    def draw(fig, ax):
        ax.pcolormesh(np.arange(20.0).reshape(4, 5))
        moving = ax.pcolormesh(np.arange(5) + 5, np.arange(5), np.zeros((4, 4)), animated=True, vmax=16)
        return lambda k: moving.set_array(np.arange(16.0) * k)

    figure = moved(draw)
    assert 'shape-rendering="crispEdges"' in figure.still
    assert any(style.get("shape-rendering") == "crispEdges" for style in figure.tables.styles)


@pytest.mark.parametrize(
    "title", ['loss of "Adam" and "SGD"', "a  <b> & c", "x > 0 d=1.234", "url(#a) #000000"]
)
def test_the_authors_words_are_not_rewritten(title):
    def draw(fig, ax):
        ax.set_title(title)
        line = line_of(ax)
        text = ax.text(1, 1, "", animated=True)

        def move(k):
            line.set_data([0, k], [0, 1])
            text.set_text(f"{k:8.0f}|")

        return move

    figure = moved(draw)
    words = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f">{words}<" in figure.still
    assert "       0|" in svg.drawing(figure.first, figure.tables, "s")


# What is printed, and what Python leaves out ---------------------------------------------------


def test_what_is_printed_is_said_with_the_sentence():
    def draw(fig, ax):
        line = line_of(ax)

        def move(k):
            line.set_data([0, k], [0, 1])
            print("the loss is", 10.0**-k / 1e5)
            return f"k is {k}."

        return move

    assert moved(draw).first_words() == "k is 0. the loss is 10⁻⁵"


def test_without_docstrings_a_figure_has_its_name():
    code = (
        "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt\n"
        "from optimlib.live import live\nfig, ax = plt.subplots(); line, = ax.plot([], [], animated=True)\n"
        "@live(fig, k=(0, 2))\ndef some_line(k=0):\n    'A line.'\n    line.set_data([0, k], [0, 1])\n"
        "print(some_line.title)"
    )
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True)
    assert done.stdout == "some line\n", done.stderr


# Controls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "low, high, per_decade, values",
    [(1, 4, 1, (1, 4)), (1, 3, 1, (1, 3)), (1, 1000, 1, (1, 10, 100, 1000)), (0.2, 50, 1, (0.2, 2, 20, 50))],
)
def test_the_ends_of_a_slider_are_the_authors(low, high, per_decade, values):
    assert log_slider(low, high, per_decade).values == pytest.approx(values)


def test_neighbours_are_shown_apart():
    assert slider([0, 0.9, 0.99, 0.9999]).texts == ("0", "0.9", "0.99", "0.9999")


@pytest.mark.parametrize(
    "make, named",
    [
        (lambda: slider(0, [1, 2]), "high"),
        (lambda: slider(0, 1, show=3), "show"),
        (lambda: slider(0, 1, 0.5, show="{x}"), "show"),
        (lambda: live(plt.figure(), ask="What?", k=(0, 1))(test_neighbours_are_shown_apart), "docstring|ask"),
    ],
)
def test_a_wrong_argument_is_named(make, named):
    with pytest.raises((TypeError, ValueError), match=named):
        make()


def test_an_array_can_be_a_choice():
    fig, ax = plt.subplots()
    line = line_of(ax)
    wells = {"deep": np.zeros(2), "flat": np.ones(2)}

    @live(fig, w=wells)
    def chosen(w=wells["flat"]):
        """A line."""
        line.set_data([0, 1], w)

    assert chosen.start == 1
