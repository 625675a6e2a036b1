"""What the figures of the contest share: numbers in short, and charts with a line or a row for each method.

Loaded by itself, as it needs matplotlib: `from optimlib.contest.charts import row_chart`.
"""

import numpy as np

from ..figures import moving_path


def short(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"


def spread(values, what=""):
    """The median, and the least and the largest."""
    if values.max() < 1e-8:
        return f"below 1e-8{what}"
    if np.ptp(values) < 1e-6 * values.max():
        return short(values[0]) + what
    least, middle, most = map(short, np.quantile(values, [0, 0.5, 1]))
    return f"{middle}{what} ({least} to {most})"


def method_lines(ax, names, marker=None, **look):
    """A moving line in the look of each method; dashed for gradient descent on all rows."""
    dashed = {"linestyle": "--"} if look.get("linewidth") else {}
    return {
        name: moving_path(ax, name, marker, **look, **(dashed if name == "gradient descent" else {}))
        for name in names
    }


def row_chart(ax, names, low, high, label):
    """A row for each method; returns a function that puts a mark, and a span, in each."""
    ax.set(xlim=(low, high), ylim=(len(names) - 0.5, -0.5), xlabel=label)
    ax.set_yticks(range(len(names)), names, fontsize=7.5)
    marks = method_lines(ax, names, "o", linewidth=0, markersize=5.5)
    marks["gradient descent"].set_markerfacecolor("none")
    spans = method_lines(ax, names, linewidth=1.8)

    def draw(middles, spread=None):
        for row, name in enumerate(names):
            here = name in middles
            place = ([np.clip(middles[name], low, high)], [row]) if here else ([], [])
            marks[name].set_data(*place)
            ends = np.clip(spread[name], low, high) if here and spread else []
            spans[name].set_data(ends, [row] * len(ends))

    return draw


def joined(x, curves):
    """Several curves as one line with gaps."""
    gap = np.full((len(curves), 1), np.nan)
    return np.tile(np.append(x, np.nan), len(curves)), np.hstack([curves, gap]).ravel()
