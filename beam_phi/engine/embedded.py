"""Documents inside values, in base64 or as they are: masked like files of their own, of the same person."""

from __future__ import annotations

import base64
import binascii
import io
import re
from dataclasses import dataclass

from beam_phi.engine.decision import Change
from beam_phi.formats import HEAD_SIZE, FormatError, Source, detect
from beam_phi.formats.dicom.encapsulated import empty_document

#: Documents in documents in documents: none lies deeper.
DEEPEST = 4
#: Larger ones are not unpacked, bytes.
LARGEST = 1 << 26
#: Fewer bytes of text are UTF-8, or what was encoded was none.
_SURE_TEXT = 32
_PDF = b"%PDF-"
#: What a text is opened as by its content alone; any text could be a table or a note.
_GRAMMARS = frozenset({"hl7", "fhir", "x12", "dicom-json", "dicom-xml", "json", "cda", "xml"})
#: What it is opened as where it is said to be one.
_OPENED = _GRAMMARS | {"delimited", "dicom", "text"}
_BEGINNING = re.compile(r"\s*(?:[{<]|\[\s*[\[{\"]|MSH|FHS|BHS|ISA)")
#: Shorter ones hold no document.
_BASE64 = re.compile(r"(?:data:[^,\s]{0,100};base64,)?(?P<data>[A-Za-z0-9+/]{24}[A-Za-z0-9+/\s]*={0,2})\s*")
#: How archives and pictures begin, which can't be masked.
_SEALED = re.compile(rb"%PDF-|\x1f\x8b\x08|PK\x03\x04|\x89PNG\r|\xff\xd8\xff|II\*\0|MM\0\*|GIF8|\{\\rtf")

#: The annotation of a document that gave way to none, or to a blank page.
TAKEN_OUT = Change(None, None, "embedded-document", "embedded", "format", 1.0, "", "delete", None, None)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document inside a value.

    format: one of _OPENED, None if it is none that can be masked. before: what stands before it in the
        value.
    encoded: False for a text that is the document.
    """

    data: bytes
    format: str | None
    before: str = ""
    encoded: bool = True

    @property
    def source(self) -> Source:
        return Source(io.BytesIO(self.data), len(self.data))

    def packed(self, data: bytes) -> str:
        """The value with other bytes in the document's place."""
        text = base64.b64encode(data).decode("ascii") if self.encoded else data.decode("utf-8")
        return self.before + text

    def blank(self) -> str:
        """What stands in for it where it can't be masked: a blank page for a PDF, else nothing."""
        return self.packed(empty_document("application/pdf")) if self.data.startswith(_PDF) else ""


def unpack(text: str, encoding: str = "base64") -> Embedded:
    """The document in a value that is one. What is in no base64, or too large, is of no format."""
    data = _decoded(text) if encoding == "base64" else b""
    format_ = _detected(data)
    if format_ == "text" and len(data) < _SURE_TEXT and not _is_utf_8(data):
        format_ = None  # a word that reads like base64
    return Embedded(data, format_ if format_ in _OPENED else None)


def document_in(text: str) -> Embedded | None:
    """The document that a text is, or holds in base64, though nobody said so; None for what is none."""
    if len(text) > 2 * LARGEST:
        return None
    if _BEGINNING.match(text):
        data = text.encode("utf-8", "replace")
        format_ = _detected(data)
        return Embedded(data, format_, encoded=False) if format_ in _GRAMMARS else None
    found = _BASE64.fullmatch(text)
    if found is None:
        return None
    data = _decoded(found["data"])
    format_ = _detected(data)
    if format_ not in _GRAMMARS and not _SEALED.match(data):
        return None
    return Embedded(data, format_ if format_ in _GRAMMARS else None, text[: found.start("data")])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True) if len(text) <= 2 * LARGEST else b""
    except (binascii.Error, ValueError):
        return b""


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _detected(data: bytes) -> str | None:
    try:
        return detect("", data[:HEAD_SIZE]) if 0 < len(data) <= LARGEST else None
    except FormatError:
        return None
