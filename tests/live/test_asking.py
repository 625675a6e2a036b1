"""A question has one right answer, says why, and is refused by name where it has not."""

import pytest

from optimlib.live import ask, slider
from optimlib.live.asking import Question, fitted
from optimlib.live.controls import read

BOTH = {"no -1": "No: 1e-3.", "1e-3": "Yes, -1."}


def test_a_choice():
    asked = ask("Is x = -1?", BOTH, because="x > -2", then={"k": 1})
    assert asked == Question(
        text="Is x = −1?",
        kind="choice",
        options=(("no −1", "No: 10⁻³."), ("10⁻³", "Yes, −1.")),
        because="x > −2",
        then={"k": 1},
    )
    assert asked.right() == 1
    assert (asked.answer, asked.within, asked.unit) == (None, 0, "")
    assert asked.plain() == "Predict: Is x = −1?\n  a) no −1: No: 10⁻³.\n  b) 10⁻³: Yes, −1.\n  x > −2"
    assert ask("Which?", {"a": "Yes", "b": "Yesterday it was."}).right() == 0
    assert ask("Which?", {1: "No", 2: "Yes"}).options == (("1", "No"), ("2", "Yes"))


def test_a_number():
    asked = ask("How much at -1?", number=-20, unit="steps", because="So.")
    assert asked == Question(
        "How much at −1?", "number", answer=-20.0, within=2.0, unit="steps", because="So.", then={}
    )
    assert asked.said() == "−20 steps"
    assert asked.plain() == "Predict: How much at −1?\n  It is −20 steps.\n  So."
    exact = ask("How many?", number=12345, within=0, because="So.")
    assert (exact.within, exact.said()) == (0.0, "1.234 × 10⁴".replace(" ", "\u202f"))


def test_a_point():
    asked = ask("Where at -1?", point=("axes", 3, None), because="So.")
    assert asked == Question(
        "Where at −1?", "point", answer=("axes", 3, None), within=0.08, because="So.", then={}
    )
    assert ask("Where?", point=("axes", None, 0), within=0.2, because="So.").within == 0.2
    assert asked.plain() == "Predict: Where at −1?\n  So."


@pytest.mark.parametrize(
    "text, given, said",
    [
        ("", {"options": BOTH}, "text must be a question"),
        (" \n", {"options": BOTH}, "text must be a question"),
        (3, {"options": BOTH}, "text must be a question"),
        ("Which?", {}, "one of options, number and point; got 0"),
        ("Which?", {"options": BOTH, "number": 1}, "one of options, number and point; got 2"),
        ("Which?", {"number": 1, "point": (None, 1, 2), "because": "So."}, "got 2"),
        ("Which?", {"options": {"a": "Yes"}}, "at least two answers; got 1"),
        ("Which?", {"options": {"a": "Yes", "b": " "}}, "'b' has no feedback"),
        ("Which?", {"options": {"a": "No", "b": "no"}}, 'begins with "Yes"; got 0'),
        ("Which?", {"options": {"a": "Yes", "b": "Yes."}}, 'begins with "Yes"; got 2'),
        ("Which?", {"number": 1}, "because must give the reason"),
        ("Which?", {"point": (None, 1, 2)}, "because must give the reason"),
        ("Which?", {"number": float("nan"), "because": "So."}, "number must be finite"),
        ("Which?", {"point": (None, None, None), "because": "So."}, "point must have an x or a y"),
    ],
)
def test_what_is_no_question_is_refused(text, given, said):
    with pytest.raises(ValueError) as refused:
        ask(text, **given)
    assert said in str(refused.value)


def test_the_settings_that_show_the_answer_must_exist():
    controls = {"k": read("k", slider(0.0, 1.0, 0.25)), "rule": read("rule", ["a -1", "b"])}
    fit = lambda **then: fitted(ask("Which?", BOTH, then=then), "figure", controls)  # noqa: E731
    assert fit(k=0.5, rule="a -1").then == {"k": "0.50", "rule": "a −1"}
    assert fit(k="0.50").then == {"k": "0.50"}
    assert fit().then == {}
    assert fitted(None, "figure", controls) is None
    with pytest.raises(ValueError, match="ask of figure: then names speed, which is no control"):
        fit(speed=1)
    with pytest.raises(ValueError, match=r"ask of figure: then: k: 0\.3 is not one of its positions"):
        fit(k=0.3)
    with pytest.raises(TypeError, match=r"made by optimlib\.live\.ask; got 'Which"):
        fitted("Which?", "figure", controls)
