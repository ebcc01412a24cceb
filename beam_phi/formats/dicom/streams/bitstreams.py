"""Metadata inside encapsulated pixel data: what compressed streams say beside the image."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from beam_phi.formats.dicom.streams import boxes, jpeg, jpeg2000, rle
from beam_phi.formats.dicom.streams.fragments import Fragments, Range, Read
from beam_phi.formats.document import FormatError

_Walk = Callable[[Fragments, int], int]

_ITEM_HEADER = 8
_TABLE_LIMIT = 1 << 24


def metadata_ranges(
    read: Read, fragments: Sequence[Range], transfer_syntax: str, pixels: int = 0
) -> list[Range]:
    """The bytes of encapsulated pixel data that are no image, to be overwritten with zeros in place.

    read: gives bytes of the source; asked for 1 MiB at most, and for nothing outside the fragments.
    fragments: ranges of their values in file order, without the Basic Offset Table.
    pixels: of a frame; 0 where that is not known, and then bytes behind RLE segments are not looked for.

    Returns ranges of the source, in file order and apart from each other; none of them holds only zeros, so
    what is clean, or was blanked before, has none. The streams are taken for what they begin with, and for
    what the transfer syntax says only where that says nothing. An image ends where its stream says; up to the
    next fragment all else is blanked, a second image too.

    What can't be found: bytes behind a JPEG XL codestream, a deflated frame, or a JPEG scan that no marker
    ends, as only a decoder knows where these end; an ICC profile inside of a JP2 file or of a JPEG XL
    codestream, which decoders need.

    Raises FormatError ``bad-bitstream`` where the streams can't be followed, or are of a transfer syntax that
    is unknown here: video, and what isn't encapsulated.
    """
    family = _FAMILIES.get(transfer_syntax)
    if family is None:
        raise FormatError("bad-bitstream", "the transfer syntax is none whose streams can be followed")
    stream = Fragments(read, fragments, pixels)
    at = 0
    while at < stream.size:
        behind = stream.next_start(at + 1)
        if not stream.holds_only(b"\0", at, behind):
            if family is not _raw:
                # Where the transfer syntax lies, nothing behind is what it says either.
                family = _recognise(stream.peek(at, 8)) or family
            end = family(stream, at)
            behind = stream.next_start(end)
            stream.blank(end, behind)
        at = behind
    return _sorted(stream.blanked)


def wrong_offset_table(read: Read, fragments: Sequence[Range], order: str) -> list[Range]:
    """The Basic Offset Table (PS3.5 section A.4), if it holds anything but offsets of fragments.

    fragments: the first is the table. order: of bytes, as in `struct`. Raises FormatError.
    """
    if not fragments or fragments[0][0] == fragments[0][1]:
        return []
    first, behind = fragments[0]
    length = behind - first
    if length % 4 or length > _TABLE_LIMIT:
        return [fragments[0]]
    starts = {start - _ITEM_HEADER - behind for start, _ in fragments[1:]}
    offsets = struct.unpack(f"{order}{length // 4}I", read(first, length))
    return [] if set(offsets) <= starts else [fragments[0]]


def _recognise(head: bytes) -> _Walk | None:
    """What follows the stream with this beginning; None if it could be one of several kinds.

    No RLE frame begins so (its first number is below 16), and no deflated one (its first three bits would be
    of a reserved kind, or its lengths contradict each other).
    """
    for beginning, walk in _BEGINNINGS.items():
        if head.startswith(beginning):
            return walk
    return None


def _jxl_codestream(stream: Fragments, at: int) -> int:
    """Nothing to blank: go to the next fragment. Only the first is known to begin the codestream."""
    if at == 0 and stream.peek(at, 2) != b"\xff\x0a":
        raise FormatError("bad-bitstream", "a JPEG XL codestream has no start")
    return stream.next_start(at + 1)


def _deflated(stream: Fragments, at: int) -> int:
    """Nothing to blank: go to the next fragment."""
    return stream.next_start(at + 1)


def _raw(stream: Fragments, at: int) -> int:
    """Nothing to blank: pixels that are not compressed can begin with any bytes."""
    return stream.size


def _sorted(ranges: list[Range]) -> list[Range]:
    """The ranges in file order, touching ones made one."""
    joined: list[Range] = []
    for first, behind in sorted(ranges):
        if joined and joined[-1][1] == first:
            first = joined.pop()[0]
        joined.append((first, behind))
    return joined


_BEGINNINGS: dict[bytes, _Walk] = {
    jpeg.BEGINNING: jpeg.walk,
    jpeg2000.BEGINNING: jpeg2000.walk,
    boxes.JP2_BEGINNING[:8]: boxes.walk_jp2,
    boxes.JXL_BEGINNING[:8]: boxes.walk_jxl,
}

_JPEG = "1.2.840.10008.1.2.4."

# By transfer syntax (PS3.5 section 10, PS3.6 Annex A), the retired ones too.
_FAMILIES: dict[str, _Walk] = {
    **{f"{_JPEG}{number}": jpeg.walk for number in (*range(50, 67), 70, 80, 81)},
    **{f"{_JPEG}{number}": jpeg2000.walk for number in (90, 91, 92, 93, 201, 202, 203)},
    **{f"{_JPEG}{number}": _jxl_codestream for number in (110, 111, 112)},
    "1.2.840.10008.1.2.5": rle.walk,
    "1.2.840.10008.1.2.8.1": _deflated,
    "1.2.840.10008.1.2.1.98": _raw,
}
