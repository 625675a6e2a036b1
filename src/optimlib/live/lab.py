"""A live figure in JupyterLab: an anywidget view, and ipywidgets as its controls.

The view draws frames it has. For one it lacks it asks the kernel, one question at a time and
always for the newest position; in idle moments it asks for the positions around. The kernel
answers with frames and with what they add to the tables. The narrow shape is made where an
output is narrow, when its view asks for its head.
"""

import sys
import time
import traceback
from pathlib import Path

import anywidget
import ipywidgets
import numpy as np
import traitlets

from . import page

HERE = Path(__file__).parent
PATIENCE = 0.02  # seconds that one answer to an idle question may take


class LiveView(anywidget.AnyWidget):
    """The picture and its sentence."""

    _esm = "".join((HERE / f"{name}.js").read_text("utf-8") for name in (*page.SHARED, "lab"))
    _css = (HERE / "live.css").read_text("utf-8")
    html = traitlets.Unicode().tag(sync=True)
    salt = traitlets.Unicode().tag(sync=True)
    token = traitlets.Unicode().tag(sync=True)
    head = traitlets.Dict().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)
    controls = traitlets.List().tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(self, figure, controls):
        super().__init__(
            html=page.body(figure),
            salt=figure.salt,
            token=figure.token,
            head=_head(figure, figure.wide),
            sizes=list(figure.sizes),
            controls=controls,
        )
        self._figure = figure
        self.on_msg(self._answer)

    def _answer(self, _, question, buffers):
        """Send the head of a shape, or frames of it: all of `now`, of `soon` what time allows."""
        shape = self._figure.narrow if question.get("shape") == "narrow" else self._figure.wide
        answer = {"view": question.get("view"), "shape": shape.name}
        if question.get("head"):
            self.send(answer | {"head": _head(self._figure, shape)})
        else:
            self._send_frames(question, shape, answer)

    def _send_frames(self, question, shape, answer):
        positions, frames, failures = [], [], {}
        end = time.perf_counter() + PATIENCE
        for position in question.get("now", []) + question.get("soon", []):
            if positions and time.perf_counter() > end:
                break
            try:
                frames.append(self._figure.frame(position, shape))
            except Exception as error:
                failures[position] = "".join(traceback.format_exception_only(error)).strip()
                frames.append(np.zeros(0, np.int16))
            positions.append(position)
        lengths = [len(frame) for frame in frames]
        answer |= {"positions": positions, "lengths": lengths, "failures": failures}
        answer["tables"] = shape.tables.entries(question.get("known"))
        self.send(answer, [np.concatenate([*frames, np.zeros(0, np.int16)]).tobytes()])


def _head(figure, shape):
    """What the view must know of a shape; its tables come with the frames."""
    head = figure.head(shape) | {"still": shape.still}
    del head["tables"]
    return head


def view_of(figure):
    """The mimebundle entry of the figure's widget, which is made at the first call."""
    if not hasattr(figure, "widget"):
        controls = [_widget(control) for control in figure.controls.values()]
        for widget in controls:
            widget.disabled = figure.question is not None  # until it is answered
        fields = [_with_play(*pair) for pair in zip(controls, figure.controls.values(), strict=True)]
        look = {"width": "100%", "margin": "0 auto", "max_width": f"{page.width(figure):g}px"}
        row = ipywidgets.VBox(fields, layout=look)
        figure.widget = ipywidgets.VBox([LiveView(figure, controls), row])
        _close_earlier_run(figure.widget)
    return figure.widget._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]


_shown = {}  # cell -> (run, widgets)


def _close_earlier_run(widget):
    """Close what an earlier run of this cell showed: an open widget lives as long as the kernel."""
    cell, now = _cell_and_run()
    run, widgets = _shown.get(cell, (now, []))
    if run != now:
        for shown in widgets:
            _close(shown)
        widgets = []
    _shown[cell] = (now, [*widgets, widget])


def _cell_and_run():
    """The cell that runs and which run of it this is, as far as the front end says."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    message = getattr(shell, "get_parent", dict)()
    return message.get("metadata", {}).get("cellId"), message.get("header", {}).get("msg_id")


def _close(widget):
    """Close a widget and those it is made of."""
    parts = [*getattr(widget, "children", ()), *(getattr(widget, name, None) for name in ("layout", "style"))]
    for part in parts:
        if isinstance(part, ipywidgets.Widget):
            _close(part)
    widget.close()


def _widget(control):
    """The ipywidget of a control; all but the switch carry the setting's number as `index`."""
    look = {"description": control.label, "style": {"description_width": "11rem"}}
    look["layout"] = {"width": "min(100%, 32rem)"}
    options = list(zip(control.texts, control.values, strict=True))
    if control.kind == "switch":
        return ipywidgets.Checkbox(value=control.values[control.start], **look)
    kind = ipywidgets.Dropdown if control.kind == "choice" else ipywidgets.SelectionSlider
    return kind(options=options, index=control.start, **look)


def _with_play(widget, control):
    """The widget and, where its control can run by itself, a player that moves it in the browser."""
    if control.rate is None:
        return widget
    player = ipywidgets.Play(max=len(control.values) - 1, interval=round(1000 / control.rate))
    ipywidgets.jslink((player, "value"), (widget, "index"))
    ipywidgets.jslink((widget, "disabled"), (player, "disabled"))
    return ipywidgets.HBox([player, widget])
