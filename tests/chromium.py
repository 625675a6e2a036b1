"""Finds a Chromium for the browser tests, or gets one. `python tests/chromium.py` prints its path."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("chromium", "fonts-dejavu-core")  # a machine without a screen may have no letters either
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ADVICE = """\
The browser tests need a Chromium, and none was found or could be installed. Any of these helps:
  python -m playwright install --with-deps chromium
  apt-get install chromium         (or your system's package of Chromium or Google Chrome)
  export CHROMIUM=/path/to/chrome  (one that you already have)"""


class NoChromiumError(Exception):
    """No Chromium, and what to do about it."""


def find():
    """The path of a Chromium that starts; one is installed where there is none."""
    for way in (_named, _on_path, _of_playwright, _from_playwright, _from_system):
        path = way()
        if path and _starts(path):
            return path
    raise NoChromiumError(ADVICE)


def _named():
    path = os.environ.get("CHROMIUM")
    if path and not _starts(path):
        raise NoChromiumError(f"CHROMIUM is {path}, which does not start.\n{ADVICE}")
    return path


def _on_path():
    return next(filter(None, map(shutil.which, NAMES)), None)


def _of_playwright():
    """Asked in a process of its own, for a session may already have a playwright running."""
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    path = _run([sys.executable, "-c", code], 30).strip()
    return path if path and Path(path).exists() else None


def _from_playwright():
    _run([sys.executable, "-m", "playwright", "install", "chromium"], 60)
    return _of_playwright()


def _from_system():
    install(*PACKAGES)
    return _on_path()


def install(*packages):
    """Debian's packages, only as root, as in a container: anyone else is told what to install."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    import fcntl  # not on Windows

    with (Path(tempfile.gettempdir()) / "browsers-for-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side wait for one another
        _run(["apt-get", "update"], 120)
        _run(["apt-get", "install", "-y", "--no-install-recommends", *packages], 600)


def _starts(path):
    if os.name == "nt":  # where Chrome opens a window when asked for its version
        return Path(path).exists()
    return bool(_run([path, "--version", "--no-sandbox"], 30))


def _run(command, seconds):
    """What the command prints; nothing where it fails, cannot start or takes too long."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    try:
        print(find())
    except NoChromiumError as missing:
        sys.exit(str(missing))
