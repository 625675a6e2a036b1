"""Jupyter Book, as its command line runs it."""

import subprocess
import sys


def build(folder, *options):
    """Build the book in a folder: the exit code, and all that was said."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", folder]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
