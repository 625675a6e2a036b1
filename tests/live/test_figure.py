"""A live figure as a whole: what it accepts, what it refuses, and what it hands to its readers."""

import base64
import functools
import gc
import gzip
import itertools
import os
import re
import subprocess
import sys
import weakref
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets.widgets import widget
from specimens import every_control, several_axes, specimens

import optimlib.live
from optimlib.live import LiveFigure, atlas, figure, live

everything = {**specimens, "several_axes": several_axes, "every_control": every_control}


@pytest.fixture
def axes():
    fig, ax = plt.subplots(figsize=(6, 4.5))
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (line,) = ax.plot([], [], animated=True)
    return fig, ax, line


# What it refuses ---------------------------------------------------------------------------


def test_docstring_is_needed(axes):
    def nameless(k):
        pass

    with pytest.raises(ValueError, match="nameless must have a docstring"):
        live(axes[0], k=(0, 1))(nameless)


def test_something_must_move():
    fig, ax = plt.subplots()
    ax.plot([1, 2], [1, 2])
    with pytest.raises(ValueError, match="animated=True"):

        @live(fig, k=(0, 1))
        def nothing_moves(k):
            """Still."""


def test_controls_and_parameters_must_match(axes):
    with pytest.raises(TypeError, match="control rho is not a parameter of one_thing"):

        @live(axes[0], lr=(0, 1), rho=(0, 1))
        def one_thing(lr):
            """One."""

    with pytest.raises(TypeError, match="two_things takes rho, which has no control"):

        @live(axes[0], lr=(0, 1))
        def two_things(lr, rho):
            """Two."""


def test_not_a_figure_and_not_a_function(axes):
    with pytest.raises(TypeError, match="fig must be a matplotlib Figure"):
        live(axes[1], k=(0, 1))(lambda k: None)
    with pytest.raises(TypeError, match="decorates the update function"):
        live(axes[0], k=(0, 1))("update")


@pytest.mark.parametrize(
    "change, named",
    [
        (lambda ax: ax.set_xlim(0, 20), "Axes"),
        (lambda ax: ax.set_title("new"), "Text|Axes"),
        (lambda ax: ax.lines[0].set_color("red"), "Line2D"),
        (lambda ax: ax.lines[0].set_ydata([3, 4]), "Line2D"),
        (lambda ax: ax.plot([1, 2], [1, 2]), "Line2D"),
        (lambda ax: ax.lines[0].remove(), "Axes"),
        (lambda ax: ax.figure.set_facecolor("red"), "Figure|Rectangle"),
    ],
    ids=["limits", "title", "colour", "data", "new artist", "removed artist", "figure"],
)
def test_what_stands_still_must_not_change(axes, change, named):
    fig, ax, line = axes
    ax.plot([1, 2], [1, 2])

    @live(fig, k=(0, 2))
    def moving_too_much(k=0):
        """Changes the still part at k = 1."""
        line.set_data([0, k], [0, 1])
        if k == 1:
            change(ax_of_still)

    ax_of_still = _Still(ax)
    with pytest.raises(
        ValueError, match="moving_too_much at k = 1 changed something that stands still"
    ) as raised:
        moving_too_much.frame(1)
    assert re.search(named, str(raised.value).split("(")[1])
    moving_too_much.frame(2)  # another position is not to blame


class _Still:
    """The axes with its still line first: what a test changes by mistake."""

    def __init__(self, ax):
        self._ax = ax

    @property
    def lines(self):
        return [line for line in self._ax.lines if not line.get_animated()]

    def __getattr__(self, name):
        return getattr(self._ax, name)


def test_what_update_returns(axes):
    fig, _, line = axes

    @live(fig, k=(0, 2))
    def talkative(k=0):
        """Returns a number at k = 2."""
        line.set_data([0, k], [0, 1])
        return [None, "one", 2.0][k]

    said = [talkative.tables.words[talkative.frame(k)[0]] for k in (0, 1)]
    assert said == ["", "one"]
    with pytest.raises(TypeError, match=r"talkative must return a sentence or nothing; it returned 2\.0"):
        talkative.frame(2)


def test_a_raising_update_tells_its_values(axes):
    fig, _, line = axes

    @live(fig, lr=(0.0, 1.0, 0.5), rule=["sgd", "adam"])
    def fragile(lr=0.0, rule="sgd"):
        """Breaks in one place."""
        line.set_data([0, 1 / (1 - lr)], [0, 1])

    with pytest.raises(ZeroDivisionError) as raised:
        fragile.atlas()
    assert raised.value.__notes__ == ["raised by the live figure fragile at lr = 1.0, rule = 'sgd'"]


def test_too_many_positions_says_which_control_to_coarsen(axes):
    fig, _, line = axes

    @live(fig, lr=(0, 150), rho=(0, 100), on=False)
    def vast(lr=0, rho=0, on=False):
        """Too much."""
        line.set_data([0, lr], [0, rho])

    with pytest.raises(ValueError, match=r"vast is too large.*30,502 positions.*10,000.*coarsen lr"):
        vast.atlas()


def test_too_many_bytes_says_which_control_to_coarsen(axes, monkeypatch):
    monkeypatch.setattr(figure, "MOST_BYTES", 2_000)
    fig, _, line = axes
    rng = np.random.default_rng(0)

    @live(fig, k=(0, 20))
    def heavy(k=0):
        """Noise does not pack."""
        line.set_data(*rng.uniform(0, 10, (2, 200)))

    with pytest.raises(ValueError, match=r"heavy is too large.* bytes.*2,000.*coarsen k"):
        heavy.atlas()


# What it hands out -------------------------------------------------------------------------


@functools.cache
def recorded(name):
    """A figure, and its atlas."""
    made = everything[name]()
    return made, made.atlas()


@pytest.mark.no_cover
@pytest.mark.parametrize("name", everything)
def test_atlas_equals_a_fresh_recording_at_every_position(name):
    one, packed = recorded(name)
    other = everything[name]()
    frames, head = atlas.unpack(packed)
    tables = head["tables"]
    assert len(frames) == one.positions
    # In another order, so that nothing can depend on the frame shown before.
    for position in reversed(range(one.positions)):
        np.testing.assert_array_equal(frames[position], one.frame(position))
        fresh = other.frame(position)
        assert other.tables.words[fresh[0]] == tables["words"][frames[position][0]]
        assert geometry(fresh) == geometry(frames[position])


def geometry(frame):
    """A frame without the numbers of its table entries, which depend on the order of asking."""
    from optimlib.live.svg import drawing

    class Blank:
        def __getattr__(self, table):
            blank = {"styles": {"rotate": "0"}, "shapes": "", "clips": "", "strings": "", "images": ""}[table]
            return type("Always", (), {"__getitem__": lambda self, _: blank})()

    return re.sub(r"mark\d+-\d+", "mark", drawing(frame, Blank(), "s"))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", everything)
def test_two_builds_are_identical(name):
    assert everything[name]().atlas() == recorded(name)[1]


def test_positions_are_in_c_order():
    made = every_control()
    options = [control.values for control in made.controls.values()]
    for position, values in enumerate(itertools.product(*options)):
        assert tuple(made.values(position).values()) == values
        settings = {n: c.values.index(v) for (n, c), v in zip(made.controls.items(), values, strict=True)}
        assert made.position(settings) == position


def test_starts_at_the_defaults_of_the_update_function():
    made = every_control()
    assert made.values(made.start) == {"lr": 0.1, "steps": 2, "rule": "momentum", "on": True}
    assert made.tables.words[made.first[0]] == "lr = 0.1, 2 steps, momentum, on"


def test_calling_it_calls_the_update_function():
    assert every_control()(lr=0.2, steps=1, rule="adam", on=False) == "lr = 0.2, 1 steps, adam, off"


def test_the_module_is_the_decorator(axes):
    fig, _, line = axes

    @optimlib.live(fig, k=(0, 1))
    def by_module(k=0):
        """The package, called."""
        line.set_data([0, k], [0, 1])

    assert isinstance(by_module, LiveFigure)


def test_later_cells_may_use_the_same_names_again():
    """Its own names, those of its helpers, and those of their helpers stay what they were."""
    cell = """
import matplotlib.pyplot as plt
from optimlib.live import live
fig, ax = plt.subplots()
path, = ax.plot([], [], animated=True)
scale = 0.1

def deeper(k):
    return scale * k if k < 3 else deeper(2)

def helper(k):
    return [[0, deeper(k)] for _ in "xy"]

@live(fig, k=(0, 3))
def kept(k=1):
    'A line.'
    path.set_data(*helper(k))
"""
    names = {}
    exec(cell, names)
    figure = names["kept"]
    frames = [figure.frame(k).tolist() for k in range(4)]
    assert frames[2] == frames[3] != frames[1]
    exec("path = fig = ax = scale = None\ndef deeper(k): 1 / 0\ndef helper(k): 1 / 0", names)
    assert [figure.frame(k).tolist() for k in range(4)] == frames


def test_works_at_any_resolution_and_after_pyplot_is_done(axes):
    """The same frames whatever the resolution of the figure, before and now."""
    fig, _, line = axes

    def dense(k=1):
        """A line."""
        line.set_data([0, k], [0, 5])

    first = LiveFigure(fig, dense, {"k": (0, 3)})
    frames = [first.frame(k).tolist() for k in range(4)]
    fig.set_dpi(200)
    assert [first.frame(k).tolist() for k in range(4)] == frames
    plt.close(fig)
    assert [first.frame(k).tolist() for k in range(4)] == frames


def test_pyplot_does_not_keep_the_figure():
    before = plt.get_fignums()
    made = every_control()
    assert plt.get_fignums() == before
    picture = weakref.ref(made.fig)
    del made
    gc.collect()
    assert picture() is None


def test_settings_of_the_page_do_not_leak_into_matplotlib():
    before = dict(plt.rcParams)
    every_control().atlas()
    assert dict(plt.rcParams) == before


def test_a_hidden_artist_stays_hidden_at_the_start(axes):
    fig, _, line = axes

    @live(fig, shown=[False, True])
    def hideable(shown=False):
        """Hidden first."""
        line.set_data([0, 1], [0, 1])
        line.set_visible(shown)

    assert len(hideable.first) == 1
    assert len(hideable.frame(1)) > 1


def test_drag_targets_lie_where_the_values_do():
    made = several_axes()
    across, along = made.wide.drag
    left, right = made.fig.axes
    places = left.transData.transform([(x, 0) for x in range(11)])[:, 0]
    assert across["along"] == "x"
    np.testing.assert_allclose(across["ends"], 10 * places, atol=0.5)
    values = made.controls["lr"].values
    places = right.transData.transform([(1, lr) for lr in values])[:, 1]
    assert along["along"] == "y"
    np.testing.assert_allclose(along["ends"], 10 * (made.size[1] - places), atol=0.5)


# In a notebook and on a page ---------------------------------------------------------------


def open_widgets():
    return len(widget._instances)


def test_shown_again_it_is_the_same_widget():
    made = every_control()
    one, other = (made._repr_mimebundle_() for _ in range(2))
    view = "application/vnd.jupyter.widget-view+json"
    assert one[view]["model_id"] == other[view]["model_id"]
    assert "lr = 0.1, 2 steps" in one["text/html"]
    assert "lr = 0.1, 2 steps" in one["text/plain"]
    assert "A line that depends on a slider" in one["text/plain"]


def test_publishing_makes_no_widget(monkeypatch):
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "1")
    made = every_control()
    before = open_widgets()
    bundle = made._repr_mimebundle_()
    assert open_widgets() == before
    assert set(bundle) == {"text/html", "text/plain"}
    assert not hasattr(made, "widget")
    packed = re.search(r'class="live-atlas"[^>]*>([^<]*)<', bundle["text/html"])[1]
    assert len(atlas.unpack(base64.b64decode(packed))[0]) == made.positions


def test_publishing_does_not_even_import_the_widgets():
    code = (
        "import sys, matplotlib; matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt; from optimlib import live\n"
        "fig, ax = plt.subplots(); line, = ax.plot([], [], animated=True)\n"
        "@live(fig, k=(0, 2))\n"
        "def figure(k=0):\n    'A line.'\n    line.set_data([0, k], [0, 1])\n"
        "figure._repr_mimebundle_()\n"
        "print([m for m in ('ipywidgets', 'anywidget') if m in sys.modules])"
    )
    environment = {**os.environ, "OPTIMLIB_PUBLISH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def momentum_figure(steps=100):
    """900 positions: the size that the book's figures have."""
    from optimlib import beale, momentum, run

    fig, ax = plt.subplots(figsize=(6, 4.5))
    ax.set(xlim=beale.domain[0], ylim=beale.domain[1])
    (path,) = ax.plot([], [], "o-", animated=True)

    @live(fig, lr=(0.0005, 0.015, 0.0005), rho=(0.0, 0.87, 0.03))
    def momentum_on_beale(lr=0.001, rho=0.6):
        """The path of momentum."""
        path.set_data(*run(momentum(beale.grad, beale.start, lr=lr, rho=rho), steps).T)

    return momentum_on_beale


@pytest.mark.no_cover
def test_900_positions_of_100_points_weigh_less_than_100_kilobytes():
    made = momentum_figure()
    assert made.positions == 900
    assert len(base64.b64encode(made.atlas())) < 100_000


def test_scripts_weigh_less_than_12_kilobytes():
    room = Path(optimlib.live.__file__).parent
    scripts = (room / "player.js").read_bytes() + (room / "page.js").read_bytes()
    assert len(gzip.compress(scripts)) < 12_000


@pytest.mark.no_cover
def test_a_cell_run_again_and_again_leaks_nothing(monkeypatch):
    from optimlib.live import lab

    runs = []
    monkeypatch.setattr(lab, "_cell_and_run", lambda: ("this cell", len(runs)))
    kept, counts = [], []
    for run in range(3):
        runs.append(run)
        made = [every_control(), several_axes()]
        for one in made:
            one._repr_mimebundle_()
            kept.append(weakref.ref(one.fig))
        gc.collect()
        counts.append(open_widgets())
    assert len(set(counts)) == 1
    assert plt.get_fignums() == []
    assert sum(fig() is not None for fig in kept) == 2, "the two of the last run"
    assert all(one.widget.comm is not None for one in made)
