"""Short notations of places in X12 segments (``NM1*QC-03``) as the attributes that fields are selected by."""

from __future__ import annotations

import re

_PLACE = re.compile(
    r"""
    (?:(?P<transaction>[0-9]{3})/)?
    (?P<segment>[A-Z][A-Z0-9]{1,2})
    (?:
      \*(?P<number>[0-9]{1,2})                        # N4*1
    | (?:\*(?P<qualifier>[A-Z0-9]{1,3}))?             # NM1*QC-03
      (?:-(?P<element>[0-9]{1,2})(?:\.(?P<component>[0-9]{1,2}))?)?
    )
    """,
    re.VERBOSE,
)


def place(text: str) -> dict[str, str]:
    """The attributes that a place selects fields by: the segment, and whatever else the text names.

    ``NM1-03``: the third element of all NM1 segments; ``REF*SY-02``: of those with the code SY; ``CLM-05.1``:
    a component; ``837/NM1*QC-03``: in one kind of transaction; ``REF*SY``: all elements of these segments.
    ``N4*1`` is ``N4-01``: digits after the star are an element's number if nothing follows them.
    Raises ValueError.
    """
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text!r} is no place in X12; write it like NM1-03, REF*SY-02, CLM-05.1 or 837/NM1*QC-03"
        )
    parts = {name: value for name, value in found.groupdict().items() if value}
    number = parts.pop("number", None) or parts.get("element")
    if number is not None:
        parts["element"] = number.zfill(2)
        if parts["element"] == "00" or parts.get("component", "1").strip("0") == "":
            raise ValueError(f"{text!r}: elements and components are numbered from 1")
    if "component" in parts:
        parts["component"] = parts["component"].lstrip("0")
    return parts
