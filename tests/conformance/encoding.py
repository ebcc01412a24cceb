"""A small DICOM encoder that writes what the tests ask for, also what no well-behaved writer would."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

UNDEFINED = 0xFFFFFFFF
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_NUMBERS = {"US": "H", "UL": "I", "FD": "d"}


@dataclass(frozen=True)
class Syntax:
    """A transfer syntax."""

    name: str
    uid: str
    implicit: bool = False
    big: bool = False
    deflated: bool = False

    @property
    def order(self) -> str:
        """As in `struct`."""
        return ">" if self.big else "<"


EXPLICIT = Syntax("explicit", "1.2.840.10008.1.2.1")
IMPLICIT = Syntax("implicit", "1.2.840.10008.1.2", implicit=True)
BIG = Syntax("big endian", "1.2.840.10008.1.2.2", big=True)
DEFLATED = Syntax("deflated", "1.2.840.10008.1.2.1.99", deflated=True)
SYNTAXES = (EXPLICIT, IMPLICIT, BIG, DEFLATED)


@dataclass(frozen=True)
class Element:
    """One element.

    value: bytes, numbers (of the VR), or items.
    undefined: True for a sequence, and its items, that end by delimiters. un: True for one written as UN.
    """

    tag: int
    vr: str
    value: bytes | tuple[int | float, ...] | Sequence[Sequence[Element]]
    undefined: bool = False
    un: bool = False


def file(elements: Sequence[Element], syntax: Syntax, sop_class: str, instance: str) -> bytes:
    """A whole file. The elements need not be sorted."""
    meta = encode(
        (
            Element(0x00020001, "OB", b"\0\1"),
            Element(0x00020002, "UI", sop_class.encode()),
            Element(0x00020003, "UI", instance.encode()),
            Element(0x00020010, "UI", syntax.uid.encode()),
            Element(0x00020012, "UI", b"1.2.826.0.1.3680043.8.498.1"),
        ),
        EXPLICIT,
    )
    data = encode(elements, syntax)
    if syntax.deflated:
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = deflater.compress(data) + deflater.flush()
        data += b"\0" * (len(data) % 2)
    length = encode([Element(0x00020000, "UL", (len(meta),))], EXPLICIT)
    return bytes(128) + b"DICM" + length + meta + data


def file_meta(file_: bytes) -> bytes:
    """The file meta information, without its group length."""
    return file_[144 : 144 + struct.unpack_from("<I", file_, 140)[0]]


def data_set(file_: bytes, syntax: Syntax) -> bytes:
    """The bytes behind the file meta information, inflated."""
    data = file_[144 + len(file_meta(file_)) :]
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(data) if syntax.deflated else data


def encode(elements: Sequence[Element], syntax: Syntax) -> bytes:
    """A data set, in the order of tags."""
    return b"".join(_element(each, syntax) for each in sorted(elements, key=lambda each: each.tag))


def _element(element: Element, syntax: Syntax) -> bytes:
    inner = IMPLICIT if element.un else syntax
    if element.vr == "SQ":
        value = b"".join(_item(item, inner, element.undefined) for item in element.value)  # type: ignore[arg-type]
        if element.undefined:
            value += struct.pack(inner.order + "HHI", 0xFFFE, 0xE0DD, 0)
    elif isinstance(element.value, bytes):
        value = element.value
        value += (b"\0" if element.vr in ("UI", "OB", "UN") else b" ") * (len(value) % 2)
    else:
        value = struct.pack(f"{syntax.order}{len(element.value)}{_NUMBERS[element.vr]}", *element.value)
    length = UNDEFINED if element.undefined else len(value)
    return header(element.tag, "UN" if element.un else element.vr, length, syntax) + value


def header(tag: int, vr: str, length: int, syntax: Syntax) -> bytes:
    """Tag, VR and length."""
    head = struct.pack(syntax.order + "HH", tag >> 16, tag & 0xFFFF)
    if syntax.implicit:
        return head + struct.pack("<I", length)
    head += vr.encode()
    if vr in _LONG:
        return head + struct.pack(syntax.order + "HI", 0, length)
    return head + struct.pack(syntax.order + "H", length)


def _item(elements: Sequence[Element], syntax: Syntax, undefined: bool) -> bytes:
    data = encode(elements, syntax)
    head = struct.pack(syntax.order + "HHI", 0xFFFE, 0xE000, UNDEFINED if undefined else len(data))
    return head + data + (struct.pack(syntax.order + "HHI", 0xFFFE, 0xE00D, 0) if undefined else b"")
