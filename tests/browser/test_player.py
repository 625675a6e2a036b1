"""Single figures in Chromium, opened from the disk: every control draws what the library computes."""

import itertools
from base64 import b64encode

import numpy as np
import overlay
import pytest
from live_pages import awake, write_page
from opening import opening
from specimens import every_control, several_axes, specimens

everything = {**specimens, "several_axes": several_axes, "every_control": every_control}


@pytest.fixture(scope="session")
def figures():
    return {name: make() for name, make in everything.items()}


@pytest.fixture(scope="session")
def address(figures, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("page"), figures.values())


@pytest.fixture
def page(open_page, address):
    page = open_page(address)
    yield page
    assert page.complaints == []


@pytest.fixture(scope="module")
def shared(browser, address):
    """One page for tests each of which moves a figure of its own."""
    with opening(browser) as open_page:
        page = open_page(address)
        yield page
        assert page.complaints == []


def agrees(element, figure, settings, shape=None):
    position = figure.position(settings)
    assert overlay.shown(element) == overlay.expected(figure, position, shape)
    assert element.locator("[role=status]").text_content() == overlay.words(figure, position)


@pytest.mark.parametrize("name", specimens)
def test_each_position_by_keyboard(shared, figures, name):
    figure = figures[name]
    element = awake(shared, figure)
    slider = element.get_by_role("slider")
    slider.focus()
    for key, setting in [
        (None, 1),
        ("End", 4),
        ("ArrowLeft", 3),
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowUp", 2),
    ]:
        if key:
            shared.keyboard.press(key)
        agrees(element, figure, {"at": setting})
        text = figure.controls["at"].texts[setting]
        assert slider.get_attribute("aria-valuetext") == text
        assert element.locator("output").text_content() == text


def test_each_kind_of_control_by_keyboard(page, figures):
    figure = figures["every_control"]
    element = awake(page, figure)
    settings = {"lr": 1, "steps": 1, "rule": 0, "on": 1}
    agrees(element, figure, settings)
    moves = [("lr", "slider", "ArrowRight", 2), ("steps", "slider", "ArrowLeft", 0)]
    moves += [("rule", "combobox", "ArrowDown", 1), ("on", "checkbox", "Space", 0)]
    for name, role, key, setting in moves:
        label = figure.controls[name].label
        element.get_by_role(role, name=label, exact=False).focus()
        page.keyboard.press(key)
        settings[name] = setting
        agrees(element, figure, settings)


def test_every_position_is_the_librarys(page, figures):
    figure = figures["every_control"]
    element = awake(page, figure)
    for settings in itertools.product(*map(range, figure.sizes)):
        element.evaluate(
            """(figure, settings) => {
              figure.querySelectorAll("[data-control]").forEach((input, i) => {
                if (input.type === "checkbox") input.checked = Boolean(settings[i]);
                else input.value = settings[i];
              });
              figure.dispatchEvent(new Event("input"));
            }""",
            list(settings),
        )
        agrees(element, figure, dict(zip(figure.controls, settings, strict=True)))


def test_dragging_on_the_figure_sets_the_nearest_position(page, figures):
    figure = figures["several_axes"]
    element = awake(page, figure)
    element.locator(".live-pad").first.wait_for(state="attached")
    left, right = figure.fig.axes
    stage = element.locator(".live-overlay").bounding_box()
    scale = stage["width"] / figure.size[0]

    def at(ax, x, y):
        """A place in data coordinates, on the screen."""
        pixel, height = ax.transData.transform((x, y)), figure.size[1]
        return stage["x"] + scale * pixel[0], stage["y"] + scale * (height - pixel[1])

    start = {name: control.start for name, control in figure.controls.items()}
    page.mouse.move(*at(left, 6.8, 5))
    page.mouse.down()
    agrees(element, figure, {**start, "x": 7})
    page.mouse.move(*at(left, 3.3, 2))
    agrees(element, figure, {**start, "x": 3})
    page.mouse.move(*at(left, -5, 2))
    agrees(element, figure, {**start, "x": 0})
    page.mouse.up()
    page.mouse.move(*at(left, 8, 2))
    agrees(element, figure, {**start, "x": 0})
    page.mouse.move(*at(right, 10, 0.55))
    page.mouse.down()
    agrees(element, figure, {"x": 0, "lr": figure.controls["lr"].values.index(0.562)})
    page.mouse.up()


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_tap_on_a_phone(open_page, address, figures):
    page = open_page(address, **PHONE)
    figure = figures["several_axes"]
    element = awake(page, figure)
    box = element.locator(".live-overlay").bounding_box()
    assert box["width"] <= 390, "wider than the phone"
    shape = figure.narrow
    scale = box["width"] / shape.size[0]
    shape.enter()
    figure.shape = shape
    x, y = figure.fig.axes[0].transData.transform((8, 5))
    page.touchscreen.tap(box["x"] + scale * x, box["y"] + scale * (shape.size[1] - y))
    agrees(element, figure, {"x": 8, "lr": figure.controls["lr"].start}, shape)
    assert page.complaints == []


def test_on_a_phone_panels_stand_one_under_the_other_and_can_be_read(open_page, address, figures):
    page = open_page(address, **PHONE)
    for figure in figures.values():
        element = awake(page, figure)
        agrees(
            element, figure, {name: control.start for name, control in figure.controls.items()}, figure.narrow
        )
    figure = figures["several_axes"]
    upper, lower = (place for _, place, _ in figure.narrow.places)
    assert lower.y1 < upper.y0
    letters = page.locator(f"#{figure.salt} .live-still text")
    sizes = letters.evaluate_all(
        """all => all.map((text) => {
          const { a, b } = text.getScreenCTM();
          return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
        })"""
    )
    assert min(sizes) >= 10


def test_atlases_in_scripts_of_their_own_load_when_their_figure_is_near(open_page, figures, tmp_path):
    some = [figures[name] for name in everything]
    page = open_page(write_page(tmp_path, some, apart=True))
    asked = "() => [...document.head.querySelectorAll('script[src]')].length"
    page.wait_for_selector(f"#{some[0].salt}.live-awake")
    assert page.evaluate(asked) < len(some)
    element = awake(page, some[-1])
    start = {name: control.start for name, control in some[-1].controls.items()}
    agrees(element, some[-1], start)
    assert page.complaints == []


def test_without_scripts_the_first_frame_and_the_words_are_there(open_page, address, figures):
    page = open_page(address, java_script_enabled=False)
    for figure in figures.values():
        element = page.locator(f"#{figure.salt}")
        box = element.locator(".live-overlay").bounding_box()
        assert box["width"] > 100
        assert element.locator(".live-overlay > :not(defs)").count() > 0 or len(figure.first) == 1
        assert element.locator("[role=status]").text_content() == overlay.words(figure, figure.start)
        assert not element.locator(".live-controls").is_visible(), "controls that cannot do anything"
    assert page.complaints == []


def test_the_first_frame_is_what_the_player_draws(page, figures):
    """So that waking changes nothing to the eye."""
    for figure in figures.values():
        element = awake(page, figure)
        assert overlay.shown(element) == overlay.expected(figure, figure.start)


def test_names_for_those_who_listen(page, figures):
    for figure in figures.values():
        page.get_by_role("figure", name=figure.title).first.wait_for()
        element = page.locator(f"#{figure.salt}")
        assert element.get_by_role("img", name=figure.description).count() == 1
    controls = page.locator("[data-control]").evaluate_all("all => all.map(c => c.labels.length)")
    assert set(controls) == {1}


def test_black_follows_the_text_colour_of_a_dark_page(open_page, address, figures):
    page = open_page(address, color_scheme="dark")
    colours = "--pst-color-background: rgb(18, 18, 18); --pst-color-text-base: rgb(220, 220, 200)"
    page.add_style_tag(content=f":root {{ {colours} }}")
    figure = figures["black_and_white"]
    element = awake(page, figure)
    colours = element.locator(".live-overlay").evaluate(
        """overlay => [...overlay.querySelectorAll("path")].flatMap((path) => {
          const {fill, stroke} = getComputedStyle(path);
          return [fill, stroke];
        })"""
    )
    assert "rgb(220, 220, 200)" in colours
    assert "rgb(18, 18, 18)" in colours
    assert "rgb(0, 0, 0)" not in colours
    assert "rgb(255, 255, 255)" not in colours
    ticks = element.locator(".live-still text").evaluate_all("all => all.map(t => getComputedStyle(t).fill)")
    assert set(ticks) == {"rgb(220, 220, 200)"}


def test_two_figures_do_not_share_state(page, figures):
    one, other = figures["lines"], figures["dashes"]
    first = awake(page, one)
    first.get_by_role("slider").focus()
    page.keyboard.press("End")
    agrees(first, one, {"at": 4})
    agrees(awake(page, other), other, {"at": 1})


def test_unpacked_in_the_browser_as_in_python(page, figures):
    """Every number of every frame, also those that a keyboard test does not come by."""
    from optimlib.live import atlas

    for figure in figures.values():
        packed = b64encode(figure.atlas()).decode()
        numbers = page.evaluate(
            """async (packed) => {
              const { head, frame } = await openAtlas(packed);
              return Array.from({ length: head.positions }, (_, position) => [...frame(position)]);
            }""",
            packed,
        )
        for ours, theirs in zip(atlas.unpack(figure.atlas())[0], numbers, strict=True):
            np.testing.assert_array_equal(ours, theirs)
