"""A browser for the tests that need one. Where there is none they skip, but never in CI."""

import contextlib
import functools
import gc
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "book" / "_ext"))
import same_numbers

os.environ.update(same_numbers.SETTINGS)

import hypothesis
import matplotlib
import matplotlib.pyplot as plt
import pytest
from filelock import FileLock
from notebook_figures import ROOT
from opening import opening
from static_server import serving
from waiting import PATIENCE

matplotlib.use("agg")
# No property has a time limit.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

UNTRACED = ("browser", "lab", "notebooks")  # coverage is the other tests'
# One process builds the book while others run tests that do not read it; what takes long does not come last.
ORDER = ("test_built", "unit", "oracle", "exercises", "live", "lab")
ORDER += ("test_exercises_in_page", "test_served", "browser", "notebooks")


def pytest_addoption(parser):
    parser.addoption("--build", action="store_true", help="build the book first, as `make book` does")


def pytest_xdist_auto_num_workers():
    """One more than there are processors, for tests wait for browsers; but memory must not run out."""
    return min(4, os.cpu_count() + 1)


def pytest_configure(config):
    """In a process of pytest-xdist, pytest-cov 7.1 traces from two places: `no_cover` stops but the other."""
    tracing = config.pluginmanager.getplugin("_cov")
    if hasattr(config, "workerinput") and tracing and tracing.cov_controller:
        tracing.cov_controller.cov.stop()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items):
    """Side by side, a module's tests of one chapter share a process; no browser is traced."""
    for item in items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        chapters = [value.stem for value in given.values() if isinstance(value, Path)]
        item.add_marker(pytest.mark.xdist_group(" ".join([item.path.stem, *chapters])))
        if item.path.parent.name in UNTRACED and item.config.pluginmanager.hasplugin("_cov"):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is loaded stays: the collector of garbage need not look through it, now or later."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def place(item):
    """Where a test's kind stands in the order."""
    named = [ORDER.index(name) for name in (item.path.stem, item.path.parent.name) if name in ORDER]
    return min(named, default=len(ORDER))


@pytest.fixture(autouse=True)
def no_figure_stays():
    """Whatever a test leaves open would be found by the next one of its process."""
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def chromium_path():
    import chromium

    try:
        return chromium.find()
    except chromium.NoChromiumError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def browser(chromium_path):
    """One Chromium for all tests, each of which opens contexts of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screen_of(request):
    """screen_of("webkit"): the one screen of an engine, for a calm reader, started when first asked for."""
    import engines
    from screens import ChromiumScreen, Screen

    with contextlib.ExitStack() as running:

        @functools.cache
        def screen_of(name):
            if name == "chromium":
                page = request.getfixturevalue("browser").new_page(reduced_motion="reduce")
                page.set_default_timeout(1000 * PATIENCE)
                return ChromiumScreen(page)
            try:
                return Screen(running.enter_context(engines.started(name)))
            except engines.NoEngineError as missing:
                pytest.fail(str(missing)) if os.environ.get("CI") else pytest.skip(str(missing))

        yield screen_of


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """once(name): a folder that all processes of a run share, and whether its content has yet to be made."""
    run = tmp_path_factory.getbasetemp()
    run = run if worker_id == "master" else run.parent

    @contextlib.contextmanager
    def once(name):
        made = run / f"{name}.made"
        with FileLock(run / f"{name}.lock"):
            yield run / name, not made.exists()
            made.touch()

    return once


@pytest.fixture(scope="session")
def book(request, once):
    """The folder of the built book, which is built if that is asked for, or if it is not there."""
    html = ROOT / "_build" / "html"
    with once("book") as (_, first):
        if first and (request.config.option.build or not (html / "index.html").exists()):
            done = subprocess.run(["make", "book"], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return html


@pytest.fixture(scope="session")
def small_book(once):
    """The folder of the pages of a small book."""
    import small_book

    with once("small-book") as (folder, first):
        if first:
            small_book.build(folder)
    return folder / "_build" / "html"


@pytest.fixture(scope="session")
def site(book):
    """The address of a plain server of the built book."""
    with serving(book) as address:
        yield address


@pytest.fixture
def open_page(browser):
    """open_page(address, **context): a page as `opening` opens it."""
    with opening(browser) as open_page:
        yield open_page
