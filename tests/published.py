"""The live figures of a built page, read in Python from the atlases that it carries."""

import functools
import re
from dataclasses import dataclass
from html import unescape

import overlay

from optimlib.live.recorder import Tables
from optimlib.live.sphinx import unpacked

FIGURE = re.compile(r'<figure class="live-figure" id="([^"]+)".*?</figure>', re.DOTALL)
CARRIER = re.compile(r'class="live-atlas" data-shape="(\w+)"[^>]* data-src="([^"]+)"')


@dataclass(frozen=True, eq=False)
class Published:
    """A live figure as a page carries it: its id, its controls as an address knows them, and its frames."""

    salt: str
    name: str
    controls: list
    shapes: dict  # "wide" and "narrow": (frames, head)

    @property
    def start(self):
        return [control["start"] for control in self.controls]

    @property
    def sizes(self):
        return [len(control["texts"]) for control in self.controls]

    def position(self, settings):
        """The number of a position, from the number of each control's setting: a list, or a dict by name."""
        if isinstance(settings, dict):
            settings = [settings[control["name"]] for control in self.controls]
        number = 0
        for setting, size in zip(settings, self.sizes, strict=True):
            number = number * size + setting
        return number

    def expected(self, settings, shape="wide"):
        """What the overlay draws, as plain data, and the sentence below, where the controls stand so."""
        return self.at(self.position(settings), shape)

    def at(self, position, shape="wide"):
        """The same, from the number of the position."""
        frames, head = self.shapes[shape]
        tables = Tables(**head["tables"])
        return overlay.drawn(frames[position], tables), tables.words[frames[position][0]]


@functools.cache
def figures(page):
    """The live figures of a page (a path), in order."""
    text = page.read_text("utf-8")
    return [_published(page, match[1], match[0]) for match in FIGURE.finditer(text)]


def _published(page, salt, html):
    shapes = {}
    for shape, source in CARRIER.findall(html):
        script = (page.parent / unescape(source)).read_text("utf-8")
        shapes[shape] = unpacked(script.split('"')[3])
    head = shapes["wide"][1]
    return Published(salt, head["name"], head["controls"], shapes)
