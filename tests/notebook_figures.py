"""The book's notebooks, and their pages."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb")) + sorted(ROOT.glob("book/*.ipynb"))


def page_of(source):
    """Where the book shows a notebook or another source, from the book's folder on."""
    return source.relative_to(ROOT).with_suffix(".html").as_posix()


def notebooks():
    """Those of the book's notebooks that hold live figures, as parameters of tests."""
    found = [path for path in NOTEBOOKS if "live(" in path.read_text("utf-8")]
    return [pytest.param(path, id=path.stem) for path in found]
