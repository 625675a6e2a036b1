"""How lines look, remembered: in most frames only the points of a line are new.

Matplotlib works out how a line looks each time that it draws it, which takes far longer than to place
its points. What a line became in a frame tells how it looks for as long as only its points change.
"""

from operator import is_

import numpy as np

from .display_list import MARKS, PATH

_POINTS = {"_xorig", "_yorig", "_x", "_y", "_xy", "_x_filled", "_path", "_transformed_path"}
_NO_LOOK = _POINTS | {"_invalidx", "_invalidy", "_stale", "ind_offset"}


class Looks:
    """The looks of lines as a renderer last drew them."""

    def __init__(self):
        self._known = {}

    def of(self, line):
        """What stands in a frame before the points of the line's path and of its marks; None if unknown."""
        aspects, looks = self._known.get(line, ((), None))
        return looks if looks and all(map(is_, _aspects(line), aspects)) else None

    def keep(self, line, parts):
        """Remember how a line looks that has just become these parts of a frame."""
        openings = [part for part in parts if isinstance(part, list)]
        kinds = [PATH] * (line.get_linestyle() != "None") + [MARKS] * (line.get_marker() != "None")
        if _is_plain(line) and [opening[0] for opening in openings] == kinds:
            self._known[line] = _aspects(line), {part[0]: part[1:3] for part in openings}


def points(line):
    """The points of a line, before any transform."""
    if line._invalidx or line._invalidy:
        line.recache()
    return line._xy


def _aspects(line):
    return [value for name, value in vars(line).items() if name not in _NO_LOOK]


def _is_plain(line):
    """Whether a line goes straight through all its points, and is cut at its axes if anywhere."""
    return (
        line.axes is not None
        and line.axes.name == "rectilinear"
        and line.get_drawstyle() == "default"
        and not (line._subslice or line.get_markevery() or line.get_path_effects() or line._clippath)
        and (line.clipbox is None or np.allclose(line.clipbox.get_points(), line.axes.bbox.get_points()))
    )
