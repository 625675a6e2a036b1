"""The glossary and the cheat sheet as a reader meets them: searched, on a phone, on paper."""

import itertools
import re

import pytest

# The cells in which something that is seen lies beyond the right edge.
OUTSIDE = """cells => cells.filter((cell) => {
  const edge = cell.getBoundingClientRect().right + 1;
  const seen = [...cell.querySelectorAll("*")].filter((node) => !node.closest("mjx-assistive-mml"));
  return seen.some((node) => [...node.getClientRects()].some((box) => box.right > edge));
}).map((cell) => cell.textContent)"""


@pytest.fixture
def open_reference(book, open_page):
    def open_reference(name, **options):
        page = open_page((book / "book" / f"{name}.html").as_uri(), **options)
        page.locator("mjx-container").first.wait_for(state="attached")
        page.evaluate("() => document.fonts.ready.then(() => null)")
        return page

    return open_reference


def test_the_cheat_sheet_is_one_page_of_paper(open_reference):
    page = open_reference("cheat-sheet")
    for scheme, paper in itertools.product(("light", "dark"), ("A4", "Letter")):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for()
        printed = page.pdf(format=paper, scale=1.05)  # room for other letters than this machine's
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, (scheme, paper)


def test_nothing_of_the_cheat_sheet_lies_outside_its_cell(open_reference):
    page = open_reference("cheat-sheet")
    for width in (360, 768, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width
        assert page.locator("td").evaluate_all(OUTSIDE) == [], width
    assert page.complaints == []


def test_a_screen_reader_is_told_which_words_are_korean(open_reference):
    page = open_reference("glossary")
    hangul = re.compile("[\uac00-\ud7a3]")
    marked = page.locator(".bd-article [lang=ko]")
    assert marked.count() > 90
    assert all(hangul.search(text) for text in marked.all_text_contents())
    page.evaluate("() => document.querySelectorAll('.bd-article [lang=ko]').forEach((word) => word.remove())")
    assert not hangul.search(page.locator(".bd-article").text_content())


def test_the_search_finds_a_term_in_both_languages(book, open_page):
    page = open_page((book / "search.html").as_uri())
    for word in ("saddle point", "안장점", "경사하강법"):
        page.goto(f"{(book / 'search.html').as_uri()}?q={word}")
        page.locator("#search-results a[href*='glossary.html']").first.wait_for()
