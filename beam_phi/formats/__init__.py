"""How files are opened and written back: one module, or folder, a format; all behind :class:`Document`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beam_phi.formats import delimited, dicom, fhir, hl7, markup, plain, x12
from beam_phi.formats.detect import HEAD_SIZE, detect
from beam_phi.formats.dicom import json_model
from beam_phi.formats.document import Document, Field, FormatError, Referring, Scope, Source, Telling, Unfit
from beam_phi.library.model import DicomSpec

#: Every format that files are masked in, by the name in the tables, and how a file of it is opened.
_OPENERS: Mapping[str, Callable[[Source, DicomSpec], Document]] = {
    "dicom": dicom.open,
    "dicom-json": json_model.open,
    "delimited": lambda source, _: delimited.open(source),
    "hl7": lambda source, _: hl7.open(source),
    "fhir": lambda source, _: fhir.open(source),
    "x12": lambda source, _: x12.open(source),
    "json": lambda source, _: fhir.open_json(source),
    "cda": lambda source, _: markup.open(source),
    "xml": lambda source, _: markup.open(source),
    "text": lambda source, _: plain.open(source),
}
FORMATS = tuple(_OPENERS)


def open_document(format_: str, source: Source, spec: DicomSpec) -> Document:
    """Open a file of a known format. Raises FormatError."""
    return _OPENERS[format_](source, spec)


__all__ = [
    "FORMATS",
    "HEAD_SIZE",
    "Document",
    "Field",
    "FormatError",
    "Referring",
    "Scope",
    "Source",
    "Telling",
    "Unfit",
    "detect",
    "open_document",
]
