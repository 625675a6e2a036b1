"""A figure as SVG: the still part by matplotlib, and one frame as `player.js` would draw it.

`drawing` and the player make the same elements from the same numbers; the first frame is
in the page before any script runs.
"""

import contextlib
import functools
import io
import re
from html import escape

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.textpath import text_to_path

from .display_list import CLOSE, CORNERS, IMAGE, MARKS, PATH, TEXT
from .moving import is_crisp, stands_on_colour

OWN, CRISP = "live-own", "live-crisp"  # groups of the still part that are treated apart
TAG = re.compile(r"(<[^>]*>)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
GEOMETRY = re.compile(r'\b(?:x|y|points)="[^"]*"')
COMMAND = re.compile(r"([MLQCHVz])([^MLQCHVz]*)", re.IGNORECASE)
PATH_DATA = re.compile(r'\sd="([^"]*)"')


def still(fig, salt, drawn):
    """What matplotlib has drawn of a figure, as an `<svg>` whose ids all begin with `salt`."""
    text = drawn[drawn.index("<g ") : drawn.rindex("</svg>")]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    width, height = (fig.get_size_inches() * 72).tolist()
    return (
        f'<svg class="live-still" viewBox="0 0 {width:g} {height:g}" aria-hidden="true">'
        f"{_rewritten(text, salt)}</svg>"
    )


def drawn(fig, salt):
    """The figure as SVG by matplotlib."""
    settings = {
        "image.composite_image": False,  # else images that move are put together with those that do not
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "mathtext.fontset": "dejavusans",
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
    }
    out = io.StringIO()
    with mpl.rc_context(settings), _grouped(fig), _on_no_paper(fig), _laid_out_already(fig):
        renderer = _renderer(fig, out)
        fig.draw(renderer)
        renderer.finalize()
    return out.getvalue()


def _renderer(fig, out):
    """What `fig.savefig` would draw with, but that it reads a formula once for all drawings."""
    across, down = fig.get_size_inches()
    sharpness = getattr(fig, "_original_dpi", fig.dpi)  # what its author asked for
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    vector = RendererSVG(72 * across, 72 * down, out, image_dpi=sharpness, metadata=nothing)
    vector._text2path = text_to_path
    return MixedModeRenderer(fig, across, down, sharpness, vector)


@contextlib.contextmanager
def _on_no_paper(fig):
    colour = fig.get_facecolor()
    fig.set_facecolor("none")
    try:
        yield
    finally:
        fig.set_facecolor(colour)


@contextlib.contextmanager
def _laid_out_already(fig):
    """Without a layout engine, not even one that does nothing, a figure is drawn once and not twice."""
    engine = fig.get_layout_engine()
    fig.set_layout_engine(None)
    yield
    fig.set_layout_engine(engine)


@contextlib.contextmanager
def _grouped(fig):
    """Mark the groups of artists that keep their black and white, and of those with sharp edges."""
    marked = []
    for artist in fig.findobj(lambda artist: artist.get_gid() is None and artist.get_visible()):
        crisp, own = is_crisp(artist), stands_on_colour(artist)
        if crisp or own:
            artist.set_gid(" ".join([CRISP] * crisp + [OWN] * own))
            marked.append(artist)
    yield
    for artist in marked:
        artist.set_gid(None)


def _rewritten(text, salt):
    """The SVG with ids of its own, short numbers, and the page's colours and letters.

    Only tags are touched: what stands between them is the author's.
    """
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    owned, parts = [False], []  # whether the group that is open keeps its black and white
    for part in TAG.split(text):
        if not part.startswith("<"):
            parts.append(part if part.strip() else "")
            continue
        if part.startswith("<g"):
            owned.append(OWN in part or owned[-1])
        part = _light(_with_own_ids(part, used, salt))
        parts.append(part if owned[-1] else _following_page(part))
        if part == "</g>":
            owned.pop()
    return "".join(parts)


def _with_own_ids(tag, used, salt):
    """Keep an id that something refers to, with the figure's own prefix."""
    crisp = ' shape-rendering="crispEdges"' if f'id="{CRISP}' in tag else ""
    tag = re.sub(r' id="([^"]*)"', lambda m: f' id="{salt}-{m[1]}"' if m[1] in used else crisp, tag)
    return re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\g<1>{salt}-", tag).replace("xlink:href", "href")


def _light(tag):
    """Tenths of a point are enough, as for what moves; so is one space."""

    def rounded(match):
        return re.sub(r"\d+\.\d+", lambda n: f"{float(n[0]):.1f}".removesuffix(".0"), match[0])

    tag = PATH_DATA.sub(lambda match: f' d="{_relative(match[1])}"', tag)
    tag = GEOMETRY.sub(rounded, tag).replace('transform="rotate(-0 ', 'transform="rotate(0 ')
    tag = re.sub(r' transform="rotate\(0 [^)]*\)"', "", tag)
    return re.sub(r'\s+(?=[">/])', "", re.sub(r"\s*\n\s*", " ", tag))


def _relative(data):
    """Path data, each point as its distance from the one before in whole tenths: short, and without drift."""
    parts, here, first = [], (0, 0), (0, 0)
    for command, text in COMMAND.findall(data):
        if command in "zZ":
            parts.append("z")
            here = first
            continue
        numbers = [round(10 * float(number)) for number in text.replace(",", " ").split()]
        if command in "HV":  # along one axis
            numbers = [*numbers, here[1]] if command == "H" else [here[0], *numbers]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            first = here = points.pop(0)
            parts.append("M" + _tenths(first))
        if points:
            corners = {"Q": 2, "C": 3}.get(command, 1)
            starts = [here, *points[corners - 1 : -1 : corners]]
            steps = [
                step
                for n, (x, y) in enumerate(points)
                for step in (x - starts[n // corners][0], y - starts[n // corners][1])
            ]
            parts.append({"Q": "q", "C": "c"}.get(command, "l") + _tenths(steps))
            here = points[-1]
    return "".join(parts)


def _tenths(numbers):
    """Whole tenths as the shortest text that reads as the same lengths."""
    texts = map(_tenth, numbers)
    return next(texts) + "".join(text if text[0] == "-" else " " + text for text in texts)


@functools.lru_cache(4096)
def _tenth(number):
    whole, tenth = divmod(abs(number), 10)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return "-" + text if number < 0 else text


def _following_page(tag):
    """Black is the page's text colour, white its paper, and letters are in its typeface."""
    tag = re.sub(r"font-family: [^;\"]*", "font-family: var(--live-font, sans-serif)", tag)
    tag = re.sub(r"font: ([^;\"']*)'[^;\"]*", r"font: \1 var(--live-font, sans-serif)", tag)
    return tag.replace("#000000", "currentColor").replace("#ffffff", "var(--live-paper, #fff)")


def alike(one, other):
    """Whether two drawings show the same, but for ids and the rounding of lengths."""
    if one == other:
        return True

    def split(text):
        text = re.sub(r'(id="|href="#|url\(#)[^")]*', r"\1", text)
        return NUMBER.sub("", text), NUMBER.findall(text)

    (words, lengths), (other_words, other_lengths) = split(one), split(other)
    return words == other_words and np.allclose(
        np.array(lengths, float), np.array(other_lengths, float), atol=0.11, rtol=0
    )


def overlay(fig_size, frame, tables, salt):
    """One frame as the `<svg>` that lies over the still part."""
    width, height = (10 * side for side in fig_size)
    return (
        f'<svg class="live-overlay" viewBox="0 0 {width:g} {height:g}" aria-hidden="true">'
        f"{drawing(frame, tables, salt)}</svg>"
    )


def drawing(frame, tables, salt):
    """The elements of one frame, and the clips and marks that they refer to."""
    numbers = frame.tolist()
    position, parts, defs = 1, [], {}
    while position < len(numbers):
        kind, style = numbers[position], dict(tables.styles[numbers[position + 1]])
        if "clip" in style:
            clip = f"{salt}-clip{style['clip']}"
            outline = tables.clips[style.pop("clip")]
            defs[clip] = f'<clipPath id="{clip}"><path d="{outline}"/></clipPath>'
            style["clip-path"] = f"url(#{clip})"
        part, position = _ELEMENTS[kind](numbers, position, style, tables, defs, salt)
        parts.append(part)
    return f"<defs>{''.join(defs.values())}</defs>{''.join(parts)}"


def _path(numbers, at, style, tables, defs, salt):
    count = numbers[at + 2]
    runs = numbers[at + 3 : at + 3 + 2 * count]
    xs, ys, end = _points(numbers, at + 3 + 2 * count)
    points = iter(zip(xs, ys, strict=True))
    data = []
    for command, times in zip(runs[::2], runs[1::2], strict=True):
        if command == CLOSE:
            data.append("Z" * times)
            continue
        corners = [next(points) for _ in range(times * CORNERS[command])]
        data.append("MLQC"[command] + " ".join(f"{x} {y}" for x, y in corners))
    return _element("path", {"d": "".join(data), **style}), end


def _marks(numbers, at, style, tables, defs, salt):
    mark = f"{salt}-mark{numbers[at + 1]}-{numbers[at + 2]}"
    clip = {"clip-path": style.pop("clip-path")} if "clip-path" in style else {}
    inner = _element("path", {"d": tables.shapes[numbers[at + 2]], **style})
    defs[mark] = f'<marker id="{mark}" markerUnits="userSpaceOnUse" overflow="visible">{inner}</marker>'
    xs, ys, end = _points(numbers, at + 3)
    places = [f"{x} {y}" for x, y in zip(xs, ys, strict=True)]
    # A mark at the first vertex and at each one between; the last stands there twice.
    data = f"M{' '.join([*places, places[-1]])}"
    return _element(
        "path",
        {"d": data, "fill": "none", "marker-start": f"url(#{mark})", "marker-mid": f"url(#{mark})", **clip},
    ), end


def _text(numbers, at, style, tables, defs, salt):
    string, x, y = numbers[at + 2 : at + 5]
    turn = style.pop("rotate")
    place = {"x": x, "y": y} | ({"transform": f"rotate({turn} {x} {y})"} if float(turn) else {})
    return _element("text", place | style, escape(tables.strings[string])), at + 5


def _image(numbers, at, style, tables, defs, salt):
    picture, x, y, width, height = numbers[at + 2 : at + 7]
    box = {"x": x, "y": y, "width": width, "height": height, "preserveAspectRatio": "none"}
    return _element("image", {"href": tables.images[picture], **box, **style}), at + 7


_ELEMENTS = {PATH: _path, MARKS: _marks, TEXT: _text, IMAGE: _image}


def _points(numbers, at):
    count = numbers[at]
    xs = numbers[at + 1 : at + 1 + count]
    ys = numbers[at + 1 + count : at + 1 + 2 * count]
    return xs, ys, at + 1 + 2 * count


def _element(tag, attributes, content=""):
    pairs = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{pairs}>{content}</{tag}>"
