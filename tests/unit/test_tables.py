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
    left, right = 'style="text-align: left"', 'class="n" style="text-align: right"'
    digits = 'class="n" style="text-align: right; white-space: nowrap"'
    assert table(COLUMNS, ROWS, "a < 'b'")._repr_html_() == (
        '<div class="book-table" style="overflow-x: auto"'
        ' role="region" tabindex="0" aria-label="a &lt; &#x27;b&#x27;"><table>'
        f"<caption {left}>a &lt; &#x27;b&#x27;</caption><thead><tr>"
        f'<th scope="col" {left}>method</th><th scope="col" {right}>steps</th>'
        f'<th scope="col" {right}>loss</th></tr></thead><tbody>'
        f"<tr><td {left}>momentum</td><td {digits}>1,250</td><td {digits}>1.23e-03</td></tr>"
        f"<tr><td {left}>Adam &amp; co</td><td {digits}>90</td><td {digits}></td></tr></tbody></table></div>"
    )


def test_a_table_without_a_caption_is_named_by_its_headings():
    html = table({"<n>": "", "m": ""}, [(1, 2)])._repr_html_()
    assert "<table><thead>" in html and 'aria-label="&lt;n&gt;, m"' in html and ">&lt;n&gt;</th>" in html


@pytest.mark.parametrize(
    "cell", ["-1", "−2.5", "+3", "±4", "~5", "≈6", "<7", "> 8", "(9)", "", "∞", "nan", "NaN", "inf", "–"]
)
def test_what_begins_as_numbers_do_is_set_to_the_right(cell):
    assert 'class="n"' in table({"n": ""}, [(cell,)])._repr_html_()


@pytest.mark.parametrize("cell", ["x1", "-", "∞ or so", "about 3", "n"])
def test_words_are_set_to_the_left(cell):
    assert 'class="n"' not in table({"n": ""}, [(1,), (cell,)])._repr_html_()


def test_an_empty_table_is_its_headings():
    assert repr(table({"a": "", "steps": ""}, [])) == "a  steps"


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
