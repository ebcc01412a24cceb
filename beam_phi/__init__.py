"""beam-phi: find and mask protected health information in collections of medical files, as Apache Beam transforms."""

from beam_phi.library.load import load as load_library
from beam_phi.library.model import Library
from beam_phi.transforms import (
    Masked,
    MaskPhi,
    ReadFiles,
    ReadLibrary,
    Searched,
    SearchPhi,
    WriteAnnotations,
    WriteMaskedFiles,
    WriteQuarantine,
)

__all__ = [
    "Library",
    "MaskPhi",
    "Masked",
    "ReadFiles",
    "ReadLibrary",
    "SearchPhi",
    "Searched",
    "WriteAnnotations",
    "WriteMaskedFiles",
    "WriteQuarantine",
    "load_library",
]
