"""Jupyter Book, as its command line runs it, and notebooks for it to build."""

import subprocess
import sys

import nbformat


def notebook(cells):
    """A notebook of these cells, for the kernel of this Python."""
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def build(folder, *options):
    """Build the book in a folder: the exit code, and all that was said."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", folder]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
