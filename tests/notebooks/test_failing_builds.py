"""A figure that fails to compute fails the build of the book, and says where."""

from pathlib import Path

import jupyter_book_build
import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent
CONFIG = f"""\
title: One page
execute: {{execute_notebooks: force}}
sphinx:
  local_extensions: {{live_figures: {ROOT / "book" / "_ext"}}}
  config:
    nb_execution_raise_on_error: true
"""
FIGURE = """\
import matplotlib.pyplot as plt
from optimlib.live import live, slider

fig, ax = plt.subplots()
(line,) = ax.plot([], [], animated=True)


@live(fig, k={control})
def a_line(k=0):
    \"\"\"A line.\"\"\"
    line.set_data([0, 1], [0, 1 / (k - {hole})])
"""


@pytest.fixture
def build(tmp_path):
    """build(control, hole): Jupyter Book's exit code and output for a page with one figure."""

    def build(control, hole):
        cell = nbformat.v4.new_code_cell(FIGURE.format(control=control, hole=hole))
        page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A page"), cell])
        page.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(page, tmp_path / "page.ipynb")
        (tmp_path / "_config.yml").write_text(CONFIG, "utf-8")
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n", "utf-8")
        return jupyter_book_build.build(tmp_path)

    return build


def test_a_figure_that_computes_is_built(build, tmp_path):
    code, said = build("slider(0, 5)", hole=-1)
    assert code == 0, said
    assert "page: live-a-line, 6 positions" in said
    assert list((tmp_path / "_build/html/_static/live").glob("live-a-line-*.js"))


def test_an_update_that_raises_at_one_position_fails_the_build(build):
    code, said = build("slider(0, 5)", hole=3)
    assert code != 0
    assert "ZeroDivisionError" in said
    assert "raised by the live figure a_line at k = 3" in said


def test_too_many_positions_fail_the_build(build):
    code, said = build("slider(0, 20_000)", hole=-1)
    assert code != 0
    assert "20,001 positions, and at most 10,000 are allowed" in said
    assert "coarsen k" in said
