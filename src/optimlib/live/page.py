"""A live figure in a published page: HTML that holds the first frame, native controls and the atlas."""

import base64
from html import escape
from pathlib import Path

HERE = Path(__file__).parent


def html(figure, atlas=None):
    """The figure as HTML: with an atlas for a page of the book, and without one for anywhere else.

    Without an atlas it shows its first frame, and brings the style sheet that a page would have.
    """
    if atlas is None:
        return f"<style>{(HERE / 'live.css').read_text('utf-8')}</style>{body(figure)}"
    return body(figure, atlas)


def picture(figure):
    """The first frame as an image, and its words: for exports, and for a notebook opened without its kernel.

    It hides where the figure itself is awake on the same page.
    """
    across, down = figure.size
    layers = (figure.still + figure.first_overlay()).replace(
        "<svg", f'<svg width="{across:g}" height="{down:g}"'
    )
    size = f'viewBox="0 0 {across:g} {down:g}" width="{across:g}pt" height="{down:g}pt"'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{layers}</svg>'
    source = "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
    name = f"live-picture-{figure.token}"
    return (
        f'<style>body:has([data-token="{figure.token}"]) .{name} {{ display: none; }}</style>'
        f'<div class="{name}"><img alt="{escape(figure.description)}" src="{source}">'
        f"<p>{escape(figure.first_words())} (Run this cell to make the figure live.)</p></div>"
    )


def body(figure, atlas=None):
    """The `<figure>` itself."""
    parts = [
        f'<figure class="live-figure" id="{figure.salt}" data-positions="{figure.positions}" '
        f'aria-label="{escape(figure.title)}" '
        f'style="max-width:{width(figure):g}px">',
        stage(figure),
    ]
    if atlas is not None:
        fields = (_field(name, control) for name, control in figure.controls.items())
        parts.append(f'<div class="live-controls">{"".join(fields)}</div>')
    parts.append(f'<p class="live-words" role="status">{escape(figure.first_words())}</p>')
    if atlas is not None:
        packed = base64.b64encode(atlas).decode()
        parts.append(f'<script type="text/plain" class="live-atlas">{packed}</script>')
    return "".join([*parts, "</figure>"])


def width(figure):
    """How many pixels wide the figure is shown where there is room."""
    return figure.size[0] / 72 * 120


def stage(figure):
    """The picture: the still part and, over it, the first frame."""
    across, down = figure.size
    label = f'role="img" aria-label="{escape(figure.description)}"'
    size = f'style="aspect-ratio:{across:g}/{down:g}"'
    moving = figure.first_overlay()
    return f'<div class="live-stage" {size}><div {label}>{figure.still}{moving}</div></div>'


def _field(name, control):
    """One labelled native control, disabled until the player wakes it."""
    look = f'data-control="{escape(name)}" disabled autocomplete="off"'
    field = {"slider": _range, "choice": _select, "switch": _checkbox}[control.kind](control, look)
    label = f'<label class="live-control"><span>{escape(control.label)}</span>{field}</label>'
    return label if control.rate is None else f'<div class="live-control">{_button(control)}{label}</div>'


def _range(control, look):
    text, widest = escape(control.texts[control.start]), max(map(len, control.texts))
    return (
        f'<input type="range" min="0" max="{len(control.values) - 1}" step="1" value="{control.start}" '
        f'aria-valuetext="{text}" {look}>'
        f'<output aria-hidden="true" style="min-width:{widest}ch">{text}</output>'
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
