"""A figure that fails to compute fails the build of the book, and says where."""

from pathlib import Path

import jupyter_book_build
import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent
CONFIG = f"""\
title: One page
execute: {{execute_notebooks: force}}
sphinx:
  extra_extensions: [optimlib.live.sphinx]
  local_extensions: {{questions: {ROOT / "book" / "_ext"}}}
  config:
    nb_execution_raise_on_error: true
"""
FIGURE = """\
import matplotlib.pyplot as plt
from optimlib.live import live, slider

fig, ax = plt.subplots()
(line,) = ax.plot([], [], animated=True)


@live(fig, k={control})
def a_line(k=0):
    \"\"\"A line.\"\"\"
    line.set_data([0, 1], [0, 1 / (k - {hole})])
    return f"It ends at {{1 / (k - {hole}):.2g}}, k = {{k}}."
"""


@pytest.fixture
def build(tmp_path):
    """build(control, hole, text): Jupyter Book's exit code and output for a page with one figure."""

    def build(control="slider(0, 5)", hole=-1, text=""):
        cells = [nbformat.v4.new_markdown_cell(f"# A page\n\n{text}")]
        cells.append(nbformat.v4.new_code_cell(FIGURE.format(control=control, hole=hole)))
        nbformat.write(jupyter_book_build.notebook(cells), tmp_path / "page.ipynb")
        (tmp_path / "_config.yml").write_text(CONFIG, "utf-8")
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n", "utf-8")
        return jupyter_book_build.build(tmp_path)

    return build


def test_an_update_that_raises_at_one_position_fails_the_build(build):
    code, said = build("slider(0, 5)", hole=3)
    assert code != 0
    assert "ZeroDivisionError" in said
    assert "raised by the live figure a_line at k = 3" in said


def test_too_many_positions_fail_the_build(build):
    code, said = build("slider(0, 20_000)", hole=-1)
    assert code != 0
    assert "20,001 positions, and at most 10,000 are allowed" in said
    assert "coarsen k" in said


# What the text says of a figure -----------------------------------------------------------------


def test_a_figure_that_computes_is_built_and_a_link_leads_to_it_without_scripts(build, tmp_path):
    code, said = build(text='[k = 3](#a_line?k=3 "ends at 0.25"), and [all](#a_line?k=0..5 "k = 5").')
    assert code == 0, said
    assert "page: live-a-line, 6 positions" in said
    assert list((tmp_path / "_build/html/_static/live").glob("live-a-line-*.js"))
    page = (tmp_path / "_build/html/page.html").read_text("utf-8")
    assert '<a class="live-set" href="#a_line?k=3">k = 3</a>' in page
    assert page.index('<span id="a_line?k=3"></span>') < page.index('<figure class="live-figure"')
    assert "ends at 0.25" not in page.partition("live-words")[0], "claims are not shown"


NOT_SO = {
    '[so](#a_line?k=3 "ends at 0.3")': "there the figure says 'It ends at 0.25, k = 3.'",
    "[so](#a_line?k=2.4)": "k has no setting 2.4: the nearest is 2",
    "[so](#a_line?rho=2)": "no control is named rho: there are k",
    "[so](#a_curve?k=2)": "no figure of this page is named a_curve: there are a_line",
    "[so](#a_line?k=1..9)": "k has no setting 9: the nearest is 5",
    "[so](#a_line?k)": "address must be #figure?control=setting",
}


def test_what_is_not_so_fails_the_build(build):
    code, said = build(text="\n".join(NOT_SO))
    assert code != 0
    for complaint in NOT_SO.values():
        assert complaint in said


QUESTION = """\
(q-number-{number})=
**{number}. What is so?**

:::{{dropdown}} a) this
{a}
:::
:::{{dropdown}} b) that
{b}
:::
"""
CANNOT_BE_ASKED = [
    ("No: not this.", "No: not that.", "0 of its answers are right"),
    ("Yes: this.", "Yes: that.", "2 of its answers are right"),
    ("Yes: this.", "Perhaps.", 'answer b) does not begin with "Yes" or "No" and a reason'),
    ("Yes", "No: not that.", 'answer a) does not begin with "Yes" or "No" and a reason'),
    ("Yes: this.", "No: not that.", None),
]


def test_a_question_that_cannot_be_asked_fails_the_build(build):
    asked = [QUESTION.format(number=n, a=a, b=b) for n, (a, b, _) in enumerate(CANNOT_BE_ASKED)]
    code, said = build(text="\n".join(asked))
    assert code != 0
    for number, (_, _, complaint) in enumerate(CANNOT_BE_ASKED):
        assert (f"q-number-{number}: {complaint}" in said) == (complaint is not None)
