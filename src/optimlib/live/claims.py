"""Links in the text that set a live figure, and claims about it that are checked, for Sphinx.

`[ρ = 0.9](#momentum_on_beale?rho=0.9 "has f = 0.003")` sets the figure to that state; the title is a
claim, words that the figure's sentence has there. What is not so fails the build.
"""

import re
from html import escape, unescape
from urllib.parse import unquote

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from .address import checked

ADDRESS = re.compile(r"\w+\?")
LINK = re.compile(
    r'(?P<opening><a class="live-set" href="#(?P<address>[^"]*)")(?: data-claim="(?P<claim>[^"]*)")?'
)


class live_set(nodes.inline):  # noqa: N801, docutils names nodes so
    """A link that sets a figure; elsewhere than on a page it is its text."""


def setup(app):
    plain = (lambda self, node: None, lambda self, node: None)
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), plain)
    app.add_node(live_set, html=(visit, depart), **others)
    app.add_transform(FindLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class FindLinks(SphinxTransform):
    """Before MyST looks for a heading of that name."""

    default_priority = 100

    def apply(self, **kwargs):
        for link in list(self.document.findall(nodes.reference)):
            address = link.get("refuri", "").removeprefix("#")
            if link.get("id_link") and ADDRESS.match(address):
                found = live_set("", "", *link.children, address=address, claim=link.get("reftitle"))
                link.replace_self(found)


def visit(self, node):
    claim = f' data-claim="{escape(node["claim"])}"' if node["claim"] else ""
    address = escape(node["address"])
    label = "" if has_words(node) else f' aria-label="{escape(spoken(node["address"]))}"'
    self.body.append(f'<a class="live-set" href="#{address}"{claim}{label}>')


def has_words(node):
    """Whether a link has a name for those who listen; a formula alone has none."""
    return any(isinstance(part, nodes.Text) and part.parent.tagname != "math" for part in node.findall())


def spoken(address):
    return "Set the figure to " + unquote(address.partition("?")[2]).replace("&", ", ").replace("=", " = ")


def depart(self, node):
    self.body.append("</a>")


def bound(pagename, body, atlases):
    """The page's body, its links checked: claims are taken out, and each address has a place to lead to.

    `atlases` holds (frames, head) by the figure's id. Raises ExtensionError with all that is not so.
    """
    ids = {head["name"]: name for name, (_, head) in atlases.items()}
    figures = {
        head["name"]: (head["controls"], _sentences(frames, head)) for frames, head in atlases.values()
    }
    wrong, places = [], {}
    for link in LINK.finditer(body):
        address, claim = unescape(link["address"]), link["claim"] and unescape(link["claim"])
        try:
            name = checked(address, claim, figures)
            places.setdefault(ids[name], {})[unquote(address)] = True
        except ValueError as error:
            wrong.append(f"{pagename}: #{unquote(address)}: {error}")
    if wrong:
        raise ExtensionError("what the text says of its figures is not so:\n  " + "\n  ".join(wrong))
    body = LINK.sub(r"\g<opening>", body)
    for figure, addresses in places.items():  # so that a link leads there without scripts, too
        anchors = "".join(f'<span id="{escape(address)}"></span>' for address in addresses)
        opening = f'<figure class="live-figure" id="{figure}"'
        body = body.replace(opening, f'<div class="live-places">{anchors}</div>{opening}', 1)
    return body


def _sentences(frames, head):
    """The sentence of a figure, from the number of each control's setting."""

    def sentence(settings):
        position = 0
        for control in head["controls"]:
            position = position * len(control["texts"]) + settings[control["name"]]
        return head["tables"]["words"][frames[position][0]]

    return sentence
