"""Controls: each one a list of positions, whatever shows it.

They are written as for `ipywidgets.interact`: (min, max) or (min, max, step), a list or a dict
of options, True or False, or a widget; or with the makers here, which say more.
"""

import math
import numbers
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .. import checks
from .printed import printed

SYMBOLS = {
    "rho": "ρ",
    "beta": "β",
    "beta1": "β₁",
    "beta2": "β₂",
    "eps": "ε",
    "lam": "λ",
    "kappa": "κ",
}


@dataclass(frozen=True)
class Control:
    """A keyword of the update function and the values it can take.

    `texts` shows each value to the reader; `start` is the number of the first value shown;
    `kind` is "slider", "choice" or "switch"; `axis`, if given, is the matplotlib axis along
    which the reader can drag the value on the figure itself; `rate`, if given, is how many
    positions a second a slider passes when the reader lets it run.
    """

    values: tuple
    texts: tuple
    kind: str
    start: int = 0
    label: str | None = None
    axis: object = None
    rate: float | None = None

    def shown(self, value):
        """The text of the setting that has this value, or is shown as it; ValueError where there is none."""
        if printed(str(value)) in self.texts:
            return printed(str(value))
        return self.texts[_where(self.values, value)]

    def numbers(self):
        """The values where they are numbers, for addresses; else None."""
        return [float(value) for value in self.values] if all(map(_is_number, self.values)) else None


def slider(low, high=None, step=None, *, start=None, label=None, show=None, drag=None):
    """Equally spaced numbers from low to high, both included where step divides the span.

    `slider(values)` goes through numbers of your own choosing instead. `show` turns a value into
    text, as a format such as "{:.2f}" or a function; `label` is what the reader sees beside the
    control; with `drag=ax.xaxis` or `drag=ax.yaxis` the value also follows a pointer dragged
    across the axes.
    """
    if high is None:
        values = checks.array("values", low, ndim=1)
        if not len(values):
            raise ValueError("values must not be empty: the control has no positions")
        if np.asarray(low).dtype.kind in "iu":  # whole numbers, such as batch sizes, stay whole
            values = values.astype(int)
        return _numeric(values.tolist(), start, label, show, drag)
    for name, value in {"low": low, "high": high}.items():
        checks.number(name, value, checks.finite)
    whole = all(isinstance(v, numbers.Integral) for v in (low, high, 1 if step is None else step))
    if step is None:
        step = 1 if whole else (high - low) / 50 or 1.0
    checks.positive("step", step)
    if high < low:
        raise ValueError(f"high must be at least low, {low}; got {high}: the control has no positions")
    count = math.floor((high - low) / step * (1 + 1e-12) + 1e-9) + 1
    digits = max(0, 12 - math.floor(math.log10(max(abs(low), abs(high), step))))
    values = [low + i * step if whole else round(low + i * step, digits) for i in range(count)]
    return _numeric(values, start, label, show, drag)


def play(low, high, step=1, *, per_second=10, start=None, label=None, show=None):
    """A slider with a button that lets it run to its end, `per_second` positions a second."""
    checks.positive("per_second", per_second)
    return replace(slider(low, high, step, start=start, label=label, show=show), rate=per_second)


def log_slider(low, high, per_decade=10, *, start=None, label=None, show=None, drag=None):
    """Numbers from low to high at equal ratios, `per_decade` of them to each factor of ten."""
    checks.positive("low", low)
    checks.positive("high", high)
    checks.integer("per_decade", per_decade, least=1)
    if high < low:
        raise ValueError(f"high must be at least low, {low}; got {high}: the control has no positions")
    count = math.floor(math.log10(high / low) * per_decade + 1e-9)
    values = [float(f"{low * 10 ** (i / per_decade):.3g}") for i in range(count + 1)]
    values[0] = float(low)  # the ends are the author's
    if count and abs(values[-1] / high - 1) < 5e-3:
        values[-1] = float(high)
    elif values[-1] < high:
        values.append(float(high))
    return _numeric(values, start, label, show, drag)


def _numeric(values, start, label, show, drag):
    show = show or _decimals(values)
    if not (callable(show) or isinstance(show, str)):
        raise TypeError(f'show must be a format such as "{{:.2f}}" or a function; got {show!r}')
    try:
        texts = tuple(show.format(v) if isinstance(show, str) else str(show(v)) for v in values)
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError(f"show must make a text of each value; {show!r} does not: {error!r}") from None
    texts = tuple(map(printed, texts))
    nearest = 0 if start is None else int(np.argmin(np.abs(np.array(values) - start)))
    return Control(tuple(values), texts, "slider", nearest, label, drag)


def choice(options, *, start=None, label=None):
    """One of several options: a list of values, a list of (text, value) pairs, or a dict."""
    if isinstance(options, str) or not isinstance(options, Iterable):
        raise TypeError(f"options must be a list, a dict, or (text, value) pairs; got {options!r}")
    pairs = list(options.items()) if isinstance(options, dict) else list(options)
    if not pairs:
        raise ValueError(f"options must not be empty; got {options!r}: the control has no positions")
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        pairs = [(str(value), value) for value in pairs]
    texts, values = zip(*pairs, strict=True)
    chosen = 0 if start is None else _where(values, start)
    return Control(values, tuple(printed(str(text)) for text in texts), "choice", chosen, label)


def switch(start=False, *, label=None):
    """On or off."""
    return Control((False, True), ("off", "on"), "switch", int(bool(start)), label)


def read(name, given, default=None):
    """The Control that an author means by the keyword `name=given`, starting at `default`.

    Raises ValueError or TypeError, naming the keyword, where nothing can be meant.
    """
    try:
        control = given if isinstance(given, Control) else _interpret(given)
        start = control.start if default is None else _where(control.values, default)
    except (TypeError, ValueError) as error:
        raise type(error)(f"control {name}: {error}") from None
    label = control.label or SYMBOLS.get(name, name.replace("_", " "))
    return replace(control, start=start, label=label)


def _interpret(given):
    if isinstance(given, bool):
        return switch(given)
    if isinstance(given, tuple) and len(given) in (2, 3) and all(map(_is_number, given)):
        return slider(*given)
    if isinstance(given, (list, dict)):
        return choice(given)
    if hasattr(given, "get_state") and hasattr(given, "close"):
        return _from_widget(given)
    raise TypeError(
        "give (min, max) or (min, max, step), a list or a dict of options, True or False, "
        f"or a widget; got {given!r}"
    )


def _from_widget(widget):
    """The control that an ipywidgets widget stands for; the widget itself is closed."""
    label = widget.description or None
    state = {name: getattr(widget, name, None) for name in ("min", "max", "step", "base", "value")}
    options = getattr(widget, "_options_full", None)
    widget.close()
    if options is not None:
        return choice(list(options), start=state["value"], label=label)
    if isinstance(state["value"], bool):
        return switch(state["value"], label=label)
    if state["base"] is not None:
        count = round((state["max"] - state["min"]) / state["step"]) + 1
        values = [state["base"] ** (state["min"] + i * state["step"]) for i in range(count)]
        return _numeric(values, state["value"], label, "{:.3g}", None)
    if _is_number(state["min"]) and _is_number(state["max"]):
        return slider(state["min"], state["max"], state["step"], start=state["value"], label=label)
    raise TypeError(f"a {type(widget).__name__} has no list of positions")


def _where(values, wanted):
    if all(map(_is_number, (*values, wanted))):
        gaps = [abs(value - wanted) for value in values]
        if min(gaps) <= 1e-9 * max(1.0, abs(wanted)):
            return gaps.index(min(gaps))
    for number, value in enumerate(values):  # arrays, too
        if value is wanted or np.array_equal(value, wanted):
            return number
    raise ValueError(f"{wanted!r} is not one of its positions")


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _decimals(values):
    """A format with just the digits that tell the values apart."""
    if all(isinstance(value, numbers.Integral) for value in values):
        return "{}"
    steps = np.diff(sorted(values)) if len(values) > 1 else np.array([abs(values[0]) or 1.0])
    if steps.max() <= 20 * steps.min():
        for digits in range(1, 8):
            if all(abs(round(value, digits) - value) < 1e-3 * steps.min() for value in values):
                return f"{{:.{digits}f}}"
    apart = (f"{{:.{digits}g}}" for digits in range(3, 18))
    near = 0.005 * min((step for step in steps if step > 0), default=0)
    return next(show for show in apart if all(abs(float(show.format(v)) - v) <= near for v in values))
