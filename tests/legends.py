"""Curves that run through a legend, found from what the recorder wrote down."""

import itertools
import random
import re

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from optimlib.live import shapes
from optimlib.live.display_list import CLOSE, IMAGE, MARKS, PATH, TEXT, Tables

CODES = (Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4)
MOST = 60  # positions of a figure that are looked at


def boxes(figure, shape):
    """Where the legends of a LiveFigure stand in a shape: left, top, right, bottom in tenths of a point."""
    shape.enter()
    figure.shape = shape
    height, found = shape.size[1], []
    for legend in shapes._legends(figure.fig):
        shown = legend.axes is None or legend.axes.get_visible()
        if shown and legend.get_visible() and not legend.get_animated():
            x0, y0, x1, y1 = legend.get_window_extent().padded(-2).extents
            found.append([10 * x0, 10 * (height - y1), 10 * x1, 10 * (height - y0)])
    return found


def crossed(figure, shape, boxes):
    """The settings, of those looked at, at which a curve of a published figure runs through a box."""
    frames, head = figure.shapes[shape]
    tables, boxes = Tables(**head["tables"]), [Bbox([box[:2], box[2:]]) for box in boxes]
    through = (at for at in looked_at(figure) if boxes and any_through(frames[at].tolist(), tables, boxes))
    return [figure.settings(at) for at in through]


def looked_at(figure):
    """Each control from end to end while the others stand at their start, and some settings at random."""
    ends = [
        figure.position({**figure.start, name: setting})
        for name, last in figure.last.items()
        for setting in np.unique(np.linspace(0, last, 9).astype(int)).tolist()
    ]
    corners = itertools.product(*({0, last} for last in figure.last.values()))
    corners = (figure.position(dict(zip(figure.last, at, strict=True))) for at in corners)
    count = len(figure.shapes["wide"][0])
    some = random.Random(0).sample(range(count), min(MOST // 3, count))
    return list(dict.fromkeys([*ends, *itertools.islice(corners, 16), *some]))[:MOST]


def any_through(frame, tables, boxes):
    return any(path.intersects_bbox(box, filled=False) for path, box in met(frame, tables, boxes))


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
