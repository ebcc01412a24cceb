"""What format a file is of: by its content first, by its name's extension where content leaves a choice.

What is not known to be maskable has no format, and the file is quarantined. That goes for other binary files,
and for structured or encoded text of other grammars (EDIFACT, HTML, RTF, MIME, SQL, ASTM, base64): read
as plain text it would be masked by half, since values hide behind escapes, encodings and places.
"""

from __future__ import annotations

import re

from beam_phi.formats.archive import looks_like_archive
from beam_phi.formats.delimited import looks_delimited
from beam_phi.formats.dicom import is_dicom
from beam_phi.formats.dicom.json_model import looks_like_dicom_json
from beam_phi.formats.dicom.xml_model import looks_like_dicom_xml
from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import HEAD_SIZE, detect_encoding, inner_head, is_text
from beam_phi.formats.fhir import looks_like_fhir
from beam_phi.formats.hl7 import looks_like_hl7
from beam_phi.formats.image import looks_like_image
from beam_phi.formats.json import looks_like_json
from beam_phi.formats.markup import looks_like_cda, looks_like_xml
from beam_phi.formats.parquet import MAGIC as PARQUET
from beam_phi.formats.x12 import looks_like_x12
from beam_phi.formats.xlsx import looks_like_xlsx

__all__ = ["HEAD_SIZE", "detect"]

_DELIMITED_EXTENSIONS = frozenset({"csv", "tsv", "tab", "psv"})
_TEXT_EXTENSIONS = frozenset({"txt", "text", "md", "log"})
_STRUCTURED_EXTENSIONS = frozenset(
    {
        "ccda",
        "cda",
        "edi",
        "eml",
        "eps",
        "fhir",
        "hl7",
        "htm",
        "html",
        "json",
        "jsonl",
        "mbox",
        "mht",
        "mhtml",
    }
    | {"ndjson", "pdf", "ps", "rtf", "svg", "vcf", "x12", "xhtml", "xml"}
)

_DICOM_PREFIX = slice(128, 132)
# Media Storage SOP Class UID of a media directory, as the file meta information of a DICOMDIR has it.
_DICOMDIR = re.compile(rb"\x02\0\x02\0UI..1\.2\.840\.10008\.1\.3\.10[\0\x02]", re.DOTALL)
_TRUTH = b'{"beam-phi-truth": '
# Text that begins like this, or has such a line, is of a format of its own.
_STRUCTURED = re.compile(
    rb"""
      \A\s*(?:
        \{\s*(?:["}]|\Z) | \[\s*["{\[]                                       # JSON
      | <(?:\?xml|!DOCTYPE|!--|[A-Za-z_][\w.:-]*(?:\s[^<>]*)?/?>)            # XML, HTML
      | ISA[^\w\s] | (?:GS|ST|UNA|UNB)[*|+:^~]                               # X12, EDIFACT
      | \{\\rtf | %!PS | BEGIN:V(?:CARD|CALENDAR)
      )
    | (?:\A|[\r\n\v])(?:MSH|FHS|BHS)[^\w\s]{3}                               # HL7 v2 behind other text
    | (?:\A|[\r\n\v\x02])[0-7]?H\|\\\^&                                       # ASTM E1394
    | (?:\A|[\r\n])[ \t]*(?i:                                                # SQL
        INSERT[ ]INTO[ ]{1,8}[\w."`\[\]]{1,256}\s{0,8}(?:\([^()]{0,4000}\)\s{0,8})?VALUES\b
      | CREATE[ ]TABLE[ ]{1,8}(?:IF[ ]NOT[ ]EXISTS[ ])?[\w."`\[\]]{1,256}\s{0,8}\(
      | COPY[ ][\w."]{1,256}[ ]?(?:\([^()]{0,4000}\)[ ])?FROM[ ]stdin
      )
    | (?:\A|[\r\n])(?i:MIME-Version:|Content-Transfer-Encoding:\s*base64)    # e-mail
    | (?:(?:\A|[\r\n])[A-Za-z0-9+/]{60,76}(?=[\r\n])\r?){3}                  # base64
    """,
    re.VERBOSE,
)
# FHIR in other XML, DICOM in other XML and JSON: what names their values is nothing that the plain ones know.
_UNREAD = re.compile(
    rb"""xmlns(?::\w+)?\s*=\s*["']http://hl7\.org/fhir["'] | <NativeDicomModel
    | "[0-9A-Fa-f]{8}"\s*:\s*\{\s*"vr"\s*:
    """,
    re.VERBOSE,
)
_PDF = re.compile(rb"%PDF-[0-9]")
_PDF_HEADER_WITHIN = 1024


def detect(name: str, head: bytes) -> str | None:
    """The format of a file, one of beam_phi.formats.FORMATS; ``dicomdir`` for a media directory, and
    ``beam-phi-truth`` for what `beam-phi sample` says of its own export, both of which the libraries skip;
    None if it is none that can be masked.

    name: the file's name or path; only its extension counts, and it may be wrong.
    head: the file's first `HEAD_SIZE` bytes, or all of a shorter file.
    Raises FormatError ``empty`` for an empty file unless its extension says that it is a table or a text.
    """
    extension = name.rpartition(".")[2].lower()
    if not head:
        return _empty(extension)
    if head[_DICOM_PREFIX] == b"DICM":
        return "dicomdir" if _DICOMDIR.search(head, _DICOM_PREFIX.stop) else "dicom"
    if head.startswith(_TRUTH):
        return "beam-phi-truth"
    if looks_like_archive(head):
        return "xlsx" if looks_like_xlsx(head) else "archive"
    if head.startswith(PARQUET):
        return "parquet"
    if looks_like_image(head):
        return "image"
    if looks_like_x12(head):  # its delimiters may be characters that no text has
        return "x12"
    inner = _inner_text(head)
    if inner is None and _is_framed_hl7(head):
        return "hl7"
    if inner is None:
        return "dicom" if is_dicom(head) else _pdf(head)
    structured = _structured(inner)
    if structured is not None:
        return structured
    if _STRUCTURED.search(inner) or _pdf(inner):
        return _pdf(inner)
    if extension in _STRUCTURED_EXTENSIONS:
        return None
    if extension in _DELIMITED_EXTENSIONS or looks_delimited(head):
        return "delimited"
    return "text"


def _structured(inner: bytes) -> str | None:
    """The format of a text in a grammar of its own, if it is one that can be masked."""
    if looks_like_hl7(inner):
        return "hl7"
    if looks_like_fhir(inner):
        return "fhir"
    if looks_like_dicom_json(inner):
        return "dicom-json"
    if looks_like_dicom_xml(inner):
        return "dicom-xml"
    if _UNREAD.search(inner):
        return None
    if looks_like_xml(inner):
        return "cda" if looks_like_cda(inner) else "xml"
    return "json" if looks_like_json(inner) else None


def _is_framed_hl7(head: bytes) -> bool:
    """True for messages in MLLP frames, whose end is a character that no other text has."""
    return looks_like_hl7(head) and _inner_text(head.replace(b"\x1c", b"")) is not None


def _pdf(data: bytes) -> str | None:
    return "pdf" if _PDF.search(data, 0, _PDF_HEADER_WITHIN) else None


def _empty(extension: str) -> str:
    if extension in _DELIMITED_EXTENSIONS:
        return "delimited"
    if extension in _TEXT_EXTENSIONS:
        return "text"
    raise FormatError("empty", "the file is empty")


def _inner_text(head: bytes) -> bytes | None:
    """The head as inner bytes if the file is text, else None."""
    try:
        inner = inner_head(head, detect_encoding(head))
    except FormatError:
        return None
    return inner if is_text(inner) else None
