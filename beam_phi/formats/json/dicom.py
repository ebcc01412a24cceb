"""Objects of the DICOM JSON Model (PS3.18 Annex F) in JSON."""

from __future__ import annotations

import re

from beam_phi.formats.json.nodes import Container

_TAG = re.compile(r"[0-9A-Fa-f]{8}")


def is_dicom(container: Container) -> bool:
    """True for an object with a member that is named by a tag and has a value representation."""
    return any(
        isinstance(child, Container)
        and not child.is_array
        and _TAG.fullmatch(child.name) is not None
        and child.member("vr") is not None
        for child in container.children
    )
