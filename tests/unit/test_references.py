"""What the library names as its source is in the book's bibliography; the page of functions has them all."""

import ast
import json
import re
from pathlib import Path

import pytest
from pybtex.database import parse_file

import optimlib

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "optimlib").rglob("*.py"))
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
NEAR = 90  # characters before a year in which its authors stand


def _entries():
    """(first author's surname, year) of every entry."""
    for entry in parse_file(ROOT / "book" / "references.bib").entries.values():
        surname = " ".join(str(name) for name in entry.persons["author"][0].rich_last_names)
        yield surname, entry.fields["year"]


ENTRIES = set(_entries())


def docstrings(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield " ".join((ast.get_docstring(node) or "").split())


def without_entry(text):
    """The sources in a docstring that the bibliography does not have."""
    faults, past = [], 0
    for match in YEAR.finditer(text):
        named = text[max(past, match.start() - NEAR) : match.start()]
        if not any(year == match[0] and re.search(rf"\b{name}\b", named) for name, year in ENTRIES):
            faults.append(named[-40:] + match[0])
        past = match.end()
    surnames = {name for name, _ in ENTRIES}
    firsts = re.findall(r"Source: ([^\W\d_]+)", text)
    return faults + [name for name in firsts if name not in surnames]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_source_of_a_docstring_is_in_the_bibliography(path):
    assert [fault for text in docstrings(path) for fault in without_entry(text)] == []


def test_a_source_that_is_missing_is_found():
    assert without_entry("Source: Polyak (1964).") == []
    assert without_entry("Source: Nocedal & Wright, Algorithm 7.4.") == []
    assert without_entry("(Eckart & Young, 1936; Mirsky, 1960)") == []
    assert without_entry("Source: Polyak (1987).") == ["Source: Polyak (1987"]
    assert without_entry("Source: Nobody & Sons, section 2.") == ["Nobody"]
    assert without_entry("Polyak (1964) and Nobody (1964)") == [") and Nobody (1964"]


def cited():
    """The keys that pages and chapters cite."""
    texts = [path.read_text("utf-8") for path in (ROOT / "book").glob("*.md")]
    for path in [*(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "book").glob("*.ipynb")]:
        texts += ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    keys = ",".join(key for text in texts for key in re.findall(r"\{cite[^}]*\}`([^`]+)`", text))
    return {key.strip() for key in keys.split(",")}


def test_every_entry_is_cited_and_can_be_found():
    bibliography, named = parse_file(ROOT / "book" / "references.bib").entries, cited()
    texts = " ".join(text for path in SOURCES for text in docstrings(path))
    titles = [entry.fields["title"].casefold() for entry in bibliography.values()]
    assert len(set(titles)) == len(titles)
    for key, entry in bibliography.items():
        first = str(entry.persons["author"][0].rich_last_names[0])
        in_docstring = re.search(rf"\b{first}\b.{{0,{NEAR}}}\b{entry.fields['year']}\b", texts)
        assert key in named or in_docstring, f"nobody cites {key}"
        assert {"journal", "booktitle", "publisher", "howpublished", "institution", "url"} & set(
            entry.fields
        ), key
    assert sum(int(entry.fields["year"]) >= 2020 for entry in bibliography.values()) >= 25


def test_docstrings_name_sources_at_all():
    texts = [text for path in SOURCES for text in docstrings(path)]
    assert sum("Source:" in text for text in texts) >= 25


def test_every_public_function_is_on_the_page_of_functions():
    page = (ROOT / "book" / "api.md").read_text("utf-8")
    shown = dict(re.findall(r"automodule:: (\S+)\n   :members:(.*)", page))
    for name in optimlib.__all__:
        thing = getattr(optimlib, name)
        if isinstance(thing, optimlib.Objective):
            assert f"`{name}`" in page
        else:
            home = next(place for place in shown if f"{thing.__module__}.".startswith(f"{place}."))
            members = shown[home].replace(",", " ").split()
            assert not members or name in members


def test_every_module_that_a_chapter_takes_from_is_on_the_page_of_functions():
    page = (ROOT / "book" / "api.md").read_text("utf-8")
    chapters = "".join(path.read_text("utf-8") for path in (ROOT / "chapters").glob("*.ipynb"))
    taken = set(re.findall(r"from optimlib\.(\w+) import", chapters)) - {"exercises"}
    assert {name for name in taken if f"automodule:: optimlib.{name}\n" not in page} == set()
