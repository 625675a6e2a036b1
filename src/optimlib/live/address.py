"""Addresses: a state of a live figure as a link, `#momentum_on_beale?lr=0.002&rho=0.9`.

The name is the update function's. A control that is not named goes to its start; `rho=0..0.99`
plays from one setting to the other. Settings are written as shown beside the control, or as numbers.
"""

import math
import re
from urllib.parse import unquote

from .printed import printed


def parsed(address):
    """The figure's name, and for each named control what is asked of it: [from, to] or [to].

    Raises ValueError where the address is none.
    """
    match = re.fullmatch(r"#?(?P<name>\w+)\?(?P<query>.*)", address, re.DOTALL)
    if not match:
        raise ValueError(f"address must be #figure?control=setting&…; got {address}")
    settings = {}
    for part in filter(None, match["query"].split("&")):
        part = unquote(part).replace("\xa0", " ")
        control, equals, wanted = part.partition("=")
        if not equals or not control or not wanted:
            raise ValueError(f"address must be #figure?control=setting&…; got {part} in {address}")
        settings[control] = [end.strip() for end in wanted.split("..")]
        if len(settings[control]) > 2:
            raise ValueError(f"{control} can play from one setting to another; got {wanted}")
    return match["name"], settings


def read(settings, controls):
    """Where an address leads: the first and the last setting's number of each control.

    `settings` is what `parsed` found, `controls` the head's list of controls (name, texts, values,
    start). Raises ValueError that names an unknown control, or a setting and the nearest one.
    """
    known = {control["name"]: control for control in controls}
    for name in settings:
        if name not in known:
            raise ValueError(f"no control is named {name}: there are {', '.join(known) or 'none'}")
    ends = {}
    for name, control in known.items():
        wanted = settings.get(name)
        numbers = [_setting(name, want, control) for want in wanted] if wanted else [control["start"]]
        ends[name] = (numbers[0], numbers[-1])
    return ends


def _setting(name, wanted, control):
    plain = _plain(wanted)
    for number, text in enumerate(control["texts"]):
        if _plain(text) == plain:
            return number
    values = control["values"]
    try:
        value = float(wanted.replace("−", "-"))
    except ValueError:
        value = math.nan
    if values is None or math.isnan(value):
        raise ValueError(f"{name} has no setting {wanted}: it has {', '.join(control['texts'])}")
    nearest = min(range(len(values)), key=lambda i: abs(values[i] - value))
    if abs(values[nearest] - value) > 1e-9 * max(1.0, abs(value)):
        raise ValueError(f"{name} has no setting {wanted}: the nearest is {control['texts'][nearest]}")
    return nearest


def _plain(text):
    return re.sub(r"[\s\u202f]", "", printed(text))


def checked(address, claim, figures):
    """The name of the figure that an address sets, where it and the claim about it are so.

    `figures` holds, by name, the controls of each figure and its sentence as a function of the number
    of each control's setting. Raises ValueError, which says what is not so.
    """
    name, settings = parsed(address)
    if name not in figures:
        raise ValueError(f"no figure of this page is named {name}: there are {', '.join(figures)}")
    controls, sentence = figures[name]
    said = sentence({control: last for control, (_, last) in read(settings, controls).items()})
    if claim and printed(claim) not in said:
        raise ValueError(f"the claim {claim!r} is not so: there the figure says {said!r}")
    return name
