"""Questions that a live figure asks before it moves.

A prediction that is entered, even a poor one, is what makes the answer stick (Kim, Reinecke &
Hullman 2017). Until the reader has answered, or asked to be shown, the figure's controls rest.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from .. import checks
from .printed import printed

RIGHT = re.compile(r"Yes\b")


@dataclass(frozen=True)
class Question:
    """What a figure asks, and what is so.

    `kind` is "choice", "number" or "point". `options` are (text, feedback) pairs of a choice.
    `answer` is the number, or the (axes, x, y) of the point; `within` says how near is near enough.
    `because` is the reason, `then` the settings that show it.
    """

    text: str
    kind: str
    options: tuple = ()
    answer: object = None
    within: float = 0.0
    unit: str = ""
    because: str = ""
    then: dict | None = None

    def right(self):
        """The number of the right option."""
        return next(i for i, (_, feedback) in enumerate(self.options) if RIGHT.match(feedback))

    def plain(self):
        """The question and what is so, as text, for where nothing runs."""
        lines = [f"Predict: {self.text}"]
        lines += [f"  {'abcdefgh'[i]}) {text}: {feedback}" for i, (text, feedback) in enumerate(self.options)]
        if self.kind == "number":
            lines.append(f"  It is {self.said()}.")
        return "\n".join([*lines, *([f"  {self.because}"] if self.because else [])])

    def said(self):
        """The right number with its unit."""
        return printed(f"{self.answer:.4g}") + (f" {self.unit}" if self.unit else "")


def ask(text, options=None, *, number=None, point=None, within=None, unit="", because="", then=None):
    """A question for `live(fig, ask=ask(…), …)`.

    With `options`, a dict from each answer to what is said of it: the right one's begins with "Yes".
    With `number`, the answer is entered; `within` is how far off still counts as right (by default a
    tenth of it), `unit` stands behind it. With `point=(ax, x, y)` it is pointed at on the figure; x or
    y may be None where it does not count, and `within` is a share of the panel's width and height (by
    default 0.08). `because` gives the reason, and `then` the settings of controls that show it.

    Raises TypeError or ValueError where there is no question, no answer, or no reason.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"text must be a question; got {text!r}")
    given = [kind for kind in (options, number, point) if kind is not None]
    if len(given) != 1:
        raise ValueError(f"ask takes one of options, number and point; got {len(given)} of them")
    more = {"unit": unit, "because": printed(because), "then": dict(then or {})}
    if options is not None:
        return Question(printed(text), "choice", _options(options), **more)
    if not because:
        raise ValueError("because must give the reason: it stands beside the reader's answer")
    if number is not None:
        checks.finite("number", number)
        within = abs(float(number)) / 10 if within is None else float(within)
        return Question(printed(text), "number", answer=float(number), within=within, **more)
    ax, x, y = point
    if x is None and y is None:
        raise ValueError("point must have an x or a y")
    return Question(printed(text), "point", answer=(ax, x, y), within=within or 0.08, **more)


def _options(options):
    pairs = tuple((printed(str(text)), printed(str(feedback))) for text, feedback in dict(options).items())
    if len(pairs) < 2:
        raise ValueError(f"options must hold at least two answers; got {len(pairs)}")
    for text, feedback in pairs:
        if not feedback.strip():
            raise ValueError(f"options must say something of each answer; {text!r} has no feedback")
    right = np.sum([bool(RIGHT.match(feedback)) for _, feedback in pairs])
    if right != 1:
        raise ValueError(f'options must have one right answer, whose feedback begins with "Yes"; got {right}')
    return pairs


def fitted(question, name, controls):
    """The question of the figure of that name, once its answer's settings are known to exist; or None."""
    if question is None:
        return None
    if not isinstance(question, Question):
        raise TypeError(f"ask must be made by optimlib.live.ask; got {question!r}")
    then = {}
    for control, value in question.then.items():
        if control not in controls:
            raise ValueError(f"ask of {name}: then names {control}, which is no control")
        try:
            then[control] = controls[control].shown(value)
        except ValueError as error:
            raise ValueError(f"ask of {name}: then: {control}: {error}") from None
    return replace(question, then=then)
