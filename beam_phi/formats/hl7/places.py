"""Places in a message as people write them, as the attributes that a `field` matcher selects by."""

from __future__ import annotations

import re

_HL7 = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\[(?P<occurrence>[0-9]+)\])?"
    r"(?:-(?P<field>[0-9]+)(?:[(\[](?P<repetition>[0-9]+)[)\]])?"
    r"(?:\.(?P<component>[0-9]+)(?:\.(?P<subcomponent>[0-9]+))?)?)?"
)
_DARKSHIELD = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{2})\|(?P<field>[0-9]+)")


def place(text: str) -> dict[str, str]:
    """The attributes (segment, occurrence, field, repetition, component, subcomponent) that a place names.

    Places are written ``PID``, ``PID-5``, ``PID-5.1``, ``PID[2]-3(1)``, ``PID-3(1).4.2``, or as DarkShield
    does, ``NK1|4``. What is left out is in no attribute, and any number fits. Raises ValueError for anything
    else, for numbers of 0, and for an occurrence or repetition beyond 9, which no field tells.
    """
    found = _HL7.fullmatch(text.strip()) or _DARKSHIELD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no place in an HL7 message; PID-5.1, PID[2]-3(1).4.2 or NK1|4 are")
    attributes = {name: value for name, value in found.groupdict().items() if value is not None}
    for name in attributes.keys() - {"segment"}:
        number = int(attributes[name])
        if number == 0:
            raise ValueError(f"{text!r}: the {name} is 0; all numbers begin with 1")
        if number > 9 and name in ("occurrence", "repetition"):
            raise ValueError(f"{text!r}: the {name} can be told up to 9 only; leave it out for all of them")
        attributes[name] = str(number)
    return attributes
