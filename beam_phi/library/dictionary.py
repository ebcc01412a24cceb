"""The DICOM data dictionary (PS3.6), as far as a library names attributes of it."""

from __future__ import annotations

import re
from functools import cache

_TAG = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)")


@cache
def keywords() -> dict[str, str]:
    """Keyword -> ``(gggg,eeee)``, retired attributes included; repeating groups by their first group."""
    from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

    tags = {entry[4]: f"{tag:08X}" for tag, entry in DicomDictionary.items()}
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
