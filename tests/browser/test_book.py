"""Every live figure of the built book, found in its pages, opened from the disk without a network."""

import published
import pytest
from live_pages import awake, pages_of
from notebook_figures import notebooks, page_of
from opening import opening


@pytest.fixture(scope="module", params=notebooks())
def path(request, book):
    return book / page_of(request.param)


@pytest.fixture(scope="module")
def opened(path, browser):
    """A page of the book and the figures that it carries."""
    with opening(browser) as open_page:
        page = open_page(path.as_uri())
        yield page, published.figures(path)
        assert page.complaints == []


LOOKS = """([id, places]) => {
  const figure = document.getElementById(id), inputs = [...figure.querySelectorAll("[data-control]")];
  const look = () => {
    const { width, height, top: from } = figure.getBoundingClientRect();
    const boxes = inputs.map((input) => input.getBoundingClientRect());
    const at = boxes.map(({ left, top }) => [left, top - from]);
    return [width, height, ...at.flat()].map(Math.round).join(", ");
  };
  const looks = places.map((settings) => {
    for (const input of inputs) {
      const setting = settings[input.dataset.control];
      if (input.type === "checkbox") input.checked = Boolean(setting);
      else input.value = setting;
    }
    figure.dispatchEvent(new Event("input"));
    return look();
  });
  return [...new Set(looks)];
}"""
LETTERS = """figure => [...figure.querySelectorAll(".live-stage svg text")].map(
  (text) => {
    const { a, b } = text.getScreenCTM();
    return [parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text.textContent];
  })"""


def places(figure):
    """Where a figure takes the most room: the longest sentences of all, and each control's longest text."""
    every = {figure.words(position): position for position in range(len(figure.shapes["wide"][0]))}
    by_length = sorted(every, key=len)
    found = [figure.settings(every[words]) for words in [*by_length[-12:], *by_length[:2]]]
    for control in figure.controls:
        texts = control["texts"]
        longest = sorted(range(len(texts)), key=lambda number, texts=texts: len(texts[number]))[-3:]
        found += [{**figure.start, control["name"]: number} for number in longest]
    return [*found, figure.start]


def faults(page, figures):
    """What moves a control or changes a figure's height, and letters of less than 10 pixels."""
    found = []
    for figure in figures:
        element = awake(page, figure)
        looks = page.evaluate(LOOKS, [figure.salt, places(figure)])
        found += [f"{figure.name} jumps: {looks[:3]}"] if len(looks) > 1 else []
        small = [(round(size, 1), text) for size, text in element.evaluate(LETTERS) if size < 9.9]
        found += [f"{figure.name} has letters of {small[0]}"] if small else []
    return found


def test_nothing_jumps_and_everything_can_be_read(opened):
    assert faults(*opened) == []


def test_nothing_jumps_and_everything_can_be_read_on_a_phone(path, open_page):
    page = open_page(path.as_uri(), viewport={"width": 390, "height": 844})
    assert faults(page, published.figures(path)) == []
    assert page.complaints == []


def test_ids_are_unique_and_all_images_described(opened):
    page, _ = opened
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    ours = [id for id in ids if id.startswith("live-")]
    assert len(ours) == len(set(ours))
    assert page.locator(".live-figure:not([aria-label])").count() == 0
    assert page.locator("img:not([alt])").count() == 0


def test_without_scripts_each_figure_shows_its_first_frame_and_words(path, open_page):
    plain = open_page(path.as_uri(), java_script_enabled=False)
    for figure in published.figures(path):
        element = plain.locator(f"#{figure.salt}")
        assert element.locator(".live-overlay > :not(defs)").count() > 0
        _, words = figure.expected(figure.start)
        assert element.locator(".live-words").text_content() == words
    assert plain.complaints == []


def test_no_widget_and_no_script_from_elsewhere(book):
    for path in [*pages_of(book), *(book / "figures").rglob("*.html")]:
        text = path.read_text("utf-8")
        assert "application/vnd.jupyter.widget" not in text
        assert 'src="http' not in text
