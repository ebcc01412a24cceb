"""What must become of an attribute, from the words of PS3.15 Annex E."""

from __future__ import annotations

from collections.abc import Collection

from conformance.table import PRIVATE, Row

#: Beside the letters of Table E.1-1a: the fixed dummy of a date that is known elsewhere; absent or empty.
#: Letters with ``or`` between them: any of them will do.
FIXED = "fixed"
GONE_OR_EMPTY = "X or Z"

#: In an object whose IOD is not known: what is valid whatever the Type may be.
_UNKNOWN_IOD = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D"}

#: Context Group Version, Context Group Local Version: printed in the standard for everybody to read.
_PUBLISHED = frozenset({"00080106", "00080107"})

#: No storage IOD has it of Type 2: an empty one may be as wrong as an absent one (docs/conformance.md).
_REFERENCED_STUDY = "00081110"

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN", "US", "UL", "SS", "SL", "FD", "FL", "AT"})


def resolve(basic: str, iod_type: str | None) -> str:
    """A cell of the Basic Profile for an attribute of a Type: ``1``, ``1C``, ``2``, ``2C``, ``3``.

    ``""`` if the IOD does not have the attribute; iod_type is None if the IOD is unknown.
    """
    if "/" not in basic:
        return basic
    if basic == "X/Z/U*":
        return "U"  # the documented choice, whatever the Type: references stay whole
    if iod_type is None:
        return _UNKNOWN_IOD[basic]
    if iod_type in ("3", ""):
        return "Z" if basic == "Z/D" else "X"
    if iod_type in ("2", "2C"):
        # X/D names no Z: an empty value keeps the IOD valid, a dummy is what the letter says.
        return "Z or D" if basic == "X/D" else "Z"
    return {"X/Z": "Z"}.get(basic, "D")


def expected(row: Row, options: Collection[str], vr: str, iod_type: str | None = None) -> str:
    """The letter under these options, for an element of that VR."""
    basic = resolve(row.basic, iod_type)
    if row.printed == _REFERENCED_STUDY and iod_type is None:
        basic = GONE_OR_EMPTY
    if row.printed == PRIVATE:
        return basic  # which private elements are safe is told elsewhere; those of the tests are not
    cells = {option: cell for option, cell in row.cells.items() if option in options}
    if not cells:
        return basic
    if "C" not in cells.values():
        return "K"
    if vr in _BINARY:
        return basic
    if "modified-dates" in cells and ("device-identity" in row.cells or row.printed in _PUBLISHED):
        return FIXED
    return "C"
