"""The geometry of recorded paths: cut to what 16 bits hold, and spelled as commands.

A path is its vertices, in points, and matplotlib's codes or None, as `matplotlib.path.Path` has them.
"""

import functools

import numpy as np
from matplotlib.path import Path

from .display_list import CLOSE, CORNERS, CUBIC, LINE, MOST, MOVE, QUAD, TENTHS

REACH = 200  # points beyond the figure's edge where paths are cut

_COMMANDS = {
    Path.MOVETO: (MOVE, 1),
    Path.LINETO: (LINE, 1),
    Path.CURVE3: (QUAD, 2),
    Path.CURVE4: (CUBIC, 3),
    Path.CLOSEPOLY: (CLOSE, 1),
}


def runs(vertices, codes):
    """((command, how often), …) and the vertices that the commands use."""
    if codes is None:
        count = len(vertices)
        return ((MOVE, 1), (LINE, count - 1))[: min(count, 2)], vertices
    commands, used = _commands(codes.tobytes())
    return commands, vertices[used]


@functools.lru_cache(1024)
def _commands(codes):
    """The runs of one-byte codes, and which of them have a vertex that is used."""
    found, position = [], 0
    while position < len(codes) and codes[position] != Path.STOP:
        command, width = _COMMANDS[codes[position]]
        if found and found[-1][0] == command != MOVE:  # a second pair after M would be a line in SVG
            found[-1][1] += 1
        else:
            found.append([command, 1])
        position += width
    used = np.array([code not in (Path.STOP, Path.CLOSEPOLY) for code in codes], bool)
    return tuple(map(tuple, found)), used


def svg_path(vertices, codes):
    """The path as SVG path data in tenths, vertices taken as they are."""
    return _svg_path(vertices.tobytes(), None if codes is None else codes.tobytes())


@functools.lru_cache(1024)
def _svg_path(vertices, codes):
    """Figures draw the same few outlines in all their frames."""
    codes = None if codes is None else np.frombuffer(codes, Path.code_type)
    commands, used = runs(np.frombuffer(vertices).reshape(-1, 2), codes)
    points = iter(np.rint(used * TENTHS).astype(int).tolist())
    parts = []
    for command, count in commands:
        for _ in range(count):
            corners = [next(points) for _ in range(CORNERS[command])]
            parts.append("MLQCZ"[command] + " ".join(f"{x} {y}" for x, y in corners))
    return "".join(parts)


def within_reach(places):
    """Which places, in points, 16 bits of tenths can hold, turned upside down, too."""
    with np.errstate(invalid="ignore"):
        return (np.abs(places) < MOST / TENTHS / 2).all(axis=1)


def within(window, vertices, codes, filled):
    """The path without NaNs, cut at the window: 16 bits hold no far-away point.

    A cut line ends outside the picture; clamping its points instead would bend it.
    """
    if ((vertices >= window[:2]) & (vertices <= window[2:])).all():
        return vertices, codes
    whole = codes is None and np.isfinite(vertices).all()
    pieces = [vertices] if whole else _pieces(Path(vertices, codes))
    for side, bound in enumerate(window):
        pieces = [_cut(piece, side, bound, filled) for piece in pieces]
    pieces = [piece for piece in pieces if len(piece)]
    if filled:
        cut = Path.make_compound_path(*(Path(np.vstack([p, p[:1]]), closed=True) for p in pieces))
    else:
        cut = Path.make_compound_path(*(Path(p).cleaned(remove_nans=True) for p in pieces))
    return cut.vertices, cut.codes


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
    if not (beyond < 0).any():
        return points
    after, beyond_after = (np.concatenate([a[1:], a[:1]]) for a in (points, beyond))
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
