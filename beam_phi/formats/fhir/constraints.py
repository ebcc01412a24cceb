"""What a replacement must obey to be valid FHIR."""

from __future__ import annotations

from beam_phi.formats.json.grammar import NUMBER_TEXT
from beam_phi.library.constraint import Constraint

_DATE = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SECONDS = r":(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

DATE = Constraint(pattern=_DATE, kind="date")
# Seconds and zone are left out in practice, and a date is moved in the form it has.
DATE_TIME = Constraint(pattern=rf"(?:{_DATE}|{_DAY}T{_CLOCK}(?:{_SECONDS})?{_ZONE}?)", kind="datetime")
INSTANT = Constraint(pattern=rf"{_DAY}T{_CLOCK}(?:{_SECONDS})?{_ZONE}?", kind="datetime")
TIME = Constraint(pattern=rf"{_CLOCK}(?:{_SECONDS})?", kind="time")
CODE = Constraint(pattern=r"\S+(?: \S+)*", kind="code")
NUMBER = Constraint(pattern=NUMBER_TEXT, kind="number")
# A number that is masked as no number is: what a rule makes of it may be none, and a dummy takes its place.
ANY_NUMBER = Constraint(kind="number")
INTEGER = Constraint(pattern=r"-?(?:0|[1-9][0-9]*)", kind="integer")
# A number so long that it may be somebody's: it is compared with what is known of the subject, as codes are.
LONG_NUMBER = Constraint(pattern=NUMBER_TEXT, kind="code")
LONG_INTEGER = Constraint(pattern=INTEGER.pattern, kind="code")
UID = Constraint(pattern=r"[0-2](?:\.(?:0|[1-9][0-9]*))+", kind="uid")
# Ids are longer in practice, and have other characters; these would change what a reference means.
ID = Constraint(pattern=r"[^\s/?#|&=,\"<>]+")
BASE64 = Constraint(pattern=r"[A-Za-z0-9+/=\s]*", kind="document")

#: By primitive type.
CONSTRAINTS = {
    "date": DATE, "dateTime": DATE_TIME, "instant": INSTANT, "time": TIME, "code": CODE, "id": ID, "oid": UID,
    "base64Binary": BASE64, "decimal": NUMBER, "integer": INTEGER, "integer64": INTEGER,
    "positiveInt": INTEGER, "unsignedInt": INTEGER,
}  # fmt: skip
