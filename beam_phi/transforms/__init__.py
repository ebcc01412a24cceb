"""Beam: wiring only. Each transform is explained by its labels; the work is done by
:mod:`beam_phi.engine`.
"""

from beam_phi.transforms.crosswalk import WriteCrosswalk
from beam_phi.transforms.mask import Masked, MaskPhi, Searched, SearchPhi
from beam_phi.transforms.read import ReadFiles, ReadLibrary
from beam_phi.transforms.tables import WriteAnnotations, WriteQuarantine
from beam_phi.transforms.write import WriteMaskedFiles

__all__ = [
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
]
