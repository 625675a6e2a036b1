"""Every live figure of the built book, found in its pages, opened from the disk without a network."""

import overlay
import published
import pytest
from live_pages import awake
from notebook_figures import notebooks, page_of
from waiting import eventually

from optimlib.live.address import parsed, read

KEYS = {"range": ["End", "ArrowLeft", "Home"], "select-one": ["ArrowDown"], "checkbox": ["Space"]}
# Where a control stands at its last position, the key does not move it: then the other way.
BACK = {"range": "Home", "select-one": "ArrowUp", "checkbox": "Space"}


@pytest.fixture(params=notebooks())
def opened(request, book, open_page):
    """A page of the book and the figures that it carries."""
    path = book / page_of(request.param)
    page = open_page(path.as_uri())
    yield page, published.figures(path)
    assert page.complaints == []


def settings_of(element):
    """How the controls of a figure stand: {name: number of the setting}."""
    return element.locator("[data-control]").evaluate_all(
        """inputs => Object.fromEntries(inputs.map((input) => [
          input.dataset.control,
          input.type === "checkbox" ? Number(input.checked) : Number(input.value),
        ]))"""
    )


def shown(element):
    return overlay.shown(element), element.locator(".live-words").text_content()


def test_each_control_of_each_figure_draws_what_the_library_computes(opened):
    page, figures = opened
    salts = page.locator(".live-figure").evaluate_all("figures => figures.map((figure) => figure.id)")
    assert salts == [figure.salt for figure in figures]
    for figure in figures:
        element = awake(page, figure)

        def agrees(figure=figure, element=element):
            settings = settings_of(element)
            assert list(settings) == [control["name"] for control in figure.controls]
            words = element.locator(".live-words").text_content()
            assert (overlay.shown(element), words) == figure.expected(settings), (
                f"{figure.name} at {settings}"
            )
            return settings

        element.locator(".live-reset").click(force=True)
        assert agrees() == figure.start
        inputs = element.locator("[data-control]")
        for number in range(inputs.count()):
            control = inputs.nth(number)
            kind = control.evaluate("input => input.type")
            control.focus()
            before, seen = settings_of(element), []
            for key in [*KEYS[kind], BACK[kind]]:
                page.keyboard.press(key)
                seen.append(agrees())
            assert any(settings != before for settings in seen), f"{figure.name}: a control does not move"


SWEEP = """figure => {
  const seen = [], inputs = [...figure.querySelectorAll("[data-control]")];
  const places = () => inputs.map((input) => {
    const { left, top } = input.getBoundingClientRect(), { top: from } = figure.getBoundingClientRect();
    return `${Math.round(left)} ${Math.round(top - from)}`;
  });
  const look = () => {
    const { width, height } = figure.getBoundingClientRect();
    return [Math.round(width), Math.round(height), ...places()].join(", ");
  };
  for (const input of inputs) {
    const last = input.type === "checkbox" ? 1 : Number(input.max || input.options?.length - 1);
    const texts = [...Array(last + 1).keys()];
    const start = input.type === "checkbox" ? Number(input.checked) : Number(input.value);
    for (const setting of [...texts, start]) {
      if (input.type === "checkbox") input.checked = Boolean(setting);
      else input.value = setting;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      seen.push(look());
    }
  }
  return [...new Set(seen)];
}"""
LETTERS = """figure => [...figure.querySelectorAll(".live-stage svg text")].map(
  (text) => {
    const { a, b } = text.getScreenCTM();
    return [parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text.textContent];
  })"""


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_and_everything_can_be_read(opened, open_page, width):
    """No setting moves a control or changes a figure's height; on a phone letters are 10 pixels at least."""
    wide, figures = opened
    page = open_page(wide.url, viewport={"width": width, "height": 844}) if width < 1000 else wide
    faults = []
    for figure in figures:
        element = awake(page, figure)
        looks = element.evaluate(SWEEP)
        faults += [f"{figure.name} jumps: {looks[:3]}"] if len(looks) > 1 else []
        small = [(round(size, 1), text) for size, text in element.evaluate(LETTERS) if size < 9.9]
        faults += [f"{figure.name} has letters of {small[0]}"] if small else []
    assert faults == []


FOLLOW = """address => [...document.querySelectorAll("a.live-set")]
  .find(link => link.getAttribute("href") === address).click()"""


def test_every_link_sets_its_figure(opened):
    """All linked states of a page: controls, sentence and picture are the library's, the figure in view."""
    page, figures = opened
    named = {figure.name: figure for figure in figures}
    links = page.locator("a.live-set").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    for address in dict.fromkeys(links):
        name, settings = parsed(address)
        figure = named[name]
        element = page.locator(f"#{figure.salt}")
        ends = {control: end for control, (_, end) in read(settings, figure.controls).items()}
        expected = figure.expected(ends)
        page.evaluate(FOLLOW, address)
        eventually(
            lambda e=element, ends=ends, expected=expected: (settings_of(e), shown(e)) == (ends, expected)
        )
        assert element.locator(".live-stage").bounding_box()["y"] < page.viewport_size["height"]


def test_ids_are_unique_and_all_images_described(opened):
    page, _ = opened
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    ours = [id for id in ids if id.startswith("live-")]
    assert len(ours) == len(set(ours))
    assert page.locator(".live-figure:not([aria-label])").count() == 0
    assert page.locator("img:not([alt])").count() == 0


def test_without_scripts_each_figure_shows_its_first_frame_and_words(opened, open_page, book):
    page, figures = opened
    plain = open_page(page.url, java_script_enabled=False)
    for figure in figures:
        element = plain.locator(f"#{figure.salt}")
        assert element.locator(".live-overlay > :not(defs)").count() > 0
        _, words = figure.expected(figure.start)
        assert element.locator(".live-words").text_content() == words
    assert plain.complaints == []


def test_no_widget_and_no_script_from_elsewhere(book):
    for path in book.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "application/vnd.jupyter.widget" not in text
        assert 'src="http' not in text
