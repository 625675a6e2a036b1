"""What an artist draws again, remembered, so that matplotlib need not work it out for every frame.

In most frames only the points of a line are new, but matplotlib works out how a line looks each time
that it draws it, which takes far longer than to place its points. And it scales and colours a picture
anew although another frame has shown the same data.
"""

import hashlib
from operator import is_

import numpy as np

from .display_list import MARKS, PATH

_POINTS = {"_xorig", "_yorig", "_x", "_y", "_xy", "_x_filled", "_path", "_transformed_path"}
_DATA = {"_A", "_imcache"}
_NO_LOOK = _POINTS | _DATA | {"_invalidx", "_invalidy", "_stale", "ind_offset"}


class Lines:
    """How lines looked when a recorder last drew them."""

    def __init__(self):
        self._known = {}

    def look(self, line):
        """What stands in a frame before the points of the line's path and of its marks; None if unknown."""
        aspects, look = self._known.get(line, ((), None))
        return look if look and _same(_aspects(line), aspects) else None

    def keep(self, line, parts):
        """Remember how a line looks that has just become these parts of a frame."""
        openings = [part for part in parts if isinstance(part, list)]
        kinds = [PATH] * (line.get_linestyle() != "None") + [MARKS] * (line.get_marker() != "None")
        if _is_straight(line) and _stands_in_axes(line) and [part[0] for part in openings] == kinds:
            self._known[line] = _aspects(line), {part[0]: part[1:3] for part in openings}


class Pictures:
    """What pictures became for each of their data, while nothing else about them has changed."""

    def __init__(self):
        self._known = {}

    def parts(self, image):
        """The parts of a frame that a picture becomes: empty, to be filled, for new data; None if unsure."""
        if not _stands_in_axes(image):
            return None
        aspects = [*_aspects(image), image.cmap, image.norm, *vars(image.norm).values()]
        known = self._known.get(image)
        if known is None or not _same(aspects, known[0]):
            known = self._known[image] = aspects, {}
        data, mask = np.ma.getdata(image.get_array()), np.ma.getmaskarray(image.get_array())
        content = b"".join(np.ascontiguousarray(part) for part in (data, mask))
        return known[1].setdefault((data.shape, data.dtype, hashlib.sha256(content).digest()), [])


def points(line):
    """The points of a line, before any transform."""
    if line._invalidx or line._invalidy:
        line.recache()
    return line._xy


def _aspects(artist):
    return [value for name, value in vars(artist).items() if name not in _NO_LOOK]


def _same(aspects, others):
    return len(aspects) == len(others) and all(map(is_, aspects, others))


def _stands_in_axes(artist):
    """Whether an artist follows its axes alone, and is cut at them if anywhere."""
    box, ax = artist.clipbox, artist.axes
    return (
        ax is not None
        and ax.name == "rectilinear"
        and not artist._clippath
        and (box is None or np.allclose(box.get_points(), ax.bbox.get_points()))
    )


def _is_straight(line):
    """Whether a line goes straight through all its points, which need no more than a transform."""
    return line.get_drawstyle() == "default" and not (
        line._subslice or line.get_markevery() or line.get_path_effects()
    )
