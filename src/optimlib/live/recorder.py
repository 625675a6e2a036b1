"""The recorder: a matplotlib renderer that writes down what artists draw, as a display list.

A frame is a flat array of 16-bit integers. It opens with the number of its sentence in
`Tables.words`; then come the drawings, each a kind, the number of its style and its geometry.
Lengths are tenths of a point, y downwards:

    PATH   style  runs  (command, count) × runs  n  x × n  y × n
    MARKS  style  shape  n  x × n  y × n
    TEXT   style  string  x  y
    IMAGE  style  picture  x  y  width  height

What frames share (styles, marker shapes, clips, strings, pictures) stands in `Tables`, once.
"""

import base64
import io
from dataclasses import dataclass, field

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.text import Text
from PIL import Image

from .moving import is_crisp, stands_on_colour

PATH, MARKS, TEXT, IMAGE = range(4)
MOVE, LINE, QUAD, CUBIC, CLOSE = range(5)
TENTHS = 10  # units a point
MOST = 2**15 - 1  # what 16 bits hold
REACH = 200  # points beyond the figure's edge where paths are cut
SHARPNESS = 2  # picture pixels a point
PAGE = {"#000000": "currentColor", "#ffffff": "var(--live-paper, #fff)"}

_COMMANDS = {
    Path.MOVETO: (MOVE, 1),
    Path.LINETO: (LINE, 1),
    Path.CURVE3: (QUAD, 2),
    Path.CURVE4: (CUBIC, 3),
    Path.CLOSEPOLY: (CLOSE, 1),
}


@dataclass
class Tables:
    """What frames refer to by number. Entries are only ever added."""

    words: list = field(default_factory=list)
    styles: list = field(default_factory=list)
    shapes: list = field(default_factory=list)
    clips: list = field(default_factory=list)
    strings: list = field(default_factory=list)
    images: list = field(default_factory=list)

    def __post_init__(self):
        self._numbers = {}

    def entries(self, known=None):
        """The entries of each table, those that are `known` (a count for each table) left out."""
        names = ("words", "styles", "shapes", "clips", "strings", "images")
        return {name: getattr(self, name)[(known or {}).get(name, 0) :] for name in names}

    def number(self, table, entry):
        """The number of an entry, which is added where it is new."""
        key = (table, tuple(entry.items()) if isinstance(entry, dict) else entry)
        if key not in self._numbers:
            entries = getattr(self, table)
            self._numbers[key] = len(entries)
            entries.append(entry)
        return self._numbers[key]


class Recorder(RendererBase):
    """Writes down what artists draw on a figure of width × height points."""

    dpi = 72  # a pixel is a point

    def __init__(self, width, height, tables):
        super().__init__()
        self.width, self.height, self.tables = width, height, tables
        self._parts, self._own, self._crisp, self._treatments = [], False, False, {}

    def record(self, artists, words):
        """The frame that shows the artists, in their order, under a sentence."""
        self._parts = []
        for artist in artists:
            self._own, self._crisp = self._treated(artist)
            artist.draw(self)
        opening = [self.tables.number("words", words)]
        frame = np.concatenate([opening, *self._parts])
        if np.abs(frame).max() > MOST:
            raise ValueError(
                f"a live figure counts with 16 bits: at most {MOST:,} points in an artist, and {MOST:,} "
                "different colours, texts or pictures in all its frames; draw fewer"
            )
        return frame.astype(np.int16)

    def _treated(self, artist):
        """Whether it keeps its black and white, and whether its edges are sharp; a text may wander."""
        if isinstance(artist, Text):
            return stands_on_colour(artist), False
        if artist not in self._treatments:
            self._treatments[artist] = stands_on_colour(artist), is_crisp(artist)
        return self._treatments[artist]

    # Geometry -----------------------------------------------------------------------------

    def _tenths(self, vertices):
        """x and y in tenths of a point, y downwards."""
        x, y = np.asarray(vertices, dtype=float).T
        return np.concatenate([np.rint(x * TENTHS), np.rint((self.height - y) * TENTHS)])

    def _window(self):
        return (-REACH, -REACH, self.width + REACH, self.height + REACH)

    def _add(self, kind, style, *numbers):
        self._parts.append(np.concatenate([[kind, style], *(np.atleast_1d(part) for part in numbers)]))

    def draw_path(self, gc, path, transform, rgbFace=None):
        path = _within(path.transformed(transform), self._window(), filled=rgbFace is not None)
        runs, vertices = _runs(path)
        if len(vertices):
            style = self._style(gc, rgbFace)
            self._add(PATH, style, len(runs), np.ravel(runs), len(vertices), self._tenths(vertices))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        offsets = path.transformed(trans).vertices
        if len(offsets) == 1 and not offsets.any():  # how a fill is drawn: its points are its own
            self.draw_path(gc, marker_path, marker_trans, rgbFace)
            return
        look = (_shape(marker_path.transformed(marker_trans)), self._style(gc, rgbFace))
        self._marks(look, offsets)

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **more
    ):
        """Neighbours that look the same, as in a scatter plot, become one drawing of marks."""
        shapes = list(self._iter_collection_raw_paths(master_transform, paths, all_transforms))
        look, places = None, []
        items = self._iter_collection(
            gc, shapes, offsets, offset_trans, *looks, **{"hatchcolors": [], **more}
        )
        for x, y, (path, transform), item_gc, face in items:
            if x == y == 0:  # drawn in place, as the polygons of a fill are
                self._marks(look, places)
                look, places = None, []
                self.draw_path(item_gc, path, transform, face)
                continue
            item_look = (_shape(path.transformed(transform)), self._style(item_gc, face))
            if item_look != look:
                self._marks(look, places)
                look, places = item_look, []
            places.append((x, y))
        self._marks(look, places)

    def _marks(self, look, offsets):
        """Add the same mark, look = (shape, style), at every offset within reach."""
        if not len(offsets):
            return
        shape, style = look
        offsets = np.asarray(offsets, dtype=float)
        seen = _within_reach(offsets)
        if seen.any():
            number = self.tables.number("shapes", shape)
            self._add(MARKS, style, number, seen.sum(), self._tenths(offsets[seen]))

    # Text and pictures --------------------------------------------------------------------

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if ismath:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # as outlines
        anchor = "start"
        if mtext is not None and angle == 0:
            # The reader's font may be a little wider: hold the text where its author holds it.
            anchor = {"left": "start", "center": "middle", "right": "end"}[mtext.get_ha()]
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        style = {
            "fill": self._colour(gc.get_rgb()),
            "fill-opacity": _short(gc.get_alpha()),
            "font-size": _short(prop.get_size_in_points() * TENTHS),
            "font-weight": str(prop.get_weight()),
            "font-style": prop.get_style(),
            "text-anchor": anchor,
            "rotate": _short(-angle),
            **self._clip(gc),
        }
        if not _within_reach([[x, y]]).all():
            return
        number = self.tables.number("styles", style)
        place = np.rint([x * TENTHS, y * TENTHS])
        self._add(TEXT, number, self.tables.number("strings", s), place)

    def draw_image(self, gc, x, y, im, transform=None):
        height, width = np.array(im.shape[:2]) / SHARPNESS
        data = io.BytesIO()
        Image.fromarray(np.asarray(im)[::-1]).save(data, "png", optimize=True)
        uri = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
        style = self.tables.number("styles", {"opacity": _short(gc.get_alpha()), **self._clip(gc)})
        box = np.rint(np.array([x, self.height - y - height, width, height]) * TENTHS)
        self._add(IMAGE, style, self.tables.number("images", uri), box)

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise ValueError("a live figure cannot move a Gouraud-shaded mesh: use shading='nearest'")

    # Style --------------------------------------------------------------------------------

    def _style(self, gc, face):
        """The number of the SVG attributes that say what matplotlib says in gc and face."""
        if gc.get_hatch():
            raise ValueError("a live figure cannot move a hatched artist: draw it without hatch")
        forced = gc.get_forced_alpha()
        style = {"fill": "none"} if face is None else {"fill": self._colour(face)}
        if face is not None and len(face) == 4 and not forced:
            style["fill-opacity"] = _short(face[3])
        if gc.get_linewidth() and (forced or gc.get_rgb()[3] > 0):
            style |= {
                "stroke": self._colour(gc.get_rgb()),
                "stroke-width": _short(gc.get_linewidth() * TENTHS),
                "stroke-linejoin": gc.get_joinstyle(),
                "stroke-linecap": {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle()),
            }
            if not forced:
                style["stroke-opacity"] = _short(gc.get_rgb()[3])
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                style["stroke-dasharray"] = " ".join(_short(dash * TENTHS) for dash in dashes)
                style["stroke-dashoffset"] = _short(offset * TENTHS)
        if forced:
            style["opacity"] = _short(gc.get_alpha())
        if self._crisp:
            style["shape-rendering"] = "crispEdges"
        return self.tables.number("styles", style | self._clip(gc))

    def _colour(self, rgb):
        """Black and white follow the page, so that a figure is right in the dark too; not over a picture."""
        colour = to_hex(rgb[:3])
        return colour if self._own else PAGE.get(colour, colour)

    def _clip(self, gc):
        """The number of the outline that gc clips to, if there is one."""
        path, transform = gc.get_clip_path()
        box = gc.get_clip_rectangle()
        if path is not None:
            outline = path.transformed(transform)
        elif box is not None:
            outline = Path([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
        else:
            return {}
        vertices = outline.vertices * (1, -1) + (0, self.height)
        return {"clip": self.tables.number("clips", svg_path(Path(vertices, outline.codes)))}

    # What matplotlib asks of a renderer ---------------------------------------------------

    def flipy(self):
        return True

    def get_canvas_width_height(self):
        return self.width, self.height

    def get_image_magnification(self):
        return SHARPNESS

    def option_image_nocomposite(self):
        return True

    def points_to_pixels(self, points):
        return points

    def new_gc(self):
        return GraphicsContextBase()


def svg_path(path, relative_to=(0, 0)):
    """The path as SVG path data in tenths, vertices taken as they are."""
    runs, vertices = _runs(path)
    points = iter(np.rint((vertices - relative_to) * TENTHS).astype(int).tolist())
    parts = []
    for command, count in runs:
        for _ in range(count):
            corners = [next(points) for _ in range((1, 1, 2, 3, 0)[command])]
            parts.append("MLQCZ"[command] + " ".join(f"{x} {y}" for x, y in corners))
    return "".join(parts)


def _shape(path):
    """A mark as path data about its own origin, y downwards."""
    return svg_path(Path(path.vertices * (1, -1), path.codes))


def _within_reach(places):
    """Which places, in points, 16 bits of tenths can hold, turned upside down, too."""
    with np.errstate(invalid="ignore"):
        return (np.abs(places) < MOST / TENTHS / 2).all(axis=1)


def _within(path, window, filled):
    """The path without NaNs, cut at the window: 16 bits hold no far-away point.

    A cut line ends outside the picture; clamping its points instead would bend it.
    """
    if ((path.vertices >= window[:2]) & (path.vertices <= window[2:])).all():
        return path
    pieces = _pieces(path)
    for side, bound in enumerate(window):
        pieces = [_cut(piece, side, bound, filled) for piece in pieces]
    pieces = [piece for piece in pieces if len(piece)]
    if filled:
        return Path.make_compound_path(*(Path(np.vstack([p, p[:1]]), closed=True) for p in pieces))
    return Path.make_compound_path(*(Path(p).cleaned(remove_nans=True) for p in pieces))


def _pieces(path):
    """The connected parts of a path as arrays of points, curves flattened."""
    clean = path.cleaned(remove_nans=True, curves=False)
    vertices, codes = clean.vertices[:-1], clean.codes[:-1]  # the last says stop
    starts = np.flatnonzero(codes == Path.MOVETO)[1:]
    pieces = np.split(vertices, starts)
    for piece, how in zip(pieces, np.split(codes, starts), strict=True):
        piece[how == Path.CLOSEPOLY] = piece[:1]
    return pieces


def _cut(points, side, bound, filled):
    """A polygon, or a line with NaNs for its gaps, cut at one side of the window.

    Where it crosses is a mean of its neighbours, weighted by their distances: that stays exact
    for neighbours as far away as a diverging iteration takes them.
    """
    beyond = (points[:, side % 2] - bound) * (1 if side < 2 else -1)
    after, beyond_after = np.roll(points, -1, axis=0), np.roll(beyond, -1)
    inside, crosses = beyond >= 0, beyond * np.sign(beyond_after) < 0
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = np.abs([beyond_after, beyond]) / (np.abs(beyond) + np.abs(beyond_after))
    crossing = weights[0][:, None] * points + weights[1][:, None] * after
    crossing[:, side % 2] = bound
    if not filled:
        crosses[-1:] = False  # a line does not return to its start
        points, inside = np.where(inside[:, None], points, np.nan), np.ones_like(inside)
    both = np.stack([points, crossing], axis=1).reshape(-1, 2)
    return both[np.stack([inside, crosses], axis=1).ravel()]


def _runs(path):
    """[(command, how often), …] and the vertices that the commands use."""
    vertices, codes = path.vertices, path.codes
    if codes is None:
        count = len(vertices)
        return [(MOVE, 1), (LINE, count - 1)][: 1 + (count > 1)] if count else [], vertices
    keep = (codes != Path.STOP) & (codes != Path.CLOSEPOLY)
    runs, position = [], 0
    while position < len(codes):
        code = codes[position]
        if code == Path.STOP:
            break
        command, width = _COMMANDS[code]
        if runs and runs[-1][0] == command != MOVE:  # a second pair after M would be a line in SVG
            runs[-1][1] += 1
        else:
            runs.append([command, 1])
        position += width
    return [tuple(run) for run in runs], vertices[keep]


def _short(number):
    return f"{number:.3f}".rstrip("0").rstrip(".")
