"""What is remembered of an artist gives the frame that is drawn afresh."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.live import LiveFigure
from optimlib.live.recorder import Recorder

LINES = {
    "points": lambda line, k: line.set_data([0, k, 2], [k, 1, 0]),
    "no points": lambda line, k: line.set_data(*np.ones((2, 3 * (k % 2)))),
    "gaps": lambda line, k: line.set_ydata([k, np.nan, 1]),
    "far away": lambda line, k: line.set_ydata([1, 10.0 ** (3 * k), 2]),
    "colour": lambda line, k: line.set_color(["red", "blue", "black"][k % 3]),
    "width": lambda line, k: line.set_linewidth(1 + k),
    "no line": lambda line, k: line.set_linestyle(["-", "None", "--"][k % 3]),
    "mark": lambda line, k: line.set_marker(["o", "None", "s"][k % 3]),
    "no size": lambda line, k: line.set_markersize(k % 2 * 5),
    "few marks": lambda line, k: line.set_markevery([None, 2, [1]][k % 3]),
    "steps": lambda line, k: line.set_drawstyle(["default", "steps-post", "steps-mid"][k % 3]),
    "hidden": lambda line, k: line.set_visible(k % 2),
    "a clip": lambda line, k: line.set_clip_path(line.axes.patch if k % 2 else plt.Circle((1, 1), k + 1)),
    "no clip": lambda line, k: line.set_clip_on(k % 2),
    "its place": lambda line, k: line.set_transform(line.axes.transAxes if k % 2 else line.axes.transData),
    "in the corner": lambda line, k: (line.set_transform(None), line.set_data([0], [k // 2])),
}
PICTURES = {
    "data": lambda image, k: image.set_data(np.arange(6).reshape(2, 3) == k % 3),
    "a hole": lambda image, k: image.set_data(np.ma.masked_equal(np.arange(6).reshape(2, 3), k % 3)),
    "shape": lambda image, k: image.set_data(np.eye(k + 2)),
    "limits": lambda image, k: image.set_clim(0, 1 + k % 3),
    "colours": lambda image, k: image.set_cmap(["viridis", "gray"][k % 2]),
    "place": lambda image, k: image.set_extent((0, 1 + k % 3, 0, 1)),
    "opacity": lambda image, k: image.set_alpha(1 / (1 + k % 3)),
    "smoothness": lambda image, k: image.set_interpolation(["nearest", "bilinear"][k % 2]),
}


def a_line(ax):
    return ax.plot([0, 1, 2], [0, 1, 0], "o-", animated=True)[0]


def a_picture(ax):
    return ax.imshow(np.arange(6).reshape(2, 3) / 5, extent=(0, 2, 0, 2), animated=True)


def made(draw, change):
    fig, ax = plt.subplots(figsize=(3, 2))
    artist = draw(ax)
    ax.set(xlim=(0, 3), ylim=(0, 3), aspect="auto")

    def changing(k=0):
        """An artist that changes."""
        change(artist, k)

    return LiveFigure(fig, changing, {"k": (0, 4)})


def frames(figure, k):
    return [frame.tolist() for frame in figure.frames(k)]


def afresh(figure, k):
    """The frames by recorders that remember nothing."""
    shapes = figure.wide, figure.narrow
    remembering = [shape._recorder for shape in shapes]
    for shape in shapes:
        shape._recorder = Recorder(*shape.size, shape.tables)
    found = frames(figure, k)
    for shape, recorder in zip(shapes, remembering, strict=True):
        shape._recorder = recorder
    return found


@pytest.mark.no_cover
@pytest.mark.parametrize("draw, change", [*((a_line, c) for c in LINES), *((a_picture, c) for c in PICTURES)])
def test_what_is_remembered_is_as_drawn_afresh(draw, change):
    figure = made(draw, {**LINES, **PICTURES}[change])
    for k in (0, 1, 2, 0, 3, 4, 4, 1, 2, 0):
        assert frames(figure, k) == afresh(figure, k), k


def test_a_known_line_and_a_known_picture_are_not_worked_out_again(monkeypatch):
    figures = [made(a_line, LINES["points"]), made(a_picture, PICTURES["data"])]
    known = [[frames(figure, k) for k in range(3)] for figure in figures]
    for artist in [figure.moving[0] for figure in figures]:
        monkeypatch.setattr(type(artist), "draw", lambda *_: pytest.fail("drawn again"))
    assert [[frames(figure, k) for k in range(3)] for figure in figures] == known
