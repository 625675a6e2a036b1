"""Finds a Chromium for the browser tests, or gets one. `python tests/chromium.py` prints its path."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")  # without a screen there may be no letters either
# Those that have no windows do the same with a fifth less work.
SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ADVICE = """\
The browser tests need a Chromium, and none was found or could be installed. Any of these helps:
  python -m playwright install --with-deps --only-shell chromium
  apt-get install chromium-headless-shell  (or your system's package of Chromium or Google Chrome)
  export CHROMIUM=/path/to/chrome          (one that you already have)"""


class NoChromiumError(Exception):
    """No Chromium, and what to do about it."""


def find():
    """The path of a Chromium that starts, if possible one without windows; one is installed if need be."""
    for way in (_named, _shell, _with_windows, _from_playwright, _from_system):
        path = way()
        if path and _starts(path):
            return path
    raise NoChromiumError(ADVICE)


def _named():
    path = os.environ.get("CHROMIUM")
    if path and not _starts(path):
        raise NoChromiumError(f"CHROMIUM is {path}, which does not start.\n{ADVICE}")
    return path


def _shell():
    return _first(SHELLS) or _shell_of_playwright()


def _with_windows():
    return _first(NAMES) or _first([_of_playwright()])


def _first(names, path=None):
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def _shell_of_playwright():
    """From chromium-1255/chrome-linux64/chrome to chromium_headless_shell-1255/*/chrome-headless-shell."""
    homes = [place for place in _of_playwright().parents if place.name.startswith("chromium-")]
    shells = [home.with_name(home.name.replace("-", "_headless_shell-")) for home in homes]
    return _first(SHELLS, os.pathsep.join(str(place) for shell in shells for place in shell.glob("*")))


def _of_playwright():
    """Where its Chromium would be, asked in a process of its own: a session may already have one running."""
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    return Path(_run([sys.executable, "-c", code], 30).strip())


def _from_playwright():
    _run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], 60)
    return _shell_of_playwright()


def _from_system():
    for browser in (PACKAGES[0], "chromium"):  # not every system has a package of the shell
        install(browser, *PACKAGES[1:])
        if path := _first(SHELLS + NAMES):
            return path


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
