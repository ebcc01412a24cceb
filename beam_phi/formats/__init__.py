"""How files are opened and written back: one module, or folder, a format; all behind :class:`Document`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beam_phi.formats import (
    archive,
    delimited,
    dicom,
    fhir,
    fixed_width,
    hl7,
    image,
    markup,
    parquet,
    pdf,
    plain,
    x12,
    xlsx,
)
from beam_phi.formats.container import Container
from beam_phi.formats.detect import HEAD_SIZE, detect
from beam_phi.formats.dicom import json_model, xml_model
from beam_phi.formats.document import Document, Field, FormatError, Referring, Scope, Source, Telling, Unfit
from beam_phi.library.model import DicomSpec

#: The formats of one document, by the name in the tables, and how a file of it is opened.
_DOCUMENTS: Mapping[str, Callable[[Source, DicomSpec], Document]] = {
    "dicom": dicom.open,
    "dicom-json": json_model.open,
    "dicom-xml": xml_model.open,
    "delimited": lambda source, _: delimited.open(source),
    "hl7": lambda source, _: hl7.open(source),
    "fhir": lambda source, _: fhir.open(source),
    "x12": lambda source, _: x12.open(source),
    "json": lambda source, _: fhir.open_json(source),
    "cda": lambda source, _: markup.open(source),
    "xml": lambda source, _: markup.open(source),
    "text": lambda source, _: plain.open(source),
    "image": lambda source, _: image.open(source),
    "pdf": lambda source, _: pdf.open(source),
}
#: The formats that hold files, or tables, that are masked one by one.
_CONTAINERS: Mapping[str, Callable[[Source], Container]] = {
    "archive": archive.open,
    "parquet": parquet.open,
    "xlsx": xlsx.open,
}
#: Every format that files are masked in; what is of fixed width needs a layout to be opened.
FORMATS = (*_DOCUMENTS, fixed_width.FORMAT, *_CONTAINERS)


def open_document(format_: str, source: Source, spec: DicomSpec) -> Document:
    """Open a file of a format that its content tells and that is no container. Raises FormatError."""
    return _DOCUMENTS[format_](source, spec)


def open_container(format_: str, source: Source) -> Container | None:
    """Open a file that holds others. None for one of any other format. Raises FormatError."""
    opener = _CONTAINERS.get(format_)
    return opener(source) if opener else None


__all__ = [
    "FORMATS",
    "HEAD_SIZE",
    "Container",
    "Document",
    "Field",
    "FormatError",
    "Referring",
    "Scope",
    "Source",
    "Telling",
    "Unfit",
    "detect",
    "fixed_width",
    "open_container",
    "open_document",
]
