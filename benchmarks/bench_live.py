"""How quickly live figures answer, beside the other ways to make a figure interactive.

All numbers are of one run on one machine, so that their ratios mean something. `make bench`
runs this after bench_library.py; `python benchmarks/bench_live.py page` and `… lab` run a half.
"""

# ruff: noqa: E402 - the tests' helpers must be found first

import base64
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
for folder in ("tests", "tests/browser", "tests/lab"):
    sys.path.insert(0, str(ROOT / folder))

import chromium
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
from playwright.sync_api import sync_playwright

from optimlib import adagrad, adam, beale, gradient_descent, momentum, nesterov, rmsprop, run
from optimlib.live import LiveFigure

METHODS = (gradient_descent, momentum, nesterov, adagrad, rmsprop, adam)


def one_path():
    """900 positions of a path of 100 steps."""
    fig, ax = plt.subplots(figsize=(6, 4.5))
    ax.set(xlim=beale.domain[0], ylim=beale.domain[1])
    (path,) = ax.plot([], [], "o-", markersize=3, animated=True)

    def one_method(lr=0.001, rho=0.6):
        """The path of momentum on Beale's function."""
        points = run(momentum(beale.grad, beale.start, lr=lr, rho=rho), 100)
        path.set_data(*points.T)
        return f"f = {beale(points[-1]):.3g}"

    return LiveFigure(fig, one_method, {"lr": (0.0005, 0.015, 0.0005), "rho": (0.0, 0.87, 0.03)})


def six_paths():
    """60 positions of six paths of 200 steps."""
    fig, ax = plt.subplots(figsize=(6, 4.5))
    ax.set(xlim=beale.domain[0], ylim=beale.domain[1])
    paths = [ax.plot([], [], "o-", markersize=3, animated=True)[0] for _ in METHODS]

    def six_methods(lr=0.001):
        """The paths of six methods on Beale's function."""
        for method, path in zip(METHODS, paths, strict=True):
            path.set_data(*run(method(beale.grad, beale.start, lr=lr), 200).T)

    return LiveFigure(fig, six_methods, {"lr": (0.0005, 0.03, 0.0005)})


def table(title, rows, heads):
    widths = [max(len(str(row[i])) for row in [heads, *rows]) for i in range(len(heads))]
    print(f"\n{title}\n")
    for row in [heads, ["-" * width for width in widths], *rows]:
        cells = [
            str(c).ljust(w) if i == 0 else str(c).rjust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  " + "  ".join(cells))


def quantile(times, share):
    return f"{np.quantile(times, share):.2f}"


# The page ----------------------------------------------------------------------------------

# Script time of one input event: the listeners run before dispatchEvent returns.
INPUTS = """async (figure) => {
  const input = figure.querySelector("[data-control]");
  const times = [];
  for (let i = 0; i < 400; i++) {
    await new Promise(requestAnimationFrame);
    input.value = (i * 7) % (Number(input.max) + 1);
    const start = performance.now();
    figure.dispatchEvent(new Event("input"));
    times.push(performance.now() - start);
  }
  return times;
}"""

# When the figure stands in the page and when it has come alive, in ms since the navigation began.
READY = """() => {
  addEventListener("DOMContentLoaded", () => {
    const figure = document.querySelector(".live-figure");
    const parsed = performance.now();
    new MutationObserver(() => {
      if (figure.classList.contains("live-awake")) window.ready ??= [parsed, performance.now()];
    }).observe(figure, { attributes: true });
  });
}"""


def bench_page(browser):
    from live_pages import write_page

    rows, ready = [], []
    for make, what in ((one_path, "900 positions × 100 steps"), (six_paths, "200 steps × 6 methods")):
        start = time.process_time()
        figure = make()
        made = time.process_time()
        packed = figure.atlas()
        pace = figure.positions / (time.process_time() - made)
        with tempfile.TemporaryDirectory() as folder:
            address = write_page(Path(folder), [figure])
            page = browser.new_page()
            page.add_init_script(f"({READY})()")
            waits = []
            for _ in range(9):
                page.goto(address)
                page.wait_for_function("() => window.ready")
                waits.append(page.evaluate("() => window.ready"))
            element = page.locator(".live-figure")
            throttle = page.context.new_cdp_session(page)
            for rate in (1, 4):
                throttle.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                times = element.evaluate(INPUTS)
                rows.append([what, f"{rate}x", quantile(times, 0.5), quantile(times, 0.95)])
            page.close()
        size = f"{len(base64.b64encode(packed)) / 1000:.0f} kB"
        parsed, awake = np.median(waits, axis=0)
        seconds, waited = f"{made - start:.2f}", f"{awake - parsed:.0f}"
        ready.append([what, size, seconds, f"{pace:.0f}", waited, f"{awake:.0f}"])
    table("Page: script time of one input, ms", rows, ["figure", "slowed", "p50", "p95"])
    heads = ["figure", "atlas, base64", "s to make", "positions/s", "ms, read → alive", "ms, opened → alive"]
    table("Page: size, building and waking", ready, heads)


# JupyterLab --------------------------------------------------------------------------------

SETUP = """\
%config InlineBackend.figure_format = "retina"
import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import display
from optimlib import beale, momentum, run
from optimlib.figures import contours
from optimlib.live import live, slider
"""

LIVE = """\
fig, ax = plt.subplots(figsize=(6, 4.5))
contours(ax, beale)
path, = ax.plot([], [], "o-", markersize=3, animated=True)

@live(fig, rho=slider(0.0, 0.99, 0.01), lr=slider(0.0005, 0.0205, 0.0001))
def bench(rho=0.0, lr=0.0105):
    "The path of momentum on Beale's function."
    path.set_data(*run(momentum(beale.grad, beale.start, lr=lr, rho=rho), 100).T)
    return f"{rho:.2f}"
"""

# The floor of asking the kernel: a label that says what the slider says.
NOTHING = """\
slide = ipywidgets.SelectionSlider(options=[(f"{k / 100:.2f}", k) for k in range(100)])
label = ipywidgets.Label("0", _dom_classes=["bench-label"])
slide.observe(lambda change: setattr(label, "value", str(slide.index)), "index")
display(slide, label)
"""

INTERACT = """\
@ipywidgets.interact(rho=ipywidgets.SelectionSlider(options=[k / 100 for k in range(100)]))
def redraw(rho):
    fig, ax = plt.subplots(figsize=(6, 4.5))
    contours(ax, beale)
    ax.plot(*run(momentum(beale.grad, beale.start, lr=0.001, rho=rho), 100).T, "o-", markersize=3)
    plt.show()
"""

# Milliseconds from a key on the slider to a change of the picture, one by one. The pauses are
# too short for the kernel to be asked for frames in idle time.
STEPS = """async ([target, attribute, count]) => {
  const read = () => {
    const node = document.querySelector(target);
    return node && (attribute ? node.getAttribute(attribute) : node.textContent);
  };
  const times = [];
  for (let i = 0; i < count; i++) {
    const before = read(), start = performance.now();
    press(0, "ArrowRight");
    while ([before, null].includes(read()) && performance.now() - start < 5000) {
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(0);
      });
    }
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return times;
}"""

# Pictures a second while the slider moves on at every frame of the screen.
DRAG = """async ([target, attribute, count]) => {
  const read = () => {
    const node = document.querySelector(target);
    return node && (attribute ? node.getAttribute(attribute) : node.textContent);
  };
  let pictures = 0, last = read();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    press(0, "ArrowRight");
    await new Promise(requestAnimationFrame);
    const now = read();
    if (now && now !== last) pictures++;
    last = now;
  }
  return (1000 * pictures) / (performance.now() - start);
}"""

PRESS = """
window.press = (number, key) => {
  const handle = document.querySelectorAll(".noUi-handle")[number];
  handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
};
"""


def bench_lab(browser):
    import jupyter_lab

    picture = (".live-overlay > g > path", "d")
    ways = [
        ("live figure, frames known", LIVE, *picture),
        ("live figure, frames not known", LIVE, *picture),
        ("kernel round trip that computes nothing", NOTHING, ".bench-label", None),
        ("interact, matplotlib inline", INTERACT, ".jp-RenderedImage img", "src"),
    ]
    medians, rates = {}, {}
    with tempfile.TemporaryDirectory() as home:
        written = {f"{number}.ipynb": [SETUP, way[1]] for number, way in enumerate(ways)}
        with jupyter_lab.serving(Path(home), written) as address:
            for number, (what, _, target, attribute) in enumerate(ways):
                page = browser.new_page(viewport={"width": 1200, "height": 1000})
                page.add_init_script(PRESS)
                jupyter_lab.show(page, address, f"{number}.ipynb")
                page.wait_for_selector(target, state="attached")
                page.locator(".noUi-handle").first.scroll_into_view_if_needed()
                # Known: idle time for the frames along the first slider. Not known: a row of frames
                # far from all that has been fetched.
                page.wait_for_timeout(6000 if what.endswith("frames known") else 500)
                for measure, script, count, found, row in (
                    (statistics.median, STEPS, 40, medians, "End"),
                    (float, DRAG, 90, rates, "Home"),
                ):
                    page.evaluate("() => press(0, 'Home')")
                    if what.endswith("not known"):
                        page.evaluate("(key) => press(1, key)", row)
                    page.wait_for_timeout(200)
                    found[what] = measure(page.evaluate(script, [target, attribute, count]))
                jupyter_lab.stop_kernels(page)
                page.close()
    slowest = medians[ways[-1][0]]
    rows = [
        [what, f"{medians[what]:.1f}", f"{slowest / medians[what]:.1f}×", f"{rates[what]:.0f}"]
        for what, *_ in ways
    ]
    heads = ["way", "slider → picture, ms", "quicker than interact", "pictures/s dragging"]
    table("JupyterLab: Beale's contours with a path of 100 steps", rows, heads)


def main(parts):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        if "page" in parts:
            bench_page(browser)
        if "lab" in parts:
            bench_lab(browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or ["page", "lab"])
