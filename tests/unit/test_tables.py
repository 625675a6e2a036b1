"""Tables: text that lines up, HTML that can be read aloud, and clear errors."""

import re

import numpy as np
import pytest

from optimlib.tables import table

COLUMNS = {"method": "", "steps": ",d", "loss": ".2e"}
ROWS = [("momentum", 1250, 0.00123), ("Adam & co", 90, None)]


def test_numbers_stand_right_and_text_left():
    lines = repr(table(COLUMNS, ROWS, "After tuning")).splitlines()
    assert lines == [
        "After tuning",
        "method     steps      loss",
        "momentum   1,250  1.23e-03",
        "Adam & co     90",
    ]


def test_html_has_heads_a_caption_and_no_bare_markup():
    html = table(COLUMNS, ROWS, "a < b")._repr_html_()
    assert re.findall(r"<th[^>]*>([^<]*)</th>", html) == list(COLUMNS)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == [
        "momentum", "1,250", "1.23e-03", "Adam &amp; co", "90", ""
    ]  # fmt: skip
    assert re.search("<caption[^>]*>a &lt; b</caption>", html)
    assert html.count('class="n"') == 2 + 4
    assert 'role="region" tabindex="0" aria-label="a &lt; b"' in html


def test_a_column_without_a_heading_has_an_empty_cell_above_it():
    assert "<thead><tr><td></td><th" in table({"": "", "n": ""}, [("a", 1)])._repr_html_()


def test_rows_may_be_an_array_and_numbers_those_of_numpy():
    assert repr(table({"x": ".1f", "n": ""}, np.array([[1.25, 2.0]]))).splitlines()[1] == "1.2  2.0"


@pytest.mark.parametrize(
    "columns, rows, error, complaint",
    [
        (["a"], [(1,)], TypeError, "columns must be a dict"),
        ({}, [], TypeError, "columns must be a dict"),
        ({"a": ""}, [(1,), (1, 2)], ValueError, "row 1 has 2 cells, and there are 1 columns"),
        ({"a": "d"}, [(1.5,)], ValueError, "'a' in row 0: 1.5 does not take the format 'd'"),
    ],
)
def test_what_cannot_be_a_table_is_said(columns, rows, error, complaint):
    with pytest.raises(error, match=re.escape(complaint)):
        table(columns, rows)
