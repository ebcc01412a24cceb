"""Frames of encapsulated pixel data: decode one, or paint boxes black in it and leave all else as it is.

A frame is the bit stream of one frame, its fragments joined. Every painted frame is decoded again: outside
the boxes it has to read as before, inside black, or there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs import jpeg, jpeg_2000, jpeg_lossless, jpeg_ls, native, rle, segments
from beam_phi.pixels.codecs.base import CodecError, Decoded, Painted, require

__all__ = ["SYNTAXES", "CodecError", "Decoded", "Painted", "decode", "paint"]


class _Family(Protocol):
    @property
    def decode(self) -> Callable[[bytes, str, PixelFormat], Decoded]: ...

    @property
    def paint(self) -> Callable[[bytes, str, PixelFormat, Sequence[Box]], Painted]: ...


_JPEG = "1.2.840.10008.1.2.4."

_FAMILIES: dict[str, _Family] = {
    **dict.fromkeys((f"{_JPEG}50", f"{_JPEG}51"), jpeg),
    **dict.fromkeys((f"{_JPEG}57", f"{_JPEG}70"), jpeg_lossless.CODEC),
    **dict.fromkeys((f"{_JPEG}80", f"{_JPEG}81"), jpeg_ls.CODEC),
    **dict.fromkeys((f"{_JPEG}{number}" for number in (90, 91, 201, 202, 203)), jpeg_2000),
    "1.2.840.10008.1.2.5": rle,
    native.ENCAPSULATED: native,
    native.DEFLATED: native,
}

# What each of these says, it says in its frame header as well; files that confuse them are read all the same.
_CONFUSED = (jpeg, jpeg_lossless.CODEC)

SYNTAXES: frozenset[str] = frozenset(_FAMILIES)
"""Transfer Syntax UIDs of which frames can be painted."""

# Rows and Columns are of two bytes; so is what streams say of them.
_MOST = 0xFFFF


def decode(frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
    """A frame's samples.

    syntax: Transfer Syntax UID. format: what the header says of the frame. Raises CodecError if the syntax is
    none of SYNTAXES, or the frame is damaged or not what `format` says; nothing else.
    """
    family = _family(frame, syntax, format)
    try:
        return family.decode(frame, syntax, format)
    except CodecError:
        raise
    except Exception as error:
        # Libraries have errors of all kinds, and put values in their texts.
        raise CodecError(f"the frame can't be decoded ({type(error).__name__})") from None


def paint(frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
    """A frame with boxes painted black, in the same transfer syntax.

    boxes: inside the image. All pixels outside stay what they were; of lossy JPEG, all blocks that no box
    touches. Raises CodecError as :func:`decode` does, and if the painted frame does not read as it should.
    """
    family = _family(frame, syntax, format)
    for box in boxes:
        inside = 0 <= box.x < box.x + box.width <= format.columns
        require(inside and 0 <= box.y < box.y + box.height <= format.rows, "a box outside the image")
    try:
        return family.paint(frame, syntax, format, boxes)
    except CodecError:
        raise
    except Exception as error:
        raise CodecError(f"the frame can't be painted ({type(error).__name__})") from None


def _family(frame: bytes, syntax: str, format: PixelFormat) -> _Family:
    require(syntax in _FAMILIES, "a transfer syntax that is not supported")
    sizes = (format.rows, format.columns, format.samples)
    require(all(0 < size <= _MOST for size in sizes), "an image without rows, columns or samples")
    require(format.allocated in (8, 16, 32), "bits allocated that are no 8, 16 or 32")
    require(0 < format.stored <= format.allocated, "more bits stored than allocated")
    family = _FAMILIES[syntax]
    if family in _CONFUSED:
        return jpeg_lossless.CODEC if segments.process(frame) == segments.LOSSLESS else jpeg
    return family
