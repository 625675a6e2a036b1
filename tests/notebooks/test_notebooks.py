"""Every notebook runs from top to bottom and prints what is stored in it.

What a cell prints must be stored and equal; a cell that prints and has nothing stored fails, too.
`python book/store_outputs.py` stores. Figures are written as for the book, but with their first
position alone: that none of the others raises is seen when the book is built.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from notebook_figures import NOTEBOOKS

HERE = Path(__file__).parent
name_of = {"ids": lambda path: path.stem}


@pytest.fixture(scope="module")
def ipython(tmp_path_factory):
    """A folder of IPython's, whose kernels do not compute what a page would carry."""
    folder = tmp_path_factory.mktemp("ipython")
    startup = folder / "profile_default" / "startup" / "first_position.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(
        'from optimlib.live import LiveFigure\n\nLiveFigure.atlas = lambda figure, shape=None: b""\n'
    )
    return folder


def run_nbval(path, ipython):
    """What `pytest --nbval` says about a notebook, run apart from this session."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-cell-timeout=600", "-p", "text_only", "-q"]
    command += ["-p", "no:cacheprovider", "--color=no", "--rootdir", path.parent, "-c", os.devnull, path]
    environment = {**os.environ, "OPTIMLIB_PUBLISH": "1", "IPYTHONDIR": str(ipython), "PYTHONPATH": str(HERE)}
    return subprocess.run(command, env=environment, cwd=path.parent, capture_output=True, text=True)


@pytest.mark.parametrize("path", NOTEBOOKS, **name_of)
def test_notebook_runs_and_prints_what_is_stored(path, ipython):
    done = run_nbval(path, ipython)
    if done.returncode != 0:
        pytest.fail(done.stdout[:6000] + done.stderr[-2000:], pytrace=False)


@pytest.mark.parametrize("path", NOTEBOOKS, **name_of)
def test_no_pictures_no_widgets_and_no_errors_are_stored(path):
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error"
            assert set(output.get("data", ())) <= {"text/plain"}
            assert "object at 0x" not in str(output), "an address changes from run to run"


@pytest.mark.parametrize("path", NOTEBOOKS, **name_of)
def test_no_cell_escapes_comparison(path):
    escapes = {"nbval-skip", "nbval-ignore-output", "nbval-raises-exception", "raises-exception"}
    for cell in nbformat.read(path, as_version=4).cells:
        assert not escapes & set(cell.metadata.get("tags", ()))
        assert "NBVAL_" not in cell.source
        assert "PYTEST_VALIDATE" not in cell.source


# That the comparison can fail --------------------------------------------------------------

LIVE = """\
import matplotlib.pyplot as plt
from optimlib.live import live
fig, ax = plt.subplots()
line, = ax.plot([], [], animated=True)

@live(fig, k=(0, 3))
def probe(k=0):
    "A line."
    line.set_data([0, {k}], [0, 1])
    return f"k is {{k}}."
"""


def write(path, *cells):
    notebook = nbformat.v4.new_notebook()
    for source, *outputs in cells:
        notebook.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    nbformat.write(notebook, path)
    return path


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def displayed(text):
    return nbformat.v4.new_output("display_data", data={"text/plain": text})


HONEST = [("print(1 + 1)", printed("2\n")), (LIVE.format(k="k"), displayed("A line.\nk is 0."))]


def test_an_honest_notebook_passes(tmp_path, ipython):
    done = run_nbval(write(tmp_path / "honest.ipynb", *HONEST), ipython)
    assert done.returncode == 0, done.stdout


DISHONEST = [
    (("print(1 + 1)", printed("3\n")), "mismatch 'stdout'"),
    (("print(1 + 1)",), "Unexpected output fields from running code: {'stdout'}"),
    (("1 + 1",), "Unexpected output fields from running code: {'text/plain'}"),
    (("x = 2", printed("2\n")), "Missing output fields from running code: {'stdout'}"),
    ((LIVE.format(k="k"), displayed("A line.\nk is 7.")), "mismatch 'text/plain'"),
    (
        (LIVE.format(k="1 / k"), displayed("A line.\nk is 0.")),
        "raised by the live figure probe at k = 0",
    ),
]


def test_dishonest_cells_fail(tmp_path, ipython):
    path = write(tmp_path / "dishonest.ipynb", *(cell for cell, _ in DISHONEST))
    done = run_nbval(path, ipython)
    assert done.returncode == 1
    sections = re.split(r"^_+ dishonest\.ipynb::Cell (\d+) _+$", done.stdout, flags=re.MULTILINE)
    said = dict(zip(map(int, sections[1::2]), sections[2::2], strict=True))
    for number, (_, complaint) in enumerate(DISHONEST):
        assert complaint in said[number]
