"""Objects that are refused for what they are, and documents that give way to empty ones."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from dicom_help import encode
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from support.masking import mask, masked

from beam_phi.engine import Quarantine
from beam_phi.formats.dicom.encapsulated import empty_document

WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def dataset(**values: object) -> Dataset:
    ds = Dataset()
    ds.SOPInstanceUID, ds.PatientName, ds.PatientID = "1.2.3", "Davidson^Douglas", "292821506"
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def reason(data: bytes, dicom: str = "{}") -> str | None:
    try:
        mask(data, dicom)
    except Quarantine as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("ds", "expected"),
    [
        (dataset(SOPClassUID=WHOLE_SLIDE, ImageType=["ORIGINAL", "PRIMARY", "LABEL", "NONE"]), "label-image"),
        (dataset(SOPClassUID=WHOLE_SLIDE, ImageType=["ORIGINAL", "PRIMARY", "OVERVIEW"]), "label-image"),
        (dataset(SOPClassUID=WHOLE_SLIDE, SpecimenLabelInImage="YES"), "label-image"),
        (dataset(SOPClassUID=WHOLE_SLIDE, ImageType=["ORIGINAL", "PRIMARY", "VOLUME"]), None),
        (dataset(SOPClassUID=SECONDARY_CAPTURE, ImageType=["DERIVED", "SECONDARY", "LABEL"]), None),
        (dataset(SOPClassUID="1.3.12.2.1107.5.9.1"), "private-sop-class"),
        (dataset(SOPClassUID=SECONDARY_CAPTURE), None),
    ],
)
def test_kinds_of_objects(ds: Dataset, expected: str | None) -> None:
    assert reason(encode(ds)) == expected
    assert reason(encode(ds), "{quarantine: []}") is None


@pytest.mark.parametrize("syntax", ["100", "102.1", "104", "107", "108"])
def test_video_is_refused(syntax: str) -> None:
    data = encode(dataset(SOPClassUID=SECONDARY_CAPTURE))
    uid = f"1.2.840.10008.1.2.4.{syntax}"
    old = b"1.2.840.10008.1.2.1\0"
    new = uid.encode() + b"\0" * (len(uid) % 2)
    at = data.index(old)
    video = data[: at - 2] + len(new).to_bytes(2, "little") + new + data[at + len(old) :]
    assert reason(video) == "video"
    assert reason(video, "{quarantine: [label-images]}") is None


@pytest.mark.parametrize("name", ["DICOMDIR", "DICOMDIR-implicit", "DICOMDIR-bigEnd"])
def test_media_directories_are_refused_whatever_the_library(name: str) -> None:
    assert reason(Path(get_testdata_file(name)).read_bytes(), "{quarantine: []}") == "dicomdir"


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big", "deflated"])
@pytest.mark.parametrize("size", [40, 70_001])
@pytest.mark.parametrize(
    "mime_type", ["application/pdf", "text/XML", "model/stl", "model/obj", "model/mtl", "image/x-unheard-of"]
)
def test_a_document_gives_way_to_an_empty_one_of_its_type(mime_type: str, size: int, syntax: str) -> None:
    document = (b"%PDF-1.4 report on Davidson^Douglas " * (size // 30 + 1))[:size]
    ds = dataset(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1",
        MIMETypeOfEncapsulatedDocument=mime_type,
        EncapsulatedDocument=document + b"\0" * (size % 2),
        EncapsulatedDocumentLength=size,
        DocumentTitle="Report on Davidson",
    )
    data, annotations = mask(encode(ds, syntax))
    assert b"Davidson" not in data
    import pydicom

    out = pydicom.dcmread(io.BytesIO(data))
    length = out.EncapsulatedDocumentLength
    assert out.EncapsulatedDocument[:length] == empty_document(mime_type)
    assert len(out.EncapsulatedDocument) - length in (0, 1)
    assert mime_type == out.MIMETypeOfEncapsulatedDocument
    assert "Davidson" not in out.get("DocumentTitle", "")
    (row,) = [a for a in annotations if a.location == "(0042,0011)"]
    assert (row.rule, row.replacement) == ("D", "<empty document>")


def test_the_empty_documents_are_valid(tmp_path: Path) -> None:
    ElementTree.fromstring(empty_document("text/XML"))
    assert len(empty_document("model/stl")) == 84
    pdf = empty_document("application/pdf")
    table = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[table:].startswith(b"xref\n0 4\n")
    for number, line in enumerate(pdf[table:].split(b"\n")[3:6], 1):
        assert pdf[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    if shutil.which("pdftoppm"):
        (tmp_path / "empty.pdf").write_bytes(pdf)
        done = subprocess.run(["pdftoppm", "-png", "empty.pdf", "page"], cwd=tmp_path, capture_output=True)
        assert not done.stderr
        assert len(list(tmp_path.glob("page*.png"))) == 1


def test_a_document_that_is_nowhere_empty_stays_empty() -> None:
    ds = dataset(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1", EncapsulatedDocument=b"")
    assert not masked(ds).EncapsulatedDocument
