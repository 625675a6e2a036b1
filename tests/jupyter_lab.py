"""A real JupyterLab in a folder of its own, and its notebooks in Chromium."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import nbformat
from waiting import eventually

SETTINGS = {
    # Nothing that pops up, and no cell that is left out because it is not in view.
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
OPEN = """async (path) => {
  const { shell, commands, serviceManager } = jupyterapp, open = shell.currentWidget;
  if (open?.context?.path === path && open.sessionContext.session) return;
  await serviceManager.sessions.shutdownAll();
  for (const widget of [...shell.widgets("main")]) widget.dispose();
  await commands.execute("docmanager:open", { path });
}"""
ALL_RAN = """() => jupyterapp.shell.currentWidget.content.widgets.every(
  ({ model }) => model.type !== "code" || !model.sharedModel.getSource() || model.executionCount,
)"""
RUNS = """() => Math.max(
  0, ...jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => model.executionCount ?? 0),
)"""


class Text(str):
    """The source of a cell of text."""


def _cell(source):
    if isinstance(source, Text):
        return nbformat.v4.new_markdown_cell(source)
    return nbformat.v4.new_code_cell(source)


@contextmanager
def serving(home, written, copied=()):
    """The address of a JupyterLab that serves notebooks: `written` is {name: cells}, text in a `Text`."""
    work = home / "work"
    work.mkdir()
    for name, sources in written.items():
        notebook = nbformat.v4.new_notebook(cells=list(map(_cell, sources)))
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, work / name)
    for path in copied:
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
        yield _address(server, home)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def _address(server, home):
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
    raise RuntimeError(f"JupyterLab did not start:\n{(home / 'log.txt').read_text()[-3000:]}")


def show(page, address, name, run=True):
    """Open a notebook alone in Lab, where it is not, and, with `run`, run all its cells."""
    if page.url.startswith(address):
        page.evaluate(OPEN, name)
    else:
        page.goto(f"{address}lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    idle = "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    page.wait_for_function(idle, polling=100)
    if run:
        run_all(page)


def run_all(page):
    """Run all cells, to the end; a run that is dropped, for the kernel still starts, is asked for again."""
    before = page.evaluate(RUNS)

    def ran():
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        return page.evaluate(RUNS) > before

    eventually(ran)
    # Of two runs the second would take away what the first has shown.
    page.wait_for_function(ALL_RAN, polling=100)


def stop_kernels(page):
    page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
