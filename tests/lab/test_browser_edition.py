"""A chapter in JupyterLite, as the published book offers it: Python runs in the reader's browser."""

import os
import subprocess

import pyodide_distribution
import pytest
from notebook_figures import ROOT, figures_of
from shown import Shown
from static_server import serving
from waiting import eventually

PYTHON = ROOT / ".venv" / "browser" / "bin" / "python"
CHAPTER = ROOT / "chapters" / "02-gradients.ipynb"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the edition, built with a Pyodide of its own."""
    if not PYTHON.exists():
        missing = "make book sets up the environment that builds the edition for the browser"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("edition") / "lite"
    distribution = pyodide_distribution.find(ROOT / "_build" / "pyodide")
    environment = {**os.environ, "PYODIDE_DIST": str(distribution)}
    command = [PYTHON, ROOT / "book" / "browser_edition.py", folder]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    with serving(folder) as address:
        yield address


def test_a_chapter_runs_in_the_browser_and_its_sliders_move(site, open_page):
    page = open_page(
        f"{site}notebooks/index.html?path={CHAPTER.name}", viewport={"width": 1200, "height": 900}
    )
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=180_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    made = figures_of(CHAPTER)
    page.wait_for_function(
        "count => document.querySelectorAll('.live-figure').length === count",
        arg=len(made.figures),
        timeout=300_000,
    )
    figure, shown = made.figures[0], Shown(page, 0)
    settings = {name: control.start for name, control in figure.controls.items()}
    slider = next(name for name, control in figure.controls.items() if control.kind == "slider")
    shown.press("End")
    settings[slider] = len(figure.controls[slider].values) - 1
    _, words = made.expected(figure, figure.position(settings))
    eventually(lambda: shown.words() == words, 60)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert [said for said in page.complaints if said.startswith("request to")] == []
