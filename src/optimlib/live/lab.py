"""A live figure in JupyterLab: an anywidget view, and ipywidgets as its controls.

The view draws frames it has. For one it lacks it asks the kernel, one question at a time and
always for the newest position; in idle moments it asks for the positions around. The kernel
answers with frames and with what they add to the tables.
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

    _esm = (HERE / "player.js").read_text("utf-8") + (HERE / "lab.js").read_text("utf-8")
    _css = (HERE / "live.css").read_text("utf-8")
    html = traitlets.Unicode().tag(sync=True)
    salt = traitlets.Unicode().tag(sync=True)
    token = traitlets.Unicode().tag(sync=True)
    size = traitlets.List().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)
    drag = traitlets.List().tag(sync=True)
    controls = traitlets.List().tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(self, figure, controls):
        head = figure.head()
        super().__init__(
            html=page.body(figure),
            size=head["size"],
            salt=figure.salt,
            token=figure.token,
            sizes=list(figure.sizes),
            drag=head["drag"],
            controls=controls,
        )
        self._figure = figure
        self.on_msg(self._answer)

    def _answer(self, _, question, buffers):
        """Send the frames of the positions asked for: all of `now`, of `soon` what time allows."""
        known = question.get("known")
        positions, frames, failures = [], [], {}
        end = time.perf_counter() + PATIENCE
        for position in question.get("now", []) + question.get("soon", []):
            if positions and time.perf_counter() > end:
                break
            try:
                frames.append(self._figure.frame(position))
            except Exception as error:
                failures[position] = "".join(traceback.format_exception_only(error)).strip()
                frames.append(np.zeros(0, np.int16))
            positions.append(position)
        lengths = [len(frame) for frame in frames]
        answer = {"view": question.get("view"), "positions": positions, "lengths": lengths}
        answer |= {"failures": failures, "tables": self._figure.tables.entries(known)}
        self.send(answer, [np.concatenate([*frames, np.zeros(0, np.int16)]).tobytes()])


def view_of(figure):
    """The mimebundle entry of the figure's widget, which is made at the first call."""
    if not hasattr(figure, "widget"):
        controls = [_widget(control) for control in figure.controls.values()]
        fields = [_with_play(*pair) for pair in zip(controls, figure.controls.values(), strict=True)]
        look = {"flex_flow": "row wrap", "width": "100%", "margin": "0 auto"}
        row = ipywidgets.Box(fields, layout={**look, "max_width": f"{page.width(figure):g}px"})
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
    look = {"description": control.label, "style": {"description_width": "initial"}}
    options = list(zip(control.texts, control.values, strict=True))
    if control.kind == "switch":
        return ipywidgets.Checkbox(value=control.values[control.start], indent=False, **look)
    kind = ipywidgets.Dropdown if control.kind == "choice" else ipywidgets.SelectionSlider
    return kind(options=options, index=control.start, **look)


def _with_play(widget, control):
    """The widget and, where its control can run by itself, a player that moves it in the browser."""
    if control.rate is None:
        return widget
    player = ipywidgets.Play(max=len(control.values) - 1, interval=round(1000 / control.rate))
    ipywidgets.jslink((player, "value"), (widget, "index"))
    return ipywidgets.HBox([player, widget])
