"""A book that is built again, elsewhere, is the same to the byte: pages, atlases, fonts, pictures and zip."""

import shutil

import jupyter_book_build
import nbformat
import small_book

EXTENSIONS = "address foot mathematics offline tips trim"


def built(folder):
    """The files of a small book with this book's extensions, built in a folder: {name: its bytes}."""
    extensions = "".join(f"    {name}: {small_book.ROOT}/book/_ext\n" for name in EXTENSIONS.split())
    config = small_book.CONFIG.replace(f"    trim: {small_book.ROOT}/book/_ext\n", extensions)
    config += "    html_math_renderer: typeset\n"
    config += "only_build_toc_files: true\n"
    for part in ("chapters", "book"):
        (folder / part).mkdir(parents=True)
    (folder / "_config.yml").write_text(config, "utf-8")
    (folder / "_toc.yml").write_text(small_book.TOC, "utf-8")
    (folder / "index.md").write_text("# A small book\n\nA formula, $x^2$, and {ref}`lines`.\n", "utf-8")
    shutil.copy(small_book.ROOT / "book/gallery.md", folder / "book")
    shutil.copy(small_book.ROOT / "CHANGELOG.md", folder)
    chapter = small_book.chapter()
    chapter.cells[0].source = f"(lines)=\n{chapter.cells[0].source}"
    for number, cell in enumerate(chapter.cells):
        cell.id = f"cell-{number}"
    nbformat.write(chapter, folder / "chapters/lines.ipynb")
    code, said = jupyter_book_build.build(folder, "-W")
    assert code == 0, said[-3000:]
    html = folder / "_build" / "html"
    return {
        path.relative_to(html).as_posix(): path.read_bytes() for path in html.rglob("*") if path.is_file()
    }


def test_a_book_built_twice_is_the_same_bytes(tmp_path):
    first, second = built(tmp_path / "here"), built(tmp_path / "over there")
    kinds = {name.rpartition(".")[2] for name in first}
    assert {"html", "js", "css", "svg", "png", "woff", "woff2", "zip"} <= kinds
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
