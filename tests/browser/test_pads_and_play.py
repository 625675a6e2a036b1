"""Pads answer arrow keys, and a slider runs by itself, pauses, and respects reduced motion."""

import matplotlib.pyplot as plt
import pytest
from live_pages import awake, write_page

from optimlib.live import LiveFigure, play, slider

STEP = 40  # ms of a slider that makes 25 steps a second


def pad_and_play():
    fig, ax = plt.subplots()
    ax.set(xlim=(0, 10), ylim=(0, 5))
    (dot,) = ax.plot([], [], "o", animated=True)
    (line,) = ax.plot([], [], animated=True)

    def running(x=4, y=2, t=0):
        """A dot that can be dragged, and a line that grows."""
        dot.set_data([x], [y])
        line.set_data([0, t], [0, 0])
        return f"x = {x}, y = {y}, t = {t}"

    controls = {
        "x": slider(0, 10, drag=ax.xaxis),
        "y": slider(0, 5, drag=ax.yaxis),
        "t": play(0, 6, per_second=1000 / STEP),
    }
    return LiveFigure(fig, running, controls)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("pads"), [pad_and_play()])


@pytest.fixture
def opened(open_page, address):
    def opened(**options):
        page = open_page(address, **options)
        return page, awake(page, pad_and_play())

    return opened


def said(element):
    return element.get_by_role("status").text_content()


def test_arrow_keys_move_both_controls_of_a_pad(opened):
    page, element = opened()
    pad = element.get_by_role("application")
    assert "x and y" in pad.get_attribute("aria-label")
    pad.focus()
    moves = [("ArrowRight", "x = 5, y = 2"), ("ArrowUp", "x = 5, y = 3"), ("ArrowLeft", "x = 4, y = 3")]
    for key, words in [*moves, ("ArrowDown", "x = 4, y = 2")]:
        page.keyboard.press(key)
        assert said(element) == f"{words}, t = 0"
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    assert said(element) == "x = 4, y = 0, t = 0", "a pad stops at the end of its slider"
    assert page.complaints == []


def with_still_clock(page):
    """From now on time goes by only as the test says."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def test_a_slider_runs_to_its_end_and_starts_again(opened):
    page, element = opened(reduced_motion="no-preference")
    button = element.get_by_role("button", name="Play t")
    with_still_clock(page)
    button.click()
    assert said(element).endswith("t = 1")
    assert button.get_attribute("aria-pressed") == "true"
    page.clock.run_for(5 * STEP)
    assert said(element).endswith("t = 6")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    page.clock.run_for(2 * STEP)
    assert said(element).endswith("t = 2")
    button.click()  # pause
    assert button.get_attribute("aria-pressed") == "false"
    page.clock.run_for(10 * STEP)
    assert said(element).endswith("t = 2")


def test_with_reduced_motion_a_press_is_a_step(opened):
    page, element = opened(reduced_motion="reduce")
    button = element.get_by_role("button", name="Play t")
    with_still_clock(page)
    for seen in ("t = 1", "t = 2"):
        button.click()
        page.clock.run_for(10 * STEP)
        assert said(element).endswith(seen)
