"""One JupyterLab for all tests, in one page of a browser."""

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
