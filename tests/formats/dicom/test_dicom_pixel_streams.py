"""Compressed pixel data of a whole object: streams emptied of metadata, the offset table checked."""

from __future__ import annotations

import io
import struct

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from support.masking import mask

from beam_phi.engine import Quarantine
from beam_phi.formats.dicom.streams.bitstreams import metadata_ranges, wrong_offset_table

BASELINE = "1.2.840.10008.1.2.4.50"
RLE = "1.2.840.10008.1.2.5"
SECRET = b"Davidson^Douglas 292821506"


def jpeg() -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(3).integers(0, 255, (48, 48), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def encode(frames: list[bytes], number: int) -> pydicom.Dataset:
    ds = pydicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.Rows = ds.Columns = 48
    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 1, 8, 8, 7, 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.NumberOfFrames = number
    ds.PixelData = encapsulate(frames)
    ds["PixelData"].VR = "OB"
    ds.file_meta = pydicom.dataset.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = BASELINE
    return ds


def saved(ds: pydicom.Dataset) -> bytes:
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def test_an_object_is_masked_with_its_streams() -> None:
    stream = jpeg()
    dirty = stream[:2] + segment(0xFE, SECRET) + segment(0xE1, b"Exif\0\0" + SECRET) + stream[2:]
    data = saved(encode([dirty, stream], 2))
    out, _ = mask(data)
    assert SECRET not in out
    before, after = pydicom.dcmread(io.BytesIO(data)), pydicom.dcmread(io.BytesIO(out))
    assert len(after.PixelData) == len(before.PixelData)
    assert (after.pixel_array == before.pixel_array).all()


def test_frames_without_fragments_of_their_own_are_refused() -> None:
    """A second image in a fragment would be taken for rubbish."""
    with pytest.raises(Quarantine) as error:
        mask(saved(encode([jpeg() + jpeg()], 2)))
    assert error.value.reason == "bad-bitstream"


@pytest.mark.parametrize("extra", [b"", b"\0", SECRET])
def test_bytes_behind_rle_segments_are_zeroed(extra: bytes) -> None:
    """Each of two segments tells eight pixels in runs and literals."""
    segments = [b"\x03abcd\xfde" + extra, b"\xf9z" + extra]
    offsets = [64, 64 + len(segments[0])]
    frame = struct.pack("<3I", 2, *offsets).ljust(64, b"\0") + b"".join(segments)
    clean = bytearray(frame)
    for first, behind in metadata_ranges(lambda at, n: frame[at : at + n], [(0, len(frame))], RLE, 8):
        clean[first:behind] = bytes(behind - first)
    assert bytes(clean) == (frame.replace(extra, bytes(len(extra))) if extra else frame)


@pytest.mark.parametrize(("table", "wrong"), [([0], False), ([0, 108], False), ([0, 7], True), ([], False)])
def test_an_offset_table_holds_offsets_of_fragments(table: list[int], wrong: bool) -> None:
    raw = struct.pack(f"<{len(table)}I", *table)
    begin = 8
    first = begin + len(raw) + 8
    fragments = [(begin, begin + len(raw)), (first, first + 100), (first + 108, first + 200)]
    data = bytes(begin) + raw + bytes(400)
    found = wrong_offset_table(lambda at, n: data[at : at + n], fragments, "<")
    assert bool(found) is wrong
