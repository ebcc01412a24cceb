"""Field types of markup, made once and shared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from beam_phi.formats.delimited.headings import heading_key
from beam_phi.formats.document import FieldType
from beam_phi.formats.encoding import holds_base64
from beam_phi.library.constraint import ANY, Constraint

_DATA_URI = re.compile(r"\s*data:[!-+\--~]{0,200};base64,", re.IGNORECASE)
#: Characters a text may have before what is in base64.
MAX_LEAD = 256


class Spot(NamedTuple):
    """Where values stand that have a field type in common.

    format: ``xml`` or ``cda``. part: ``text``, ``attribute``, ``comment`` or ``instruction``. path: local
    names joined by ``/``. column_key: letters and digits of the name, or heading, that says what
    the value is. type: its HL7 v3 data type, if known.
    """

    format: str
    part: str
    path: str
    attribute: str
    column_key: str
    type: str = ""


class Verdict(NamedTuple):
    """What is known of a value by its place.

    root: the OID that an identifier was given under. issuer: the same, of a patient's id. encoded: see
    `encoding_of`.
    """

    data_class: str | None = None
    searchable: bool = True
    constraint: Constraint = ANY
    root: str = ""
    issuer: str = ""
    encoded: str = ""


#: What libraries know an element, attribute or heading by; remembered.
name_key = lru_cache(maxsize=16384)(heading_key)
#: Names of elements that references go to. `MarkupScope.replace` sees to it that they begin like names.
LABEL = Constraint(None, r"[\w.-]+")
SEARCHED = Verdict()
NARRATIVE = Verdict("free-text")
CODE = Verdict(None, False, Constraint(kind="code"))


@lru_cache(maxsize=16384)
def field_type(spot: Spot, verdict: Verdict) -> FieldType:
    """The shared type.

    Attributes: `part`, `path`, `element`, `parent`, `attribute`, `column_key`; where known `type`, `root`,
    `issuer`, `encoded` (``base64``, or ``xml`` for a document within a text).
    """
    above, _, element = spot.path.rpartition("/")
    attributes = {
        "part": spot.part,
        "path": spot.path,
        "element": element,
        "parent": above.rpartition("/")[2],
        "attribute": spot.attribute,
        "column_key": spot.column_key,
    }
    more = {"type": spot.type, "root": verdict.root, "issuer": verdict.issuer, "encoded": verdict.encoded}
    attributes |= {name: value for name, value in more.items() if value}
    return FieldType(
        spot.format,
        attributes,
        data_class=verdict.data_class,
        constraint=verdict.constraint,
        searchable=verdict.searchable,
    )


def encoding_of(text: str) -> str:
    """What a text is that is no plain text: ``base64``, or ``xml`` for a document or part of one; else ""."""
    begin = text[:64].lstrip()
    if begin.startswith("<") and text.rstrip().endswith(">") and (begin[1:2].isalpha() or begin[1:2] in "?!"):
        return "xml"
    return "base64" if holds_base64(text) else ""


def encoded_at(text: str) -> tuple[str, int]:
    """The same, and at which character it begins: behind the head of a ``data:`` URI."""
    head = _DATA_URI.match(text, 0, MAX_LEAD)
    if head is not None and text[head.end() :].strip():
        return "base64", head.end()
    return encoding_of(text), 0
