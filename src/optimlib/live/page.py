"""A live figure in a published page: HTML that holds the first frame, native controls and the atlases."""

import base64
import json
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
SHARED = ("player", "pads", "asking", "address")  # scripts that the page and JupyterLab both run
SCRIPTS = (*SHARED, "play", "tools", "answers", "trouble", "page")
MENU = {"copy": "Copy link", "embed": "Copy frame for a page", "svg": "Save as SVG", "png": "Save as PNG"}
ALONE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{head}
<body class="live-alone">
{figure}
<p class="live-source">{source}</p>
</body>
</html>
"""
UNSCRIPTED = '<noscript><p class="live-unscripted">The figure moves where JavaScript may run.</p></noscript>'
NARROW_LETTERS, BROAD_LETTERS = set("fijlrt.,:;'|!()[] ·"), set("mwMW%@—")


def html(figure, atlas=None):
    """The figure as HTML: with an atlas for a page of the book, and without one for anywhere else.

    Without an atlas it shows its first frame, and brings the style sheet that a page would have.
    """
    if atlas is None:
        return f"<style>{style()}</style>{body(figure)}"
    return body(figure, {"wide": atlas, "narrow": figure.atlas(figure.narrow)})


def style():
    """The style sheet of all figures."""
    return (HERE / "live.css").read_text("utf-8")


def script():
    """The player and the page's part of it, in one classic script of its own scope, which runs once."""
    parts = "\n".join((HERE / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    return f"if (!globalThis.liveAtlas) (() => {{\n{parts}}})();\n"


def inline():
    """What a page of figures must hold beside them, where it can load nothing."""
    return f"<style>{style()}</style><script>{script()}</script>"


def alone(title, figure, head, source=""):
    """A page that holds one figure and says where it comes from. All but the title is HTML."""
    return ALONE.format(title=escape(title), figure=figure, head=head, source=source)


def picture(figure):
    """The first frame as an image, and its words: for exports, and for a notebook opened without its kernel.

    It brings its own paper, since an image has no page whose colours it could follow, and hides where
    the figure itself is awake on the same page.
    """
    drawing = on_paper(figure.still + figure.first_overlay(), *figure.size)
    source = "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
    name = f"live-picture-{figure.token}"
    return (
        f'<style>body:has([data-token="{figure.token}"]) .{name} {{ display: none; }}</style>'
        f'<div class="{name}"><img alt="{escape(figure.description)}" src="{source}">'
        f"<p>{escape(figure.first_words())} (Run this cell to make the figure live.)</p></div>"
    )


def on_paper(layers, across, down):
    """The layers of a picture as one SVG that needs no page around it: on white, in black letters."""
    look = 'style="background:#fff;color:#111" stroke-linejoin="round" font-family="sans-serif" fill="#111"'
    layers = layers.replace("<svg", f'<svg width="{across:g}" height="{down:g}"')
    layers = layers.replace('class="live-overlay"', 'class="live-overlay" stroke-linejoin="miter"')
    size = f'viewBox="0 0 {across:g} {down:g}" width="{across:g}pt" height="{down:g}pt"'
    rules = "<style>text{white-space:pre}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>{rules}{layers}</svg>'


def body(figure, atlases=None):
    """The `<figure>` itself."""
    waiting = " data-waiting" if figure.question else ""
    parts = [
        f'<figure class="live-figure" id="{figure.salt}" data-positions="{figure.positions}" '
        f'data-name="{figure.name}"{waiting} aria-label="{escape(figure.title)}" '
        f'style="max-width:{width(figure):g}px">',
        question(figure),
        stage(figure, atlases or ["wide"]),
        f'<p class="live-words" role="status" data-longest="{escape(longest(figure.tables.words))}">'
        f"<span>{escape(figure.first_words())}</span></p>",
    ]
    if atlases is not None:
        fields = (_field(name, control) for name, control in figure.controls.items())
        parts.append(f'<div class="live-controls">{"".join(fields)}</div>{UNSCRIPTED}')
    parts.append(_foot(figure))
    for shape, atlas in (atlases or {}).items():
        packed = base64.b64encode(atlas).decode()
        parts.append(f'<script type="text/plain" class="live-atlas" data-shape="{shape}">{packed}</script>')
    return "".join([*parts, "</figure>"])


def width(figure):
    """How many pixels wide the figure is shown where there is room."""
    return figure.size[0] / 72 * 120


def stage(figure, shapes):
    """The picture: the still part and, over it, the first frame; and how high it is in these shapes."""
    sizes = [(name, getattr(figure, name).size) for name in shapes]
    ratios = ";".join(f"--{name}:{across:g}/{down:g}" for name, (across, down) in sizes)
    label = f'role="img" aria-labelledby="{figure.salt}-caption"'
    moving = figure.first_overlay()
    return f'<div class="live-stage" style="{ratios}"><div {label}>{figure.still}{moving}</div></div>'


def longest(texts):
    """The text that takes the most room, with a margin, since letters differ in width and lines break."""
    return max(texts, key=_room, default="") + " — —"


def _room(text):
    widths = dict.fromkeys(NARROW_LETTERS, 0.55) | dict.fromkeys(BROAD_LETTERS, 1.45)
    return sum(widths.get(letter, 1) for letter in text)


def question(figure):
    """What the figure asks, its answers, and, for where nothing runs, what is so."""
    asked = figure.question
    if asked is None:
        return ""
    made = {"choice": _choices, "number": _number, "point": _point}[asked.kind](asked)
    then = escape(json.dumps({name: str(value) for name, value in asked.then.items()}))
    said = [(f"{text}: {feedback}", i) for i, (text, feedback) in enumerate(asked.options)]
    if asked.kind == "number":
        said.append((f"It is {asked.said()}.", "is"))
    if asked.because:
        said.append((asked.because, "because"))
    lines = "".join(f'<p data-said="{of}">{escape(text)}</p>' for text, of in said)
    return (
        f'<div class="live-question" data-kind="{asked.kind}" data-then="{then}" role="group" '
        f'aria-labelledby="{figure.salt}-asked">'
        f'<p class="live-asked" id="{figure.salt}-asked"><strong>Predict:</strong> {escape(asked.text)}</p>'
        f'<div class="live-answers">{made}<button type="button" class="live-show">Show me</button></div>'
        f'<div class="live-verdict" role="status"></div><div class="live-solution">{lines}</div></div>'
    )


def _choices(asked):
    return "".join(
        f'<button type="button" class="live-option" data-option="{i}"'
        f"{' data-right' if i == asked.right() else ''}>{escape(text)}</button>"
        for i, (text, _) in enumerate(asked.options)
    )


def _number(asked):
    return (
        '<label>Your answer <input class="live-number" type="text" inputmode="decimal" size="7" '
        f'autocomplete="off" data-answer="{asked.answer:.12g}" data-within="{asked.within:.12g}">'
        f"{' ' + escape(asked.unit) if asked.unit else ''}</label>"
        '<button type="button" class="live-enter">Answer</button>'
    )


def _point(asked):
    return "<span>Point at it in the picture: click or tap, or use the arrow keys and Enter.</span>"


def _field(name, control):
    """One labelled native control, disabled until the player wakes it."""
    look = f'data-control="{escape(name)}" disabled autocomplete="off"'
    field = {"slider": _range, "choice": _select, "switch": _checkbox}[control.kind](control, look)
    label = f'<label class="live-control"><span>{escape(control.label)}</span>{field}</label>'
    if control.rate is None:
        return label
    return f'<div class="live-control live-playing">{label}{_button(control)}</div>'


def _range(control, look):
    text = escape(control.texts[control.start])
    return (
        f'<input type="range" min="0" max="{len(control.values) - 1}" step="1" value="{control.start}" '
        f'aria-valuetext="{text}" {look}>'
        f'<output aria-hidden="true" data-longest="{escape(max(control.texts, key=_room))}">'
        f"<span>{text}</span></output>"
    )


def _select(control, look):
    options = (
        f'<option value="{i}"{" selected" if i == control.start else ""}>{escape(text)}</option>'
        for i, text in enumerate(control.texts)
    )
    return f"<select {look}>{''.join(options)}</select>"


def _checkbox(control, look):
    return f'<input type="checkbox" {look}{" checked" if control.start else ""}>'


def _button(control):
    return (
        f'<button type="button" class="live-play" aria-pressed="false" data-rate="{control.rate:g}" '
        f'aria-label="Play {escape(control.label)}" disabled></button>'
    )


def _foot(figure):
    """The caption and the figure's small menu."""
    buttons = "".join(
        f'<button type="button" class="live-{kind}">{text}</button>' for kind, text in MENU.items()
    )
    return (
        f'<div class="live-foot"><figcaption id="{figure.salt}-caption">'
        f"{escape(figure.description)}</figcaption>"
        '<div class="live-tools"><button type="button" class="live-reset">Reset</button>'
        '<details class="live-menu"><summary aria-label="More of this figure">⋯</summary>'
        f"<div>{buttons}</div></details></div></div>"
    )
