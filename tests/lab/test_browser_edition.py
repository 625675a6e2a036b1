"""A chapter in JupyterLite, as the published book offers it: Python runs in the reader's browser."""

import json
import os
import re
import subprocess

import figure_cells
import nbformat
import published
import pyodide_distribution
import pytest
from notebook_figures import ROOT, page_of
from shown import Shown
from static_server import serving
from waiting import eventually

PYTHON = ROOT / ".venv" / "browser" / "bin" / "python"
CHAPTER = ROOT / "chapters" / "02-gradients.ipynb"
COPIED = "10-since-adam.ipynb"  # the shortest
WITH_DIGEST = "import sys, browser_edition; print(browser_edition.with_digest(sys.stdin.read()))"
# For tests of what a reader reads and saves: no kernel starts.
NO_KERNEL = {
    "before": "window.Worker = class extends EventTarget { postMessage() {} terminate() {} }",
    "service_workers": "block",
}
# Whether JupyterLite has stored the words in the notebook that is open.
STORED = """async (words) => {
    const path = new URLSearchParams(location.search).get("path");
    const [{ name }] = await indexedDB.databases();
    const done = (asked) => new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
    const storage = await done(indexedDB.open(name));
    const copy = await done(storage.transaction("files").objectStore("files").get(path));
    storage.close();
    return copy && JSON.stringify(copy.content).includes(words);
}"""


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The folder of the edition, built with a Pyodide of its own."""
    if not PYTHON.exists():
        missing = "make book sets up the environment that builds the edition for the browser"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("edition") / "lite"
    distribution = pyodide_distribution.find(ROOT / "_build" / "pyodide")
    environment = {**os.environ, "PYODIDE_DIST": str(distribution)}
    command = [PYTHON, ROOT / "book" / "browser_edition.py", folder]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="module")
def site(edition):
    with serving(edition.parent) as address:
        yield f"{address}lite/"


def abridge(edition, first):
    """A cell of a reader's own, and of the chapter the code of its figures and the text of its beginning."""
    path = edition / "files" / CHAPTER.name
    notebook = nbformat.read(path, as_version=4)
    text = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    notebook.cells = [cell for cell in figure_cells.needed(notebook.cells) if cell not in text[8:]]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    nbformat.write(notebook, path)


def test_a_chapter_runs_in_the_browser_and_its_sliders_move(edition, site, open_page, book):
    # Nothing names scikit-learn here, and no cell of the chapter has loaded it yet.
    abridge(edition, "from optimlib.data import digits\n\nimages = digits()")
    low = {"width": 1200, "height": 300}  # little is painted while it runs
    page = open_page(f"{site}notebooks/index.html?path={CHAPTER.name}", viewport=low)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=180_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    figures = published.figures(book / page_of(CHAPTER))
    page.wait_for_function(
        "count => document.querySelectorAll('.live-figure').length === count",
        arg=len(figures),
        polling=500,
        timeout=600_000,
    )
    figure, shown = figures[0], Shown(page, 0)
    slider = figure.sliders[0]
    shown.press("End")
    _, words = figure.expected({**figure.start, slider: figure.last[slider]})
    eventually(lambda: shown.words() == words)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert [said for said in page.complaints if said.startswith("request to")] == []
    set_anew = [said for said in page.complaints if said.startswith("No target for internal reference")]
    assert len(set_anew) < 5  # not for each of its cells: MyST sets all of them


def publish(edition, title):
    """A text of a chapter: a title, an open cell of code, and in a raw cell all else: little is set."""
    path = edition / "files" / COPIED
    notebook = json.loads(path.read_text("utf-8"))
    began, cells = notebook["metadata"]["published"], notebook["cells"]
    code = next(c for c in cells if c["cell_type"] == "code" and "jupyter" not in c["metadata"])
    rest = "\n".join("".join(cell["source"]) for cell in cells)
    notebook["cells"] = [nbformat.v4.new_markdown_cell(title), code, nbformat.v4.new_raw_cell(rest)]
    done = subprocess.run(
        [PYTHON, "-X", "utf8", "-c", WITH_DIGEST],
        cwd=ROOT / "book",
        input=json.dumps(notebook),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    path.write_text(done.stdout, "utf-8")
    assert json.loads(done.stdout)["metadata"]["published"] != began


def save(page, words=""):
    """Save the notebook, and wait until these words are in the browser's storage."""
    page.keyboard.press("Control+s")
    page.wait_for_function(STORED, arg=words, polling=100)


def test_a_reader_is_told_of_a_new_text_and_keeps_the_old_copy(edition, site, open_page):
    address = f"{site}notebooks/index.html?path="
    publish(edition, "# The old text")
    page = open_page(f"{address}{COPIED}", **NO_KERNEL)
    new, told = page.get_by_role("heading", name="The new text"), page.get_by_role("dialog")
    mine = page.locator(".cm-content", has_text="a note of mine")
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# a note of mine\n")
    save(page, "a note of mine")

    publish(edition, "# The new text")
    page.reload()
    page.get_by_role("dialog", name="This chapter has a new text").wait_for()
    assert told.locator("button:focus").text_content() == "Take the new text"
    page.keyboard.press("Escape")
    mine.wait_for()

    page.reload()
    kept = told.locator("b").text_content()
    page.keyboard.press("Enter")
    new.wait_for()
    assert re.fullmatch(r"10-since-adam \(my copy of \d{4}-\d\d-\d\d\)\.ipynb", kept)
    page.goto(f"{address}{kept}")
    mine.wait_for()
    assert told.count() == 0


def test_a_copy_in_which_nothing_was_written_gives_way_to_a_new_text(edition, site, open_page):
    publish(edition, "# The old text")
    page = open_page(f"{site}notebooks/index.html?path={COPIED}", **NO_KERNEL)
    page.locator(".jp-CodeCell .cm-content").first.click()
    save(page)
    publish(edition, "# The new text")
    page.reload()
    page.get_by_role("heading", name="The new text").wait_for()
