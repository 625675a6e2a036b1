"""The landing page as a cover, the way back to where one was, and the foot of every page."""

import re
from types import SimpleNamespace

import cover as cards
import foot
import pytest
from live_pages import address_of, pages_of
from notebook_figures import NOTEBOOKS, ROOT
from static_server import serving

COVER = ROOT / "book" / "index.ipynb"
CHAPTERS = [path for path in NOTEBOOKS if path.parent.name == "chapters"]
WIDE = {"viewport": {"width": 1280, "height": 860}}


@pytest.fixture
def cover(book, open_page):
    return open_page(address_of(book, COVER), **WIDE)


def test_the_figure_and_what_comes_of_it_are_seen_without_scrolling(cover):
    figure = cover.locator(".live-figure")
    figure.and_(cover.locator(".live-awake")).wait_for()
    for part in (".live-stage", ".live-words", "input >> nth=0", "input >> nth=1"):
        box = figure.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 860, part
    before = figure.locator(".live-words").text_content()
    figure.locator("input").first.press("End")
    assert figure.locator(".live-words").text_content() != before
    assert cover.evaluate("scrollY") == 0


def test_there_is_no_code_on_the_cover(cover):
    assert cover.locator("article :is(pre, code, .cell_input)").count() == 0


def test_each_chapter_is_a_card_with_a_picture_a_line_and_its_own_minutes(cover):
    cards = cover.locator(".chapter-cards li")
    assert cards.count() == len(CHAPTERS)
    for number, chapter in enumerate(CHAPTERS):
        card = cards.nth(number)
        picture = card.locator("img")
        picture.scroll_into_view_if_needed()
        cover.wait_for_function("image => image.complete", arg=picture.element_handle())
        assert picture.evaluate("image => image.naturalWidth") > 100
        reading, exercises = re.search(
            r"About (\d+) minutes of reading, (\d+) of exercises", chapter.read_text("utf-8")
        ).groups()
        words = card.inner_text()
        assert f"{reading} minutes of reading, {exercises} of exercises" in words
        link = card.get_by_role("link")
        assert link.get_attribute("href") == f"../chapters/{chapter.stem}.html"
        assert len(words.replace(link.inner_text(), "")) > 60
    assert cover.complaints == []


@pytest.mark.parametrize("served", [False, True], ids=["from a folder", "served"])
def test_who_has_begun_goes_on_where_they_were(served, book, open_page):
    with serving(book) as address:
        at = address if served else book.as_uri() + "/"
        page = open_page(f"{at}book/index.html", **WIDE)
        assert page.locator(".go-on").count() == 0
        page.get_by_role("link", name="Begin").click()
        page.wait_for_url("**/01-regularization.html")
        page.goto(f"{at}chapters/04-momentum.html")
        section = page.locator("article section[id]:has(> h2)").nth(1)
        section.locator("h2").evaluate("heading => heading.scrollIntoView()")
        page.wait_for_function("scrollY > 0")
        page.goto(f"{at}book/how-to-read.html")  # not a chapter: the place stays
        page.goto(f"{at}book/index.html")
        link = page.locator(".go-on")
        assert link.inner_text().startswith("Go on where you were: 4. Momentum, ")
        link.click()
        page.wait_for_url(f"**/04-momentum.html#{section.get_attribute('id')}")
        assert page.complaints == []


@pytest.mark.parametrize("kept", ["null", '{"page": "javascript:alert(1)"}', "not JSON"])
def test_a_place_that_is_none_is_not_offered(kept, book, open_page):
    before = f"try {{ localStorage.setItem('learning-to-descend: place', {kept!r}) }} catch {{}}"
    page = open_page(address_of(book, COVER), before=before)
    assert page.locator(".go-on").count() == 0
    assert page.get_by_role("link", name="Begin").is_visible()
    assert page.complaints == []


def test_where_storage_is_forbidden_nothing_is_offered_and_nothing_breaks(book, open_page):
    forbid = """for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        configurable: true,
        get() { throw new DOMException("denied", "SecurityError"); },
      });
    }"""
    page = open_page(address_of(book, CHAPTERS[3]), before=forbid)
    page.goto(address_of(book, COVER))
    assert page.locator(".go-on").count() == 0
    assert page.complaints == []


def test_every_page_says_version_date_licence_and_where_to_report(book):
    version, day = foot.newest((ROOT / "CHANGELOG.md").read_text("utf-8"))
    for path in pages_of(book):
        found = re.search(r'<p class="book-foot">(.*?)</p>', path.read_text("utf-8"), re.DOTALL)
        assert found, path.name
        assert f"Version {version}, {day.day} {day:%B %Y}" in found[1]
        assert "CC BY 4.0" in found[1] and "MIT" in found[1]
        page = path.relative_to(book).with_suffix("").as_posix()
        assert found[1].count(version) >= 2 and (page in found[1] or page.replace("/", "%2F") in found[1])


def small_book(folder, minutes):
    """A landing page with one card, as Sphinx writes it, and its chapter."""
    (folder / "book").mkdir(exist_ok=True)
    (folder / "chapters").mkdir(exist_ok=True)
    figure = (
        '<figure class="live-figure" id="live-{}"><div style="--wide:432/216;--narrow:9/9"></div></figure>'
    )
    (folder / "chapters" / "04-momentum.html").write_text(
        f"<p>About {minutes} minutes of reading, 130 of exercises.</p>"
        + figure.format("first")
        + figure.format("second")
    )
    return SimpleNamespace(outdir=folder, config=SimpleNamespace(root_doc="book/index"))


def test_a_second_build_brings_cards_up_to_date_and_doubles_nothing(tmp_path):
    app = small_book(tmp_path, 70)
    page = tmp_path / "book" / "index.html"
    page.write_text(
        '<div class="chapter-cards docutils">\n<ol class="arabic simple">\n<li><p>'
        '<a class="reference internal" href="../chapters/04-momentum.html">Momentum</a>\n'
        "Remember.</p></li>\n</ol>\n</div>\n<p>After.</p>"
    )
    cards.fill_cards(app)
    once = page.read_text()
    assert once.count("<img ") == once.count("70 minutes of reading, 130") == once.count("all-minutes") == 1
    assert 'src="../_static/gallery/04-momentum-first.svg" width="432" height="216"' in once
    assert once.endswith("<p>After.</p>")
    cards.fill_cards(app)
    assert page.read_text() == once
    small_book(tmp_path, 80)
    cards.fill_cards(app)
    assert page.read_text() == once.replace("70 minutes", "80 minutes")


def test_another_figure_can_stand_for_a_chapter(tmp_path, monkeypatch):
    monkeypatch.setitem(cards.CHOSEN, "04-momentum", "live-second")
    small_book(tmp_path, 70)
    written = (tmp_path / "chapters" / "04-momentum.html").read_text()
    assert "gallery/04-momentum-second.svg" in cards.picture(written, "04-momentum", "../")


@pytest.mark.parametrize("chapter", cards.CHOSEN)
def test_the_figure_that_stands_for_a_chapter_is_there(chapter):
    name = cards.CHOSEN[chapter].removeprefix("live-").replace("-", "_")
    assert f"def {name}(" in (ROOT / "chapters" / f"{chapter}.ipynb").read_text("utf-8")


def test_a_chapter_that_does_not_say_how_long_it_takes_stops_the_build():
    with pytest.raises(ValueError, match="04-momentum does not open with"):
        cards.lengths("<p>About an hour.</p>", "04-momentum")
