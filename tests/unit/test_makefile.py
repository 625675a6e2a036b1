"""The set-up mends itself: what fails half-way, is copied or is out of date is made anew.

make is given a Python that installs nothing: it notes what it was asked.
"""

import os
import re
import shutil
import subprocess

import pytest
from notebook_figures import ROOT

PYTHON = """\
#!/bin/sh
echo "$* [$PYTHONPATH] $LC_ALL" >> "$NOTES"
case "$*" in
    *version_info*) [ "$FAILING" != version ];;
    "-m venv "*)
        for folder; do :; done
        mkdir -p "$folder/bin"
        [ "$FAILING" != ensurepip ] && cp "$0" "$folder/bin/python";;
    "-m uv "*) [ "$FAILING" != uv ] && [ "$FAILING" != network ];;
    "-m pip "*) [ "$FAILING" != network ];;
esac
"""
SPOKEN_TO = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYODIDE_DIST"}


@pytest.fixture
def make(tmp_path):
    """make(*arguments, failing="uv"): its exit code, what it said, and what Python was asked."""
    for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.txt"))):
        (tmp_path / "a book").mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "a book")
    python, notes = tmp_path / "python", tmp_path / "notes"
    python.write_text(PYTHON, "utf-8")
    python.chmod(0o755)

    def make(*arguments, failing="", folder=tmp_path / "a book"):
        notes.write_text("", "utf-8")
        calm = {name: value for name, value in os.environ.items() if name not in SPOKEN_TO}
        said = {"NOTES": str(notes), "FAILING": failing, "PYTHONPATH": "another library", "LC_ALL": "C"}
        command = ["make", f"PYTHON={python}", *arguments]
        done = subprocess.run(command, cwd=folder, env={**calm, **said}, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr, notes.read_text("utf-8")

    make.folder = tmp_path / "a book"
    return make


def installed(asked):
    """Which requirements were installed, in their order."""
    return re.findall(r"install .*?-r requirements(\S*)\.txt", asked)


def test_an_environment_is_made_once(make):
    code, said, asked = make(".venv/book", ".venv/test", ".venv/browser/ready")
    assert code == 0, said
    assert installed(asked) == ["", "-dev", "-browser"]
    assert make(".venv/book", ".venv/test", ".venv/browser/ready")[2] == ""


def test_what_the_tests_need_is_all_that_the_book_needs(make):
    assert installed(make(".venv/test", ".venv/book")[2]) == ["-dev"]
    pins = [(ROOT / f"requirements{kind}.txt").read_text("utf-8").splitlines() for kind in ("", "-dev")]
    assert set(pins[0]) < set(pins[1])


def test_what_other_pythons_are_told_is_not_heard(make):
    asked = make(".venv/test")[2]
    assert "another library" not in asked
    assert set(re.findall(r"\[\] (\S+)", asked)) == {"C.UTF-8"}  # in C, a path with é could not be written


@pytest.mark.parametrize("failing", ["ensurepip", "network"])
def test_a_set_up_that_failed_is_mended_by_the_next(make, failing):
    code, said, _ = make(".venv/test", failing=failing)
    assert code != 0
    assert ("apt-get install python3-venv" in said) == (failing == "ensurepip")
    code, said, asked = make(".venv/test")
    assert code == 0, said
    assert installed(asked) == ["-dev"]


def test_an_old_python_is_refused_in_a_sentence(make):
    code, said, asked = make(".venv/test", failing="version")
    assert code != 0
    assert "Python 3.11 or newer is needed" in said
    assert "venv" not in asked


def test_pip_installs_where_uv_cannot(make):
    code, said, asked = make(".venv/test", ".venv/browser/ready", failing="uv")
    assert code == 0, said
    assert re.findall(r"-m pip --python (\S+) install -r (\S+)", asked) == [
        (".venv/bin/python", "requirements-dev.txt"),
        (".venv/browser/bin/python", "requirements-browser.txt"),
    ]


@pytest.mark.parametrize("pins, anew", [("", ["-dev"]), ("-dev", ["-dev"]), ("-browser", ["-browser"])])
def test_new_pins_are_installed(make, pins, anew):
    make(".venv/test", ".venv/browser/ready")
    later = (make.folder / ".venv/browser/ready").stat().st_mtime + 10
    os.utime(make.folder / f"requirements{pins}.txt", (later, later))
    assert installed(make(".venv/test", ".venv/browser/ready")[2]) == anew


@pytest.mark.parametrize("carried", [shutil.copytree, shutil.move])
def test_a_copied_or_moved_folder_gets_an_environment_of_its_own(make, carried, tmp_path):
    make(".venv/test")
    elsewhere = tmp_path / "elsewhere"
    carried(make.folder, elsewhere)
    code, said, asked = make(".venv/test", folder=elsewhere)
    assert code == 0, said
    assert installed(asked) == ["-dev"]
    assert make(".venv/test", folder=elsewhere)[2] == ""


def test_side_by_side_nothing_starts_before_it_is_set_up(make):
    code, said, asked = make("-j4", "lint", failing="network")
    assert code != 0
    assert "ruff" not in said
    assert set(installed(asked)) == {"-dev"}


def test_make_alone_lists_everything_that_there_is_to_do(make):
    code, said, _ = make()
    assert code == 0
    there = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    assert re.findall(r"^([a-z]+) +\S", said, re.MULTILINE) == there
