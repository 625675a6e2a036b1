"""Drawing helpers of the chapters: each takes an axes and returns the artists it made.

Colours are those of the style `optimlib.book`; what belongs to the paper (contours, axes, marks
of minima) is black, which live figures print in the page's own text colour.
"""

from dataclasses import dataclass

import numpy as np

BLUE, ORANGE, GREEN, PURPLE, RED, TEAL = (
    "#2f7ed8",
    "#d9661f",
    "#2e9e5b",
    "#a05ad6",
    "#d64550",
    "#1f95a0",
)


@dataclass(frozen=True)
class Look:
    """How a method is drawn wherever the book draws it."""

    colour: str
    marker: str


# One method, one colour, one mark, through the whole book.
LOOKS = {
    "gradient descent": Look(ORANGE, "o"),
    "momentum": Look(BLUE, "s"),
    "Nesterov": Look(TEAL, "D"),
    "AdaGrad": Look(GREEN, "^"),
    "RMSProp": Look(PURPLE, "v"),
    "Adam": Look(RED, "P"),
    "AdamW": Look("#d05a9e", "X"),
    "AMSGrad": Look("#9a7b4f", "h"),
    "Newton": Look("#8d8a1e", "p"),
    "BFGS": Look("#5f6fd0", "H"),
    "L-BFGS": Look("#6f7f91", "d"),
    "sign descent": Look("#b07aa1", "<"),
    "Lion": Look("#bf8a00", ">"),
    "Muon": Look("#00a07a", "8"),
    "schedule-free": Look("#7a6ff0", "*"),
}
# Names of the same method: with minibatches gradient descent is SGD.
LOOKS["SGD"] = LOOKS["gradient descent"]
LOOKS["SGD with momentum"] = LOOKS["momentum"]


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
    (stars,) = ax.plot(*objective.minimizers.T, "*", color="black", markersize=9, zorder=5, animated=True)
    ax.set(xlim=(xmin, xmax), ylim=(ymin, ymax), xlabel="x", ylabel="y")
    return filled, lines, stars


def moving_path(ax, colour=BLUE, marker="o", **look):
    """An empty path that moves: a thin line with a mark at every step.

    `colour` may be the name of a method, such as "Adam": then colour and mark are those of `LOOKS`.
    `under=True` draws it wide and pale, so that it shows where another path lies on it.
    """
    if colour in LOOKS:
        colour, marker = LOOKS[colour].colour, marker and LOOKS[colour].marker
    style = {"color": colour, "marker": marker, "markersize": 2.6, "linewidth": 1.0, "animated": True}
    if look.pop("under", False):
        style |= {"linewidth": 4.0, "markersize": 6.0, "alpha": 0.45}
    (path,) = ax.plot([], [], **{**style, **look})
    return path


def legend_above(ax, columns=2, **more):
    """The legend in a row above the axes, where no curve can run through it."""
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2, "columnspacing": 1.2}
    return ax.legend(ncols=columns, **{**place, **more})


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
