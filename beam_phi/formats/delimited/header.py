"""Does a table begin with headings, or with somebody's data?

One heading that no value reads like ("Patient Name", "MRN") decides: a table that lost its headings would
lose what they say of its columns. Without one the first record is taken for a header only on evidence; if in
doubt it is data, and all of its cells are searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beam_phi.formats.delimited.headings import is_known_heading, is_plain, is_telling
from beam_phi.identity.canonical import fold

MAX_HEADING = 64
MAX_HEADING_WORDS = 8
_PLACEHOLDERS = frozenset(
    {"-", "?", "F", "FALSE", "M", "N/A", "NA", "NAN", "NIL", "NONE", "NULL", "TRUE", "UNKNOWN", "YES"}
)
_VALUE = re.compile(
    r"[^A-Z]*[0-9][^A-Z]*\Z"  # a number, date, time, telephone number: digits and no letter
    r"|.*(?:[0-9]{5}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|@[\w-]+\.|://|\^|[0-9A-F]{8}-[0-9A-F]{4}-)",
    re.DOTALL,
)
# A person's name, e-mail address or URL.
_PERSONAL = re.compile(r"\^|@[\w-]+\.|://")


def header_evidence(first: Sequence[str], following: Sequence[Sequence[str]]) -> int:
    """How many columns speak for the first record being the header of those that follow; 0 if it is none.

    One telling heading, or two plain ones, are enough where the records below have none. Else no cell of it
    may look like a value (number, date, address of any kind, UUID, placeholder, a sentence) or come again
    below in its column, and half of its cells must be filled. Then half of the filled columns must have a
    known heading or hold values below.
    """
    cells = [cell.strip() for cell in first]
    filled = [column for column, cell in enumerate(cells) if cell]
    rows = [[cell.strip() for cell in row] for row in following]
    rows = [row for row in rows if row != cells]
    known = [column for column in filled if is_known_heading(cells[column])]
    personal = sum(_PERSONAL.search(cell) is not None for cell in cells)
    if len(known) > personal and _tells(cells) and not any(map(_tells, rows[:2])):
        return len(known)
    if 2 * len(filled) < len(cells) or any(map(_looks_like_value, filter(None, cells))):
        return 0
    if any(cell and cell == below for row in rows for cell, below in zip(cells, row, strict=False)):
        return 0
    evident = [column for column in filled if column in known or _holds_values(rows, column)]
    return len(evident) if 2 * len(evident) >= len(filled) else 0


def _tells(cells: Sequence[str]) -> bool:
    """True if a record surely holds headings."""
    return any(map(is_telling, cells)) or sum(map(is_plain, cells)) > 1


def _looks_like_value(cell: str) -> bool:
    """True for what no heading looks like."""
    folded = fold(cell)
    if len(cell) > MAX_HEADING or len(cell.split()) > MAX_HEADING_WORDS:
        return True
    return folded in _PLACEHOLDERS or _VALUE.match(folded) is not None


def _holds_values(rows: Sequence[Sequence[str]], column: int) -> bool:
    """True if nine of ten filled cells of a column look like values."""
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and 10 * sum(map(_looks_like_value, cells)) >= 9 * len(cells)
