"""What a figure needs is lost, late, damaged, or unknown to the browser: it says so, and loses nothing."""

import pytest
from live_pages import write_page
from specimens import rising

from optimlib.live import ask

CHOICES = {"down": "No: k > 0.", "up": "Yes: by k."}
QUESTIONS = {
    "plain": lambda ax: None,
    "choice": lambda ax: ask("Where does it go?", CHOICES, then={"k": 7}),
    "number": lambda ax: ask("How high?", number=4.5, within=0.5, because="Half of nine."),
    "point": lambda ax: ask("Where is the middle?", point=(ax, 5, None), because="Five is half of ten."),
}
# What may arrive in an atlas's place, for each figure something else.
LOST = None
CUT_OFF = "liveAtlas('"
ANOTHER_PAGE = "<!doctype html><title>Not found</title>"
DAMAGED = "liveAtlas(document.currentScript.src.match(/atlas-\\w+/)[0], 'eJwL')"
# Counts in the page what did not arrive whole: after that its clock may be moved.
COUNT = """
window.failures = 0;
const { warn } = console;
console.warn = (...said) => { window.failures += 1; warn(...said); };
"""
BEFORE = """node => {
  const { content, visibility } = getComputedStyle(node, "::before");
  return [content, visibility];
}"""
PHONE, DESK = {"width": 390, "height": 3000}, {"width": 1000, "height": 3000}  # all figures are in sight


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page of four figures, whose atlases are scripts of their own."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "empty.html").write_text("<!doctype html>", "utf-8")
    return write_page(folder, [rising(*each) for each in QUESTIONS.items()], apart=True)


@pytest.fixture
def open_with(open_page, address):
    """open_with(answer): the page, where `answer(route)` answers when an atlas is asked for."""

    def open_with(answer, before=COUNT, **options):
        empty = address.replace("page.html", "empty.html")
        page = open_page(empty, before=before, **{"viewport": DESK, **options})
        page.clock.install()
        page.route("**/atlas-*", answer)
        page.goto(address)
        return page

    return open_with


class Figures:
    """The figures of an open page by their names, and what is asked of them."""

    def __init__(self, page):
        self.page = page

    def __getitem__(self, name):
        return self.page.locator(f"#live-{name}")

    def awake(self, name):
        self[name].and_(self.page.locator(".live-awake")).wait_for()
        return self[name]

    def said(self, name):
        return self[name].locator(".live-words").inner_text()

    def fail(self, count):
        """Wait until so many tries have failed in all."""
        self.page.wait_for_function("count => window.failures >= count", arg=count)

    def widths(self):
        """How wide the pictures are drawn."""
        return {
            round(box["width"])
            for box in (self[name].locator(".live-overlay").bounding_box() for name in QUESTIONS)
        }

    def first_frames_can_be_read(self):
        for name in QUESTIONS:
            assert self[name].locator(".live-overlay > path").count() == 1
            assert self.said(name) == "k is 2."
        return True


def test_a_lost_atlas_is_asked_for_once_more_by_itself(open_with):
    lost = []

    def lose_each_once(route):
        name = route.request.url.partition("?")[0]
        if name in lost:
            return route.continue_()
        lost.append(name)
        return route.abort()

    page = open_with(lose_each_once)
    figures = Figures(page)
    figures.fail(4)
    page.clock.fast_forward(1000)
    for name in QUESTIONS:
        figures.awake(name)
    assert page.locator(".live-trouble").count() == 0
    assert page.evaluate("window.failures") == 4


def test_a_figure_that_lacks_something_says_so_and_tries_again_when_asked(open_with):
    damages, bodies = iter([LOST, CUT_OFF, ANOTHER_PAGE, DAMAGED]), {}

    def damage(route):
        name = route.request.url.partition("?")[0]
        if name not in bodies:
            bodies[name] = next(damages)
        return route.abort() if bodies[name] is LOST else route.fulfill(body=bodies[name])

    page = open_with(damage)
    figures = Figures(page)
    figures.fail(4)
    page.clock.fast_forward(1000)
    figures.fail(8)
    for name in QUESTIONS:
        trouble = figures[name].get_by_text("What moves this figure did not arrive.")
        trouble.wait_for()
        assert not figures[name].get_by_role("slider").is_visible(), "a control that can do nothing"
    assert figures.first_frames_can_be_read()
    places = [figures[name].bounding_box() for name in QUESTIONS]

    again = figures["plain"].get_by_role("button", name="Try again")
    again.focus()
    page.keyboard.press("Enter")
    figures.fail(9)
    page.unroute("**/atlas-*")
    again.wait_for()
    page.keyboard.press("Enter")
    figures.awake("plain")
    assert page.locator("#live-plain [data-control]:focus").count() == 1, "where the button was"
    page.keyboard.press("End")
    assert figures.said("plain") == "k is 9."

    figures["choice"].get_by_role("button", name="Try again").click()
    figures.awake("choice")
    page.evaluate("dispatchEvent(new Event('online'))")
    for name in QUESTIONS:
        figures.awake(name)
    assert page.locator(".live-trouble").count() == 0
    assert [figures[name].bounding_box() for name in QUESTIONS] == places


def test_what_is_done_before_an_atlas_arrives_is_not_lost_and_nothing_jumps(open_with):
    held = []
    page = open_with(lambda route: held.append(route))
    figures = Figures(page)
    page.wait_for_function("document.head.querySelectorAll('script[src]').length === 4")
    assert figures.first_frames_can_be_read()
    for name in QUESTIONS:
        assert figures[name].get_by_role("slider").is_disabled()
    place = page.locator(".live-tools").first
    assert place.evaluate(BEFORE) == ['"Getting ready …"', "visible"]

    page.evaluate("location.hash = 'plain?k=5'")
    figures["choice"].get_by_role("button", name="up").click()
    assert figures["choice"].locator(".live-verdict").inner_text() == "Yes: by k."
    field = figures["number"].locator(".live-number")
    field.fill("3")
    field.press("Enter")
    assert figures["number"].locator(".live-verdict").inner_text().startswith("You said 3.")
    page.evaluate("location.hash = 'number?k=1'")
    page.evaluate("location.hash = 'number?k=8'")
    kept = page.evaluate("() => Object.values(liveAnswers.read())")
    assert kept == [{"answer": 1}, {"answer": 3}]
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.head.querySelectorAll('script[src]').length === 8")
    places = [figures[name].bounding_box() for name in QUESTIONS]

    for route in reversed(held):  # those for the wide screen come last
        route.continue_()
    for name in QUESTIONS:
        figures.awake(name)
    assert [figures.said(name) for name in QUESTIONS] == ["k is 5.", "k is 7.", "k is 8.", "k is 2."]
    assert [figures[name].bounding_box() for name in QUESTIONS] == places
    assert place.evaluate(BEFORE)[0] == "none"
    box = " ".join(f"{10 * side:.0f}" for side in rising("plain", QUESTIONS["plain"]).narrow.size)
    assert figures["plain"].locator(".live-overlay").get_attribute("viewBox") == f"0 0 {box}"
    assert page.complaints == []


def test_a_screen_turned_without_a_connection_leaves_the_figure_as_it_was(open_with):
    page = open_with(lambda route: route.continue_())
    figures = Figures(page)
    for name in QUESTIONS:
        figures.awake(name)
    page.route("**/atlas-*", lambda route: route.abort())
    page.set_viewport_size(PHONE)
    figures.fail(4)
    page.clock.fast_forward(1000)
    figures.fail(8)
    figures["plain"].get_by_role("button", name="Try again").wait_for()
    figures["plain"].get_by_role("slider").press("End")
    assert figures.said("plain") == "k is 9."
    page.unroute("**/atlas-*")
    figures["plain"].get_by_role("button", name="Try again").click()
    figures["plain"].locator(".live-trouble").wait_for(state="detached")
    assert figures.said("plain") == "k is 9."


def test_a_browser_that_cannot_unpack_says_so_and_answers_all_the_same(open_with):
    page = open_with(
        lambda route: route.continue_(), before="delete window.DecompressionStream", viewport=PHONE
    )
    figures = Figures(page)
    for name in QUESTIONS:
        figures[name].get_by_text("This browser is too old to move the figure.").wait_for()
    assert figures.first_frames_can_be_read()
    assert page.get_by_role("slider").count() == page.get_by_role("button", name="Try again").count() == 0
    assert figures.widths() == {544}, "on a phone what is drawn for a wide screen would be too small"
    assert [figures[name].locator(".live-stage").bounding_box()["height"] for name in QUESTIONS] == [408] * 4
    figures["choice"].get_by_role("button", name="down").click()
    assert "No: k > 0." in figures["choice"].locator(".live-verdict").inner_text()
    assert figures["point"].get_by_text("Five is half of ten.").is_visible()
    assert page.complaints == []


def test_a_browser_that_cannot_tell_what_is_near_wakes_all(open_with):
    page = open_with(
        lambda route: route.continue_(),
        before="delete window.IntersectionObserver",
        viewport={"width": 1000, "height": 300},
    )
    for name in QUESTIONS:
        Figures(page).awake(name)
    assert page.complaints == []


def test_an_answer_given_before_the_figure_was_ever_near_is_heard(open_with):
    page = open_with(lambda route: route.continue_(), viewport={"width": 1000, "height": 200})
    figures = Figures(page)
    assert figures["choice"].and_(page.locator(".live-awake")).count() == 0
    figures["choice"].get_by_role("button", name="up").evaluate("button => button.click()")
    assert figures["choice"].locator(".live-verdict").inner_text() == "Yes: by k."
    figures.awake("choice")
    assert figures.said("choice") == "k is 7."
