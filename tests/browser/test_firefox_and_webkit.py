"""A reader's ways through the book in Firefox and WebKit, and what once went wrong in these alone."""

import io

import engines
import published
import pytest
from live_pages import pages_of
from PIL import Image, ImageChops
from screens import Screen
from selenium.webdriver import WebKitGTK
from test_engines import WIDE, click, digest, width
from waiting import eventually

FIGURES = "book/how-figures-work.html"
FORMULAS = "chapters/07-second-order.html"
A_SCREENFUL = 8  # display formulas
A_CUT = 96  # of 255: letters smoothed in another layer differ by up to 64


@pytest.fixture(params=["firefox", "webkit"])
def screen(request, screen_of):
    screen = screen_of(request.param)
    screen.resize(WIDE)
    return screen


def colours(screen):
    return screen.driver.execute_script(
        "const { color, backgroundColor } = getComputedStyle(document.body); return [color, backgroundColor]"
    )


def press(screen, selector):
    """Press the mouse on an element of the page."""
    box = screen.driver.find_element("css selector", selector).rect
    at = (round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2))
    screen.drag(at, at)


def dark_after_some_presses(screen):
    light = colours(screen)
    for _ in range(3):  # light, dark, or what the system has
        press(screen, ".theme-switch-button")
        if colours(screen) != light:
            return colours(screen)
    raise AssertionError("no press changes the colours")


FOUND = "return [...document.querySelectorAll('#search-results a')].map(({ href }) => href)"


def finds_by_keyboard(screen, words, page):
    """A search, from Ctrl+K on, comes to find a page; results arrive one by one."""
    screen.press("k", held="Control")
    eventually(lambda: screen.driver.find_elements("css selector", "dialog[open] input[type=search]"))
    screen.press(*words, "Enter")
    eventually(lambda: any(page in address for address in screen.driver.execute_script(FOUND) or ()))


def test_the_theme_is_switched_and_kept_on_the_next_page(screen, site):
    screen.open(site + "book/how-to-read.html")
    chosen = dark_after_some_presses(screen)
    screen.open(site + "book/references.html")
    assert colours(screen) == chosen
    screen.driver.execute_script("localStorage.clear()")


def test_a_search_by_keyboard_finds_the_chapter(screen, book, site):
    for root in (site, book.as_uri() + "/"):
        screen.open(root + "book/how-to-read.html")
        finds_by_keyboard(screen, "momentum", "04-momentum")


@pytest.fixture
def camera(screen):
    """The screen; in WebKit one with its compositor: without, it forgets one screenshot in a hundred."""
    if isinstance(screen.driver, WebKitGTK):
        with engines.started("webkit", WEBKIT_DISABLE_COMPOSITING_MODE="0") as driver:
            camera = Screen(driver)
            camera.resize(WIDE)
            yield camera
    else:
        yield screen


def test_letters_and_icons_arrive_and_no_formula_is_cut(camera, book):
    camera.open((book / FORMULAS).as_uri())
    loaded, failed = camera.run("fonts")
    assert failed == []
    assert {"Font Awesome 6 Free", "MJXTEX", "MJXTEX-I"} <= set(loaded)
    count = camera.run("formulas", 0, 0, "")
    assert count > 15
    for first in range(0, count, A_SCREENFUL):
        eventually(lambda first=first: what_is_cut(camera, first) < A_CUT)


def what_is_cut(screen, first):
    """By how much, of 255, a point of some formulas differs when none is cut."""
    as_read, uncut = picture(screen, first, ""), picture(screen, first, "visible")
    return ImageChops.difference(as_read, uncut).getextrema()[1]


def picture(screen, first, overflow):
    """A screenful of formulas, cut where they are larger than their boxes, or not."""
    screen.run("formulas", first, first + A_SCREENFUL, overflow)
    seen = screen.driver.get_screenshot_as_png()
    screen.driver.execute_script("document.querySelector('.bd-article').lastElementChild.remove()")
    return Image.open(io.BytesIO(seen)).convert("L")


def test_the_way_back_leads_to_controls_that_stand_as_drawn(screen, book, site):
    figure = published.figures(book / FIGURES)[0]
    screen.open(site + FIGURES)
    last = figure.last
    screen.run("sweep", figure.salt, width(figure), [last])
    screen.open(site + "book/references.html")
    screen.driver.back()
    screen.bring()
    stands = screen.run("settings", figure.salt)
    assert screen.run("comesTo", figure.salt, digest(figure, stands)), stands


def test_every_page_beside_the_chapters_fits_a_phone(screen, book, site):
    pages = [page for page in pages_of(book) if page.parent.name != "chapters" and page.name != "404.html"]
    screen.open(site + "book/how-to-read.html")
    addresses = [page.relative_to(book).as_posix() for page in pages]
    widths = {address: screen.run("widthInFrame", site + address, 320) for address in addresses}
    assert max(widths.values()) <= 320, widths


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_a_lively_reader_sees_a_slider_run_to_its_end(name, screen_of, book):
    screen_of(name)  # skips where there is none
    figure = published.figures(book / FIGURES)[0]
    (playing,) = figure.last
    with engines.started(name, calm=False) as driver:
        screen = Screen(driver)
        screen.resize(WIDE)
        screen.open((book / FIGURES).as_uri())
        near = {playing: figure.last[playing] - 3}
        screen.run("sweep", figure.salt, width(figure), [near])
        assert screen.run("comesTo", figure.salt, digest(figure, near)), "it does not travel"
        click(screen, figure, ".live-play")
        assert screen.run("comesTo", figure.salt, digest(figure, figure.last)), "it does not run to its end"
        assert driver.find_element("class name", "live-play").get_attribute("aria-pressed") == "false"


def test_where_storage_is_blocked_firefox_still_switches_and_searches(book, site):
    with engines.started("firefox", **{"dom.storage.enabled": False}) as driver:
        screen = Screen(driver)
        screen.open(site + "book/how-to-read.html")
        dark_after_some_presses(screen)
        finds_by_keyboard(screen, "momentum", "04-momentum")
