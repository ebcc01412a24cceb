"""The field type of one leaf, by what its place is known to hold and, where that is not sure, by its value.

A value that does not read like what the tables expect is treated as text and searched: a code of several
words, a number with letters. Bytes that spell a document of their own are marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from beam_phi.formats.codes import is_personal
from beam_phi.formats.document import FieldType
from beam_phi.formats.encoding import MIN_BASE64, holds_base64
from beam_phi.formats.hl7.classes import (
    APPLICATIONS,
    ENVELOPES,
    HEADER,
    KEPT,
    PUBLIC_AUTHORITIES,
    STRAYS,
    UNLESS,
    is_as_expected,
    is_header_code,
)
from beam_phi.formats.hl7.types import CODED, CODES, NUMBERS
from beam_phi.library.constraint import ANY, Constraint
from beam_phi.library.uids import is_oid, is_public

#: A longer code, or one with a blank, is words.
MAX_CODE = 64

_DATE_PATTERN = r"[0-9]{4}(?:[0-9]{2}(?:[0-9]{2})?)?"
_CLOCK = r"[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:\.[0-9]{1,4})?)?)?"
_ZONE = r"(?:[+-][0-9]{4})?"
_DATE = Constraint(pattern=_DATE_PATTERN, kind="date")
_MOMENT = Constraint(
    pattern=rf"[0-9]{{4}}(?:[0-9]{{2}}(?:[0-9]{{2}}(?:{_CLOCK})?)?)?{_ZONE}", kind="datetime"
)
_TIME = Constraint(pattern=_CLOCK + _ZONE, kind="time")
_CODE, _NAME, _UID = Constraint(kind="code"), Constraint(kind="name"), Constraint(kind="uid")
_AGE = Constraint(kind="age")
_NUMBER = Constraint(pattern=r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", kind="number")
_DOCUMENT = Constraint(kind="document")
_BY_CLASS = {"patient-name": _NAME, "person-name": _NAME, "uid": _UID, "time": _TIME, "age": _AGE}

# Numbers so short that they are nobody's.
_SHORT_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,4}(?:\.[0-9]*)?|\.[0-9]+)")
_ANY_NUMBER = re.compile(_NUMBER.pattern or "")
_WORDS = re.compile(r"[,;]|\S\s+\S")
#: No code of the HL7 tables for parts of names, addresses and identifiers is longer, or has such a number.
MAX_TABLE_CODE = 8
_NUMBERED = re.compile(r"(?:[0-9][^0-9]*){4}")
# Types whose values may be universal ids in dotted form.
_WITH_OID = frozenset({"CNN", "EI", "HD", "RP", "XON"})
_CODED_PARTS = frozenset({1, 4, 10})


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is known of a leaf's place.

    type: its own data type, "" if unknown. owner, part: the data type and the component that it is, ""
    and 0 for a field without components. data_class: "" for none, KEPT for what is nobody's. text: codes of
    the place were text in an older version.
    """

    type: str
    owner: str
    part: int
    data_class: str
    text: bool = False


class Slot:
    """The field types that values of one leaf may have; made once, so that they are shared.

    fixed: the type, where it depends on no value.
    """

    __slots__ = ("_attributes", "_guarded", "_known", "_types", "choose", "fixed")

    def __init__(self, attributes: dict[str, str], known: Leaf) -> None:
        self._attributes = attributes
        self._known = known
        # An envelope is about nobody: no name is known that its comments could be searched for.
        place = attributes["segment"], attributes.get("field", "")
        self._guarded = place[0] in ENVELOPES and place not in APPLICATIONS and not known.data_class
        self._types: dict[str, FieldType] = {}
        self.choose: Callable[[str], FieldType] = self._chooser()
        self.fixed = None if self.choose != self._classed else self._classed("")

    def encoded(self, encoding: str = "base64") -> FieldType:
        """The type of a document that no matcher can look into. encoding: ``base64``, or ``sealed`` for one
        that can't be masked and is taken out."""
        return self._type(encoding, None, _DOCUMENT, searchable=False, encoded=encoding)

    def _chooser(self) -> Callable[[str], FieldType]:
        known = self._known
        if known.data_class == KEPT:
            return self._code
        if known.data_class == HEADER:
            return self._header
        if known.data_class in UNLESS:
            return self._unless
        if known.owner in _WITH_OID and known.type != "ID" and known.data_class not in ("patient-id", "uid"):
            return self._universal
        if known.data_class and known.data_class != "free-text":
            return self._classed
        if known.owner in STRAYS and known.type in CODES:
            return self._table_code
        identifier = known.owner in CODED and known.part in _CODED_PARTS
        if (known.type in CODES or identifier) and not known.text and not known.data_class:
            return self._code
        return self._number if known.type in NUMBERS else self._text

    def _classed(self, text: str) -> FieldType:
        if made := self._types.get("class"):
            return made
        known = self._known
        constraint = _BY_CLASS.get(known.data_class, ANY)
        if known.data_class in ("date", "birth-date"):
            constraint = _DATE if known.type == "DT" else _MOMENT
        return self._type("class", known.data_class, constraint)

    def _unless(self, text: str) -> FieldType:
        if is_as_expected(self._known.data_class, text):
            return self._type("text", None, ANY)
        data_class = UNLESS[self._known.data_class]
        return self._type("class", data_class, _BY_CLASS.get(data_class, ANY))

    def _table_code(self, text: str) -> FieldType:
        if len(text.strip()) <= MAX_TABLE_CODE and _NUMBERED.search(text) is None:
            return self._code(text)
        data_class = STRAYS[self._known.owner]
        return self._type("stray", data_class, _BY_CLASS.get(data_class, ANY))

    def _universal(self, text: str) -> FieldType:
        if "." in text and is_oid(text):
            if is_public(text):
                return self._type("code", None, _CODE, searchable=False)
            return self._type("uid", "uid", _UID)
        if self._known.owner == "HD" and text.strip().upper() in PUBLIC_AUTHORITIES:
            return self._type("code", None, _CODE, searchable=False)
        if self._known.data_class:
            return self._classed(text)
        return self._text(text)

    def _header(self, text: str) -> FieldType:
        return self._code(text) if is_header_code(text) else self._text(text)

    def _code(self, text: str) -> FieldType:
        if len(text) > MAX_CODE or not (text.isalnum() or _is_token(text)):
            return self._text(text)
        return self._types.get("code") or self._type("code", None, _CODE, searchable=False)

    def _number(self, text: str) -> FieldType:
        number = text.strip()
        if _SHORT_NUMBER.fullmatch(number):
            return self._type("number", None, _NUMBER, searchable=False)
        # A code is still compared with what is known of the patient.
        return self._code(text) if _ANY_NUMBER.fullmatch(number) else self._text(text)

    def _text(self, text: str) -> FieldType:
        if len(text) >= MIN_BASE64 and holds_base64(text):
            return self.encoded()
        data_class = "free-text" if self._known.data_class == "free-text" else None
        return self._types.get("text") or self._type("text", data_class, ANY)

    def _type(
        self,
        form: str,
        data_class: str | None,
        constraint: Constraint,
        searchable: bool = True,
        encoded: str = "",
    ) -> FieldType:
        type_ = self._types.get(form)
        if type_ is None:
            attributes = {**self._attributes, "encoded": encoded} if encoded else self._attributes
            type_ = FieldType(
                "hl7",
                MappingProxyType(attributes),
                data_class=data_class,
                constraint=constraint,
                searchable=searchable,
                guarded=self._guarded,
            )
            type_ = self._types.setdefault(form, type_)
        return type_


def _is_token(text: str) -> bool:
    """True for what is neither words nor somebody's number."""
    return _WORDS.search(text) is None and not is_personal(text)
