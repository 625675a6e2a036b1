"""Sphinx extension: notebooks run again when the library that they run on has changed.

Jupyter Book keeps the outputs of a notebook until its own cells change. That is what makes a
second build quick, and would leave yesterday's numbers in the book after a change of `optimlib`.
"""

import hashlib
import importlib.metadata
import os
import shutil
from pathlib import Path

import same_numbers

import optimlib

LIBRARY = Path(optimlib.__file__).parent


def setup(app):
    os.environ.update(same_numbers.SETTINGS)
    app.connect("builder-inited", look_at_library)
    app.connect("env-get-outdated", read_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def look_at_library(app):
    app.library_changed = forget_old_runs(Path(app.outdir).parent)


def forget_old_runs(build):
    """Whether the library has changed since; if it has, the cache in the folder of builds goes."""
    stamp, now = build / "library.sha256", fingerprint()
    changed = not stamp.exists() or stamp.read_text() != now
    if changed:
        build.mkdir(exist_ok=True)
        shutil.rmtree(build / ".jupyter_cache", ignore_errors=True)
        stamp.write_text(now)
    return changed


def read_again(app, env, added, changed, removed):
    notebooks = [name for name in env.found_docs if env.doc2path(name).endswith(".ipynb")]
    return notebooks if app.library_changed else []


def fingerprint():
    """Of the library's files, of the packages that compute and draw, and of the arithmetic."""
    digest = hashlib.sha256(repr(same_numbers.SETTINGS).encode())
    for path in sorted(
        path for path in LIBRARY.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ):
        digest.update(path.relative_to(LIBRARY).as_posix().encode() + path.read_bytes())
    for package in ("numpy", "matplotlib", "scikit-learn"):
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()
