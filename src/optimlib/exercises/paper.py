"""Checkers for numbers that are worked out on paper."""

import math
from dataclasses import dataclass, field

from . import words
from .answers import MistakeError, reals
from .compare import Verdict


@dataclass(frozen=True)
class OnPaper:
    """A checker that is called with the reader's numbers, in the order of `wants`.

    Parameters
    ----------
    wants : dict from the name of a number to its value, computed by the chapter's module. A whole
        number must be met exactly, any other to within `within` of its size (of 1 where it is zero).
    mistakes : dict from a sentence to the numbers that a typical mistake gives; None for a number
        that the mistake leaves open.

    Examples
    --------
    >>> check = OnPaper({"the sum": 3, "the root": 2**0.5}, {"You took the square.": (None, 4)})
    >>> check(3, 1.41)
    Right.
    >>> check(3, 4)
    The root: yours is 4, which is not right. You took the square.
    """

    wants: dict
    mistakes: dict = field(default_factory=dict)
    within: float = 0.01

    def __call__(self, *given):
        """The verdict on the reader's numbers. It never raises for what they are."""
        count, plural = len(self.wants), "" if len(self.wants) == 1 else "s"
        if len(given) != count:
            return Verdict(
                False, f"{count} number{plural}, please: {', '.join(self.wants)}. You gave {len(given)}."
            )
        if any(number is None or number is Ellipsis for number in given):
            return Verdict(False, f"Not finished yet: put your number{plural} in place of the dots.")
        try:
            found = [self._number(name, number) for name, number in zip(self.wants, given, strict=True)]
        except MistakeError as error:
            return Verdict(False, words.capital(str(error)))
        wrong = [
            (name, mine)
            for (name, want), mine in zip(self.wants.items(), found, strict=True)
            if not self._meets(mine, want)
        ]
        if not wrong:
            return Verdict(True, "Right.")
        name, yours = wrong[0]
        hints = [sentence for sentence, numbers in self.mistakes.items() if self._is(found, numbers)]
        return Verdict(
            False,
            words.paragraph(
                f"{words.capital(name)}: yours is {words.number(yours)}, which is not right", *hints[:1]
            ),
        )

    def _number(self, name, given):
        value = reals(given, name)
        if value.size != 1:
            raise MistakeError(f"{name} must be one number; yours gives {words.anything(given)}.")
        return float(value.reshape(()))

    def _meets(self, number, want):
        exact = isinstance(want, int)
        return math.isclose(
            number, want, rel_tol=1e-9 if exact else self.within, abs_tol=0 if exact or want else self.within
        )

    def _is(self, found, numbers):
        """Whether the reader's numbers are those of a mistake."""
        known = [(mine, theirs) for mine, theirs in zip(found, numbers, strict=True) if theirs is not None]
        return all(self._meets(mine, theirs) for mine, theirs in known)
