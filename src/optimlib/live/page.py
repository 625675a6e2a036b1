"""A live figure in a published page: HTML that holds the first frame, native controls and the atlas."""

import base64
from html import escape
from pathlib import Path

from . import svg

HERE = Path(__file__).parent


def html(figure, atlas=None):
    """The figure as HTML: with an atlas for a page of the book, and without one for anywhere else.

    Without an atlas it shows its first frame, and brings the style sheet that a page would have.
    """
    if atlas is None:
        return f"<style>{(HERE / 'live.css').read_text('utf-8')}</style>{body(figure)}"
    return body(figure, atlas)


def body(figure, atlas=None):
    """The `<figure>` itself."""
    words = figure.tables.words[figure.first[0]]
    parts = [
        f'<figure class="live-figure" id="{figure.salt}" aria-label="{escape(figure.title)}" '
        f'style="max-width:{figure.size[0] / 72 * 120:g}px">',
        stage(figure),
    ]
    if atlas is not None:
        fields = (_field(name, control) for name, control in figure.controls.items())
        parts.append(f'<div class="live-controls">{"".join(fields)}</div>')
    parts.append(f'<p class="live-words" role="status">{escape(words)}</p>')
    if atlas is not None:
        packed = base64.b64encode(atlas).decode()
        parts.append(f'<script type="text/plain" class="live-atlas">{packed}</script>')
    return "".join([*parts, "</figure>"])


def stage(figure):
    """The picture: the still part and, over it, the first frame."""
    width, height = figure.size
    label = f'role="img" aria-label="{escape(figure.description)}"'
    size = f'style="aspect-ratio:{width:g}/{height:g}"'
    moving = svg.overlay(figure.size, figure.first, figure.tables, figure.salt)
    return f'<div class="live-stage" {size}><div {label}>{figure.still}{moving}</div></div>'


def _field(name, control):
    """One labelled native control, disabled until the player wakes it."""
    look = f'data-control="{escape(name)}" disabled autocomplete="off"'
    if control.kind == "switch":
        checked = " checked" if control.start else ""
        field = f'<input type="checkbox" {look}{checked}>'
    elif control.kind == "choice":
        options = "".join(
            f'<option value="{i}"{" selected" if i == control.start else ""}>{escape(text)}</option>'
            for i, text in enumerate(control.texts)
        )
        field = f"<select {look}>{options}</select>"
    else:
        text = escape(control.texts[control.start])
        last = len(control.values) - 1
        widest = max(map(len, control.texts))
        field = (
            f'<input type="range" min="0" max="{last}" step="1" value="{control.start}" '
            f'aria-valuetext="{text}" {look}><output aria-hidden="true" style="min-width:{widest}ch">{text}</output>'
        )
    label = f'<label class="live-control"><span>{escape(control.label)}</span>{field}</label>'
    return label if control.rate is None else f'<div class="live-control">{_button(control)}{label}</div>'


def _button(control):
    return (
        f'<button type="button" class="live-play" aria-pressed="false" data-rate="{control.rate:g}" '
        f'aria-label="Play {escape(control.label)}" disabled></button>'
    )
