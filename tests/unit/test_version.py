"""One version and one date, and licences that are whole."""

import re
import tomllib
from datetime import date
from urllib.parse import parse_qs, urlsplit

import foot
import pytest
import yaml
from notebook_figures import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
VERSION, DAY = foot.newest((ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_the_package_and_the_citation_have_the_version_of_the_list_of_changes():
    assert PROJECT["version"] == CITATION["version"] == VERSION
    assert CITATION["date-released"] == DAY


def test_the_first_heading_counts_and_a_list_without_one_is_refused():
    assert foot.newest("# Changes\n\n## 1.2.0 — 2027-01-31\n\n## 1.1.0 — 2026-12-01\n") == (
        "1.2.0",
        date(2027, 1, 31),
    )
    with pytest.raises(ValueError, match="no heading such as"):
        foot.newest("## Version 1\n")


def test_a_report_names_page_and_version():
    words = foot.reported("", "Momentum & more", "chapters/04-momentum", "0.2.0")
    assert "Momentum &amp; more" in words and "chapters/04-momentum" in words and "0.2.0" in words
    assert "<a" not in words
    for issues in ("https://example.org/you/book/issues/new", "https://example.org/issues?kind=bug"):
        link = foot.reported(issues, "Momentum & more", "chapters/04-momentum", "0.2.0")
        address = re.search('href="([^"]*)"', link)[1].replace("&amp;", "&")
        assert address.startswith(issues)
        fields = parse_qs(urlsplit(address).query)
        assert fields["title"] == ["Momentum & more: "]
        assert "chapters/04-momentum" in fields["body"][0] and "Version: 0.2.0" in fields["body"][0]


def test_the_licences_are_whole():
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file()
    text = (ROOT / "LICENSE-TEXT").read_text("utf-8")
    assert text.startswith("Attribution 4.0 International\n")
    assert re.findall(r"^Section (\d) -- ", text, re.MULTILINE) == list("12345678")
    assert text.rstrip().endswith("Creative Commons may be contacted at creativecommons.org.")
    code = (ROOT / "LICENSE").read_text("utf-8")
    assert code.startswith("MIT License\n") and "IN CONNECTION WITH THE SOFTWARE" in code
