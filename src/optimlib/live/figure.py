"""A live figure: a matplotlib figure, its moving artists, an update function and its controls."""

import uuid
from functools import cached_property
from html import escape
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from . import atlas, moving, page, shapes, svg
from .asking import fitted
from .publishing import drag_targets, exported, pointed, publishing
from .updating import Update

MOST_POSITIONS = 10_000
MOST_BYTES = 400_000  # of an atlas, deflated


class LiveFigure(Update):
    """What `@live(fig, **controls)` makes of an update function. Positions are numbered in C order."""

    def __init__(self, fig, update, given, question=None, stack=None):
        if not isinstance(fig, Figure):
            raise TypeError(f"fig must be a matplotlib Figure; got {fig!r}")
        super().__init__(update, given)
        self.fig = fig
        self.token = uuid.uuid4().hex
        self._frames = {}
        self._stack = shapes.rows_of(fig, stack)
        self._settle()
        self.question = fitted(question, self.name, self.controls)

    def _settle(self):
        """Show the first frame, lay the figure out, and take its still part."""
        plt.close(self.fig)  # pyplot shall not show it a second time
        self._measure_in_points()
        self.at(self.start)
        self.moving = moving.artists(self.fig)
        if not self.moving and self.controls:
            raise ValueError("nothing can move: give animated=True to the artists that shall")
        for artist in self.moving:
            for part in artist.findobj():  # the lines and texts of a legend move with it
                part.set_animated(True)
        self.wide = self.shape = shapes.wide(self.fig, self.moving, self.salt)
        self.wide.drag = drag_targets(self.controls, self.wide.size[1])
        self.wide.enter()  # its axes stand where they are put, as whenever it comes back
        self._always_stale = set(self._stale())
        self.first = self.frame(self.start)

    @cached_property
    def narrow(self):
        """The shape for a phone. It takes as long to lay out as the wide one, and JupyterLab seldom asks."""
        self._measure_in_points()
        self.at(self.start)
        narrow = self.shape = shapes.narrow(self.fig, self.moving, self.salt, self._stack)
        narrow.drag = drag_targets(self.controls, narrow.size[1])
        self._enter(self.wide)
        self._always_stale |= set(self._stale())
        return narrow

    def _enter(self, shape):
        if self.shape is not shape:
            shape.enter()
            self.shape = shape

    @property
    def salt(self):
        """The prefix of every id that the figure brings into a page."""
        return f"live-{self.name.replace('_', '-')}"

    # The wide shape is the figure as its author drew it.
    size = property(lambda self: self.wide.size)
    tables = property(lambda self: self.wide.tables)
    still = property(lambda self: self.wide.still)

    def sentence(self, settings):
        """What the figure says where each control has the setting of that number."""
        return self.tables.words[self.frame(self.position(settings))[0]]

    def frame(self, position, shape=None):
        """The frame at a position, in the wide shape or another: update, and record what moves."""
        return self._record(position, [shape or self.wide])[0]

    def frames(self, position):
        """The frames at a position in the wide shape and in the narrow one, from one update."""
        return self._record(position, [self.wide, self.narrow])

    def _record(self, position, wanted):
        self._measure_in_points()
        self._enter(self.wide)  # an update may look at its figure
        self.fig.stale = False
        words = self.at(position)
        self._refuse_still_changes(position)
        frames = []
        for shape in wanted:
            self._enter(shape)
            frames.append(shape.record(words))
        return frames

    def _refuse_still_changes(self, position):
        """An artist that is not animated is part of the still picture: it must not change."""
        if not self.fig.stale:
            return
        changed = [artist for artist in self._stale() if artist not in self._always_stale]
        kinds = sorted({type(artist).__name__ for artist in changed} - {"Figure"}) or ["Figure"]
        for artist in changed:
            artist.stale = False  # the next position answers for itself
        raise ValueError(self._stands_still(position, ", ".join(kinds)))

    def _stands_still(self, position, what):
        return (
            f"{self.name} at {self.spelled(position)} changed something that stands still "
            f"({what}): only artists made with animated=True can move, and axis "
            "limits, ticks and layout cannot"
        )

    def _compare_still_parts(self):
        """Some changes matplotlib does not report, as a turned view of axes in 3D: draw and compare."""
        self._enter(self.wide)
        for position in {0, self.positions - 1, self.positions // 2} - {self.start}:
            self.at(position)
            if not self.wide.stands_still():
                raise ValueError(self._stands_still(position, "seen by drawing it again"))

    def _stale(self):
        return [artist for artist in self.fig.findobj() if artist.stale and not artist.get_animated()]

    def _measure_in_points(self):
        """A pixel is a point. Closing a figure can give it its old resolution back: ask each time."""
        if self.fig.dpi != 72:
            self.fig.dpi = 72

    def atlas(self, shape=None):
        """All frames in the wide shape or another, packed; computed once for both.

        Raises ValueError where they are too many or too large to publish.
        """
        if not self._frames:
            self._refuse_excess(self.positions, MOST_POSITIONS, "positions")
            pairs = [self.frames(position) for position in range(self.positions)]
            self._compare_still_parts()
            for each, frames in zip((self.wide, self.narrow), zip(*pairs, strict=True), strict=True):
                data = atlas.pack(frames, self.head(each))
                self._refuse_excess(len(data), MOST_BYTES, "bytes")
                self._frames[each] = data
        return self._frames[shape or self.wide]

    def head(self, shape=None):
        """What the player must know beside the frames of a shape."""
        shape = shape or self.wide
        return {
            "name": self.name,
            "size": [round(10 * side) for side in shape.size],
            "controls": self.described_controls(),
            "drag": shape.drag,
            "point": self._pointed(shape),
            "tables": shape.tables.entries(),
            "still": shape.still if shape is not self.wide else "",  # the wide one stands in the page
        }

    def _pointed(self, shape):
        if self.question is None or self.question.kind != "point":
            return None
        self._enter(shape)
        return pointed(self.question, shape.size[1])

    def _refuse_excess(self, count, most, unit):
        if count <= most:
            return
        sizes = " × ".join(f"{name} {size}" for name, size in zip(self.controls, self.sizes, strict=True))
        finest = max(zip(self.sizes, self.controls, strict=True))[1]
        raise ValueError(
            f"the live figure {self.name} is too large to publish: {count:,} {unit}, and at most "
            f"{most:,} are allowed. Its controls have {sizes} positions: coarsen {finest}"
        )

    def save(self, path, source=""):
        """Write the figure to one HTML file, live by itself: from disk, on any origin, in an `<iframe>`.

        Parameters
        ----------
        path : where to; a file there is replaced.
        source : the address of the page that the figure comes from, to be shown below it.

        Raises ValueError where the figure has too many positions to be published.
        """
        link = f'<a href="{escape(source)}">{escape(source)}</a>' if source else ""
        html = page.alone(self.title, page.html(self, self.atlas()), page.inline(), link)
        Path(path).write_text(html, "utf-8")

    def show(self):
        """Display the figure; and, in a notebook, a picture of its first frame for where no widget lives."""
        from IPython.display import display

        if not publishing():
            display({"text/html": page.picture(self), "text/plain": self._plain()}, raw=True)
        display(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        if publishing():
            html = page.html(self, self.atlas())
            return {"text/html": html + page.inline() * exported(), "text/plain": self._plain()}
        from . import lab

        return {
            "application/vnd.jupyter.widget-view+json": lab.view_of(self),
            "text/html": page.html(self),
            "text/plain": self._plain(),
        }

    def _plain(self):
        question = [self.question.plain()] if self.question else []
        return "\n".join([self.description, *question, self.first_words()]).strip()

    def first_words(self):
        return self.tables.words[self.first[0]]

    def first_overlay(self):
        return svg.overlay(self.size, self.first, self.tables, self.salt)
