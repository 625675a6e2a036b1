"""What the live figures of a notebook show, written down in the kernel in which nbval runs it.

`watch` is called when the kernel starts. When a figure has computed its atlas it leaves a file in the
folder SEEN_FIGURES that says what it shows at some positions, in both shapes, drawn afresh.
"""

import gc
import json
import os
import random
from pathlib import Path

import legends
import overlay

from optimlib.live import LiveFigure

SOME = 20  # positions of a figure, at random


def watch():
    gc.freeze()  # what is loaded stays: looking for garbage in it took a fifteenth of a notebook's time
    seen, atlas = set(), LiveFigure.atlas

    def look(figure, *shape):
        packed = atlas(figure, *shape)
        if figure.token not in seen:
            seen.add(figure.token)
            path = Path(os.environ["SEEN_FIGURES"]) / f"{len(seen):02}-{figure.name}.json"
            path.write_text(json.dumps(described(figure)), "utf-8")
        return packed

    LiveFigure.atlas = look


def described(figure):
    """The figure's frames at some positions, and in each shape its legends, and its panels on a phone."""
    shapes = (figure.wide, figure.narrow)
    some = random.Random(0).sample(range(figure.positions), min(SOME, figure.positions))
    return {
        "name": figure.name,
        "frames": [
            [shape.name, position, overlay.drawn(frame, shape.tables), shape.tables.words[frame[0]]]
            for position in dict.fromkeys([figure.start, *some, 0, figure.positions - 1])
            for shape, frame in zip(shapes, figure.frames(position), strict=True)
        ],
        "legends": {shape.name: legends.boxes(figure, shape) for shape in shapes},
        "panels": [place.width * figure.narrow.size[0] for _, place, shown in figure.narrow.places if shown],
    }
