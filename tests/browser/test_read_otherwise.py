"""The built book without scripts or storage, in other colours, at 400%, by finger, and on the way back."""

import re

import pytest
from fontTools.ttLib import TTFont
from live_pages import pages_of, write_page
from notebook_figures import NOTEBOOKS, page_of
from opening import rgb
from page_faults import cut
from specimens import several_axes
from static_server import serving

CHAPTER = "chapters/10-since-adam.html"
# The characters that style sheets show beside elements, but for formulas with their own fonts, and pictures.
SHOWN_BY_STYLE = """() => [...document.querySelectorAll(":not(mjx-math *, svg *)")].flatMap((node) =>
  ["::before", "::after"].map((part) => getComputedStyle(node, part).content)).join("")"""
VISIBLE = "nodes => nodes.filter((node) => node.checkVisibility()).map((node) => node.outerHTML)"


def test_nothing_is_cut_at_400_and_at_200_percent_where_no_figure_is_awake(book, open_page):
    """On pages without figures, and on one with them: the others are looked at where figures are awake."""
    others = {book / page_of(notebook) for notebook in NOTEBOOKS} - {book / CHAPTER}
    pages = [page for page in pages_of(book) if page not in others]
    pages.remove(book / "404.html")  # for a server: it does not know at which address it is shown
    page, faults = open_page(pages[0].as_uri()), []
    for path in pages:
        page.set_viewport_size({"width": 320, "height": 740})
        page.goto(path.as_uri())
        faults += [f"{path.name} {fault}" for width in (320, 640) for fault in cut(page, width)]
    assert (faults, page.complaints) == ([], [])


@pytest.fixture(scope="module")
def site(book):
    with serving(book) as address:
        yield address


@pytest.mark.parametrize("access", ["throw new Error('forbidden')", "return null"], ids=["throws", "is null"])
def test_without_storage_all_goes_on_as_long_as_the_page(access, site, open_page):
    forbid = f"""for (const name of ["localStorage", "sessionStorage"]) {{
      Object.defineProperty(window, name, {{ configurable: true, get() {{ {access}; }} }});
    }}"""
    page = open_page(site + CHAPTER, before=forbid, color_scheme="light")
    html = page.locator("html")
    page.locator(".theme-switch-button").first.click()
    page.locator(".theme-switch-button").first.click()
    assert (html.get_attribute("data-mode"), html.get_attribute("data-theme")) in [
        ("dark", "dark"),
        ("light", "light"),
    ]

    figure = page.locator(".live-figure:has(.live-option)").first
    figure.locator(".live-option").first.click()
    figure.and_(page.locator(".live-awake:not([data-waiting])")).wait_for()
    figure.get_by_role("slider").first.press("End")
    page.locator("details.sd-dropdown:has(.sd-summary-text:text('a) '))").last.locator("summary").click()
    page.get_by_text("1 of 5 quick questions answered, and 1 of").wait_for()

    exercise = page.locator(".exercise-code").first
    exercise.get_by_role("button", name="Edit and check here").click()
    exercise.get_by_role("textbox").fill("x = 3")

    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("saddle")
    page.keyboard.press("Enter")
    page.locator("#search-results a[href*='glossary.html']").first.wait_for()
    page.goto(f"{site}{CHAPTER}?class")
    page.locator("dialog.class-view[open] .live-figure").wait_for()
    assert page.complaints == []


def test_without_scripts_all_is_read_and_nothing_is_offered_that_cannot_be_done(book, open_page):
    page = open_page((book / CHAPTER).as_uri(), java_script_enabled=False)
    notes = page.locator(".live-unscripted").evaluate_all(VISIBLE)
    assert len(notes) == page.locator(".live-figure").count() > 5
    assert page.locator("button, input, select, .live-menu summary").evaluate_all(VISIBLE) == []
    solutions = page.locator(".bd-article .solution p")
    assert len(solutions.evaluate_all(VISIBLE)) == solutions.count() > 5
    assert page.locator(".exercise-where").first.is_visible()

    def colour(selector, of="color"):
        return page.locator(selector).first.evaluate("(node, of) => getComputedStyle(node)[of]", of)

    assert len({colour(f".highlight {part}") for part in ("pre", ".kn", ".mi", ".c1")}) > 2
    assert colour("article p a.reference") != colour("article p")
    assert not colour(".bd-header-article", "backgroundColor").endswith(", 0)"), "text would run under it"
    page.get_by_text("a) ").last.click()
    assert page.locator("details.sd-dropdown[open]").count() == 1
    assert page.complaints == []


def test_where_the_script_of_the_figures_is_lost_they_say_so(book, open_page):
    page = open_page((book / "genindex.html").as_uri())
    page.route("**/live/live.js*", lambda route: route.abort())
    page.goto((book / CHAPTER).as_uri())
    controls = page.locator(".live-controls").first
    said = controls.evaluate("node => getComputedStyle(node, '::before').content")
    assert said == '"What moves the figures of this page did not arrive. Load the page again."'
    assert page.locator(".live-figure :is(button, input, select)").evaluate_all(VISIBLE) == []
    assert page.locator(".live-solution").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_curves_and_answers_are_told_apart(scheme, book, open_page):
    page = open_page((book / CHAPTER).as_uri(), forced_colors="active", color_scheme=scheme)
    figure = page.locator(".live-figure:has([data-kind=choice])").first
    figure.locator(".live-option").first.click()
    figure.and_(page.locator(".live-awake")).wait_for()
    colours = (
        """nodes => nodes.map((node) => getComputedStyle(node).stroke).filter((c) => c.startsWith("rgb"))"""
    )
    curves = set(figure.locator(".live-overlay path").evaluate_all(colours))
    assert any(max(rgb(curve)) - min(rgb(curve)) > 50 for curve in curves), "no curve has kept its colour"
    paper = rgb(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
    letters = rgb(figure.locator(".live-still text").first.evaluate("text => getComputedStyle(text).fill"))
    assert sorted([paper, letters]) == [[0, 0, 0], [255, 255, 255]]
    widths = figure.locator(".live-option").evaluate_all(
        "options => options.map((option) => parseFloat(getComputedStyle(option).borderTopWidth))"
    )
    assert widths[0] > max(widths[1:]), "which was chosen is not seen"
    right = figure.locator(".live-stage").evaluate(
        """stage => {
          const dot = stage.appendChild(document.createElement("div"));
          dot.className = "live-spot live-so";
          return getComputedStyle(dot).backgroundColor;
        }"""
    )
    assert rgb(right) == letters, "the right place is a full dot, and a reader's own a ring"


def test_who_asks_for_contrast_gets_it(book, open_page):
    page = open_page((book / CHAPTER).as_uri(), contrast="more", color_scheme="light")
    caption = page.locator(".live-figure figcaption").first
    assert rgb(caption.evaluate("caption => getComputedStyle(caption).color")) == [0, 0, 0]


def test_every_icon_is_in_the_font(book, open_page):
    """Also those that only the results of a search show; what may be an emoji says that it is a letter."""
    font = TTFont(book / "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2").getBestCmap()
    page, shown = open_page((book / "genindex.html").as_uri()), ""
    for address in (CHAPTER, "book/index.html", "search.html?q=momentum", f"{CHAPTER}?highlight=momentum"):
        page.goto(f"{book.as_uri()}/{address}")
        shown += page.evaluate(SHOWN_BY_STYLE)
    icons = {ord(letter) for letter in shown if "\ue000" <= letter <= "\uf8ff"}
    assert len(icons) > 5
    assert {f"{icon:x}" for icon in icons - set(font)} == set()
    assert re.findall("[\u25b6\u25c0].?", shown) == ["\u25b6\ufe0e"] * shown.count("\u25b6")


def test_the_search_box_is_readable_quotes_the_text_and_is_gone_on_the_way_back(site, open_page):
    page = open_page(site + CHAPTER)
    page.keyboard.press("Control+k")
    dialog = page.locator("#pst-search-dialog")
    glass = dialog.locator(".fa-magnifying-glass").bounding_box()
    assert glass["x"] + glass["width"] <= dialog.locator("input").bounding_box()["x"]
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert not dialog.is_visible()
    assert page.locator("link[rel=next], link[rel=prefetch]").count() == 0, "megabytes that nobody asked for"

    page.goto(f"{site}search.html?q=learning+rate")
    wrapping = "keys => keys.map((key) => getComputedStyle(key).whiteSpace)"
    assert set(page.locator("kbd").evaluate_all(wrapping)) == {"nowrap"}, "a key is broken in two"
    excerpts = page.locator("#search-results .context")
    excerpts.nth(5).wait_for()
    assert not any(re.search(r"\bContents\b", text) for text in excerpts.all_inner_texts())


def test_a_finger_scrolls_over_a_pad_and_moves_what_it_drags_along(tmp_path, open_page):
    """One pad has a slider along x, the other one along y: there a finger moves it by its handle alone."""
    address = write_page(tmp_path, [several_axes()])
    page = open_page(address, viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    page.add_style_tag(content="main { padding: 600px 0; }")
    page.locator(".live-stage").scroll_into_view_if_needed()
    page.locator(".live-awake").wait_for()
    words = page.locator(".live-words")
    hand = page.context.new_cdp_session(page)
    page.evaluate("window.rests = 0; addEventListener('scrollend', () => { rests += 1; });")

    def swipe(place, across, down, scrolls):
        """How far the page is scrolled by a finger that passes from a place on the screen."""
        before, rests = page.evaluate("[scrollY, rests]")
        for step in range(11):
            x, y = place[0] + across * step / 10, place[1] + down * step / 10
            kind = "touchMove" if step else "touchStart"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        if scrolls:
            page.wait_for_function("rests => window.rests > rests", arg=rests)
        return page.evaluate("scrollY") - before

    def aside(pad):
        """A place on a pad where its handle is not, in the middle of the screen."""
        before, rests = page.evaluate("[scrollY, rests]")
        pad.evaluate("pad => pad.scrollIntoView({ block: 'center' })")
        if page.evaluate("scrollY") != before:  # and its end is not to be taken for that of the next swipe
            page.wait_for_function("rests => window.rests > rests", arg=rests)
        box = pad.bounding_box()
        return box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"]

    def handle(pad):
        box = pad.locator(".live-handle").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    along, upright = page.locator(".live-pad").all()
    assert swipe(aside(along), 0, -100, scrolls=True) > 50
    assert swipe(aside(upright), 0, -100, scrolls=True) > 50
    assert words.inner_text() == "x = 2, lr = 0.1"
    assert swipe(aside(along), -60, 0, scrolls=False) == 0
    moved = words.inner_text()
    assert moved != "x = 2, lr = 0.1"
    aside(upright)
    assert swipe(handle(upright), 0, 60, scrolls=False) == 0
    assert words.inner_text() != moved
