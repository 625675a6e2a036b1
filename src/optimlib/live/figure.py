"""A live figure: a matplotlib figure, its moving artists, an update function and its controls."""

import contextlib
import functools
import inspect
import io
import math
import os
import sys
import uuid
from dataclasses import replace
from html import escape
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from . import atlas, controls, moving, page, shapes, svg
from .asking import Question
from .kept import with_names_kept
from .printed import printed

MOST_POSITIONS = 10_000
MOST_BYTES = 400_000  # of an atlas, deflated


class LiveFigure:
    """What `@live(fig, **controls)` makes of an update function. Positions are numbered in C order."""

    def __init__(self, fig, update, given, question=None, stack=None):
        if not isinstance(fig, Figure):
            raise TypeError(f"fig must be a matplotlib Figure; got {fig!r}")
        if not callable(update):
            raise TypeError(f"live decorates the update function; got {update!r}")
        self.fig, self.update = fig, with_names_kept(update)
        self.name = update.__name__
        text = _docstring(update)
        self.title = text.split("\n\n")[0].replace("\n", " ")
        self.description = printed(" ".join(text.split()))
        self.controls = _matched(update, given)
        self.sizes = tuple(len(control.values) for control in self.controls.values())
        self.positions = math.prod(self.sizes)
        self.start = self.position({name: control.start for name, control in self.controls.items()})
        self.token = uuid.uuid4().hex
        self._frames = {}
        self._settle(stack)
        self.question = _checked_question(question, self)

    def _settle(self, stack):
        """Show the first frame, lay the figure out in both shapes, and take their still parts."""
        plt.close(self.fig)  # pyplot shall not show it a second time
        self._measure_in_points()
        self._update(self.start)
        self.moving = moving.artists(self.fig)
        if not self.moving and self.controls:
            raise ValueError("nothing can move: give animated=True to the artists that shall")
        for artist in self.moving:
            for part in artist.findobj():  # the lines and texts of a legend move with it
                part.set_animated(True)
        self.wide = shapes.wide(self.fig, self.moving, self.salt)
        self.wide.drag = self._drag(self.wide)
        self.narrow = shapes.narrow(self.fig, self.moving, self.salt, stack)
        self.narrow.drag = self._drag(self.narrow)
        self.shape = self.narrow
        self._enter(self.wide)
        self._always_stale = set(self._stale())
        self.first = self.frame(self.start)

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

    def position(self, settings):
        """The number of a position, from the number of each control's setting."""
        number = 0
        for name, size in zip(self.controls, self.sizes, strict=True):
            number = number * size + settings[name]
        return number

    def described_controls(self):
        """What an address needs to know of each control."""
        return [
            {"name": name, "texts": c.texts, "values": c.numbers(), "start": c.start}
            for name, c in self.controls.items()
        ]

    def sentence(self, settings):
        """What the figure says where each control has the setting of that number."""
        return self.tables.words[self.frame(self.position(settings))[0]]

    def values(self, position):
        """The keyword arguments of the update function at a position."""
        settings = []
        for size in reversed(self.sizes):
            position, setting = divmod(position, size)
            settings.append(setting)
        pairs = zip(self.controls.items(), reversed(settings), strict=True)
        return {name: control.values[setting] for (name, control), setting in pairs}

    def frame(self, position, shape=None):
        """The frame at a position, in the wide shape or another: update, and record what moves."""
        return self._record(position, [shape or self.wide])[0]

    def _record(self, position, wanted):
        self._measure_in_points()
        self._enter(self.wide)  # an update may look at its figure
        self.fig.stale = False
        words = self._update(position)
        self._refuse_still_changes(position)
        frames = []
        for shape in wanted:
            self._enter(shape)
            frames.append(shape.record(words))
        return frames

    def _update(self, position):
        values = self.values(position)
        others, said = set(plt.get_fignums()), io.StringIO()
        try:
            # Paths may diverge; and what is printed belongs to the figure, too.
            with np.errstate(over="ignore", invalid="ignore"), contextlib.redirect_stdout(said):
                words = self.update(**values)
        except Exception as error:
            error.add_note(f"raised by the live figure {self.name} at {_spell(values)}")
            raise
        stray = set(plt.get_fignums()) - others
        if stray:
            plt.close(stray.pop())
            raise ValueError(
                f"{self.name} drew on another figure, as plt.title or plt.plot do: "
                "change the artists of its own figure, made with animated=True"
            )
        if words is not None and not isinstance(words, str):
            raise TypeError(f"{self.name} must return a sentence or nothing; it returned {words!r}")
        return printed(" ".join(filter(None, [words, " ".join(said.getvalue().split())])))

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
            f"{self.name} at {_spell(self.values(position))} changed something that stands still "
            f"({what}): only artists made with animated=True can move, and axis "
            "limits, ticks and layout cannot"
        )

    def _compare_still_parts(self):
        """Some changes matplotlib does not report, as a turned view of axes in 3D: draw and compare."""
        self._enter(self.wide)
        for position in {0, self.positions - 1, self.positions // 2} - {self.start}:
            self._update(position)
            if not svg.alike(self.wide.draw_still(), self.wide.still):
                raise ValueError(self._stands_still(position, "seen by drawing it again"))
        self.fig.stale = False

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
            both = [self.wide, self.narrow]
            frames = [self._record(position, both) for position in range(self.positions)]
            self._compare_still_parts()
            for number, each in enumerate(both):
                data = atlas.pack([pair[number] for pair in frames], self.head(each))
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
            "still": shape.still if shape is self.narrow else "",  # the wide one stands in the page
        }

    def _drag(self, shape):
        """For each control that follows the pointer: its number, its axes' box, and where its values lie."""
        targets = []
        for number, control in enumerate(self.controls.values()):
            if control.axis is None or not control.axis.axes.get_visible():
                continue
            along = control.axis.axis_name
            ax, height = control.axis.axes, shape.size[1]
            place = ax.get_xaxis_transform() if along == "x" else ax.get_yaxis_transform()
            points = [(v, 0) if along == "x" else (0, v) for v in control.values]
            pixels = place.transform(points)
            ends = pixels[:, 0] if along == "x" else height - pixels[:, 1]
            targets.append(
                {
                    "control": number,
                    "name": control.label,
                    "along": along,
                    "box": _box(ax, height),
                    "ends": [round(10 * end) for end in ends.tolist()],
                }
            )
        return targets

    def _pointed(self, shape):
        """Where a question that is answered on the figure has its answer, in a shape."""
        if self.question is None or self.question.kind != "point":
            return None
        ax, x, y = self.question.answer
        self._enter(shape)
        left, bottom = ax.transData.inverted().transform(ax.transAxes.transform((0.5, 0.5)))
        at = ax.transData.transform((left if x is None else x, bottom if y is None else y))
        place = [round(10 * at[0]), round(10 * (shape.size[1] - at[1]))]
        return {
            "box": _box(ax, shape.size[1]),
            "at": place,
            "counts": [x is not None, y is not None],
            "within": self.question.within,
        }

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

    def __call__(self, **values):
        return self.update(**values)


def publishing():
    """Whether figures are written for a page, with all their frames, rather than for a kernel."""
    return os.environ.get("OPTIMLIB_PUBLISH") == "1" or exported()


@functools.cache
def exported():
    """Whether `jupyter nbconvert --execute` runs this kernel: each output brings all it needs."""
    if "ipykernel" not in sys.modules:
        return False
    import psutil  # ipykernel's own

    with contextlib.suppress(psutil.Error):
        return any("nbconvert" in Path(part).name for part in psutil.Process().parent().cmdline()[:3])
    return False


def _matched(update, given):
    """The Control of every keyword; the update function's own defaults say where it starts."""
    parameters = inspect.signature(update).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name, parameter in parameters.items():
        needed = parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        )
        if needed and name not in given:
            raise TypeError(f"{update.__name__} takes {name}, which has no control")
    for name in given:
        if name not in parameters and not takes_any:
            raise TypeError(f"control {name} is not a parameter of {update.__name__}")

    def default(name):
        value = parameters[name].default if name in parameters else inspect.Parameter.empty
        return None if value is inspect.Parameter.empty else value

    return {name: controls.read(name, spec, default(name)) for name, spec in given.items()}


def _docstring(update):
    text = inspect.getdoc(update)
    if text:
        return text
    if sys.flags.optimize >= 2:  # python -OO strips docstrings
        return update.__name__.replace("_", " ")
    raise ValueError(
        f"the update function {update.__name__} must have a docstring: it is the figure's caption, and "
        "says what it shows to readers who cannot see it"
    )


def _checked_question(question, figure):
    """The question, whose settings of the answer exist."""
    if question is None:
        return None
    if not isinstance(question, Question):
        raise TypeError(f"ask must be made by optimlib.live.ask; got {question!r}")
    then = {}
    for name, value in question.then.items():
        if name not in figure.controls:
            raise ValueError(f"ask of {figure.name}: then names {name}, which is no control")
        try:
            then[name] = figure.controls[name].shown(value)
        except ValueError as error:
            raise ValueError(f"ask of {figure.name}: then: {name}: {error}") from None
    return replace(question, then=then)


def _box(ax, height):
    """The place of an axes on the figure, in tenths of a point, y downwards."""
    box = ax.get_window_extent()
    return [round(10 * v) for v in (box.x0, height - box.y1, box.width, box.height)]


def _spell(values):
    return ", ".join(f"{name} = {value!r}" for name, value in values.items()) or "its only position"
