"""The exercises of the chapters: whole, in order, solved by their solutions, and able to lose them."""

import builtins
import sys

import nbformat
import pytest
from notebook_figures import ROOT

from optimlib.exercises.cell import run_cell

sys.path.insert(0, str(ROOT / "book"))
import exercise_cells
import students_edition

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells_of(path):
    return nbformat.read(path, as_version=4).cells


def exercises_of(path):
    return exercise_cells.read(cells_of(path))


def names_before(cells, exercises, exercise):
    """What an exercise finds, once the page has run what it needs."""
    names = {"__name__": "__main__"}
    run_cell(exercise_cells.needed(cells, exercises, exercise), names)
    return names


@every_chapter
def test_there_are_enough_of_each_kind_and_they_rise(path):
    exercises = exercises_of(path)
    assert len(exercises) >= 6
    assert sum(exercise.on_paper for exercise in exercises) >= 3
    stars = [exercise.stars for exercise in exercises]
    assert stars == sorted(stars)
    paper = [exercise.minutes for exercise in exercises if exercise.on_paper]
    assert min(paper) <= 5 and max(paper) <= 25
    assert all(exercise.starter is not None for exercise in exercises if not exercise.on_paper)


@every_chapter
def test_solutions_solve_with_what_the_page_runs_before_them(path, capsys, monkeypatch):
    """As in the page: the imports and what the exercise names, the solution, and the checker's verdict.

    An experiment, which nothing checks, ran for nbval: here it finds all that it names.
    """
    monkeypatch.chdir(path.parent)
    cells = cells_of(path)
    exercises = exercise_cells.read(cells)
    for exercise in exercises:
        code = [cells[number].source for number in exercise.solutions if cells[number].cell_type == "code"]
        if not code:
            continue
        names, solution = names_before(cells, exercises, exercise), "\n".join(code)
        assert capsys.readouterr().out == "", exercise.label
        if not code[-1].splitlines()[-1].startswith("check_"):
            asked = exercise_cells.asked(solution) - exercise_cells.bound(solution)
            missing = asked - names.keys() - set(dir(builtins))
            assert not missing, f"{exercise.label}: {missing}"
            continue
        run_cell(solution, names)
        said = capsys.readouterr().out
        assert "Traceback" not in said and "Error" not in said, f"{exercise.label}: {said}"
        assert "Right" in said, f"{exercise.label}: {said}"


@every_chapter
def test_a_starter_is_not_finished_and_does_not_raise(path, capsys, monkeypatch):
    monkeypatch.chdir(path.parent)
    cells = cells_of(path)
    exercises = exercise_cells.read(cells)
    for exercise in exercises:
        if exercise.starter is None:
            continue
        names = names_before(cells, exercises, exercise)
        run_cell(cells[exercise.starter].source, names)
        said = capsys.readouterr().out
        assert "Traceback" not in said and "Right" not in said, f"{exercise.label}: {said}"


@every_chapter
def test_nothing_relies_on_a_solution_or_a_starter(path):
    cells = cells_of(path)
    own = {number for each in exercise_cells.read(cells) for number in (each.starter, *each.solutions)}
    own = {number for number in own if number is not None and cells[number].cell_type == "code"}

    code = [number for number, cell in enumerate(cells) if cell.cell_type == "code"]
    taken, rest = set(), set()
    for number in code:
        source = cells[number].source
        if number in own:
            taken |= exercise_cells.bound(source) - rest
        else:
            assert not (exercise_cells.asked(source) - exercise_cells.bound(source)) & taken
            rest |= exercise_cells.bound(source)


@every_chapter
def test_students_get_all_but_the_solutions(path):
    notebook = students_edition.without_solutions(path)
    whole, students = cells_of(path), notebook.cells
    exercises = exercise_cells.read(whole)
    assert notebook.metadata["for_students"]
    assert len(exercise_cells.read(students, solved=False)) == len(exercises)
    text = "\n".join(cell.source for cell in students)
    assert "{solution}" not in text
    for exercise in exercises:
        assert f":label: {exercise.label}\n" in text
        for number in exercise.solutions:
            assert whole[number].source not in text
        if exercise.starter is not None:
            assert whole[exercise.starter].source in text
    assert {cell.id for cell in students} <= {cell.id for cell in whole}


# That the reader of exercises can fail ------------------------------------------------------------

STATEMENT = "```{{exercise}} A sum\n:label: {label}\n\n{effort}What is it?\n```\n{hint}"
HINT = "\n:::{dropdown} Hint\nCount.\n:::"
EFFORT = "*★ · 2 minutes.* "


def notebook(label="a-sum", effort=EFFORT, hint=HINT, solves="a-sum"):
    statement = nbformat.v4.new_markdown_cell(STATEMENT.format(label=label, effort=effort, hint=hint))
    solution = nbformat.v4.new_markdown_cell(f"```{{solution}} {solves}\n:class: dropdown\n\nThree.\n```")
    return [statement, *([solution] if solves else [])]


def test_a_whole_exercise_is_read():
    (exercise,) = exercise_cells.read(notebook(effort="*★★ · 12 minutes · on paper.* "))
    assert (exercise.label, exercise.title, exercise.stars, exercise.minutes) == ("a-sum", "A sum", 2, 12)
    assert exercise.on_paper and exercise.hints == ["Count."] and exercise.solutions == [1]


@pytest.mark.parametrize(
    "lacking, complaint",
    [
        ({"effort": ""}, "begins without"),
        ({"effort": "*★★★★ · 2 minutes.* "}, "begins without"),
        ({"hint": ""}, "no hint"),
        ({"solves": ""}, "no solution"),
        ({"solves": "another"}, "another: its solution stands under a-sum"),
    ],
)
def test_what_is_not_whole_is_named(lacking, complaint):
    with pytest.raises(ValueError, match=complaint):
        exercise_cells.read(notebook(**lacking))
