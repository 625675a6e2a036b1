"""The live figures of a notebook, by running its code in this process."""

import contextlib
import functools
import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import overlay
import pytest

from optimlib.live import LiveFigure

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb")) + sorted(ROOT.glob("book/*.ipynb"))


@dataclass
class Figures:
    """A notebook's live figures in order, and the matplotlib settings that it draws with."""

    figures: list
    settings: dict

    def expected(self, figure, position):
        """The overlay at a position, and the words, computed afresh."""
        with plt.rc_context(self.settings):
            return overlay.expected(figure, position), overlay.words(figure, position)


@functools.cache
def figures_of(path):
    """Run the code cells of a notebook in its own folder and collect its live figures."""
    path = Path(path)
    figures, names = [], {"__name__": "__main__", "display": lambda *_: None}
    with plt.rc_context(), contextlib.chdir(path.parent), contextlib.redirect_stdout(io.StringIO()):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            lines = (line for line in cell.source.splitlines() if not line.startswith(("%", "!")))
            exec(compile("\n".join(lines), f"{path.name}, cell {cell.get('id')}", "exec"), names)
            figures += [v for v in names.values() if isinstance(v, LiveFigure) and v not in figures]
        # Reading these two of the settings would choose a backend; they are no part of a picture.
        settings = {k: v for k, v in dict.items(plt.rcParams) if k not in ("backend", "backend_fallback")}
        return Figures(figures, settings)


def page_of(source):
    """Where the book shows a notebook or another source, from the book's folder on."""
    return source.relative_to(ROOT).with_suffix(".html").as_posix()


def notebooks():
    """Those of the book's notebooks that hold live figures, as parameters of tests."""
    found = [path for path in NOTEBOOKS if "live(" in path.read_text("utf-8")]
    return [pytest.param(path, id=path.stem) for path in found]
