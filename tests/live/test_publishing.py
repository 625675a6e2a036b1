"""What the player is told of a figure: where it can be dragged, and where its question has its answer."""

import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from optimlib.live import LiveFigure, ask, log_slider, slider
from optimlib.live.publishing import exported, publishing


def two_panels(point=None, **controls):
    fig = plt.figure(figsize=(6, 3))
    left, right = fig.add_axes((0.1, 0.2, 0.3, 0.6)), fig.add_axes((0.6, 0.1, 0.3, 0.8))
    left.set(xlim=(0, 10), ylim=(0, 4))
    right.set(xlim=(1, 100), ylim=(1e-3, 10), xscale="log", yscale="log")
    (line,) = left.plot([], [], animated=True)

    def two(**values):
        """Two panels."""
        line.set_data([0, 1], [0, 1])

    asked = ask("Where?", point=point(left, right), within=0.2, because="So.") if point else None
    given = {"x": slider(0, 10, 5, drag=left.xaxis, label="the x")}
    given |= {"still": (0, 1), "lr": log_slider(0.01, 1, 1, drag=right.yaxis)}
    return LiveFigure(fig, two, given, asked)


def test_a_control_is_dragged_within_its_axes_and_lies_where_its_values_do():
    figure = two_panels()
    assert figure.wide.drag == [
        # 432 by 216 points: the left axes from 43.2 to 172.8 across and 43.2 to 172.8 down
        {
            "control": 0,
            "name": "the x",
            "along": "x",
            "box": [432, 432, 1296, 1296],
            "ends": [432, 1080, 1728],
        },
        {
            "control": 2,
            "name": "lr",
            "along": "y",
            "box": [2592, 216, 1296, 1728],
            "ends": [216 + 1296, 216 + 864, 216 + 432],
        },
    ]
    assert figure.head()["drag"] == figure.wide.drag
    assert figure.head(figure.narrow)["drag"] == figure.narrow.drag != figure.wide.drag
    assert figure.head()["size"] == [4320, 2160]
    assert [control["name"] for control in figure.head()["controls"]] == ["x", "still", "lr"]
    assert figure.head()["still"] == ""
    assert figure.head(figure.narrow)["still"] == figure.narrow.still


@pytest.mark.parametrize(
    "point, at, counts",
    [
        (lambda left, right: (left, 2.5, 1), [0.25, 0.75], [True, True]),
        (lambda left, right: (left, None, 3), [0.5, 0.25], [False, True]),
        (lambda left, right: (right, 10, None), [0.5, 0.5], [True, False]),
    ],
)
def test_a_point_is_where_its_panel_has_it(point, at, counts):
    told = two_panels(point).head()["point"]
    box = [432, 432, 1296, 1296] if counts[1] else [2592, 216, 1296, 1728]
    assert told == {"box": box, "at": at, "counts": counts, "within": 0.2}
    assert two_panels().head()["point"] is None


def test_a_panel_that_is_hidden_in_a_shape_cannot_be_dragged_there():
    fig, (left, right) = plt.subplots(1, 2)
    (line,) = left.plot([], [], animated=True)

    def moved(x=0, y=0):
        """A line."""
        line.set_data([0, x], [0, y])

    controls = {"x": slider(0, 1, drag=left.xaxis), "y": slider(0, 1, drag=right.yaxis)}
    figure = LiveFigure(fig, moved, controls, stack=[[right]])
    assert [target["control"] for target in figure.wide.drag] == [0, 1]
    assert [target["control"] for target in figure.narrow.drag] == [1]


# Whether it publishes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command, is_export",
    [
        (["/usr/bin/python", "/usr/bin/jupyter-nbconvert", "--execute", "a.ipynb"], True),
        (["/usr/bin/jupyter-nbconvert"], True),
        (["python", "/usr/bin/jupyter", "nbconvert"], True),
        (["python", "-m", "jupyterlab", "nbconvert.ipynb"], False),
        (["/opt/nbconvert/bin/python", "-m", "jupyterlab"], False),
        ([], False),
    ],
)
def test_a_kernel_that_nbconvert_runs_brings_all_it_needs(monkeypatch, command, is_export):
    process = SimpleNamespace(parent=lambda: SimpleNamespace(cmdline=lambda: command))
    psutil = SimpleNamespace(Error=ZeroDivisionError, Process=lambda: process)
    monkeypatch.setitem(sys.modules, "psutil", psutil)
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    monkeypatch.delenv("OPTIMLIB_PUBLISH", raising=False)
    asks = exported.__wrapped__  # the answer is kept for the life of a kernel
    monkeypatch.setitem(publishing.__globals__, "exported", asks)
    assert asks() is is_export
    assert publishing() is is_export
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "1")
    assert publishing() is True
    psutil.Process = lambda: 1 / 0  # as where processes may not be looked at
    assert asks() is False
    monkeypatch.delitem(sys.modules, "ipykernel")
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "0")
    assert (asks(), publishing()) == (False, False)
