"""A live figure for each kind of artist. `specimens` maps names to functions that make one.

All have one slider, `at` from 0 to 1 in quarters, so that tests can treat them alike.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import EllipseCollection, LineCollection
from matplotlib.patches import Circle, Ellipse, FancyArrowPatch, Polygon, Wedge

from optimlib.live import LiveFigure

specimens = {}


def specimen(draw):
    """Make `draw(ax)`, which draws and returns an update function of `at`, a specimen."""

    def make():
        fig, ax = plt.subplots(figsize=(4, 3))
        ax.set(xlim=(0, 10), ylim=(0, 10))
        update = draw(ax)

        def specimen_update(at=0.25):
            """One kind of artist moves to the right and up."""
            return update(at)

        specimen_update.__name__ = draw.__name__
        return LiveFigure(fig, specimen_update, {"at": (0.0, 1.0, 0.25)})

    specimens[draw.__name__] = make
    return make


def animate(artists):
    for artist in artists:
        artist.set_animated(True)
    return artists


@specimen
def lines(ax):
    x = np.linspace(0.5, 9.5, 60)
    solid, thick = ax.plot(x, x, "C0-", x, x, "C3-", animated=True)
    thick.set(linewidth=6, alpha=0.4, solid_capstyle="round")

    def update(at):
        solid.set_ydata(5 + 3 * np.sin(x + 4 * at))
        thick.set_ydata(5 + 3 * np.cos(x - 4 * at))
        return f"The waves have moved by {4 * at:.1f}."

    return update


@specimen
def dashes(ax):
    lines = [ax.plot([], [], style, lw=2.5, animated=True)[0] for style in ("C0--", "C1:", "C2-.")]
    lines.append(ax.plot([], [], color="C4", dashes=(6, 2, 1, 2), drawstyle="steps-post", animated=True)[0])

    def update(at):
        for i, line in enumerate(lines):
            line.set_data([1, 4, 9], [1 + i, 3 + i + 2 * at, 2 + i])

    return update


@specimen
def markers(ax):
    kinds = "os^vD*+x.p"
    lines = [ax.plot([], [], marker=kind, ms=11, ls="-", lw=1, animated=True)[0] for kind in kinds]
    lines[0].set(markerfacecolor="white", markeredgecolor="black", markeredgewidth=2, markevery=2)

    def update(at):
        for i, line in enumerate(lines):
            line.set_data(np.linspace(1, 7 + 2 * at, 4), np.full(4, 0.6 + 0.95 * i))

    return update


@specimen
def scatter(ax):
    rng = np.random.default_rng(0)
    places, sizes = rng.uniform(1, 8, (25, 2)), rng.uniform(20, 300, 25)
    dots = ax.scatter(*places.T, s=sizes, c=sizes, cmap="viridis", alpha=0.8, animated=True)
    dots.set_edgecolor("black")
    same = ax.scatter([], [], s=40, marker="^", color="C3", animated=True)

    def update(at):
        dots.set_offsets(places + 1.5 * at)
        dots.set_sizes(sizes * (1 + at))
        dots.set_array(sizes * (1 - at) + 20)
        same.set_offsets(np.add(places[::3], (at, 0)))

    return update


@specimen
def bars(ax):
    columns = animate(ax.bar(range(1, 10), 1.0, color="C2", edgecolor="black"))

    def update(at):
        for i, column in enumerate(columns):
            column.set(height=1 + at * i, facecolor=(at, 0.3, 0.6))

    return update


@specimen
def fills(ax):
    x = np.linspace(0, 10, 50)
    band = ax.fill_between(x, x, x, color="C1", alpha=0.5, lw=0, animated=True)
    span = ax.axvspan(1, 2, color="0.7", animated=True)
    triangle = Polygon([(0, 0), (1, 1), (0, 1)], fc="C4", ec="black", lw=2, animated=True)
    ax.add_patch(triangle)

    def update(at):
        band.set_data(x, 3 + np.sin(x + at), 5 + 2 * at + np.sin(x))
        span.set(x=1 + 5 * at)
        triangle.set_xy([(2, 7), (8, 7 + 2 * at), (5, 9.5)])

    return update


@specimen
def arrows(ax):
    arrow = FancyArrowPatch((0, 0), (1, 1), arrowstyle="-|>", mutation_scale=20, color="C3", animated=True)
    ax.add_patch(arrow)
    x, y = np.meshgrid(np.arange(1, 10, 2), np.arange(1, 10, 2))
    field = ax.quiver(x, y, x, y, color="C0", scale=60, animated=True)
    note = ax.annotate("", (5, 5), (1, 9), arrowprops={"arrowstyle": "->"}, animated=True)

    def update(at):
        arrow.set_positions((1, 1), (4 + 5 * at, 8))
        field.set_UVC(x * np.cos(at) + 1, y * np.sin(at) + 1)
        note.xy = (5 + 3 * at, 4)

    return update


@specimen
def ellipses(ax):
    ring = Ellipse((5, 5), 6, 3, fill=False, ec="C0", lw=3, animated=True)
    wedge = Wedge((3, 3), 2, 0, 90, fc="C5", animated=True)
    ax.add_patch(ring)
    ax.add_patch(wedge)
    many = EllipseCollection(
        [30, 40], [15, 20], [0, 45], units="points", offsets=[(7, 8), (8, 2)],
        offset_transform=ax.transData, facecolors=["C1", "C2"], animated=True,
    )  # fmt: skip
    ax.add_collection(many)

    def update(at):
        ring.set(angle=90 * at, width=4 + 4 * at)
        wedge.set(theta2=90 + 200 * at)
        many.set_offsets([(7 - 2 * at, 8), (8, 2 + 2 * at)])

    return update


@specimen
def text(ax):
    left = ax.text(1, 1, "", animated=True)
    centre = ax.text(5, 5, "centre", ha="center", va="center", size=14, weight="bold", animated=True)
    right = ax.text(9, 9, "right & <top>", ha="right", va="top", style="italic", animated=True)
    turned = ax.text(2, 5, "turned", rotation=60, animated=True)
    (line,) = ax.plot([0, 10], [0, 0], "C0", animated=True)

    def update(at):
        left.set(text=f"at = {at:.2f}", position=(1 + 3 * at, 1))
        centre.set_y(4 + 3 * at)
        right.set_alpha(1 - at / 2)
        turned.set_x(2 + at)
        line.set_ydata([2 + 6 * at, 2 + 6 * at])

    return update


@specimen
def mathtext(ax):
    formula = ax.text(1, 1, r"$\frac{\alpha^2}{\sqrt{\beta}} = 0.5$", size=20, animated=True)

    def update(at):
        formula.set_position((1 + 2 * at, 2 + 4 * at))
        formula.set_text(rf"$\frac{{\alpha^2}}{{\sqrt{{\beta}}}} = {at:.2f}$")

    return update


@specimen
def images(ax):
    rng = np.random.default_rng(1)
    noise = rng.uniform(size=(8, 12))
    picture = ax.imshow(noise, extent=(2, 8, 3, 9), aspect="auto", cmap="magma", animated=True)
    x, y = np.arange(0, 9), np.arange(0, 3)
    mesh = ax.pcolormesh(x, y, noise[:2, :8], cmap="viridis", shading="flat", animated=True)

    def update(at):
        picture.set_data(np.roll(noise, round(4 * at), axis=1))
        picture.set_extent((1 + at, 7 + at, 3, 9))
        mesh.set_array(np.roll(noise[:2, :8], round(4 * at), axis=1))

    return update


@specimen
def errorbars(ax):
    x, y = np.arange(1, 10), np.linspace(2, 6, 9)
    line, caps, (stems,) = ax.errorbar(x, y, yerr=np.ones(9), fmt="o", capsize=6, ecolor="C1")
    animate([line, stems, *caps])

    def update(at):
        error = 0.3 + at
        line.set_ydata(y + at)
        for cap, sign in zip(caps, (-1, 1), strict=True):
            cap.set_ydata(y + at + sign * error)
        stems.set_segments([[(a, b + at - error), (a, b + at + error)] for a, b in zip(x, y, strict=True)])

    return update


@specimen
def clipped(ax):
    hole = Circle((5, 5), 3, transform=ax.transData)
    (line,) = ax.plot([], [], "C0o-", lw=4, ms=14, animated=True)
    line.set_clip_path(hole)
    (outside,) = ax.plot([], [], "C3s-", ms=12, animated=True)  # leaves its axes: clipped by them

    def update(at):
        line.set_data(np.linspace(0, 10, 9), np.linspace(4, 4 + 3 * at, 9))
        outside.set_data([-2, 5, 12], [9, 8 + 3 * at, 1])

    return update


@specimen
def gaps_and_divergence(ax):
    (gap,) = ax.plot([], [], "C0o-", animated=True)
    (wild,) = ax.plot([], [], "C3-", animated=True)
    (mountain,) = ax.fill([0, 1, 2], [0, 1, 0], color="C2", alpha=0.4, animated=True)

    def update(at):
        gap.set_data([1, 3, np.nan, 5, 7, 9], [2, 3 + at, 3, 4, np.nan, 6])
        wild.set_data([1, 5, 5.5, 6, 7, 8], [1, 5, -4e3, 3e6 * (1 + at), -1e12, 1e300])
        mountain.set_xy([(0, 0), (4, 1e5 * (1 + at)), (8, 0)])

    return update


@specimen
def depth(ax):
    """Z-order among the moving: the disc lies over the line that is drawn later."""
    disc = Circle((5, 5), 2, fc="C1", zorder=5, animated=True)
    ax.add_patch(disc)
    (line,) = ax.plot([0, 10], [0, 10], "C0", lw=8, zorder=3, animated=True)
    segments = LineCollection([], colors=["C2", "C3"], linewidths=[3, 6], zorder=4, animated=True)
    ax.add_collection(segments)

    def update(at):
        disc.center = (3 + 4 * at, 5)
        line.set_ydata([2 * at, 10])
        segments.set_segments([[(0, 5), (10, 5 + at)], [(0, 4), (10, 4 - at)]])

    return update


@specimen
def legends(ax):
    (line,) = ax.plot([], [], "C0o-", label="path", animated=True)
    ax.plot([0, 10], [9, 9], "C1--", label="still")
    ax.legend(loc="lower right").set_animated(True)

    def update(at):
        line.set_data([1, 9], [1 + at, 5 + 4 * at])

    return update


@specimen
def black_and_white(ax):
    """Black and white follow the page; an artist can vanish."""
    (ink,) = ax.plot([1, 9], [2, 8], "ko-", mfc="w", ms=12, animated=True)
    paper = Circle((5, 5), 1, fc="white", ec="black", animated=True)
    ax.add_patch(paper)

    def update(at):
        ink.set_visible(at < 0.9)
        paper.set_radius(1 + at)

    return update


def several_axes():
    """Two axes, one of them logarithmic, and two controls of which each can be dragged."""
    from optimlib.live import log_slider, slider

    fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
    left.set(xlim=(0, 10), ylim=(0, 10))
    right.set(xlim=(1, 100), ylim=(1e-3, 10), xscale="log", yscale="log")
    (dot,) = left.plot([], [], "C0o", ms=9, animated=True)
    (curve,) = right.plot([], [], "C1-", animated=True)

    def two_axes(x=2, lr=0.1):
        """A dot on the left and a curve on the right."""
        dot.set_data([x], [5 + 4 * np.log10(lr)])
        t = np.arange(1, 100)
        curve.set_data(t, lr / t**0.5)
        return f"x = {x}, lr = {lr:g}"

    return LiveFigure(
        fig, two_axes, {"x": slider(0, 10, drag=left.xaxis), "lr": log_slider(0.01, 1, 4, drag=right.yaxis)}
    )  # fmt: skip


def every_control():
    """Each kind of control, three positions or fewer each."""
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(-1, 4), ylim=(-1, 4))
    (line,) = ax.plot([], [], "o-", animated=True)

    def all_controls(lr=0.1, steps=2, rule="momentum", on=True):
        """A line that depends on a slider, a whole number, a choice and a switch."""
        line.set_data(np.arange(steps + 1), np.arange(steps + 1) * lr * 10)
        line.set_color({"momentum": "C0", "adam": "C1"}[rule])
        line.set_linewidth(3 if on else 1)
        return f"lr = {lr}, {steps} steps, {rule}, {'on' if on else 'off'}"

    given = {"lr": (0.0, 0.2, 0.1), "steps": (1, 3), "rule": ["momentum", "adam"], "on": False}
    return LiveFigure(fig, all_controls, given)


def rising(name, question_of):
    """A figure of that name with one line, which asks what `question_of(ax)` gives, or nothing."""
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (line,) = ax.plot([], [], animated=True)

    def update(k=2):
        """A line that rises to k."""
        line.set_data([0, 10], [0, k])
        return f"k is {k}."

    update.__name__ = name
    return LiveFigure(fig, update, {"k": (0, 9)}, question_of(ax))
