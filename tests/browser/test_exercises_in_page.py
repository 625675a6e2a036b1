"""The exercises of the built book, solved in its pages: Python runs there, and checks as at home."""

import importlib
import os
import re
import sys

import nbformat
import pyodide_distribution
import pytest
from live_pages import page_of
from notebook_figures import ROOT
from static_server import serving

from optimlib.exercises.paper import OnPaper

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import exercise_cells

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OFFICIAL = re.compile(r"https://[^\s\"]*/pyodide/v[^\s\"]*/full/pyodide\.mjs")
MOMENTUM = ROOT / "chapters" / "04-momentum.ipynb"
LONG = 300_000  # milliseconds: a chapter's contest runs slowly in a browser
MISTAKE = """
mistake = list({check}.mistakes.values())[{number}]
"""
ON_PAPER = "{check}(*[r if m is None else m for m, r in zip(mistake, {check}.wants.values())])"
JUNK = ["{check}('junk')", "def my_answer(:\n    pass"]


@pytest.fixture(scope="module")
def distribution():
    return pyodide_distribution.find(ROOT / "_build" / "pyodide")


@pytest.fixture(scope="module")
def address(book, distribution, tmp_path_factory):
    """The book, with Python from this machine where the official address stands in its chapters."""
    site = tmp_path_factory.mktemp("site")
    for part in book.iterdir():
        if part.name != "chapters":
            (site / part.name).symlink_to(part)
    (site / "chapters").mkdir()
    with serving(distribution, {"Access-Control-Allow-Origin": "*"}) as python, serving(site) as address:
        for page in (book / "chapters").glob("*.html"):
            text, found = OFFICIAL.subn(f"{python}pyodide.mjs", page.read_text("utf-8"))
            assert found == 1 or "PYODIDE_DIST" in os.environ
            (site / "chapters" / page.name).write_text(text, "utf-8")
        yield address


@pytest.fixture
def open_chapter(open_page, address):
    def open_chapter(path=MOMENTUM, **options):
        page = open_page(f"{address}{page_of(path)}", **options)
        page.route("http://127.0.0.1:*/*", lambda route: route.continue_())  # Python's address, too
        return page

    return open_chapter


class Exercise:
    """An exercise in a page, as a reader uses it."""

    def __init__(self, page, label):
        data = page.locator(f'.exercise-data[data-label="{label}"]')
        self.cell = page.locator(".exercise-code").filter(has=data)

    def button(self, name):
        return self.cell.locator(".exercise-bar").get_by_role("button", name=name, exact=True)

    def open(self):
        self.cell.locator(".exercise-bar button").first.click()
        self.cell.locator("textarea").wait_for()
        return self

    def type(self, code):
        self.cell.locator("textarea").fill(code)

    def check(self, code=None):
        """What a check says at last."""
        if code is not None:
            self.type(code)
        self.button("Check").click()
        self.button("Check").wait_for(timeout=LONG)
        return self.cell.locator(".exercise-output").inner_text()


def first_with_a_checker(path=MOMENTUM):
    cells = nbformat.read(path, as_version=4).cells
    for exercise in exercise_cells.read(cells):
        if exercise.starter is not None and not exercise.on_paper:
            return exercise, cells[exercise.starter].source
    raise LookupError(path)


def checkers_of(cells):
    """The module of a chapter's checkers, as its imports name it."""
    return importlib.import_module(re.search(r"from (optimlib\.exercises\.\w+) import", cells[1].source)[1])


def wrong_answers(checker, check):
    """(code, the sentence that it deserves) of up to two known mistakes."""
    mistakes = list(getattr(checker, "mistakes", {}))
    call = ON_PAPER if isinstance(checker, OnPaper) else "{check}(mistake)"
    for number, sentence in enumerate(mistakes[:2]):
        yield (MISTAKE + call).format(check=check, number=number), sentence


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_exercise_with_its_solution_with_mistakes_and_with_junk(path, open_chapter):
    cells = nbformat.read(path, as_version=4).cells
    page = open_chapter(path)
    for exercise in exercise_cells.read(cells):
        if exercise.starter is None:
            continue
        start = cells[exercise.starter].source
        found = Exercise(page, exercise.label).open()
        assert found.cell.locator("textarea").input_value() == start
        checks = re.findall(r"^(check_\w+)\(", start, re.MULTILINE)
        assert "Traceback" not in found.check(), exercise.label
        for check in checks[:1]:
            for code, sentence in wrong_answers(getattr(checkers_of(cells), check), check):
                assert sentence in found.check(code), exercise.label
            for junk in JUNK:
                said = found.check(junk.format(check=check))
                assert said and "Right" not in said, exercise.label
        solution = "\n".join(cells[n].source for n in exercise.solutions if cells[n].cell_type == "code")
        if solution and checks:  # an experiment without a checker runs in Python's own tests
            said = found.check(solution)
            assert "Error" not in said, f"{exercise.label}: {said}"
            last = solution.splitlines()[-1]
            assert not last.startswith("check_") or "Right" in said, f"{exercise.label}: {said}"
    assert page.complaints == []


def test_a_loop_without_end_is_stopped_and_python_starts_again(open_chapter):
    exercise, _ = first_with_a_checker()
    found = Exercise(open_chapter(), exercise.label).open()
    assert found.check("1 + 1") == "2"
    found.type("while True:\n    pass")
    found.button("Check").click()
    found.button("Stop").click()
    found.button("Check").wait_for()
    assert "Stopped" in found.cell.locator(".exercise-output").inner_text()
    assert found.check("2 + 2") == "4"
    assert "Stopped after 20,000 characters" in found.check("while True:\n    print('more and more')")


def test_what_was_typed_is_kept_and_the_start_can_be_had_again(open_chapter):
    exercise, start = first_with_a_checker()
    page = open_chapter()
    Exercise(page, exercise.label).open().type("kept = 1")
    page.reload()
    found = Exercise(page, exercise.label)
    assert found.button("Go on with your answer").is_visible()
    found.open()
    assert found.cell.locator("textarea").input_value() == "kept = 1"
    page.on("dialog", lambda dialog: dialog.accept())
    found.button("Start over").click()
    assert found.cell.locator("textarea").input_value() == start


def test_by_keyboard_alone(open_chapter):
    """Tab indents, Escape lets go, Control and Enter checks, a line after a colon goes in."""
    exercise, _ = first_with_a_checker()
    page = open_chapter()
    found = Exercise(page, exercise.label)
    found.cell.locator(".exercise-bar button").first.press("Enter")
    area = found.cell.locator("textarea")
    area.wait_for()
    assert area.evaluate("area => area === document.activeElement")
    area.fill("")
    page.keyboard.type("def two():\nreturn 2")
    assert area.input_value() == "def two():\n    return 2"
    page.keyboard.press("Tab")
    assert area.input_value().startswith("def two():\n    return 2") and area.input_value().endswith(" ")
    page.keyboard.press("Control+Enter")
    found.button("Check").wait_for(timeout=LONG)
    assert found.cell.locator(".exercise-output").inner_text() == "It ran, and printed nothing."
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert found.button("Check").evaluate("button => button === document.activeElement")
    assert area.get_attribute("aria-label").startswith("Your answer to Exercise")
    assert "Escape" in area.get_attribute("aria-description")


def test_hints_open_one_by_one_and_then_the_solution(open_chapter):
    cells = nbformat.read(MOMENTUM, as_version=4).cells
    exercise = next(e for e in exercise_cells.read(cells) if e.starter is not None and len(e.hints) > 1)
    page = open_chapter()
    found = Exercise(page, exercise.label)
    hint = found.cell.locator(".exercise-bar button").nth(1)
    folds = page.locator(f"#{exercise.label} ~ details")
    assert hint.inner_text() == f"Hint ({len(exercise.hints)})"
    for number in range(len(exercise.hints)):
        assert folds.nth(number).get_attribute("open") is None
        hint.click()
        assert folds.nth(number).get_attribute("open") is not None
    assert hint.is_disabled()
    solution = page.locator(f"#{exercise.label} ~ :is(.solution, .tag_solution)").first
    assert not solution.locator("p, pre").last.is_visible()
    found.button("Solution").click()
    assert solution.locator("p, pre").last.is_visible()


def test_what_is_loaded_is_said_before_and_is_so(open_chapter, distribution, book):
    exercise, _ = first_with_a_checker()
    page = open_chapter()
    cell = Exercise(page, exercise.label).cell
    said = re.search(r"loads Python once, about (\d+) MB", cell.inner_text())
    core = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
    files = [*(distribution / name for name in core), *distribution.glob("numpy-*.whl")]
    files += (book / "lite" / "pypi").glob("optimlib-*.whl")
    assert abs(sum(path.stat().st_size for path in files) / 1e6 - int(said[1])) < 1.5
    editor = [path for path in (book / "lite" / "editor").rglob("*") if path.is_file()]
    scripts = [*editor, book / "_static" / "exercises.js", book / "_static" / "python-worker.js"]
    assert sum(path.stat().st_size for path in scripts) < 60_000


def test_python_that_cannot_be_loaded_says_so_and_may_be_tried_again(open_chapter):
    exercise, _ = first_with_a_checker()
    page = open_chapter()
    lost = re.compile(r".*pyodide\.asm.*")
    page.route(lost, lambda route: route.abort())
    found = Exercise(page, exercise.label).open()
    assert "Python could not be loaded" in found.check("1 + 1")
    page.unroute(lost)
    assert found.check("1 + 1") == "2"


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_folder_or_without_scripts_the_code_stands_there(scripts, open_page, book):
    _, start = first_with_a_checker()
    page = open_page((book / page_of(MOMENTUM)).as_uri(), java_script_enabled=scripts)
    cell = page.locator(".exercise-code").filter(has_text=start.splitlines()[0])
    assert "run in JupyterLab" in cell.inner_text()
    assert cell.locator("button:not(.copybtn)").count() == 0
    assert "not finished yet" not in page.locator("body").inner_text()


def test_on_a_phone_nothing_is_wider_than_the_page(open_chapter):
    exercise, _ = first_with_a_checker()
    page = open_chapter(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    found = Exercise(page, exercise.label).open()
    found.type("a_long_name = " + " + ".join(["another_long_name"] * 20))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = found.button("Check").bounding_box()
    assert box["height"] >= 35
