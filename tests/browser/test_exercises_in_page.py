"""The exercises of the built book, solved in its pages: Python runs there, and checks as at home."""

import importlib
import os
import re

import exercise_cells
import nbformat
import pyodide_distribution
import pytest
from live_pages import page_of
from notebook_figures import ROOT
from opening import hear
from static_server import serving
from waiting import PATIENCE

from optimlib.exercises.paper import OnPaper

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OFFICIAL = re.compile(r"https://[^\s\"]*/pyodide/v[^\s\"]*/full/pyodide\.mjs")
MOMENTUM = ROOT / "chapters" / "04-momentum.ipynb"
LONG = 300_000  # milliseconds: a chapter's contest runs slowly in a browser
HERE = ("http://127.0.0.1:", "data:", "blob:")
MISTAKE = """
mistake = list({check}.mistakes.values())[{number}]
"""
ON_PAPER = "{check}(*[r if m is None else m for m, r in zip(mistake, {check}.wants.values())])"
JUNK = ["{check}('junk')", "def my_answer(:\n    pass"]
KEPT = {"Cache-Control": "max-age=3600"}  # by the browser, as with the official address
# A page that another has opened uses the other's Python: one is loaded for all chapters. It is not laid out.
ONE_PYTHON = """document.adoptedStyleSheets = [new CSSStyleSheet()];
document.adoptedStyleSheets[0].insertRule("html { display: none }");
if (opener) window.Worker = function (...given) {
  return (opener.python ??= new opener.Worker(...given));
};
localStorage.clear();"""
# What an exercise's editor holds, and what a check says at last of this, and of each of these codes.
CHECKED = """async (cell, [codes, patience]) => {
  const until = (so) => new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error("no answer")), patience);
    const look = () => so() && (watch.disconnect(), clearTimeout(late), done());
    const watch = new MutationObserver(look);
    watch.observe(cell, { childList: true, subtree: true });
    look();
  });
  const buttons = () => [...cell.querySelectorAll(".exercise-bar button")];
  const check = () => buttons().find((one) => one.textContent === "Check");
  const area = () => cell.querySelector("textarea");
  buttons()[0].click();
  await until(area);
  const start = area().value, said = [];
  for (const code of [start, ...codes]) {
    area().value = code;
    area().dispatchEvent(new Event("input", { bubbles: true }));
    check().click();
    await until(check);
    said.push(cell.querySelector(".exercise-output").textContent);
  }
  return [start, ...said];
}"""


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
    python = serving(distribution, {"Access-Control-Allow-Origin": "*", **KEPT})
    with python as python, serving(site, KEPT) as address:
        for page in (book / "chapters").glob("*.html"):
            text, found = OFFICIAL.subn(f"{python}pyodide.mjs", page.read_text("utf-8"))
            assert found == 1 or "PYODIDE_DIST" in os.environ
            (site / "chapters" / page.name).write_text(text, "utf-8")
        yield address


@pytest.fixture(scope="module")
def open_chapter(browser, chromium_path, address, tmp_path_factory):
    """Open a chapter in a browser that keeps on its disk what it has compiled, as a reader's does."""
    folder, arguments = tmp_path_factory.mktemp("reader"), ["--no-sandbox", "--disable-gpu"]
    start = browser.browser_type.launch_persistent_context
    with start(folder, executable_path=chromium_path, args=arguments, reduced_motion="reduce") as context:
        context.set_default_timeout(1000 * PATIENCE)

        def open_chapter(place, opener=None):
            if opener:
                with opener.expect_popup() as opened:
                    opener.evaluate("() => { open('about:blank'); }")
                page = opened.value
                page.add_init_script(ONE_PYTHON)
            else:
                page = context.new_page()
            hear(page)
            page.on("request", lambda r: r.url.startswith(HERE) or page.complaints.append(r.url))
            page.goto(f"{address}{place}")
            return page

        yield open_chapter


@pytest.fixture(scope="module")
def opener(open_chapter):
    return open_chapter("404.html")


@pytest.fixture(scope="module")
def momentum(open_chapter):
    """The page of that chapter: each test that writes in it takes an exercise of its own."""
    return open_chapter(page_of(MOMENTUM))


class Exercise:
    """An exercise in a page, as a reader uses it."""

    def __init__(self, page, label):
        data = page.locator(f'.exercise-code .exercise-data[data-label="{label}"]')
        self.cell = data.locator("xpath=ancestor::*[contains(@class, 'exercise-code')]")

    def button(self, name):
        return self.cell.locator(".exercise-bar").get_by_role("button", name=name, exact=True)

    def open(self):
        self.cell.locator(".exercise-bar button").first.click()
        self.cell.locator("textarea").wait_for()
        return self

    def type(self, code):
        self.cell.locator("textarea").fill(code)

    def check(self, code):
        """What a check says at last."""
        self.type(code)
        self.button("Check").click()
        self.button("Check").wait_for(timeout=LONG)
        return self.cell.locator(".exercise-output").inner_text()

    def checked(self, codes):
        """What it starts from, and what the checks of this and of the codes say."""
        return self.cell.evaluate(CHECKED, [codes, LONG])


def with_a_checker(number=0):
    """One of the chapter's exercises, and the code that it starts from."""
    cells = nbformat.read(MOMENTUM, as_version=4).cells
    found = [e for e in exercise_cells.read(cells) if e.starter is not None and not e.on_paper]
    return found[number], cells[found[number].starter].source


def checkers_of(cells):
    """The module of a chapter's checkers, as its imports name it."""
    return importlib.import_module(re.search(r"from (optimlib\.exercises\.\w+) import", cells[1].source)[1])


def wrong_answers(checker, check):
    """(code, the sentence that it deserves) of up to two known mistakes."""
    mistakes = list(getattr(checker, "mistakes", {}))
    call = ON_PAPER if isinstance(checker, OnPaper) else "{check}(mistake)"
    for number, sentence in enumerate(mistakes[:2]):
        yield (MISTAKE + call).format(check=check, number=number), sentence


@pytest.mark.parametrize("chapter", [path.stem for path in CHAPTERS])
def test_every_exercise_with_its_solution_with_mistakes_and_with_junk(chapter, open_chapter, opener):
    path = ROOT / "chapters" / f"{chapter}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    page = open_chapter(page_of(path), opener)
    for exercise in exercise_cells.read(cells):
        if exercise.starter is None:
            continue
        start = cells[exercise.starter].source
        checks = re.findall(r"^(check_\w+)\(", start, re.MULTILINE)
        wrong = [w for c in checks[:1] for w in wrong_answers(getattr(checkers_of(cells), c), c)]
        junk = [code.format(check=check) for check in checks[:1] for code in JUNK]
        solution = "\n".join(cells[n].source for n in exercise.solutions if cells[n].cell_type == "code")
        right = [solution] if solution and checks else []  # without a checker it ran for nbval
        codes = [*(code for code, _ in wrong), *junk, *right]
        held, at_start, *said = Exercise(page, exercise.label).checked(codes)
        assert held == start
        assert at_start and "Traceback" not in at_start, f"{exercise.label}: {at_start}"
        for (_, sentence), answer in zip(wrong, said, strict=False):
            assert sentence in answer, exercise.label
        for answer in said[len(wrong) :][: len(junk)]:
            assert answer and "Right" not in answer, exercise.label
        for answer in said[len(wrong) + len(junk) :]:
            assert "Error" not in answer, f"{exercise.label}: {answer}"
            last = solution.splitlines()[-1]
            assert not last.startswith("check_") or "Right" in answer, f"{exercise.label}: {answer}"
    assert page.complaints == []
    page.close()


def test_what_was_typed_is_kept_and_the_start_can_be_had_again(momentum):
    exercise, start = with_a_checker()
    Exercise(momentum, exercise.label).open().type("kept = 1")
    momentum.reload()
    found = Exercise(momentum, exercise.label)
    assert found.button("Go on with your answer").is_visible()
    found.open()
    assert found.cell.locator("textarea").input_value() == "kept = 1"
    momentum.on("dialog", lambda dialog: dialog.accept())
    found.button("Start over").click()
    assert found.cell.locator("textarea").input_value() == start


def test_what_is_loaded_is_said_before_and_is_so(momentum, distribution, book):
    exercise, _ = with_a_checker(1)
    said = re.search(
        r"loads Python once, about (\d+) MB", Exercise(momentum, exercise.label).cell.inner_text()
    )
    core = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
    files = [*(distribution / name for name in core), *distribution.glob("numpy-*.whl")]
    files += (book / "lite" / "pypi").glob("optimlib-*.whl")
    assert abs(sum(path.stat().st_size for path in files) / 1e6 - int(said[1])) < 1.5
    editor = [path for path in (book / "lite" / "editor").rglob("*") if path.is_file()]
    scripts = [*editor, book / "_static" / "exercises.js", book / "_static" / "python-worker.js"]
    assert sum(path.stat().st_size for path in scripts) < 60_000


def test_hints_open_one_by_one_and_then_the_solution(momentum):
    cells = nbformat.read(MOMENTUM, as_version=4).cells
    exercise = next(e for e in exercise_cells.read(cells) if e.starter is not None and len(e.hints) > 1)
    found = Exercise(momentum, exercise.label)
    hint = found.button(f"Hint ({len(exercise.hints)})")
    folds = momentum.locator(f"#{exercise.label} ~ details")
    for number in range(len(exercise.hints)):
        assert folds.nth(number).get_attribute("open") is None
        hint.click()
        assert folds.nth(number).get_attribute("open") is not None
    assert hint.is_disabled()
    solution = momentum.locator(f"#{exercise.label} ~ :is(.solution, .tag_solution)").first
    assert not solution.locator("p, pre").last.is_visible()
    found.button("Solution").click()
    assert solution.locator("p, pre").last.is_visible()


def test_by_keyboard_alone(momentum):
    """Tab indents, Escape lets go, Control and Enter checks, a line after a colon goes in."""
    exercise, _ = with_a_checker(1)
    found = Exercise(momentum, exercise.label)
    found.cell.locator(".exercise-bar button").first.press("Enter")
    area = found.cell.locator("textarea")
    area.wait_for()
    assert area.evaluate("area => area === document.activeElement")
    area.fill("")
    momentum.keyboard.type("def two():\nreturn 2")
    assert area.input_value() == "def two():\n    return 2"
    momentum.keyboard.press("Tab")
    assert area.input_value().startswith("def two():\n    return 2") and area.input_value().endswith(" ")
    momentum.keyboard.press("Control+Enter")
    found.button("Check").wait_for(timeout=LONG)
    assert found.cell.locator(".exercise-output").inner_text() == "It ran, and printed nothing."
    momentum.keyboard.press("Escape")
    momentum.keyboard.press("Tab")
    assert found.button("Check").evaluate("button => button === document.activeElement")
    assert area.get_attribute("aria-label").startswith("Your answer to Exercise")
    assert "Escape" in area.get_attribute("aria-description")


def test_python_is_stopped_may_be_missing_and_starts_again(momentum):
    exercise, _ = with_a_checker(2)
    found = Exercise(momentum, exercise.label).open()
    assert found.check("1 + 1") == "2"
    found.type("while True:\n    pass")
    found.button("Check").click()
    found.button("Stop").click()
    found.button("Check").wait_for()
    assert "Stopped" in found.cell.locator(".exercise-output").inner_text()
    lost = re.compile(r".*pyodide\.asm.*")
    momentum.route(lost, lambda route: route.abort())
    assert "Python could not be loaded" in found.check("1 + 1")
    momentum.unroute(lost)
    assert found.check("2 + 2") == "4"
    assert "Stopped after 20,000 characters" in found.check("while True:\n    print('more and more')")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_folder_or_without_scripts_the_code_stands_there(scripts, open_page, book):
    _, start = with_a_checker()
    page = open_page((book / page_of(MOMENTUM)).as_uri(), java_script_enabled=scripts)
    cell = page.locator(".exercise-code").filter(has_text=start.splitlines()[0])
    assert "run in JupyterLab" in cell.inner_text()
    assert cell.locator("button:not(.copybtn)").count() == 0
    assert "not finished yet" not in page.locator("body").inner_text()


def test_on_a_phone_nothing_is_wider_than_the_page(open_page, address):
    exercise, _ = with_a_checker()
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = open_page(f"{address}{page_of(MOMENTUM)}", **phone)
    found = Exercise(page, exercise.label).open()
    found.type("a_long_name = " + " + ".join(["another_long_name"] * 20))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = found.button("Check").bounding_box()
    assert box["height"] >= 35
