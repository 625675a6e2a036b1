"""How something drawn looks: what matplotlib says of it, as SVG attributes."""

import functools
from typing import NamedTuple

from matplotlib.colors import to_hex

from .display_list import TENTHS

PAGE = {"#000000": "currentColor", "#ffffff": "var(--live-paper, #fff)"}


class Look(NamedTuple):
    """The look of a path or a mark; `own` keeps its black and white, `crisp` its edges sharp."""

    face: tuple | None
    edge: tuple
    alpha: float
    forced: bool
    width: float
    join: str
    cap: str
    offset: float
    dashes: tuple | None
    own: bool
    crisp: bool


def look(gc, face, own, crisp):
    """The look that a graphics context says, with a face to fill or None."""
    if gc.get_hatch():
        raise ValueError("a live figure cannot move a hatched artist: draw it without hatch")
    offset, dashes = gc.get_dashes()
    return Look(
        None if face is None else tuple(face),
        tuple(gc.get_rgb()),
        gc.get_alpha(),
        gc.get_forced_alpha(),
        gc.get_linewidth(),
        gc.get_joinstyle(),
        gc.get_capstyle(),
        offset,
        None if dashes is None else tuple(dashes),
        own,
        crisp,
    )


@functools.lru_cache(1024)
def attributes(look):
    """The SVG attributes of a look, as (name, text) pairs."""
    style = {"fill": "none"} if look.face is None else {"fill": colour(look.face, look.own)}
    if look.face is not None and len(look.face) == 4 and not look.forced:
        style["fill-opacity"] = short(look.face[3])
    if look.width and (look.forced or look.edge[3] > 0):
        style |= {
            "stroke": colour(look.edge, look.own),
            "stroke-width": short(look.width * TENTHS),
            "stroke-linejoin": look.join,
            "stroke-linecap": {"projecting": "square"}.get(look.cap, look.cap),
        }
        if not look.forced:
            style["stroke-opacity"] = short(look.edge[3])
        if look.dashes is not None:
            style["stroke-dasharray"] = " ".join(short(dash * TENTHS) for dash in look.dashes)
            style["stroke-dashoffset"] = short(look.offset * TENTHS)
    if look.forced:
        style["opacity"] = short(look.alpha)
    if look.crisp:
        style["shape-rendering"] = "crispEdges"
    return tuple(style.items())


def colour(rgb, own):
    """Black and white follow the page, so that a figure is right in the dark, too; its own stay."""
    text = to_hex(rgb[:3])
    return text if own else PAGE.get(text, text)


def short(number):
    return f"{number:.3f}".rstrip("0").rstrip(".")
