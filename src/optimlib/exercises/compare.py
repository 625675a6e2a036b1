"""What the checkers of all chapters share.

A checker compares the reader's function with the library. It never raises for what the reader
wrote: it returns a `Verdict` that prints what is right, what is wrong, or that nothing is
written yet, and is true only where all is right.

The reader's function and the library's get copies of their own of each case, so that a function
that writes into its arguments spoils no comparison. A checker knows typical mistakes as a table
from a sentence to a wrong rule, its attribute `mistakes`: where the reader's answers are those of
a wrong rule, the verdict ends with its sentence.
"""

import inspect
import itertools
import textwrap
from dataclasses import dataclass

import numpy as np

from .. import optimizers
from . import answers, words
from .answers import MisfitError, MistakeError, UnfinishedError, copied, quiet

STEPS = 20
_PATIENCE = 10_000  # gradients in all these steps


@dataclass(frozen=True)
class Verdict:
    """What a checker found: prints its message, and is true where the exercise is solved."""

    solved: bool
    message: str

    def __bool__(self):
        return self.solved

    def __repr__(self):
        return self.message


def show_rule(method):
    """Print the body of a method of the library, without its docstring."""
    lines = textwrap.dedent(inspect.getsource(inspect.unwrap(method))).splitlines()
    lines = [line for line in lines if not line.startswith("@")]
    quotes = [number for number, line in enumerate(lines) if '"""' in line]
    print("\n".join(lines[: quotes[0]] + lines[quotes[-1] + 1 :]))


def check_values(mine, theirs, cases, names, mistakes, *, read=None, spoils=None, atol=1e-9):
    """Compare what two functions return for each case.

    Parameters
    ----------
    cases : tuples of arguments, or a dict from the words that name a case to its tuple. Without
        words a case is named by the parameters of `theirs`. The most telling case comes first.
    names : what is returned: a name for a number or an array, several for a tuple. A name with {}
        is that of entry {}.
    mistakes : dict from a sentence to a wrong function of the same arguments.
    read : read(answer, *case) makes numbers of what the reader (or a wrong function) returns.
    spoils : a sentence that says what goes wrong where the function changes an argument. Without
        it, right values are right, and the change is only mentioned.
    """
    names = (names,) if isinstance(names, str) else names
    parameters = words.parameters(theirs)
    if not isinstance(cases, dict):
        cases = {words.case(parameters, case): case for case in cases}
    written = {}

    def answer(function, case):
        given = copied(case)
        found = answers.call(function, parameters, given)
        found = answers.values(read(found, *copied(case)) if read else found, names)
        written.setdefault(function, {}).update(
            dict.fromkeys(answers.changed(function, parameters, case, given))
        )
        return found

    def judge():
        wants = [answers.values(theirs(*copied(case)), names) for case in cases.values()]
        trials = [
            _trial(mine, f"For {where}", answer, case, lambda got: _first_difference(names, got, want, atol))
            for (where, case), want in zip(cases.items(), wants, strict=True)
        ]
        changes = " and ".join(written.get(mine, ()))
        changes = changes and f"your function changed its argument {changes}"
        problem = _first_problem(mine, trials)
        if problem:
            gots = [got for got, _ in trials]
            known = _tried(answer, mistakes, cases.values(), gots)
            if len(names) > 1:
                order = f"These are the right values in another order: return {', '.join(names)}."
                known = {order: [want[::-1] for want in wants], **known}
            hint = _recognized(known, gots, wants, atol)
            return Verdict(False, words.paragraph(problem, words.capital(changes), hint))
        if changes and spoils:
            return Verdict(False, f"The values are right, but {changes}: {spoils}")
        note = changes and f"{words.capital(changes)}, which its caller may not expect"
        praise = f"Right: {words.name_of(mine)} agrees on all {len(cases)} cases"
        return Verdict(True, words.paragraph(praise, note))

    return verdict_of(mine, judge)


def check_method(mine, theirs, cases, mistakes, *, hess=False):
    """Compare iterates step by step and name the first that differs.

    Each case is (words, objective, settings): the words that name it, and the keywords of both.
    `mistakes` is a dict from a sentence to a wrong method; with `hess`, methods take the Hessian, too.
    """

    def arguments(f, settings):
        derivatives = {"grad": f.grad, "hess": f.hess} if hess else {"grad": f.grad}
        return {**derivatives, "x": np.array(f.start, dtype=float), **settings}

    def path(method, case):
        return (optimizers.run(method(**arguments(*case)), STEPS),)

    def judge():
        runs = [case for _, *case in cases]
        wants = [path(theirs, case) for case in runs]
        in_place = []

        def points(mine, case):
            found, note = _points(mine, arguments(*case), *path(theirs, case))
            in_place.append(note)
            return (found,)

        trials = [
            _trial(
                mine,
                f"On {name} with {words.case(case[1], case[1].values())}",
                points,
                case,
                lambda got: _first_step(got, want),
            )
            for (name, *case), want in zip(cases, wants, strict=True)
        ]
        problem = _first_problem(mine, trials)
        if problem:
            gots = [got for got, _ in trials]
            hint = _recognized(_tried(path, mistakes, runs, gots), gots, wants)
            return Verdict(False, words.paragraph(problem, hint))
        if any(in_place):
            return Verdict(False, next(filter(None, in_place)))
        praise = f"{words.name_of(mine)} follows the rule on {len(cases)} problems, {STEPS} steps each"
        return Verdict(True, f"Right: {praise}.")

    return verdict_of(mine, judge)


def check_answer(mine, judge):
    """Judge what `mine()` returns: `judge(answer)` gives the Verdict."""
    return verdict_of(mine, lambda: judge(answers.call(mine, [], ())))


def answer_at(mine, where, names, values):
    """What the reader's function returns in a case; a MistakeError names the case if it raises."""
    try:
        return answers.call(mine, names, values)
    except (MisfitError, UnfinishedError):
        raise
    except Exception as error:
        raise MistakeError(_problem(mine, where, error)) from None


def verdict_of(mine, judge):
    """What judge() says; what it raises becomes a Verdict, too. No warning leaves it.

    A module that the checker itself lacks is raised: in a page it may still be on its way.
    """
    if not callable(mine):
        given = words.anything(mine)
        return Verdict(False, f"Give the checker your function itself, without calling it; it got {given}.")
    try:
        with quiet():
            return judge()
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return Verdict(False, _problem(mine, "", error))


def _trial(mine, where, answer, case, difference):
    """What the reader's function gives for a case, and what is wrong with it: either may be None.

    What is wrong is a sentence, or the UnfinishedError.
    """
    try:
        got = answer(mine, case)
    except MisfitError:
        raise
    except UnfinishedError as error:
        return None, (where, error)
    except Exception as error:
        return None, (where, _problem(mine, where, error))
    differs = difference(got)
    return got, differs and (where, f"{where}, {differs}")


def _first_problem(mine, trials):
    """The first that is wrong, in words; UnfinishedError where nothing at all was returned."""
    problems = [problem for _, problem in trials if problem]
    if not problems:
        return ""
    where, problem = problems[0]
    if not isinstance(problem, UnfinishedError):
        return problem
    if len(problems) == len(trials) and all(isinstance(p, UnfinishedError) for _, p in problems):
        raise problem
    return f"{where}, {words.name_of(mine)} returns nothing"


def _problem(mine, where, error):
    """An exception of the reader's function, or about it, in words."""
    if isinstance(error, UnfinishedError):
        return f"{words.capital(words.name_of(mine))} is not finished yet: it returns nothing."
    if isinstance(error, MistakeError):
        return f"{where}, {error}" if where else words.capital(str(error))
    there = f"{where}: " if where else ""
    return f"{words.capital(words.name_of(mine))} does not work yet. {there}{type(error).__name__}: {error}"


def _points(mine, arguments, want):
    """The reader's path, and what to say if points or the start have been changed in place.

    Iterates may end where `want` has come to rest.
    """
    asked, start = itertools.count(1), arguments["x"].copy()

    def grad(x):
        if next(asked) > _PATIENCE:
            raise MistakeError(f"{_PATIENCE:,} gradients in {STEPS} steps: is `yield x` inside the loop?")
        return arguments["grad"](x)

    given = {**arguments, "grad": grad}
    iterates = answers.call(mine, list(given), list(given.values()), by_name=True)
    found, points = answers.collect(iterates, STEPS + 1, mine)
    if not points:
        raise UnfinishedError
    for t, x in enumerate(points):
        if x.shape != start.shape:
            raise MistakeError(f"the point at t = {t} has shape {x.shape}; right is shape {start.shape}.")
    if len(points) <= STEPS and not np.allclose(points[-1], want[len(points) - 1 :], rtol=1e-9, atol=1e-12):
        raise MistakeError(f"the iterates end after {len(points)}: let the loop go on, `while True`.")
    before = [start if name == "x" else None for name in given]
    written = "".join(answers.changed(mine, list(given), before, given.values()))
    note = ""
    if not all(map(np.array_equal, found, points)) and np.isfinite(points).all():
        what = f"changed its argument {written}" if written else "changed the x that it had yielded"
        note = (
            f"Each step is right when it is made, but your function {what}: all points that were yielded "
            "are one array, and become the last. Write x = x - …, not x -= …"
        )
    elif written:
        note = (
            f"Each step is right, but your function changed its argument {written}: the next run from the "
            "same start would begin elsewhere. Copy it first."
        )
    return optimizers.run(points, STEPS), note


def _tried(answer, mistakes, cases, gots):
    """What each wrong rule gives for each case; none is tried where nothing is there to compare it with."""
    if all(got is None for got in gots):
        return {}
    return {sentence: _quietly(answer, wrong, cases) for sentence, wrong in mistakes.items()}


def _quietly(answer, wrong, cases):
    """What a wrong function gives for each case; None where it gives nothing."""
    found = []
    for case in cases:
        try:
            found.append(answer(wrong, case))
        except Exception:  # a wrong rule need not work everywhere
            found.append(None)
    return found


def _recognized(known, gots, wants, atol=1e-9):
    """The sentence of the wrong rule whose answers the reader's are."""
    for sentence, wrongs in known.items():
        cases = [trio for trio in zip(wrongs, gots, wants, strict=True) if trio[0] is not None]
        told = any(not _close(wrong, want, atol) for wrong, _, want in cases)
        if told and all(got is not None and _close(got, wrong, atol) for wrong, got, _ in cases):
            return sentence
    return ""


def _close(first, second, atol):
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=atol, equal_nan=True)
        for a, b in zip(first, second, strict=True)
    )


def _first_step(got, want):
    (got,), (want,) = got, want
    for t in range(STEPS + 1):
        if not np.allclose(got[t], want[t], rtol=1e-9, atol=1e-12):
            yours, right = words.pair(got[t], want[t])
            early = np.allclose(got[:-1], want[1:], rtol=1e-9, atol=1e-12)
            hint = " One step early: `yield x` comes before the step, and the first point is the start."
            return (
                f"step t = {t} is the first that differs: yours is at {yours}; right is {right}."
                f"{hint if early else ''}"
            )
    return None


def _first_difference(names, got, want, atol):
    for name, mine, right in zip(names, got, want, strict=True):
        if mine.shape != right.shape:
            wanted = f"shape {right.shape}" if right.ndim else "one number"
            return f"{name.format('t')} has shape {mine.shape}; right is {wanted}."
        differs = np.argwhere(~np.isclose(mine, right, rtol=1e-6, atol=atol))
        if not len(differs):
            continue
        place, what = tuple(differs[0]), f"{name}:"
        if "{}" in name:
            what = f"{name.format(place[0])} is the first that differs:"
        elif right.ndim == 2 and right.shape[1] <= 6:
            place, what = place[0], f"row {place[0]} of {name} is the first that differs:"
        elif right.ndim:
            what = f"entry {', '.join(map(str, place))} of {name} is the first that differs:"
        yours, should = words.pair(mine[place], right[place])
        return f"{what} yours gives {yours}; right is {should}."
    return None
