"""A small book made with extensions of this book: figures that ask, one that does not, and a gallery."""

import shutil

import jupyter_book_build
import nbformat
from notebook_figures import ROOT

START = """\
import matplotlib.pyplot as plt

from optimlib.live import ask, live, play, slider
"""
FIGURE = """\
fig, ax = plt.subplots(figsize={size})
ax.set(xlim=(0, 1), ylim=(0, 9), xlabel="a label")
(line,) = ax.plot([], [], animated=True)


@live(fig, {asked}k={control})
def {name}(k=2):
    \"\"\"{title}

    More of the caption.\"\"\"
    line.set_data([0, 1], [0, k])
    return f"{name} ends at {{k}}."
"""
FIGURES = {  # name: (section, title, size, question, control)
    "a_choice": (
        "Choices",
        "A line & its end.",
        "(6, 3.4)",
        'ask("Where does it go?", {"down": "No: k > 0.", "up": "Yes: by k."}, then={"k": 7})',
        "slider(0, 9)",
    ),
    "no_question": ("Choices", "A line that plays.", "(6, 3.4)", "", "play(0, 9, per_second=5)"),
    "a_number": (
        "Numbers",
        "A wide figure.",
        "(8, 2.6)",
        'ask("How high?", number=4.5, within=0.5, because="Half of nine.")',
        "slider(0, 9)",
    ),
}
NAMES = "address chapter_links class_view foot gallery mathematics offline questions tips trim"
EXTENSIONS = "\n".join(f"    {name}: {ROOT}/book/_ext" for name in NAMES.split())
CONFIG = f"""\
title: A small book
execute: {{execute_notebooks: force}}
html: {{home_page_in_toc: true}}
only_build_toc_files: true
sphinx:
  extra_extensions: [optimlib.live.sphinx]
  local_extensions:
{EXTENSIONS}
  config:
    html_static_path: [{ROOT}/book/_static]
    html_css_files: [book.css]
    html_context: {{default_mode: auto}}
    html_math_renderer: typeset
"""
TOC = """\
format: jb-book
root: index
parts:
  - caption: Chapters
    numbered: 1
    chapters: [{file: chapters/lines}]
  - caption: Beside the chapters
    chapters: [{file: book/gallery}]
"""


def chapter():
    cells = [
        nbformat.v4.new_markdown_cell("(lines)=\n# Lines\n\nAbout them."),
        nbformat.v4.new_code_cell(START),
    ]
    headings = set()
    for name, (section, title, size, question, control) in FIGURES.items():
        if section not in headings:
            cells.append(nbformat.v4.new_markdown_cell(f"## {section}\n\nSome text.\n\n" + "Words.\n\n" * 40))
            headings.add(section)
        asked = f"ask={question}, " if question else ""
        code = FIGURE.format(name=name, title=title, size=size, asked=asked, control=control)
        cells.append(nbformat.v4.new_code_cell(code, metadata={"tags": ["hide-input"]}))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return jupyter_book_build.notebook(cells)


def build(folder):
    """Its built pages, in a folder that is not there yet."""
    for part in ("chapters", "book"):
        (folder / part).mkdir(parents=True)
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text(TOC, "utf-8")
    (folder / "index.md").write_text("# A small book\n\nA formula, $x^2$, and {ref}`lines`.\n", "utf-8")
    shutil.copy(ROOT / "book/gallery.md", folder / "book")
    shutil.copy(ROOT / "CHANGELOG.md", folder)
    nbformat.write(chapter(), folder / "chapters/lines.ipynb")
    code, said = jupyter_book_build.build(folder, "-W")
    assert code == 0, said[-3000:]
    return folder / "_build" / "html"
