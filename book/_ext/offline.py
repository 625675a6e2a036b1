"""Sphinx extension: the book to take home, as a folder in a zip and as a PDF.

When all pages are written, they go into `<title>.zip`, which opens from a folder; the edition that runs
Python is left out, for it needs a server. A PDF that `make pdf` has left beside the book is taken in. Where a
page has `<p class="take-home"></p>`, it offers both, with their sizes.
"""

import os
import re
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

from sphinx.errors import ExtensionError
from written import pages, when_written

MADE = {"html", "linkcheck", "gettext"}
REFUSAL = (
    "This book is not made by the builder {}: its formulas, figures and links are those of its pages. "
    "`make book` builds the pages and a zip of them, `make pdf` prints the whole book as a PDF."
)
HERE = re.compile(r'(<p class="take-home">).*?(</p>)', re.DOTALL)
NEEDS_PYTHON = re.compile(
    r'<span class="run-here">.*?</span>(?: · )?|<script[^>]*id="python-here">.*?</script>', re.DOTALL
)
NOT_IN_ZIP = {".buildinfo", ".doctrees", ".nojekyll", "lite"}
ALWAYS = (1980, 1, 1, 0, 0, 0)  # two builds are alike; a zip knows no earlier day


def setup(app):
    app.connect("builder-inited", refuse)
    when_written(app, take_home, priority=890)  # after whatever changes pages, before `lite` comes in
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def refuse(app):
    """Say at once what would fail later, or come out without figures and formulas."""
    if app.builder.name not in MADE:
        raise ExtensionError(REFUSAL.format(app.builder.name))


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def take_home(app):
    out, name = Path(app.outdir), slug(app.config.html_title)
    (out / f"{name}.zip").unlink(missing_ok=True)
    (out / f"{name}.pdf").unlink(missing_ok=True)
    write_zip(out, out / f"{name}.zip")
    offer(out, name)


def offer(out, name):
    """Take in the PDF that lies beside the book, if there is one, and say on its pages what there is."""
    book, paper = out / f"{name}.zip", out / f"{name}.pdf"
    printed = out.parent / paper.name
    if printed.exists():
        shutil.copy(printed, paper)
    offers = [("the book as a zip, to open from a folder", book), ("the book on paper, as a PDF", paper)]
    for page in pages(SimpleNamespace(outdir=out)):
        text = page.read_text("utf-8")
        if HERE.search(text):
            links = [link(words, file, page) for words, file in offers if file.exists()]
            said = f"To take home: {' · '.join(links)}."
            page.write_text(HERE.sub(lambda here, said=said: here[1] + said + here[2], text), "utf-8")


def link(words, file, page):
    address = os.path.relpath(file, page.parent).replace(os.sep, "/")
    size = file.stat().st_size / 1e6
    return f'<a href="{address}" download>{words}</a> ({size:.{1 if size < 10 else 0}f} MB)'


def write_zip(folder, target):
    """All files of a built book in a folder of the zip's name; the same bytes for the same book."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_dir() or path == target or NOT_IN_ZIP & set(inside.parts):
                continue
            content = path.read_bytes()
            if path.suffix == ".html":
                text = NEEDS_PYTHON.sub("", content.decode("utf-8"))
                content = HERE.sub(r"\1\2", text).encode("utf-8")
            entry = zipfile.ZipInfo(f"{target.stem}/{inside.as_posix()}", ALWAYS)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(entry, content)
