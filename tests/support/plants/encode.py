"""A DICOM writer of its own (PS3.5 chapter 7, PS3.10 section 7): writes what is asked, however wrong it is.

Planted files hold names in numbers, sequences in UN and text behind the end, which a proper library refuses.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

EXPLICIT, IMPLICIT, BIG, DEFLATED = "explicit", "implicit", "big", "deflated"
TRANSFER_SYNTAXES = {
    EXPLICIT: "1.2.840.10008.1.2.1",
    IMPLICIT: "1.2.840.10008.1.2",
    BIG: "1.2.840.10008.1.2.2",
    DEFLATED: "1.2.840.10008.1.2.1.99",
}
_LONG = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
_FORMATS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "H", "OW": "H"}
_UNDEFINED = 0xFFFFFFFF

Value: TypeAlias = "bytes | str | tuple[float, ...] | list[list[El]]"


class El(NamedTuple):
    """An element. value: bytes or ASCII text as they are, numbers, or the items of a sequence.

    undefined: a sequence and its items end by delimiters. raw: these bytes stand in the place of all of it.
    """

    tag: int
    vr: str
    value: Value
    undefined: bool = False
    raw: bytes = b""


def encode(elements: Iterable[El], syntax: str = EXPLICIT, *, sort: bool = True) -> bytes:
    """A data set: elements in the order of their tags (or as given), the last of equal tags alone."""
    order = list(elements)
    if sort:
        order = sorted({element.tag: element for element in order}.values(), key=lambda element: element.tag)
    return b"".join(element_bytes(element, syntax) for element in order)


def element_bytes(element: El, syntax: str = EXPLICIT) -> bytes:
    """One element, header and all."""
    if element.raw:
        return element.raw
    order = ">" if syntax == BIG else "<"
    if isinstance(element.value, list):
        value = items(element.value, syntax, undefined=element.undefined)
    else:
        value = value_bytes(element.vr, element.value, order)
    length = _UNDEFINED if element.undefined else len(value)
    head = struct.pack(order + "HH", element.tag >> 16, element.tag & 0xFFFF)
    if syntax == IMPLICIT:
        head += struct.pack("<I", length)
    elif element.vr in _LONG:
        head += element.vr.encode() + b"\0\0" + struct.pack(order + "I", length)
    else:
        head += element.vr.encode() + struct.pack(order + "H", length)
    return head + value


def value_bytes(vr: str, value: bytes | str | tuple[float, ...], order: str = "<") -> bytes:
    """A value of even length."""
    if isinstance(value, tuple):
        return struct.pack(f"{order}{len(value)}{_FORMATS[vr]}", *value)
    raw = value.encode("ascii") if isinstance(value, str) else value
    pad = b"\0" if vr in ("UI", "OB", "UN", "OW") else b" "
    return raw + pad * (len(raw) % 2)


def items(sequence: Sequence[Iterable[El]], syntax: str = EXPLICIT, *, undefined: bool = False) -> bytes:
    """The value of a sequence."""
    order = ">" if syntax == BIG else "<"
    delimiter = struct.Struct(order + "HHI")
    parts = []
    for elements in sequence:
        body = encode(elements, syntax)
        parts.append(delimiter.pack(0xFFFE, 0xE000, _UNDEFINED if undefined else len(body)) + body)
        if undefined:
            parts.append(delimiter.pack(0xFFFE, 0xE00D, 0))
    if undefined:
        parts.append(delimiter.pack(0xFFFE, 0xE0DD, 0))
    return b"".join(parts)


def fragments(frames: Iterable[bytes], table: bytes = b"") -> bytes:
    """Encapsulated pixel data (PS3.5 A.4) from `(7FE0,0010)` to its delimiter."""
    item = struct.Struct("<HHI")
    body = item.pack(0xFFFE, 0xE000, len(table)) + table
    for frame in frames:
        frame += b"\0" * (len(frame) % 2)
        body += item.pack(0xFFFE, 0xE000, len(frame)) + frame
    head = struct.pack("<HH2s2xI", 0x7FE0, 0x0010, b"OB", _UNDEFINED)
    return head + body + item.pack(0xFFFE, 0xE0DD, 0)


def whole_file(
    data_set: bytes,
    syntax: str,
    sop_class: str,
    instance: str,
    *,
    transfer_syntax: str = "",
    meta: Iterable[El] = (),
    preamble: bytes = bytes(128),
    behind: bytes = b"",
) -> bytes:
    """Preamble, file meta information and data set; `behind`: bytes after its end."""
    head = encode(
        [
            El(0x00020001, "OB", b"\0\1"),
            El(0x00020002, "UI", sop_class),
            El(0x00020003, "UI", instance),
            El(0x00020010, "UI", transfer_syntax or TRANSFER_SYNTAXES[syntax]),
            El(0x00020012, "UI", "1.2.826.0.1.3680043.8.498.1"),
            *meta,
        ]
    )
    group_length = element_bytes(El(0x00020000, "UL", (len(head),)))
    body = data_set + behind
    if syntax == DEFLATED:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = deflater.compress(data_set) + deflater.flush()
        body += b"\0" * (len(body) % 2) + behind
    return preamble + b"DICM" + group_length + head + body
