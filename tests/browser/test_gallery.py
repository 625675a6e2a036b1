"""The gallery: a picture of each figure, which leads to it; from the disk, without scripts, on paper."""

import re

import pytest
from small_book import FIGURES

ARRIVED = "() => [...document.querySelectorAll('.gallery img')].every((image) => image.naturalWidth > 100)"


@pytest.fixture
def gallery(small_book, open_page):
    def gallery(**options):
        return open_page((small_book / "book/gallery.html").as_uri(), **options)

    return gallery


@pytest.mark.parametrize("scripts", [True, False])
def test_each_figure_has_a_picture_with_its_title_that_leads_to_it(gallery, scripts):
    page = gallery(java_script_enabled=scripts)
    assert page.locator(".gallery h2").all_inner_texts() == ["1. Lines"]
    titles = [f"{title} More of the caption." for _, title, *_ in FIGURES.values()]
    shown = page.locator(".gallery li").all_inner_texts()
    assert [title.startswith(text.strip()) for title, text in zip(titles, shown, strict=True)] == [True] * 3
    for image in page.locator(".gallery img").all():
        assert image.get_attribute("loading") in ("lazy", "eager")
        assert int(image.get_attribute("width")) > int(image.get_attribute("height")) > 0
    page.get_by_role("link", name="A wide figure.").click()
    figure = page.locator("#live-a-number")
    assert page.url.endswith("/chapters/lines.html#live-a-number")
    assert 0 <= figure.bounding_box()["y"] < page.viewport_size["height"]
    assert page.complaints == []


def test_a_picture_is_the_first_frame_on_white_paper_in_the_dark_as_well(gallery, small_book, open_page):
    page = gallery(color_scheme="dark")
    page.wait_for_function(ARRIVED)
    source = page.locator(".gallery img").first.evaluate("image => image.src")
    picture = open_page(source)
    assert (
        picture.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert picture.locator("text", has_text="a label").count() == 1
    figure = open_page((small_book / "chapters/lines.html").as_uri(), java_script_enabled=False)
    moving = figure.locator("#live-a-choice .live-overlay path").last.get_attribute("d")
    assert picture.locator(".live-overlay path").last.get_attribute("d") == moving


def test_it_fits_its_screen(gallery):
    page = gallery()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width


FAR = """
const far = new CSSStyleSheet();
far.replaceSync(".gallery { margin-top: 9000px }");
document.adoptedStyleSheets = [far];
"""


def test_pictures_far_below_the_screen_arrive_in_time_for_paper(gallery):
    page = gallery(before=FAR)
    assert page.locator(".gallery").bounding_box()["y"] > 9000
    page.wait_for_function(ARRIVED)


def test_paper_is_a_contact_sheet(gallery):
    page = gallery(viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    tops = {round(item.bounding_box()["y"]) for item in page.locator(".gallery li").all()}
    assert len(tops) == 1
    page.wait_for_function(ARRIVED)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_a_picture_goes_with_its_figure(small_book):
    pictures = {path.name for path in (small_book / "_static/gallery").iterdir()}
    assert pictures == {f"lines-{name.replace('_', '-')}.svg" for name in FIGURES}
