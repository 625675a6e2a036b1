"""The built book on a strict server, met by many readers: those who listen, who type, who cannot see red."""

import published
import pytest
from live_pages import page_of, pages_of
from notebook_figures import NOTEBOOKS, ROOT, notebooks
from opening import opening, rgb
from page_faults import faults, shifts, wake, watch_shifts
from seen_by_axe import shorten, violations, violations_light_and_dark
from static_server import serving

# Only the book's own files, and no script inside a page. Styles may stand on elements: figures have them.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
LEAST = 9  # pixels of letters on a narrow phone
# Those with live figures are met here on a phone, and with more room in test_book.
LIVE = [given.values[0] for given in notebooks()]
SOURCES = [*NOTEBOOKS, *sorted(ROOT.glob("book/*.md"))]
PAGES = [page_of(source) for source in SOURCES if source not in LIVE]
PAGES += ["404.html", "genindex.html", "py-modindex.html", "search.html"]


@pytest.fixture(scope="module")
def site(book):
    with serving(book, {"Content-Security-Policy": POLICY}) as address:
        yield address


@pytest.fixture
def open_served(site, open_page):
    """open_served("book/glossary.html", **context): a page of the book, from the strict server."""
    return lambda name, **options: open_page(site + name, **options)


@pytest.fixture(scope="module", params=PAGES)
def opened(request, site, browser):
    with opening(browser) as open_page:
        yield open_page(site + request.param, viewport={"width": 1280, "height": 800})


def test_a_page_read_to_its_end_stays_in_place_and_at_home(opened):
    watch_shifts(opened)
    wake(opened)
    opened.mouse.wheel(0, 100_000)
    assert (opened.complaints, shifts(opened)) == ([], [])


@pytest.mark.parametrize("notebook", notebooks())
def test_so_it_does_on_a_phone_where_nothing_jumps_and_everything_can_be_read(notebook, book, open_served):
    page = open_served(page_of(notebook), viewport={"width": 360, "height": 800})
    watch_shifts(page)
    wake(page)
    page.mouse.wheel(0, 100_000)
    assert (page.complaints, shifts(page)) == ([], [])
    assert faults(page, published.figures(book / page_of(notebook)), LEAST) == []


def test_axe_finds_nothing(opened):
    assert opened.complaints == []  # axe looks for a style sheet where there is none
    shorten(opened)
    assert violations_light_and_dark(opened) == []


def test_these_are_all_pages(book):
    known = {*PAGES, *map(page_of, LIVE)}
    assert {page.relative_to(book).as_posix() for page in pages_of(book)} == known


def test_axe_finds_nothing_where_a_question_is_answered_and_figures_are_asleep(open_served):
    page = open_served("chapters/05-adaptive.html")
    for figure in page.locator(".live-figure").all()[:3]:
        figure.scroll_into_view_if_needed()
        figure.and_(page.locator(".live-awake")).wait_for()
        figure.locator(".live-answers button").first.click()
    page.locator("details.sd-dropdown summary").first.click()
    assert page.locator(".live-figure:not(.live-awake)").count() > 2
    shorten(page)
    assert violations(page) == []


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
