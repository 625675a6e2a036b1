"""Pyodide for the tests of what runs in a browser.

PYODIDE_DIST names a folder with a distribution. Without it one comes from the package registry:
the wheel of open-webui carries a whole one, with NumPy, matplotlib and scikit-learn.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CARRIER, FOLDER = "open-webui==0.12.4", "open_webui/frontend/pyodide/"


def find(keep):
    """The folder of a distribution; a downloaded one is kept in `keep`."""
    if "PYODIDE_DIST" in os.environ:
        return Path(os.environ["PYODIDE_DIST"])
    if not keep.exists():
        keep.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=keep.parent) as folder:
            pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
            any_python = ["--no-deps", "--ignore-requires-python"]  # nothing of the wheel runs in this one
            subprocess.run([*pip, *any_python, "--dest", folder, CARRIER], check=True)
            unpack(next(Path(folder).glob("*.whl")), Path(folder) / "pyodide")
            with contextlib.suppress(OSError):  # another test has just put it there
                (Path(folder) / "pyodide").rename(keep)
    return keep


def unpack(wheel, target):
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(FOLDER) and not name.endswith("/"):
                (target / name.removeprefix(FOLDER)).write_bytes(archive.read(name))
