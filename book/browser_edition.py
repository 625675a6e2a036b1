"""Build the edition that runs Python in the reader's browser: a JupyterLite site of the chapters.

The exercises in the book's pages use its Python, too; beside it stands the editor that they load.

`make book` writes it to `_build/browser`, with the library and all that it needs installed in the
kernel, and puts it into the book as the folder `lite`. Python itself (Pyodide) comes from Pyodide's
official address; where PYODIDE_DIST names a folder with a Pyodide distribution, what is needed of it
is copied, and then nothing leaves the origin.

It runs in an environment of its own, requirements-browser.txt, because JupyterLite takes along every
extension of JupyterLab that it finds beside it.
"""

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
# Loaded with the kernel, so that imports work as at home. The first come with Pyodide, the others
# with the book: Pyodide has no ipywidgets, and their own dependencies are named with them.
FROM_PYODIDE = ["micropip", "numpy", "matplotlib", "scikit-learn", "pillow", "typing-extensions"]
FROM_BOOK = ["ipywidgets", "anywidget", "psygnal", "comm", "ipython-pygments-lexers"]
KERNEL = ["ipython", "jedi", "traitlets"]  # what the kernel asks for by itself
# For the exercises in the book's pages: the editor that Shiny's wheel carries, and what it loads.
EDITOR = ("shiny", "1.8.0"), "shiny/www/shared/prism-code-editor/"
EDITOR_PARTS = ["index.js", "prism/languages/python.js", "extensions/commands.js", "layout.css"]
PYTHON_MB = 17  # Python, NumPy and the library, as they travel
CORE = re.compile(r"pyodide\.m?js|pyodide\.asm\.(m?js|wasm)|python_stdlib\.zip")
EXTENSION = "@jupyterlite/pyodide-kernel-extension:kernel"
FROM_WORKER = "../../../../"  # from the script in which the kernel runs to the site's root


def main(output=ROOT / "_build" / "browser"):
    distribution = os.environ.get("PYODIDE_DIST")
    shutil.rmtree(output, ignore_errors=True)
    site = emptied(WORK / "site")
    wheels = [library(), *(wheel(*pinned(package)) for package in FROM_BOOK)]
    write_settings(site, wheels, local=bool(distribution))
    if distribution:
        wheels += copy_pyodide(Path(distribution), emptied(site / "static" / "pyodide"))
    build(site, wheels, output)
    add_editor(output / "editor")
    write_python(output, wheels[0], local=bool(distribution))


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
    """Copy the core and the wanted packages; return wheels of those that the distribution only lists."""
    for path in distribution.iterdir():
        if CORE.fullmatch(path.name):
            shutil.copy(path, target)
    lock = json.loads((distribution / "pyodide-lock.json").read_text("utf-8"))
    there, missing = {}, []
    for name in closure(lock["packages"], [*FROM_PYODIDE, *KERNEL]):
        package = lock["packages"][name]
        if (distribution / package["file_name"]).exists():
            shutil.copy(distribution / package["file_name"], target)
            there[name] = package
        else:
            python = f"--python-version={lock['info']['python']}"
            missing.append(wheel(package["name"], package["version"], python))
    (target / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": there}), "utf-8")
    return missing


def closure(packages, wanted):
    """The wanted packages and all that they depend on."""
    found, waiting = set(), list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [needed.replace("_", "-") for needed in packages[name]["depends"]]
    return sorted(found)


def write_settings(site, wheels, local):
    ours = [f"{FROM_WORKER}pypi/{wheel.name}" for wheel in wheels]
    kernel = {"disablePyPIFallback": local, "loadPyodideOptions": {"packages": [*FROM_PYODIDE, *ours]}}
    if local:
        kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    site_settings = {
        "appName": "Learning to Descend",
        "appUrl": "./tree",
        "faviconUrl": "./tree/favicon.ico",
        "litePluginSettings": {EXTENSION: kernel},
    }
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": site_settings}
    (site / "jupyter-lite.json").write_text(json.dumps(settings, indent=2), "utf-8")


def build(site, wheels, output):
    contents = emptied(WORK / "contents")
    for notebook in (ROOT / "chapters").glob("*.ipynb"):
        shutil.copy(notebook, contents)
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
    subprocess.run(command, check=True, cwd=WORK)


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


def write_python(output, library, local):
    """Say where the exercises in the book's pages find Python, the library and the editor."""
    pyodide = "static/pyodide/pyodide.mjs" if local else f"{PYODIDE_CDN_URL}/pyodide.mjs"
    settings = {"pyodide": pyodide, "packages": ["numpy", f"pypi/{library.name}"], "megabytes": PYTHON_MB}
    (output / "python.json").write_text(json.dumps(settings), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
