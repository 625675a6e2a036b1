"""Curves that run through a legend, found from what the recorder wrote down."""

import itertools
import random
import re

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from optimlib.live import shapes
from optimlib.live.display_list import CLOSE, IMAGE, MARKS, PATH, TEXT

CODES = (Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4)
MOST = 60  # positions of a figure that are looked at


def crossed(figure, shape):
    """The settings, of those looked at, at which a curve runs through a legend of a shape."""
    shape.enter()
    figure.shape = shape
    height = shape.size[1]
    boxes = []
    for legend in shapes._legends(figure.fig):
        shown = legend.axes is None or legend.axes.get_visible()
        if shown and legend.get_visible() and not legend.get_animated():
            x0, y0, x1, y1 = legend.get_window_extent().padded(-2).extents
            boxes.append(Bbox([[10 * x0, 10 * (height - y1)], [10 * x1, 10 * (height - y0)]]))
    if not boxes:
        return []
    return [position for position in looked_at(figure) if any_through(figure, shape, position, boxes)]


def looked_at(figure):
    """Each control from end to end while the others stand at their start, and some settings at random."""
    start = {name: control.start for name, control in figure.controls.items()}
    ends = [
        figure.position({**start, name: setting})
        for name, size in zip(figure.controls, figure.sizes, strict=True)
        for setting in np.unique(np.linspace(0, size - 1, 9).astype(int)).tolist()
    ]
    corners = (figure.position(dict(zip(start, at, strict=True))) for at in corners_of(figure.sizes))
    some = random.Random(0).sample(range(figure.positions), min(MOST // 3, figure.positions))
    return list(dict.fromkeys([*ends, *itertools.islice(corners, 16), *some]))[:MOST]


def corners_of(sizes):
    return itertools.product(*({0, size - 1} for size in sizes))


def any_through(figure, shape, position, boxes):
    frame = figure.frame(position, shape).tolist()
    return any(path.intersects_bbox(box, filled=False) for path, box in met(frame, shape.tables, boxes))


def met(frame, tables, boxes):
    """Each path of a frame, and each legend's box as far as the path is not clipped away there."""
    at = 1
    while at < len(frame):
        kind, style = frame[at], tables.styles[frame[at + 1]]
        path, at = path_at(frame, at, kind)
        if path is None or not len(path.vertices):
            continue
        for box in boxes:
            seen = Bbox.intersection(box, clip_of(style, tables)) if "clip" in style else box
            if seen is not None and seen.width > 1 and seen.height > 1:
                yield path, seen


def path_at(frame, at, kind):
    if kind == TEXT:
        return None, at + 5
    if kind == IMAGE:
        return None, at + 7
    if kind == MARKS:
        points, at = points_at(frame, at + 3)
        dots = np.repeat(points, 2, axis=0) + np.tile([[0, 0], [1, 1]], (len(points), 1))
        return Path(dots, [Path.MOVETO, Path.LINETO] * len(points)), at
    assert kind == PATH
    runs = frame[at + 3 : at + 3 + 2 * frame[at + 2]]
    points, at = points_at(frame, at + 3 + 2 * frame[at + 2])
    codes = []
    for command, times in zip(runs[::2], runs[1::2], strict=True):
        if command != CLOSE:
            codes += [CODES[command]] * (times * (1, 1, 2, 3)[command])
    return Path(points, codes), at


def points_at(frame, at):
    count = frame[at]
    both = np.array(frame[at + 1 : at + 1 + 2 * count], float).reshape(2, count).T
    return both, at + 1 + 2 * count


def clip_of(style, tables):
    numbers = np.array(re.findall(r"-?\d+", tables.clips[style["clip"]]), float).reshape(-1, 2)
    return Bbox([numbers.min(axis=0), numbers.max(axis=0)])
