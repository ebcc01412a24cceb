"""Metadata inside compressed pixel data: found wherever it may stand, and nothing else."""

from __future__ import annotations

import contextlib
import io
import itertools
import struct
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_help import bundled
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.encaps import encapsulate
from support.masking import mask

from beam_phi.formats.dicom.bitstreams import metadata_ranges, wrong_offset_table
from beam_phi.formats.document import FormatError

BASELINE = "1.2.840.10008.1.2.4.50"
J2K = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"
SECRET = b"Davidson^Douglas 292821506"


def picture(size: int = 48) -> Image.Image:
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 255, (size, size), dtype=np.uint8))


def jpeg(progressive: bool = False) -> bytes:
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG", quality=80, progressive=progressive)
    return buffer.getvalue()


def jp2(codestream: bool) -> bytes:
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG2000", no_jp2=codestream, irreversible=False)
    return buffer.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def places(stream: bytes) -> list[int]:
    """Where a segment may be put: before each marker with a segment, between scans too."""
    found, at = [], 2
    while stream[at + 1] != 0xD9:
        found.append(at)
        marker = stream[at + 1]
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
        if marker == 0xDA:
            while not (stream[at] == 0xFF and stream[at + 1] not in (0, *range(0xD0, 0xD8))):
                at += 1
    return [*found, at]


def blanked(stream: bytes, cuts: list[int], syntax: str) -> bytes:
    """The stream, cut into fragments, with what was found overwritten."""
    bounds = [0, *cuts, len(stream)]
    fragments = list(itertools.pairwise(bounds))
    data = bytearray(stream)
    for first, behind in metadata_ranges(lambda at, n: stream[at : at + n], fragments, syntax):
        data[first:behind] = bytes(behind - first)
    return bytes(data)


def pixels(stream: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(stream)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_segments_anywhere_are_emptied_and_the_image_is_the_same(data: st.DataObject) -> None:
    stream = jpeg(progressive=data.draw(st.booleans()))
    expected = pixels(stream)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(places(stream)))
        marker = data.draw(st.sampled_from([0xFE, 0xE1, 0xE2, 0xEB, 0xED, 0xEE, 0xEF]))
        stream = stream[:at] + segment(marker, SECRET + bytes(data.draw(st.integers(0, 3)))) + stream[at:]
    stream += data.draw(st.sampled_from([b"", b"\0", SECRET, b"\xff\xd8" + SECRET]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(jpeg()) // 4).map(lambda n: 2 * n), max_size=3)))
    clean = blanked(stream, cuts, BASELINE)
    assert len(clean) == len(stream)
    assert b"Davidson" not in clean
    assert b"292821506" not in clean
    assert (pixels(clean) == expected).all()


def test_what_is_clean_has_no_ranges() -> None:
    for stream, syntax in ((jpeg(), BASELINE), (jpeg(True), BASELINE), (jp2(True), J2K)):
        clean = blanked(stream, [], syntax)
        assert blanked(clean, [], syntax) == clean
        assert (pixels(clean) == pixels(stream)).all()
    assert blanked(jpeg(), [], BASELINE) == jpeg()


@pytest.mark.parametrize("codestream", [True, False])
def test_jpeg_2000_comments_boxes_and_what_follows(codestream: bool) -> None:
    stream = jp2(codestream)
    siz = stream.index(b"\xff\x51")
    behind = siz + 2 + int.from_bytes(stream[siz + 2 : siz + 4], "big")
    comment = b"\xff\x64" + struct.pack(">HH", len(SECRET) + 4, 1) + SECRET
    dirty = stream[:behind] + comment + stream[behind:]
    if codestream:
        dirty += SECRET
    else:
        at = dirty.index(b"jp2c") - 4
        length = int.from_bytes(dirty[at : at + 4], "big")
        if length:
            dirty = dirty[:at] + struct.pack(">I", length + len(comment)) + dirty[at + 4 :]
        dirty = dirty[:at] + struct.pack(">I", len(SECRET) + 8) + b"xml " + SECRET + dirty[at:]
    clean = blanked(dirty, [], J2K)
    assert b"Davidson" not in clean
    assert (pixels(clean) == pixels(stream)).all()


def test_the_unused_part_of_an_rle_header() -> None:
    header = struct.pack("<2I", 1, 64).ljust(64, b"\0")
    frame = header + b"\x03abcd"
    assert blanked(frame, [], RLE) == frame
    dirty = header[:8] + SECRET.ljust(56, b"x") + frame[64:]
    assert blanked(dirty, [], RLE) == frame


@pytest.mark.parametrize(("table", "wrong"), [([0], False), ([0, 108], False), ([0, 7], True), ([], False)])
def test_an_offset_table_holds_offsets_of_fragments(table: list[int], wrong: bool) -> None:
    raw = struct.pack(f"<{len(table)}I", *table)
    begin = 8
    first = begin + len(raw) + 8
    fragments = [(begin, begin + len(raw)), (first, first + 100), (first + 108, first + 200)]
    data = bytes(begin) + raw + bytes(400)
    found = wrong_offset_table(lambda at, n: data[at : at + n], fragments, "<")
    assert bool(found) is wrong


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([jpeg(), jpeg(True), jp2(True), jp2(False)]), st.data())
def test_damage_raises_nothing_else(stream: bytes, data: st.DataObject) -> None:
    bad = bytearray(stream[: data.draw(st.integers(0, len(stream)))])
    for _ in range(data.draw(st.integers(0, 5))):
        if bad:
            bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FormatError):
        assert len(blanked(bytes(bad), [], BASELINE)) == len(bad)


def test_an_object_is_masked_with_its_bit_stream() -> None:
    stream = jpeg()
    dirty = stream[:2] + segment(0xFE, SECRET) + segment(0xE1, b"Exif\0\0" + SECRET) + stream[2:]
    ds = pydicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.Rows = ds.Columns = 48
    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 1, 8, 8, 7, 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.NumberOfFrames = 2
    ds.PixelData = encapsulate([dirty, stream])
    ds["PixelData"].VR = "OB"
    ds.file_meta = pydicom.dataset.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = BASELINE
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    out, _ = mask(buffer.getvalue())
    assert SECRET not in out
    after = pydicom.dcmread(io.BytesIO(out))
    assert len(after.PixelData) == len(ds.PixelData)
    assert (after.pixel_array == pydicom.dcmread(io.BytesIO(buffer.getvalue())).pixel_array).all()


@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.name)
def test_bundled_images_decode_as_before(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = pydicom.dcmread(path, force=True)
        syntax = before.file_meta.get("TransferSyntaxUID")
        if not syntax or not syntax.is_transfer_syntax or not syntax.is_encapsulated or "Rows" not in before:
            pytest.skip("no compressed pixels")
        out, _ = mask(path.read_bytes())
        after = pydicom.dcmread(io.BytesIO(out))
        assert len(after.PixelData) == len(before.PixelData)
        try:
            pixels = before.pixel_array
        except (RuntimeError, ValueError, AttributeError):
            return  # the original can't be decoded here
        assert (after.pixel_array == pixels).all()
