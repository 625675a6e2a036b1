"""What the published pages weigh, and what they ask of the server and of the reader's browser."""

import json
import os
import re

import pytest
from live_pages import address_of, page_of, pages_of
from notebook_figures import NOTEBOOKS


def test_a_server_may_forbid_scripts_inside_pages_of(book):
    for page in pages_of(book):
        text = page.read_text("utf-8")
        for attributes, code in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
            carrier = 'class="live-atlas"' in attributes and "text/plain" in attributes
            carrier |= 'type="application/json"' in attributes  # data, which no browser runs
            assert carrier or not code.strip(), f"{page.name}: {code[:80]}"
            assert carrier or "src=" in attributes


def test_every_formula_is_typeset_and_has_its_characters(book):
    styles = (book / "_static" / "mathematics.css").read_text("utf-8")
    shown = set(re.findall(r"\.mjx-c([0-9A-F]+)(?:\.[A-Z-]+\d*)?::?before", styles))
    used = set()
    for page in pages_of(book):
        text = page.read_text("utf-8")
        formulas = re.findall(r'class="math notranslate nohighlight"[^>]*>(.{0,40})', text, re.DOTALL)
        assert all("mjx-container" in formula for formula in formulas), page.name
        assert "data-mjx-error" not in text
        used |= set(re.findall(r'class="mjx-c([0-9A-F]+)', text))
    assert len(used) > 100
    assert used <= shown


def test_the_page_for_lost_readers_finds_its_styles_from_any_address(book):
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', (book / "404.html").read_text("utf-8"))
    assert len(addresses) > 20
    assert all(address.startswith(("/", "http://", "https://")) for address in addresses)


@pytest.mark.parametrize(
    "chapter", [path for path in NOTEBOOKS if path.parent.name == "chapters"], ids=lambda path: path.stem
)
def test_a_chapter_leads_to_its_notebook_here_and_at_home(chapter, book):
    if not (book / "lite").exists() and not os.environ.get("CI"):
        pytest.skip("make book builds the edition for the browser")
    page = (book / page_of(chapter)).read_text("utf-8")
    links = re.search(r'<p class="chapter-links">.*?</p>', page)[0]
    run, notebook, in_class = re.findall(r'href="([^"]+)"', links)
    assert in_class == "?class"
    run, _, name = run.partition("?path=")
    assert (book / "chapters" / run).is_file()
    here = json.loads((book / "lite" / "files" / name).read_text("utf-8"))
    assert len(here["metadata"].pop("published")) > 10  # by which a reader's older copy is known
    assert here == json.loads(chapter.read_text("utf-8"))
    assert (book / "chapters" / notebook).read_bytes() == chapter.read_bytes()
    assert "MB" in links


def test_opened_from_a_folder_a_chapter_opens_with_what_can_be_done(book, open_page):
    page = open_page(address_of(book, NOTEBOOKS[0]))
    assert page.locator(".chapter-links").inner_text().startswith("Download the notebook")
    assert page.locator(".chapter-links .run-here").count() == 0
