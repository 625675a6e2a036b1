"""The live figures of a built page, read in Python from the atlases that it carries."""

import functools
import re
from dataclasses import dataclass
from html import unescape

import overlay

from optimlib.live.display_list import Tables
from optimlib.live.sphinx import unpacked

FIGURE = re.compile(r'<figure class="live-figure" id="([^"]+)".*?</figure>', re.DOTALL)
RANGE = re.compile(r'<input type="range"[^>]* data-control="([^"]+)"')
CARRIER = re.compile(r'class="live-atlas" data-shape="(\w+)"[^>]* data-src="([^"]+)"')


@dataclass(frozen=True, eq=False)
class Published:
    """A live figure as a page carries it: its id, its controls as an address knows them, and its frames.

    Settings are the number of each control's setting, by its name.
    """

    salt: str
    name: str
    controls: list
    sliders: list  # the names of those controls that are sliders
    shapes: dict  # "wide" and "narrow": (frames, head)

    @property
    def start(self):
        return {control["name"]: control["start"] for control in self.controls}

    @property
    def last(self):
        """The number of each control's last setting."""
        return {control["name"]: len(control["texts"]) - 1 for control in self.controls}

    def position(self, settings):
        """The number of a position, from the number of each control's setting."""
        number = 0
        for control in self.controls:
            number = number * len(control["texts"]) + settings[control["name"]]
        return number

    def settings(self, position):
        """The number of each control's setting at a position."""
        found = {}
        for control in reversed(self.controls):
            position, found[control["name"]] = divmod(position, len(control["texts"]))
        return dict(reversed(found.items()))

    def words(self, position):
        """The sentence at a position."""
        frames, head = self.shapes["wide"]
        return head["tables"]["words"][frames[position][0]]

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
    return Published(salt, head["name"], head["controls"], RANGE.findall(html), shapes)
