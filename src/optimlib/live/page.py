"""A live figure in a published page: HTML that holds the first frame, native controls and the atlas."""

import base64
from html import escape


def html(figure, atlas=None):
    """The figure as HTML. With an atlas its controls come alive; without, it shows its first frame."""
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
    from . import svg

    width, height = figure.size
    label = f'role="img" aria-label="{escape(figure.description)}"'
    size = f'style="aspect-ratio:{width:g}/{height:g}"'
    moving = svg.overlay(figure.size, figure.first, figure.tables, figure.salt)
    return f'<div class="live-stage" {label} {size}>{figure.still}{moving}</div>'


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
            f'aria-valuetext="{text}" {look}><output style="min-width:{widest}ch">{text}</output>'
        )
    return f'<label class="live-control"><span>{escape(control.label)}</span>{field}</label>'
