"""Objects that are refused for what they are, whatever stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from beam_phi.formats.dicom.elements import Element, ascii_text
from beam_phi.formats.document import FormatError
from beam_phi.library.uids import is_registered

Find = Callable[[int], Element | None]

_SOP_CLASS = 0x00080016
_IMAGE_TYPE = 0x00080008
_LABEL_IN_IMAGE = 0x00480010
_DIRECTORY_RECORDS = 0x00041220

#: Visible light and microscopy: whole slides and their tiles (PS3.4 table B.5-1).
_VISIBLE_LIGHT = "1.2.840.10008.5.1.4.1.1.77.1."
# MPEG2, MPEG-4, HEVC (PS3.5 A.4.5 to A.4.7, A.4.10) and SMPTE streams (PS3.5 A.6).
_VIDEO = re.compile(r"1\.2\.840\.10008\.1\.2\.(?:4\.10[0-8](?:\.1)?|7\..*)")


def refuse(find: Find, transfer_syntax: str, kinds: Collection[str]) -> None:
    """Raise FormatError for an object that can't be masked surely, or is of a kind to be refused.

    find: gives the element of the main data set with a tag. kinds: of ``beam_phi.library.model.QUARANTINE``.
    Reasons: ``dicomdir``, ``video`` (sound, text and streams inside can't be searched), ``label-image`` (a
    picture of the label of a slide, or of a slide with it), ``private-sop-class`` (what its standard
    attributes mean is not known).
    """
    if find(_DIRECTORY_RECORDS) is not None:
        raise FormatError("dicomdir", "a media directory can't be masked")
    if "video" in kinds and is_video(transfer_syntax):
        raise FormatError("video", "pixel data of a video transfer syntax")
    sop_class = ascii_text(find(_SOP_CLASS))
    if "private-sop-classes" in kinds and sop_class and not is_registered(sop_class):
        raise FormatError("private-sop-class", "an object of a private SOP class")
    if "label-images" in kinds and (
        (sop_class.startswith(_VISIBLE_LIGHT) and _shows_label(ascii_text(find(_IMAGE_TYPE))))
        or ascii_text(find(_LABEL_IN_IMAGE)) == "YES"
    ):
        raise FormatError("label-image", "an image of the label of a slide")


def is_video(transfer_syntax: str) -> bool:
    """True for a transfer syntax of moving pictures, whose streams are not followed."""
    return _VIDEO.fullmatch(transfer_syntax) is not None


def _shows_label(image_type: str) -> bool:
    """Value 3 of Image Type (PS3.3 section C.8.12.4.1.1)."""
    return image_type.split("\\")[2:3] in (["LABEL"], ["OVERVIEW"])
