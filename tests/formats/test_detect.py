from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from beam_phi.formats import FORMATS, open_document
from beam_phi.formats.detect import HEAD_SIZE, detect
from beam_phi.formats.document import FormatError, Segment, Source, SourceRange
from beam_phi.library.model import DicomSpec

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

TABLE = b"Name,MRN,DOB\nDavidson,123456,1976-06-16\nOsmin,77,1980-01-01\n"
NOTE = b"RADIOLOGY REPORT\n\nPatient: Douglas Davidson, seen by Dr. Osmin, 1999.\n"


def dicom_file(name: str) -> bytes:
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    return Path(path).read_bytes()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("note.txt", NOTE)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.csv", TABLE, "delimited"),
        ("a.CSV", b"Name\nDavidson\n", "delimited"),
        ("a.tsv", b"Name\tMRN\nDavidson\t1\n", "delimited"),
        ("a.txt", TABLE, "delimited"),
        ("a", TABLE.replace(b",", b"\t"), "delimited"),
        ("a.dcm", TABLE, "delimited"),
        ("a.csv", TABLE.decode().encode("utf-16"), "delimited"),
        ("a.txt", NOTE, "text"),
        ("README", NOTE, "text"),
        ("a.dcm", NOTE, "text"),
        ("a.txt", NOTE.decode().encode("utf-16-le"), "text"),
        ("a.txt", "Müller, Jürgen".encode("latin-1"), "text"),
        ("a.txt", b"Dear Dr. Osmin,\nthe patient, Mr. Davidson,\nwas seen, again.\n", "text"),
        ("a.txt", b"[1] Davidson, Douglas\n", "text"),
        ("a.txt", b"{{name}} was seen\n", "text"),
        ("feed.bin", b"\x0bMSH|^~\\&|A|B\rPID|1||77\r\x1c\r\x0bMSH|^~\\&|A|B\rPID|1||78\r\x1c\r", "hl7"),
        ("a.bin", b"\x0bMSH|^~\\&|A\x00\x1c\r", None),
        ("a.sql", b"-- dump\nINSERT INTO patients VALUES (1,'Davidson');\n", None),
        ("a.sql", b"SET x;\ncopy patients (id, name) FROM stdin;\n1\tDavidson\n", None),
        ("a.txt", b"CREATE TABLE `patients` (\n id int\n);\n", None),
        ("a.txt", b"H|\\^&|||ANALYZER\rP|1|77||Davidson\r", None),
        ("a.txt", b"Tube placed.\nInsert into left nare, values normal.\nCopy sent from ward.\n", "text"),
        ("a.txt", b"Isabel was seen\nMSH is no segment here\n", "text"),
    ],
)
def test_tables_and_texts(name: str, head: bytes, expected: str) -> None:
    assert detect(name, head) == expected


def test_a_record_cut_in_two_by_the_end_of_the_head_is_no_fault() -> None:
    rows = b"".join(b"Osmin,%d,%s\n" % (row, b"x" * 1000) for row in range(1, 31))
    end = b"Osmin,5"
    first = b"Name,MRN,Note\nOsmin,0,"
    head = first.ljust(HEAD_SIZE - len(end) - len(rows) - 1, b"x") + b"\n" + rows + end
    assert detect("a.txt", head) == "delimited"
    assert detect("a.txt", head[:-1]) == "text"


@pytest.mark.parametrize(
    "file", ["CT_small.dcm", "MR_small_bigendian.dcm", "ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm"]
)
@pytest.mark.parametrize("name", ["a.dcm", "a.csv", "a.txt", "IM00001"])
def test_dicom_under_any_name(file: str, name: str) -> None:
    assert detect(name, dicom_file(file)[:HEAD_SIZE]) == "dicom"


@pytest.mark.parametrize("ending", [".txt", ".csv", ""])
@pytest.mark.parametrize(
    "head",
    [
        zlib.compress(NOTE * 9),
        b"BM6\x00\x00\x00",
        b"SQLite format 3\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00",
        struct.pack("<8I", *range(8)),
        b"\xff\xfe\x00\x00D\x00\x00\x00",
        b"\xff\xfeD\x00\x00\xd8D\x00",
        b"{\\rtf1\\ansi Davidson}",
        b"<x xmlns:f='http://hl7.org/fhir'><f:Patient><f:id value='1'/></f:Patient></x>",
        b"<Davidson xmlns='http://hl7.org/fhir'><id value='1'/></Davidson>",
        b'{"study": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Davidson^Douglas"}]}}}',
        b"<x><NativeDicomModel><DicomAttribute/></NativeDicomModel></x>",
        b"<!DOCTYPE html><html>",
        b"sent:\nMSH|^~\\&|LAB|GHH\nPID|1\n",
        b"ISA*00*          *00*          *ZZ*",
        b"ST*835*1~BPR*I*1",
        b"UNB+UNOA:1+SENDER",
        b"From: a\nMIME-Version: 1.0\nContent-Type: text/plain\n",
        b"BEGIN:VCARD\nFN:Douglas Davidson\n",
        b"see below\n" + (b"QUJD" * 19 + b"\n") * 4,
    ],
)
def test_what_is_structured_encoded_or_binary_has_no_format(head: bytes, ending: str) -> None:
    assert detect("a" + ending, head) is None


@pytest.mark.parametrize("ending", [".txt", ".csv", ".zip", ""])
@pytest.mark.parametrize(
    "head", [zipped(), gzip.compress(NOTE, mtime=0), bz2.compress(NOTE), lzma.compress(NOTE)]
)
def test_archives_under_any_name(head: bytes, ending: str) -> None:
    assert detect("a" + ending, head) == "archive"


@pytest.mark.parametrize("ending", [".txt", ".pdf", ".dcm", ""])
@pytest.mark.parametrize(
    "head", [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", b"\xef\xbb\xbf%PDF-1.4\nplain", b"\x80\x81\n%PDF-1.4\n"]
)
def test_pdf_under_any_name(head: bytes, ending: str) -> None:
    assert detect("a" + ending, head) == "pdf"


@pytest.mark.parametrize("ending", [".txt", ".png", ".dcm", ""])
@pytest.mark.parametrize(
    "head",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        b"II*\x00\x08\x00\x00\x00",
        b"MM\x00*\x00\x00\x00\x08",
        b"BM6\x00\x00\x00\0\0\0\0\x36\0\0\0\x28\0\0\0",
    ],
)
def test_pictures_under_any_name(head: bytes, ending: str) -> None:
    assert detect("a" + ending, head) == "image"


def test_workbooks_are_told_from_other_archives() -> None:
    part = b"PK\x03\x04" + bytes(22) + b"\x13\0\0\0"
    assert detect("a.zip", part + b"[Content_Types].xml" + part + b"xl/workbook.xml") == "xlsx"
    assert detect("a.xlsx", part + b"[Content_Types].xml" + part + b"word/document.xml") == "archive"


def test_parquet() -> None:
    assert detect("a.txt", b"PAR1\x15\x04\x15\x00") == "parquet"


ISA = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *130214*1030"
    b"*^*00501*000000905*1*T*:~"
)


@pytest.mark.parametrize("name", ["a", "a.txt", "a.csv"])
@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"resourceType": "Patient"}', "fhir"),
        (b'{"id": "1", "resourceType": "Patient"}\n', "fhir"),
        (b'  [ {"a": 1} ]', "json"),
        (b"{\n}", "json"),
        (b'{"a": 1}\n{"a": 2}\n', "json"),
        (b'<?xml version="1.0"?><ClinicalDocument/>', "cda"),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "cda"),
        (b'<observation classCode="OBS" moodCode="EVN"><value value="1"/></observation>', "cda"),
        (b"<patients><patient/></patients>", "xml"),
        ('<?xml version="1.0"?><patients/>'.encode("utf-16"), "xml"),
        (b"MSH|^~\\&|LAB|GHH\rPID|1||123\r", "hl7"),
        (b"\xef\xbb\xbfMSH|^~\\&|LAB", "hl7"),
        (b"\x0bMSH|^~\\&|LAB|GHH\r", "hl7"),
        (b"FHS|^~\\&|LAB|GHH\rBHS|^~\\&|LAB\r", "hl7"),
        (ISA, "x12"),
        (ISA.replace(b"*", b"\x1d").replace(b"~", b"\x1c"), "x12"),
    ],
)
def test_documents_of_known_grammars(head: bytes, expected: str, name: str) -> None:
    assert detect(name, head) == expected


@pytest.mark.parametrize("name", ["a.json", "a.XML", "a.hl7", "a.x12", "a.pdf", "a.html"])
def test_text_that_is_said_to_be_structured_has_no_format(name: str) -> None:
    assert detect(name, NOTE) is None


def test_empty_files() -> None:
    assert detect("a.csv", b"") == "delimited"
    assert detect("a.txt", b"") == "text"
    for name in ("a.dcm", "a", "a.bin"):
        with pytest.raises(FormatError) as caught:
            detect(name, b"")
        assert caught.value.reason == "empty"


#: What is made anew, not spliced; and DICOM, whose test files are whole.
REMADE = frozenset({"dicom", "archive", "image", "pdf", "parquet", "xlsx"})


@given(st.binary(), st.sampled_from(["a.csv", "a.txt", "a"]))
@example(b"PAR1", "a.csv")
def test_what_is_accepted_comes_out_as_it_went_in(head: bytes, name: str) -> None:
    try:
        format_ = detect(name, head)
    except FormatError:
        format_ = None
    if format_ not in FORMATS or format_ in REMADE:
        return
    try:
        opened = open_document(format_, Source(io.BytesIO(head), len(head)), DicomSpec())
        segments = [segment for scope in opened.scopes() for segment in scope.render()]
    except FormatError:
        return
    assert b"".join(_bytes(segment, head) for segment in segments) == head


def _bytes(segment: Segment, source: bytes) -> bytes:
    if isinstance(segment, SourceRange):
        return source[segment.offset : segment.offset + segment.length]
    return segment


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("dicom", {"dicom", "dicomdir", "json", None}),
        ("csv", {"delimited"}),
        ("text", {"text", "delimited", "json"}),
        ("hl7", {"hl7"}),
        ("fhir", {"fhir", "json", None}),
        ("x12", {"x12", None}),
        ("cda", {"cda", "xml"}),
    ],
)
def test_corpus(folder: str, expected: set[str | None]) -> None:
    for path in (CORPUS / folder).rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                assert detect(path.name, stream.read(HEAD_SIZE)) in expected, path


@pytest.mark.parametrize("name", ["DICOMDIR", "DICOMDIR-implicit", "DICOMDIR-bigEnd", "DICOMDIR-empty.dcm"])
def test_media_directories_have_a_format_of_their_own(name: str) -> None:
    data = Path(get_testdata_file(name)).read_bytes()
    assert detect("anything", data[:HEAD_SIZE]) == "dicomdir"
