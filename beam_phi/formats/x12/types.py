"""The FieldTypes of X12 elements: made once for each place, and shared by all files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from beam_phi.formats.document import FieldType
from beam_phi.formats.x12.envelope import WIDTHS
from beam_phi.formats.x12.rules import (
    CODE,
    MOMENTS,
    NUMBER,
    SHORT_DATES,
    STRUCTURE,
    TEXT,
    Place,
    data_class,
    name_class,
)
from beam_phi.formats.x12.table import DataElement
from beam_phi.identity.persons import is_title
from beam_phi.library.constraint import Constraint

#: How the text of a field and the bytes of its element differ: not at all; the century is not written
#: (``131031``); a date with a time of day, in which a date alone gets midnight.
Form = Literal["plain", "short-date", "moment"]

_DATE = r"[0-9]{8}"
_MOMENT = r"[0-9]{8}(?:[0-9]{4}|[0-9]{6})?"
_TIME = r"[0-9]{4}(?:[0-9]{2}){0,2}"
# An integer, a decimal, one with exponent: what the type R and the types N0 to N9 take. One that is so short
# is nobody's; a longer one is compared with what is known of the patient, one of nine digits may be any id.
_SHORT_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,5}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})(?:E[+-]?[0-9]{1,3})?")
_LONG_NUMBER = re.compile(r"[+-]?(?:[0-9]{6,8}(?:\.[0-9]{0,8})?|[0-9]{9,12}\.[0-9]{0,4})")
# Control numbers and those of levels, by data element. A word without a digit is none: it may be a name.
_STRUCTURE: Mapping[str, re.Pattern[str]] = {
    "628": re.compile(r"[0-9]{1,5}"),
    "734": re.compile(r"[0-9]{1,5}"),
    "I12": re.compile(r"[0-9]{1,9}"),
    "28": re.compile(r"[0-9]{1,9}"),
    "329": re.compile(r"(?=[A-Za-z]*[0-9])[0-9A-Za-z]{1,9}"),
}
# No code of more letters is without a digit.
_NO_WORD = r"(?![A-Z]{6,}\Z)"
_NO_NAME = re.compile(r"(?!.*[^\W\d_]{4}).*", re.DOTALL)
#: Characters of a code that the table knows no length of.
_CODE_LENGTH = 30


def is_control_number(number: str, text: str) -> bool:
    """True for a value of data element `number` that holds a file together and names nobody."""
    return _STRUCTURE[number].fullmatch(text) is not None


@dataclass(frozen=True, eq=False, slots=True)
class Leaf:
    """How one place is offered as a field.

    type: of a value that is what it should be. fits: true of such values; None if all are. misfit: the leaf
        of values that `fits` is not true of; free text in the end, as far as anybody knows. temporal: True
        for dates and times.
    """

    type: FieldType
    fits: Callable[[str], object] | None = None
    misfit: Leaf | None = None
    form: Form = "plain"
    temporal: bool = False

    def type_of(self, text: str) -> FieldType:
        if self.fits is None or self.misfit is None or self.fits(text):
            return self.type
        return self.misfit.type_of(text)


@cache
def leaf(transaction: str, loop: str, place: Place, element: DataElement) -> Leaf:
    """The leaf of a place. Only for arguments of which there are few: listed codes, known names."""
    attributes = {
        "segment": place.segment,
        "element": place.element,
        "component": place.component,
        "qualifier": place.qualifier,
        "transaction": transaction,
        "loop": loop,
        "type": element.type,
    }
    text = Constraint(element.longest or None)
    known = data_class(place, element)
    if known in (CODE, NUMBER, STRUCTURE):
        return _unsearched(known, attributes, element, text.max_length)
    if known == TEXT:
        # What stands where the table has no element is about nobody known.
        searched = FieldType("x12", attributes, constraint=text, guarded=not element.number)
        if element.number not in ("1038", "1039"):
            return Leaf(searched)
        name = FieldType("x12", attributes, None, name_class(place.role), text)
        return Leaf(searched, is_title, Leaf(name))
    if known in ("date", "birth-date", "time"):
        return _temporal(known, attributes, place, element)
    if place.segment == "ISA":
        text = Constraint(WIDTHS[int(place.element) - 1])
    return Leaf(FieldType("x12", attributes, None, known, text))


def _unsearched(known: str, attributes: dict[str, str], element: DataElement, longest: int | None) -> Leaf:
    """Codes and numbers, as long as they read like such."""

    def type_(kind: str) -> FieldType:
        return FieldType("x12", attributes, constraint=Constraint(longest, kind=kind), searchable=False)

    # A word in the place of a code or number is a name rather than a word, whoever the scope is about. Codes
    # of short letters that a wrong separator joins are none.
    text, told = Constraint(longest), {**attributes, "type": "AN"}
    word = Leaf(FieldType("x12", told, constraint=text, guarded=True))
    free = Leaf(FieldType("x12", told, constraint=text), _NO_NAME.fullmatch, word)
    if known == CODE:
        length = f"{max(element.shortest, 1)},{element.longest or _CODE_LENGTH}"
        return Leaf(type_("code"), re.compile(rf"{_NO_WORD}[A-Z0-9.]{{{length}}}").fullmatch, free)
    if known == STRUCTURE:
        return Leaf(type_("integer"), _STRUCTURE[element.number].fullmatch, free)
    return Leaf(type_("number"), _SHORT_NUMBER.fullmatch, Leaf(type_("code"), _LONG_NUMBER.fullmatch, free))


def _temporal(known: str, attributes: dict[str, str], place: Place, element: DataElement) -> Leaf:
    """Dates and times; a masked one has the form that the qualifier before it names."""
    form: Form = "plain"
    if known == "time":
        pattern, kind = (r"[0-9]{4}" if element.number == "I09" else _TIME), "time"
    elif place.code in MOMENTS:
        pattern, kind, form = _MOMENT, "date", "moment"
    else:
        pattern, kind = _DATE, "date"
        if element.number == "I08" or place.code in SHORT_DATES:
            form = "short-date"
    constraint = Constraint(None, pattern, kind)
    return Leaf(FieldType("x12", attributes, None, known, constraint), form=form, temporal=True)
