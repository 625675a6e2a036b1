"""Sphinx extension: publish the live figures of a book made with MyST-NB or Jupyter Book.

    extensions = ["myst_nb", "optimlib.live.sphinx"]

Notebooks are run with OPTIMLIB_PUBLISH=1, so that every figure computes all its positions and
writes HTML. The atlases leave the pages for scripts of their own, which the player loads when
a figure comes near the screen; scripts load from file:// too, where fetching is forbidden. Each
figure also gets a page of its own, `figures/<page>/<figure>.html`, to be embedded elsewhere.
"""

import base64
import hashlib
import os
import re
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from . import atlas, claims, page

# A live figure's own HTML comes before its widget, which needs a kernel.
PRIORITIES = [("html", "text/html", 0), ("html", "application/vnd.jupyter.widget-view+json", 50)]
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
    claims.setup(app)
    app.connect("config-inited", prefer_html)
    app.connect("builder-inited", write_player)
    app.connect("html-page-context", move_atlases)
    app.connect("build-finished", drop_unused)
    app.add_post_transform(FoldCode)
    app.add_css_file("live/live.css")
    app.add_js_file("live/live.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def prefer_html(app, config):
    config.nb_mime_priority_overrides = [*PRIORITIES, *config.nb_mime_priority_overrides]


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
    folder = static_folder(app)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "live.js").write_text(page.script(), "utf-8")
    (folder / "live.css").write_text(page.style(), "utf-8")


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
        html = CARRIER.sub(lambda carrier: filed(app, name, carrier, context["pathto"]), html)
        return with_page(app, name, pagename, html, context)

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


def with_page(app, figure, pagename, html, context):
    """The figure, which knows its own page; that page is written."""
    target = f"figures/{Path(pagename).name}/{figure.removeprefix('live-')}"
    root = "../../"
    head = (
        f'<link rel="stylesheet" href="{root}_static/live/live.css">\n'
        f'<script defer src="{root}_static/live/live.js"></script>'
    )
    title = re.search(r'aria-label="([^"]*)"', html)[1]
    back = f"{root}{app.builder.get_target_uri(pagename)}#{figure}"
    source = f'From <a href="{back}" target="_top">{context["title"]}, {escape(app.config.project)}</a>'
    own = re.sub('data-src="[^"]*_static/', f'data-src="{root}_static/', html)
    path = Path(app.outdir) / f"{target}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.alone(unescape(title), own, head, source), "utf-8")
    address = context["pathto"](f"{target}.html", resource=True)
    return html.replace(f'id="{figure}"', f'id="{figure}" data-page="{address}"', 1)


def drop_unused(app, error):
    """Remove the atlases and figures' pages of earlier builds, to which no page refers any more."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    ours = {path for path in out.rglob("*.html") if path.is_relative_to(out / "figures")}
    texts = [path.read_text("utf-8") for path in set(out.rglob("*.html")) - ours]
    named = {name for text in texts for name in re.findall(r'data-(?:name|page)="([^"]+)"', text)}
    used = {Path(name).stem for name in named}
    for path in [*static_folder(app).glob("live-*.js"), *ours]:
        if path.stem not in used:
            path.unlink()
