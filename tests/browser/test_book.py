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
from page_faults import cut, faults, shifts, wake, watch_shifts
from seen_by_axe import shorten, violations_light_and_dark

PACKED = (".woff", ".woff2", ".png")  # compressed already
LIGHT = 530_000  # bytes of a chapter's first view, compressed
ATLASES = 1_200_000  # and of its figures in one shape
# Whether all figures in the first view are awake. (That the net is idle is never said of some pages.)
LOOKED_AT = """() => [...document.querySelectorAll(".live-figure")].every((figure) =>
  figure.getBoundingClientRect().top > innerHeight || figure.matches(".live-awake"))"""
WIDE = {"width": 1280, "height": 800}
# Of a page as it is where no script runs: the id of each figure, whether anything is drawn, and its sentence.
FIRST = """(html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll(".live-figure")].map((figure) => [
    figure.id,
    Boolean(figure.querySelector(".live-overlay > :not(defs)")),
    figure.querySelector(".live-words").textContent,
  ]);
}"""


@pytest.fixture(scope="module", params=notebooks())
def path(request, book):
    return book / page_of(request.param)


@pytest.fixture(scope="module")
def opened(path, browser):
    """A page of the book, read to its end, what its first view asked for, and the figures that it carries."""
    with opening(browser) as open_page:
        page = open_page(path.as_uri(), viewport=WIDE)
        watch_shifts(page)
        page.wait_for_function(LOOKED_AT)
        page.evaluate("async () => { await document.fonts.ready; await new Promise(requestIdleCallback); }")
        first = set(page.asked)
        wake(page)
        page.mouse.wheel(0, 100_000)
        page.evaluate("() => { window.asRead = document.body.cloneNode(true); }")
        yield SimpleNamespace(page=page, figures=published.figures(path), first=first)


def weight(path):
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content))


def test_the_first_view_is_light(opened):
    files = [Path(unquote(urlparse(url).path)) for url in opened.first if url.startswith("file:")]
    assert len(files) > 10
    assert sum(map(weight, files)) <= LIGHT, sorted((weight(file), file.name) for file in files)[-5:]


@pytest.mark.parametrize("shape", ["wide", "narrow"])
def test_the_atlases_of_one_shape_are_light(shape, path, book):
    names = re.findall(rf'data-shape="{shape}" data-name="([^"]+)"', path.read_text("utf-8"))
    assert names
    total = sum(weight(book / "_static" / "live" / f"{name}.js") for name in names)
    assert total <= ATLASES, f"{total / 1e6:.2f} MB"


def test_read_to_its_end_it_stays_in_place_and_at_home(opened):
    assert (opened.page.complaints, shifts(opened.page)) == ([], [])


def test_nothing_jumps_and_everything_can_be_read(opened):
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


def test_without_scripts_each_figure_shows_its_first_frame_and_words(path, opened):
    shown = opened.page.evaluate(FIRST, path.read_text("utf-8"))
    words = [figure.expected(figure.start)[1] for figure in opened.figures]
    assert shown == [[figure.salt, True, said] for figure, said in zip(opened.figures, words, strict=True)]


def test_axe_finds_nothing(opened):
    assert opened.page.complaints == []  # axe looks for style sheets that it may not read
    opened.page.set_viewport_size(WIDE)
    opened.page.evaluate("() => document.body.replaceWith(window.asRead)")
    shorten(opened.page)
    assert violations_light_and_dark(opened.page) == []


def test_no_widget_and_no_script_from_elsewhere(book):
    for path in [*pages_of(book), *(book / "figures").rglob("*.html")]:
        text = path.read_text("utf-8")
        assert "application/vnd.jupyter.widget" not in text
        assert 'src="http' not in text
