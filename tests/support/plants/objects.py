"""Objects other than images: RT, segmentations, encapsulated documents, slides, video, directories."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.fileset import FileSet

from support.plants.encode import EXPLICIT, El
from support.plants.ledger import STRICT, Ledger
from support.plants.seams import image
from support.plants.sheet import Sheet
from support.plants.tokens import Tokens

_UIDS = {
    "RTPLAN": "1.2.840.10008.5.1.4.1.1.481.5",
    "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
    "RTDOSE": "1.2.840.10008.5.1.4.1.1.481.2",
    "RTRECORD": "1.2.840.10008.5.1.4.1.1.481.4",
    "SEG": "1.2.840.10008.5.1.4.1.1.66.4",
    "PDF": "1.2.840.10008.5.1.4.1.1.104.1",
    "CDA": "1.2.840.10008.5.1.4.1.1.104.2",
    "STL": "1.2.840.10008.5.1.4.1.1.104.3",
    "OBJ": "1.2.840.10008.5.1.4.1.1.104.4",
    "MTL": "1.2.840.10008.5.1.4.1.1.104.5",
    "SM": "1.2.840.10008.5.1.4.1.1.77.1.6",
    "VIDEO": "1.2.840.10008.5.1.4.1.1.77.1.4.1",
}


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for kind, fill in (
        ("RTPLAN", _plan),
        ("RTSTRUCT", _structures),
        ("RTDOSE", _dose),
        ("RTRECORD", _record),
        ("SEG", _segments),
    ):
        sheet = Sheet(
            ledger, tokens, f"objects/{kind.lower()}.dcm", f"RT and SEG/{kind}", EXPLICIT, _UIDS[kind], kind
        )
        fill(sheet)
        yield sheet
    for kind in ("PDF", "CDA", "STL", "OBJ", "MTL"):
        yield _document(ledger, tokens, kind)
    yield _slide_label(ledger, tokens)
    yield _icon(ledger, tokens)


def _labels(sheet: Sheet, *tags: tuple[int, str]) -> None:
    for tag, vr in tags:
        form = {"SH": "F", "CS": "F", "PN": "F^G"}.get(vr, "G F left")
        text = sheet.echo(form, f"{tag:08X}")
        sheet.put(tag, vr, text.upper() if vr == "CS" else text)


def _day(sheet: Sheet, *tags: int) -> None:
    for tag in tags:
        day = f"{sheet.dates():%Y%m%d}"
        sheet.put(tag, "DA", sheet.note(day, "date", where=f"{tag:08X}", local=True, bounded=True))


def _time(sheet: Sheet, *tags: int) -> None:
    for tag in tags:
        value = sheet.note(
            sheet.tokens.time(), "time", where=f"{tag:08X}", goes=STRICT, local=True, bounded=True
        )
        sheet.put(tag, "TM", value)


def _plan(sheet: Sheet) -> None:
    _labels(
        sheet,
        (0x300A0002, "SH"),
        (0x300A0003, "LO"),
        (0x300A0004, "ST"),
        (0x300A000E, "ST"),
        (0x300A0009, "LO"),
    )
    _day(sheet, 0x300A0006)
    _time(sheet, 0x300A0007)
    beam = [
        El(0x300A00C2, "LO", sheet.echo("F", "(300A,00C2)")),
        El(0x300A00C3, "ST", sheet.echo("G F", "(300A,00C3)")),
        El(0x300A00B2, "SH", sheet.token("(300A,00B2)", goes=STRICT)),
    ]
    sheet.put(0x300A00B0, "SQ", [beam])
    dose = [El(0x300A0016, "LO", sheet.echo("F", "(300A,0016)"))]
    sheet.put(0x300A0010, "SQ", [dose])
    setup = [El(0x300A01B2, "ST", sheet.echo("F", "(300A,01B2)"))]
    sheet.put(0x300A0180, "SQ", [setup])
    _approval(sheet)


def _approval(sheet: Sheet) -> None:
    sheet.put(0x300E0008, "PN", sheet.token("(300E,0008)"))
    _day(sheet, 0x300E0004)
    _time(sheet, 0x300E0005)


def _structures(sheet: Sheet) -> None:
    _labels(sheet, (0x30060002, "SH"), (0x30060004, "LO"), (0x30060006, "ST"))
    _day(sheet, 0x30060008)
    roi = [
        El(0x30060026, "LO", sheet.echo("G F", "(3006,0026)")),
        El(0x30060028, "ST", sheet.echo("F", "(3006,0028)")),
        El(0x30060038, "LO", sheet.echo("F", "(3006,0038)")),
    ]
    sheet.put(0x30060020, "SQ", [roi, roi[:1]])
    seen = [
        El(0x30060085, "SH", sheet.echo("F", "(3006,0085)")),
        El(0x300600A6, "PN", sheet.token("(3006,00A6)")),
        El(0x30060088, "ST", sheet.echo("F", "(3006,0088)")),
    ]
    sheet.put(0x30060080, "SQ", [seen])
    _approval(sheet)


def _dose(sheet: Sheet) -> None:
    _labels(sheet, (0x30040006, "LO"))
    reference = [El(0x00081155, "UI", sheet.note(sheet.tokens.uid(), "uid", where="(300C,0002)"))]
    sheet.put(0x300C0002, "SQ", [reference])


def _record(sheet: Sheet) -> None:
    _day(sheet, 0x30080250, 0x30080024)
    _time(sheet, 0x30080251)
    sheet.put(0x00081070, "PN", sheet.token("(0008,1070)"))
    machine = [
        El(0x00181000, "LO", sheet.token("(3008,...).(0018,1000)", goes=STRICT)),
        El(0x00080080, "LO", sheet.token("inst")),
    ]
    sheet.put(0x300A0206, "SQ", [machine])


def _segments(sheet: Sheet) -> None:
    segment = [
        El(0x00620005, "LO", sheet.echo("G F", "(0062,0005)")),
        El(0x00620006, "ST", sheet.echo("F", "(0062,0006)")),
        El(0x00620009, "LO", sheet.echo("F", "(0062,0009)")),
        El(0x00620020, "UT", sheet.echo("F", "(0062,0020)")),
        El(0x00620021, "UI", sheet.note(sheet.tokens.uid(), "uid", where="(0062,0021)")),
    ]
    sheet.put(0x00620002, "SQ", [segment])
    _labels(sheet, (0x00700080, "CS"), (0x00700081, "LO"), (0x00700084, "PN"))


def _document(ledger: Ledger, tokens: Tokens, kind: str) -> Sheet:
    """An encapsulated document with names inside, in text and deeper."""
    place = f"encapsulated/{kind}"
    sheet = Sheet(ledger, tokens, f"objects/{kind.lower()}.dcm", place, EXPLICIT, _UIDS[kind], "DOC")
    name = sheet.echo("G F", "inside")
    stranger = sheet.token("inside, a stranger")
    body = {
        "PDF": b"%%PDF-1.4\n1 0 obj<</Title(%s)/Author(%s)>>endobj\ntrailer<</Info 1 0 R>>\n%%%%EOF\n",
        "CDA": b"<?xml version='1.0'?><ClinicalDocument><name>%s</name><by>%s</by></ClinicalDocument>",
        "STL": b"solid %s by %s\nendsolid\n",
        "OBJ": b"# %s %s\no knee\nv 0 0 0\n",
        "MTL": b"# %s %s\nnewmtl bone\n",
    }[kind] % (name.encode(), stranger.encode())
    sheet.put(0x00420011, "OB", body)
    sheet.put(
        0x00420012,
        "LO",
        {"PDF": "application/pdf", "CDA": "text/XML", "STL": "model/stl"}.get(kind, "model/obj"),
    )
    sheet.put(0x00420010, "ST", sheet.echo("F", "(0042,0010)"))
    sheet.put(0x0040E001, "ST", sheet.note(tokens.uid(), "uid", where="(0040,E001)"))
    return sheet


def _slide_label(ledger: Ledger, tokens: Tokens) -> Sheet:
    """The label image of a whole slide: its text attributes; its picture is read by people only."""
    sheet = Sheet(ledger, tokens, "objects/slide-label.dcm", "slide label", EXPLICIT, _UIDS["SM"], "SM")
    sheet.put(0x00080008, "CS", "ORIGINAL\\PRIMARY\\LABEL\\NONE")
    sheet.put(0x22000005, "LT", sheet.echo("F, G", "(2200,0005)"))
    sheet.put(0x22000002, "UT", sheet.echo("F, G", "(2200,0002)"))
    sheet.put(0x00400512, "LO", sheet.token("(0040,0512)"))
    image(sheet, 8, 8)
    sheet.put(0x7FE00010, "OW", bytes(range(64)))
    return sheet


def _icon(ledger: Ledger, tokens: Tokens) -> Sheet:
    sheet = Sheet(ledger, tokens, "objects/icon.dcm", "icon")
    icon = [
        El(0x00280010, "US", (4,)),
        El(0x00280011, "US", (4,)),
        El(0x7FE00010, "OW", sheet.token("icon").encode()),
    ]
    sheet.put(0x00880200, "SQ", [icon])
    private = [
        El(0x00090010, "LO", "GEIIS"),
        El(0x00091010, "SQ", [[*icon[:2], El(0x7FE00010, "OW", sheet.token("private").encode())]]),
    ]
    sheet.add(*private)
    return sheet


def directory(ledger: Ledger, tokens: Tokens, folder: Path) -> None:
    """A file set with its DICOMDIR, made by pydicom, in a folder of its own."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    file_set = FileSet()
    file_set.UID = tokens.uid()
    sheet = Sheet(ledger, tokens, "media/DICOMDIR", "DICOMDIR")
    ledger.plants[:] = [plant for plant in ledger.plants if plant.file != "media/DICOMDIR"]
    for number in range(3):
        ds = Dataset()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.update(meta)
        ds.SOPClassUID = meta.MediaStorageSOPClassUID
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = sheet.note(tokens.uid(), "uid")
        ds.StudyInstanceUID = sheet.note(tokens.uid(), "uid")
        ds.SeriesInstanceUID = sheet.note(tokens.uid(), "uid")
        ds.PatientName = sheet.note(tokens.word(), "name") + "^" + sheet.note(tokens.word(4), "name")
        ds.PatientID = sheet.note(tokens.number(10), "id")
        ds.StudyDate, ds.StudyTime, ds.Modality, ds.StudyID = (
            "20130713",
            "101500",
            "OT",
            sheet.note(tokens.number(9), "id"),
        )
        ds.AccessionNumber = sheet.note("AC" + tokens.number(8), "id")
        ds.SeriesNumber = ds.InstanceNumber = number + 1
        buffer = io.BytesIO()
        pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
        buffer.seek(0)
        file_set.add(pydicom.dcmread(buffer))
    with tempfile.TemporaryDirectory() as made:
        file_set.write(made)
        for path in sorted(p for p in Path(made).rglob("*") if p.is_file()):
            target = folder / "media" / path.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
