"""A live figure: a matplotlib figure, its moving artists, an update function and its controls."""

import functools
import inspect
import math
import os
import types
import uuid

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from . import atlas, controls, page, svg
from .printed import printed
from .recorder import Recorder, Tables

MOST_POSITIONS = 10_000
MOST_BYTES = 400_000  # of an atlas, deflated


class LiveFigure:
    """What `@live(fig, **controls)` makes of an update function. Positions are numbered in C order."""

    def __init__(self, fig, update, given, question=None, stack=None):
        if not isinstance(fig, Figure):
            raise TypeError(f"fig must be a matplotlib Figure; got {fig!r}")
        if not callable(update):
            raise TypeError(f"live decorates the update function; got {update!r}")
        text = inspect.getdoc(update)
        if not text:
            raise ValueError(
                f"the update function {update.__name__} must have a docstring: it says what the "
                "figure shows to readers who cannot see it"
            )
        self.fig, self.update = fig, _with_names_kept(update)
        self.name = update.__name__
        self.title = text.split("\n\n")[0].replace("\n", " ")
        self.description = " ".join(text.split())
        self.controls = _matched(update, given)
        self.sizes = tuple(len(control.values) for control in self.controls.values())
        self.positions = math.prod(self.sizes)
        self.question, self.stack = question, stack
        self.tables = Tables()
        self._atlas = None
        self.token = uuid.uuid4().hex
        self._settle()

    def _settle(self):
        """Show the first frame, let matplotlib lay the figure out, and take the still part."""
        plt.close(self.fig)  # pyplot shall not show it a second time
        self.start = self.position({name: control.start for name, control in self.controls.items()})
        self._measure_in_points()
        self._update(self.start)
        self.fig.draw_without_rendering()
        self.fig.set_layout_engine("none")
        self.size = tuple((self.fig.get_size_inches() * 72).tolist())
        self._recorder = Recorder(*self.size, self.tables)
        self.moving = _moving(self.fig)
        if not self.moving and self.controls:
            raise ValueError("nothing can move: give animated=True to the artists that shall")
        shown = [artist.get_visible() for artist in self.moving]
        for artist in self.moving:
            for part in artist.findobj():  # the lines and texts of a legend move with it
                part.set_animated(True)
            artist.set_visible(False)
        self.still = svg.still(self.fig, self.salt)
        for artist, visible in zip(self.moving, shown, strict=True):
            artist.set_visible(visible)
        self._always_stale = set(self._stale())
        self.first = self.frame(self.start)

    @property
    def salt(self):
        """The prefix of every id that the figure brings into a page."""
        return f"live-{self.name.replace('_', '-')}"

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

    def frame(self, position):
        """The frame at a position: run the update function and record what moves."""
        self._measure_in_points()
        self.fig.stale = False
        words = self._update(position)
        self._refuse_still_changes(position)
        return self._recorder.record(self.moving, words)

    def _update(self, position):
        values = self.values(position)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # paths may diverge
                words = self.update(**values)
        except Exception as error:
            error.add_note(f"raised by the live figure {self.name} at {_spell(values)}")
            raise
        if words is not None and not isinstance(words, str):
            raise TypeError(f"{self.name} must return a sentence or nothing; it returned {words!r}")
        return printed(words or "")

    def _refuse_still_changes(self, position):
        """An artist that is not animated is part of the still picture: it must not change."""
        if not self.fig.stale:
            return
        changed = [artist for artist in self._stale() if artist not in self._always_stale]
        kinds = sorted({type(artist).__name__ for artist in changed} - {"Figure"}) or ["Figure"]
        for artist in changed:
            artist.stale = False  # the next position answers for itself
        raise ValueError(
            f"{self.name} at {_spell(self.values(position))} changed something that stands still "
            f"({', '.join(kinds)}): only artists made with animated=True can move, and axis "
            "limits, ticks and layout cannot"
        )

    def _stale(self):
        return [artist for artist in self.fig.findobj() if artist.stale and not artist.get_animated()]

    def _measure_in_points(self):
        """A pixel is a point. Closing a figure can give it its old resolution back: ask each time."""
        if self.fig.dpi != 72:
            self.fig.dpi = 72

    def atlas(self):
        """All frames, packed; computed once.

        Raises ValueError where they are too many or too large to publish.
        """
        if self._atlas is None:
            self._refuse_excess(self.positions, MOST_POSITIONS, "positions")
            frames = [self.frame(position) for position in range(self.positions)]
            data = atlas.pack(frames, self.head())
            self._refuse_excess(len(data), MOST_BYTES, "bytes")
            self._atlas = data
        return self._atlas

    def head(self):
        """What the player must know beside the frames."""
        return {
            "name": self.name,
            "size": [round(10 * side) for side in self.size],
            "controls": [{"name": n, "texts": c.texts} for n, c in self.controls.items()],
            "drag": self.drag(),
            "tables": self.tables.entries(),
        }

    def drag(self):
        """For each control that follows the pointer: its number, its axes' box, and where its values lie."""
        targets = []
        for number, control in enumerate(self.controls.values()):
            if control.axis is None:
                continue
            along = control.axis.axis_name
            ax, height = control.axis.axes, self.size[1]
            box = ax.get_window_extent()
            place = ax.get_xaxis_transform() if along == "x" else ax.get_yaxis_transform()
            points = [(v, 0) if along == "x" else (0, v) for v in control.values]
            pixels = place.transform(points)
            ends = pixels[:, 0] if along == "x" else height - pixels[:, 1]
            targets.append(
                {
                    "control": number,
                    "name": control.label,
                    "along": along,
                    "box": [round(10 * v) for v in (box.x0, height - box.y1, box.width, box.height)],
                    "ends": [round(10 * end) for end in ends.tolist()],
                }
            )
        return targets

    def _refuse_excess(self, count, most, unit):
        if count <= most:
            return
        sizes = " × ".join(f"{name} {size}" for name, size in zip(self.controls, self.sizes, strict=True))
        finest = max(zip(self.sizes, self.controls, strict=True))[1]
        raise ValueError(
            f"the live figure {self.name} is too large to publish: {count:,} {unit}, and at most "
            f"{most:,} are allowed. Its controls have {sizes} positions: coarsen {finest}"
        )

    def show(self):
        """Display the figure; and, in a notebook, a picture of its first frame for where no widget lives."""
        from IPython.display import display

        if not publishing():
            display({"text/html": page.picture(self), "text/plain": self._plain()}, raw=True)
        display(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        if publishing():
            return {"text/html": page.html(self, self.atlas()), "text/plain": self._plain()}
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
    return os.environ.get("OPTIMLIB_PUBLISH") == "1"


def _with_names_kept(update):
    """The function with the global names that it uses, and those its helpers use, as they are now.

    A notebook's later cells use `path` and `y` again for things of their own; moving an earlier
    figure must still move its own artists over its own data.
    """
    if not isinstance(update, types.FunctionType):
        return update
    current, kept = update.__globals__, {}

    def copy(function):
        for name in {
            "__builtins__",
            "__name__",
            *_names_in(function.__code__),
        } & current.keys() - kept.keys():
            kept[name] = value = current[name]
            if isinstance(value, types.FunctionType) and value.__globals__ is current:
                kept[name] = copy(value)
        same = (function.__name__, function.__defaults__, function.__closure__)
        twin = types.FunctionType(function.__code__, kept, *same)
        twin.__kwdefaults__ = function.__kwdefaults__
        return functools.update_wrapper(twin, function)

    return copy(update)


def _names_in(code):
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return {*code.co_names, *(name for part in inner for name in _names_in(part))}


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


def _moving(fig):
    """The animated artists in the order in which matplotlib draws them."""
    axes = sorted(fig.axes, key=lambda ax: ax.get_zorder())
    groups = [*(ax.get_children() for ax in axes), fig.get_children()]
    animated = ([artist for artist in group if artist.get_animated()] for group in groups)
    return [artist for group in animated for artist in sorted(group, key=lambda a: a.get_zorder())]


def _spell(values):
    return ", ".join(f"{name} = {value!r}" for name, value in values.items()) or "its only position"
