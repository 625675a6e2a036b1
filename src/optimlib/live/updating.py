"""An update function, its controls, and what it may do."""

import contextlib
import inspect
import io
import math
import sys

import matplotlib.pyplot as plt
import numpy as np

from . import controls
from .kept import with_names_kept
from .printed import printed


class Update:
    """An update function and its controls, whose positions are numbered in C order."""

    def __init__(self, update, given):
        if not callable(update):
            raise TypeError(f"live decorates the update function; got {update!r}")
        self.update = with_names_kept(update)
        self.name = update.__name__
        text = _docstring(update)
        self.title = text.split("\n\n")[0].replace("\n", " ")
        self.description = printed(" ".join(text.split()))
        self.controls = _matched(update, given)
        self.sizes = tuple(len(control.values) for control in self.controls.values())
        self.positions = math.prod(self.sizes)
        self.start = self.position({name: control.start for name, control in self.controls.items()})

    def position(self, settings):
        """The number of a position, from the number of each control's setting."""
        number = 0
        for name, size in zip(self.controls, self.sizes, strict=True):
            number = number * size + settings[name]
        return number

    def values(self, position):
        """The keyword arguments of the update function at a position."""
        settings = []
        for size in reversed(self.sizes):
            position, setting = divmod(position, size)
            settings.append(setting)
        pairs = zip(self.controls.items(), reversed(settings), strict=True)
        return {name: control.values[setting] for (name, control), setting in pairs}

    def spelled(self, position):
        """The arguments at a position, to be read."""
        values = self.values(position).items()
        return ", ".join(f"{name} = {value!r}" for name, value in values) or "its only position"

    def described_controls(self):
        """What an address needs to know of each control."""
        return [
            {"name": name, "texts": c.texts, "values": c.numbers(), "start": c.start}
            for name, c in self.controls.items()
        ]

    def __call__(self, **values):
        return self.update(**values)

    def at(self, position):
        """Update the artists, and return what is said and printed there."""
        others, said = set(plt.get_fignums()), io.StringIO()
        try:
            # Paths may diverge; and what is printed belongs to the figure, too.
            with np.errstate(over="ignore", invalid="ignore"), contextlib.redirect_stdout(said):
                words = self.update(**self.values(position))
        except Exception as error:
            error.add_note(f"raised by the live figure {self.name} at {self.spelled(position)}")
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
