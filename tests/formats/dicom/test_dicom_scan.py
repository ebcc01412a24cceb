"""The byte scanner: every byte accounted for, nothing but FormatError on bad input."""

from __future__ import annotations

import io
import random
import re
import struct
import time
import zlib
from pathlib import Path

import pydicom
import pytest
from dicom_help import BASIC, SYNTAXES, bundled, decode, encode, field, locations, open_bytes, render
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beam_phi.formats import dicom
from beam_phi.formats.dicom.elements import Sequence as ScannedSequence
from beam_phi.formats.dicom.scan import MAX_DEPTH
from beam_phi.formats.document import FormatError, Source

# Files of pydicom's wheel that can't be read whole, and why.
UNREADABLE = {
    "MR_truncated.dcm": "truncated",
    "rtplan_truncated.dcm": "truncated",
    "no_meta.dcm": "not-dicom",
    "DICOMDIR-nooffset": "bad-length",
}

SEQUENCES = ("ReferencedStudySequence", "RequestAttributesSequence")
text = st.text("ABCabc 123^-.", max_size=20)
values = {
    "PatientName": text,
    "StudyDescription": text,
    "Rows": st.integers(0, 65535),
    "ImageType": st.lists(st.sampled_from(["ORIGINAL", "PRIMARY", "AXIAL"]), min_size=1, max_size=3),
    "SOPInstanceUID": st.sampled_from(["1.2.3", "1.2.840.10008.1.1"]),
    "PatientWeight": st.floats(0, 200).map(lambda f: f"{f:.2f}"),
    "TextValue": st.text("abc \\^\n", max_size=200),
    "OverlayData": st.binary(max_size=40).map(lambda b: b + b"\0" * (len(b) % 2)),
}


@st.composite
def datasets(draw: st.DrawFn, depth: int = 2) -> Dataset:
    ds = Dataset()
    for keyword in draw(st.lists(st.sampled_from(sorted(values)), unique=True, max_size=6)):
        value = draw(values[keyword])
        if keyword == "OverlayData":
            ds.add_new(0x60003000, "OW", value)
        else:
            setattr(ds, keyword, value)
    if draw(st.booleans()):
        block = ds.private_block(0x0019, draw(st.sampled_from(["ACME", "OTHER 1.0"])), create=True)
        block.add_new(0x10, "LO", draw(text))
        block.add_new(0x11, "UN", draw(st.binary(max_size=8)))
    if depth:
        for keyword in draw(st.lists(st.sampled_from(SEQUENCES), unique=True)):
            setattr(ds, keyword, Sequence(draw(st.lists(datasets(depth - 1), max_size=2))))
            ds[keyword].is_undefined_length = draw(st.booleans())
            for item in ds[keyword].value:
                item.is_undefined_length_sequence_item = draw(st.booleans())
    return ds


def leaves(ds: Dataset) -> list[int]:
    return [int(e.tag) for e in ds.iterall()]


def scanned(data: bytes) -> list[int]:
    """Tags of the main data set as they stand in the file, at every depth."""
    scope = open_bytes(data).scope
    window, big = scope._opening.window, scope._opening.syntax.order == ">"
    tags = []
    for element in scope._scanner.elements:
        if element.start >= scope._opening.data:
            group, number = struct.unpack(">HH" if big else "<HH", window.peek(element.start, 4))
            tags.append(group << 16 | number)
    return tags


@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.name)
def test_files_of_pydicom_are_scanned_whole_and_rendered_the_same(path: Path) -> None:
    data = path.read_bytes()
    if path.name in UNREADABLE:
        with pytest.raises(FormatError) as error:
            open_bytes(data)
        assert error.value.reason == UNREADABLE[path.name]
        return
    document = open_bytes(data)
    for one in document.scope.fields():
        assert isinstance(one.text, str)
        assert one.location
    assert render(document, data) == data


@settings(max_examples=60)
@given(datasets(), st.sampled_from(sorted(SYNTAXES)))
def test_the_scanner_sees_what_pydicom_wrote(ds: Dataset, syntax: str) -> None:
    data = encode(ds, syntax)
    document = open_bytes(data)
    list(document.scope.fields())
    assert render(document, data) == data
    assert scanned(data) == leaves(decode(data))


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "rtplan.dcm", "JPEG2000.dcm", "image_dfl.dcm", "UN_sequence.dcm"]
)
def test_truncated_files_fail_with_a_reason(name: str) -> None:
    data = Path(get_testdata_file(name)).read_bytes()
    reasons = set()
    for sixteenth in range(16):
        cut = data[: len(data) * sixteenth // 16]
        try:
            document = open_bytes(cut)
        except FormatError as error:
            reasons.add(error.reason)
        else:
            list(document.scope.fields())
            assert render(document, cut) == cut
    assert {"truncated"} <= reasons <= {"truncated", "not-dicom", "bad-length"}


@pytest.mark.parametrize("name", ["CT_small.dcm", "rtplan.dcm", "UN_sequence.dcm", "test-SR.dcm"])
def test_flipped_bytes_never_crash(name: str) -> None:
    data = Path(get_testdata_file(name)).read_bytes()
    reasons = set()
    for seed in range(200):
        draw = random.Random(seed)
        bad = bytearray(data)
        for _ in range(draw.randint(1, 20)):
            bad[draw.randrange(min(len(bad), 4000))] = draw.randrange(256)
        try:
            document = open_bytes(bytes(bad))
            for one in document.scope.fields():
                assert one.text is not None
                document.scope.delete(one)
            document.scope.mark_deidentified(dicom.marks("test", "1.0", ()))
            render(document, bytes(bad))
        except FormatError as error:
            reasons.add(error.reason)
    assert all(re.fullmatch("[a-z-]+", reason) for reason in reasons)


def test_a_thousand_levels_are_no_matter_and_more_than_allowed_are_refused() -> None:
    def nested(levels: int) -> bytes:
        inner = struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B "
        opened = struct.pack("<HHI", 0x0008, 0x1140, 0xFFFFFFFF) + struct.pack(
            "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
        )
        closed = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
        return encode(Dataset(), "implicit") + opened * levels + inner + closed * levels

    data = nested(1000)
    document = open_bytes(data)
    *_, name = document.scope.fields()
    assert name.location.count("(0008,1140)[0].") == 1000
    document.scope.replace(name, "CC^DD")
    assert render(document, data) == data.replace(b"\x04\0\0\0A^B ", b"\x06\0\0\0CC^DD ")
    with pytest.raises(FormatError) as error:
        open_bytes(nested(MAX_DEPTH + 1))
    assert error.value.reason == "too-deep"


def test_deep_defined_lengths_are_all_corrected() -> None:
    data = struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B "
    for _ in range(500):
        item = struct.pack("<HHI", 0xFFFE, 0xE000, len(data)) + data
        data = struct.pack("<HHI", 0x0008, 0x1140, len(item)) + item
    data = encode(Dataset(), "implicit") + data
    document = open_bytes(data)
    document.scope.replace(field(document, "(0008,1140)[0]." * 500 + "(0010,0010)"), "CC^DDDD")
    changed = render(document, data)
    again = open_bytes(changed)
    assert [f.text for f in again.scope.fields()][-1] == "CC^DDDD"
    assert len(changed) == len(data) + 4


def test_many_elements_take_linear_time() -> None:
    def items(count: int) -> bytes:
        item = Dataset()
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        item.ReferencedSOPInstanceUID = "1.2.3"
        ds = Dataset()
        ds.ReferencedImageSequence = [item]
        one = encode(ds)
        at = one.index(b"\xfe\xff\x00\xe0")
        body = one[at:] * count
        return one[: at - 4] + struct.pack("<I", len(body)) + body

    def seconds(data: bytes) -> float:
        started = time.process_time()
        document = open_bytes(data)
        for one in document.scope.fields():
            document.scope.replace(one, "2.25.1234")
        for _ in document.scope.render():
            pass
        return time.process_time() - started

    small, large = min(seconds(items(1_000)) for _ in range(3)), seconds(items(30_000))
    assert large < small * 30 * 4


def test_a_bomb_is_not_inflated() -> None:
    ds = Dataset()
    ds.PatientName = "A"
    data = encode(ds, "deflated")
    head = data[: open_bytes(data).scope._opening.data]
    bomb = zlib.compressobj(9, wbits=-15)
    body = bomb.compress(bytes(1 << 26)) + bomb.flush()
    with pytest.raises(FormatError) as error:
        open_bytes(head + body)
    assert error.value.reason == "deflate-bomb"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x10\0\x10\0PN\xf0\0A^B ", "truncated"),
        (b"\x10\0\x10\0zz\x04\0A^B ", "unknown-vr"),
        (b"\x10\0\x10\0LT\xff\xffA^B ", "truncated"),
        (b"\x08\0\x40\x11SQ\0\0\x08\0\0\0\x10\0\x10\0PN\x04\0", "bad-item"),
        (b"\x08\0\x40\x11SQ\0\0\x08\0\0\0\xfe\xff\x00\xe0\x08\0\0\0", "bad-length"),
        (b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\x08\0\0\0", "bad-length"),
        (b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff", "truncated"),
        (b"\x08\0\x70\0LO\x04\0ABCD\xfe\xff\x0d\xe0\0\0\0\0", "bad-item"),
        (b"\x42\0\x11\0OB\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\0\0\0\0", "bad-length"),
        (b"\x08\0\x70\0LO\x04\0ABCD\x10\0\x10", "truncated"),
        (b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\0\0", "truncated"),
        (b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\x10\0\x10\0PN\x04\0", "bad-item"),
    ],
)
def test_lying_lengths_and_items_have_reasons(body: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as error:
        open_bytes(encode(Dataset()) + body)
    assert error.value.reason == reason


@pytest.mark.parametrize("size", [0, 1, 7, 8, 131, 132])
def test_tiny_files_are_not_dicom(size: int) -> None:
    for data in (bytes(size), (bytes(128) + b"DICM")[:size], b"Patient,Name\n"[:size]):
        if data[128:132] == b"DICM":
            assert render(open_bytes(data), data) == data
        else:
            with pytest.raises(FormatError, match="DICOM"):
                open_bytes(data)
            assert not dicom.is_dicom(data)


def test_text_formats_do_not_look_like_dicom() -> None:
    for head in (
        b"Name,ID\nA,1\n",
        b"MSH|^~\\&|",
        b'{"a": 1}',
        b"<?xml version='1.0'?>",
        b"\x08\0\0\0\0\0",
        b"PK\x03\x04",
    ):
        assert not dicom.is_dicom(head + bytes(200))


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big"])
def test_data_sets_without_preamble_and_meta_are_recognised(syntax: str) -> None:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "A^B"
    data = encode(ds, syntax)
    bare = data[open_bytes(data).scope._opening.data :]
    for form in (bare, data[128 + 4 :]):
        assert dicom.is_dicom(form)
        assert field(open_bytes(form), "(0010,0010)").text == "A^B"


def test_sequences_under_un_are_read_as_implicit_little_endian() -> None:
    ds = Dataset()
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    ds.ReferencedImageSequence = [item]
    data = encode(ds, "implicit")
    start = open_bytes(data).scope._opening.data
    content = data[start + 8 :]
    for order, syntax in (("<", "explicit"), (">", "big")):
        head = struct.pack(order + "HH", 0x0008, 0x1140) + b"UN\0\0" + struct.pack(order + "I", len(content))
        un = encode(Dataset(), syntax) + head + content
        document = open_bytes(un)
        one = field(document, "(0008,1140)[0].(0008,1155)")
        assert one.text == "1.2.3"
        document.scope.replace(one, "2.25.1")
        changed = render(document, un)
        assert field(open_bytes(changed), "(0008,1140)[0].(0008,1155)").text == "2.25.1"


def test_large_values_stay_in_the_source_and_what_follows_is_parsed() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    ds = Dataset()
    ds.PatientName = "A^B"
    ds.Rows, ds.Columns = 1024, 1024
    ds.add_new(0x7FE00010, "OW", bytes(1 << 24))
    ds.add_new(0xFFFCFFFC, "OB", b"trailing PHI")
    data = encode(ds)
    stream = Counting(data)
    document = dicom.open(Source(stream, len(data)), BASIC)
    assert "(FFFC,FFFC)" in locations(document)
    assert stream.taken < 1 << 17
    assert render(document, data) == data


@pytest.mark.parametrize(
    "rubbish",
    [
        b"DOUGLAS DAVIDSON",
        b"\x10\0\x10\0PN\xff\0",
        b"x",
        bytes(100_000),
        b"\x08\0\x40\x11SQ\0\0\x08\0\0\0\x10\0\x10\0PN\x04\0",
    ],
)
def test_rubbish_behind_the_pixels_is_dropped_when_masking(rubbish: bytes) -> None:
    ds = Dataset()
    ds.PatientName = "A^B"
    ds.PixelData = bytes(64)
    ds["PixelData"].VR = "OW"
    data = encode(ds) + rubbish
    document = open_bytes(data)
    assert render(document, data) == data
    document.scope.mark_deidentified(dicom.marks("test", "1.0", ()))
    out = render(document, data)
    assert decode(out).PixelData == bytes(64)
    assert out.endswith(bytes(64))
    assert len(out) < len(data) - len(rubbish) + 400


def test_encapsulated_pixels_of_one_bit_wrong_delimiters_are_refused() -> None:
    data = Path(get_testdata_file("JPEG2000.dcm")).read_bytes()
    cut = data[:-8]
    with pytest.raises(FormatError):
        open_bytes(cut)


def test_sequences_know_their_items() -> None:
    data = Path(get_testdata_file("rtplan.dcm")).read_bytes()
    elements = open_bytes(data).scope._scanner.elements
    mine = {
        e.attribute.tag: e.items
        for e in elements
        if isinstance(e, ScannedSequence) and e.container.depth == 0
    }
    theirs = {
        int(e.tag): len(e.value) for e in pydicom.dcmread(get_testdata_file("rtplan.dcm")) if e.VR == "SQ"
    }
    assert mine == theirs


@pytest.mark.corpus
def test_corpus_is_rendered_the_same(corpus: Path) -> None:
    read, reasons = 0, set()
    for path in sorted(p for p in (corpus / "dicom").rglob("*") if p.is_file()):
        data = path.read_bytes()
        try:
            document = open_bytes(data)
        except FormatError as error:
            reasons.add(error.reason)
            continue
        list(document.scope.fields())
        assert render(document, data) == data
        read += 1
    assert read > 280
    assert reasons <= {"not-dicom", "truncated", "bad-length"}
