"""A display list: what the numbers of a frame mean, and the tables that they refer to.

A frame is a flat array of 16-bit integers. It opens with the number of its sentence in
`Tables.words`; then come the drawings, each a kind, the number of its style and its geometry.
Lengths are tenths of a point, y downwards:

    PATH   style  runs  (command, count) × runs  n  x × n  y × n
    MARKS  style  shape  n  x × n  y × n
    TEXT   style  string  x  y
    IMAGE  style  picture  x  y  width  height

What frames share (styles, marker shapes, clips, strings, pictures) stands in `Tables`, once.
"""

from dataclasses import dataclass, field

PATH, MARKS, TEXT, IMAGE = range(4)
MOVE, LINE, QUAD, CUBIC, CLOSE = range(5)
CORNERS = (1, 1, 2, 3, 0)  # points that each command takes
TENTHS = 10  # units a point
MOST = 2**15 - 1  # what 16 bits hold


@dataclass
class Tables:
    """What frames refer to by number. Entries are only ever added."""

    words: list = field(default_factory=list)
    styles: list = field(default_factory=list)
    shapes: list = field(default_factory=list)
    clips: list = field(default_factory=list)
    strings: list = field(default_factory=list)
    images: list = field(default_factory=list)

    def __post_init__(self):
        self._numbers = {}

    def entries(self, known=None):
        """The entries of each table, those that are `known` (a count for each table) left out."""
        names = ("words", "styles", "shapes", "clips", "strings", "images")
        return {name: getattr(self, name)[(known or {}).get(name, 0) :] for name in names}

    def number(self, table, entry):
        """The number of an entry, which is added where it is new."""
        key = (table, tuple(entry.items()) if isinstance(entry, dict) else entry)
        if key not in self._numbers:
            entries = getattr(self, table)
            self._numbers[key] = len(entries)
            entries.append(entry)
        return self._numbers[key]
