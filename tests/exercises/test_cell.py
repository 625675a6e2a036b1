"""A cell is run as a notebook runs it."""

import pytest

from optimlib.exercises.cell import run_cell


def said(capsys, *cells):
    names = {}
    for cell in cells:
        run_cell(cell, names)
    return capsys.readouterr().out


def test_prints_come_first_and_the_last_value_after_them(capsys):
    assert said(capsys, "x = 2\nprint('a')\nx + 1") == "a\n3\n"


def test_names_last_from_cell_to_cell(capsys):
    assert said(capsys, "import math\ndef f():\n    return math.sqrt(y)", "y = 4", "f()") == "2.0\n"


def test_a_table_can_be_displayed_before_the_end(capsys):
    assert said(capsys, "display([1])\n2") == "[1]\n2\n"


@pytest.mark.parametrize("cell", ["x = 2", "", "None", "# nothing", "def f(): pass"])
def test_what_has_no_value_prints_nothing(capsys, cell):
    assert said(capsys, cell) == ""


def test_an_error_shows_the_reader_s_own_lines_alone(capsys):
    text = said(capsys, "def f(x):\n    return 1 / x\n\nf(0)")
    assert text.startswith("Traceback") and text.endswith("ZeroDivisionError: division by zero\n")
    assert 'File "your code", line 2, in f' in text and "return 1 / x" in text
    assert "cell.py" not in text


@pytest.mark.parametrize(
    "cell, name", [("def f(:", "SyntaxError"), ("exit()", "SystemExit"), ("y", "NameError")]
)
def test_nothing_but_a_missing_module_is_raised(capsys, cell, name):
    assert name in said(capsys, cell) or name == "SystemExit"


def test_a_missing_module_is_raised_for_it_may_be_on_its_way():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run_cell("import no_such_module", {})
