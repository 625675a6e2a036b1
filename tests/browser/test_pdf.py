"""The book to take home: one PDF, and a zip, of a small book of two chapters and a page beside them."""

import re
import shutil
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import jupyter_book_build
import nbformat
import pypdf
import pytest
from notebook_figures import ROOT

sys.path.insert(0, str(ROOT / "book"))
import pdf

EXTENSIONS = ROOT / "book" / "_ext"
CONFIG = f"""\
title: A Book on Paper
author: somebody
parse: {{myst_enable_extensions: [amsmath, colon_fence, dollarmath]}}
only_build_toc_files: true
execute: {{execute_notebooks: force}}
sphinx:
  extra_extensions: [sphinx_exercise, optimlib.live.sphinx]
  local_extensions:
    exercises: {EXTENSIONS}
    mathematics: {EXTENSIONS}
    offline: {EXTENSIONS}
    questions: {EXTENSIONS}
    trim: {EXTENSIONS}
  config:
    html_math_renderer: typeset
    html_static_path: [{ROOT / "book" / "_static"}]
    html_css_files: [book.css]
    nb_code_prompt_show: Show the code
    togglebutton_open_on_print: false
"""
TOC = """\
format: jb-book
root: index
parts:
  - caption: Chapters
    numbered: 1
    chapters: [{file: first}, {file: second}]
  - caption: Beside the chapters
    chapters: [{file: gallery}, {file: beside}]
"""
FIGURE = """\
import matplotlib.pyplot as plt
from optimlib.live import ask, live, slider

fig, ax = plt.subplots()
ax.set(xlim=(0, 1), ylim=(0, 9))
(line,) = ax.plot([], [], animated=True)


@live(fig, ask=ask("Where to?", {"Down": "No: k > 0.", "Up": "Yes: by k."}, then={"k": 7}), k=slider(0, 9))
def a_line(k=2):
    \"\"\"A line that rises to k.\"\"\"
    line.set_data([0, 1], [0, k])
    return f"It ends at {k}."
"""
TEXT = (
    """\
(place)=
## A first section

See [the second chapter's part](second.md#far-away), {ref}`the place beside <beside-this>`,
[the figure](#a_line?k=3 "ends at 3"), [the start](index.md) and [a site](https://example.org/).

$$
"""
    + " + ".join(f"x_{{{n}}}^{{{n}}}" for n in range(30))
    + """
$$

| what | """
    + " | ".join(f"column{n}" for n in range(14))
    + """ |
| --- | """
    + "--- | " * 14
    + """
| row | """
    + "0.123456 | " * 14
    + """
"""
)
EXERCISE = """\
## Exercises

```{exercise} Count to $n^2$
:label: ex-count

*★ · 5 minutes.* Count.
```

:::{dropdown} Hint 1
Begin with one.
:::
"""
SOLUTION = """\
```{solution} ex-count
:class: dropdown

One, two.
```

## Quick questions

(q-colour)=
**1. Which colour?**

:::{dropdown} a) red
No: too warm.
:::
:::{dropdown} b) blue
Yes: as agreed.
:::
"""
LONG = 'print("' + "a long line " * 20 + '".count("line"))'


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The folder of a book, built."""
    folder = tmp_path_factory.mktemp("paper")
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    first = [
        markdown(f"# First things\n\n{TEXT}"),
        code(FIGURE, metadata={"tags": ["hide-input"]}),
        code(LONG),
        markdown(EXERCISE),
        code("check = max"),
        code("print(2 * 21)", metadata={"tags": ["hide-cell", "solution"]}),
        markdown(SOLUTION),
    ]
    nbformat.write(jupyter_book_build.notebook(first), folder / "first.ipynb")
    filling = "Some words of no weight. " * 60
    far = "# Second things\n\n(place-two)=\n## Near\n\n" + f"{filling}\n\n" * 12 + "## Far away\n\nHere.\n"
    (folder / "second.md").write_text(far, "utf-8")
    (folder / "gallery.md").write_text('# Gallery\n\n<div class="gallery"></div>\n', "utf-8")
    (folder / "beside.md").write_text("# Beside\n\n(beside-this)=\n## A first section\n\nText.\n", "utf-8")
    (folder / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.3 — 2026-01-02\n", "utf-8")
    (folder / "index.md").write_text('# The cover\n\n<p class="take-home"></p>\n', "utf-8")
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text(TOC, "utf-8")
    code, said = jupyter_book_build.build(folder)
    assert code == 0, said[-3000:]
    return folder


def printed(built, source):
    """As `make pdf` does it, in a thread of its own: this one may have a browser open already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(pdf.main, built, source).result()


@pytest.fixture(scope="module")
def paper(small, chromium_path):
    target = printed(small / "_build" / "html", small)
    assert target.name == "a-book-on-paper.pdf"
    return pypdf.PdfReader(target)


@pytest.fixture(scope="module")
def texts(paper):
    return [" ".join(page.extract_text().split()) for page in paper.pages]


def test_the_contents_name_the_page_on_which_each_section_begins(paper, texts):
    assert texts[0].startswith("A Book on Paper somebody") and "Version 1.2.3, 2 January 2026" in texts[0]
    assert "000" not in texts[1] and "Gallery" not in texts[1]
    listed = re.findall(
        r"(1\. First things|2\. Second things|Far away|Beside(?! the)|Answers) (\d+)", texts[1]
    )
    numbers = {words: int(number) for words, number in listed}
    assert len(numbers) == 5
    assert numbers["2. Second things"] < numbers["Far away"] < numbers["Beside"]
    for words, number in numbers.items():
        assert words in texts[number - 1], f"{words} is not on page {number}"
        assert texts[number - 1].startswith(str(number)), "each page has its number at its foot, read first"


def test_pages_are_a4_and_name_their_chapter(paper, texts):
    for page in paper.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == pytest.approx([595, 842], abs=1)
    assert texts[-2].count("2. Second things") == 1, "the foot of a page in the middle of a chapter"


def test_the_book_offers_the_pdf_at_once(small, paper):
    assert '<a href="a-book-on-paper.pdf" download>' in (small / "_build/html/index.html").read_text("utf-8")
    assert (small / "_build/html/a-book-on-paper.pdf").stat().st_size > 10_000


def test_the_outline_is_the_contents(paper):
    outline = [entry["/Title"] for entry in paper.outline if not isinstance(entry, list)]
    assert outline == ["Contents", "1. First things", "2. Second things", "Beside"]


def test_links_lead_inside_the_book_and_out_of_it(paper):
    places, inside, outside = paper.named_destinations, set(), set()
    for page in paper.pages:
        for link in (reference.get_object() for reference in page.get("/Annots", [])):
            if "/Dest" in link:
                inside.add(str(link["/Dest"]).lstrip("/"))
            elif "/A" in link and "/URI" in link["/A"]:
                outside.add(link["/A"]["/URI"])
    assert inside <= {name.lstrip("/") for name in places}
    for place in ("second-far-away", "beside-a-first-section", "first-live-a-line", "title-page"):
        assert any(name.startswith(place) or name == place for name in inside), place
    assert outside == {"https://example.org/"}


def test_answers_stand_at_the_end_and_no_control_or_folded_code_is_printed(texts):
    before, _, answers = " ".join(texts[2:]).partition("What the figures asked")
    assert "Where to?" in before and "Down" in before and "k = 2" in before and "It ends at 2." in before
    for words in (
        "Begin with one.",
        "One, two.",
        "print(2 * 21)",
        "Yes: as agreed.",
        "No: too warm.",
        "Yes: by k.",
    ):
        assert words in answers and words not in before, words
    assert "Which colour?" in before and "b) blue" in before
    assert re.search(r"Hints and solution, page \d", before) and "page 000" not in before
    assert not re.search(r"Show the|subplots|Reset|Copy link|Click to", before + answers)


def test_nothing_is_wider_than_the_paper_and_code_wraps(paper, texts):
    right = 595 - 50  # points: the margin is 56.7
    for page in paper.pages:
        ends = []
        page.extract_text(
            visitor_text=lambda text, cm, tm, *_, ends=ends: ends.append((tm[4] * cm[0] + cm[4], text))
        )
        assert all(x < right for x, text in ends if text.strip())
    assert " ".join(texts).count("a long line") == 20
    assert " ".join(texts).count("0.123456") == 14 and "column13" in " ".join(texts)


def test_what_cannot_be_made_to_fit_is_named_and_letters_without_a_font(
    small, chromium_path, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(pdf, "LETTERS", "aη\u0379")  # no letter has the last number
    shutil.copytree(small, tmp_path / "wide")
    page = tmp_path / "wide/_build/html/beside.html"
    wide = '<div style="width: 900px" class="too-wide">Too wide</div></article>'
    page.write_text(page.read_text("utf-8").replace("</article>", wide), "utf-8")
    with pytest.raises(SystemExit, match=r"(?s)Wider than the paper.*beside.*too-wide"):
        printed(tmp_path / "wide/_build/html", tmp_path / "wide")
    assert "No font of this machine has \u0379:" in capsys.readouterr().out


def test_a_page_printed_from_the_browser_has_its_title_and_no_dead_bars(small, open_page, tmp_path):
    page = open_page((small / "_build/html/first.html").as_uri())
    page.pdf(path=tmp_path / "page.pdf")
    text = " ".join(" ".join(p.extract_text().split()) for p in pypdf.PdfReader(tmp_path / "page.pdf").pages)
    assert "1. First things" in text
    assert "Show the code" not in text and "Hint 1" not in text
    assert "a) red" in text and "too warm" in text and "One, two." not in text


def test_the_zip_opens_from_a_folder_with_figures_that_move(small, open_page, tmp_path):
    with zipfile.ZipFile(small / "_build/html/a-book-on-paper.zip") as book:
        book.extractall(tmp_path)
    page = open_page((tmp_path / "a-book-on-paper/index.html").as_uri())
    page.get_by_role("link", name="1. First things").first.click()
    figure = page.locator("#live-a-line.live-awake")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Show me").click()
    figure.get_by_role("slider").press("End")
    figure.get_by_text("It ends at 9.").first.wait_for()
    assert page.complaints == []
