"""Every live figure of the built book, found in its pages, opened from the disk without a network."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlparse

import published
import pytest
from live_pages import pages_of
from notebook_figures import notebooks, page_of
from opening import opening
from page_faults import cut, faults, wake
from waiting import PATIENCE

PACKED = (".woff", ".woff2", ".png")  # compressed already
LIGHT = 530_000  # bytes of a chapter's first view, compressed
ATLASES = 1_200_000  # and of its figures in one shape
# The id of each figure, whether anything is drawn, and its sentence.
FIRST = """figures => figures.map((figure) => [
  figure.id,
  Boolean(figure.querySelector(".live-overlay > :not(defs)")),
  figure.querySelector(".live-words").textContent,
])"""


@pytest.fixture(scope="module", params=notebooks())
def path(request, book):
    return book / page_of(request.param)


@pytest.fixture(scope="module")
def opened(path, browser):
    """A page of the book and the figures that it carries."""
    with opening(browser) as open_page:
        page = open_page(path.as_uri(), viewport={"width": 1280, "height": 800})
        yield SimpleNamespace(page=page, figures=published.figures(path))
        assert page.complaints == []


def weight(path):
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content))


def test_the_first_view_is_light(path, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    asked = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    context.close()
    files = [Path(unquote(urlparse(url).path)) for url in asked if url.startswith("file:")]
    assert len(files) > 10
    assert sum(map(weight, files)) <= LIGHT, sorted((weight(file), file.name) for file in files)[-5:]


@pytest.mark.parametrize("shape", ["wide", "narrow"])
def test_the_atlases_of_one_shape_are_light(shape, path, book):
    names = re.findall(rf'data-shape="{shape}" data-name="([^"]+)"', path.read_text("utf-8"))
    assert names
    total = sum(weight(book / "_static" / "live" / f"{name}.js") for name in names)
    assert total <= ATLASES, f"{total / 1e6:.2f} MB"


def test_nothing_jumps_and_everything_can_be_read(opened):
    wake(opened.page)
    assert faults(opened.page, opened.figures) == []


def test_ids_are_unique_and_all_images_described(opened):
    page = opened.page
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    ours = [id for id in ids if id.startswith("live-")]
    assert len(ours) == len(set(ours))
    assert page.locator(".live-figure:not([aria-label])").count() == 0
    assert page.locator("img:not([alt])").count() == 0


def test_nothing_is_cut_at_400_and_at_200_percent(opened):
    assert [fault for width in (320, 640) for fault in cut(opened.page, width)] == []


def test_without_scripts_each_figure_shows_its_first_frame_and_words(path, open_page):
    page = open_page(path.as_uri(), java_script_enabled=False)
    shown = page.locator(".live-figure").evaluate_all(FIRST)
    figures = published.figures(path)
    words = [figure.expected(figure.start)[1] for figure in figures]
    assert shown == [[figure.salt, True, said] for figure, said in zip(figures, words, strict=True)]
    assert page.complaints == []


def test_no_widget_and_no_script_from_elsewhere(book):
    for path in [*pages_of(book), *(book / "figures").rglob("*.html")]:
        text = path.read_text("utf-8")
        assert "application/vnd.jupyter.widget" not in text
        assert 'src="http' not in text
