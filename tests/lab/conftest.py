"""A real JupyterLab, in a folder of its own, and its pages in Chromium."""

import json
import os
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from lab_probe import PROBE
from notebook_figures import notebooks

SETTINGS = {
    # Nothing that pops up, and no cell that is left out because it is not in view.
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium_path):
    """The address of a JupyterLab that serves a probe notebook and copies of the book's."""
    home = tmp_path_factory.mktemp("lab")
    work = home / "work"
    work.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in PROBE])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, work / "probe.ipynb")
    for path in notebooks():
        shutil.copy(path, work)
    for name, settings in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    environment = {
        **{name: value for name, value in os.environ.items() if name != "OPTIMLIB_PUBLISH"},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command += ["--ServerApp.port_retries=50", "--IdentityProvider.token=", "--ServerApp.password="]
    command += ["--expose-app-in-browser", "--allow-root", f"--ServerApp.root_dir={work}"]
    log = (home / "log.txt").open("w+")
    server = subprocess.Popen(command, env=environment, cwd=work, stdout=log, stderr=log)
    try:
        yield wait_for_address(server, home)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def wait_for_address(server, home):
    """The server writes where it is into its runtime folder."""
    for _ in range(600):
        for path in (home / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())["url"]
            except (ValueError, KeyError):  # half written
                pass
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{(home / 'log.txt').read_text()[-3000:]}")


@pytest.fixture
def open_notebook(lab, browser):
    """open_notebook(name): the notebook in Lab, in a browser context of its own, run from top to bottom."""
    contexts = []

    def open_notebook(name, run=True, seconds=180):
        context = browser.new_context(viewport={"width": 1200, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{lab}lab/tree/{name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.sessionContext?.isReady", timeout=60_000
        )
        if run:
            run_all(page, seconds)
        return page

    yield open_notebook
    for context in contexts:
        for page in context.pages:
            page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
        context.close()


def run_all(page, seconds=180):
    page.set_default_timeout(seconds * 1000)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.set_default_timeout(30_000)
