"""File meta information (PS3.10 section 7.1), made anew: nothing of the old one is copied as bytes."""

from __future__ import annotations

import re

from beam_phi.formats.dicom.edits import encode_element
from beam_phi.formats.dicom.elements import EXPLICIT_LITTLE
from beam_phi.formats.dicom.markers import IMPLEMENTATION_NAME, IMPLEMENTATION_UID, even

MEDIA_STORAGE_INSTANCE = 0x00020003

_UID = re.compile(rb"[0-9.]{1,64}")


def file_meta(sop_class: bytes, sop_instance: bytes, transfer_syntax: str) -> bytes:
    """The whole group 0002 with its length.

    sop_class, sop_instance: values of the masked data set, padding allowed; left out where they are no UIDs.
    transfer_syntax: the UID, "" to leave it out.
    """
    uids = [(0x00020002, sop_class), (MEDIA_STORAGE_INSTANCE, sop_instance)]
    uids.append((0x00020010, transfer_syntax.encode("ascii")))
    uids.append((0x00020012, IMPLEMENTATION_UID.encode("ascii")))
    elements = [_element(0x00020001, "OB", b"\0\1")]
    for tag, raw in uids:
        uid = raw.strip(b" \0")
        if _UID.fullmatch(uid):
            elements.append(_element(tag, "UI", even(uid.decode("ascii"), "\0")))
    elements.append(_element(0x00020013, "SH", even(IMPLEMENTATION_NAME)))
    body = b"".join(elements)
    return _element(0x00020000, "UL", len(body).to_bytes(4, "little")) + body


def _element(tag: int, vr: str, value: bytes) -> bytes:
    return encode_element(EXPLICIT_LITTLE, tag, vr, value)
