"""Tables on a phone, in the dark, on paper and in Lab's style: read whole, whatever their width."""

import io
import subprocess
import sys
from collections import Counter

import jupyter_book_build
import nbformat
import pytest
from notebook_figures import ROOT
from opening import rgb
from PIL import Image

TEXT = """\
# Tables

| method | rule | call | when | why | where | how |
| --- | --- | --- | ---: | --- | --- | --- |
| momentum | one | `momentum(grad, x, lr=0.01)` | 1,234 | interpretation | parametrization | regularization |
"""
CODE = """\
from optimlib.tables import table

columns = {"method": "", "learning rate": ".3g", "steps": ",d", "gradients": ",d", "training loss": ".3e"}
columns |= {"test error": ".2%", "spread of the seeds": ".3g", "searched": ""}
rows = [
    (name, 0.01, 1_234_567, 2_469_134, 0.00012345, 0.0234, 0.012, "17 rates, 0.001 to 10")
    for name in ("gradient descent", "Nesterov momentum", "Adam")
]
table(columns, rows, caption="After 1,234,567 steps with each method's best rate: medians of five seeds")
"""
CONFIG = f"""\
title: Tables
execute: {{execute_notebooks: force}}
sphinx:
  config:
    html_static_path: [{ROOT}/book/_static]
    html_css_files: [book.css]
    html_context: {{default_mode: auto}}
"""
WIDE = [".book-table", ".pst-scrollable-table-container"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page with a wide table of each kind: in a book, and exported in Lab's style."""
    folder = tmp_path_factory.mktemp("tables")
    cells = [nbformat.v4.new_markdown_cell(TEXT), nbformat.v4.new_code_cell(CODE)]
    nbformat.write(jupyter_book_build.notebook(cells), folder / "page.ipynb")
    return folder


@pytest.fixture(scope="module")
def address(folder):
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n", "utf-8")
    code, said = jupyter_book_build.build(folder, "-W")
    assert code == 0, said[-3000:]
    return (folder / "_build" / "html" / "page.html").as_uri()


def width_of_page(page):
    return page.evaluate("document.scrollingElement.scrollWidth")


def hidden(box):
    """How many pixels of it are not seen."""
    return box.evaluate("box => box.scrollWidth - box.clientWidth")


def edge(box):
    """The commonest colour of the last pixels on its right."""
    picture = Image.open(io.BytesIO(box.screenshot())).convert("RGB")
    across, down = picture.size
    return Counter(picture.getpixel((across - 2, y)) for y in range(down)).most_common(1)[0][0]


def luminance(colour):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (c / 255 for c in colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def colour(node):
    return tuple(rgb(node.evaluate("node => getComputedStyle(node).color")))


@pytest.mark.parametrize("kind", WIDE)
def test_a_wide_table_scrolls_on_a_phone_and_the_page_does_not(kind, address, open_page):
    page = open_page(address, viewport=PHONE)
    assert width_of_page(page) == 390
    box = page.locator(kind)
    assert hidden(box) > 50
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("kind => document.querySelector(kind).scrollLeft > 0", arg=kind)


# What colours the words of a box have.
COLOURS = """box => [...new Set(
  [...box.querySelectorAll("th, td, caption")].map((words) => getComputedStyle(words).color)
)]"""
# Where its last cell ends.
RIGHT = """box => Math.max(
  ...[...box.querySelectorAll("th, td")].map((cell) => cell.getBoundingClientRect().right)
)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", WIDE)
def test_a_shadow_lies_where_there_is_more_and_the_words_are_read_on_it(kind, scheme, address, open_page):
    page = open_page(address, viewport=PHONE, color_scheme=scheme)
    box = page.locator(kind)
    shade = edge(box)
    box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
    paper = edge(box)
    assert contrast(shade, paper) > 1.3
    for words in map(rgb, box.evaluate(COLOURS)):
        assert min(contrast(words, ground) for ground in (shade, paper)) >= 4.5


def test_a_caption_stays_in_sight(address, open_page):
    page = open_page(address, viewport=PHONE)
    page.locator(".book-table").evaluate("box => { box.scrollLeft = 100; }")
    box = page.locator(".book-table caption").bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= 390


def test_numbers_stand_one_under_the_other(address, open_page):
    page = open_page(address)
    numbers = page.locator(".book-table td.n")
    assert numbers.count() == 3 * 7
    styles = numbers.evaluate_all(
        "cells => cells.map(cell => { const s = getComputedStyle(cell);"
        " return `${s.textAlign} ${s.fontVariantNumeric} ${s.whiteSpace}`; })"
    )
    assert set(styles) == {"right tabular-nums nowrap"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_is_printed_whole_in_black(scheme, address, open_page):
    page = open_page(address, viewport={"width": 718, "height": 1000}, color_scheme=scheme)  # A4's, in pixels
    page.emulate_media(media="print")
    for kind in WIDE:
        cells = page.locator(f"{kind} :is(th, td)")
        assert page.locator(kind).evaluate(RIGHT) <= 718
        assert page.locator(kind).evaluate("box => getComputedStyle(box).overflowX") == "visible"
        assert colour(cells.last) == (0, 0, 0)


def test_without_our_style_sheet_it_scrolls_and_words_stand_left(folder, open_page):
    """As in JupyterLab, whose style sheet nbconvert brings: there all cells stand right."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "page.ipynb"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    page = open_page((folder / "page.html").as_uri(), viewport=PHONE)
    box = page.locator(".book-table")
    assert hidden(box) > 50
    assert box.evaluate("box => box.getBoundingClientRect().right") <= 390
    assert (
        page.locator(".jp-OutputArea-output:has(.book-table)").evaluate(
            "area => area.scrollWidth - area.clientWidth"
        )
        == 0
    )
    for place, side in ((0, "left"), (1, "right")):
        cell = box.locator("tbody tr").first.locator("td").nth(place)
        assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == side
    assert cell.evaluate("cell => getComputedStyle(cell).whiteSpace") == "nowrap"
