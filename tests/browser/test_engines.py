"""Every live figure of the built book in three engines: what each draws is what its atlas holds."""

import json
import random
import zlib
from functools import cache

import published
import pytest
from notebook_figures import NOTEBOOKS, notebooks, page_of

from optimlib.live.address import parsed, read

TOGETHER = 30  # settings of all controls at once, beside every setting of each
WIDE, NARROW = (1000, 700), (560, 700)
ANSWERED_AT = {"choice": ".live-option", "number": ".live-number", "point": ".live-point"}
# What leads from a control's first setting to its last. (GTK's menus would take the keys that follow.)
KEYS = {"range": "End", "checkbox": " "}


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def engine(request):
    return request.param


@pytest.fixture(scope="module", params=notebooks())
def opened(request, engine, screen_of, book, site):
    """A page of the book on the engine's screen, and its figures. Pages come in turn from disk and server."""
    name = page_of(request.param)
    from_disk = (NOTEBOOKS.index(request.param) + len(engine)) % 2
    screen = screen_of(engine)
    screen.open("about:blank")  # which is resized quickly
    screen.resize(WIDE)
    screen.open((book / name).as_uri() if from_disk else site + name)
    screen.run("lighten")
    return screen, published.figures(book / name)


def digest(figure, settings, shape="wide"):
    """The CRC-32 of what a figure shows where its controls stand so, as tools.js computes it."""
    texts = [control["texts"][settings[control["name"]]] for control in figure.controls]
    shown = [*figure.expected(settings, shape), texts]
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return zlib.crc32(text.encode())


@cache
def places(figure):
    """Each control at each setting, the others at their start; then all of them together, at random."""
    found = [{**figure.start, name: at} for name, last in figure.last.items() for at in range(last + 1)]
    chance = random.Random(figure.name)
    for _ in range(TOGETHER if len(figure.last) > 1 else 0):
        found.append({name: chance.randint(0, last) for name, last in figure.last.items()})
    return found


@cache
def digests(figure, shape, step):
    return [digest(figure, settings, shape) for settings in places(figure)[::step]]


def width(figure, shape="wide"):
    return figure.shapes[shape][1]["size"][0]


def swept(screen, figure, shape="wide", step=1):
    """Those settings at which the figure does not show what it should."""
    tried = places(figure)[::step]
    seen = screen.run("sweep", figure.salt, width(figure, shape), tried)
    wanted = digests(figure, shape, step)
    return [at for at, one, other in zip(tried, seen, wanted, strict=True) if one != other]


def ends(settings, figure):
    """The settings at which an address ends."""
    return {name: last for name, (_, last) in read(settings, figure.controls).items()}


def click(screen, figure, selector):
    left, top, across, down = screen.run("place", figure.salt, width(figure), selector)
    at = (round(left + across / 2), round(top + down / 2))
    screen.drag(at, at)


def test_a_question_is_answered_by_hand(opened):
    screen, figures = opened
    named = {figure.salt: figure for figure in figures}
    for salt, kind, then in screen.run("asked"):
        figure = named[salt]
        click(screen, figure, ANSWERED_AT[kind])
        if kind == "number":
            screen.press("1", "Enter")
        wanted = ends({name: [value] for name, value in then.items()}, figure)
        assert screen.run("comesTo", salt, digest(figure, wanted)), f"{figure.name} does not go to {then}"
        assert screen.run("text", f"#{salt} .live-verdict")
    assert screen.run("asked") == []


def test_each_setting_of_each_control_is_drawn_as_its_atlas_has_it(opened):
    screen, figures = opened
    wrong = {figure.name: swept(screen, figure) for figure in figures}
    assert not any(wrong.values()), wrong


def test_each_link_sets_its_figure(opened):
    screen, figures = opened
    named = {figure.name: figure for figure in figures}
    links = []
    for address in dict.fromkeys(screen.run("links")):
        name, settings = parsed(address)
        figure = named[name]
        links.append([address, figure.salt, digest(figure, ends(settings, figure))])
    assert screen.run("follow", links) == []


def goes_to(screen, figure, settings):
    return screen.run("comesTo", figure.salt, digest(figure, {**figure.start, **settings}))


def test_keys_move_sliders_and_switches(opened):
    screen, figures = opened
    named = {figure.salt: figure for figure in figures}
    for kind, key in KEYS.items():
        for salt, name in screen.run("controls", kind)[:1]:
            figure = named[salt]
            screen.run("sweep", salt, width(figure), [{**figure.start, name: 0}])
            screen.run("focus", salt, name)
            screen.press(key)
            assert goes_to(screen, figure, {name: figure.last[name]}), f"{figure.name}: {name}"


def pads(figure):
    """Of each pad: where dragging it beyond its lower left corner leads."""
    targets = figure.shapes["wide"][1]["drag"]
    for box in dict.fromkeys(str(target["box"]) for target in targets):
        corner = {}
        for target in targets:
            if str(target["box"]) == box:
                last = min(target["ends"]) if target["along"] == "x" else max(target["ends"])
                corner[figure.controls[target["control"]]["name"]] = target["ends"].index(last)
        yield corner


def test_a_mouse_drags_each_pad_beyond_its_corner_and_selects_nothing(opened):
    screen, figures = opened
    for figure in figures:
        for number, corner in enumerate(pads(figure)):
            screen.run("sweep", figure.salt, width(figure), [figure.start])
            left, top, across, down = screen.run("place", figure.salt, width(figure), ".live-pad", number)
            middle = (round(left + across / 2), round(top + down / 2))
            screen.drag(middle, (round(left) - 20, round(top + down) + 40))
            assert goes_to(screen, figure, corner), f"{figure.name} does not go to {corner}"
            assert screen.run("selected") == "", figure.name


def test_a_press_of_play_is_a_step_for_a_calm_reader(opened):
    screen, figures = opened
    for figure in figures:
        for name in screen.run("players", figure.salt):
            screen.run("sweep", figure.salt, width(figure), [{**figure.start, name: 0}])
            click(screen, figure, ".live-play")
            assert goes_to(screen, figure, {name: 1}), figure.name


def test_turned_to_a_narrow_screen_the_other_shape_is_drawn(opened):
    screen, figures = opened
    screen.resize(NARROW)
    wrong = {figure.name: swept(screen, figure, "narrow", 20) for figure in figures}
    assert not any(wrong.values()), wrong
