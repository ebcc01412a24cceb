"""DICOM: byte scanner, confidentiality profile (PS3.15 Annex E), document, black boxes.

The file is parsed up to the pixels and behind them; every element outside the pixels can be edited in place,
and all bytes that no edit touches are passed through.
"""

from beam_phi.formats.dicom.actions import ProfileError
from beam_phi.formats.dicom.document import DicomDocument, open
from beam_phi.formats.dicom.markers import Marks, marks
from beam_phi.formats.dicom.opening import is_dicom
from beam_phi.formats.dicom.pixel_data.image import Image
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.scope import DicomScope
from beam_phi.formats.dicom.table import digests

#: The edition of the standard whose confidentiality profile is applied.
STANDARD = "DICOM PS3.15 2026d"

__all__ = [
    "STANDARD",
    "DicomDocument",
    "DicomScope",
    "Image",
    "Marks",
    "Profile",
    "ProfileError",
    "digests",
    "is_dicom",
    "marks",
    "open",
]
