"""Build what a teacher hands out: the book and its notebooks without solutions.

`make teacher` writes the notebooks to `_build/teacher/chapters` and the book to
`_build/teacher/_build/html`. Both come from the chapters themselves, whose solutions are left out.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))
import exercise_cells  # noqa: E402

FOR_PAGES = ("python.json", "editor", "pypi", "static")  # of the edition that runs in a browser


def main(target=ROOT / "_build" / "teacher", chapters=None):
    """Write the sources of the students' edition into `target`, and build its book there."""
    write_sources(target, chapters or sorted((ROOT / "chapters").glob("*.ipynb")))
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", target]
    subprocess.run([*command, "-W", "-n", "--keep-going"], check=True)


def write_sources(target, chapters):
    for name in ("book", "chapters"):
        shutil.rmtree(target / name, ignore_errors=True)
    shutil.copytree(ROOT / "book", target / "book", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "_toc.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, target)
    (target / "chapters").mkdir()
    for chapter in chapters:
        nbformat.write(without_solutions(chapter), target / "chapters" / chapter.name)
    for name in FOR_PAGES:
        part, copy = ROOT / "_build" / "browser" / name, target / "_build" / "browser" / name
        if part.is_dir():
            shutil.copytree(part, copy, dirs_exist_ok=True)
        elif part.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(part, copy)


def without_solutions(chapter):
    """A chapter as students get it. Raises ValueError where its exercises are not whole."""
    notebook = nbformat.read(chapter, as_version=4)
    exercise_cells.read(notebook.cells)
    notebook.cells = exercise_cells.without_solutions(notebook.cells)
    notebook.metadata["for_students"] = True
    return notebook


if __name__ == "__main__":
    main()
