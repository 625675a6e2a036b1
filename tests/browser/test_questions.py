"""A figure asks before it moves: by mouse, keyboard and finger; answers are kept, and there is a way past."""

import pytest
from live_pages import write_page
from specimens import rising

from optimlib.live import ask

CHOICE = {"it falls": "No: k is positive.", "it rises": "Yes: by k.", "neither": "No, it moves."}
FIGURES = {
    "choice": lambda ax: ask("Where does it go?", CHOICE, because="A line.", then={"k": 7}),
    "number": lambda ax: ask("How high?", number=4.5, within=0.5, unit="units", because="Half of nine."),
    "point": lambda ax: ask("Where is the middle?", point=(ax, 5, None), because="Five is half of ten."),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    figures = [rising(f"asks_{kind}", question) for kind, question in FIGURES.items()]
    return write_page(tmp_path_factory.mktemp("questions"), figures)


@pytest.fixture
def asked(open_page, address):
    """asked("choice"): the page and the figure that asks so."""

    def asked(kind, page=None, **options):
        page = page or open_page(address, **options)
        figure = page.locator(f"#live-asks-{kind}")
        figure.scroll_into_view_if_needed()
        figure.and_(page.locator(".live-awake")).wait_for()
        return page, figure

    return asked


def said(figure):
    return figure.locator(".live-verdict").inner_text()


def rests(figure):
    return figure.get_attribute("data-waiting") is not None and figure.get_by_role("slider").is_disabled()


@pytest.mark.parametrize("chosen, first", [("it falls", "No: k is positive."), ("it rises", "Yes: by k.")])
def test_a_choice(asked, chosen, first):
    page, figure = asked("choice")
    assert rests(figure)
    figure.get_by_role("button", name=chosen).press("Enter")
    lines = said(figure).split("\n\n")
    assert lines[0] == first
    assert ("it rises: by k." in lines) == (chosen == "it falls")
    assert lines[-1] == "A line."
    assert not rests(figure)
    assert figure.locator(".live-words").inner_text() == "k is 7.", "the figure shows the answer"
    assert page.complaints == []


@pytest.mark.parametrize("typed, near", [("4,7", True), ("4.5", True), ("1e1", False), ("−3", False)])
def test_a_number(asked, typed, near):
    page, figure = asked("number")
    field = figure.get_by_label("Your answer")
    field.fill("many")
    figure.get_by_role("button", name="Answer").click()
    assert "Enter a number" in said(figure)
    assert rests(figure)
    field.fill(typed)
    field.press("Enter")
    assert said(figure).startswith("Yes. You said" if near else "You said")
    assert "It is 4.5 units." in said(figure)
    assert not rests(figure)
    assert page.complaints == []


def test_a_point_by_mouse_finger_and_keyboard(asked):
    for way in ("mouse", "finger", "keyboard"):
        page, figure = asked("point", has_touch=way == "finger")
        target = figure.get_by_role("application", name="Point at your answer")
        box = target.bounding_box()
        at = {"x": box["width"] * (0.5 if way != "mouse" else 0.1), "y": box["height"] * 0.3}
        if way == "mouse":
            target.click(position=at)
        elif way == "finger":
            target.tap(position=at)
        else:
            target.focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
        assert said(figure).startswith("Not quite" if way == "mouse" else "Yes.")
        assert figure.locator(".live-panel > .live-spot").count() == 2
        assert not rests(figure)
        assert page.complaints == []


def test_a_point_is_asked_of_its_panel_however_the_screen_is_turned(asked):
    page, figure = asked("point")
    made = rising("asks_point", FIGURES["point"])
    for across, shape in ((1280, made.wide), (390, made.narrow), (1280, made.wide)):
        page.set_viewport_size({"width": across, "height": 800})
        size, (x, y, w, h) = made.head(shape)["size"], made.head(shape)["point"]["box"]
        figure.locator(f".live-overlay[viewBox='0 0 {size[0]} {size[1]}']").wait_for()
        stage, panel = (figure.locator(part).bounding_box() for part in (".live-stage", ".live-point"))
        shares = [(panel["x"] - stage["x"]) / stage["width"], (panel["y"] - stage["y"]) / stage["height"]]
        shares += [panel["width"] / stage["width"], panel["height"] / stage["height"]]
        assert shares == pytest.approx([x / size[0], y / size[1], w / size[0], h / size[1]], abs=0.005)
    assert made.head()["point"]["box"] != made.head(made.narrow)["point"]["box"]


def test_show_me_and_a_link_are_ways_past(asked):
    page, figure = asked("choice")
    figure.get_by_role("button", name="Show me").click()
    assert said(figure).startswith("it rises: by k.")
    assert not rests(figure)
    page, figure = asked("number", page)
    page.evaluate("() => { location.hash = '#asks_number?k=5'; }")
    page.wait_for_function("document.querySelector('#live-asks-number .live-words').innerText === 'k is 5.'")
    assert not rests(figure)


def test_an_answer_is_kept_and_can_be_erased(asked):
    page, figure = asked("choice")
    figure.get_by_role("button", name="it falls").click()
    page.reload()
    page, figure = asked("choice", page)
    assert said(figure).startswith("No: k is positive.")
    assert not rests(figure)
    assert figure.locator(".live-words").inner_text() == "k is 2.", "it starts where it starts"
    page.evaluate("() => liveAnswers.erase()")
    page.reload()
    _, figure = asked("choice", page)
    assert rests(figure)


def test_where_storage_is_forbidden_everything_else_works(open_page, address, asked):
    forbidden = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    page = open_page(address, before=forbidden)
    page, figure = asked("choice", page)
    figure.get_by_role("button", name="it rises").click()
    assert said(figure).startswith("Yes")
    assert not rests(figure)


def test_without_scripts_the_question_and_what_is_so_can_be_read(open_page, address):
    page = open_page(address, java_script_enabled=False)
    text = page.locator("main").inner_text()
    said = ("Where does it go?", "it falls: No: k is positive.", "It is 4.5 units.", "Five is half of ten.")
    for words in said:
        assert words in text
    assert not page.locator(".live-show").first.is_visible()
