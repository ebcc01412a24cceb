"""What the values of a CDA document are, by HL7 v3 data type and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from beam_phi.formats.codes import is_personal
from beam_phi.formats.delimited.headings import is_telling
from beam_phi.formats.document import FieldType
from beam_phi.formats.markup.cda_context import Context, outermost, within
from beam_phi.formats.markup.cda_types import (
    AGE_CODES,
    AREAS,
    CODES,
    ELEMENTS,
    KEPT_AREAS,
    LABELS,
    PHRASES,
    STRUCTURE,
)
from beam_phi.formats.markup.field_types import (
    CODE,
    LABEL,
    NARRATIVE,
    SEARCHED,
    Spot,
    Verdict,
    encoded_at,
    field_type,
    name_key,
)
from beam_phi.formats.markup.identifiers import PATIENT_IDS, SPECIFICATIONS, extension, root
from beam_phi.formats.markup.plain_rules import FORMAT as PLAIN
from beam_phi.formats.markup.telecom import split_telecom
from beam_phi.formats.markup.tree import Element
from beam_phi.library.constraint import Constraint
from beam_phi.library.uids import is_registered

FORMAT = "cda"

# HL7 v3 TS: as many units as are known, an offset from UTC.
_TS = (
    r"[0-9]{4}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:\.[0-9]+)?)?)?)?)?)?(?:[+-][0-9]{4})?"
)
_DATE = Constraint(None, _TS, "date")
_DATETIME = Constraint(None, _TS, "datetime")
# A longer one may be somebody's.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|true|false")
_QUANTITIES = frozenset({"PQ", "INT", "REAL", "MO", "BL", "RTO"})
_AGE = Verdict("age", False, Constraint(None, r"[0-9]+(?:\.[0-9]+)?", "number"))
_QUANTITY = Verdict(None, False, Constraint(kind="number"))
_LABEL_ID = Verdict("other-id", constraint=LABEL)
_MAX_OID = 64
_VERSION = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TOKEN = re.compile(r"[^\s@^]{1,64}")
# The name of a code system, or a few codes; a longer one may be prose, and a longer number somebody's.
_PHRASE = re.compile(r"(?!.*[0-9]{6})(?=.{0,64}\Z)\s*[\w.,:;/()+&#%*=-]+(?:\s+[\w.,:;/()+&#%*=-]+){0,6}\s*")
# Codes that are no number however long, and those that are.
_SHORT_TOKEN = re.compile(r"(?!.*[0-9]{6})[^\s@^]{1,64}")
_NUMERIC = frozenset({"code", "codeSystem", "codeSystemVersion", "valueSet", "valueSetVersion"})
_TELLS = re.compile(r"[^\W_]")
_LONG_NUMBER = re.compile(r"[0-9]{6}")
_FREE_TEXT = frozenset({"ED", "ST"})
_POSTAL_CODE = Verdict("postal-code")
_ADDRESS = Verdict("address")
_GEOGRAPHY = Verdict("geography")


class CdaRules:
    """Gives field types to the values of one document."""

    format = FORMAT

    def __init__(self) -> None:
        self.outermost = outermost()

    def enter(self, element: Element, attributes: Mapping[str, str], stated: str) -> None:
        """An element begins. stated: its type as the document says it."""
        parent = element.parent
        assert parent is not None
        above: Context = parent.context
        element.context = within(above, element.name, parent.name, attributes, stated)
        if element.name == "code":
            above.coded = True
            above.aged = above.aged or attributes.get("code") in AGE_CODES

    # -- texts ------------------------------------------------------------------------------------

    def text(self, element: Element, text: str) -> tuple[FieldType, int]:
        """The type of a text directly in an element, and at which character the field begins."""
        context: Context = element.context
        key, format_ = name_key(element.name), FORMAT
        if context.cell is not None:
            context.cell.add(text)
            if context.cell.column_key:  # a column, that libraries know by its heading as in any table
                key, format_ = context.cell.column_key, PLAIN
        elif _is_foreign(element.name):  # known to libraries by its name, as in any other document
            format_ = PLAIN
        verdict = self._text(element, context, text)
        encoded, start = encoded_at(text)
        if context.base64:
            verdict = Verdict(None, False, encoded="base64")
        elif encoded:
            verdict = verdict._replace(encoded=encoded)
        return field_type(Spot(format_, "text", element.path, "", key, context.type), verdict), start

    def _text(self, element: Element, context: Context, text: str) -> Verdict:
        name = element.name
        if context.narrative:
            return NARRATIVE
        if not _TELLS.search(text):
            return SEARCHED
        if context.moment:
            return _moment(text, context.moment)
        if context.address:
            return _address_part(name)
        if context.type == "TEL":
            return Verdict(split_telecom(text)[0])
        if context.type == "II" and name not in SPECIFICATIONS:
            return Verdict(_role(element, ""))
        if name in ("prefix", "suffix"):
            return SEARCHED
        if name in ("given", "family"):
            return Verdict(context.name or ("patient-name" if context.holder == "patient" else "person-name"))
        if context.name:
            return Verdict(context.name)
        if context.aged:
            return Verdict("age")
        return NARRATIVE if context.type in _FREE_TEXT else SEARCHED

    # -- attributes -------------------------------------------------------------------------------

    def attribute(
        self, element: Element, name: str, value: str, attributes: Mapping[str, str]
    ) -> tuple[FieldType, int] | None:
        """The type of an attribute's value, and at which character the field begins; None for what is
        structure."""
        context: Context = element.context
        if value in STRUCTURE and (name in CODES or name in PHRASES):
            return None
        if element.name in SPECIFICATIONS and _is_version(name, value, attributes):
            return None
        verdict, start = self._attribute(element, context, name, value, attributes)
        if verdict is CODE and is_registered(value):
            return None
        key = name_key(element.name if name == "value" else name)
        encoded, behind = encoded_at(value)
        if behind:  # even in the form of a code
            verdict, start = Verdict(encoded=encoded), behind
        elif verdict.searchable and encoded:
            verdict = verdict._replace(encoded=encoded)
        return field_type(Spot(FORMAT, "attribute", element.path, name, key, context.type), verdict), start

    def _attribute(
        self, element: Element, context: Context, name: str, value: str, attributes: Mapping[str, str]
    ) -> tuple[Verdict, int]:
        if name == "value":
            return self._value(element, context, value)
        if name == "extension":
            return self._extension(element, value, attributes), 0
        if name == "root":
            if element.name in SPECIFICATIONS:
                return _code(_TOKEN, value), 0
            named = bool(attributes.get("extension", "").strip())
            return root(value, named), 0
        if name in LABELS:
            return _label(value), 0
        if name == "href":
            return _link(value)
        if name in CODES:
            return _code(_TOKEN if name in _NUMERIC else _SHORT_TOKEN, value), 0
        if name in PHRASES:
            return _code(_PHRASE, value), 0
        if name == "assigningAuthorityName" and element.name not in SPECIFICATIONS:
            return Verdict("organization"), 0
        if name in ("validTimeLow", "validTimeHigh"):
            return _moment(value, "date"), 0
        return SEARCHED, 0

    def _value(self, element: Element, context: Context, value: str) -> tuple[Verdict, int]:
        """The attribute `value`, which is what its element is of type."""
        if context.moment:
            return _moment(value, context.moment), 0
        if element.name == "reference":
            return _link(value)
        if context.type == "TEL":
            data_class, start = split_telecom(value)
            return Verdict(data_class), start
        if context.type in _QUANTITIES or context.aged:
            if not _NUMBER.fullmatch(value.strip()):
                return Verdict("age") if context.aged else SEARCHED, 0
            return _AGE if context.aged else _QUANTITY, 0
        # Of other types there is no such attribute in HL7's schemas; it says what the text would.
        return self._text(element, context, value), 0

    def _extension(self, element: Element, value: str, attributes: Mapping[str, str]) -> Verdict:
        if element.name in SPECIFICATIONS:
            return _code(_TOKEN, value)
        return extension(
            attributes.get("root", "").strip(), _role(element, attributes.get("assigningAuthorityName", ""))
        )


@lru_cache(maxsize=4096)
def _is_foreign(name: str) -> bool:
    """True for the name of an element that is none of CDA's, and yet tells what is in it."""
    return name not in ELEMENTS and is_telling(name)


def _is_version(name: str, value: str, attributes: Mapping[str, str]) -> bool:
    """True for the date by which a registered specification tells its versions apart, the same for all."""
    dated = name == "extension" and _VERSION.fullmatch(value) is not None
    return dated and is_registered(attributes.get("root", "")[:_MAX_OID])


def _role(element: Element, authority: str) -> str:
    """The data class of an identifier by its place, for one whose issuer says nothing."""
    parent = element.parent
    assert parent is not None
    context: Context = parent.context
    if element.name == "accessionNumber" or parent.name == "order" or "accession" in authority.lower():
        return "accession-number"
    if context.covered and parent.name == "participantRole":
        return "health-plan-id"
    if element.name in PATIENT_IDS or parent.name in PATIENT_IDS:
        return "patient-id"
    if context.holder == "patient" and parent.name in ("participantRole", "alternateIdentification"):
        return "patient-id"
    product = parent.name == "participantRole" and context.holder == "product"
    return "device-id" if product or context.holder == "device" else "other-id"


def _moment(text: str, data_class: str) -> Verdict:
    """A point in time; one in another form than HL7's may be replaced by any."""
    if not re.fullmatch(_TS, text):
        return Verdict(data_class)
    return Verdict(data_class, False, _DATE if len(text) <= len("YYYYMMDD") else _DATETIME)


def _address_part(name: str) -> Verdict:
    if name in KEPT_AREAS:
        return SEARCHED
    if name in AREAS:
        return _GEOGRAPHY
    return _POSTAL_CODE if name == "postalCode" else _ADDRESS


def _code(form: re.Pattern[str], value: str) -> Verdict:
    """A code, if it has the form of one."""
    return CODE if form.fullmatch(value) and not is_personal(value) else SEARCHED


def _label(value: str) -> Verdict:
    """The name of an element: kept, since others refer to it, unless a number in it may be somebody's. Then
    the names and the references change alike: they have the same text, class and constraint."""
    if _LONG_NUMBER.search(value):
        return _LABEL_ID if LABEL.accepts(value) else Verdict("other-id")
    return _code(_TOKEN, value)


def _link(value: str) -> tuple[Verdict, int]:
    if value.startswith("#"):
        return _label(value[1:]), 1
    data_class, start = split_telecom(value)
    # Without a scheme it is a name within the document, whose number sign was forgotten, or a file.
    return (Verdict(data_class), start) if start or data_class != "phone" else (_label(value), 0)
