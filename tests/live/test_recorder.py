"""What an artist draws is written down where matplotlib draws it.

Exact places are compared here with matplotlib's own transforms; whole pictures are compared
with matplotlib's own rendering in tests/browser/test_pictures.py.
"""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from specimens import specimens

from optimlib.live import LiveFigure
from optimlib.live.display_list import CLOSE, CUBIC, IMAGE, LINE, MARKS, MOVE, PATH, QUAD, TEXT
from optimlib.live.paths import REACH


def drawings(figure, position=None):
    """The frame taken apart: a dict for each drawing."""
    numbers = (figure.first if position is None else figure.frame(position)).tolist()
    at, parts = 1, []
    while at < len(numbers):
        part = {"kind": numbers[at], "style": figure.tables.styles[numbers[at + 1]]}
        if part["kind"] == PATH:
            count = numbers[at + 2]
            flat = numbers[at + 3 : at + 3 + 2 * count]
            part["runs"] = list(zip(flat[::2], flat[1::2], strict=True))
            part["points"], at = points(numbers, at + 3 + 2 * count)
        elif part["kind"] == MARKS:
            part["shape"] = figure.tables.shapes[numbers[at + 2]]
            part["points"], at = points(numbers, at + 3)
        elif part["kind"] == TEXT:
            part["text"] = figure.tables.strings[numbers[at + 2]]
            part["points"], at = [numbers[at + 3 : at + 5]], at + 5
        else:
            part["image"] = figure.tables.images[numbers[at + 2]]
            part["box"], at = numbers[at + 3 : at + 7], at + 7
        parts.append(part)
    assert at == len(numbers)
    return parts


def points(numbers, at):
    count = numbers[at]
    xs, ys = numbers[at + 1 : at + 1 + count], numbers[at + 1 + count : at + 1 + 2 * count]
    return np.column_stack([xs, ys]) if count else np.zeros((0, 2)), at + 1 + 2 * count


def record(draw, *, xlim=(0, 10), ylim=(0, 10)):
    """The drawings of what `draw(ax)` returns, and its axes."""
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=xlim, ylim=ylim)
    drawn = draw(ax)
    for artist in drawn if isinstance(drawn, (list, tuple)) else [drawn]:
        artist.set_animated(True)

    def still_life():
        """Nothing moves."""

    return drawings(LiveFigure(fig, still_life, {})), ax


def pixels(ax, places):
    """Data to tenths of a point, y downwards, by matplotlib's own transform."""
    x, y = ax.transData.transform(places).T
    return np.column_stack([10 * x, 10 * (3 * 72 - y)])


def test_line_goes_through_its_points_to_a_tenth_of_a_point():
    places = np.random.default_rng(0).uniform(0, 10, (50, 2))
    (line,), ax = record(lambda ax: ax.plot(*places.T, "C1-", lw=2))
    assert line["runs"] == [(MOVE, 1), (LINE, 49)]
    assert np.abs(line["points"] - pixels(ax, places)).max() <= 0.5
    assert line["style"]["stroke"] == "#ff7f0e"
    assert line["style"]["stroke-width"] == "20"
    assert line["style"]["fill"] == "none"
    assert "clip" in line["style"]


def test_points_are_not_simplified_away():
    x = np.linspace(0, 10, 500)
    (line,), _ = record(lambda ax: ax.plot(x, x))
    assert len(line["points"]) == 500


def test_markers_stand_at_their_points_in_front_of_their_line():
    places = np.random.default_rng(0).uniform(0, 10, (9, 2))
    (line, marks), ax = record(lambda ax: ax.plot(*places.T, "s-", mfc="red", mec="none", markevery=3))
    assert (line["kind"], marks["kind"]) == (PATH, MARKS)
    assert np.abs(marks["points"] - pixels(ax, places[::3])).max() <= 0.5
    assert marks["style"]["fill"] == "#ff0000"
    assert "stroke" not in marks["style"]


@pytest.mark.parametrize("style", ["--", ":", "-.", (1, (5, 2, 1, 2))])
def test_dashes_are_matplotlibs(style):
    (line,), _ = record(lambda ax: ax.plot([0, 9], [0, 9], linestyle=style, lw=2))
    dashes = [float(dash) / 20 for dash in line["style"]["stroke-dasharray"].split()]
    names = {"--": "dashed", ":": "dotted", "-.": "dashdot"}
    expected = plt.rcParams[f"lines.{names[style]}_pattern"] if style in names else style[1]
    assert dashes == pytest.approx(list(expected))


def test_scatter_keeps_each_size_and_colour():
    sizes = np.array([16, 64, 144])
    marks, ax = record(lambda ax: ax.scatter([1, 5, 9], [2, 4, 8], s=sizes, c=["r", "g", "b"]))
    assert [mark["style"]["fill"] for mark in marks] == ["#ff0000", "#008000", "#0000ff"]
    for mark, place, size in zip(marks, [(1, 2), (5, 4), (9, 8)], sizes, strict=True):
        assert np.abs(mark["points"] - pixels(ax, [place])).max() <= 0.5
        reach = max(
            abs(float(n)) for n in mark["shape"].replace("C", " ").replace("M", " ").replace("Z", " ").split()
        )
        assert reach == pytest.approx(10 * np.sqrt(size) / 2, abs=1)


def test_scatter_of_equal_dots_is_one_drawing():
    marks, _ = record(lambda ax: ax.scatter(np.arange(10), np.arange(10), color="C0"))
    assert [len(mark["points"]) for mark in marks] == [10]


def test_a_dot_at_the_figures_corner_takes_no_other_away():
    whole = dict(position=[0, 0, 1, 1])
    drawn, _ = record(lambda ax: ax.set(**whole) and ax.scatter([5, 0, 9], [5, 0, 9], s=[16, 64, 16]))
    assert [part["kind"] for part in drawn] == [MARKS, PATH, MARKS]


def test_bars_are_closed_boxes():
    boxes, ax = record(lambda ax: list(ax.bar([2, 4], [3, 5], width=1)))
    assert len(boxes) == 2
    assert boxes[0]["runs"] == [(MOVE, 1), (LINE, 3), (CLOSE, 1)]
    corners = pixels(ax, [(1.5, 0), (2.5, 0), (2.5, 3), (1.5, 3)])
    assert np.abs(boxes[0]["points"] - corners).max() <= 0.5


def test_fill_covers_its_polygon():
    x = np.linspace(1, 9, 20)
    (band,), ax = record(lambda ax: ax.fill_between(x, 2, 4, color="C1", alpha=0.25, lw=0))
    assert band["style"]["fill"] == "#ff7f0e"
    assert float(band["style"].get("fill-opacity", band["style"].get("opacity"))) == 0.25
    low, high = pixels(ax, [(1, 4), (9, 2)])
    assert np.abs(band["points"].min(axis=0) - low).max() <= 0.5
    assert np.abs(band["points"].max(axis=0) - high).max() <= 0.5


def test_ellipse_is_curves():
    from matplotlib.patches import Ellipse

    (ring,), ax = record(lambda ax: ax.add_patch(Ellipse((5, 5), 4, 2, angle=30)))
    assert CUBIC in dict(ring["runs"]) or QUAD in dict(ring["runs"])
    assert np.abs(ring["points"].mean(axis=0) - pixels(ax, [(5, 5)])).max() < 15


def test_arrows():
    shafts, _ = record(lambda ax: ax.annotate("", (8, 8), (1, 1), arrowprops={"arrowstyle": "->"}))
    assert [part["kind"] for part in shafts] == [PATH, PATH]
    barbs, ax = record(lambda ax: ax.quiver([2, 5], [2, 5], [1, 0], [0, 1], color="C0"))
    drawn = np.concatenate([part["points"] for part in barbs])
    for tail in pixels(ax, [(2, 2), (5, 5)]):
        assert np.linalg.norm(drawn - tail, axis=1).min() < 30


def test_text_stands_where_its_author_holds_it():
    parts, ax = record(
        lambda ax: [
            ax.text(2, 3, "left", size=10),
            ax.text(5, 5, "middle", ha="center", color="C3", weight="bold"),
            ax.text(9, 9, "right", ha="right", va="top", style="italic"),
            ax.text(1, 9, "turned", rotation=90),
        ]
    )
    assert [part["text"] for part in parts] == ["left", "middle", "right", "turned"]
    assert [part["style"]["text-anchor"] for part in parts] == ["start", "middle", "end", "start"]
    for part, place in zip(parts[:3], [(2, 3), (5, 5), (9, 9)], strict=True):
        assert abs(part["points"][0][0] - pixels(ax, [place])[0, 0]) <= 0.5
    assert parts[0]["style"]["font-size"] == "100"
    assert parts[1]["style"]["fill"] == "#d62728"
    assert parts[1]["style"]["font-weight"] in ("bold", "700")
    assert parts[2]["style"]["font-style"] == "italic"
    assert parts[3]["style"]["rotate"] == "-90"


def test_mathtext_is_outlines():
    parts, _ = record(lambda ax: ax.text(1, 1, r"$\frac{\alpha}{\beta}$", size=20))
    assert {part["kind"] for part in parts} == {PATH}
    assert sum(len(part["points"]) for part in parts) > 20


def test_image_lies_in_its_extent_and_is_the_right_way_up():
    data = np.array([[0.0, 1.0], [0.5, 0.25]])
    (picture,), ax = record(
        lambda ax: ax.imshow(data, extent=(2, 8, 2, 8), cmap="gray", interpolation="nearest", aspect="auto")
    )
    assert picture["kind"] == IMAGE
    left, top, width, height = picture["box"]
    corners = pixels(ax, [(2, 8), (8, 2)])
    assert np.abs([(left, top), (left + width, top + height)] - corners).max() <= 10
    png = Image.open(io.BytesIO(base64.b64decode(picture["image"].split(",")[1]))).convert("L")
    quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    seen = [png.getpixel((int(x * png.width), int(y * png.height))) for x, y in quarters]
    assert seen == pytest.approx([0, 255, 128, 64], abs=2)


def test_error_bars_have_stems_caps_and_dots():
    figure = specimens["errorbars"]()
    kinds = [part["kind"] for part in drawings(figure)]
    assert kinds.count(PATH) >= 9
    assert kinds.count(MARKS) == 3


@pytest.mark.parametrize(
    "part, kind",
    [
        (lambda ax: ax.xaxis.label, "Text"),
        (lambda ax: ax, "Axes"),
        (lambda ax: ax.inset_axes([0, 0, 1, 1]), "Axes"),
    ],
    ids=["a label", "axes", "inset axes"],
)
def test_what_is_part_of_something_still_and_whole_axes_cannot_move(part, kind):
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1], animated=True)
    part(ax).set_animated(True)

    def still_life():
        """Nothing moves."""

    with pytest.raises(
        ValueError,
        match=rf"^a live figure cannot move this {kind}, .*: artists of axes.*, but no whole axes$",
    ):
        LiveFigure(fig, still_life, {})


def test_clip_path_is_the_authors():
    figure = specimens["clipped"]()
    clips = {figure.tables.clips[part["style"]["clip"]] for part in drawings(figure)}
    assert len(clips) == 2
    (circle,) = [clip for clip in clips if "C" in clip]
    ys = np.array(re.findall(r"-?[\d.]+", circle), dtype=float)[1::2]
    (ax,) = figure.fig.axes
    (_, low), (_, high) = pixels(ax, [(5, 2), (5, 8)])
    assert (ys.max(), ys.min()) == (pytest.approx(low, abs=1), pytest.approx(high, abs=1))


def test_z_order():
    colours = [part["style"].get("stroke", part["style"]["fill"]) for part in drawings(specimens["depth"]())]
    assert colours == ["#1f77b4", "#2ca02c", "#d62728", "#ff7f0e"]


# Where 16 bits end ------------------------------------------------------------------------

LOW, HIGH = np.array([-10 * REACH, -10 * REACH]) - 1, np.array([2880 + 10 * REACH, 2160 + 10 * REACH]) + 1


def test_nan_is_a_gap():
    x = [1, 2, np.nan, 4, 5, 6, 7, 8, 9]
    y = [1, 2, 3, 4, 5, np.nan, 7, np.inf, 9]
    (line,), ax = record(lambda ax: ax.plot(x, y, "-"))
    assert line["runs"] == [(MOVE, 1), (LINE, 1), (MOVE, 1), (LINE, 1), (MOVE, 1), (MOVE, 1)]
    seen = pixels(ax, [(k, k) for k in (1, 2, 4, 5, 7, 9)])
    assert np.abs(line["points"] - seen).max() <= 0.5


@pytest.mark.parametrize("far", [1e3, 1e6, 1e12, 1e100, 1e300])
def test_diverging_lines_are_cut_and_never_bent(far):
    """Out to a far point and back: both ways the line keeps the direction of that point."""
    places = np.array([(2, 3), (5, 5), (5 + far, 5 + far), (8, 1), (9, 2)])
    (line,), ax = record(lambda ax: ax.plot(*places.T, "-"))
    seen = line["points"]
    assert (seen >= LOW).all()
    assert (seen <= HIGH).all()
    assert line["runs"] == [(MOVE, 1), (LINE, 2), (MOVE, 1), (LINE, 2)]
    assert np.abs(seen[[0, 1, 4, 5]] - pixels(ax, places[[0, 1, 3, 4]])).max() <= 0.5
    for near, cut, place in ((seen[1], seen[2], (5, 5)), (seen[4], seen[3], (8, 1))):
        # Another point of the same segment, near enough to be exact.
        share = min(1.0, 20 / far)
        target = pixels(ax, [np.array(place) * (1 - share) + (5 + far) * share])[0] - pixels(ax, [place])[0]
        target /= np.linalg.norm(target)
        along = cut - near
        assert abs(along[0] * target[1] - along[1] * target[0]) <= 1.5, "bent"
        assert cut[1] < 0, "the line must leave the picture, not end in it"


@pytest.mark.parametrize("far", [1e3, 1e12, 1e100, 1e300])
def test_lines_across_the_picture_from_far_to_far_stay_where_they_are(far):
    """As an iteration does that diverges along one coordinate only."""
    (line,), ax = record(lambda ax: ax.plot([far, -10 * far, 100 * far], [2, 4, 8], "-"))
    heights = [2 + 2 / 11, 4 + 4 / 11]  # where the two segments pass x = 0
    seen = line["points"]
    assert len(seen) == 4
    for (_, start), (_, end), height in zip(seen[::2], seen[1::2], heights, strict=True):
        assert (start + end) / 2 == pytest.approx(pixels(ax, [(0, height)])[0, 1], abs=4)


@pytest.mark.parametrize("far", [1e3, 1e12, 1e100, 1e300])
def test_diverging_fill_keeps_its_edges(far):
    (hill,), ax = record(lambda ax: ax.fill([0, 4, 8], [0, far, 0]))
    assert (hill["points"] >= LOW).all()
    assert (hill["points"] <= HIGH).all()
    left, right = pixels(ax, [(0, 0), (8, 0)])
    for corner in (left, right):
        assert np.linalg.norm(hill["points"] - corner, axis=1).min() <= 1


def test_far_marks_are_left_out():
    (marks,), ax = record(lambda ax: ax.plot([1, 1e9, np.nan, -1e300, 5], [1, 5, 2, 3, 5], "o", ls="none"))
    assert np.abs(marks["points"] - pixels(ax, [(1, 1), (5, 5)])).max() <= 0.5


def test_far_text_is_left_out():
    parts, _ = record(lambda ax: [ax.text(1e9, 5, "gone"), ax.text(5, 5, "here")])
    assert [part["text"] for part in parts] == ["here"]


def test_more_points_than_16_bits_count_are_refused():
    (line,), _ = record(lambda ax: ax.plot(np.linspace(0, 10, 32_767), np.zeros(32_767)))
    assert len(line["points"]) == 32_767
    with pytest.raises(ValueError, match="at most 32,767 points"):
        record(lambda ax: ax.plot(np.linspace(0, 10, 32_768), np.zeros(32_768)))


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: list(ax.bar([1], [2], hatch="//")),
        lambda ax: ax.scatter([1, 2], [3, 4], hatch="xx"),
        lambda ax: ax.pcolormesh(np.arange(3), np.arange(3), np.eye(3), shading="gouraud"),
    ],
    ids=["hatched bars", "hatched dots", "gouraud"],
)
def test_what_cannot_be_drawn_is_refused(draw):
    with pytest.raises(ValueError, match="cannot move"):
        record(draw)


def test_everything_invisible_is_an_empty_frame():
    parts, _ = record(lambda ax: ax.plot([1, 2], [1, 2], visible=False))
    assert parts == []


@pytest.mark.parametrize(
    "x, y", [([1e9, 2e9], [5, 5]), ([np.nan, np.nan], [1, 2]), ([np.inf, 5], [1, np.nan]), ([], [])]
)
def test_nothing_within_reach_is_an_empty_frame(x, y):
    assert record(lambda ax: ax.plot(x, y, "-"))[0] == []
    assert record(lambda ax: ax.plot(x, y, "o", ls="none"))[0] == []


def test_a_closed_outline_that_leaves_the_picture_is_still_closed():
    from matplotlib.patches import Rectangle

    (box,), ax = record(lambda ax: ax.add_patch(Rectangle((2, 2), 1e6, 3, fill=False)))
    corner = pixels(ax, [(2, 2), (2, 5)])
    for place in corner:
        assert np.linalg.norm(box["points"] - place, axis=1).min() <= 1
    left = np.abs(box["points"][:, 0] - corner[0, 0]) <= 1
    assert left.sum() >= 2, "its left side"
    assert max(box["points"][:, 0]) > 2880
