"""The book is built from what stands here: its other tests read what this one makes."""


def test_the_book_is_built_without_a_warning(book):
    assert (book / "index.html").exists()
