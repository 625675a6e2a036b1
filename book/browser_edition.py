"""Build the edition that runs Python in the reader's browser: a JupyterLite site of the chapters.

`make browser` writes it to `_build/browser`, a folder for any static server, with the library and all
that it needs installed in the kernel. Python itself (Pyodide, about 45 MB) comes from Pyodide's
official address; where PYODIDE_DIST names a folder with a Pyodide distribution, what is needed of it
is copied, and then nothing leaves the origin.

It runs in an environment of its own, requirements-browser.txt, because JupyterLite takes along every
extension of JupyterLab that it finds beside it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "_build" / "browser"
WORK = ROOT / "_build" / "browser-parts"
# Loaded with the kernel, so that imports work as at home. The first come with Pyodide, the others
# with the book: Pyodide has no ipywidgets, and their own dependencies are named with them.
FROM_PYODIDE = ["micropip", "numpy", "matplotlib", "scikit-learn", "pillow", "typing-extensions"]
FROM_BOOK = ["ipywidgets", "anywidget", "psygnal", "comm", "ipython-pygments-lexers"]
KERNEL = ["ipython", "jedi", "traitlets"]  # what the kernel asks for by itself
CORE = [
    "pyodide.mjs",
    "pyodide.js",
    "pyodide.asm.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
]
EXTENSION = "@jupyterlite/pyodide-kernel-extension:kernel"
FROM_WORKER = "../../../../"  # from the script in which the kernel runs to the site's root


def main():
    shutil.rmtree(WORK / "site", ignore_errors=True)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    distribution = os.environ.get("PYODIDE_DIST")
    wheels = book_wheels()
    missing = copy_pyodide(Path(distribution)) if distribution else []
    write_settings(wheels, local=bool(distribution))
    build([*wheels, *missing])


def book_wheels():
    """The library and the widgets' Python side, as wheels that run anywhere."""
    folder = WORK / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    pip("wheel", "--no-deps", "--no-build-isolation", ROOT, "--wheel-dir", folder)
    for package in FROM_BOOK:
        download(pinned(package), folder)
    return sorted(folder.glob("*.whl"))


def pinned(package):
    """As in the book's own requirements: both sides of a widget speak one version."""
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    return re.search(rf"^{package}==[^\s;]+", pins, re.MULTILINE)[0]


def download(requirement, folder, *options):
    anywhere = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    pip("download", "--no-deps", *anywhere, *options, "--dest", folder, requirement)


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True)


def copy_pyodide(distribution):
    """Copy the core and the wanted packages; return wheels of those the distribution only lists."""
    lock = json.loads((distribution / "pyodide-lock.json").read_text("utf-8"))
    target = WORK / "site" / "static" / "pyodide"
    target.mkdir(parents=True)
    for name in CORE:
        if (distribution / name).exists():
            shutil.copy(distribution / name, target)
    extra = WORK / "pure"
    extra.mkdir(exist_ok=True)
    there, missing = {}, []
    for name in closure(lock["packages"], [*FROM_PYODIDE, *KERNEL]):
        package = lock["packages"][name]
        if (distribution / package["file_name"]).exists():
            shutil.copy(distribution / package["file_name"], target)
            there[name] = package
        else:
            missing.append(pure_wheel(package, lock["info"]["python"], extra))
    lock["packages"] = there
    (target / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")
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


def pure_wheel(package, python, folder):
    name = package["name"].lower().replace("-", "_")
    found = list(folder.glob(f"{name}-{package['version']}-*.whl"))
    if not found:
        download(f"{package['name']}=={package['version']}", folder, f"--python-version={python}")
        found = list(folder.glob(f"{name}-{package['version']}-*.whl"))
    return found[0]


def write_settings(wheels, local):
    ours = [f"{FROM_WORKER}pypi/{wheel.name}" for wheel in wheels]
    kernel = {"disablePyPIFallback": local, "loadPyodideOptions": {"packages": [*FROM_PYODIDE, *ours]}}
    if local:
        kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"appName": "Learning to Descend", "litePluginSettings": {EXTENSION: kernel}},
    }
    (WORK / "site").mkdir(parents=True, exist_ok=True)
    (WORK / "site" / "jupyter-lite.json").write_text(json.dumps(settings, indent=2), "utf-8")


def build(wheels):
    contents = WORK / "contents"
    shutil.rmtree(contents, ignore_errors=True)
    contents.mkdir(parents=True)
    for notebook in sorted((ROOT / "chapters").glob("*.ipynb")):
        shutil.copy(notebook, contents)
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lite",
        "build",
        "--apps",
        "notebooks",
        "--contents",
        contents,
    ]
    command += ["--lite-dir", WORK / "site", "--output-dir", OUTPUT]
    command += ["--no-sourcemaps", "--no-unused-shared-packages"]
    for wheel in wheels:
        command += ["--piplite-wheels", wheel]
    subprocess.run([*map(str, command)], check=True, cwd=WORK)


if __name__ == "__main__":
    main()
