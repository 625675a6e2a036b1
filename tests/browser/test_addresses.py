"""The state of a figure has an address: opened, followed, copied; and what a control does is said."""

import matplotlib.pyplot as plt
import pytest
from live_pages import awake, write_page
from seen_by_axe import violations

from optimlib.live import LiveFigure, choice, slider


def schedule():
    """The drop, and how it comes, matter under the step rule alone."""
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (line,) = ax.plot([], [], animated=True)

    def a_schedule(rate=0.5, drop=0.1, comes="at once", rule="cosine with a tail"):
        """A line."""
        ends = 10 * drop if comes == "at once" else 5 * drop
        line.set_data([0, 10], [10 * rate, ends if rule == "step" else 0])
        return f"At {rate} by {rule}" + (f", dropped by {drop}." if rule == "step" else ".")

    controls = {
        "rate": slider(0, 1, 0.05),
        "drop": slider([0.1, 0.2, 0.5]),
        "comes": choice(["at once", "slowly"]),
        "rule": choice(["cosine with a tail", "step"]),
    }
    return LiveFigure(fig, a_schedule, controls)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("addresses"), [schedule()])


def words(page):
    return page.locator(".live-words").inner_text()


def opened(open_page, address, **options):
    page = open_page(address, **options)
    awake(page, schedule())
    return page


@pytest.mark.parametrize(
    "hash, said",
    [
        ("a_schedule?rate=0.75&rule=step&drop=0.5", "At 0.75 by step, dropped by 0.5."),
        ("a_schedule?rule=step&rate=7.5e-1", "At 0.75 by step, dropped by 0.1."),
        ("a_schedule?drop=1e-1&rate=0.6", "At 0.6 by cosine with a tail."),
        ("a_schedule?rate=0..1.0", "At 1.0 by cosine with a tail."),
        ("a_schedule?rule=cosine%20with%20a%20tail&rate=0.55", "At 0.55 by cosine with a tail."),
        ("a_schedule?rate=0.77&drop=0.2&rule=step", "asks for rate = 0.77"),
        ("a_schedule?speed=3&rate=0.6", "asks for speed"),
        ("a_schedule?", "At 0.5 by cosine with a tail."),
        ("nothing?rate=1", "At 0.5 by cosine with a tail."),
        ("%E0%A4%A", "At 0.5 by cosine with a tail."),
    ],
)
def test_an_address_opens_its_state_and_what_is_unknown_is_said(open_page, address, hash, said):
    page = opened(open_page, f"{address}#{hash}")
    page.wait_for_function("said => document.querySelector('.live-words').innerText.includes(said)", arg=said)
    assert page.complaints == []


def test_the_copied_address_opens_what_was_seen(open_page, address):
    page = opened(open_page, address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("rule").select_option("step")
    page.get_by_role("slider", name="rate").press("End")
    seen = words(page)
    page.locator(".live-menu summary").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    other = opened(open_page, copied)
    other.wait_for_function("seen => document.querySelector('.live-words').innerText === seen", arg=seen)


def test_a_control_that_changes_nothing_says_so_and_reset_goes_back(open_page, address):
    page = opened(open_page, address)
    drop = page.get_by_role("slider", name="drop")
    idle = page.locator(".live-idle")
    names = idle.locator("[data-control]").evaluate_all("all => all.map(i => i.dataset.control)")
    assert names == ["drop", "comes"]
    assert drop.get_attribute("aria-description") == "changes nothing at these settings"
    reset = page.get_by_role("button", name="Reset")
    assert not reset.is_visible()
    page.get_by_label("rule").select_option("step")
    assert idle.count() == 0
    reset.click()
    assert words(page) == "At 0.5 by cosine with a tail."
    assert idle.count() == 2
    assert not reset.is_visible()


def test_a_control_that_changes_nothing_can_be_read(open_page, address):
    page = opened(open_page, address)
    assert violations(page, [".live-idle"]) == []


def test_a_click_far_along_passes_through_what_lies_between(open_page, address):
    page = opened(open_page, address, reduced_motion="no-preference")
    page.evaluate(
        """() => {
          window.seen = [];
          const shown = document.querySelector("output span");
          new MutationObserver(() => seen.push(shown.textContent)).observe(shown, { childList: true });
        }"""
    )
    box = page.get_by_role("slider", name="rate").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('.live-words').innerText.startsWith('At 1.0')")
    seen = page.evaluate("() => seen")
    assert len(seen) > 2
    assert seen == sorted(seen)
