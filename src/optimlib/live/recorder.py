"""The recorder: a matplotlib renderer that writes down what artists draw, as a display list."""

import base64
import hashlib
import io
from itertools import chain

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image

from . import looks, paths, repeated
from .display_list import IMAGE, MARKS, MOST, PATH, TENTHS, TEXT
from .moving import is_crisp, stands_on_colour

SHARPNESS = 2  # picture pixels a point


class Recorder(RendererBase):
    """Writes down what artists draw on a figure of width × height points."""

    dpi = 72  # a pixel is a point

    def __init__(self, width, height, tables):
        super().__init__()
        self.width, self.height, self.tables = width, height, tables
        reach = paths.REACH
        self._window = np.array([-reach, -reach, width + reach, height + reach])
        self._parts, self._own, self._crisp = [], False, False
        self._treatments, self._styles, self._boxes, self._pictures = {}, {}, {}, {}
        self._lines, self._images, self._affines = repeated.Lines(), repeated.Pictures(), {}
        self._plain = vars(GraphicsContextBase())  # it asks the settings each time

    def record(self, artists, words):
        """The frame that shows the artists, in their order, under a sentence."""
        self._parts, self._affines = [[self.tables.number("words", words)]], {}
        for artist in artists:
            draw = {Line2D: self._draw_line, AxesImage: self._draw_image}.get(type(artist), self._draw)
            draw(artist)
        frame = np.rint(np.concatenate(self._parts))
        if np.abs(frame).max() > MOST:
            raise ValueError(
                f"a live figure counts with 16 bits: at most {MOST:,} points in an artist, and {MOST:,} "
                "different colours, texts or pictures in all its frames; draw fewer"
            )
        return frame.astype(np.int16)

    def _draw(self, artist):
        """Draw an artist as matplotlib does, and return the parts of the frame that it becomes."""
        before = len(self._parts)
        self._own, self._crisp = self._treated(artist)
        artist.draw(self)
        return self._parts[before:]

    def _treated(self, artist):
        """Whether it keeps its black and white, and whether its edges are sharp; a text may wander."""
        if isinstance(artist, Text):
            return stands_on_colour(artist), False
        if artist not in self._treatments:
            self._treatments[artist] = stands_on_colour(artist), is_crisp(artist)
        return self._treatments[artist]

    # Paths and marks ----------------------------------------------------------------------

    def _tenths(self, vertices):
        """x and y in tenths of a point, y downwards; the whole frame is rounded at its end."""
        return vertices[:, 0] * TENTHS, (self.height - vertices[:, 1]) * TENTHS

    def draw_path(self, gc, path, transform, rgbFace=None):
        placed = transform.transform(path.vertices)
        runs, vertices = paths.runs(*paths.within(self._window, placed, path.codes, rgbFace is not None))
        if len(vertices):
            self._path(self._style(gc, rgbFace), runs, vertices)

    def _path(self, style, runs, vertices):
        opening = [PATH, style, len(runs), *chain(*runs), len(vertices)]
        self._parts += [opening, *self._tenths(vertices)]

    def _draw_line(self, line):
        """As matplotlib draws it; but it is asked how the line looks only where that has changed."""
        known = self._lines.look(line)
        placed = None if known is None else self._placed(line)
        if placed is None or not placed.any():  # at (0, 0) alone, a mark counts as a fill: see draw_markers
            self._lines.keep(line, self._draw(line))
            return
        if PATH in known:
            runs, vertices = paths.runs(*paths.within(self._window, placed, None, False))
            if len(vertices):
                self._path(known[PATH][0], runs, vertices)
        if MARKS in known:
            style, shape = known[MARKS]
            self._marks((self.tables.shapes[shape], style), placed)

    def _placed(self, line):
        """The points of a line in the figure. Lines of an axes share the affine part of their transform."""
        transform = line.get_transform()
        key = id(transform)
        if key not in self._affines:
            self._affines[key] = transform.get_affine()
        return self._affines[key].transform(transform.transform_non_affine(repeated.points(line)))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        offsets = trans.transform(path.vertices)
        if len(offsets) == 1 and not offsets.any():  # how a fill is drawn: its points are its own
            self.draw_path(gc, marker_path, marker_trans, rgbFace)
            return
        self._marks((_shape(marker_path, marker_trans), self._style(gc, rgbFace)), offsets)

    def draw_path_collection(
        self, gc, master_transform, outlines, all_transforms, offsets, offset_trans, *styles, **more
    ):
        """Neighbours that look the same, as in a scatter plot, become one drawing of marks."""
        shapes = list(self._iter_collection_raw_paths(master_transform, outlines, all_transforms))
        look, places = None, []
        items = self._iter_collection(
            gc, shapes, offsets, offset_trans, *styles, **{"hatchcolors": [], **more}
        )
        for x, y, (path, transform), item_gc, face in items:
            if x == y == 0:  # drawn in place, as the polygons of a fill are
                self._marks(look, places)
                look, places = None, []
                self.draw_path(item_gc, path, transform, face)
                continue
            item_look = (_shape(path, transform), self._style(item_gc, face))
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
        seen = offsets[paths.within_reach(offsets)]
        if len(seen):
            opening = [MARKS, style, self.tables.number("shapes", shape), len(seen)]
            self._parts += [opening, *self._tenths(seen)]

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
            "fill": looks.colour(gc.get_rgb(), self._own),
            "fill-opacity": looks.short(gc.get_alpha()),
            "font-size": looks.short(prop.get_size_in_points() * TENTHS),
            "font-weight": str(prop.get_weight()),
            "font-style": prop.get_style(),
            "text-anchor": anchor,
            "rotate": looks.short(-angle),
            **self._clip(gc),
        }
        if not paths.within_reach([[x, y]]).all():
            return
        number = self.tables.number("styles", style)
        self._parts += [[TEXT, number, self.tables.number("strings", s), x * TENTHS, y * TENTHS]]

    def draw_image(self, gc, x, y, im, transform=None):
        height, width = np.array(im.shape[:2]) / SHARPNESS
        style = self.tables.number("styles", {"opacity": looks.short(gc.get_alpha()), **self._clip(gc)})
        box = np.array([x, self.height - y - height, width, height]) * TENTHS
        self._parts += [[IMAGE, style, self._picture(np.ascontiguousarray(im))], box]

    def _draw_image(self, image):
        """As matplotlib draws it; but data that it has shown before, it need not scale and colour again."""
        parts = self._images.parts(image)
        if parts:
            self._parts += parts
        else:
            drawn = self._draw(image)
            if parts is not None:
                parts += drawn

    def _picture(self, im):
        """The number of a picture. Many frames show the same one, which is compressed once."""
        key = im.shape, hashlib.sha256(im).digest()
        if key not in self._pictures:
            data = io.BytesIO()
            Image.fromarray(im[::-1]).save(data, "png", optimize=True)
            uri = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
            self._pictures[key] = self.tables.number("images", uri)
        return self._pictures[key]

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise ValueError("a live figure cannot move a Gouraud-shaded mesh: use shading='nearest'")

    # Style --------------------------------------------------------------------------------

    def _style(self, gc, face):
        """The number of the SVG attributes that say what matplotlib says in gc and face."""
        clip = self._clip(gc)
        key = looks.look(gc, face, self._own, self._crisp), *clip.values()
        if key not in self._styles:
            style = dict(looks.attributes(key[0])) | clip
            self._styles[key] = self.tables.number("styles", style)
        return self._styles[key]

    def _clip(self, gc):
        """The number of the outline that gc clips to, if there is one."""
        path, transform = gc.get_clip_path()
        box = gc.get_clip_rectangle()
        if path is not None:
            vertices = transform.transform(path.vertices) * (1, -1) + (0, self.height)
            outline = paths.svg_path(vertices, path.codes)
        elif box is not None:
            outline = self._box(box)
        else:
            return {}
        return {"clip": self.tables.number("clips", outline)}

    def _box(self, box):
        """The outline of a box to clip to. What it stands in is still; its own corners may move."""
        key = box, getattr(box, "_bbox", box).get_points().tobytes()
        if key not in self._boxes:
            (left, low), (right, high) = box.get_points() * (1, -1) + (0, self.height)
            corners = np.array([(left, low), (right, low), (right, high), (left, high)])
            self._boxes[key] = paths.svg_path(corners, None)
        return self._boxes[key]

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
        gc = GraphicsContextBase.__new__(GraphicsContextBase)
        gc.__dict__ |= self._plain
        return gc


def _shape(path, transform):
    """A mark as path data about its own origin, y downwards."""
    return paths.svg_path(transform.transform(path.vertices) * (1, -1), path.codes)
