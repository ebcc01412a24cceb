"""Workbooks of Office Open XML (ECMA-376): every sheet a table, written anew from its masked cells alone."""

from __future__ import annotations

import re

from beam_phi.formats.document import Source
from beam_phi.formats.xlsx.workbook import Workbook

__all__ = ["looks_like_xlsx", "open"]

# The local header of a part in the folder of a workbook: the first of them stands near the beginning.
_PART = re.compile(rb"PK\x03\x04.{26}xl/", re.DOTALL)


def looks_like_xlsx(head: bytes) -> bool:
    """True for a zip file among whose first members is a part of a workbook."""
    return _PART.search(head) is not None


def open(source: Source) -> Workbook:
    """Open a workbook. Raises FormatError."""
    return Workbook(source)
