"""Compressed pixel data with text in its headers, between its fragments and behind its ends."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from support.plants.encode import El, fragments
from support.plants.ledger import Ledger
from support.plants.seams import image
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_JPEG, _JPEG_LS, _J2K = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"
_RLE, _MPEG4 = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.102"
_SIZE = 16

Fill = Callable[[Sheet], "tuple[list[bytes], bytes]"]


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for place, (syntax, fill) in _FILLS.items():
        name = place.replace("/", "-").replace(" ", "-")
        for number in range(3):
            sheet = Sheet(ledger, tokens, f"pixels/{name}-{number}.dcm", place)
            sheet.transfer_syntax = syntax
            image(sheet, _SIZE, _SIZE)
            frames, table = fill(sheet)
            if len(frames) > 1 and "fragment" not in place:
                sheet.put(0x00280008, "IS", str(len(frames)))
            sheet.add(El(0x7FE00010, "OB", b"", raw=fragments(frames, table)))
            yield sheet


def jpeg() -> bytes:
    """A gray picture, baseline."""
    pixels = np.add.outer(np.arange(_SIZE), np.arange(_SIZE)).astype(np.uint8) * 8
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _with_segments(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """COM, EXIF in APP1, Photoshop in APP13, JUMBF in APP11, ICC in APP2, of two frames."""
    frames = []
    for frame in range(2):
        picture = jpeg()
        added = b"".join(
            _segment(marker, head + sheet.token(f"frame {frame} {marker:02X}").encode())
            for marker, head in (
                (0xFE, b"Scanned for "),
                (0xE1, b"Exif\0\0MM\0*"),
                (0xED, b"Photoshop 3.0\0"),
                (0xEB, b"JP\0\1"),
                (0xE2, b"ICC_PROFILE\0\1\1"),
                (0xEF, b""),
            )
        )
        frames.append(picture[:2] + added + picture[2:])
    return frames, b""


def _behind_the_end(sheet: Sheet) -> tuple[list[bytes], bytes]:
    return [jpeg() + sheet.token("behind EOI").encode()], b""


def _extra_fragment(sheet: Sheet) -> tuple[list[bytes], bytes]:
    return [jpeg(), sheet.token("a fragment of its own").encode()], b""


def _offset_table(sheet: Sheet) -> tuple[list[bytes], bytes]:
    return [jpeg()], struct.pack("<I", 0) + sheet.token("offset table").encode().ljust(12)


def _between_scans(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """A comment right before the end of the picture, behind the entropy-coded data."""
    picture = jpeg()
    return [picture[:-2] + _segment(0xFE, sheet.token("COM before EOI").encode()) + picture[-2:]], b""


def _jpeg_ls(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """Markers of a JPEG-LS stream; its scan is noise, which no tool decodes here."""
    frame = _segment(0xF7, struct.pack(">BHHBBBB", 8, _SIZE, _SIZE, 1, 1, 0x11, 0))
    scan = _segment(0xDA, b"\1\1\0\0\0\0") + bytes(range(1, 60))
    comment = _segment(0xFE, sheet.token("JPEG-LS COM").encode())
    app = _segment(0xE8, b"mrfx" + sheet.token("JPEG-LS APP8").encode())
    return [b"\xff\xd8" + comment + app + frame + scan + b"\xff\xd9"], b""


def _jpeg2000(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """Comment marker of a codestream, and a JP2 box of XML, which should not be there at all."""
    size = struct.pack(">HIIIIIIIIH", 0, _SIZE, _SIZE, 0, 0, _SIZE, _SIZE, 0, 0, 1) + b"\7\1\1"
    stream = b"\xff\x4f" + _segment(0x51, size)
    stream += _segment(0x64, b"\0\1" + sheet.token("J2K COM").encode())
    stream += _segment(0x52, b"\0\0\0\1\0\0\4\4\0\0") + _segment(0x5C, b"\0" * 3)
    stream += struct.pack(">HHHIBB", 0xFF90, 10, 0, 14 + 40, 0, 1) + b"\xff\x93" + bytes(38) + b"\xff\xd9"
    xml = b"<p>" + sheet.token("JP2 XML box").encode() + b"</p>"
    return [struct.pack(">I4s", 8 + len(xml), b"xml ") + xml + stream], b""


def _rle(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """RLE: unused offsets of the header, and bytes behind the last segment."""
    rows = b"".join(struct.pack("bB", -(_SIZE - 1), row) for row in range(_SIZE))
    header = struct.pack("<II", 1, 64) + sheet.token("RLE header").encode().ljust(56, b"\0")
    return [header + rows + sheet.token("RLE behind").encode()], b""


def _video(sheet: Sheet) -> tuple[list[bytes], bytes]:
    """An MP4 with its user data box."""
    text = sheet.token("udta").encode()
    box = struct.pack(">I4s", 8 + len(text), b"\xa9nam") + text
    head = struct.pack(">I4s4sI4s", 20, b"ftyp", b"mp42", 0, b"isom")
    return [head + struct.pack(">I4s", 8 + len(box), b"udta") + box], b""


_FILLS: dict[str, tuple[str, Fill]] = {
    "bitstream/JPEG segments": (_JPEG, _with_segments),
    "bitstream/JPEG behind EOI": (_JPEG, _behind_the_end),
    "bitstream/extra fragment": (_JPEG, _extra_fragment),
    "bitstream/offset table": (_JPEG, _offset_table),
    "bitstream/JPEG COM before EOI": (_JPEG, _between_scans),
    "bitstream/JPEG-LS": (_JPEG_LS, _jpeg_ls),
    "bitstream/JPEG 2000": (_J2K, _jpeg2000),
    "bitstream/RLE": (_RLE, _rle),
    "bitstream/MPEG-4": (_MPEG4, _video),
}
