"""Each way to read a file is judged: something is planted that only it shows."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet
from pydicom.uid import DeflatedExplicitVRLittleEndian
from support import reading, views
from support.burned import Text, burned, dataset, file_of, ink, tissue
from support.residue import decoy_counts, lost_decoys, survivors

from beam_phi.pixels.engines import EngineMissing, TextEngine, text_engine
from beam_phi.sample.scans import pdf_file

NAME = {"value": "Davidson^Douglas", "class": "patient-name", "also": ["Davidson"]}
ID = {"value": "00123456", "class": "patient-id", "also": []}
CODE = {"value": "46198", "class": "unique-code", "also": []}
DAY = {"value": "2013-07-05", "class": "date", "also": []}
PIECES = "<r><t>David</t></r><r><t>son</t></r>"
SAID = b"seen: Davidson, Douglas"


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def packed_table(columns: dict[str, list[Any]]) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file, compression="brotli", write_statistics=False)
    return file.getvalue()


def workbook(cell: str, *strings: str, of: str = "") -> bytes:
    """The least a workbook can be, of one cell. strings: shared by cells. of: properties of the workbook."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {main}><sheetData><row>{cell}</row></sheetData></worksheet>"
    members = {
        "xl/workbook.xml": f"<workbook {main}><workbookPr {of}/></workbook>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(strings)}</sst>",
    }
    return zipped({name: text.encode() for name, text in members.items()})


def pdf(content: bytes) -> bytes:
    """A page of a compressed content stream, with Helvetica as /F1."""
    packed = zlib.compress(content)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return pdf_file(objects)


#: A word in two pieces, drawn without ink.
UNSEEN_PDF = pdf(b"BT /F1 24 Tf 3 Tr 72 700 Td [(seen: David) 20 (son, Doug) 20 (las)] TJ ET")


def sheet(words: Iterable[str] = ("DAVIDSON, DOUGLAS",)) -> Image.Image:
    texts = [Text(line, 20, 30 + 50 * number, 28) for number, line in enumerate(words)]
    return Image.fromarray(255 - ink(240, 480, texts))


def picture(format_: str, *pages: Image.Image) -> bytes:
    stream = io.BytesIO()
    first, *rest = pages or (sheet(),)
    more = {"save_all": True, "append_images": rest} if rest else {}
    first.save(stream, format_, **more)
    return stream.getvalue()


def scout(**attributes: object) -> bytes:
    """A DICOM object with a name in the pixels alone."""
    pixels = burned(tissue(240, 480), [Text("DAVIDSON, DOUGLAS", 20, 20, 28)])
    return file_of(dataset(pixels, "NOBODY", **attributes))


def deflated() -> bytes:
    ds = dataset(np.zeros((8, 8), np.uint8), "DAVIDSON^DOUGLAS")
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    return file_of(ds)


def dicom_json(tag: str, vr: str, value: bytes) -> bytes:
    """The DICOM JSON Model (PS3.18 F.2.7)."""
    inline = base64.b64encode(value).decode()
    return json.dumps([{tag: {"vr": vr, "InlineBinary": inline}}]).encode()


#: Reading -> kind of file -> what is planted, and how.
PLANTED: dict[str, dict[str, tuple[dict[str, Any], Callable[[], bytes]]]] = {
    "utf-16": {"a table": (ID, lambda: "id\t00 12-34.56\r\n".encode("utf-16"))},
    "parquet": {
        "nested": (NAME, lambda: packed_table({"note": [{"of": [SAID.decode() * 9]}] * 3})),
        "a day": (DAY, lambda: packed_table({"on": pa.array([15891], pa.date32())})),
        "a floating-point number": (CODE, lambda: packed_table({"id": [46198.0, None]})),
    },
    "xlsx": {
        "a text in pieces": (NAME, lambda: workbook(f'<c t="inlineStr"><is>{PIECES}</is></c>')),
        "a shared text in pieces": (
            NAME,
            lambda: workbook('<c t="s"><v>1</v></c>', "<si/>", f"<si>{PIECES}</si>"),
        ),
        "a serial date": (DAY, lambda: workbook("<c><v>41460</v></c>")),
        "a serial time": (DAY, lambda: workbook('<c t="n" s="1"><v>41460.4375</v></c>')),
        "a serial date since 1904": (DAY, lambda: workbook("<c><v>39998</v></c>", of='date1904="1"')),
    },
    "zip": {
        "a member": (NAME, lambda: zipped({"a.txt": SAID * 9})),
        "a zip in a zip": (NAME, lambda: zipped({"b.zip": zipped({"a.txt": SAID * 9})})),
        "a part of a workbook": (
            NAME,
            lambda: zipped({"xl/workbook.xml": b"<x/>", "docProps/core.xml": SAID * 9}),
        ),
    },
    "tar": {
        "a zip in a tar": (NAME, lambda: tarred({"0": b"", "b.zip": zipped({"a.txt": SAID * 9})})),
        "a tar.gz in a zip": (
            NAME,
            lambda: zipped({"b.tgz": gzip.compress(tarred({"a.zip": zipped({"a.txt": SAID * 9})}))}),
        ),
    },
    "dates": {"fixed width": (DAY, lambda: b"46198     1960123120130705DAVIDSON")},
    "inner pdf": {"behind a header": (NAME, lambda: b"\0\1" * 70 + UNSEEN_PDF)},
    "pdf": {"pieces of words": (NAME, lambda: UNSEEN_PDF)},
    "ocr": {
        "PNG": (NAME, lambda: picture("PNG")),
        "JPEG": (NAME, lambda: picture("JPEG")),
        "second page of a TIFF": (NAME, lambda: picture("TIFF", sheet(["NOTHING"]), sheet())),
        "PDF": (NAME, lambda: picture("PDF")),
        "DICOM": (NAME, scout),
        "DICOM, inverted": (NAME, lambda: scout(PhotometricInterpretation="MONOCHROME1")),
        "PNG in a zip": (NAME, lambda: zipped({"a.png": picture("PNG")})),
        "PNG as Base64": (NAME, lambda: dicom_json("00420011", "OB", picture("PNG"))),
    },
    "deflated": {"a header": (NAME, deflated)},
    "gzip": {
        "a file": (NAME, lambda: gzip.compress(SAID * 9, mtime=0)),
        "a tar": (NAME, lambda: gzip.compress(tarred({"a.txt": SAID * 9}), mtime=0)),
        "in a tar": (NAME, lambda: tarred({"a.gz": gzip.compress(SAID * 9, mtime=0)})),
    },
    "bzip2": {
        "a file": (NAME, lambda: bz2.compress(SAID * 9)),
        "a tar": (NAME, lambda: bz2.compress(tarred({"a.txt": SAID * 9}))),
    },
    "xz": {
        "a file": (NAME, lambda: lzma.compress(SAID * 9)),
        "a tar": (NAME, lambda: lzma.compress(tarred({"a.txt": SAID * 9}))),
    },
    "zlib": {"in something": (NAME, lambda: b"\0\1\2" + zlib.compress(SAID * 9) + b"tail")},
    "base64": {
        "DICOM JSON": (NAME, lambda: dicom_json("00091002", "UN", SAID)),
        "DICOM JSON, a zip file": (NAME, lambda: dicom_json("00420011", "OB", zipped({"a": SAID * 9}))),
    },
}


def _cases() -> list[Any]:
    return [
        pytest.param(name, kind, id=f"{name}: {kind}") for name, kinds in PLANTED.items() for kind in kinds
    ]


@pytest.mark.parametrize(("name", "kind"), _cases())
def test_what_one_reading_alone_shows(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "ocr":
        _need_tesseract()
    item, write = PLANTED[name][kind]
    (tmp_path / "out.bin").write_bytes(write())
    found = survivors(tmp_path, [item])
    assert found
    assert all(name in each.view for each in found)
    others = {other: how for other, how in views.READINGS.items() if not other.startswith(name)}
    monkeypatch.setattr(views, "READINGS", others)
    assert survivors(tmp_path, [item]) == []


def test_every_reading_is_judged() -> None:
    assert set(PLANTED) == {name.partition(" by ")[0] for name in views.READINGS}


def _need_tesseract() -> None:
    try:
        text_engine("tesseract")
    except EngineMissing as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("missing", ["tesseract", "onnx"])
def test_a_picture_that_an_engine_can_not_read_is_counted(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other engine reads it."""
    _need_tesseract()

    def engine(name: str) -> TextEngine:
        if name == missing:
            raise EngineMissing(name)
        return text_engine(name)

    monkeypatch.setattr(reading, "text_engine", engine)
    monkeypatch.setattr(reading, "READER", reading.Reader())
    for path in ("out.png", "again.png"):
        (tmp_path / path).write_bytes(picture("PNG"))
    assert {each.view for each in survivors(tmp_path, [NAME])} == {
        "ocr[0]" if missing == "tesseract" else "ocr by tesseract[0]"
    }
    assert (reading.READER.read, reading.READER.unread) == (0, 1)


@pytest.mark.parametrize(
    "write",
    [
        lambda texts: zipped({f"{number}.txt": text for number, text in enumerate(texts)}),
        lambda texts: tarred({f"{number}.txt": text for number, text in enumerate(texts)}),
        lambda texts: gzip.compress(b"\n".join(texts)),
        lambda texts: zipped({"b.tar": tarred({f"{n}.txt": text for n, text in enumerate(texts)})}),
        lambda texts: packed_table({"note": [text.decode() for text in texts]}),
        lambda texts: b"\n".join(texts).decode().encode("utf-16"),
        lambda texts: pdf(b"BT /F1 24 Tf 72 700 Td " + b" ".join(b"(%b) Tj" % t for t in texts) + b" ET"),
    ],
    ids=["zip", "tar", "gzip", "tar in a zip", "Parquet", "UTF-16", "PDF"],
)
@pytest.mark.parametrize("left", [0, 1, 2])
def test_what_can_be_read_in_two_ways_counts_once(
    tmp_path: Path, write: Callable[[list[bytes]], bytes], left: int
) -> None:
    texts = [b"a Foley catheter, "] * left + [b"a Bilo catheter, "] * (3 - left)
    (tmp_path / "out.bin").write_bytes(write(texts))
    found = lost_decoys(tmp_path, [{"value": "Foley catheter", "where": [{"path": "in"}] * 3}])
    assert [(each.planted, each.found) for each in found] == [(3, left)]


def test_what_many_cells_share_counts_for_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(1, 4):
        book.active[f"A{number}"] = "Foley catheter"
    book.save(tmp_path / "out.xlsx")
    for times, lost in ((3, 0), (4, 1)):
        decoys = [{"value": "Foley catheter", "where": [{"path": "in"}] * times}]
        assert len(lost_decoys(tmp_path, decoys)) == lost


def test_decoys_are_counted_by_file_and_name(tmp_path: Path) -> None:
    (tmp_path / "CT HEAD").mkdir()
    (tmp_path / "CT HEAD" / "1.txt").write_text("CT HEAD, warfarin, Warfarin")
    (tmp_path / "2.txt").write_text("nothing")
    counts = decoy_counts(tmp_path, [{"value": "warfarin"}, {"value": "CT HEAD"}])
    assert counts == {"CT HEAD/1.txt": {"warfarin": 1, "CT HEAD": 2}, "2.txt": {}}
