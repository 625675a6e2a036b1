"""Sphinx extension: publish live figures.

Notebooks are run with OPTIMLIB_PUBLISH=1, so that every figure computes all its positions and
writes HTML. The atlases leave the pages for scripts of their own, which the player loads when
a figure comes near the screen; scripts load from file:// too, where fetching is forbidden.
"""

import hashlib
import os
import re
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util import logging
from written import pages, when_written

import optimlib.live

SOURCES = Path(optimlib.live.__file__).parent
FIGURE = r'<figure class="live-figure" id="(?P<name>[^"]+)" data-positions="(?P<positions>\d+)"'
CARRIER = r'<script type="text/plain" class="live-atlas"(?P<rest>>(?P<atlas>[^<]*)<)'
ATLAS = re.compile(f"{FIGURE}(?:(?!</figure>).)*?{CARRIER}", re.DOTALL)
log = logging.getLogger(__name__)


def setup(app):
    os.environ["OPTIMLIB_PUBLISH"] = "1"
    app.connect("builder-inited", write_player)
    app.connect("html-page-context", move_atlases)
    when_written(app, drop_unused_atlases)
    app.add_css_file("live/live.css")
    app.add_js_file("live/live.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def static_folder(app):
    return Path(app.outdir) / "_static" / "live"


def write_player(app):
    """The player and the page's part of it, in one classic script of its own scope."""
    parts = ((SOURCES / name).read_text("utf-8") for name in ("player.js", "page.js"))
    folder = static_folder(app)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "live.js").write_text("(() => {\n" + "\n".join(parts) + "})();\n", "utf-8")
    shutil.copy(SOURCES / "live.css", folder)


def move_atlases(app, pagename, templatename, context, doctree):
    """Write each atlas in a page's body to a script of its own, and leave its address."""
    names = set()

    def moved(match):
        figure, atlas = match["name"], match["atlas"]
        if figure in names:
            raise ExtensionError(f"{pagename} has two live figures named {figure}: rename an update function")
        names.add(figure)
        name = f"{figure}-{hashlib.sha256(atlas.encode()).hexdigest()[:12]}"
        script = f'liveAtlas("{name}","{atlas}")'
        (static_folder(app) / f"{name}.js").write_text(script, "utf-8")
        log.info("%s: %s, %s positions, %d kB", pagename, figure, match["positions"], len(script) // 1000)
        source = context["pathto"](f"_static/live/{name}.js", resource=True)
        address = f' data-name="{name}" data-src="{source}"><'
        return match[0].removesuffix(match["rest"]) + address

    if "body" in context:
        context["body"] = ATLAS.sub(moved, context["body"])


def drop_unused_atlases(app):
    """Remove the atlases of earlier builds, which no page refers to any more."""
    texts = (page.read_text("utf-8") for page in pages(app))
    used = {name for text in texts for name in re.findall(r'data-name="([^"]+)"', text)}
    for path in static_folder(app).glob("live-*.js"):
        if path.stem not in used:
            path.unlink()
