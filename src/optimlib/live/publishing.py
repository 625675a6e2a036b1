"""Whether figures are published, and what the player must know of one beside its frames."""

import contextlib
import functools
import os
import sys
from pathlib import Path


def publishing():
    """Whether figures are written for a page, with all their frames, rather than for a kernel."""
    return os.environ.get("OPTIMLIB_PUBLISH") == "1" or exported()


@functools.cache
def exported():
    """Whether `jupyter nbconvert --execute` runs this kernel: each output brings all it needs."""
    if "ipykernel" not in sys.modules:
        return False
    import psutil  # ipykernel's own

    with contextlib.suppress(psutil.Error):
        return any("nbconvert" in Path(part).name for part in psutil.Process().parent().cmdline()[:3])
    return False


# Places on a figure as it is laid out now, in tenths of a point, y downwards --------------------


def drag_targets(controls, height):
    """For each control that follows the pointer: its number, its axes' box, and where its values lie."""
    targets = []
    for number, control in enumerate(controls.values()):
        if control.axis is None or not control.axis.axes.get_visible():
            continue
        along = control.axis.axis_name
        ax = control.axis.axes
        place = ax.get_xaxis_transform() if along == "x" else ax.get_yaxis_transform()
        points = [(v, 0) if along == "x" else (0, v) for v in control.values]
        pixels = place.transform(points)
        ends = pixels[:, 0] if along == "x" else height - pixels[:, 1]
        targets.append(
            {
                "control": number,
                "name": control.label,
                "along": along,
                "box": _box(ax, height),
                "ends": [round(10 * end) for end in ends.tolist()],
            }
        )
    return targets


def pointed(question, height):
    """The panel on which a question is answered, and where in it the answer is, in shares of its sides."""
    ax, x, y = question.answer
    middle = ax.transData.inverted().transform(ax.transAxes.transform((0.5, 0.5)))
    place = [half if part is None else part for part, half in zip((x, y), middle, strict=True)]
    across, up = (ax.transData - ax.transAxes).transform(place)
    return {
        "box": _box(ax, height),
        "at": [round(across, 4), round(1 - up, 4)],
        "counts": [x is not None, y is not None],
        "within": question.within,
    }


def _box(ax, height):
    """The place of an axes."""
    box = ax.get_window_extent()
    return [round(10 * v) for v in (box.x0, height - box.y1, box.width, box.height)]
