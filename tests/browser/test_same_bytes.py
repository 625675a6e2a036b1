"""A book that is built again, elsewhere, is the same to the byte: pages, atlases, fonts, pictures and zip."""

from small_book import build


def files(html):
    """{name: its bytes}."""
    return {
        path.relative_to(html).as_posix(): path.read_bytes() for path in html.rglob("*") if path.is_file()
    }


def test_a_book_built_twice_is_the_same_bytes(small_book, tmp_path):
    first, second = files(small_book), files(build(tmp_path / "over there"))
    kinds = {name.rpartition(".")[2] for name in first}
    assert {"html", "js", "css", "svg", "png", "woff", "woff2", "zip"} <= kinds
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
