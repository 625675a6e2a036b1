"""Looks are SVG attributes, written once; paths are spelled as commands and cut where 16 bits end."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path

from optimlib.live import looks, paths
from optimlib.live.display_list import CLOSE, CUBIC, LINE, MOVE, QUAD, Tables


def context(**settings):
    gc = GraphicsContextBase()
    gc.set_linewidth(settings.pop("linewidth", 1.5))
    for name, value in settings.items():
        values = value if isinstance(value, tuple) and name in ("foreground", "dashes") else (value,)
        getattr(gc, f"set_{name}")(*values)
    return gc


def attributes(face=None, own=False, crisp=False, **settings):
    return dict(looks.attributes(looks.look(context(**settings), face, own, crisp)))


STROKE = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def test_a_line():
    line = {"fill": "none", "stroke": "currentColor", "stroke-width": "15", **STROKE, "stroke-opacity": "1"}
    assert attributes() == line
    assert attributes(own=True) == line | {"stroke": "#000000"}
    assert attributes(crisp=True) == line | {"shape-rendering": "crispEdges"}
    white = attributes(foreground=("white",), capstyle="projecting", joinstyle="miter")
    assert white == line | {"stroke": "var(--live-paper, #fff)"} | {"stroke-linecap": "square"} | {
        "stroke-linejoin": "miter"
    }
    assert attributes(foreground=((1, 0, 0, 0.25),)) == line | {"stroke": "#ff0000", "stroke-opacity": "0.25"}
    dashes = {"stroke-dasharray": "12.35 20", "stroke-dashoffset": "5"}
    assert attributes(dashes=(0.5, (1.2346, 2))) == line | {**dashes, "stroke-dasharray": "12.346 20"}


def test_a_face_without_an_edge():
    assert attributes((0, 0, 1), linewidth=0) == {"fill": "#0000ff"}
    assert attributes((0, 0, 1, 0.5), linewidth=0) == {"fill": "#0000ff", "fill-opacity": "0.5"}
    assert attributes((0, 0, 0, 1), foreground=((1, 0, 0, 0.0),)) == {
        "fill": "currentColor",
        "fill-opacity": "1",
    }


def test_an_alpha_of_the_whole_is_one_opacity():
    whole = attributes((0, 0, 1, 0.5), foreground=((1, 0, 0, 0.0),), alpha=0.3333333)
    assert whole == {
        "fill": "#0000ff",
        "stroke": "#ff0000",
        "stroke-width": "15",
        **STROKE,
        "opacity": "0.333",
    }


def test_hatches_are_refused():
    with pytest.raises(ValueError, match="cannot move a hatched artist"):
        looks.look(context(hatch="/"), None, False, False)


@pytest.mark.parametrize(
    "number, text", [(1.0, "1"), (0.12345, "0.123"), (100.0, "100"), (-2.5, "-2.5"), (0.0, "0")]
)
def test_numbers_are_short(number, text):
    assert looks.short(number) == text


def test_an_entry_of_a_table_is_kept_once():
    tables = Tables()
    style = {"fill": "red", "clip": 1}
    numbers = [tables.number("styles", style), tables.number("styles", {"fill": "blue"})]
    numbers += [
        tables.number("styles", dict(style)),
        tables.number("strings", "red"),
        tables.number("words", "red"),
    ]
    assert numbers == [0, 1, 0, 0, 0]
    nothing = {"shapes": [], "clips": [], "images": []}
    everything = {"words": ["red"], "styles": [style, {"fill": "blue"}], "strings": ["red"], **nothing}
    assert tables.entries() == everything
    assert tables.entries({"styles": 1, "words": 1}) == everything | {
        "styles": [{"fill": "blue"}],
        "words": [],
    }


# Paths --------------------------------------------------------------------------------------------

M, L, Q, C, Z, STOP = Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4, Path.CLOSEPOLY, Path.STOP


@pytest.mark.parametrize(
    "codes, runs, used",
    [
        ([M, L, L, Z], [(MOVE, 1), (LINE, 2), (CLOSE, 1)], [0, 1, 2]),
        ([M, L, M, M, L], [(MOVE, 1), (LINE, 1), (MOVE, 1), (MOVE, 1), (LINE, 1)], range(5)),
        ([M, Q, Q, Q, Q, L], [(MOVE, 1), (QUAD, 2), (LINE, 1)], range(6)),
        ([M, C, C, C, C, C, C, Z], [(MOVE, 1), (CUBIC, 2), (CLOSE, 1)], range(7)),
        ([M, L, STOP], [(MOVE, 1), (LINE, 1)], [0, 1]),
    ],
)
def test_commands_are_counted_and_take_their_corners(codes, runs, used):
    vertices = np.arange(2.0 * len(codes)).reshape(-1, 2)
    found, points = paths.runs(vertices, np.array(codes, Path.code_type))
    assert list(map(tuple, found)) == runs
    np.testing.assert_array_equal(points, vertices[list(used)])


def test_a_path_without_codes_is_one_line():
    points = np.arange(10.0).reshape(5, 2)
    for count, runs in [(5, [(MOVE, 1), (LINE, 4)]), (2, [(MOVE, 1), (LINE, 1)]), (1, [(MOVE, 1)]), (0, [])]:
        found, used = paths.runs(points[:count], None)
        assert [run for run in map(tuple, found) if run[1]] == runs
        assert len(used) == count


def test_path_data_is_in_whole_tenths():
    vertices = np.array([(0, 0.04), (1, -1.26), (2, 2), (3, 3), (4, 4), (5, 5), (9, 9)], float)
    codes = np.array([M, L, Q, Q, L, L, Z], Path.code_type)
    assert paths.svg_path(vertices, codes) == "M0 0L10 -13Q20 20 30 30L40 40L50 50Z"
    assert paths.svg_path(vertices[:2], None) == "M0 0L10 -13"


def test_places_that_16_bits_hold_are_within_reach():
    most = 32767 / 20
    places = [(0, 0), (most - 1, 1 - most), (most + 1, 0), (0, -most - 1), (np.nan, 0), (np.inf, 0)]
    assert paths.within_reach(places).tolist() == [True, True, False, False, False, False]


WINDOW = np.array([-10.0, -20.0, 30.0, 40.0])
number = st.floats(-100, 100) | st.sampled_from([-10.0, 30.0, 1e6, -1e9])


@given(arrays(float, st.tuples(st.integers(1, 8), st.just(2)), elements=number))
def test_a_cut_line_is_what_the_window_shows_of_it(points):
    cut, codes = paths.within(WINDOW, points, None, filled=False)
    inside = ((points >= WINDOW[:2]) & (points <= WINDOW[2:])).all(axis=1)
    if inside.all():
        assert cut is points and codes is None
        return
    kept = cut[codes != Path.STOP] if codes is not None else cut
    assert ((kept >= WINDOW[:2] - 1e-6) & (kept <= WINDOW[2:] + 1e-6)).all()
    for point in points[inside]:
        assert (np.abs(kept - point).max(axis=1) < 1e-9).any(), "what was inside is still there"
    for start, end in itertools.pairwise(points):  # a point of each segment that is well inside
        for share in (0.25, 0.5, 0.75):
            middle = (1 - share) * start + share * end
            if ((middle > WINDOW[:2] + 1e-3) & (middle < WINDOW[2:] - 1e-3)).all():
                assert distance(middle, kept, codes) < 1e-3


def distance(point, vertices, codes):
    """How far a point is from a path of lines."""
    least = np.inf
    for i in range(1, len(vertices)):
        if codes[i] == Path.LINETO:
            start, way = vertices[i - 1], vertices[i] - vertices[i - 1]
            share = np.clip(way @ (point - start) / max(way @ way, 1e-300), 0, 1)
            least = min(least, np.abs(start + share * way - point).max())
    return least


def area(vertices):
    x, y = vertices.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_a_cut_fill_covers_what_the_window_shows_of_it():
    """A triangle and a box far larger than the window."""
    box = np.array([(-1e7, -1e7), (1e7, -1e7), (1e7, 1e7), (-1e7, 1e7)])
    cut, codes = paths.within(WINDOW, box, None, filled=True)
    assert area(cut[codes != Path.CLOSEPOLY]) == pytest.approx(40 * 60)
    assert codes[0] == Path.MOVETO and (codes == Path.CLOSEPOLY).tolist() == [False] * (len(cut) - 1) + [True]
    half = np.array([(-1000.0, -1000.0), (1000.0, -1000.0), (1000.0, 1000.0)])  # below y = x
    cut, codes = paths.within(WINDOW, half, None, filled=True)
    below = 40 * 10 + 40 * 40 / 2  # under y = −10, and the triangle between (−10, −10) and (30, 30)
    assert area(cut[codes != Path.CLOSEPOLY]) == pytest.approx(below)
    away = paths.within(WINDOW, half + 5000, None, filled=True)[0]
    assert len(away) == 0
