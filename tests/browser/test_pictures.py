"""Still part and overlay together, as Chromium paints them, against matplotlib's own rendering.

Two painters never agree on the shade of every edge. A pixel counts as wrong where no pixel of
the other picture within a third of a point is like it; five wrong ones in ten thousand are
allowed. Letters are compared by their places, since the reader's typeface is not matplotlib's.
"""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from live_pages import awake, write_page
from matplotlib.text import Text
from opening import opening
from PIL import Image
from specimens import several_axes, specimens

everything = {**specimens, "several_axes": several_axes}
SCALE = 2  # device pixels a CSS pixel
DPI = 96 * SCALE
UNLIKE = 60  # of 255
ALLOWED = 5e-4  # of all pixels
# An inch is 96 whole pixels: the same edges.
INCHES = """() => {
  for (const { style } of document.querySelectorAll(".live-figure")) {
    style.maxWidth = `${(parseFloat(style.maxWidth) * 96) / 120}px`;
  }
}"""
TEXT_ROOM = 3  # points around letters that are not compared


def painted(page, element, figure):
    """The stage as Chromium paints it, as an array of RGB."""
    picture = Image.open(io.BytesIO(element.locator(".live-stage").screenshot())).convert("RGB")
    width, height = (round(side / 72 * DPI) for side in figure.size)
    assert abs(picture.width - width) <= 1
    assert abs(picture.height - height) <= 1
    return np.asarray(picture.crop((0, 0, width, height)), dtype=np.int16)


def rendered(figure, position):
    """The whole figure as matplotlib's Agg draws it, and a mask of what is not text."""
    figure.frame(position)
    out = io.BytesIO()
    with plt.rc_context({"savefig.bbox": "standard", "path.snap": False}):
        # Everything that moves lies over everything that stands: raise it for matplotlib, too.
        heights = [(artist, artist.get_zorder()) for artist in figure.moving]
        for artist, height in heights:
            artist.set_zorder(height + 1000)
        figure.fig.savefig(out, format="raw", dpi=DPI, facecolor="white")
        for artist, height in heights:
            artist.set_zorder(height)
    figure.frame(position)
    figure.fig.draw_without_rendering()
    pixels = np.frombuffer(out.getbuffer(), np.uint8)
    picture = pixels.reshape(round(figure.size[1] / 72 * DPI), -1, 4)[:, :, :3].astype(np.int16)
    compared = np.ones(picture.shape[:2], bool)
    for text in figure.fig.findobj(Text):
        if text.get_visible() and text.get_text() and not is_drawn_as_outlines(text):
            box = text.get_window_extent().padded(TEXT_ROOM).extents * DPI / 72
            left, bottom, right, top = (max(0, int(side)) for side in box)
            compared[max(0, compared.shape[0] - top) : compared.shape[0] - bottom, left:right] = False
    return picture, compared


def is_drawn_as_outlines(text):
    return text.get_animated() and "$" in text.get_text()


def share_unlike(one, other, compared):
    """The share of pixels without a likeness near by in the other picture, either way round."""
    wrong = np.zeros(compared.shape, bool)
    for a, b in ((one, other), (other, one)):
        # Between the darkest and the lightest pixel around: an edge may be shaded differently.
        low, high = around(b, np.minimum), around(b, np.maximum)
        wrong |= (np.maximum(low - a, a - high).max(axis=2) > UNLIKE) & compared
    return wrong.sum() / compared.sum()


def around(picture, extreme):
    """The darkest or lightest of each pixel and the eight around it, first along columns, then along rows."""
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    of_three = extreme(extreme(padded[:-2], padded[1:-1]), padded[2:])
    return extreme(extreme(of_three[:, :-2], of_three[:, 1:-1]), of_three[:, 2:])


@pytest.fixture(scope="module")
def figures():
    return {name: make() for name, make in everything.items()}


@pytest.fixture(scope="module")
def address(figures, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("pictures"), figures.values())


@pytest.fixture(scope="module")
def page(browser, address):
    with opening(browser) as open_page:
        page = open_page(address, device_scale_factor=SCALE, viewport={"width": 1000, "height": 700})
        page.add_style_tag(content=".live-handle { display: none; }")
        page.evaluate(INCHES)
        yield page


@pytest.mark.parametrize("name", everything)
def test_picture(page, figures, name):
    figure = figures[name]
    element = awake(page, figure)
    pictures = {}
    for key, position in (("Home", 0), ("End", figure.sizes[-1] - 1)):
        element.get_by_role("slider").last.focus()
        page.keyboard.press(key)
        page.evaluate("() => document.activeElement.blur()")
        first = figure.start // figure.sizes[-1] * figure.sizes[-1]
        pictures[key] = painted(page, element, figure), *rendered(figure, first + position)
    for ours, theirs, compared in pictures.values():
        assert share_unlike(ours, theirs, compared) < ALLOWED
    # The comparison sees a difference where there is one.
    ours, (_, theirs, compared) = pictures["Home"][0], pictures["End"]
    if name != "text":
        assert share_unlike(ours, theirs, compared) > 5 * ALLOWED


def test_letters_stand_where_matplotlib_has_them(page, figures):
    figure = figures["text"]
    element = awake(page, figure)
    element.get_by_role("slider").focus()
    page.keyboard.press("End")
    figure.frame(4)
    stage = element.locator(".live-overlay").bounding_box()
    scale = stage["width"] / figure.size[0]
    texts = [artist for artist in figure.moving if isinstance(artist, Text)]
    assert len(texts) == 4
    for artist in texts:
        box = element.locator(".live-overlay text", has_text=artist.get_text()).bounding_box()
        theirs = artist.get_window_extent()
        left, right = ((box["x"] + w - stage["x"]) / scale for w in (0, box["width"]))
        bottom = figure.size[1] - (box["y"] + box["height"] - stage["y"]) / scale
        held = {"left": (left, theirs.x0), "center": ((left + right) / 2, (theirs.x0 + theirs.x1) / 2)}
        ours, wanted = held.get(artist.get_ha(), (right, theirs.x1))
        assert ours == pytest.approx(wanted, abs=4 if artist.get_rotation() else 1.5), artist.get_text()
        assert bottom == pytest.approx(theirs.y0, abs=4.5), artist.get_text()
