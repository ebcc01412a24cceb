"""Documents inside values, in base64: masked like files of their own, about the same person."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

from beam_phi.engine.decision import Change
from beam_phi.formats import FORMATS, HEAD_SIZE, FormatError, Source, detect
from beam_phi.formats.dicom.encapsulated import empty_document

#: Documents in documents in documents: none lies deeper.
DEEPEST = 4
#: Larger ones are not unpacked, bytes.
LARGEST = 1 << 26
_PDF = b"%PDF-"

#: The annotation of a document that gave way to none, or to a blank page.
TAKEN_OUT = Change(None, None, "embedded-document", "embedded", "format", 1.0, "", "delete", None, None)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document inside a value. format: one of FORMATS, None if it is none that can be masked."""

    data: bytes
    format: str | None

    @property
    def source(self) -> Source:
        return Source(io.BytesIO(self.data), len(self.data))

    def blank(self) -> str:
        """What stands in for it where it can't be masked, in base64: a blank page for a PDF, else nothing."""
        return in_base64(empty_document("application/pdf")) if self.data.startswith(_PDF) else ""


def unpack(text: str) -> Embedded:
    """The document in a value. What is no base64, or too large, is of no format."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True) if len(text) <= 2 * LARGEST else b""
    except (binascii.Error, ValueError):
        data = b""
    try:
        format_ = detect("", data[:HEAD_SIZE]) if 0 < len(data) <= LARGEST else None
    except FormatError:
        format_ = None
    return Embedded(data, format_ if format_ in FORMATS else None)


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
