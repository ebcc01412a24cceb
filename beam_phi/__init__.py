"""beam-phi: find and mask protected health information in medical files, as Apache Beam transforms."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        WriteCrosswalk,
        WriteMaskedFiles,
        WriteQuarantine,
    )

_TRANSFORMS = "beam_phi.transforms"
_PUBLIC = {
    "Library": ("beam_phi.library.model", "Library"),
    "MaskPhi": (_TRANSFORMS, "MaskPhi"),
    "Masked": (_TRANSFORMS, "Masked"),
    "ReadFiles": (_TRANSFORMS, "ReadFiles"),
    "ReadLibrary": (_TRANSFORMS, "ReadLibrary"),
    "SearchPhi": (_TRANSFORMS, "SearchPhi"),
    "Searched": (_TRANSFORMS, "Searched"),
    "WriteAnnotations": (_TRANSFORMS, "WriteAnnotations"),
    "WriteCrosswalk": (_TRANSFORMS, "WriteCrosswalk"),
    "WriteMaskedFiles": (_TRANSFORMS, "WriteMaskedFiles"),
    "WriteQuarantine": (_TRANSFORMS, "WriteQuarantine"),
    "load_library": ("beam_phi.library.load", "load"),
}

__all__ = [
    "Library",
    "MaskPhi",
    "Masked",
    "ReadFiles",
    "ReadLibrary",
    "SearchPhi",
    "Searched",
    "WriteAnnotations",
    "WriteCrosswalk",
    "WriteMaskedFiles",
    "WriteQuarantine",
    "load_library",
]


def __getattr__(name: str) -> Any:
    """Import on first use: `beam-phi key show` needs no Beam, and Beam takes half a second to import."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    return getattr(import_module(module), attribute)
