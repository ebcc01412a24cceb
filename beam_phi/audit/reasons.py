"""The stable reason codes of the tables, each with the sentence a reader of the report sees."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # reading
        "not-a-file": "It is no regular file that can be read: a link to a folder, a device, or forbidden.",
        "empty": "The file has no content.",
        "unknown-format": "The file is of no format that beam-phi can mask.",
        "not-dicom": "The file is named or begins like DICOM but holds no DICOM data set.",
        "dicomdir": "A DICOM media directory lists a medium's files; masked ones need a new one.",
        "video": "The pixel data are a video stream, in which text and sound can't be searched.",
        "label-image": "The image shows the label of a slide, which names the patient.",
        "private-sop-class": "The object is of a maker's own class, whose content nobody else knows.",
        "truncated": "The file ends in the middle of a value.",
        "bad-meta": "The DICOM file meta information is damaged.",
        "bad-item": "The items of a DICOM sequence or of its pixel data are damaged.",
        "bad-deflate": "The compressed data set is damaged.",
        "bad-length": "A length stated in the file contradicts its content.",
        "bad-encoding": "The text can't be decoded in the character set it declares.",
        "bad-syntax": "The file breaks the syntax of its own format.",
        "xml-dtd": "The XML document has a document type declaration, which can hide values in entities.",
        "unknown-vr": "A DICOM element has a value representation the standard doesn't know.",
        "too-deep": "Sequences or structures are nested deeper than any real file's.",
        "too-many-elements": "The data set has more elements than the program is allowed to hold.",
        "header-too-large": "What stands outside the pixels is more than the program is allowed to hold.",
        "text-too-long": "One text value is longer than the program is allowed to search.",
        "deflate-bomb": "The compressed data set expands beyond any real file's size.",
        "archive-layout": "The archive has bytes that belong to no member, or contradicts itself.",
        "archive-encrypted": "A member of the archive is encrypted.",
        "archive-member": "A member is a link or a device, or packed in a way that is not read.",
        "archive-name": "A member's name leads out of the archive, or two members have one name.",
        "archive-bomb": "The file expands to more than the program is allowed to hold.",
        "parquet-type": "A column holds bytes that are no text, or other values that can't be masked.",
        "xlsx-content": "The workbook holds macros, or sheets that are no tables.",
        "layout-misfit": "A record is not as the library's layout says, or two layouts fit the file.",
        "record-too-long": "One record is longer than the program is allowed to hold.",
        "read-failed": "The storage failed while the file was read.",
        "source-changed": "The input file changed while it was copied.",
        # pixels
        "pixels-compressed": "Pixels have to be painted over, but their compression can't be undone.",
        "pixel-length": "The pixel data are not as long as rows, columns and frames say.",
        "pixel-format": "Pixels have to be painted over, but their layout is not supported.",
        "ocr-failed": "The text engine failed on the image, so it could not be searched.",
        "text-left": "Burned-in text was found again where it had been covered.",
        "burned-in-unread": "The image declares burned-in annotation, and no text was found in it.",
        "picture-unsearched": "The library looks for no text in pixels, and a picture has nothing else.",
        "picture-too-large": "A picture has more pixels, or its file more bytes, than are decoded.",
        "bad-bitstream": "The compressed pixel data can't be followed to find metadata inside.",
        # masking
        "mask-failed": "A masking function had no replacement for a value it was given.",
        "unfit": "A replacement would not be valid in the place it has to stand.",
        "unread": "A value is none of the kind its masking function reads, a date for example.",
        "date-range": "A masked date would lie outside of the calendar.",
        "fpe-alphabet": "A value has characters that format-preserving encryption has no alphabet for.",
        "fpe-domain": "A value is too short for format-preserving encryption to be safe.",
        "lookup-missing": "A value is not in the replacement table that its rule names.",
        "not-ours": "A text to be restored is no result of this masking function under this key.",
        "not-reversible": "The masking function has no inverse, or the text is not one of its replacements.",
        # writing
        "write-failed": "The storage failed while the masked file was written.",
        "path-collision": "Another file has the same masked path.",
        "path-residue": "A part of the file's path could not be masked surely.",
        # other
        "search-only": "The run searched and was not asked to mask.",
        "skipped-by-rule": "A rule of the library says to leave this file out.",
        "internal-error": "The program met a condition it did not expect; the log of the run names it.",
    }
)

_UNLISTED = "The file could not be masked whole and surely; the log of the run tells more."


def explain(code: str | None) -> str:
    """What a reason code means, in one sentence; a code that is not listed gets a general one."""
    return REASONS.get(code or "", _UNLISTED)
