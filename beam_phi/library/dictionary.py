"""The DICOM data dictionary (PS3.6): pydicom's, and the attributes of later editions beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_TAG = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)")
_PRIVATE = re.compile(r'\([0-9A-Fa-f]{3}[13579BDFbdf],"[^"\\]{1,64}",[0-9A-Fa-f]{2}\)')


@cache
def added() -> Mapping[int, tuple[str, str]]:
    """Tag -> VR and keyword, of attributes that pydicom may not know (``tools/make_dictionary.py``)."""
    data = json.loads((files("beam_phi.library") / "dicom_dictionary.json").read_text("utf-8"))
    return MappingProxyType({int(tag, 16): (vr, keyword) for tag, vr, keyword in data["rows"]})


@cache
def keywords() -> dict[str, str]:
    """Keyword -> ``(gggg,eeee)``, retired attributes included; repeating groups by their first group."""
    from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

    tags = {keyword: f"{tag:08X}" for tag, (_, keyword) in added().items()}
    tags |= {entry[4]: f"{tag:08X}" for tag, entry in DicomDictionary.items()}
    tags |= {entry[4]: mask.replace("x", "0") for mask, entry in RepeatersDictionary.items()}
    return {keyword: f"({tag[:4]},{tag[4:]})" for keyword, tag in tags.items() if keyword}


@cache
def _by_tag() -> dict[str, str]:
    return {tag: keyword for keyword, tag in keywords().items()}


def canonical(attribute: str) -> str:
    """The keyword of an attribute named by keyword or ``(gggg,eeee)``; an unknown tag in upper case."""
    tag = attribute.upper()
    return _by_tag().get(tag, tag) if _TAG.fullmatch(attribute) else attribute


def known(attribute: str) -> bool:
    """True if the dictionary has the keyword or ``(gggg,eeee)``."""
    return canonical(attribute) in keywords()


def is_private(attribute: str) -> bool:
    """True for ``(gggg,"CREATOR",ee)`` with an odd group: an element of a private creator's block."""
    return _PRIVATE.fullmatch(attribute) is not None
