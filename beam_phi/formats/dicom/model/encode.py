"""From nodes of the DICOM JSON Model (PS3.18 section F.2) to the encoded data set they stand for (PS3.5)."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import NamedTuple

from beam_phi.formats.dicom.actions import PIXELS
from beam_phi.formats.dicom.attributes import ITEM, SPECIFIC_CHARACTER_SET
from beam_phi.formats.dicom.edits import encode_element
from beam_phi.formats.dicom.elements import EXPLICIT_LITTLE
from beam_phi.formats.dicom.vr import VRS, ValueRepresentation, encode_number
from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.json.grammar import NUMBER
from beam_phi.formats.json.nodes import LITERAL, NUMERIC, TEXT, Container, Leaf, Node

#: The name of UTF-8 as Specific Character Set: JSON is written in nothing else, XML is read so.
UTF_8 = "ISO_IR 192"
#: Parts of a person's name, in the order they have in a value (PS3.5 section 6.2.1.2).
NAME_PARTS = ("Alphabetic", "Ideographic", "Phonetic")

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_MEMBERS = frozenset({"vr", "Value", "InlineBinary", "BulkDataURI"})
# Characters that mean something else within a value.
_NO_TEXT = re.compile(r"[\0\x1b]")
_ATTRIBUTE_TAG = "AT"
# What JSON has no numbers for.
_NO_NUMBERS = frozenset({"NaN", "inf", "-inf"})
# A number of more characters has more digits than any value keeps.
_LONGEST_NUMBER = 24
_SHORT = 0xFFFE


class Encoded(NamedTuple):
    """A data set. bulk: tags of pixels that stand elsewhere, and are not in it."""

    data: bytes
    bulk: list[int]


def encode(data_set: Container) -> Encoded:
    """The data set of an object, in explicit VR little endian and UTF-8.

    Raises FormatError ``unknown-format`` for what the model does not have or what has no place in a data set,
    ``bad-syntax`` for values that are none of their VR.
    """
    bulk: list[int] = []
    members = members_of(data_set)
    before = {tag: member for tag, member in members.items() if tag < SPECIFIC_CHARACTER_SET}
    after = {tag: member for tag, member in members.items() if tag > SPECIFIC_CHARACTER_SET}
    if SPECIFIC_CHARACTER_SET in members:
        _check_charset(members[SPECIFIC_CHARACTER_SET])
    charset = _element(SPECIFIC_CHARACTER_SET, "CS", UTF_8.encode())
    return Encoded(_elements(before, bulk) + charset + _elements(after, bulk), bulk)


def members_of(data_set: Container) -> dict[int, Container]:
    """The elements of a data set by tag, in their order. Raises FormatError ``unknown-format``."""
    members: dict[int, Container] = {}
    for child in data_set.children:
        if not _TAG.fullmatch(child.name) or not isinstance(child, Container) or child.is_array:
            raise _unknown("a member of a data set is no element")
        tag = int(child.name, 16)
        if tag in members or tag >> 16 <= 0x0002 or tag >> 16 == 0xFFFE:
            raise _unknown("an element has no place in a data set")
        members[tag] = child
    return dict(sorted(members.items()))


def items_of(member: Container) -> list[Node]:
    """The values of an element."""
    values = member.member("Value")
    if values is None:
        return []
    if not isinstance(values, Container) or not values.is_array:
        raise _unknown("the values of an element are no array")
    return values.children


def is_bulk(member: Container) -> bool:
    """True for an element whose value stands elsewhere."""
    return member.member("BulkDataURI") is not None


def _elements(members: dict[int, Container], bulk: list[int] | None) -> bytes:
    """bulk: where tags of pixels are noted that stand elsewhere; None where no pixels can be."""
    pieces: list[bytes] = []
    for tag, member in members.items():
        names = {child.name for child in member.children}
        vr = VRS.get(member.text("vr"))
        if vr is None or not names <= _MEMBERS or len(names) > 2:
            raise _unknown("an element has members that the model does not have")
        if tag in PIXELS and names != {"vr"}:
            if bulk is None or not is_bulk(member):
                raise _unknown("pixels stand in a text")
            bulk.append(tag)
            continue
        if tag == SPECIFIC_CHARACTER_SET:
            _check_charset(member)
        pieces.append(_element(tag, vr.code, _value(member, vr)))
    return b"".join(pieces)


def _check_charset(member: Container) -> None:
    if member.text("vr") != "CS" or _value(member, VRS["CS"]) != UTF_8.encode():
        raise FormatError("bad-encoding", "a data set in a text is of another character set")


def _element(tag: int, vr: str, value: bytes) -> bytes:
    if len(value) % 2:
        value += VRS[vr].pad
    if not VRS[vr].long and len(value) > _SHORT:
        raise FormatError("bad-length", "a value is longer than its VR can be")
    return encode_element(EXPLICIT_LITTLE, tag, vr, value)


def _value(member: Container, vr: ValueRepresentation) -> bytes:
    if is_bulk(member):
        return b""
    inline = member.member("InlineBinary")
    if inline is not None:
        return _binary(inline, vr)
    values = items_of(member)
    if vr.form == "sequence":
        return b"".join(map(_item, values))
    if vr.form == "binary" and values:
        raise _unknown("bytes are given as values")
    texts = [_name(value) if vr.code == "PN" else _text(value, vr) for value in values]
    if vr.form == "number":
        return _numbers(texts, vr) if texts else b""
    parted = vr.split or vr.numeric
    if (not parted and len(texts) > 1) or (parted and any("\\" in text for text in texts)):
        raise FormatError("bad-syntax", "a value has a backslash, or a brother, that it can't have")
    return "\\".join(texts).encode()


def _item(value: Node) -> bytes:
    if not isinstance(value, Container) or value.is_array:
        raise _unknown("an item is no object")
    data = _elements(members_of(value), None)
    return struct.pack("<HHI", ITEM >> 16, ITEM & 0xFFFF, len(data)) + data


def _binary(inline: Node, vr: ValueRepresentation) -> bytes:
    if vr.form != "binary" or not isinstance(inline, Leaf) or inline.kind != TEXT:
        raise _unknown("bytes are given for what has none")
    try:
        return base64.b64decode(inline.text, validate=True)
    except (binascii.Error, ValueError):
        raise FormatError("bad-syntax", "bytes are not in base64") from None


def _name(value: Node) -> str:
    if isinstance(value, Leaf) and value.kind == LITERAL and value.text == "null":
        return ""
    if not isinstance(value, Container) or value.is_array:
        raise _unknown("a name is no object")
    if not {child.name for child in value.children} <= set(NAME_PARTS):
        raise _unknown("a name has parts that the model does not have")
    parts = [member for name in NAME_PARTS for member in [value.member(name)]]
    texts = [_text(part, VRS["PN"]) if part is not None else "" for part in parts]
    if any("=" in text for text in texts):
        raise FormatError("bad-syntax", "a part of a name has the sign between parts")
    return "=".join(texts).rstrip("=")


def _text(value: Node, vr: ValueRepresentation) -> str:
    """The text of a value. Raises FormatError."""
    if not isinstance(value, Leaf):
        raise _unknown("a value is an object or array")
    if value.kind == LITERAL:
        if value.text != "null" or vr.form == "number":
            raise _unknown("a value is true or false")
        return ""
    number = vr.form == "number" or vr.numeric
    if (value.kind == NUMERIC and not number) or (number and len(value.text) > _LONGEST_NUMBER):
        raise FormatError("bad-syntax", "a value is a number and can't be, or is too long a number")
    if _NO_TEXT.search(value.text) or value.text != value.text.rstrip(" "):
        raise FormatError("bad-syntax", "a value has characters that it can't have")
    return value.text


def _numbers(texts: list[str], vr: ValueRepresentation) -> bytes:
    try:
        if vr.code == _ATTRIBUTE_TAG:
            if not all(map(_TAG.fullmatch, texts)):
                raise Unfit("no tag")
            return b"".join(struct.pack("<HH", int(text[:4], 16), int(text[4:], 16)) for text in texts)
        if not all(NUMBER.fullmatch(text.encode()) or text in _NO_NUMBERS for text in texts):
            raise Unfit("no number")
        return encode_number(vr, "\\".join(texts), "<")
    except Unfit:
        raise FormatError("bad-syntax", "a value is no number of its VR") from None


def _unknown(message: str) -> FormatError:
    return FormatError("unknown-format", message)
