"""An edition in another language is a folder of catalogues: made, translated and built for one page."""

import shutil

import jupyter_book_build
import pytest
from babel.messages.pofile import read_po, write_po
from notebook_figures import ROOT

PAGE, TITLE = "book/how-to-read", "How to read this book"
IN_KOREAN = "이 책을 읽는 법"


@pytest.fixture
def project(tmp_path):
    """The book as it is, cut down to a page and one more, without which the theme has no contents."""
    shutil.copytree(ROOT / "book", tmp_path / "book")
    for name in ("_config.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: {PAGE}\nchapters: [file: book/cheat-sheet]\n")
    return tmp_path


def build(project, *options):
    shutil.rmtree(project / "_build" / ".doctrees", ignore_errors=True)  # as make translations does
    code, said = jupyter_book_build.build(project, *options)
    assert code == 0, said[-3000:]


def test_a_translated_sentence_is_on_the_page_and_the_others_stay(project):
    build(project, "--builder", "custom", "--custom-builder", "gettext")
    with (project / "_build" / "gettext" / f"{PAGE}.pot").open("rb") as template:
        catalogue = read_po(template, locale="ko")
    catalogue[TITLE].string = IN_KOREAN
    translated = project / "book" / "locale" / "ko" / "LC_MESSAGES" / f"{PAGE}.po"
    translated.parent.mkdir(parents=True)
    with translated.open("wb") as file:
        write_po(file, catalogue)
    config = (project / "_config.yml").read_text("utf-8")
    (project / "_config.yml").write_text(config.replace("language: en", "language: ko"), "utf-8")
    build(project)
    page = (project / "_build" / "html" / f"{PAGE}.html").read_text("utf-8")
    assert '<html lang="ko"' in page
    assert f"<h1>{IN_KOREAN}" in page
    assert TITLE not in page
    assert "An optimizer is a generator" in page
