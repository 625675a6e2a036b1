"""What an overlay draws, as plain data: read from a page, or expected from the library.

Elements in drawing order, each [tag, attributes, text]; what an attribute refers to by
`url(#…)` stands there in full, so that ids and the order of definitions do not matter.
"""

import re
import xml.etree.ElementTree as ElementTree

from optimlib.live import svg

READ = """overlay => {
  const described = (node) => {
    const attributes = {};
    const byName = [...node.attributes].sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const { name, value } of byName) attributes[name] = resolved(value);
    return [node.tagName, attributes, node.children.length ? "" : node.textContent];
  };
  const resolved = (value) => {
    const target = value.match(/^url\\(#(.*)\\)$/);
    if (!target) return value;
    const found = document.getElementById(target[1]);
    return found ? [found.tagName, ...[...found.children].map(described)] : "missing";
  };
  const layer = overlay.querySelector(":scope > g") ?? overlay;
  return [...layer.children].filter((node) => !node.matches("defs, .live-pad")).map(described);
}"""


def shown(figure):
    """What the overlay of a `.live-figure` (a Playwright locator) draws."""
    return figure.locator(".live-overlay").evaluate(READ)


def expected(figure, position, shape=None):
    """What the library draws at a position of a LiveFigure, afresh; in its wide shape or another."""
    return drawn(figure.frame(position, shape), (shape or figure.wide).tables)


def drawn(frame, tables):
    """What a frame draws."""
    text = svg.drawing(frame, tables, "expected")
    root = ElementTree.fromstring(f"<g>{text}</g>")
    defined = {node.get("id"): node for node in root.find("defs")}

    def described(node):
        attributes = {}
        for name, value in node.attrib.items():
            target = re.fullmatch(r"url\(#(.*)\)", value)
            found = target and defined[target[1]]
            attributes[name] = [found.tag, *map(described, found)] if target else value
        return [node.tag, attributes, "" if len(node) else node.text or ""]

    return [described(node) for node in root if node.tag != "defs"]


def words(figure, position):
    return figure.tables.words[figure.frame(position)[0]]
