"""What the tests of HL7 messages share."""

from __future__ import annotations

import io

from support.scopes import rendered

from beam_phi.formats import hl7
from beam_phi.formats.document import Source
from beam_phi.formats.hl7.message import Message
from beam_phi.formats.hl7.values import Value

MSH = r"MSH|^~\&|LAB|GOOD HEALTH|EHR|CLINIC|20200102030405||ORU^R01|42|P|2.5.1"


def message(*segments: str, end: str = "\r") -> bytes:
    """A message of these segments after an MSH."""
    return "".join(segment + end for segment in (MSH, *segments)).encode()


def scopes(data: bytes) -> list[Message]:
    return list(hl7.open(Source(io.BytesIO(data), len(data))).scopes())


def values(data: bytes) -> dict[str, Value]:
    """The fields by their places, without the number of the message."""
    return {field.location.partition(" / ")[2]: field for scope in scopes(data) for field in scope.fields()}


def texts(data: bytes) -> dict[str, str]:
    """The texts of all segments but the MSH."""
    return {place: field.text for place, field in values(data).items() if not place.startswith("MSH")}


def value(*segments: str, place: str) -> Value:
    return values(message(*segments))[place]


def replaced(data: bytes, place: str, text: str) -> bytes:
    found = scopes(data)
    for scope in found:
        for field in scope.fields():
            if field.location.endswith(place):
                scope.replace(field, text)
                return rendered(found)
    raise AssertionError(place)
