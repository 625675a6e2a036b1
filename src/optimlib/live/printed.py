"""Numbers as in print: 2.2 × 10⁻¹¹ and not 2.2e-11, −3 with a minus, no break inside a number."""

import re

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NARROW = "\u202f"  # a space that does not break
POWER = re.compile(r"(?<![\w.])([-−]?)(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)")
MINUS = re.compile(r"(?<![\w\d.)\]])-(?=\.?\d|inf\b)")


def printed(text):
    """The text with its numbers as a book prints them.

    >>> printed("f = 2.20e-11 at x = -3; 1e+06 steps")
    'f = 2.20\\u202f×\\u202f10⁻¹¹ at x = −3; 10⁶ steps'
    """
    return MINUS.sub("−", POWER.sub(_power, text))


def _power(match):
    sign, digits, exponent = match[1], match[2], int(match[3])
    if float(digits) == 0:
        return "0"
    power = "10" + str(exponent).translate(SUPERSCRIPT)
    if exponent == 0:
        return sign + digits
    return sign + (power if float(digits) == 1 else f"{digits}{NARROW}×{NARROW}{power}")
