"""The two shapes of a figure: wide, as drawn, and narrow, its panels one under the other for a phone.

Both are laid out once, from the same artists. A `Shape` keeps where everything stands in it, and
`enter` brings the figure there, so that a frame can be recorded in either.
"""

import warnings
from contextlib import contextmanager

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.gridspec import GridSpec

from . import svg
from .display_list import Tables
from .moving import all_axes
from .recorder import Recorder

NARROW = 3.4  # inches: on a phone 390 pixels wide, letters of 7.5 points are then 10 pixels high
PANEL = 2.7  # inches of them for a panel beside its labels
FLATTEST, STEEPEST = 0.66, 0.85  # height over width of a panel in the narrow shape
RULER = RendererAgg(1, 1, 72)  # what letters take is the same in all figures, and measured once


class Shape:
    """A layout of a figure that is laid out that way just now, and its still part."""

    def __init__(self, fig, name, moving, salt):
        self.fig, self.name, self.salt = fig, name, salt
        self.inches = tuple(fig.get_size_inches().tolist())
        self.size = tuple(72 * side for side in self.inches)
        self.places = [(ax, ax.get_position(), ax.get_visible()) for ax in all_axes(fig)]
        self.columns = [(legend, legend._ncols) for legend in _legends(fig)]
        self.tables = Tables()
        self._recorder = Recorder(*self.size, self.tables)
        self.moving = moving
        self._drawn = self.draw_still()
        self.still = svg.still(fig, salt, self._drawn)
        self.drag = []

    def stands_still(self):
        """Whether all but the moving artists is still drawn as it was at first."""
        return svg.alike(self.draw_still(), self._drawn)

    def draw_still(self):
        """The figure without its moving artists, as SVG by matplotlib."""
        for legend, columns in self.columns:
            _set_columns(legend, columns)
        with _hidden(self.moving):
            return svg.drawn(self.fig, self.salt)

    def record(self, words):
        """The frame that shows the moving artists as they are now, under a sentence."""
        moving = [artist for artist in self.moving if _is_shown(artist)]
        return self._recorder.record(moving, words)

    def enter(self):
        """Bring the figure into this shape."""
        self.fig.set_size_inches(*self.inches, forward=False)
        for ax, place, shown in self.places:
            laid_out = ax.get_in_layout()
            ax.set_position(place)
            ax.set_in_layout(laid_out)  # matplotlib takes out what is placed by hand
            ax.set_visible(shown)
            ax.stale = False
        for legend, columns in self.columns:
            if legend.get_animated():
                _set_columns(legend, columns)
        self.fig.stale = False


def wide(fig, moving, salt):
    """The figure as its author laid it out."""
    _lay_out(fig)
    fig.set_layout_engine("none")
    return Shape(fig, "wide", moving, salt)


def rows_of(fig, stack):
    """The rows of axes in `stack`, or None where the panels shall stand one under the other.

    Raises ValueError where they are no rows, or no axes of the figure.
    """
    if stack is None:
        return None
    try:
        rows = [list(row) for row in stack]
    except TypeError:
        rows = []
    own = set(map(id, fig.axes))
    if not rows or not all(row and own.issuperset(map(id, row)) for row in rows):
        raise ValueError(f"stack must be rows of the figure's axes, as [[top], [left, right]]; got {stack!r}")
    return rows


def narrow(fig, moving, salt, stack=None):
    """The figure for a phone: its panels one under the other, or in the rows of `stack`.

    Its axes stay where they are in rows of the author's own `stack`; those that are in none are
    left out. A figure whose axes stand in no grid becomes narrower as it is.
    """
    panels = [ax for ax in fig.axes if ax.get_subplotspec() is not None]
    rows = stack if stack is not None else [[ax] for ax in _in_reading_order(panels)]
    for ax in set(fig.axes) - {ax for row in rows for ax in row}:
        if stack is not None and ax in panels:
            ax.set_visible(False)
    if not rows:
        return _scaled(fig, moving, salt)
    heights = [max(_steepness(ax) for ax in row) * PANEL / len(row) for row in rows]
    _place(fig, rows, heights)
    with _labels_of_their_own(rows), _out_of_layout(moving):
        height = sum(heights) + 0.6 * len(rows)
        fig.set_size_inches(NARROW, height, forward=False)
        _fit_legends(fig)
        for _ in range(3):  # what labels take is known once they have been laid out
            fig.set_layout_engine("constrained", h_pad=0.06)
            fig.set_size_inches(NARROW, height, forward=False)
            if not _laid_out(fig):
                return _scaled(fig, moving, salt)
            _fit_legends(fig)
            got = [row[0].get_position(original=True).height * height for row in rows]
            missing = sum(heights) - sum(got)
            if abs(missing) < 1e-6:
                break
            height += missing
        fig.set_layout_engine("none")
        return Shape(fig, "narrow", moving, f"{salt}-narrow")


def _lay_out(fig):
    """Let the layout engine, if there is one, place the axes: a whole drawing takes twice as long."""
    engine = fig.get_layout_engine()
    if engine is None:
        return
    fig.canvas.get_renderer = lambda: RULER
    try:
        engine.execute(fig)
    finally:
        del fig.canvas.get_renderer


def _laid_out(fig):
    """Lay the figure out; False where an artist far outside leaves its axes no room."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            _lay_out(fig)
        except UserWarning:
            return False
    return True


def _scaled(fig, moving, salt):
    fig.set_layout_engine("none")
    across, down = fig.get_size_inches()
    fig.set_size_inches(NARROW, NARROW * min(max(down / across, FLATTEST), STEEPEST), forward=False)
    return Shape(fig, "narrow", moving, f"{salt}-narrow")


def _in_reading_order(panels):
    """Panels from left to right and from top to bottom, one for each place in the grid."""

    def place(ax):
        spec = ax.get_subplotspec()
        return spec.rowspan.start, spec.colspan.start

    return sorted(panels, key=place)


def _steepness(ax):
    """Height over width of a panel, within what a phone can show."""
    across, down = ax.figure.get_size_inches()
    place = ax.get_position()
    seen = place.height * down / (place.width * across)
    return seen if ax.get_aspect() != "auto" else min(max(seen, FLATTEST), STEEPEST)


def _place(fig, rows, heights):
    columns = max(map(len, rows))
    grid = GridSpec(len(rows), columns, figure=fig, height_ratios=heights)
    for number, row in enumerate(rows):
        for column, ax in enumerate(row):
            last = columns if column == len(row) - 1 else column + 1
            ax.set_subplotspec(grid[number, column:last])


@contextmanager
def _labels_of_their_own(rows):
    """Panels that shared the labels of a neighbour at their side show them while they stand apart."""
    changed = []
    for ax in (row[0] for row in rows):
        left = [other for other in ax.get_shared_y_axes().get_siblings(ax) if other is not ax]
        if left and not ax.yaxis.get_tick_params().get("labelleft", True) and ax.axison:
            changed.append((ax, ax.get_ylabel()))
            ax.tick_params(labelleft=True)
            ax.set_ylabel(ax.get_ylabel() or next((o.get_ylabel() for o in left if o.get_ylabel()), ""))
    yield
    for ax, label in changed:
        ax.tick_params(labelleft=False)
        ax.set_ylabel(label)


@contextmanager
def _out_of_layout(artists):
    """What moves takes no room: it may stand anywhere."""
    counted = [artist for artist in artists if artist.get_in_layout()]
    for artist in counted:
        artist.set_in_layout(False)
    yield
    for artist in counted:
        artist.set_in_layout(True)


def _legends(fig):
    own = [ax.get_legend() for ax in fig.axes]
    return [legend for legend in [*own, *fig.legends] if legend is not None]


def _fit_legends(fig):
    """Fewer columns for a legend that is wider than the figure, or stands out of it."""
    for legend in _legends(fig):
        while legend._ncols > 1:
            box = legend.get_window_extent(RULER)
            if max(box.width, box.x1) < 72 * NARROW:
                break
            _set_columns(legend, legend._ncols - 1)


def _set_columns(legend, columns):
    """Lay a legend out anew in so many columns; matplotlib has no public way."""
    if legend._ncols == columns:
        return
    animated, title = legend.get_animated(), legend.get_title().get_text()
    legend._ncols = columns
    legend._init_legend_box(legend.legend_handles, [text.get_text() for text in legend.texts])
    legend._set_loc(legend._loc_real)
    legend.set_title(title or None)
    for part in legend.findobj():
        part.set_animated(animated)


def _is_shown(artist):
    """Whether the panel in which an artist stands is shown in this shape."""
    return artist.axes is None or artist.axes.get_visible()


@contextmanager
def _hidden(artists):
    shown = [artist.get_visible() for artist in artists]
    for artist in artists:
        artist.set_visible(False)
    yield
    for artist, visible in zip(artists, shown, strict=True):
        artist.set_visible(visible)
