"""The still part and the first frame as SVG: valid, with ids of their own, in the page's colours."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import every_control, several_axes, specimens

from optimlib.live import LiveFigure, page, svg
from optimlib.live.display_list import CLOSE, CUBIC, IMAGE, LINE, MARKS, MOVE, PATH, QUAD, TEXT, Tables

everything = {**specimens, "several_axes": several_axes, "every_control": every_control}


@pytest.fixture(scope="module", params=everything)
def figure(request):
    return everything[request.param]()


@pytest.mark.no_cover
def test_valid_and_self_contained(figure):
    whole = page.html(figure, figure.atlas())
    # HTML lets inputs stand open and attributes stand bare; XML does not.
    whole = re.sub(r"<input([^>]*)>", r"<input\1/>", whole)
    whole = re.sub(r" (disabled|checked|selected)(?=[ >/])", r' \1=""', whole)
    tree = ElementTree.fromstring(whole)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert all(id.startswith(figure.salt) for id in ids)
    for element in tree.iter():
        for name, value in element.attrib.items():
            for target in re.findall(r"url\(#([^)]*)\)", value) + [value[1:]] * (name == "href"):
                assert target in ids or value.startswith("data:")


def test_numbers_are_finite(figure):
    text = svg.drawing(figure.frame(figure.positions - 1), figure.tables, "salt")
    assert not re.search(r"\b(nan|inf)\b", text)


@pytest.mark.no_cover
def test_still_part_is_the_same_each_time(figure):
    again = everything[figure.name]() if figure.name in everything else None
    if again:
        assert again.still == figure.still


def test_black_and_white_follow_the_page():
    figure = specimens["black_and_white"]()
    drawn = svg.drawing(figure.first, figure.tables, "s")
    whole = figure.still + drawn
    for part in (figure.still, drawn):
        assert "currentColor" in part and "var(--live-paper, #fff)" in part
    assert "#000" not in whole
    assert "#fff" not in whole.replace("var(--live-paper, #fff)", "")


def test_other_colours_stay():
    figure = specimens["lines"]()
    assert "#1f77b4" in svg.drawing(figure.first, figure.tables, "s")


@pytest.mark.parametrize("moving", [1, 2, 3])
def test_moving_images_are_not_in_the_still_part(moving):
    """matplotlib would put the images of an axes together into one, also those that are invisible."""
    fig, ax = plt.subplots()
    for left in range(3):
        ax.imshow([[0, 1], [1, 0]], extent=(left, left + 1, 0, 1), animated=left < moving)
    ax.set_xlim(0, 3)

    def images(k=0):
        """Three images."""

    assert LiveFigure(fig, images, {"k": (0, 1)}).still.count("<image") == 3 - moving


def test_moving_artists_are_not_in_the_still_part():
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1], color="#123456")
    (moving,) = ax.plot([0, 1], [0, 1], color="#654321", animated=True)

    def two_lines(k=0):
        """One stands, one moves."""
        moving.set_ydata([k, 1])

    figure = LiveFigure(fig, two_lines, {"k": (0, 1)})
    drawn = svg.drawing(figure.first, figure.tables, "s")
    assert "#123456" in figure.still
    assert "#654321" not in figure.still
    assert "#654321" in drawn
    assert "#123456" not in drawn


def test_text_is_escaped_and_stays_text():
    figure = specimens["text"]()
    assert "right &amp; &lt;top&gt;</text>" in svg.drawing(figure.first, figure.tables, "s")


# A frame, element by element ----------------------------------------------------------------------


def test_a_frame_is_its_elements_and_what_they_refer_to_once():
    tables = Tables(
        words=["unused"],
        styles=[
            {"fill": "none", "stroke": "a&b"},
            {"fill": "red", "clip": 1},
            {"fill": "blue"},
            {"fill": "ink", "rotate": "0", "clip": 0},
            {"fill": "ink", "rotate": "-30"},
            {"opacity": "1", "clip": 1},
        ],
        shapes=["M0 0L1 1", "M2 2"],
        clips=["M9 9Z", "M8 8Z"],
        strings=["<&>", "plain"],
        images=["data:0", "data:1"],
    )
    frame = [0]
    frame += [PATH, 0, 5, MOVE, 1, LINE, 2, QUAD, 1, CUBIC, 1, CLOSE, 1, 8, *range(8), *range(10, 18)]
    frame += [PATH, 1, 1, MOVE, 1, 1, -5, 7]
    frame += [MARKS, 1, 0, 3, 1, 2, 3, 4, 5, 6]
    frame += [MARKS, 2, 0, 1, 1, 4]
    frame += [MARKS, 1, 1, 1, 1, 4]
    frame += [TEXT, 3, 0, 5, 6]
    frame += [TEXT, 4, 1, 7, 8]
    frame += [IMAGE, 5, 1, 1, 2, 3, 4]
    clip = 'clip-path="url(#s-clip1)"'

    def marker(style, shape, colour):
        inner = f'<path d="{tables.shapes[shape]}" fill="{colour}"></path>'
        look = 'markerUnits="userSpaceOnUse" overflow="visible"'
        return f'<marker id="s-mark{style}-{shape}" {look}>{inner}</marker>'

    def marked(data, mark, clip=""):
        ends = " ".join(f'marker-{place}="url(#s-mark{mark})"' for place in ("start", "mid"))
        return f'<path d="{data}" fill="none" {ends}{clip}></path>'

    defs = [
        '<clipPath id="s-clip1"><path d="M8 8Z"/></clipPath>',
        marker(1, 0, "red"),
        marker(2, 0, "blue"),
        marker(1, 1, "red"),
        '<clipPath id="s-clip0"><path d="M9 9Z"/></clipPath>',
    ]
    elements = [
        '<path d="M0 10L1 11 2 12Q3 13 4 14C5 15 6 16 7 17Z" fill="none" stroke="a&amp;b"></path>',
        f'<path d="M-5 7" fill="red" {clip}></path>',
        marked("M1 4 2 5 3 6 3 6", "1-0", f" {clip}"),
        marked("M1 4 1 4", "2-0"),
        marked("M1 4 1 4", "1-1", f" {clip}"),
        '<text x="5" y="6" fill="ink" clip-path="url(#s-clip0)">&lt;&amp;&gt;</text>',
        '<text x="7" y="8" transform="rotate(-30 7 8)" fill="ink">plain</text>',
        '<image href="data:1" x="1" y="2" width="3" height="4" preserveAspectRatio="none" opacity="1" '
        f"{clip}></image>",
    ]
    drawn = svg.drawing(np.array(frame, np.int16), tables, "s")
    assert drawn == f"<defs>{''.join(defs)}</defs>{''.join(elements)}"
    overlay = f'<svg class="live-overlay" viewBox="0 0 4320 2165" aria-hidden="true">{drawn}</svg>'
    assert svg.overlay((432, 216.5), np.array(frame, np.int16), tables, "s") == overlay
    assert tables.styles[1] == {"fill": "red", "clip": 1}, "the tables are not changed by drawing"


# The still part -----------------------------------------------------------------------------------

tenth = st.integers(-30_000, 30_000).map(lambda n: n / 10)
place = st.tuples(tenth, tenth)
commands = st.one_of(
    st.tuples(st.just("M"), st.lists(place, min_size=1, max_size=3)),
    st.tuples(st.just("L"), st.lists(place, min_size=1, max_size=3)),
    st.tuples(st.just("Q"), st.lists(place, min_size=2, max_size=2)),
    st.tuples(st.just("C"), st.lists(place, min_size=3, max_size=3)),
    st.tuples(st.just("H"), tenth),
    st.tuples(st.just("V"), tenth),
    st.tuples(st.just("z"), st.none()),
)


def absolute(data):
    """The corners of path data by the rules of SVG, in tenths."""
    here, first, corners = (0, 0), (0, 0), []
    for command, text in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", data):
        numbers = [round(10 * float(n)) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        if command in "zZ":
            corners.append("z")
            here = first
            continue
        if command in "HV":
            numbers = [numbers[0], here[1]] if command == "H" else [here[0], numbers[0]]
        each = {"q": 2, "c": 3}.get(command.lower(), 1)
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        for start in range(0, len(pairs), each):
            if command.islower():
                pairs[start : start + each] = [
                    (here[0] + x, here[1] + y) for x, y in pairs[start : start + each]
                ]
            here = pairs[min(start + each, len(pairs)) - 1]
            if command == "M" and start == 0:
                first = here
        corners += pairs
    return corners


@given(st.lists(commands, max_size=6))
def test_short_path_data_goes_through_the_same_places(drawn):
    parts = ["M 1.5 2"]
    for command, to in drawn:
        if command == "z":
            parts.append("z")
        elif command in "HV":
            parts.append(f"{command} {to:.6f}")
        else:
            parts.append(f"{command} " + " ".join(f"{x:.6f} {y:.6f}" for x, y in to))
    data = " \n".join(parts)
    short = svg._relative(data)
    assert absolute(short) == absolute(data)
    assert len(short) <= len(data)


def test_lengths_are_spelled_as_short_as_they_can_be():
    numbers = np.array([0, 5, -5, 10, -10, 105, -123, 2])
    assert svg._tenths(numbers) == "0 .5-.5 1-1 10.5-12.3 .2"


def still_of(draw):
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set_axis_off()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (line,) = ax.plot([], [], animated=True)
    draw(ax)

    def still(k=0):
        """A line."""
        line.set_data([0, k], [0, k])

    return ElementTree.fromstring(LiveFigure(fig, still, {"k": (0, 1)}).still)


def test_the_still_part_has_the_size_of_its_figure_and_is_not_read_aloud():
    tree = still_of(lambda ax: None)
    assert {**tree.attrib} == {"class": "live-still", "viewBox": "0 0 288 216", "aria-hidden": "true"}


def test_only_ids_that_something_refers_to_stay():
    tree = still_of(lambda ax: ax.plot([1, 9], [1, 9], "o-", gid="mine"))
    ids = {e.get("id") for e in tree.iter() if e.get("id")}
    targets = {
        target
        for e in tree.iter()
        for v in e.attrib.values()
        for target in re.findall(r"#([\w-]+)\)?$|url\(#([^)]+)\)", v)
    }
    named = {one or other for one, other in targets} - {""}
    assert ids == {name for name in named if name.startswith("live-still-")}
    assert ids


def test_an_upright_text_is_not_turned_and_a_turned_one_is():
    tree = still_of(lambda ax: (ax.text(2, 2, "up"), ax.text(5, 5, "turned", rotation=30)))
    turns = {e.text: e.get("transform", "") for e in tree.iter("text")}
    assert "rotate" not in turns["up"]
    assert "rotate(-30" in turns["turned"]
    fonts = {e.get("style") for e in tree.iter("text")}
    assert all("var(--live-font, sans-serif)" in font and "DejaVu" not in font for font in fonts)


def test_marks_stand_at_their_points_to_a_tenth():
    places = np.random.default_rng(0).uniform(1, 9, (20, 2))
    tree = still_of(lambda ax: ax.plot(*places.T, "o"))
    texts = [[e.get("x"), e.get("y")] for e in tree.iter("use")]
    box = plt.rcParams["figure.subplot.left"], plt.rcParams["figure.subplot.bottom"]
    span = plt.rcParams["figure.subplot.right"] - box[0], plt.rcParams["figure.subplot.top"] - box[1]
    expected = (np.array(box) + places / 10 * span) * (288, 216) * (1, -1) + (0, 216)
    np.testing.assert_allclose(np.array(texts, float), expected, atol=0.06)
    assert all(re.fullmatch(r"\d+(\.[1-9])?", text) for pair in texts for text in pair)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("<a x='1.0'/>", "<a x='1.1'/>", True),
        ("<a x='1.0'/>", "<a x='1.2'/>", False),
        ("<a x='1'/>", "<b x='1'/>", False),
        (
            '<a id="x1" d="1"/><b href="#y"/><c d="url(#z)"/>',
            '<a id="q" d="1"/><b href="#w"/><c d="url(#v)"/>',
            True,
        ),
        ('<a id="x" d="1"/>', '<a id="x" d="2"/>', False),
        ("<a x='-1'/>", "<a x='1'/>", False),
    ],
)
def test_still_parts_are_alike_but_for_ids_and_rounding(one, other, same):
    assert svg.alike(one, other) is same
    assert svg.alike(other, one) is same
