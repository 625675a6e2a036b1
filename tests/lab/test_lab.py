"""Live figures in a real JupyterLab: what the reader sees is what the library computes."""

import ast
import json
from pathlib import Path

import overlay
import published
import pytest
from jupyter_lab import run_all
from lab_probe import PROBE
from notebook_figures import notebooks, page_of
from shown import Shown
from waiting import eventually

from optimlib.live import LiveFigure
from optimlib.live.address import parsed, read


@pytest.fixture(scope="session")
def probe():
    """The figures of the probe notebook, made in this process."""
    names, figures = {}, []
    for source in PROBE:
        exec(source, names)
        figures += [v for v in names.values() if isinstance(v, LiveFigure) and v not in figures]
    return figures


def agrees(shown, figure, settings):
    position = figure.position(settings)
    wanted = overlay.words(figure, position), overlay.expected(figure, position)
    eventually(lambda: (shown.words(), shown.overlay()) == wanted)


def test_each_control_moves_the_picture(open_notebook, probe):
    page, figure = open_notebook("probe.ipynb"), probe[0]
    shown = Shown(page, 0)
    agrees(shown, figure, {"k": 3, "rule": 0, "thick": 0})
    shown.press("ArrowRight")
    agrees(shown, figure, {"k": 4, "rule": 0, "thick": 0})
    shown.press("End")
    agrees(shown, figure, {"k": 40, "rule": 0, "thick": 0})
    shown.press("ArrowLeft", "ArrowLeft")
    agrees(shown, figure, {"k": 38, "rule": 0, "thick": 0})
    shown.box.locator("select").select_option("cosine")
    agrees(shown, figure, {"k": 38, "rule": 1, "thick": 0})
    shown.box.locator("input[type=checkbox]").check()
    agrees(shown, figure, {"k": 38, "rule": 1, "thick": 1})


def test_a_figure_of_the_same_name_is_another_figure(open_notebook, probe):
    page = open_notebook("probe.ipynb")
    twin, first = Shown(page, 3), Shown(page, 0)
    twin.press("ArrowRight")
    agrees(twin, probe[3], {"k": 4})
    agrees(first, probe[0], {"k": 3, "rule": 0, "thick": 0})
    first.press("Home")
    agrees(first, probe[0], {"k": 0, "rule": 0, "thick": 0})
    agrees(twin, probe[3], {"k": 4})


# To where no idle work has come before, and on, until words on the way are seen: the number of steps.
HURRY = """async (handle) => {
  const press = (key) => handle.dispatchEvent(new KeyboardEvent("keydown", { key }));
  press("End");
  for (let k = 0; k < 40; k++) press("ArrowLeft");
  let pressed = 40;
  for (; pressed < 3900 && !seen.some((words) => words.startsWith("slow k")); pressed++) {
    press("ArrowLeft");
    await new Promise(requestAnimationFrame);
  }
  return pressed;
}"""


def test_a_slow_update_shows_some_on_the_way_and_then_the_last(open_notebook, probe):
    """Values come quicker than the kernel answers: no queue of stale frames."""
    page = open_notebook("probe.ipynb")
    shown = Shown(page, 1)
    shown.figure.locator(".live-words").evaluate(
        """words => {
          window.seen = [];
          const observer = new MutationObserver(() => seen.push(words.textContent));
          observer.observe(words, { childList: true, subtree: true });
        }"""
    )
    before = int(kernel_says(page, "len(slowly)"))
    pressed = shown.box.locator(".noUi-handle").evaluate(HURRY)
    assert pressed < 3900, "nothing has moved while the slider did"
    last = 4000 - pressed
    agrees(shown, probe[1], {"k": last})
    asked = ast.literal_eval(kernel_says(page, f"slowly[{before}:]"))
    assert asked.index(last) < 10 + pressed / 4, "it has worked through the stale ones"


def test_failure_is_shown_in_place_of_the_words(open_notebook, probe):
    page = open_notebook("probe.ipynb")
    shown = Shown(page, 2)
    shown.press("ArrowRight", "ArrowRight")
    eventually(lambda: "ZeroDivisionError" in shown.words())
    assert shown.words().endswith("raised by the live figure fragile at k = 2")
    shown.press("ArrowRight")
    agrees(shown, probe[2], {"k": 3})
    # What was fetched in idle time, many positions at once, says its own failure.
    shown.press("End")
    eventually(lambda: kernel_says(page, "set(tried) == set(range(6))") == "True")
    for k in (5, 4, 3, 2):
        if k != 5:
            shown.press("ArrowLeft")
        if k in (3, 5):
            agrees(shown, probe[2], {"k": k})
        else:
            eventually(lambda k=k: f"fragile at k = {k}" in shown.words())


def test_what_is_known_is_answered_without_the_kernel(open_notebook, probe):
    page, figure = open_notebook("probe.ipynb"), probe[0]
    shown = Shown(page, 0)
    shown.press("ArrowRight")
    agrees(shown, figure, {"k": 4, "rule": 0, "thick": 0})
    eventually(lambda: kernel_says(page, "len(set(asked))") == str(figure.positions), 30)
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    shown.press("Home")
    agrees(shown, figure, {"k": 0, "rule": 0, "thick": 0})
    shown.press("End")
    agrees(shown, figure, {"k": 40, "rule": 0, "thick": 0})
    shown.box.locator("select").select_option("cosine")
    agrees(shown, figure, {"k": 40, "rule": 1, "thick": 0})


def test_nothing_is_computed_twice(open_notebook, probe):
    page, figure = open_notebook("probe.ipynb"), probe[0]
    shown = Shown(page, 0)
    eventually(lambda: kernel_says(page, "len(set(asked))") == str(figure.positions), 30)
    asked = int(kernel_says(page, "len(asked)"))
    # Making the figure runs the update function at the start for itself.
    assert asked <= figure.positions + 3
    shown.press("Home", "End", "ArrowLeft")
    agrees(shown, figure, {"k": 39, "rule": 0, "thick": 0})
    assert int(kernel_says(page, "len(asked)")) == asked


def test_idle_work_does_not_delay_a_cell(open_notebook):
    """The slow figure wants 4,001 positions of 0.15 s each; a cell gets its turn between two of them."""
    page = open_notebook("probe.ipynb")
    shown = Shown(page, 1)
    shown.press("ArrowRight")
    eventually(lambda: shown.words() == "slow k is 1.")
    assert int(kernel_says(page, "len(set(slowly))")) < 4000


def test_running_the_cells_again_starts_afresh_and_leaks_nothing(open_notebook, probe):
    page = open_notebook("probe.ipynb")
    count = "len(__import__('ipywidgets').widgets.widget._instances), len(plt.get_fignums())"
    before = kernel_says(page, count)
    for _ in range(2):
        run_all(page)
    assert kernel_says(page, count) == before
    shown = Shown(page, 0)
    agrees(shown, probe[0], {"k": 3, "rule": 0, "thick": 0})
    shown.press("ArrowRight")
    agrees(shown, probe[0], {"k": 4, "rule": 0, "thick": 0})
    comms = page.evaluate(
        "() => [...jupyterapp.shell.currentWidget.sessionContext.session.kernel._comms.keys()].length"
    )
    assert comms == int(before.strip("()").split(",")[0])


def test_a_reopened_notebook_still_shows_its_figures(open_notebook):
    """Saved with outputs, opened with a new kernel: first frame, words, and what to do."""
    page = open_notebook("probe.ipynb")
    Shown(page, 0)
    assert "(Run this cell" not in page.locator(".jp-Notebook").inner_text(), "it shows twice"
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.goto("about:blank")
    again = open_notebook("probe.ipynb", run=False)
    picture = again.get_by_role("img", name="A wave that depends on a slider")
    picture.wait_for()
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 100
    assert "k is 3, sine. (Run this cell" in again.locator(".jp-Notebook").inner_text()


def test_a_link_in_the_text_sets_the_figure(open_notebook, probe):
    page = open_notebook("asking.ipynb")
    shown = Shown(page, 0)
    page.get_by_role("link", name="seven, by cosine").click()
    agrees(shown, probe[0], {"k": 7, "rule": 1, "thick": 0})
    assert "probe" not in page.url.partition("#")[2], "it leads nowhere else"


def test_a_figure_rests_until_it_is_answered(open_notebook):
    page = open_notebook("asking.ipynb")
    figure = page.locator(".live-figure").nth(1)
    figure.and_(page.locator(".live-awake")).wait_for()
    handle = page.locator(".jp-OutputArea-output:has(.live-question) .widget-slider")
    assert handle.locator(".noUi-target[disabled]").count() == 1
    figure.get_by_role("button", name="2", exact=True).click()
    assert "No." in figure.locator(".live-verdict").inner_text()
    eventually(lambda: figure.locator(".live-words").inner_text() == "asking k is 4.")
    assert handle.locator(".noUi-target[disabled]").count() == 0


def test_a_narrow_output_shows_the_narrow_shape(open_notebook, probe):
    page = open_notebook("probe.ipynb")
    shown, narrow = Shown(page, 0), probe[0].narrow
    page.set_viewport_size({"width": 700, "height": 900})
    wanted = overlay.expected(probe[0], probe[0].start, narrow)
    eventually(lambda: shown.overlay() == wanted)
    assert shown.figure.locator(".live-stage").bounding_box()["width"] < 560


# The others run for longest, and their figures are of the same kinds; on the page all are tested.
CHAPTERS = ["02", "03", "04", "05", "06", "how-figures-work", "index"]


DISPLAY = "how => jupyterapp.shell.currentWidget.content.node.style.display = how"
IN_LAB = f"(read => {{ {Path(__file__).with_name('in_lab.js').read_text('utf-8')} }})({overlay.READ})"


@pytest.mark.parametrize("path", [case for case in notebooks() if case.id.startswith(tuple(CHAPTERS))])
def test_notebook_of_the_book(open_notebook, book, path):
    """Figures in Lab show what they show on the page, at some settings of controls and after some links."""
    page, figures = open_notebook(Path(path).name, run=False), published.figures(book / page_of(path))
    page.evaluate(DISPLAY, "none")  # each output would lay the whole notebook out
    run_all(page)
    page.evaluate(DISPLAY, "")
    eventually(lambda: page.locator(".live-awake").count() == len(figures))
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    page.evaluate(IN_LAB)

    ends = [{name: figure.last[name] for name in figure.sliders[:1]} for figure in figures]
    wanted = [expected(*of) for of in zip(figures, ends, strict=True)]
    found = page.evaluate("inLab.sweep", list(zip(map(bool, ends), wanted, strict=True)))
    for figure, shown, should in zip(figures, found, wanted, strict=False):
        assert shown == should, figure.name
    assert len(found) == len(figures)

    links = page.evaluate("inLab.hashes()")
    assert len(links) > 1 or path.name == "index.ipynb"
    names = [figure.name for figure in figures]
    for link, hash in enumerate(links):
        name, wanted = parsed(hash)
        number = names.index(name)
        ends = {control: last for control, (_, last) in read(wanted, figures[number].controls).items()}
        should = expected(figures[number], ends)
        assert page.evaluate("given => inLab.follow(...given)", [link, number, should]) == should, hash


def expected(figure, settings):
    """What a published figure shows where these of its controls are set, in the order of a page's reader."""
    return json.loads(json.dumps(figure.expected({**figure.start, **settings}), sort_keys=True))


def kernel_says(page, code):
    """The value of an expression, computed in the notebook's kernel."""
    return page.evaluate(
        """async (code) => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          const expressions = { answer: code };
          const options = { code: "", store_history: false, user_expressions: expressions };
          const reply = await kernel.requestExecute(options).done;
          return reply.content.user_expressions.answer.data["text/plain"];
        }""",
        code,
    )
