"""Sphinx extension: a page of all live figures, as small pictures that lead to their places.

A page asks for it with `<div class="gallery"></div>`. When all pages are written, the first frame of
each figure becomes a picture of its own, `_static/gallery/<page>-<figure>.svg`, and the page gets them
in the order of the book. They bring white paper, so that they are right in the dark, too.
"""

import re
import shutil
from html import escape
from pathlib import Path

from written import when_written

from optimlib.live.page import on_paper

FIGURE = re.compile(r'<figure class="live-figure" id="(?P<id>[^"]+)".*?</figure>', re.DOTALL)
PLACE = re.compile(r'<div class="gallery">.*?</div>', re.DOTALL)
LAYERS = re.compile(r'<svg class="live-(?:still|overlay)".*?</svg>', re.DOTALL)
SIZE = re.compile(r"--wide:([\d.]+)/([\d.]+)")
LABEL = re.compile(r'aria-label="([^"]*)"')


def setup(app):
    app.connect("html-page-context", add_files)
    when_written(app, fill, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_files(app, pagename, templatename, context, doctree):
    if PLACE.search(context.get("body", "")):
        app.add_css_file("gallery.css")
        app.add_js_file("gallery.js", loading_method="defer")


def fill(app):
    """Write the pictures, and put them into the pages that ask for them."""
    out = Path(app.outdir)
    pictures = out / "_static" / "gallery"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    paths = {name: out / app.builder.get_target_uri(name) for name in in_order(app.env)}
    texts = {name: path.read_text("utf-8") for name, path in paths.items() if path.exists()}
    figures = {name: list(FIGURE.finditer(text)) for name, text in texts.items()}
    for name, found in figures.items():
        for figure in found:
            (pictures / file_of(name, figure)).write_text(picture(figure[0]), "utf-8")
    figures[app.config.root_doc] = []  # the landing page borrows its figure from a chapter
    for name, text in texts.items():
        if PLACE.search(text):
            filled = gallery(app, name, figures)
            paths[name].write_text(PLACE.sub(lambda place, filled=filled: filled, text), "utf-8")


def in_order(env, name=None):
    """The names of all pages, in the order of the table of contents."""
    name = name or env.config.root_doc
    yield name
    for child in env.toctree_includes.get(name, ()):
        yield from in_order(env, child)


def file_of(name, figure):
    return f"{Path(name).name}-{figure['id'].removeprefix('live-')}.svg"


def picture(figure):
    """The first frame of a figure in a page, as an image that needs no page around it."""
    return on_paper("".join(LAYERS.findall(figure)), *map(float, SIZE.search(figure).groups()))


def gallery(app, page, figures):
    """The pictures of all pages that have any, as the page shows them."""
    parts = []
    for name, found in figures.items():
        if found:
            address = app.builder.get_relative_uri(page, name)
            parts.append(f'<h2><a href="{address}">{escape(title_of(app.env, name))}</a></h2>\n<ul>')
            parts += [item(app, page, name, figure, address) for figure in found]
            parts.append("</ul>")
    return "\n".join(['<div class="gallery">', *parts, "</div>"])


def title_of(env, name):
    number = env.toc_secnumbers.get(name, {}).get("")
    return "".join(f"{part}. " for part in number or ()) + env.titles[name].astext()


def item(app, page, name, figure, address):
    """One picture with its title, both a link to the figure's place."""
    across, down = (round(float(side)) for side in SIZE.search(figure[0]).groups())
    root = "../" * page.count("/")
    source = f"{root}_static/gallery/{file_of(name, figure)}"
    image = f'<img loading="lazy" width="{across}" height="{down}" alt="" src="{source}">'
    title = LABEL.search(figure[0])[1]
    return f'<li><a href="{address}#{figure["id"]}">{image}<span>{title}</span></a></li>'
