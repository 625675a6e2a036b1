"""The exercises of a chapter, read from its notebook, which is their one source.

An exercise is a Markdown cell that holds one `{exercise}` and its hints, then a code cell to start
from, and the solution: code cells tagged `solution`, or Markdown with a `{solution}`.

    ```{exercise} How long until it is fast?
    :label: momentum-ex-speed

    *★ · 5 minutes · on paper.* The gradient is constant …
    ```

    :::{dropdown} Hint
    Which sum is the velocity after t steps?
    :::
"""

import ast
import functools
import re
import symtable
from dataclasses import dataclass, field

EXERCISE = re.compile(
    r"^```\{exercise\} (?P<title>.+)\n:label: (?P<label>\S+)\n\n(?P<text>.*?)\n```$", re.M | re.S
)
EFFORT = re.compile(r"\*(?P<stars>★{1,3}) · (?P<minutes>\d+) minutes(?P<paper> · on paper)?\.\*")
HINT = re.compile(r"^:::\{dropdown\} Hint.*?\n(?P<text>.*?)\n:::$", re.M | re.S)
SOLUTION = re.compile(r"^```\{solution\} (?P<label>\S+)\n.*?\n```$\n*", re.M | re.S)
ANEW = ast.Assign | ast.FunctionDef | ast.ClassDef  # what a name was before does not matter
# Slow to load in a page, and seldom needed to check an answer.
SLOW = ("matplotlib", "optimlib.figures", "optimlib.live", "optimlib.contest.charts", "scipy", "sklearn")


@dataclass
class Exercise:
    """What a notebook says of an exercise; cells are named by their number in it."""

    label: str
    title: str
    stars: int
    minutes: int
    on_paper: bool
    text: str
    hints: list
    starter: int | None = None
    solutions: list = field(default_factory=list)


def read(cells, solved=True):
    """The exercises among the cells of a notebook, in their order; the students' have no solutions.

    Raises ValueError, which names them all, where exercises lack effort, hint or solution.
    """
    found, faults = [], []
    for number, cell in enumerate(cells):
        opening = EXERCISE.search(cell.source) if cell.cell_type == "markdown" else None
        if opening:
            found.append(_opened(opening, cell.source, faults))
        elif found and cell.cell_type == "code" and "solution" in cell.metadata.get("tags", ()):
            found[-1].solutions.append(number)
        elif found and cell.cell_type == "code" and found[-1].starter is None and not found[-1].solutions:
            found[-1].starter = number
        elif found and (solution := SOLUTION.search(cell.source)):
            found[-1].solutions.append(number)
            if solution["label"] != found[-1].label:
                faults.append(f"{solution['label']}: its solution stands under {found[-1].label}")
        elif found and cell.cell_type == "markdown" and re.match("## ", cell.source):
            break
    faults += [f"{exercise.label}: no solution" for exercise in found if solved and not exercise.solutions]
    faults += [f"{exercise.label}: no hint" for exercise in found if not exercise.hints]
    if faults:
        raise ValueError("exercises that are not whole:\n  " + "\n  ".join(faults))
    return found


def _opened(opening, source, faults):
    label, effort = opening["label"], EFFORT.match(opening["text"])
    if len(EXERCISE.findall(source)) > 1 or SOLUTION.search(source):
        faults.append(f"{label}: an exercise, and each solution, is a cell of its own")
    if not effort:
        faults.append(f"{label}: begins without “*★ · 5 minutes.*” or “*★★ · 10 minutes · on paper.*”")
    stars, minutes, paper = effort.groups() if effort else ("", 0, None)
    hints = [hint["text"] for hint in HINT.finditer(source, opening.end())]
    return Exercise(label, opening["title"], len(stars), int(minutes), bool(paper), opening["text"], hints)


def without_solutions(cells):
    """The cells as students get them."""
    kept = []
    for cell in cells:
        if "solution" in cell.metadata.get("tags", ()):
            continue
        if cell.cell_type == "markdown" and SOLUTION.search(cell.source):
            cell.source = SOLUTION.sub("", cell.source).strip()
            if not cell.source:
                continue
        kept.append(cell)
    return kept


def needed(cells, exercises, exercise):
    """The code that must have run before an exercise: the imports, and what its own code names.

    Imports that would load slowly in a page, as those for drawing do, are left out unless it names them.
    """
    own = {number for each in exercises for number in (each.starter, *each.solutions)}
    earlier = [
        statement
        for number, cell in enumerate(cells[: exercise.starter])
        if cell.cell_type == "code" and number not in own
        for statement in _statements(cell.source)
    ]
    sources = [cells[number].source for number in (exercise.starter, *exercise.solutions)]
    sources = [source for source in sources if not SOLUTION.search(source)]
    wanted = set().union(*map(asked, sources)) - set().union(*map(bound, sources))
    kept = []
    for tree, source in reversed(earlier):
        quick = isinstance(tree, ast.Import | ast.ImportFrom) and not _is_slow(tree)
        if bound(source) & wanted or quick:
            if isinstance(tree, ANEW):
                wanted -= bound(source)
            wanted |= asked(source) - _targets(tree)
            kept.append(source)
    return "\n".join(reversed(kept))


@functools.cache
def _statements(source):
    """(tree, text) of each statement of a cell; with its decorators."""
    lines, found = source.splitlines(), []
    for tree in ast.parse(source).body:
        first = min([tree.lineno, *(mark.lineno for mark in getattr(tree, "decorator_list", ()))])
        found.append((tree, "\n".join(lines[first - 1 : tree.end_lineno])))
    return found


def _is_slow(tree):
    modules = [alias.name for alias in tree.names] if isinstance(tree, ast.Import) else [tree.module]
    return any(module.startswith(SLOW) for module in modules)


def _targets(tree):
    """What a loop or a `with` sets before it is read."""
    places = [tree.target] if isinstance(tree, ast.For) else []
    places += (
        [item.optional_vars for item in tree.items if item.optional_vars]
        if isinstance(tree, ast.With)
        else []
    )
    return {node.id for place in places for node in ast.walk(place) if isinstance(node, ast.Name)}


@functools.cache
def asked(source):
    """The names that code asks of the cells before it: not those that its functions keep to themselves."""

    def of(table):
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
                yield symbol.get_name()
        for child in table.get_children():
            yield from of(child)

    return frozenset(of(symtable.symtable(source, "cell", "exec")))


@functools.cache
def bound(source):
    """The names that code gives to the cells after it."""
    names = symtable.symtable(source, "cell", "exec").get_symbols()
    return frozenset(name.get_name() for name in names if name.is_assigned() or name.is_imported())
