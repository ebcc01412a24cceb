"""Where a DICOM file's parts begin, and how its data set is encoded (PS3.10 section 7, PS3.5 Annex A)."""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass

from beam_phi.formats.dicom.attributes import dictionary
from beam_phi.formats.dicom.elements import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Syntax
from beam_phi.formats.dicom.vr import VRS
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import FormatError, Source

PREAMBLE = 128
_PREFIX = b"DICM"
_TRANSFER_SYNTAX = 0x00020010

_IMPLICIT = "1.2.840.10008.1.2"
_EXPLICIT = "1.2.840.10008.1.2.1"
_DEFLATED = "1.2.840.10008.1.2.1.99"
_BIG = "1.2.840.10008.1.2.2"
_GE_BIG_PIXELS = "1.2.840.113619.5.2"

_TRANSFER_SYNTAXES = re.compile(r"1\.2\.840\.10008\.1\.2(\.[0-9]{1,3}){0,3}|" + re.escape(_GE_BIG_PIXELS))

# Syntaxes whose pixels stand uncompressed in the data set, in the order of its numbers.
NATIVE = frozenset({_IMPLICIT, _EXPLICIT, _DEFLATED, _BIG, ""})

# Deflate can't exceed 1032:1; a real object stays far below, but for blank images, which are small.
_INFLATED_LIMIT = 1 << 30
_RATIO_LIMIT = 250
_RATIO_FREE = 1 << 24
_CHUNK = 1 << 20

# Where a data set without any header begins, and how long its first value can be, to be taken for one.
_FIRST_GROUPS = (0x0004, 0x0008, 0x0010)
_FIRST_LENGTH = 0x400


@dataclass(frozen=True, slots=True)
class Opening:
    """Offsets in `source` (the file, or for a deflated one its inflated form) and the encoding of the data
    set.

    meta: offset of the file meta information; equal to `data` if there is none.
    data: offset of the data set.
    deflated: True if the data set is to be deflated again.
    """

    source: Source
    window: Window
    meta: int
    data: int
    transfer_syntax: str
    syntax: Syntax
    deflated: bool


def is_dicom(head: bytes) -> bool:
    """True if a file with this beginning (a few hundred bytes) is DICOM, with or without preamble."""
    if head[PREAMBLE : PREAMBLE + 4] == _PREFIX:
        return True
    return _bare_syntax(head) is not None


def locate(source: Source) -> Opening:
    """Find the parts. Raises FormatError: ``not-dicom``, ``truncated``, ``bad-meta``, ``deflate-bomb``,
    ``bad-deflate``."""
    window = Window(source)
    head = window.peek(0, min(source.size, 512))
    if head[PREAMBLE : PREAMBLE + 4] == _PREFIX:
        meta = PREAMBLE + 4
    elif _bare_syntax(head) is None:
        raise FormatError("not-dicom", "neither a DICOM prefix nor a data set")
    else:
        meta = 0
    data, transfer_syntax = _read_meta(window, meta)
    deflated = transfer_syntax == _DEFLATED
    if deflated:
        source = _inflate(source, data)
        window = Window(source)
    return Opening(
        source, window, meta, data, transfer_syntax, _syntax(window, data, transfer_syntax), deflated
    )


def _read_meta(window: Window, start: int) -> tuple[int, str]:
    """Offset behind the file meta information, and its transfer syntax; no group length is trusted."""
    at, transfer_syntax = start, ""
    while at + 8 <= window.size:
        head = window.peek(at, 8)
        if head[:2] != b"\x02\0":
            break
        number, length = struct.unpack_from("<2xH2xH", head)
        vr = VRS.get(head[4:6].decode("latin-1"))
        if vr is None:
            raise FormatError("bad-meta", f"element (0002,{number:04X}) has no known VR")
        value = at + 8
        if vr.long:
            value = at + 12
            (length,) = struct.unpack("<I", window.peek(at + 8, 4))
        at = value + length
        if at > window.size:
            raise FormatError("truncated", "the file ends inside the file meta information")
        if number == _TRANSFER_SYNTAX & 0xFFFF:
            raw = window.peek(value, min(length, 64)).decode("latin-1")
            transfer_syntax = re.split("[ \0]", raw, maxsplit=1)[0]
    if transfer_syntax and not _TRANSFER_SYNTAXES.fullmatch(transfer_syntax):
        raise FormatError("bad-meta", "no known transfer syntax")
    return at, transfer_syntax


def _syntax(window: Window, data: int, transfer_syntax: str) -> Syntax:
    """The encoding of the data set: what is declared, unless its first element shows that it can't be."""
    head = window.peek(data, min(8, window.size - data))
    if transfer_syntax == _BIG:
        return EXPLICIT_BIG
    if transfer_syntax == "":
        return _bare_syntax(head) or IMPLICIT_LITTLE
    if transfer_syntax in (_IMPLICIT, _GE_BIG_PIXELS):
        return EXPLICIT_LITTLE if _names_its_vr(head, "<") else IMPLICIT_LITTLE
    return EXPLICIT_LITTLE if _names_its_vr(head, "<") or not _plausible(head, "<") else IMPLICIT_LITTLE


def _bare_syntax(head: bytes) -> Syntax | None:
    """The encoding of what begins with an element, None if it begins with something else."""
    if _names_its_vr(head, "<"):
        return EXPLICIT_LITTLE
    if _names_its_vr(head, ">"):
        return EXPLICIT_BIG
    return IMPLICIT_LITTLE if _plausible(head, "<") else None


def _names_its_vr(head: bytes, order: str) -> bool:
    """True if `head` begins with an element of the dictionary that declares a VR."""
    if len(head) < 8:
        return False
    group, number = struct.unpack_from(order + "HH", head)
    known = dictionary(group << 16 | number)[0] or (number == 0 and group < 0x20)
    return bool(known) and head[4:6].decode("latin-1") in VRS


def _plausible(head: bytes, order: str) -> bool:
    """True if `head` begins with an implicit VR element of a low group, and another follows."""
    if len(head) < 8:
        return False
    group, number, length = struct.unpack_from(order + "HHI", head)
    if group not in _FIRST_GROUPS or length > _FIRST_LENGTH or (number == 0 and length != 4):
        return False
    if number and not dictionary(group << 16 | number)[0]:
        return False
    if len(head) < 12 + length:
        return True
    after = struct.unpack_from(order + "HH", head, 8 + length)
    return after > (group, number) and bool(after[0] & 1 or dictionary(after[0] << 16 | after[1])[0])


def _inflate(source: Source, data: int) -> Source:
    """The file with its data set inflated (PS3.5 Annex A.5), within bounds."""
    source.stream.seek(0)
    inflated = io.BytesIO()
    inflated.write(source.stream.read(data))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    allowed = min(_INFLATED_LIMIT, max(_RATIO_FREE, (source.size - data) * _RATIO_LIMIT))
    try:
        while not inflater.eof:
            chunk = inflater.unconsumed_tail or source.stream.read(_CHUNK)
            if not chunk:
                raise FormatError("truncated", "the deflated data set has no end")
            inflated.write(inflater.decompress(chunk, _CHUNK))
            if inflated.tell() - data > allowed:
                raise FormatError("deflate-bomb", "the data set inflates beyond all measure")
    except zlib.error:
        raise FormatError("bad-deflate", "the deflated data set is damaged") from None
    return Source(inflated, inflated.tell())
