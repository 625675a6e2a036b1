"""What every checker of every chapter does with what is right, mistaken, missing, broken or nonsense."""

import inspect
import itertools
import re
import warnings

import numpy as np
import pytest
import verdicts
from right_answers import RIGHT, STYLES, in_place, names_only
from verdicts import CHECKERS

from optimlib import gradient_descent
from optimlib.exercises import show_rule
from optimlib.exercises.compare import verdict_of

SAID = verdicts.stored()
# Judged by what they must be, not by a rule: their own tests have the mistakes.
WITHOUT_MISTAKES = {
    "check_hiding_bug": "any wrong gradient that hides is right",
    "check_minibatches": "the order is the reader's own",
    "check_constant_rate": "a number, judged by what it leaves",
    "check_chosen_schedule": "any schedule, judged by what it leaves",
    "check_beat": "any matrix, judged by its rank and error",
    "check_contestant": "any method, judged in the contest",
    "check_prescriptions": "a table of answers, each with a reason",
}
METHODS = {name for name, right in RIGHT.items() if inspect.isgeneratorfunction(inspect.unwrap(right))}
# A gradient or a fit must not change what it is given; nor must a path of points be lost.
PURE = {
    "check_augmented",
    "check_intercept",
    "check_partials",
    "check_fourth_order",
    "check_steepest",
    "check_mended_gradient",
    "check_slope_along",
    "check_base_points",
}
WITH_MISTAKES = sorted(set(CHECKERS) - set(WITHOUT_MISTAKES))
every_checker = pytest.mark.parametrize("check", CHECKERS.values(), ids=CHECKERS.keys())
pytestmark = pytest.mark.filterwarnings("error")


def test_every_checker_has_a_right_answer_and_a_table_of_mistakes():
    assert set(RIGHT) == set(CHECKERS)
    without = {name for name, checker in CHECKERS.items() if not getattr(checker, "mistakes", None)}
    assert without == set(WITHOUT_MISTAKES)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@every_checker
def test_a_right_answer_passes_in_every_style(check, style):
    if check.__name__ == "check_contestant" and style is not STYLES[0]:
        pytest.skip("the contest works with arrays, and takes seconds")
    verdict = check(style(RIGHT[check.__name__]))
    assert verdict, verdict
    assert repr(verdict).startswith("Right: ")
    assert "changed" not in repr(verdict)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_may_take_its_arguments_by_name_only(name):
    assert CHECKERS[name](names_only(RIGHT[name])) or name == "check_contestant"


@every_checker
def test_right_values_that_change_an_argument_are_said_to_do_so(check):
    name = check.__name__
    right = RIGHT[name]
    if name in METHODS | {"check_contestant", "check_minibatches", "check_hiding_bug", "check_beat"}:
        return  # these have tests of their own, or arguments that nobody else uses
    verdict = check(in_place(right))
    assert bool(verdict) == (name not in PURE), verdict
    assert verdict or re.fullmatch(
        r"The values are right, but your function changed its argument \w.*: \w.{10,}\.", verdict.message
    )
    assert "yours" not in repr(verdict)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", WITH_MISTAKES)
def test_typical_mistakes_are_named(name):
    found = zip(CHECKERS[name].mistakes, verdicts.to_mistakes(name), SAID[name]["mistakes"], strict=True)
    for sentence, (said, gives), (stored, gave) in found:
        assert said.endswith(sentence) and not said.startswith("Right"), said
        assert not re.search(r"-0[,;) ]|<function|0x|should be", said), said
        as_stored(said, stored)
        assert gives == pytest.approx(gave, rel=1e-5, abs=1e-9), sentence


def as_stored(found, stored):
    __tracebackhide__ = True
    if not verdicts.same(found, stored):
        pytest.fail(f"said: {found}\nstored: {stored}\nIf it is meant, run tests/exercises/verdicts.py")


def test_the_stored_verdicts_are_those_of_all_checkers():
    on_paper = set(verdicts.ON_PAPER)
    assert set(SAID) == set(CHECKERS) - verdicts.SLOW | on_paper


@pytest.mark.no_cover
@pytest.mark.parametrize("name", sorted(set(CHECKERS) - verdicts.SLOW))
def test_a_right_answer_and_every_case_have_their_words(name):
    as_stored(repr(CHECKERS[name](RIGHT[name])), SAID[name]["right"])
    for found, stored in itertools.zip_longest(verdicts.to_cases(name), SAID[name]["cases"], fillvalue=""):
        as_stored(found, stored)


@pytest.mark.parametrize("name", [name for name in CHECKERS if name not in METHODS])
def test_a_mistake_that_also_writes_into_its_arguments_is_named_all_the_same(name):
    for sentence, wrong in list(getattr(CHECKERS[name], "mistakes", {}).items())[:2]:
        assert CHECKERS[name](in_place(wrong)).message.endswith(sentence)


@every_checker
def test_an_unfinished_answer_is_said_to_be_unfinished(check):
    def mine(*args, **kwargs): ...

    verdict = check(mine)
    assert not verdict
    assert "mine is not finished yet" in repr(verdict)


@every_checker
def test_an_answer_that_raises_is_told_what_it_raised(check):
    def mine(*args, **kwargs):
        raise NameError("name 'lr' is not defined")

    verdict = check(mine)
    assert not verdict
    assert "mine does not work yet" in repr(verdict)
    assert "NameError: name 'lr' is not defined" in repr(verdict)
    assert "Your function does not work yet" in repr(check(lambda *args, **kwargs: 1 / 0))


@pytest.mark.parametrize("name", sorted(set(CHECKERS) - set(WITHOUT_MISTAKES) | {"check_beat"}))
def test_an_exception_says_in_which_case_it_came(name):
    where = "On " if name in METHODS else "For "
    assert all(f"does not work yet. {where}" in said for said in SAID[name]["cases"])


def endless():
    while True:
        yield "nonsense"


NONSENSE = [
    "nonsense",
    object,
    object(),
    True,
    (1, 2, 3, 4, 5),
    [[1, 2], [3]],
    np.array(["a"]),
    np.array([None, 1.0]),
    np.nan,
    np.full((2, 2), np.nan),
    np.array(1 + 2j),
    np.inf,
    -1,
    [],
    {},
    {"A": [1]},
    (None, None),
    np.zeros((1, 1, 1, 1)),
    np.float64(10**30),
    np.ma.masked,
    lambda: "nothing",
    lambda t: np.nan,
    lambda t: "a",
]


def said_to(check, answer):
    """What the checker says to an answer, nothing if it is content. An error notes the answer."""
    try:
        verdict = check(lambda *args, **kwargs: answer)
        return "" if verdict else repr(verdict)
    except BaseException as error:
        error.add_note(f"The answer was {answer!r}")
        raise


@pytest.mark.no_cover
@every_checker
def test_nonsense_is_refused_and_nothing_is_raised(check):
    accepted = [answer for answer in NONSENSE if len(said_to(check, answer)) <= 20]
    assert not accepted, f"accepted, or refused without a word: {accepted}"


@every_checker
def test_an_iterator_of_nonsense_is_refused(check):
    def counting(*args, **kwargs):
        yield from itertools.count()

    def nothing(*args, **kwargs):
        yield from ()

    for mine in (lambda *args, **kwargs: endless(), counting, nothing):
        verdict = check(mine)
        assert not verdict
        assert len(repr(verdict)) > 20


@every_checker
def test_what_is_no_function_is_refused(check):
    for thing in (None, 3, 0.5, "my_function", [], {}, np.zeros(3), endless(), ...):
        verdict = check(thing)
        assert not verdict, thing
        assert "Give the checker your function itself, without calling it" in repr(verdict), thing


@every_checker
def test_a_function_of_other_arguments_is_told_which_it_must_take(check):
    eight, none, one = lambda a, b, c, d, e, f, g, h: 1.0, lambda *, other: 1.0, lambda one, *, other: 1.0
    for mine in (eight, none, one):
        verdict = check(mine)
        assert not verdict
        assert "must take the arguments (" in repr(verdict) or "TypeError" in repr(verdict), verdict


@pytest.mark.parametrize("name", sorted(METHODS))
class TestMethods:
    def test_points_of_one_array_are_refused_though_each_is_right(self, name):
        def mine(*given, **named):
            room = None
            for x in RIGHT[name](*given, **named):
                room = x.copy() if room is None else room
                room[...] = x
                yield room

        mine.__signature__ = inspect.signature(RIGHT[name])
        verdict = CHECKERS[name](mine)
        assert not verdict
        assert "changed the x that it had yielded" in repr(verdict)

    def test_a_changed_start_is_seen(self, name):
        def mine(**named):
            named["start"] = named.pop("x")
            for x in RIGHT[name](**{k: v for k, v in named.items() if k != "start"}, x=named["start"].copy()):
                yield x
                named["start"][...] = x

        mine.__signature__ = inspect.signature(RIGHT[name])
        verdict = CHECKERS[name](mine)
        assert not verdict
        assert "changed its argument x" in repr(verdict)

    def test_a_step_early_is_seen(self, name):
        def mine(*given, **named):
            iterates = RIGHT[name](*given, **named)
            next(iterates)
            yield from iterates

        mine.__signature__ = inspect.signature(RIGHT[name])
        assert "`yield x` comes before the step" in repr(CHECKERS[name](mine))

    @pytest.mark.no_cover
    def test_a_loop_without_yield_does_not_hang(self, name):
        def mine(grad, x, **settings):
            while True:
                x = x - 0.01 * grad(x)
            yield x

        assert "is `yield x` inside the loop?" in repr(CHECKERS[name](mine))

    def test_a_list_of_points_is_asked_to_go_on(self, name):
        def mine(*given, **named):
            return list(itertools.islice(RIGHT[name](*given, **named), 21))

        mine.__signature__ = inspect.signature(RIGHT[name])
        assert "it returned a list of 21" in repr(CHECKERS[name](mine))

    def test_no_points_are_no_answer_yet(self, name):
        assert "is not finished yet" in repr(CHECKERS[name](lambda grad, x, **settings: iter(())))

    def test_iterates_that_end_are_asked_to_go_on(self, name):
        def mine(*given, **named):
            return itertools.islice(RIGHT[name](*given, **named), 5)

        mine.__signature__ = inspect.signature(RIGHT[name])
        assert "end after 5: let the loop go on" in repr(CHECKERS[name](mine))

    def test_points_of_another_shape_are_told(self, name):
        def mine(*given, **named):
            return (x[:1] for x in RIGHT[name](*given, **named))

        mine.__signature__ = inspect.signature(RIGHT[name])
        assert "the point at t = 0 has shape (1,); right is shape (2,)" in repr(CHECKERS[name](mine))


@every_checker
def test_no_warning_of_the_reader_leaks(check):
    def mine(*args, **kwargs):
        warnings.warn("an old name", DeprecationWarning, stacklevel=1)
        return np.array([1e300]) * 1e300

    assert not check(mine)


def test_a_rule_is_shown_without_its_docstring(capsys):
    show_rule(gradient_descent)
    rule = "def gradient_descent(grad, x, lr=0.01):", "    for rate in rates(lr):", "        yield x"
    assert capsys.readouterr().out.splitlines() == [*rule, "        x = x - rate * grad(x)"]


def test_an_answer_that_is_missing_in_one_case_alone_is_told_where():
    mine = verdicts.silent_in_case(RIGHT["check_best_rho"], 1)
    assert repr(CHECKERS["check_best_rho"](mine)) == (
        "For lr = 0.12, mu = 1, L = 25, best_rho returns nothing."
    )


def test_a_module_that_a_checker_lacks_is_asked_for():
    """In a page it is on its way; a reader's own is told."""

    def judge():
        raise ModuleNotFoundError("sklearn")

    with pytest.raises(ModuleNotFoundError, match="sklearn"):
        verdict_of(len, judge)

    def mine(lr, mu, L):
        raise ModuleNotFoundError("no_such")

    assert "ModuleNotFoundError: no_such" in repr(CHECKERS["check_best_rho"](mine))


def test_a_rate_that_is_several_is_told_at_which_step():
    verdict = CHECKERS["check_same_area"](lambda *given: lambda t: [0.1] if t < 3 else [0.1, 0.2])
    assert "lr(3) must be one number; yours has shape (2,)" in repr(verdict)


def test_a_contestant_that_never_yields_does_not_hang():
    def mine(grad, x, lr):
        while True:
            x = x - lr * grad(x)
        yield x

    assert "1,000 gradients and no point" in repr(CHECKERS["check_contestant"](mine))
