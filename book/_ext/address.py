"""Sphinx extension: where the book will stand, and the picture that others show when they link to it.

BOOK_URL is the address of the published book, as in https://you.github.io/learning-to-descend/. The
pages themselves need none; the site map, link previews and the page for lost readers do.
"""

import os
from pathlib import Path
from urllib.parse import urlparse

import matplotlib
import matplotlib.pyplot as plt
from written import when_written

from optimlib import beale, momentum, run
from optimlib.figures import BLUE, contours

HERE = "http://localhost:8000/"  # where `python -m http.server` shows the built folder
LOST = {
    "title": "Page not found",
    "pagetitle": "Page not found",
    "body": "<h1>This page is not in the book</h1>"
    "<p>It may have been renamed. The contents are beside this page, and the search finds every term.</p>",
}


def setup(app):
    app.setup_extension("sphinxext.opengraph")
    app.setup_extension("sphinx_sitemap")
    app.setup_extension("notfound.extension")
    app.connect("config-inited", settle, priority=100)
    when_written(app, draw_preview)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def settle(app, config):
    address = os.environ.get("BOOK_URL", HERE).rstrip("/") + "/"
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = urlparse(address).path
    config.notfound_context = LOST
    config.ogp_image = "_static/preview.png"
    config.ogp_image_alt = "A path of gradient descent with momentum over the contours of a valley"
    config.ogp_description_length = 160
    config.sitemap_url_scheme = "{link}"
    config.sitemap_excludes = ["404.html", "search.html", "genindex.html", "py-modindex.html", "index.html"]


def draw_preview(app):
    """1200 × 630 pixels, the size that link previews take."""
    with matplotlib.rc_context():
        plt.style.use("optimlib.book")
        fig, ax = plt.subplots(figsize=(12, 6.3), dpi=100, layout=None, facecolor="white")
        ax.set_position((0, 0, 1, 1))
        ax.set_axis_off()
        contours(ax, beale, domain=((-3.2, 4.2), (-2.2, 1.7)))
        path = run(momentum(beale.grad, beale.start, lr=2e-3, rho=0.9), 400)
        ax.plot(*path.T, "o-", color=BLUE, markersize=5, linewidth=2.5)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 14}
        ax.text(0.04, 0.12, app.config.project, transform=ax.transAxes, size=46, weight="bold", bbox=box)
        fig.savefig(Path(app.outdir) / "_static" / "preview.png")
        plt.close(fig)
