"""What the DICOM tests share: making files with pydicom, opening and rendering them with beam_phi."""

from __future__ import annotations

import io
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

from beam_phi.formats import dicom
from beam_phi.formats.dicom.document import DicomDocument
from beam_phi.formats.dicom.fields import DicomField
from beam_phi.formats.document import Source, SourceRange
from beam_phi.library.model import DicomSpec

SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}
BASIC = DicomSpec()


def encode(ds: Dataset, syntax: str = "explicit") -> bytes:
    """A whole file."""
    out = Dataset()
    out.update(ds)
    out.file_meta = FileMetaDataset()
    out.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    out.file_meta.MediaStorageSOPInstanceUID = ds.get("SOPInstanceUID") or generate_uid(entropy_srcs=["none"])
    out.file_meta.TransferSyntaxUID = SYNTAXES[syntax]
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, out, enforce_file_format=True)
    return buffer.getvalue()


def decode(data: bytes) -> Dataset:
    return pydicom.dcmread(io.BytesIO(data), force=True)


def open_bytes(data: bytes, spec: DicomSpec = BASIC) -> DicomDocument:
    return dicom.open(Source(io.BytesIO(data), len(data)), spec)


def render(document: DicomDocument, data: bytes) -> bytes:
    parts = []
    for segment in document.scope.render():
        if isinstance(segment, SourceRange):
            assert segment.offset + segment.length <= len(data)
            segment = data[segment.offset : segment.offset + segment.length]
        parts.append(segment)
    return b"".join(parts)


def field(document: DicomDocument, location: str) -> DicomField:
    found = [f for f in document.scope.fields() if f.location == location]
    assert len(found) == 1, location
    return found[0]


def locations(document: DicomDocument) -> dict[str, DicomField]:
    return {f.location: f for f in document.scope.fields()}


def bundled() -> list[Path]:
    """The files that pydicom's wheel carries."""
    root = Path(pydicom.__file__).parent / "data"
    files = [*root.glob("test_files/**/*"), *root.glob("charset_files/*")]
    return sorted(p for p in files if p.is_file() and p.suffix in (".dcm", "") and p.name != "README")
