"""The built book on a strict server, met by many readers: those who listen, who type, who cannot see red."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_pages import page_of, pages_of
from notebook_figures import NOTEBOOKS, ROOT, notebooks
from static_server import serving

# Only the book's own files, and no script inside a page. Styles may stand on elements: figures have them.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


PAGES = [page_of(source) for source in [*NOTEBOOKS, *sorted(ROOT.glob("book/*.md"))]]
PAGES += ["404.html", "genindex.html", "py-modindex.html", "search.html"]
SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      window.shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(scope="module")
def site(book):
    with serving(book, {"Content-Security-Policy": POLICY}) as address:
        yield address


@pytest.fixture
def open_served(site, open_page):
    """open_served("book/glossary.html", **context): a page of the book, from the strict server."""
    return lambda name, **options: open_page(site + name, **options)


def rgb(colour):
    return [int(part) for part in re.findall(r"\d+", colour)][:3]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("notebook", notebooks())
def test_a_page_read_to_its_end_stays_in_place_and_at_home(notebook, width, open_served):
    page = open_served(page_of(notebook), viewport={"width": width, "height": 800})
    page.evaluate(SHIFTS)
    for figure in page.locator(".live-figure").all():
        figure.scroll_into_view_if_needed()
        figure.and_(page.locator(".live-awake")).wait_for()
    page.mouse.wheel(0, 100_000)
    assert page.complaints == []
    shifts = page.evaluate("() => window.shifts")
    assert sum(value for value, *_ in shifts) < 0.01, shifts


def test_these_are_all_pages(book):
    assert {page.relative_to(book).as_posix() for page in pages_of(book)} == set(PAGES)


# What is hidden from those who listen, and code whose kinds of words were all met twice: axe would take
# most of its time for them, and say the same.
SHORTEN = """() => {
  for (const hidden of document.querySelectorAll("mjx-math, .live-stage svg")) hidden.replaceChildren();
  const met = {}, isNew = ({ className: kind }) => (met[kind] = (met[kind] ?? 0) + 1) < 3;
  for (const code of document.querySelectorAll("pre")) {
    const news = [...code.querySelectorAll("span[class]")].filter(isNew);
    if (!news.length) code.replaceChildren(code.textContent);
  }
}"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, open_served):
    """All rules in the light; in the dark those that look at colours."""
    page = open_served(name, reduced_motion="reduce")  # a colour half way to the other is not judged
    assert page.complaints == []  # axe looks for a style sheet where there is none
    page.evaluate(SHORTEN)
    everything = violations(page, {"resultTypes": ["violations"]})
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    colours = violations(page, {"runOnly": ["color-contrast", "link-in-text-block"]})
    assert (everything, colours) == ([], [])


@pytest.mark.parametrize("state", ["asked", "answered"])
def test_axe_finds_nothing_with_questions_answered_and_not(state, open_served):
    page = open_served("chapters/05-adaptive.html", reduced_motion="reduce")
    for figure in page.locator(".live-figure").all()[:3]:
        figure.scroll_into_view_if_needed()
        figure.and_(page.locator(".live-awake")).wait_for()
        if state == "answered":
            figure.locator(".live-answers button").first.click()
    page.locator("details.sd-dropdown summary").first.click()
    page.evaluate(SHORTEN)
    assert violations(page, {"resultTypes": ["violations"]}) == []


def violations(page, options):
    """What axe says of all but the strokes of formulas, which are hidden from it by aria-hidden."""
    found = Axe().run(page, context={"exclude": [["mjx-math"]]}, options=options).response["violations"]
    return [(violation["id"], node["html"][:150]) for violation in found for node in violation["nodes"][:3]]


def test_by_keyboard_alone_a_reader_reaches_the_first_figure(open_served):
    page = open_served("chapters/04-momentum.html")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.locator(":focus").evaluate(
            """node => {
              const style = getComputedStyle(node);
              return style.outlineStyle !== "none" || style.boxShadow !== "none";
            }"""
        ), page.locator(":focus").evaluate("node => node.outerHTML")
        if page.locator(".live-show:focus").count():
            page.keyboard.press("Enter")
        if page.locator("input:focus[data-control]").count():
            break
    words = page.locator(".live-figure").first.locator(".live-words")
    before = words.text_content()
    page.keyboard.press("End")
    at_the_end = words.text_content()
    page.keyboard.press("Home")
    assert before != at_the_end != words.text_content()
    assert page.complaints == []


def test_the_search_opens_by_keyboard_and_finds_a_term(open_served):
    page = open_served("chapters/04-momentum.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("saddle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=saddle*")
    page.locator("#search-results a[href*='glossary.html']").first.wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("name", ["book/index.html", "chapters/04-momentum.html"])
def test_who_asks_for_less_motion_gets_none(name, open_served):
    page = open_served(name, reduced_motion="reduce")
    moving = page.locator("*").evaluate_all(
        """nodes => nodes.filter((node) => {
          const style = getComputedStyle(node);
          const times = `${style.transitionDuration}, ${style.animationDuration}`.split(", ");
          return times.some((time) => parseFloat(time) > 0.001) || style.scrollBehavior === "smooth";
        }).map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_a_dark_page_is_printed_on_white(open_served):
    page = open_served("chapters/04-momentum.html", color_scheme="dark")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    ink = page.locator("article p").first.evaluate("text => getComputedStyle(text).color")
    assert (max(rgb(ink)), min(rgb(paper))) == (pytest.approx(0, abs=80), 255)
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"
