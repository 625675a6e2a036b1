"""Build the edition that runs Python in the reader's browser: a JupyterLite site of the chapters.

The exercises in the book's pages use its Python, too; beside it stands the editor that they load.

`make book` writes it to `_build/browser`, with the library and all that it needs installed in the
kernel, and puts it into the book as the folder `lite`. Python itself (Pyodide) comes from Pyodide's
official address; where PYODIDE_DIST names a folder with a Pyodide distribution, what is needed of it
is copied, and then nothing leaves the origin.

It runs in an environment of its own, requirements-browser.txt, because JupyterLite takes along every
extension of JupyterLab that it finds beside it.
"""

import hashlib
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

ROOT = Path(__file__).parent.parent
WORK = ROOT / "_build" / "browser-parts"
# Packages that Pyodide has not, and what each needs beside the kernel.
FROM_BOOK = {
    "ipywidgets": ["comm"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "psygnal": [],
    "comm": [],
    "ipython-pygments-lexers": ["pygments"],
}
LIBRARY = {"optimlib": ["numpy", "matplotlib", "anywidget"]}
KERNEL = {
    "piplite": ["micropip"],
    "ipykernel": ["pyodide-kernel"],
    "pyodide-kernel": ["ipython", "ipython-pygments-lexers", "comm"],
}
FIRST = [*KERNEL, *LIBRARY]  # loaded with Python, and all that they need
LATER = ["scikit-learn"]  # loaded when the kernel has started
# What JupyterLite would otherwise look up and install, one after the other. Jedi is not loaded at all.
LOADED = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
# For the exercises in the book's pages: the editor that Shiny's wheel carries, and what it loads.
EDITOR = ("shiny", "1.8.0"), "shiny/www/shared/prism-code-editor/"
EDITOR_PARTS = ["index.js", "prism/languages/python.js", "extensions/commands.js", "layout.css"]
PYTHON_MB = 17  # Python, NumPy and the library, as they travel
CORE = re.compile(r"pyodide\.m?js|pyodide\.asm\.(m?js|wasm)|python_stdlib\.zip")
EXTENSION = "@jupyterlite/pyodide-kernel-extension:kernel"
# MyST sets the whole notebook again for every cell of text that comes into view: so all come at once …
ALL_AT_ONCE = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
# … and cells that ask at a time share one setting. What is replaced is MyST's minified code.
SET = "async function(e){var t;const r=e.widgets"
SET_ONCE = {
    f"await {SET}": """await ((all, set) => all.soon ??= new Promise(soon => setTimeout(soon)).then(() => {
        all.soon = null;
        return set(all);
    }))(this.parent, """
    + SET,
    "}(this.parent),await this._mystWidget.renderPromise": "}),await this._mystWidget.renderPromise",
}
# In JupyterLite's page for notebooks, where it begins: own-copy.js looks at a reader's copy before.
START = "await import("
FIRST_LOOK = "await import('../own-copy.js').catch(console.warn);"


def main(output=ROOT / "_build" / "browser"):
    distribution = os.environ.get("PYODIDE_DIST")
    shutil.rmtree(output, ignore_errors=True)
    site = emptied(WORK / "site")
    packages = {name: (wheel(*pinned(name)), needs) for name, needs in FROM_BOOK.items()}
    packages |= {name: (library(), needs) for name, needs in LIBRARY.items()}
    pyodide = emptied(WORK / "pyodide")
    if distribution:
        packages |= copy_pyodide(Path(distribution), pyodide)
    write_settings(site, local=bool(distribution))
    build(site, [path for path, _ in packages.values()], output)
    shutil.copytree(pyodide, output / "pyodide")
    packages |= {name: (part(output, name), needs) for name, needs in KERNEL.items()}
    shutil.copytree(ROOT / "book" / "browser", output, dirs_exist_ok=True)
    replace(output / "notebooks" / "index.html", {START: f"{FIRST_LOOK}\n        {START}"})
    set_text_once(output / "extensions" / "jupyterlab-myst" / "static")
    add_editor(output / "editor")
    write_python(output, packages, pyodide="pyodide/" if distribution else f"{PYODIDE_CDN_URL}/")


def emptied(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def library():
    """The wheel of optimlib, built from a copy: setuptools leaves its own folders beside the source."""
    copy = emptied(WORK / "library")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    pip("wheel", "--no-deps", "--no-build-isolation", copy, "--wheel-dir", copy)
    return next(copy.glob("*.whl"))


def pinned(package):
    """Name and version as in the book's own requirements: both sides of a widget speak one version."""
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    return re.search(rf"^({package})==([^\s;]+)", pins, re.MULTILINE).groups()


def wheel(name, version, *options):
    """A wheel that runs anywhere, downloaded once."""
    folder = WORK / "wheels"
    pattern = f"{name.lower().replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        anywhere = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
        pip("download", "--no-deps", *anywhere, *options, "--dest", folder, f"{name}=={version}")
    return next(folder.glob(pattern))


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True)


def copy_pyodide(distribution, target):
    """Copy the core and the wanted packages; return those that the distribution only lists, as wheels."""
    for path in distribution.iterdir():
        if CORE.fullmatch(path.name):
            shutil.copy(path, target)
    lock = json.loads((distribution / "pyodide-lock.json").read_text("utf-8"))
    there, missing = {}, {}
    for name in closure(lock["packages"]):
        package = lock["packages"][name]
        if (distribution / package["file_name"]).exists():
            shutil.copy(distribution / package["file_name"], target)
            there[name] = package
        else:
            python = f"--python-version={lock['info']['python']}"
            missing[name] = wheel(package["name"], package["version"], python), package["depends"]
    (target / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": there}), "utf-8")
    return missing


def closure(packages):
    """Those of Pyodide's packages that the edition uses."""
    ours = KERNEL | LIBRARY | FROM_BOOK
    found, waiting = set(), [*FIRST, *LATER]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            needs = ours[name] if name in ours else packages[name]["depends"]
            waiting += [needed.replace("_", "-") for needed in needs]
    return sorted(found - set(ours))


def write_settings(site, local):
    kernel = {
        "disablePyPIFallback": local,
        "pyodideUrl": "./python.mjs",
        "loadPyodideOptions": {"packages": LOADED},
    }
    site_settings = {
        "appName": "Learning to Descend",
        "appUrl": "./tree",
        "faviconUrl": "./tree/favicon.ico",
        "litePluginSettings": {EXTENSION: kernel},
        "settingsOverrides": ALL_AT_ONCE,
    }
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": site_settings}
    (site / "jupyter-lite.json").write_text(json.dumps(settings, indent=2), "utf-8")


def with_digest(notebook):
    """The notebook with a digest of what is written in it: own-copy.js knows by it what a reader changed."""
    notebook = json.loads(notebook)
    written = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    text = json.dumps(
        [cell for cell in written if cell[1].strip()], ensure_ascii=False, separators=(",", ":")
    )
    notebook["metadata"]["published"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def build(site, wheels, output):
    contents = emptied(WORK / "contents")
    for notebook in (ROOT / "chapters").glob("*.ipynb"):
        (contents / notebook.name).write_text(with_digest(notebook.read_text("utf-8")), "utf-8")
    options = [
        "--apps",
        "notebooks",
        "--apps",
        "tree",
        "--contents",
        contents,
        "--lite-dir",
        site,
        "--output-dir",
        output,
    ]
    options += ["--no-sourcemaps", "--no-unused-shared-packages"]
    for path in wheels:
        options += ["--piplite-wheels", path]
    command = [sys.executable, "-m", "jupyter", "lite", "build", *map(str, options)]
    # In an empty folder: what it remembers of its last run would let it skip writing the settings.
    subprocess.run(command, check=True, cwd=emptied(WORK / "build"))


def set_text_once(folder):
    """Let cells of text that ask at a time for all text to be set share one setting."""
    found = [path for path in folder.glob("*.js") if SET in path.read_text("utf-8")]
    assert len(found) == 1, f"MyST sets text otherwise than it did: {folder}"
    replace(found[0], SET_ONCE)


def replace(path, pieces):
    """Change pieces of a file that comes from elsewhere."""
    text = path.read_text("utf-8")
    for old, new in pieces.items():
        assert text.count(old) == 1, f"{path} is otherwise than it was: {old!r} does not stand in it once"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def part(output, name):
    """A wheel of the kernel, which JupyterLite brings along."""
    return next(output.glob(f"extensions/@jupyterlite/*/static/pypi/{name.replace('-', '_')}-*.whl"))


def add_editor(folder):
    """Copy the editor's modules and those that they import."""
    package, inside = EDITOR
    with zipfile.ZipFile(wheel(*package)) as archive:
        waiting, done = list(EDITOR_PARTS), set()
        while waiting:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            text = archive.read(inside + name).decode()
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(re.sub(r"\n//# sourceMappingURL=.*", "", text), "utf-8")
            imported = re.findall(r'^import .*?"(\.[^"]+)"', text, re.MULTILINE)
            waiting += [
                posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in imported
            ]


def write_python(output, packages, pyodide):
    """Say where Python and the packages are: to the kernel, and to the exercises in the book's pages."""
    entries = {name: entry(output, name, *package) for name, package in packages.items()}
    kernel = {"pyodide": pyodide, "packages": entries, "first": FIRST, "later": LATER}
    (output / "kernel.json").write_text(json.dumps(kernel, indent=1), "utf-8")
    library = entries["optimlib"]["file_name"]
    page = {"pyodide": f"{pyodide}pyodide.mjs", "packages": ["numpy", library], "megabytes": PYTHON_MB}
    (output / "python.json").write_text(json.dumps(page), "utf-8")


def entry(output, name, path, needs):
    """A package as Pyodide lists its own."""
    at = path if path.is_relative_to(output) else output / "pypi" / path.name
    return {
        "name": name,
        "version": path.name.split("-")[1],
        "file_name": at.relative_to(output).as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "imports": ["IPython" if name == "ipython" else name.replace("-", "_")],
        "depends": needs,
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
