"""Every notebook runs from top to bottom and prints what is stored in it; its figures are the page's.

What a cell prints must be stored and equal; a cell that prints and has nothing stored fails, too.
`python book/store_outputs.py` stores. One run serves all tests and the book (`runs.py`): the kernel
writes down what figures show at some positions (`seen.py`), and computes them all for the page.
"""

import re

import legends
import nbformat
import published
import pytest
import runs
from notebook_figures import NOTEBOOKS, notebooks, page_of

NARROWEST = 136  # points of a panel: 200 pixels on a phone 390 pixels wide
name_of = {"ids": lambda path: path.stem}


@pytest.mark.parametrize("path", NOTEBOOKS, **name_of)
def test_notebook_runs_and_prints_what_is_stored(path):
    done = runs.of(path)
    if done.returncode != 0:
        pytest.fail(done.said[:6000], pytrace=False)


@pytest.mark.parametrize("path", notebooks())
def test_the_page_carries_what_the_library_computes(path, book):
    """The frames that the built page carries are those that the kernel drew afresh."""
    carried, seen = published.figures(book / page_of(path)), runs.of(path).seen
    assert [figure["name"] for figure in seen] == [figure.name for figure in carried]
    for figure, ours in zip(carried, seen, strict=True):
        for shape, position, picture, words in ours["frames"]:
            assert figure.at(position, shape) == (picture, words), f"{figure.name}, {shape}, {position}"


@pytest.mark.parametrize("path", notebooks())
def test_no_curve_runs_through_a_legend(path, book):
    crossed = {}
    for figure, seen in zip(published.figures(book / page_of(path)), runs.of(path).seen, strict=True):
        for shape, boxes in seen["legends"].items():
            crossed[figure.name, shape] = legends.crossed(figure, shape, boxes)
    assert {where: settings for where, settings in crossed.items() if settings} == {}


@pytest.mark.parametrize("path", notebooks())
def test_panels_are_wide_enough_on_a_phone(path):
    narrowest = {figure["name"]: min(figure["panels"], default=NARROWEST) for figure in runs.of(path).seen}
    assert {name: width for name, width in narrowest.items() if width < NARROWEST} == {}


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


def test_an_honest_notebook_passes(tmp_path):
    done = runs.run(write(tmp_path / "honest.ipynb", *HONEST))
    assert done.returncode == 0, done.said
    assert [figure["name"] for figure in done.seen] == ["probe"]
    assert done.seen[0]["frames"][0][3] == "k is 0."


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


def test_dishonest_cells_fail(tmp_path):
    path = write(tmp_path / "dishonest.ipynb", *(cell for cell, _ in DISHONEST))
    done = runs.run(path)
    assert done.returncode == 1
    sections = re.split(r"^_+ dishonest\.ipynb::Cell (\d+) _+$", done.said, flags=re.MULTILINE)
    said = dict(zip(map(int, sections[1::2]), sections[2::2], strict=True))
    for number, (_, complaint) in enumerate(DISHONEST):
        assert complaint in said[number]
