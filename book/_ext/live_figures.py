"""Sphinx extension: publish live figures.

Notebooks are run with OPTIMLIB_PUBLISH=1, so that every figure computes all its positions and
writes HTML. The atlases leave the pages for scripts of their own, which the player loads when
a figure comes near the screen; scripts load from file:// too, where fetching is forbidden.
"""

import base64
import hashlib
import os
import re
import shutil
from pathlib import Path

import claims
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from written import pages, when_written

import optimlib.live.page
from optimlib.live import atlas

SOURCES = Path(optimlib.live.__file__).parent
SCRIPTS = (*optimlib.live.page.SHARED, "page")
FIGURE = re.compile(
    r'<figure class="live-figure" id="(?P<id>[^"]+)" data-positions="(?P<positions>\d+)".*?</figure>',
    re.DOTALL,
)
CARRIER = re.compile(
    r'<script type="text/plain" class="live-atlas" data-shape="(?P<shape>\w+)">(?P<atlas>[^<]*)</script>'
)
log = logging.getLogger(__name__)


def setup(app):
    os.environ["OPTIMLIB_PUBLISH"] = "1"
    app.setup_extension("claims")
    app.connect("builder-inited", write_player)
    app.connect("html-page-context", move_atlases)
    app.add_post_transform(FoldCode)
    when_written(app, drop_unused_atlases)
    app.add_css_file("live/live.css")
    app.add_js_file("live/live.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class FoldCode(SphinxPostTransform):
    """The code of a live figure is folded below it, where the figure's own menu opens it."""

    default_priority = 200  # just after MyST-NB has folded it above
    formats = ("html",)

    def run(self, **kwargs):
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code" or not isinstance(cell.children[0], HideCodeCellNode):
                continue
            code, *rest = cell.children
            if any('class="live-figure"' in raw.astext() for part in rest for raw in part.findall(nodes.raw)):
                code["classes"].append("live-code")
                cell.children = [*rest, code]


def static_folder(app):
    return Path(app.outdir) / "_static" / "live"


def write_player(app):
    """The player and the page's part of it, in one classic script of its own scope."""
    parts = ((SOURCES / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    folder = static_folder(app)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "live.js").write_text("(() => {\n" + "\n".join(parts) + "})();\n", "utf-8")
    shutil.copy(SOURCES / "live.css", folder)


def move_atlases(app, pagename, templatename, context, doctree):
    """Write each atlas in a page's body to a script of its own; check what the text says of the figures."""
    if "body" not in context:
        return
    figures, atlases = {}, {}

    def moved(match):
        """A figure whose carriers name their scripts. One that stands there again gets an id of its own."""
        name, html = match["id"], match[0]
        found = {carrier["shape"]: carrier["atlas"] for carrier in CARRIER.finditer(html)}
        if atlases.setdefault(name, found) != found:
            raise ExtensionError(f"{pagename} has two live figures named {name}: rename an update function")
        if name in figures:
            figures[name] += 1
            html = html.replace(name, f"{name}-{figures[name]}")
        else:
            figures[name] = 1
            kilobytes = sum(map(len, found.values())) // 1000
            log.info("%s: %s, %s positions, %d kB", pagename, name, match["positions"], kilobytes)
        return CARRIER.sub(lambda carrier: filed(app, name, carrier, context["pathto"]), html)

    body = FIGURE.sub(moved, context["body"])
    heads = {name: unpacked(found["wide"]) for name, found in atlases.items() if found}
    context["body"] = claims.bound(pagename, body, heads)


def unpacked(packed):
    """The frames and the head of an atlas in a page."""
    return atlas.unpack(base64.b64decode(packed))


def filed(app, figure, carrier, pathto):
    """The carrier of an atlas that now stands in a script of its own."""
    packed = carrier["atlas"]
    name = f"{figure}-{hashlib.sha256(packed.encode()).hexdigest()[:12]}"
    (static_folder(app) / f"{name}.js").write_text(f'liveAtlas("{name}","{packed}")', "utf-8")
    source = pathto(f"_static/live/{name}.js", resource=True)
    shape = carrier["shape"]
    return (
        f'<script type="text/plain" class="live-atlas" data-shape="{shape}" data-name="{name}" '
        f'data-src="{source}"></script>'
    )


def drop_unused_atlases(app):
    """Remove the atlases of earlier builds, which no page refers to any more."""
    texts = (page.read_text("utf-8") for page in pages(app))
    used = {name for text in texts for name in re.findall(r'data-name="([^"]+)"', text)}
    for path in static_folder(app).glob("live-*.js"):
        if path.stem not in used:
            path.unlink()
