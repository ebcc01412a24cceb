"""Metadata in the file formats around JPEG 2000 and JPEG XL: boxes (ITU-T T.800 Annex I, ISO/IEC 18181-2).

DICOM asks for bare codestreams, but files are met that carry a whole JP2 file in a fragment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from beam_phi.formats.dicom.streams import jpeg2000
from beam_phi.formats.dicom.streams.fragments import Fragments
from beam_phi.formats.document import FormatError

JP2_BEGINNING = b"\0\0\0\x0cjP  \r\n\x87\n"
JXL_BEGINNING = b"\0\0\0\x0cJXL \r\n\x87\n"

_Kept = Mapping[bytes, Union["_Kept", None]]

# Boxes that decoders need: with None for the whole content, or what is kept inside. An rreq (what a reader
# must be able to do) of zeros is invalid. All else is blanked: text (xml, uuid, url, lbl, Exif, jumb), its
# compressed form (brob), an original JPEG's headers (jbrd), unknown ones.
_JP2: _Kept = {
    b"jP  ": None,
    b"ftyp": None,
    b"rreq": None,
    b"jp2h": {
        **dict.fromkeys((b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef")),
        b"res ": {b"resc": None, b"resd": None},
    },
    b"jp2c": None,
}
_JXL: _Kept = dict.fromkeys((b"JXL ", b"ftyp", b"jxll", b"jxli", b"jxlc", b"jxlp"))
_CODESTREAMS = frozenset({b"jp2c", b"jxlc", b"jxlp"})


def walk_jp2(stream: Fragments, at: int) -> int:
    """Blank what is metadata in the JP2 or JPH file at `at`; returns where it ends.

    Blanked are the contents of boxes, lengths and types not, and what is metadata in the codestream. An ICC
    profile in a colr box stays, as decoders need it. Raises FormatError ``bad-bitstream``.
    """
    return _walk_file(stream, at, JP2_BEGINNING, _JP2)


def walk_jxl(stream: Fragments, at: int) -> int:
    """Blank what is metadata in the JPEG XL file at `at`; returns where it ends. See walk_jp2."""
    return _walk_file(stream, at, JXL_BEGINNING, _JXL)


def _walk_file(stream: Fragments, at: int, beginning: bytes, kept: _Kept) -> int:
    if stream.peek(at, len(beginning)) != beginning:
        raise FormatError("bad-bitstream", "a file inside the pixel data has no start")
    stream.enter(beginning)
    return _walk(stream, at, stream.next_image(at, stream.size), kept)


def _walk(stream: Fragments, at: int, end: int, kept: _Kept) -> int:
    """Blank what is metadata in the boxes from `at` to `end`; returns where the last one ends.

    That is before `end` where only zeros follow, or what is no box behind the codestream.
    """
    seen = False
    while at < end and not stream.holds_only(b"\0", at, min(at + 8, end)):
        try:
            kind, content, behind = _box(stream, at, end)
        except FormatError:
            if seen:
                break
            raise
        inner = kept.get(kind, {})
        if kind == b"jp2c" and inner is None:
            done = jpeg2000.walk_codestream(stream, content, behind)
            stream.blank(done, behind)
        elif kind not in kept:
            stream.blank(content, behind)
        elif inner is not None:
            done = _walk(stream, content, behind, inner)
            stream.blank(done, behind)
        seen |= kind in _CODESTREAMS
        at = behind
    return at


def _box(stream: Fragments, at: int, end: int) -> tuple[bytes, int, int]:
    """Type of the box at `at`, where its content begins and where it ends (T.800 section I.4)."""
    length = stream.number(at, 4, end)
    stream.number(at + 4, 4, end)
    kind = stream.peek(at + 4, 4)
    content = at + 8
    if length == 1:
        length = stream.number(content, 8, end)
        content += 8
    elif length == 0:
        length = end - at
    if length < content - at:
        raise FormatError("bad-bitstream", "a box inside the pixel data is shorter than its header")
    return kind, content, stream.skip(at, length, end)
