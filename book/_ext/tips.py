"""Sphinx extension: what a link leads to can be read beside it.

Terms, sources, exercises, numbered equations and other chapters: what a page's links lead to is cut
from the finished pages, and put into a script of the page's own, `_static/tips/<page>-<hash>.js`.
tips.js loads it when the reader first comes to such a link, and shows the piece; a script loads from
file:// too. Links are marked with `data-tip`, and are links as before where nothing runs.
"""

import hashlib
import html
import json
import posixpath
import re
import shutil
from functools import cache
from pathlib import Path

from written import when_written

LINK = re.compile(r'<a class="(?P<classes>[^"]*\breference internal\b[^"]*)" href="(?P<href>[^"?]*)"')
ARTICLE = re.compile(r'<article class="bd-article">.*</article>', re.DOTALL)
MARKS = re.compile(r' data-tip(?:s="[^"]*"|="")')  # of an earlier build, on a page that has not changed
SHAPES = (  # what is shown of the element with an id
    r'<dt\b[^>]*\bid="{id}".*?</dd>',
    r'<div class="citation" id="{id}".*?</div>',
    r'<div class="exercise[^"]*" id="{id}".*?</section>\s*</div>',
    r'<div class="math[^"]*" id="{id}".*?</div>',
)
OPENING = re.compile(r"<h1>(?P<title>.*?)</h1>.*?(?P<text><p><strong>.*?</p>\s*<ul.*?</ul>)", re.DOTALL)
HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
NAMES = re.compile(
    r'\s(?:id|role)="[^"]*"|</?a\b[^>]*>'
)  # ids stay unique; a tip has no links, and no list around it


def setup(app):
    app.add_js_file("tips.js", loading_method="defer")
    when_written(app, write_tips, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_tips(app):
    out = Path(app.outdir)
    shutil.rmtree(out / "_static" / "tips", ignore_errors=True)
    (out / "_static" / "tips").mkdir(parents=True)

    @cache
    def article(name):
        found = ARTICLE.search(unmarked(out / name)) if (out / name).exists() else None
        return found[0] if found else ""

    @cache
    def piece(name, target):
        return cut(article(name), target)

    for document in sorted(app.env.found_docs):
        page = app.builder.get_target_uri(document)
        if article(page):
            mark(out, page, piece)


def mark(out, page, piece):
    """Give a page its marks, and the script that they need."""
    tips = {}

    def marked(link):
        href = html.unescape(link["href"])
        address, _, target = href.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(page), address)) if address else page
        if not target and not (page.startswith("chapters/") and name.startswith("chapters/")):
            return link[0]  # who looks at a list of chapters wants to go there
        tips[href] = piece(name, target)
        return f'{link[0]} data-tip=""' if tips[href] else link[0]

    text = ARTICLE.sub(lambda found: LINK.sub(marked, found[0]), unmarked(out / page))
    tips = {href: tip for href, tip in tips.items() if tip}
    if tips:
        script = f"bookTips({json.dumps(tips, ensure_ascii=False)})\n"
        name = f"{Path(page).stem}-{hashlib.sha256(script.encode()).hexdigest()[:12]}.js"
        (out / "_static" / "tips" / name).write_text(script, "utf-8")
        source = posixpath.relpath(f"_static/tips/{name}", posixpath.dirname(page) or ".")
        text = text.replace(
            '<article class="bd-article"', f'<article class="bd-article" data-tips="{source}"', 1
        )
    (out / page).write_text(text, "utf-8")


def unmarked(path):
    return MARKS.sub("", path.read_text("utf-8"))


def cut(article, target):
    """What is shown of a page's element, or of a chapter, where there is no target; "" for all others."""
    if target:
        shapes = (shape.replace("{id}", re.escape(target)) for shape in SHAPES)
        found = next(filter(None, (re.search(shape, article, re.DOTALL) for shape in shapes)), None)
        text = found[0] if found else ""
    else:
        found = OPENING.search(article)
        text = f'<p class="tip-title">{found["title"]}</p>{found["text"]}' if found else ""
    text = "<dl>" + text + "</dl>" if text.startswith("<dt") else text
    return NAMES.sub("", HEADERLINK.sub("", text))
