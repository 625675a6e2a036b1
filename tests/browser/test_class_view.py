"""The class view: one figure at a time fills the screen, its question first, by keys and from any address."""

import re

import pytest
from small_book import FIGURES

SCREENS = [(1920, 1080), (1280, 720), (1024, 768), (390, 844)]
NAMES = ["live-" + name.replace("_", "-") for name in FIGURES]
ANSWERED = "localStorage.setItem('learning-to-descend', '{\"chapters/lines#a_choice\": {\"answer\": 1}}')"


@pytest.fixture
def opened(small_book, open_page):
    def opened(end="?class", **options):
        return open_page((small_book / "chapters/lines.html").as_uri() + end, **options)

    return opened


def shown(page):
    """The figure in the dialog, awake."""
    figure = page.locator("dialog.class-view > .live-figure")
    figure.and_(page.locator(".live-awake")).wait_for()
    return figure


def place(page):
    figure = shown(page)
    return page.get_by_role("dialog").get_by_role("status").first.inner_text(), figure.get_attribute("id")


def places(page):
    """The ids of the page's figures in its order, with that of the dialog last."""
    return page.evaluate("[...document.querySelectorAll('.live-figure')].map((figure) => figure.id)")


def test_the_page_offers_its_class_view_and_is_as_ever_without_it(opened):
    page = opened("")
    assert page.locator("dialog.class-view").count() == 0
    assert places(page) == NAMES
    page.get_by_role("link", name="Class view").click()
    assert place(page) == ("1 of 3", NAMES[0])
    assert page.get_by_role("dialog").get_by_role("heading").inner_text() == "Choices"
    assert page.complaints == []


def test_keys_and_buttons_go_on_and_back_and_each_figure_keeps_its_place(opened):
    page = opened()
    assert place(page) == ("1 of 3", NAMES[0])
    for key, number in [("ArrowLeft", 1), ("ArrowRight", 2), ("PageDown", 3), ("PageDown", 3), ("PageUp", 2)]:
        page.keyboard.press(key)
        assert place(page) == (f"{number} of 3", NAMES[number - 1])
    page.get_by_role("button", name="Next figure").click()
    assert place(page) == ("3 of 3", NAMES[2])
    assert page.get_by_role("dialog").get_by_role("heading").inner_text() == "Numbers"
    page.keyboard.press("ArrowLeft")  # the button that has the focus is disabled now
    page.get_by_role("button", name="Previous figure").click()
    assert place(page) == ("1 of 3", NAMES[0])
    assert places(page) == [*NAMES[1:], NAMES[0]], "the others stand in the page"
    assert page.complaints == []


def test_a_control_keeps_its_arrow_keys_but_a_remote_goes_on(opened):
    page = opened("?class#live-no-question")
    figure = shown(page)
    slider = figure.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "3"
    page.keyboard.press("PageDown")
    assert place(page) == ("3 of 3", NAMES[2])
    page.get_by_label("Your answer").fill("12")
    page.keyboard.press("ArrowLeft")
    assert place(page) == ("3 of 3", NAMES[2])
    page.keyboard.press("PageUp")
    assert place(page) == ("2 of 3", NAMES[1])
    assert slider.input_value() == "3", "PageDown has moved the figures, not the slider"


def test_a_figure_that_plays_stops_when_the_class_goes_on(opened):
    page = opened("?class#live-no-question", reduced_motion="no-preference")
    play = shown(page).get_by_role("button", name="Play")
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    page.keyboard.press("PageDown")
    assert page.locator(".live-play").get_attribute("aria-pressed") == "false"


def test_a_question_comes_first_and_its_answer_only_then(opened):
    page = opened()
    figure = shown(page)
    assert figure.get_by_text("Where does it go?").is_visible()
    for hidden in (".live-words", ".live-controls"):
        assert not figure.locator(hidden).is_visible()
    figure.get_by_role("button", name="up").click()
    figure.get_by_text("a_choice ends at 7.").wait_for()
    assert figure.locator(".live-verdict").inner_text() == "Yes: by k."
    assert not figure.get_by_role("button", name="down").is_visible()
    assert figure.get_by_role("slider").is_enabled()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_figure_that_asks_nothing_shows_its_sentence_when_asked(opened, key):
    page = opened("?class#live-no-question")
    figure = shown(page)
    assert not figure.locator(".live-words").is_visible()
    figure.get_by_role("button", name="Show the sentence").press(key)
    assert figure.get_by_text("no_question ends at 2.").is_visible()
    page.keyboard.press("ArrowRight")
    assert place(page) == ("3 of 3", NAMES[2])


def test_answers_are_neither_read_nor_kept(opened):
    page = opened("")
    page.evaluate(ANSWERED)
    page.goto(page.url + "?class")
    kept = page.evaluate("localStorage.getItem('learning-to-descend')")
    assert shown(page).get_attribute("data-waiting") is not None, "asked anew"
    shown(page).get_by_role("button", name="Show me").click()
    assert shown(page).get_attribute("data-waiting") is None
    assert page.evaluate("localStorage.getItem('learning-to-descend')") == kept
    page.get_by_role("button", name="Leave").click()
    page.locator("#live-a-choice.live-awake .live-chosen").wait_for()
    assert page.locator("#live-a-choice").get_by_text("Yes: by k.").first.is_visible()


@pytest.mark.parametrize("way", ["Escape", "Leave"])
def test_it_is_left_at_its_figure(opened, way):
    page = opened("?class#live-a-number")
    assert place(page) == ("3 of 3", NAMES[2])
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/lines.html#live-a-number")
    assert page.locator("dialog.class-view").count() == 0
    assert places(page) == NAMES
    assert page.locator(f"#{NAMES[2]}").bounding_box()["y"] < page.viewport_size["height"]


def test_escape_closes_an_open_menu_first(opened):
    page = opened()
    shown(page).locator(".live-menu summary").click()
    page.keyboard.press("Escape")
    assert shown(page).locator(".live-menu[open]").count() == 0
    assert page.locator("dialog.class-view").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_url("**/lines.html#live-a-choice")


def test_an_address_opens_it_at_a_figure_in_a_state(opened):
    page = opened("?class#no_question?k=8")
    assert place(page) == ("2 of 3", NAMES[1])
    assert shown(page).get_by_role("slider").input_value() == "8"
    assert opened("?class#nothing").get_by_text("1 of 3").is_visible()


@pytest.mark.parametrize("width, height", SCREENS)
def test_it_is_large_and_fits(opened, width, height):
    page = opened(viewport={"width": width, "height": height})
    for _ in NAMES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.locator(f"html[data-theme={scheme}]").wait_for()
            figure = shown(page)
            dialog = page.locator("dialog.class-view")
            assert dialog.evaluate("node => [node.scrollWidth - node.clientWidth, node.scrollTop]") == [0, 0]
            letters = figure.locator(".live-asked, .class-say").evaluate(
                "n => parseFloat(getComputedStyle(n).fontSize)"
            )
            assert letters >= (16 if width < 600 else 0.025 * height)
            stage, asked = (
                figure.locator(part).bounding_box() for part in (".live-stage", ".live-asked, .class-say")
            )
            assert stage["width"] > 0.8 * width or stage["width"] * stage["height"] > 0.3 * width * height
            assert max(box["y"] + box["height"] for box in (stage, asked)) <= height
            paper, ink = dialog.evaluate(
                "n => [getComputedStyle(n).backgroundColor, getComputedStyle(n).color]"
            )
            assert (sum(map(int, paper[4:-1].split(","))) > 400) == (scheme == "light")
            assert paper != ink
        page.keyboard.press("PageDown")
    assert page.complaints == []


def test_without_scripts_it_is_the_page(opened):
    page = opened(java_script_enabled=False)
    assert page.get_by_role("heading", name="Lines").is_visible()
    assert page.locator("dialog.class-view").count() == 0
    assert page.get_by_role("link", name="Class view").count() == 0


def test_where_storage_is_forbidden_it_works(opened):
    forbidden = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    page = opened(before=forbidden)
    shown(page).get_by_role("button", name="down").click()
    assert shown(page).get_by_text("No: k > 0.").first.is_visible()


def test_on_paper_it_is_a_handout_with_the_question_and_without_the_answer(opened):
    page = opened()
    shown(page)
    page.emulate_media(media="print")
    text = page.locator("body").inner_text()
    assert "Where does it go?" in text
    assert "down" in text
    for hidden in ("Yes: by k.", "ends at", "About them.", "Show me"):
        assert hidden not in text
    for landscape in (True, False):
        printed = page.pdf(format="A4", landscape=landscape)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
