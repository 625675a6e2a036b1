"""The still part and the first frame as SVG: valid, with ids of their own, in the page's colours."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import pytest
from specimens import every_control, several_axes, specimens

from optimlib.live import LiveFigure, page, svg

everything = {**specimens, "several_axes": several_axes, "every_control": every_control}


@pytest.fixture(params=everything)
def figure(request):
    return everything[request.param]()


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


def test_still_part_is_the_same_each_time(figure):
    again = everything[figure.name]() if figure.name in everything else None
    if again:
        assert again.still == figure.still


def test_black_and_white_follow_the_page():
    figure = specimens["black_and_white"]()
    whole = figure.still + svg.drawing(figure.first, figure.tables, "s")
    assert "currentColor" in whole
    assert "var(--live-paper" in whole
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
