"""The rows of the audit tables, as plain tuples: made by the million, so nothing here computes anything."""

from __future__ import annotations

from typing import Literal, NamedTuple

FileStatus = Literal["masked", "quarantined", "skipped"]
FindingStatus = Literal["found", "masked", "failed"]
FileFormat = Literal[
    "dicom",
    "dicom-json",
    "dicom-xml",
    "delimited",
    "fixed-width",
    "hl7",
    "fhir",
    "x12",
    "cda",
    "xml",
    "json",
    "text",
    "archive",
    "image",
    "pdf",
    "parquet",
    "xlsx",
    "path",
    "unknown",
]
CrosswalkKind = Literal["path", "patient_id", "accession_number", "uid"]


class Annotation(NamedTuple):
    """One finding, and what became of it. One change of a masked file is one row.

    file_id: keyed digest of the relative input path.
    output_path: masked path relative to ``masked/``, None when the file is not written.
    format: of the file (a name of the format registry); ``path`` when the finding is in its path.
    location: the place in the file, in the format's notation.
    start, end: character span in the original value, end exclusive; None when the whole value is meant.
    frame, x, y, width, height: box in pixels, frame and origin 0-based; None outside of pixels.
    data_class, matcher, matcher_kind: what it is and who said so.
    score: 0-1, how sure the matcher is.
    rule, function: of the library; None when nothing was to be done.
    status: ``found`` (search only), ``masked`` or ``failed`` (then its file is quarantined).
    reason: code of :mod:`beam_phi.audit.reasons` for a failure, else None.
    original: absent, keyed hash, ciphertext or clear value, as the user asked (``--values``).
    replacement: what stands there now; None when deleted or not masked.
    key_id: of the master key, None when the rules need none.
    library_digest: SHA-256 (hex) of the resolved rule library.
    """

    file_id: str
    output_path: str | None
    format: str
    location: str
    start: int | None
    end: int | None
    frame: int | None
    x: int | None
    y: int | None
    width: int | None
    height: int | None
    data_class: str
    matcher: str
    matcher_kind: str
    score: float
    rule: str | None
    function: str | None
    status: FindingStatus
    reason: str | None
    original: str | None
    replacement: str | None
    key_id: str | None
    library_digest: str


class Outcome(NamedTuple):
    """What became of one input file; every input file has exactly one.

    file_id: keyed digest of the relative input path.
    output_path: masked path relative to ``masked/``, None when the file is not written.
    format: a name of the format registry, ``unknown`` when none takes the file.
    reason, message: why it is not masked: a code of :mod:`beam_phi.audit.reasons`, and a text without values.
    bytes_in, bytes_out: sizes in bytes.
    sha256_out: hex digest of the masked file.
    findings: number of rows the file has in the annotation table.
    seconds: wall time spent on the file by its worker.
    """

    file_id: str
    output_path: str | None
    format: str
    status: FileStatus
    reason: str | None
    message: str | None
    bytes_in: int
    bytes_out: int | None
    sha256_out: str | None
    findings: int
    seconds: float


class CrosswalkRow(NamedTuple):
    """An original and what it became. This is PHI: it goes to the crosswalk file only."""

    kind: CrosswalkKind
    source: str
    output: str
