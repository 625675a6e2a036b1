"""One JupyterLab for all tests, in one page of a browser."""

import re

import figure_cells
import jupyter_lab
import nbformat
import pytest
from lab_probe import ASKING, LINKS, PROBE
from notebook_figures import NOTEBOOKS
from waiting import PATIENCE

SETS = re.compile(r"\]\(<?#\w+\?")  # a link that sets a figure
WHOLE = ("02-gradients", "how-figures-work", "index")  # keep their text, so that text of every kind is met


def of_figures(path, target):
    """A copy of a notebook with the code that its figures need.

    Lab takes longer over text than over figures: of most chapters every third that sets one is left.
    """
    notebook = nbformat.read(path, as_version=4)
    setting = [cell for cell in notebook.cells if cell.cell_type == "markdown" and SETS.search(cell.source)]
    notebook.cells = [
        cell
        for cell in figure_cells.needed(notebook.cells)
        if cell.cell_type == "code" or path.stem in WHOLE or cell in setting[::3]
    ]
    nbformat.write(notebook, target)
    return target


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium_path):
    home, folder = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("chapters")
    copied = [of_figures(path, folder / path.name) for path in NOTEBOOKS]
    with jupyter_lab.serving(
        home, {"probe.ipynb": PROBE, "asking.ipynb": [*PROBE[:2], ASKING, LINKS]}, copied
    ) as address:
        yield address


@pytest.fixture(scope="session")
def lab_page(lab, browser):
    """Lab in a browser."""
    with browser.new_context() as context:
        context.set_default_timeout(1000 * PATIENCE)
        yield context.new_page()


@pytest.fixture(scope="module")
def quiet_after(lab_page):
    """No kernel works on beside the tests of another module."""
    yield
    jupyter_lab.stop_kernels(lab_page)


@pytest.fixture
def open_notebook(lab, lab_page, quiet_after):
    """open_notebook(name, run=True): the notebook alone in Lab, all its cells run, or run once more."""
    lab_page.set_viewport_size({"width": 1200, "height": 1000})

    def open_notebook(name, run=True):
        jupyter_lab.show(lab_page, lab, name, run)
        return lab_page

    return open_notebook
