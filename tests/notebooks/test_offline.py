"""The book to take home: a zip that opens from a folder, a PDF where there is one, and no other kinds."""

import zipfile
from types import SimpleNamespace

import jupyter_book_build
import offline
import pytest
from notebook_figures import ROOT
from sphinx.errors import ExtensionError

CONFIG = f"""\
title: A Small Book
sphinx:
  local_extensions: {{offline: {ROOT / "book" / "_ext"}}}
"""
RUN = '<p class="chapter-links"><span class="run-here"><a href="lite/">Run</a></span> · <a>Download</a></p>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [file: more/page]\n", "utf-8")
    (folder / "index.md").write_text('# A small book\n\n<p class="take-home"></p>\n', "utf-8")
    (folder / "more").mkdir()
    (folder / "more" / "page.md").write_text("# A page\n\nIts text.\n", "utf-8")
    return folder


def build(folder):
    code, said = jupyter_book_build.build(folder, "-W")
    assert code == 0, said[-3000:]
    return folder / "_build" / "html"


def test_the_book_is_offered_as_a_zip_that_is_whole_and_as_a_pdf_once_there_is_one(folder):
    html = build(folder)
    first = (html / "a-small-book.zip").read_bytes()
    with zipfile.ZipFile(html / "a-small-book.zip") as book:
        names = set(book.namelist())
        inside = book.read("a-small-book/index.html").decode()
    pages = {f"a-small-book/{path.relative_to(html).as_posix()}" for path in html.rglob("*.html")}
    assert len(pages) > 3 and pages <= names
    assert '<p class="take-home"></p>' in inside, "a zip does not offer itself"
    text = (html / "index.html").read_text("utf-8")
    assert '<a href="a-small-book.zip" download>' in text and " MB)" in text
    assert "a-small-book.pdf" not in text

    (folder / "_build" / "a-small-book.pdf").write_bytes(b"%PDF-1.4" + bytes(1_234_567))
    build(folder)
    assert '<a href="a-small-book.pdf" download>' in (html / "index.html").read_text("utf-8")
    assert "(1.2 MB)" in (html / "index.html").read_text("utf-8")
    assert (html / "a-small-book.pdf").stat().st_size == 1_234_575
    assert (html / "a-small-book.zip").read_bytes() == first, "neither the PDF nor the day are in the zip"


def test_the_zip_has_nothing_that_needs_a_server(tmp_path):
    html = tmp_path / "html"
    (html / "lite").mkdir(parents=True)
    (html / "lite" / "index.html").write_text("Python", "utf-8")
    python = '<script type="application/json" id="python-here">{"base": "lite/"}</script>'
    (html / "page.html").write_text(f"<h1>A page</h1>{RUN}{python}", "utf-8")
    offline.write_zip(html, html / "book.zip")
    with zipfile.ZipFile(html / "book.zip") as book:
        assert book.namelist() == ["book/page.html"]
        kept = '<h1>A page</h1><p class="chapter-links"><a>Download</a></p>'
        assert book.read("book/page.html").decode() == kept


def test_what_the_book_is_not_made_as_is_refused_with_a_sentence_before_anything_runs(folder):
    code, said = jupyter_book_build.build(folder, "--builder", "dirhtml")
    assert code != 0
    assert "This book is not made by the builder dirhtml" in said
    assert "`make pdf` prints the whole book as a PDF" in said
    assert not list((folder / "_build").glob("dirhtml/*.html"))


@pytest.mark.parametrize("name", ["singlehtml", "latex", "epub", "text", "man", "texinfo"])
def test_no_other_kind_is_made(name):
    with pytest.raises(ExtensionError, match=f"not made by the builder {name}: .* `make book` builds"):
        offline.refuse(SimpleNamespace(builder=SimpleNamespace(name=name)))


@pytest.mark.parametrize("name", ["html", "linkcheck", "gettext"])
def test_what_make_asks_for_is_made(name):
    offline.refuse(SimpleNamespace(builder=SimpleNamespace(name=name)))
