"""What a link leads to, read beside it: by mouse, keyboard and finger, from a disk and a strict server."""

import json
import re
from types import SimpleNamespace

import pytest
import tips
from live_pages import pages_of
from page_faults import SHIFTS
from seen_by_axe import violations
from static_server import serving
from test_served import POLICY

CHAPTER = "chapters/04-momentum.html"
TERM = 'a[data-tip][href$="glossary.html#term-momentum-coefficient"]'
SOURCE = 'a[data-tip][href*="references.html#"]'
EXERCISE = 'a[data-tip][href^="#momentum-ex-"]'
OPEN = "#tip:popover-open"
# Leave of the text the first of each of these links, where it stands: axe would look at all around it.
LEAVE = """(links) => {
  const article = document.querySelector("article");
  const left = ["#tip", ...links].map((link) => article.querySelector(link));
  for (const node of article.querySelectorAll("*")) {
    if (!left.some((link) => link.contains(node) || node.contains(link))) node.remove();
  }
}"""


@pytest.fixture(params=["disk", "server"])
def open_chapter(request, book, open_page):
    """open_chapter(**context): the chapter from the disk, and from the strict server."""
    if request.param == "disk":
        yield lambda **options: open_page((book / CHAPTER).as_uri(), **options)
    else:
        with serving(book, {"Content-Security-Policy": POLICY}) as address:
            yield lambda **options: open_page(address + CHAPTER, **options)


@pytest.fixture
def open_disk(book, open_page):
    return lambda **options: open_page((book / CHAPTER).as_uri(), **options)


def watch_shifts(page):
    """From now on: what the page did while it loaded is another test's."""
    page.evaluate("() => document.fonts.ready")
    page.evaluate(SHIFTS)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate("() => { shifts = []; }")


def lies_beside(page, link):
    """On the screen, and over no line of the link."""
    tip, size = page.locator(OPEN).bounding_box(), page.viewport_size
    on_screen = tip["x"] >= 0 and tip["y"] >= 0
    on_screen &= tip["x"] + tip["width"] <= size["width"] and tip["y"] + tip["height"] <= size["height"]
    covered = link.evaluate(
        """(link, { x, y, width, height }) => [...link.getClientRects()].some((line) =>
          line.bottom > y && line.top < y + height && line.right > x && line.left < x + width)""",
        tip,
    )
    return on_screen and not covered


def test_each_marked_link_has_something_to_show_and_nothing_twice(book):
    kinds = set()
    for path in pages_of(book):
        text = path.read_text("utf-8")
        links = set(re.findall(r'<a class="[^"]*" href="([^"]+)" data-tip=""', text))
        source = re.search(r'<article[^>]* data-tips="([^"]+)"', text)
        if not source:
            assert not links, path.name
            continue
        script = (path.parent / source[1]).read_text("utf-8")
        tips = json.loads(script.removeprefix("bookTips(").rstrip().removesuffix(")"))
        assert set(tips) == links, path.name
        for tip in tips.values():
            assert not re.search(r'<a\b|\sid="|<script', tip), tip
            assert len(re.sub(r"<mjx-.*?</mjx-container>|<[^>]*>", "", tip).strip()) > 20, tip
            kinds |= set(re.findall(r'^<dl>|^<div class="\w+|^<p class="tip-title', tip))
    assert kinds == {"<dl>", '<div class="citation', '<div class="exercise', '<p class="tip-title'}
    assert {path.name for path in (book / "_static/tips").iterdir()} == scripts_of(book)


def scripts_of(book):
    found = (re.search(r' data-tips="[^"]*/([^"/]+)"', path.read_text("utf-8")) for path in pages_of(book))
    return {match[1] for match in found if match}


def test_pages_that_a_second_build_leaves_alone_keep_their_tips(tmp_path):
    link = '<a class="reference internal" href="{}">it</a>'.format
    term = f'<dl><dt id="term-step">step</dt><dd><p>One use of {link("#equation-rule")}.</p></dd></dl>'
    rule = '<div class="math notranslate" id="equation-rule"><span class="eqno">(1)</span>x = x - lr g</div>'
    pages = {"one": link("two.html#term-step") + link("two.html#nowhere"), "two": term + rule}
    for name, body in pages.items():
        (tmp_path / f"{name}.html").write_text(f'<article class="bd-article">{body}</article>', "utf-8")
    builder = SimpleNamespace(get_target_uri="{}.html".format)
    app = SimpleNamespace(outdir=tmp_path, env=SimpleNamespace(found_docs=set(pages)), builder=builder)

    def built():
        tips.write_tips(app)
        return {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.*")}

    files = built()
    assert built() == files
    assert [files[f"{name}.html"].count("data-tip=") for name in pages] == [1, 1]
    scripts = "".join(text for name, text in sorted(files.items()) if name.endswith(".js"))
    assert "One use of it." in scripts and "x = x - lr g" in scripts


def test_it_shows_under_the_mouse_stays_when_reached_and_goes(open_chapter):
    page = open_chapter(viewport={"width": 1000, "height": 700})
    tip = page.locator(OPEN)
    assert page.evaluate("() => typeof bookTips") == "undefined"  # nothing is loaded before
    page.clock.install()
    for selector in (TERM, SOURCE, EXERCISE):
        link = page.locator(selector).first
        link.scroll_into_view_if_needed()
        watch_shifts(page)
        link.hover()
        tip.wait_for()
        assert lies_beside(page, link), selector
        tip.hover()
        page.clock.run_for(1000)
        assert tip.is_visible(), selector
        page.mouse.move(2, 2)
        tip.wait_for(state="hidden")
        assert page.evaluate("() => shifts") == [], selector
    assert page.complaints == []


def test_from_one_link_to_the_next_nothing_shifts(open_disk):
    page = open_disk()
    page.locator(SOURCE).first.scroll_into_view_if_needed()
    watch_shifts(page)
    for link in page.locator("a[data-tip]").all()[:6]:
        link.hover()
        page.wait_for_function("link => link.hasAttribute('aria-describedby')", arg=link.element_handle())
    assert page.locator("[aria-describedby=tip]").count() == 1
    assert page.evaluate("() => shifts") == []


def test_it_shows_with_the_focus_and_escape_closes_it(open_chapter):
    page = open_chapter()
    link, tip = page.locator(TERM), page.locator(OPEN)
    page.keyboard.press("Tab")  # the focus of someone who types is seen
    link.focus()
    tip.wait_for()
    assert tip.inner_text().startswith("momentum coefficient")
    assert link.get_attribute("aria-describedby") == "tip"
    assert tip.get_attribute("role") == "tooltip"
    page.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    tip.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-momentum-coefficient")
    assert page.complaints == []


def test_a_first_tap_shows_and_a_second_follows(open_chapter):
    page = open_chapter(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    here, tip = page.url, page.locator(OPEN)
    for link in (page.locator(SOURCE).first, page.locator(TERM)):
        link.tap()
        tip.wait_for()
        assert page.url == here
        assert lies_beside(page, link)
    page.touchscreen.tap(5, 300)
    tip.wait_for(state="hidden")
    page.locator(TERM).tap()
    tip.wait_for()
    page.locator(TERM).tap()
    page.wait_for_url("**/glossary.html#term-momentum-coefficient")
    assert page.complaints == []


def test_where_the_script_is_not_a_tap_follows_the_link(open_disk):
    page = open_disk(has_touch=True)
    page.route("**/_static/tips/*", lambda route: route.abort())
    page.reload()  # Chromium asks this of files from the next page on
    page.locator(TERM).tap()
    page.wait_for_url("**/glossary.html#term-momentum-coefficient")


def test_without_scripts_a_link_is_a_link(open_disk):
    page = open_disk(java_script_enabled=False)
    page.locator(TERM).click()
    page.wait_for_url("**/glossary.html#term-momentum-coefficient")


def test_axe_finds_nothing_in_it(open_disk):
    page = open_disk(viewport={"width": 360, "height": 640})
    page.evaluate(LEAVE, [TERM, SOURCE, EXERCISE])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for()
        for link in (TERM, SOURCE, EXERCISE):
            page.locator(link).hover()
            page.locator(OPEN).wait_for()
            assert violations(page, ["#tip", "[aria-describedby=tip]"]) == [], (scheme, link)
            page.mouse.move(2, 2)
            page.locator(OPEN).wait_for(state="hidden")
