"""Headers of JPEG 2000 codestreams (ITU-T T.800 Annex A), and the JP2 files some stand in (Annex I)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs.base import CodecError, require, require_size

_SOC_SIZ = b"\xff\x4f\xff\x51"
_COD, _SOT, _EOC = 0xFF52, 0xFF90, 0xFFD9
_SOT_SIZE = 12

_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
_CONTENT, _HEADER, _PALETTE = b"jp2c", b"jp2h", b"pclr"

# Where Rsiz begins, and the precision of the first component, in a codestream.
_SIZ, _PRECISION = 6, 42


@dataclass(frozen=True, slots=True)
class Codestream:
    """A codestream, without the file around it.

    precision: bits of a sample. signed: true of all samples. transformed: True if the first three components
    went through a multiple component transformation, which decoders undo.
    """

    data: bytes
    precision: int
    signed: bool
    transformed: bool


def read(frame: bytes, format: PixelFormat) -> Codestream:
    """The codestream in a frame, without what follows its end.

    Raises CodecError if it is cut off, of another size than the header says, or one whose components differ.
    """
    data = _without_file(frame)
    require(data.startswith(_SOC_SIZ), "a JPEG 2000 codestream has no start")
    require(len(data) >= _PRECISION, "a JPEG 2000 codestream is cut off")
    right, bottom, left, top = struct.unpack_from(">4I", data, _SIZ + 2)
    count = int.from_bytes(data[_PRECISION - 2 : _PRECISION], "big")
    require_size(format, bottom - top, right - left, count)
    components = {data[at : at + 3] for at in range(_PRECISION, _PRECISION + 3 * count, 3)}
    require(len(components) == 1, "a JPEG 2000 image whose components differ")
    (one,) = components
    require(one[1:] == b"\1\1", "a JPEG 2000 image with subsampled components")
    transformed, at = _main_header(data)
    return Codestream(data[: _end(data, at)], (one[0] & 127) + 1, one[0] > 127, transformed)


def with_precision(codestream: bytes, count: int, precision: int, *, signed: bool) -> bytes:
    """The codestream with another precision of its components.

    The samples stay what they are if there is no level shift before or after: if they are signed; and, where
    unsigned ones come out of what was coded as signed, if they were shifted down by half their range.
    """
    changed = bytearray(codestream)
    for at in range(_PRECISION, _PRECISION + 3 * count, 3):
        changed[at] = precision - 1 | signed << 7
    return bytes(changed)


def _main_header(data: bytes) -> tuple[bool, int]:
    """Whether components are transformed, and where the first tile-part begins."""
    transformed = None
    at = 2
    while (marker := int.from_bytes(data[at : at + 2], "big")) != _SOT:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        require(0xFF50 <= marker < 0xFF90, "a JPEG 2000 header has a segment of no known kind")
        require(length >= 2 and at + 2 + length <= len(data), "a JPEG 2000 codestream is cut off")
        if marker == _COD:
            require(length >= 12, "a JPEG 2000 coding style is cut off")
            transformed = data[at + 8] != 0
        at += 2 + length
    if transformed is None:
        raise CodecError("a JPEG 2000 codestream has no coding style")
    return transformed, at


def _end(data: bytes, at: int) -> int:
    """Where the codestream ends whose first tile-part is at `at` (T.800 section A.4.2).

    Decoders make something of codestreams that are cut off. That is not for us.
    """
    while (marker := int.from_bytes(data[at : at + 2], "big")) == _SOT:
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        if length == 0:  # it goes up to the end
            found = len(data.rstrip(b"\0"))
            require(data[found - 2 : found] == b"\xff\xd9", "a JPEG 2000 codestream is cut off")
            return found
        require(length >= _SOT_SIZE + 2 and at + length <= len(data), "a JPEG 2000 codestream is cut off")
        at += length
    if marker == _EOC:
        return at + 2
    require(not data[at:].strip(b"\0"), "a JPEG 2000 tile-part is followed by none")
    return at


def _without_file(frame: bytes) -> bytes:
    """The codestream of a JP2 file, or the frame itself."""
    if not frame.startswith(_JP2):
        return frame
    at = 0
    while at + 8 <= len(frame):
        length, kind = struct.unpack_from(">I4s", frame, at)
        content = at + 8
        if length == 1 and at + 16 <= len(frame):
            (length,) = struct.unpack_from(">Q", frame, content)
            content += 8
        end = at + length if length else len(frame)
        require(content <= end <= len(frame), "a JP2 file is cut off")
        if kind == _CONTENT:
            return frame[content:end]
        require(kind != _HEADER or _PALETTE not in frame[content:end], "a JP2 file with a palette")
        at = end
    raise CodecError("a JP2 file has no codestream")
