"""The HTML of a figure says what the figure is: its controls, its words, its question, its shapes."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup

from optimlib.live import LiveFigure, ask, choice, page, play, slider, switch

ATLASES = {"wide": b"\0wide", "narrow": b"\xffnarrow"}


def made(question=None, **controls):
    fig, ax = plt.subplots(figsize=(6, 3))
    (line,) = ax.plot([], [], animated=True)

    def odd_one(at=2, **others):
        """A "title" & <more>,
        on two lines.

        And a second paragraph.
        """
        line.set_data([0, at], [0, 1])
        return f"at < {at} & {sorted(others.values(), key=str)}."

    return LiveFigure(fig, odd_one, {"at": (0, 3), **controls}, question)


@pytest.fixture(scope="module")
def figure():
    return made(
        rule=choice({"<b> & c": "x", "plain": "y"}, start="y", label='"rule"'),
        on=switch(True),
        off=False,
        run=play(0.0, 1.0, 0.5, per_second=2.5, label="run & run", show="{:.1f} '<s>'"),
    )


def parsed(html):
    return BeautifulSoup(html, "html.parser")


def element(html, selector):
    (found,) = parsed(html).select(selector)
    return found


def shape(tag):
    """An element as data: its name, its attributes, and what is in it."""
    inner = [shape(part) if part.name else str(part) for part in tag.children]
    return (
        tag.name,
        {name: " ".join(v) if isinstance(v, list) else v for name, v in tag.attrs.items()},
        *inner,
    )


def look(name, **more):
    return {**more, "data-control": name, "disabled": "", "autocomplete": "off"}


def ranged(name, count, start, text, longest):
    numbers = {"type": "range", "min": "0", "max": str(count - 1), "step": "1", "value": str(start)}
    span = ("span", {}, text)
    output = ("output", {"aria-hidden": "true", "data-longest": longest}, span)
    return [("input", look(name, **numbers, **{"aria-valuetext": text})), output]


def test_each_control_is_a_native_one_at_its_start(figure):
    def label(text, *field):
        return ("label", {"class": "live-control"}, ("span", {}, text), *field)

    texts = ["0.0 '<s>'", "0.5 '<s>'", "1.0 '<s>'"]
    button = {"type": "button", "class": "live-play", "aria-pressed": "false", "data-rate": "2.5"}
    options = [("option", {"value": "0"}, "<b> & c"), ("option", {"value": "1", "selected": ""}, "plain")]
    assert shape(element(page.body(figure, ATLASES), ".live-controls"))[2:] == (
        label("at", *ranged("at", 4, 2, "2", "0")),
        label('"rule"', ("select", look("rule"), *options)),
        label("on", ("input", {"type": "checkbox", **look("on"), "checked": ""})),
        label("off", ("input", {"type": "checkbox", **look("off")})),
        (
            "div",
            {"class": "live-control live-playing"},
            label("run & run", *ranged("run", 3, 0, texts[0], texts[0])),
            ("button", {**button, "aria-label": "Play run & run", "disabled": ""}),
        ),
    )


def test_what_is_around_the_controls(figure):
    whole = element(page.body(figure, ATLASES), "figure")
    assert shape(whole)[1] == {
        "class": "live-figure",
        "id": "live-odd-one",
        "data-positions": str(4 * 2 * 2 * 2 * 3),
        "data-name": "odd_one",
        "aria-label": 'A "title" & <more>, on two lines.',
        "style": "max-width:720px",
    }
    stage, words, controls, noscript, foot, *carriers = whole.find_all(recursive=False)
    assert stage["class"] == ["live-stage"]
    assert stage["style"] == "--wide:432/216;--narrow:{:g}/{:g}".format(*figure.narrow.size)
    picture = stage.div
    assert picture.attrs == {"role": "img", "aria-labelledby": "live-odd-one-caption"}
    assert [part["class"] for part in picture.find_all("svg", recursive=False)] == [
        ["live-still"],
        ["live-overlay"],
    ]
    said = "at < 2 & [0.0, False, True, 'y']."
    assert words.attrs == {"class": ["live-words"], "role": "status", "data-longest": said + " — —"}
    assert shape(words)[2:] == (("span", {}, said),)
    assert noscript.p["class"] == ["live-unscripted"]
    assert noscript.p.text == "The figure moves where JavaScript may run."
    assert controls["class"] == ["live-controls"]
    packed = [(c.name, c.attrs, base64.b64decode(c.text)) for c in carriers]
    assert packed == [
        ("script", {"type": "text/plain", "class": ["live-atlas"], "data-shape": name}, atlas)
        for name, atlas in ATLASES.items()
    ]
    tools = [
        ("button", {"type": "button", "class": "live-reset"}, "Reset"),
        (
            "details",
            {"class": "live-menu"},
            ("summary", {"aria-label": "More of this figure"}, "⋯"),
            (
                "div",
                {},
                ("button", {"type": "button", "class": "live-copy"}, "Copy link"),
                ("button", {"type": "button", "class": "live-embed"}, "Copy frame for a page"),
                ("button", {"type": "button", "class": "live-svg"}, "Save as SVG"),
                ("button", {"type": "button", "class": "live-png"}, "Save as PNG"),
            ),
        ),
    ]
    caption = 'A "title" & <more>, on two lines. And a second paragraph.'
    assert shape(foot) == (
        "div",
        {"class": "live-foot"},
        ("figcaption", {"id": "live-odd-one-caption"}, caption),
        ("div", {"class": "live-tools"}, *tools),
    )


def test_elsewhere_than_on_a_page_of_the_book_it_has_no_controls_and_brings_its_style(figure):
    html = page.html(figure)
    assert html == f"<style>{page.style()}</style>{page.body(figure)}"
    assert not parsed(html).select(".live-controls, .live-atlas, noscript")
    assert [part.get("class") for part in element(html, "figure").find_all(recursive=False)] == [
        ["live-stage"],
        ["live-words"],
        ["live-foot"],
    ]


def test_on_a_page_of_the_book_it_brings_the_atlases_of_both_shapes():
    figure = made()
    carriers = parsed(page.html(figure, figure.atlas())).select("script.live-atlas")
    assert {c["data-shape"]: base64.b64decode(c.text) for c in carriers} == {
        "wide": figure.atlas(),
        "narrow": figure.atlas(figure.narrow),
    }
    assert figure.atlas() != figure.atlas(figure.narrow)


# Questions ---------------------------------------------------------------------------------------

CHOICE = ask("Is 1 < -2?", {"<no>": "Yes: it is.", "yes & so": "No, 1e-3 is not."}, then={"at": 3})
NUMBER = ask("How many?", number=1e-7, within=0.25e-7, unit="<m>", because="It > 0.", then={"at": 1})
POINT = ask("Where?", point=(None, 1, 2), because="There & then.")


def asked_of(question):
    stand_in = SimpleNamespace(question=question, salt="s")
    return shape(element(page.question(stand_in), ".live-question"))


def frame(kind, then, text, made, said):
    show = ("button", {"type": "button", "class": "live-show"}, "Show me")
    return (
        "div",
        {"class": "live-question", "data-kind": kind, "data-then": then, "role": "group"}
        | {"aria-labelledby": "s-asked"},
        ("p", {"class": "live-asked", "id": "s-asked"}, ("strong", {}, "Predict:"), f" {text}"),
        ("div", {"class": "live-answers"}, *made, show),
        ("div", {"class": "live-verdict", "role": "status"}),
        ("div", {"class": "live-solution"}, *(("p", {"data-said": of}, line) for of, line in said)),
    )


def test_a_choice_is_a_row_of_buttons():
    def button(number, text, **right):
        return ("button", {"type": "button", "class": "live-option", "data-option": number, **right}, text)

    assert asked_of(CHOICE) == frame(
        "choice",
        '{"at": "3"}',
        "Is 1 < −2?",
        [button("0", "<no>", **{"data-right": ""}), button("1", "yes & so")],
        [("0", "<no>: Yes: it is."), ("1", "yes & so: No, 10⁻³ is not.")],
    )


def test_a_number_is_entered():
    field = {"class": "live-number", "type": "text", "inputmode": "decimal", "size": "7"}
    field |= {"autocomplete": "off", "data-answer": "1e-07", "data-within": "2.5e-08"}
    assert asked_of(NUMBER) == frame(
        "number",
        '{"at": "1"}',
        "How many?",
        [
            ("label", {}, "Your answer ", ("input", field), " <m>"),
            ("button", {"type": "button", "class": "live-enter"}, "Answer"),
        ],
        [("is", "It is 10⁻⁷ <m>."), ("because", "It > 0.")],
    )
    bare = asked_of(ask("How many?", number=3, because="So."))
    assert bare[3][2] == ("label", {}, "Your answer ", ("input", bare[3][2][3][1]))


def test_a_point_is_pointed_at():
    way = "Point at it in the picture: click or tap, or use the arrow keys and Enter."
    said = [("because", "There & then.")]
    assert asked_of(POINT) == frame("point", "{}", "Where?", [("span", {}, way)], said)


def test_a_figure_that_asks_waits_and_asks_before_its_picture():
    figure = made(CHOICE)
    whole = element(page.body(figure), "figure")
    assert whole["data-waiting"] == ""
    first = whole.find(recursive=False)
    assert first["class"] == ["live-question"]
    assert json.loads(first["data-then"]) == {"at": "3"}
    assert page.question(made()) == ""


# Pages of their own, pictures and scripts -----------------------------------------------------------


def test_a_page_of_its_own():
    html = page.alone("a < b", "<b>figure</b>", "<meta>", "<i>from</i>")
    assert html.startswith('<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n')
    assert "<title>a &lt; b</title>\n<meta>\n" in html
    assert '<body class="live-alone">\n<b>figure</b>\n<p class="live-source"><i>from</i></p>\n</body>' in html
    assert '<p class="live-source"></p>' in page.alone("", "", "")


def test_a_picture_stands_on_paper_of_its_own_and_gives_way_to_the_figure(figure):
    html = page.picture(figure)
    picture = parsed(html)
    name = f"live-picture-{figure.token}"
    rule = f'body:has([data-token="{figure.token}"]) .{name} {{ display: none; }}'
    assert [tag.name for tag in picture.find_all(recursive=False)] == ["style", "div"]
    assert picture.style.text == rule
    assert picture.div["class"] == [name]
    assert picture.img["alt"] == figure.description
    assert picture.p.text == figure.first_words() + " (Run this cell to make the figure live.)"
    start, _, code = picture.img["src"].partition(",")
    assert start == "data:image/svg+xml;base64"
    drawn = base64.b64decode(code).decode()
    assert drawn == page.on_paper(figure.still + figure.first_overlay(), *figure.size)


def test_on_paper_all_layers_have_its_size_and_black_letters():
    layers = '<svg class="live-still">1</svg><svg class="live-overlay">2</svg>'
    drawn = page.on_paper(layers, 432.0, 216.5)
    ElementTree.fromstring(drawn)  # programs for pictures are stricter than browsers
    whole, rules, still, overlay = parsed(drawn).select("svg, style")
    assert whole.attrs == {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewbox": "0 0 432 216.5",
        "width": "432pt",
        "height": "216.5pt",
        "style": "background:#fff;color:#111",
        "stroke-linejoin": "round",
        "font-family": "sans-serif",
        "fill": "#111",
    }
    assert rules.text == "text{white-space:pre}"
    size = {"width": "432", "height": "216.5"}
    assert still.attrs == {**size, "class": ["live-still"]}
    assert overlay.attrs == {**size, "class": ["live-overlay"], "stroke-linejoin": "miter"}


def test_the_script_is_every_part_in_one_scope_and_runs_once():
    script = page.script()
    parts = [(page.HERE / f"{name}.js").read_text("utf-8") for name in page.SCRIPTS]
    assert script == "if (!globalThis.liveAtlas) (() => {\n" + "\n".join(parts) + "})();\n"
    assert set(page.SHARED) < set(page.SCRIPTS)
    assert {f"{name}.js" for name in page.SCRIPTS} == {p.name for p in page.HERE.glob("*.js")} - {"lab.js"}
    assert page.inline() == f"<style>{page.style()}</style><script>{script}</script>"


def test_the_longest_text_is_the_one_that_takes_most_room():
    assert page.longest(["iiiiiii", "mmm"]) == "mmm — —"
    assert page.longest(["iiiiiiii", "mmm"]) == "iiiiiiii — —"
    assert page.longest(["nnnn", "mmm"]) == "mmm — —"
    assert page.longest([]) == " — —"
    texts = ["lll", "WW", "l"]
    choice = slider([1, 2, 3], show=lambda v: texts[v - 1])
    field = page._field("n", SimpleNamespace(**vars(choice) | {"label": "n"}))
    assert element(field, "output")["data-longest"] == "WW"
    assert unescape(re.search(r'aria-valuetext="([^"]*)"', field)[1]) == "lll"
