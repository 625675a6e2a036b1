"""One JupyterLab for all tests; each opens its notebook in a browser context of its own."""

import jupyter_lab
import pytest
from lab_probe import ASKING, LINKS, PROBE
from notebook_figures import NOTEBOOKS
from waiting import PATIENCE


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium_path):
    home = tmp_path_factory.mktemp("lab")
    with jupyter_lab.serving(
        home, {"probe.ipynb": PROBE, "asking.ipynb": [*PROBE[:2], ASKING, LINKS]}, NOTEBOOKS
    ) as address:
        yield address


@pytest.fixture
def open_notebook(lab, browser):
    """open_notebook(name, run=True): the notebook in Lab, run from top to bottom."""
    contexts = []

    def open_notebook(name, run=True):
        context = browser.new_context(viewport={"width": 1200, "height": 1000})
        context.set_default_timeout(1000 * PATIENCE)
        contexts.append(context)
        page = context.new_page()
        jupyter_lab.show(page, lab, name, run)
        return page

    yield open_notebook
    for context in contexts:
        for page in context.pages:
            jupyter_lab.stop_kernels(page)
        context.close()
