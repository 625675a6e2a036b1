"""On a phone the panels stand one under the other, all of them legible, and the wide figure is as it was."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.live import LiveFigure
from optimlib.live.shapes import FLATTEST, NARROW, PANEL, STEEPEST


def made(draw, stack=None, **figure):
    """A live figure of what `draw(fig)` draws; what it returns is moved."""
    fig = plt.figure(**{"figsize": (8, 3), "layout": "constrained", **figure})
    moving = draw(fig)

    def shown(k=0):
        """A figure."""
        for artist in moving:
            artist.set_visible(bool(k < 1))

    stacked = stack(fig.axes) if stack else None
    return LiveFigure(fig, shown, {"k": (0, 1)}, stack=stacked)


def panels(fig, rows=1, columns=3, **more):
    axes = fig.subplots(rows, columns, squeeze=False, **more).ravel()
    return [ax.plot([0, 1], [0, 1], animated=True)[0] for ax in axes]


def boxes(figure, shape):
    """Where the axes that are shown stand in a shape, in inches from the top left: x0, y0, x1, y1."""
    figure.frame(0, shape)
    across, down = shape.inches
    size = np.array([across, down, across, down])
    extents = [ax.get_position().extents * size for ax in figure.fig.axes if ax.get_visible()]
    return np.array([[x0, down - y1, x1, down - y0] for x0, y0, x1, y1 in extents])


def test_on_a_phone_letters_are_legible_and_panels_broad():
    """Of the 390 pixels of a phone a picture has 326, and its smallest letters have 7.5 points."""
    assert 7.5 * 326 / (72 * NARROW) == pytest.approx(10, rel=0.03)
    assert 0.7 * NARROW < PANEL < 0.9 * NARROW, "its labels have the rest"
    assert 0.5 < FLATTEST < STEEPEST < 1


def test_panels_stand_one_under_the_other_in_reading_order():
    figure = made(lambda fig: panels(fig, 2, 2), figsize=(8, 6))
    places = boxes(figure, figure.narrow)
    assert figure.narrow.inches[0] == NARROW
    assert (np.diff(places[:, 1]) > 0).all(), "each below the one before"
    assert (places[1:, 1] > places[:-1, 3]).all(), "none over another"
    widths, heights = places[:, 2] - places[:, 0], places[:, 3] - places[:, 1]
    assert (abs(widths - widths[0]) < 0.01).all()
    assert widths[0] > 0.7 * NARROW
    assert ((heights / widths > 0.9 * FLATTEST) & (heights / widths < 1.15 * STEEPEST)).all()
    assert places.min() >= 0 and places[:, 3].max() <= figure.narrow.inches[1]


def test_the_wide_shape_is_the_authors_before_and_after():
    figure = made(panels)
    before = boxes(figure, figure.wide)
    boxes(figure, figure.narrow)
    np.testing.assert_array_equal(boxes(figure, figure.wide), before)
    assert figure.wide.inches == (8, 3)
    assert len(before) == 3 and np.ptp(before[:, 1]) < 0.01, "beside each other"
    assert (figure.wide.name, figure.narrow.name) == ("wide", "narrow")
    assert 'viewBox="0 0 576 216"' in figure.wide.still
    across, down = figure.narrow.size
    assert f'viewBox="0 0 {across:g} {down:g}"' in figure.narrow.still
    assert (across, down) == pytest.approx(tuple(72 * side for side in figure.narrow.inches))
    assert "live-shown-narrow-" in figure.narrow.still and "live-shown-narrow-" not in figure.wide.still


def test_the_narrow_shape_is_the_same_whenever_it_is_asked_for():
    def draw(fig):
        lines = panels(fig, sharey=True)
        fig.axes[0].legend(lines, ["falls", "rises", "stays as it was"], ncols=3, loc="lower left")
        return lines

    early, late = made(draw), made(draw)
    assert early.narrow.still
    late.frame(1)
    for position in (1, 0, 1):
        assert late.frame(position, late.narrow).tolist() == early.frame(position, early.narrow).tolist()
        assert late.frame(position).tolist() == early.frame(position).tolist()
    assert late.narrow.still == early.narrow.still
    assert late.atlas() == early.atlas()


def test_rows_of_the_authors_own_share_their_width_and_others_are_left_out():
    figure = made(panels, stack=lambda axes: [[axes[2]], [axes[0], axes[1]]][:2])
    first, second, third = boxes(figure, figure.narrow)
    assert third[3] < min(first[1], second[1])
    assert abs(first[1] - second[1]) < 0.01 and first[2] < second[0]
    assert third[2] - third[0] > 1.8 * (first[2] - first[0])
    alone = made(panels, stack=lambda axes: [[axes[1]]])
    assert len(boxes(alone, alone.narrow)) == 1
    assert len(boxes(alone, alone.wide)) == 3
    counts = [len(alone._record(0, [shape])[0]) for shape in (alone.wide, alone.narrow)]
    assert counts[0] > 2 * counts[1], "what moves in a panel that is left out is left out"


@pytest.mark.parametrize(
    "stack",
    [
        lambda axes: axes[:2],
        lambda axes: axes[0],
        lambda axes: [],
        lambda axes: [[]],
        lambda axes: [["left"]],
        lambda axes: [[plt.figure().add_subplot()]],
    ],
    ids=["no rows", "an axes", "nothing", "an empty row", "a name", "another figure's"],
)
def test_a_stack_of_anything_but_rows_of_its_axes_is_refused_at_once(stack):
    with pytest.raises(ValueError, match="stack must be rows of the figure's axes"):
        made(panels, stack=stack)


def test_axes_in_no_grid_are_shown_beside_rows_of_the_authors_own():
    def draw(fig):
        lines = panels(fig)
        fig.add_axes((0.8, 0.8, 0.1, 0.1))
        return lines

    figure = made(draw, stack=lambda axes: [[axes[0]]])
    figure.frame(0, figure.narrow)
    assert [ax.get_visible() for ax in figure.fig.axes] == [True, False, False, True]


def test_a_panel_of_equal_units_keeps_its_shape_and_others_are_neither_flat_nor_steep():
    def draw(fig):
        lines = panels(fig)
        fig.axes[0].set(aspect="equal", xlim=(0, 1), ylim=(0, 2))
        return lines

    figure = made(draw, figsize=(12, 2))
    places = boxes(figure, figure.narrow)
    steep = (places[:, 3] - places[:, 1]) / (places[:, 2] - places[:, 0])
    assert steep[0] == pytest.approx(2, rel=0.02)
    assert steep[1:] == pytest.approx([FLATTEST] * 2, rel=0.15)
    tall = made(lambda fig: panels(fig, 1, 1), figsize=(2, 8))
    ((x0, y0, x1, y1),) = boxes(tall, tall.narrow)
    assert (y1 - y0) == pytest.approx(PANEL * STEEPEST, rel=0.05)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(STEEPEST, rel=0.15)


def test_axes_in_no_grid_become_narrower_as_they_are():
    def draw(fig):
        return [fig.add_axes((0.1, 0.2, 0.3, 0.6)).plot([0, 1], [0, 1], animated=True)[0]]

    for size, ratio in [((8, 3), FLATTEST), ((8, 6), 0.75), ((4, 8), STEEPEST)]:
        figure = made(draw, figsize=size, layout="none")
        assert figure.narrow.inches == pytest.approx((NARROW, NARROW * ratio))
        ((x0, y0, x1, y1),) = boxes(figure, figure.narrow) / np.tile(figure.narrow.inches, 2)
        assert (x0, 1 - y1, x1, 1 - y0) == pytest.approx((0.1, 0.2, 0.4, 0.8))
        assert figure.narrow.still.count("viewBox") == 1
        assert figure.narrow.name == "narrow"
        assert "live-shown-narrow-" in figure.narrow.still and "live-shown-narrow-" not in figure.wide.still


def test_what_moves_takes_no_room_and_a_still_artist_far_outside_is_no_reason_to_fail():
    def far(moves):
        def draw(fig):
            (line,) = panels(fig, 1, 1)
            note = fig.axes[0].text(0.5, 60, "far", animated=moves)
            line.set_in_layout(not moves)
            return [line, note] if moves else [line]

        return draw

    moving, none = made(far(True)), made(lambda fig: panels(fig, 1, 1))
    assert moving.narrow.inches == pytest.approx(none.narrow.inches)
    assert [artist.get_in_layout() for artist in moving.moving] == [False, True], "as their author has it"
    with pytest.warns(UserWarning, match="collapsed to zero"):  # of the author's own layout
        across, down = made(far(False)).narrow.inches
    assert across == NARROW and FLATTEST <= down / across <= STEEPEST


def test_panels_that_shared_labels_show_them_where_they_stand_apart():
    def draw(fig):
        lines = panels(fig, 1, 2, sharey=True)
        fig.axes[0].set_ylabel("loss")
        return lines

    figure = made(draw)
    assert figure.wide.still.count(">loss<") == 1
    assert figure.narrow.still.count(">loss<") == 2
    assert figure.narrow.still.count(">0.8<") == figure.wide.still.count(">0.8<") + 1
    right = figure.fig.axes[1]
    assert (right.get_ylabel(), right.yaxis.get_tick_params()["labelleft"]) == ("", False)


def test_panels_that_shared_no_label_show_none_where_they_stand_apart():
    figure = made(lambda fig: panels(fig, 1, 2, sharey=True))
    wide, narrow = (set(re.findall(r">([^<>]+)</text>", each.still)) for each in (figure.wide, figure.narrow))
    assert wide == narrow


@pytest.mark.no_cover
@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize(
    "columns, names, fewer",
    [
        (4, ["a rather long name"] * 4, 1),
        (4, ["short"] * 4, 3),
        (3, ["short"] * 3, 3),
        (2, ["short"] * 4, 2),
        (2, ["a name that is very much longer"] * 2, 1),
        (1, ["a name that is longer than a phone is wide, and stays in its column"], 1),
    ],
)
def test_a_legend_is_laid_out_anew_in_columns_that_a_phone_can_show(columns, names, fewer, animated):
    def draw(fig):
        (line,) = panels(fig, 1, 1)
        for name in names:
            fig.axes[0].plot([0, 1], [0, 1], label=name)
        fig.axes[0].legend(ncols=columns, loc="lower left", bbox_to_anchor=(0, 1)).set_animated(animated)
        return [line]

    figure = made(draw)
    (ax,) = figure.fig.axes
    for shape, expected in ((figure.wide, columns), (figure.narrow, fewer), (figure.wide, columns)):
        figure.frame(0, shape)
        if not animated:
            shape.draw_still()
        legend = ax.get_legend()
        legend.draw(figure.fig._get_renderer())
        places = [text.get_window_extent().p0.round() for text in legend.texts]
        assert [text.get_text() for text in legend.texts] == names
        assert len({x for x, _ in places}) == expected
        assert len({y for _, y in places}) == -(-len(names) // expected)
        box, panel = legend.get_window_extent(), ax.get_window_extent()
        assert box.y0 >= panel.y1 and abs(box.x0 - panel.x0) < 10, "above the panel, where its author put it"
        assert shape is figure.wide or box.x1 < 72 * NARROW or expected == 1


@pytest.mark.parametrize("beyond, columns", [(-1, 2), (1, 1)])
def test_a_legend_may_reach_to_the_edge_of_the_figure_and_not_beyond(beyond, columns):
    def draw(fig):
        lines = panels(fig, 1, 1)
        some = [fig.axes[0].plot([0, 1], label=name)[0] for name in ("a", "b")]
        legend = fig.legend(handles=some, ncols=2, loc="lower left", borderaxespad=0)
        width = legend.get_window_extent(fig._get_renderer()).width
        legend.set_bbox_to_anchor((NARROW + (beyond - width) / 72, 0), fig.dpi_scale_trans)
        return lines

    figure = made(draw, dpi=72)
    figure.narrow.draw_still()
    (legend,) = figure.fig.legends
    assert legend._ncols == columns


@pytest.mark.parametrize("animated", [False, True])
def test_a_legend_wider_than_a_phone_gets_fewer_columns_there_alone(animated):
    def draw(fig):
        (line,) = panels(fig, 1, 1)
        for number in range(4):
            fig.axes[0].plot([0, 1], [number, 1], label=f"a rather long name {number}")
        legend = fig.axes[0].legend(ncols=4, title="names", loc="lower center", bbox_to_anchor=(0.5, 1))
        legend.set_animated(animated)
        return [line]

    figure = made(draw)
    legend = figure.fig.axes[0].get_legend()

    def columns(shape):
        figure.frame(0, shape)
        if not animated:
            shape.draw_still()
        return legend._ncols

    assert [columns(figure.wide), columns(figure.narrow), columns(figure.wide)] == [
        4,
        columns(figure.narrow),
        4,
    ]
    assert 1 <= columns(figure.narrow) < 3
    assert legend.get_title().get_text() == "names"
    assert legend.get_animated() is animated
    if animated:
        assert all(part.get_animated() for part in legend.findobj())
        assert "names" not in figure.narrow.still and "names" in figure.narrow.tables.strings
    else:
        assert ">names<" in figure.narrow.still and ">names<" in figure.wide.still
