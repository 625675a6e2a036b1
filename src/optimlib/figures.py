"""Drawing helpers of the chapters: each takes an axes and returns the artists it made.

Colours are those of the style `optimlib.book`; what belongs to the paper (contours, axes, marks
of minima) is black, which live figures print in the page's own text colour.
"""

import numpy as np

BLUE, ORANGE, GREEN, PURPLE, RED, TEAL = (
    "#2f7ed8",
    "#d9661f",
    "#2e9e5b",
    "#a05ad6",
    "#d64550",
    "#1f95a0",
)


def contours(ax, objective, domain=None, levels=12, points=100):
    """Contours of an objective of two coordinates, darker where it is higher; stars at its minima.

    Levels are equally spaced in log(1 + height above the lowest point drawn), so that a narrow
    valley shows as well as a steep wall. `domain` is ((xmin, xmax), (ymin, ymax)).
    """
    (xmin, xmax), (ymin, ymax) = domain or objective.domain
    x, y = np.meshgrid(np.linspace(xmin, xmax, points), np.linspace(ymin, ymax, points))
    heights = objective(np.stack([x, y], axis=-1))
    heights = np.log1p(heights - heights.min())
    steps = np.linspace(0, heights.max(), levels + 1)
    shades = [(0, 0, 0, 0.16 * i / levels) for i in range(levels)]
    filled = ax.contourf(x, y, heights, steps, colors=shades)
    lines = ax.contour(x, y, heights, steps[1:-1], colors=[(0, 0, 0, 0.28)], linewidths=0.6)
    (stars,) = ax.plot(*objective.minimizers.T, "*", color="black", markersize=9, zorder=3)
    ax.set(xlim=(xmin, xmax), ylim=(ymin, ymax), xlabel="x", ylabel="y")
    return filled, lines, stars


def moving_path(ax, colour=BLUE, marker="o", **look):
    """An empty path that moves: a thin line with a mark at every step."""
    style = {"color": colour, "marker": marker, "markersize": 2.6, "linewidth": 1.0, "animated": True}
    (path,) = ax.plot([], [], **{**style, **look})
    return path


def loss_axes(ax, steps, low, high, label="f"):
    """Axes for loss curves on a logarithmic scale."""
    ax.set(xlim=(0, steps), ylim=(low, high), yscale="log", xlabel="step t", ylabel=label)
    return ax


def arrow(tail, vector, head=0.28):
    """The points of an arrow from tail along vector, of shape (2, 5): `path.set_data(*arrow(x, g))`.

    `head` is the length of its head, in the units of equally scaled axes.
    """
    tail, vector = np.asarray(tail), np.asarray(vector)
    length = np.linalg.norm(vector)
    along = vector / length if length > 0 else vector
    across = np.array([-along[1], along[0]])
    tip = tail + vector
    back = tip - head * along
    return np.array([tail, tip, back + head / 2 * across, tip, back - head / 2 * across]).T
