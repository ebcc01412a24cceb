"""What the tests of compressed pixel data share: streams by Pillow and by hand, and their encapsulation."""

from __future__ import annotations

import io
import random
import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dicom_help import open_bytes
from PIL import Image

from beam_phi.formats.dicom.attributes import PIXEL_DATA
from beam_phi.formats.dicom.streams.bitstreams import metadata_ranges
from beam_phi.formats.dicom.streams.fragments import Range
from beam_phi.formats.document import FormatError

JPEG = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
J2K = "1.2.840.10008.1.2.4.90"
JXL = "1.2.840.10008.1.2.4.110"
RLE = "1.2.840.10008.1.2.5"
DEFLATED = "1.2.840.10008.1.2.8.1"
RAW = "1.2.840.10008.1.2.1.98"
MPEG = "1.2.840.10008.1.2.4.102"


@dataclass
class Encapsulated:
    """A source with fragments in it; the reads of metadata_ranges are held to what it promises."""

    source: bytes
    fragments: list[Range]
    asked: int = 0
    reads: int = 0

    @classmethod
    def of(cls, fragments: Iterable[bytes]) -> Encapsulated:
        source, ranges = bytearray(b"a header before"), []
        for fragment in fragments:
            source += b"\xfe\xff\x00\xe0" + struct.pack("<I", len(fragment))
            ranges.append((len(source), len(source) + len(fragment)))
            source += fragment
        return cls(bytes(source) + b"\xfe\xff\xdd\xe0\0\0\0\0", ranges)

    def read(self, offset: int, length: int) -> bytes:
        assert 0 < length <= 1 << 20
        self._fragment(offset, offset + length)
        self.asked += length
        self.reads += 1
        return self.source[offset : offset + length]

    def _fragment(self, first: int, behind: int) -> None:
        start, end = self.fragments[bisect_right(self.fragments, (first, len(self.source))) - 1]
        assert start <= first
        assert behind <= end

    def ranges(self, transfer_syntax: str) -> list[Range]:
        found = metadata_ranges(self.read, self.fragments, transfer_syntax)
        last = 0
        for first, behind in found:
            assert last <= first < behind
            self._fragment(first, behind)
            last = behind
        return found

    def found(self, transfer_syntax: str) -> list[bytes]:
        """The bytes to be blanked."""
        return [self.source[first:behind] for first, behind in self.ranges(transfer_syntax)]

    def attempt(self, transfer_syntax: str) -> list[bytes] | None:
        """What `found` returns; None if the stream is refused."""
        try:
            return self.found(transfer_syntax)
        except FormatError as error:
            if error.reason != "bad-bitstream":
                raise
            return None

    def blanked(self, transfer_syntax: str) -> Encapsulated:
        return Encapsulated(blank(self.source, self.ranges(transfer_syntax)), self.fragments)

    @property
    def stream(self) -> bytes:
        """The concatenation of the fragments."""
        return b"".join(self.source[first:behind] for first, behind in self.fragments)


def blank(data: bytes, ranges: Sequence[Range]) -> bytes:
    copy = bytearray(data)
    for first, behind in ranges:
        copy[first:behind] = bytes(behind - first)
    return bytes(copy)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    bounds = [0, *sorted({place for place in places if 0 < place < len(data)}), len(data)]
    return [data[first:behind] for first, behind in pairwise(bounds)]


def noise(mode: str = "RGB", size: tuple[int, int] = (48, 40)) -> Image.Image:
    """An image whose compressed form is full of bytes FF."""
    count = size[0] * size[1] * {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    return Image.frombytes(mode, size, random.Random(7).randbytes(count))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def segment(marker: int, payload: bytes) -> bytes:
    """Of a JPEG (marker below 100) or a JPEG 2000 codestream."""
    head = bytes([0xFF, marker]) if marker < 0x100 else struct.pack(">H", marker)
    return head + struct.pack(">H", len(payload) + 2) + payload


def box(kind: bytes, content: bytes, *, long: bool = False) -> bytes:
    if long:
        return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content
    return struct.pack(">I4s", len(content) + 8, kind) + content


def jpeg_places(data: bytes) -> list[int]:
    """Where a segment can be put into a JPEG: in front of each segment but the first, and of the end."""
    places, at = [], 2
    while True:
        places.append(at)
        assert data[at] == 0xFF
        if data[at + 1] == 0xD9:
            return places
        scan = data[at + 1] == 0xDA
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        while scan and (data[at] != 0xFF or data[at + 1] in (0, *range(0xD0, 0xD8))):
            at += 1


def jpeg_ls(data: bytes, *segments: bytes) -> bytes:
    """A JPEG-LS stream with these bytes as its scan; no decoder would like them."""
    frame = segment(0xF7, b"\x08\0\x04\0\x04\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\0\0")
    return b"\xff\xd8" + b"".join(segments) + frame + scan + data + b"\xff\xd9"


def tile_part(data: bytes, *segments: bytes, length: int | None = None) -> bytes:
    """Of a JPEG 2000 codestream. length: what its header says, if not the true one."""
    inner = b"".join(segments) + b"\xff\x93" + data
    length = 12 + len(inner) if length is None else length
    return segment(0xFF90, struct.pack(">HIBB", 0, length, 0, 1)) + inner


def codestream(*parts: bytes, main: bytes = b"", end: bytes = b"\xff\xd9") -> bytes:
    """Of JPEG 2000, from tile-parts; no decoder would like it."""
    return b"\xff\x4f" + segment(0xFF51, bytes(39)) + main + b"".join(parts) + end


def rle(count: int, segments: Sequence[bytes], *, unused: bytes = b"", gap: bytes = b"") -> bytes:
    """A frame; unused: what stands behind the offsets. gap: what stands behind the header."""
    at, offsets = 64 + len(gap), []
    for one in segments:
        offsets.append(at)
        at += len(one)
    head = struct.pack(f"<{1 + len(offsets)}I", count, *offsets) + unused
    return head.ljust(64, b"\0") + gap + b"".join(segments)


def encapsulated(data: bytes) -> tuple[Encapsulated, str] | None:
    """The pixel data of a DICOM file, and its transfer syntax; None if they are native or there are none."""
    scope = open_bytes(data).scope
    for element in scope._scanner.elements:
        if element.attribute.tag != PIXEL_DATA or data[element.value - 4 : element.value] != b"\xff" * 4:
            continue
        at, fragments = element.value, []
        while data[at : at + 4] == b"\xfe\xff\x00\xe0":
            (length,) = struct.unpack_from("<I", data, at + 4)
            fragments.append((at + 8, at + 8 + length))
            at += 8 + length
        return Encapsulated(data, fragments[1:]), scope._opening.transfer_syntax
    return None
