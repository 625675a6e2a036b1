"""The kernel's side of a figure in JupyterLab, without a browser: what it answers, and what it shows."""

import sys
from types import SimpleNamespace

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets.widgets import widget
from ipywidgets.widgets.widget_link import Link

from optimlib.live import LiveFigure, ask, choice, lab, page, play, slider, switch


def made(update=None, question=None, **controls):
    fig, ax = plt.subplots(figsize=(6, 3))
    (line,) = ax.plot([], [], animated=True)

    def moved(at=2, **others):
        """A line."""
        if at == 3:
            raise ValueError("3 is too much")
        line.set_data(range(at + 1), range(at + 1))
        return f"at is {at}."

    return LiveFigure(fig, update or moved, {"at": (0, 4), **controls}, question)


class Reader:
    """The browser's end of one view: it asks, and keeps what the tables bring."""

    def __init__(self, figure):
        self.figure = figure
        lab.view_of(figure)
        self.view = figure.widget.children[0]
        self.tables, self.sent = {}, []
        self.view.send = lambda answer, *buffers: self.sent.append((answer, *buffers))

    def ask(self, **question):
        """The answer's head, and its frames by position."""
        self.view._handle_custom_msg(question, [])
        answer, (packed,) = self.sent.pop()
        assert not self.sent
        numbers = np.frombuffer(packed, np.int16)
        *frames, rest = np.split(numbers, np.cumsum(answer["lengths"], dtype=int))
        assert not len(rest)
        return answer, dict(zip(answer["positions"], map(list, frames), strict=True))


@pytest.fixture
def clock(monkeypatch):
    """Each look at the clock takes as many seconds as `clock.step`."""

    class Clock:
        now, step = 0.0, 0.0

        def perf_counter(self):
            self.now += self.step
            return self.now

    made = Clock()
    monkeypatch.setattr(lab, "time", made)
    return made


# Answers ------------------------------------------------------------------------------------------


def test_frames_of_now_and_soon_are_those_of_the_figure_and_come_in_the_order_asked(clock):
    figure = made()
    answer, frames = Reader(figure).ask(view="v7", shape="narrow", now=[4], soon=[1, 0])
    assert (answer["view"], answer["shape"], answer["failures"]) == ("v7", "narrow", {})
    assert list(frames) == [4, 1, 0]
    for position, frame in frames.items():
        assert frame == figure.frame(position, figure.narrow).tolist()
        assert figure.narrow.tables.words[frame[0]] == f"at is {position}."


def test_the_wide_shape_is_meant_where_none_is_named(clock):
    figure = made()
    answer, frames = Reader(figure).ask(now=[1])
    assert (answer["view"], answer["shape"]) == (None, "wide")
    assert frames == {1: figure.frame(1).tolist()}
    assert Reader(figure).ask()[0] == {**answer, "positions": [], "lengths": []}


def test_only_what_a_view_does_not_know_of_the_tables_is_sent(clock):
    figure = made()
    reader = Reader(figure)
    everything = reader.ask(now=[0, 1])[0]["tables"]
    assert everything == figure.wide.tables.entries()
    known = {name: len(entries) for name, entries in everything.items()}
    more = reader.ask(now=[4], known=known)[0]["tables"]
    assert more == {**{table: [] for table in everything}, "words": ["at is 4."]}


def test_a_failure_is_told_at_its_position_and_the_others_are_answered(clock):
    answer, frames = Reader(made()).ask(now=[3, 1])
    assert list(answer["failures"]) == [3]
    first, *notes = answer["failures"][3].split("\n")
    assert first == "ValueError: 3 is too much"
    assert notes == ["raised by the live figure moved at at = 3"]
    assert frames[3] == []
    assert frames[1]


def test_idle_questions_wait_for_nobody_but_the_first_is_always_answered(clock):
    reader = Reader(made())
    clock.step = 0.6 * lab.PATIENCE
    assert list(reader.ask(soon=[4, 2, 1, 0])[1]) == [4, 2]
    clock.step = 2 * lab.PATIENCE
    assert list(reader.ask(soon=[4, 2])[1]) == [4]
    clock.step = lab.PATIENCE / 100
    assert len(reader.ask(soon=[4, 2, 1, 0])[1]) == 4


# What is shown --------------------------------------------------------------------------------------

EVERY = {
    "rule": choice({"<b>": "x", "plain": "y"}, start="y", label="which rule"),
    "on": switch(True),
    "run": play(0.0, 1.0, 0.25, per_second=0.3, show="{:.2f} m"),
    "rho": slider(0, 1, 0.5),
}


def what_a_player_needs(figure, shape):
    """All but the tables."""
    head = {**figure.head(shape), "still": shape.still}
    return {name: part for name, part in head.items() if name != "tables"}


def test_the_narrow_shape_comes_when_a_view_asks_for_it():
    figure = made(**EVERY)
    reader = Reader(figure)
    assert "narrow" not in vars(figure), "it is not laid out before"
    reader.view._handle_custom_msg({"head": True, "shape": "narrow", "view": "v2"}, [])
    ((answer,),) = reader.sent
    assert answer == {"view": "v2", "shape": "narrow", "head": what_a_player_needs(figure, figure.narrow)}


def test_the_view_has_what_the_player_needs_but_the_tables():
    figure = made(**EVERY)
    view = Reader(figure).view
    assert view.head == what_a_player_needs(figure, figure.wide)
    assert (view.salt, view.token, view.sizes) == (figure.salt, figure.token, [5, 2, 2, 5, 3])
    assert view.html == page.body(figure)
    synced = {"html", "salt", "token", "head", "sizes", "controls", "_esm", "_css"}
    assert synced <= set(view.keys), "the browser sees them"
    scripts = ["".join((lab.HERE / f"{name}.js").read_text("utf-8") for name in (*page.SHARED, "lab"))]
    assert [view._esm, view._css] == [*scripts, page.style()]


def test_each_control_is_the_widget_of_its_kind_at_its_start():
    figure = made(**EVERY)
    view = Reader(figure).view
    at, rule, on, run, rho = view.controls
    kinds = [ipywidgets.SelectionSlider, ipywidgets.Dropdown, ipywidgets.Checkbox]
    assert [type(w) for w in view.controls] == [*kinds, *[ipywidgets.SelectionSlider] * 2]
    assert [w.description for w in view.controls] == ["at", "which rule", "on", "run", "ρ"]
    assert [at.options, at.index, at.value] == [tuple(zip("01234", range(5), strict=True)), 2, 2]
    assert [rule.options, rule.index, rule.value] == [(("<b>", "x"), ("plain", "y")), 1, "y"]
    assert on.value is True
    assert [run.options[1], run.index, rho.index] == [("0.25 m", 0.25), 0, 0]
    for field in view.controls:
        assert field.style.description_width == "11rem"
        assert field.layout.width == "min(100%, 32rem)"
        assert field.disabled is False


def test_the_figure_stands_over_its_controls_and_a_player_beside_its_own():
    figure = made(**EVERY)
    view = Reader(figure).view
    shown, rows = figure.widget.children
    assert shown is view
    assert [rows.layout.width, rows.layout.margin, rows.layout.max_width] == ["100%", "0 auto", "720px"]
    at, rule, on, played, rho = rows.children
    assert [at, rule, on, rho] == [*view.controls[:3], view.controls[4]]
    player, field = played.children
    assert field is view.controls[3]
    assert isinstance(player, ipywidgets.Play)
    assert [player.min, player.max, player.interval] == [0, 4, 3333]
    links = [w for w in widget._instances.values() if isinstance(w, Link)]
    tied = [(link.source, link.target) for link in links if player in (link.source[0], link.target[0])]
    assert tied == [((player, "value"), (field, "index")), ((field, "disabled"), (player, "disabled"))]


def test_a_figure_that_asks_rests():
    figure = made(question=ask("Which?", {"a": "Yes.", "b": "No."}))
    assert [field.disabled for field in Reader(figure).view.controls] == [True]


def test_shown_again_it_is_the_same_view():
    figure = made()
    one, other = lab.view_of(figure), lab.view_of(figure)
    assert one == other
    assert one["model_id"] == figure.widget.model_id


# Cells that run again -----------------------------------------------------------------------------


def family(figure):
    view, rows = figure.widget.children
    return [figure.widget, view, rows, rows.layout, *view.controls, *(field.style for field in view.controls)]


def is_open(figure):
    """Whether the widgets of a figure are open: all of them, or none."""
    (answer,) = {widget.comm is not None for widget in family(figure)}
    return answer


def test_a_cell_that_runs_again_closes_what_it_showed_and_nothing_else(monkeypatch):
    message = {}
    shell = SimpleNamespace(get_parent=lambda: message)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(lab, "_shown", {})

    def run(cell, run):
        message.update(metadata={"cellId": cell}, header={"msg_id": run})
        figure = made(**EVERY)
        lab.view_of(figure)
        return figure

    first, second, elsewhere = run("a", 1), run("a", 1), run("b", 2)
    assert all(map(is_open, (first, second, elsewhere)))
    third = run("a", 3)
    assert [is_open(figure) for figure in (first, second, elsewhere, third)] == [False, False, True, True]
    fourth = run("a", 4)
    assert [is_open(figure) for figure in (elsewhere, third, fourth)] == [True, False, True]


def test_without_a_front_end_that_tells_nothing_is_closed(monkeypatch):
    monkeypatch.setattr(lab, "_shown", {})
    for ipython in ({}, {"IPython": SimpleNamespace(get_ipython=lambda: None)}):
        monkeypatch.delitem(sys.modules, "IPython", raising=False)
        for name, module in ipython.items():
            monkeypatch.setitem(sys.modules, name, module)
        one, other = made(), made()
        lab.view_of(one)
        lab.view_of(other)
        assert is_open(one)
        assert is_open(other)
