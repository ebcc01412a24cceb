"""What a table without headings holds, judged from its cells: pairs of key and value, names, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beam_phi.formats.delimited.headings import is_known_heading, is_plain, is_telling
from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname
from beam_phi.library.words import is_ordinary

#: What libraries know a column of names, and one of record numbers, by.
NAMES, NUMBERS = "names", "ids"

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.-])*(?:[ ,^]+[^\W\d_](?:[^\W\d_]|['\u2019.-])*){0,4}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_MONTH, _DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
#: No date; 55-10-22 is none.
_NUMBER = re.compile(
    rf"(?!(?:19|20)[0-9]{{2}}-?[0-9]{{2}}-?[0-9]{{2}}\Z|(?:{_MONTH}-{_DAY}|{_DAY}-{_MONTH})-[0-9]{{2,4}}\Z)"
    r"[A-Za-z]{0,4}[- ]?[0-9](?:[- ]?[0-9]){4,}[- ]?[A-Za-z]?"
)


def is_pairs(rows: Sequence[Sequence[str]]) -> bool:
    """True if each record is a key and its value ("Patient ID;A12") rather than a row of a table.

    Most first cells must be headings, one of them telling, and no second cell one.
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]
    if not filled or any(len(row) < 2 or any(row[2:]) for row in filled):
        return False
    keys = [row[0] for row in filled]
    if not any(map(is_telling, keys)) or any(is_telling(row[1]) for row in filled):
        return False
    return not is_known_heading(filled[0][1]) and 2 * sum(map(is_known_heading, keys)) > len(keys)


def guessed_headings(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A heading for each column that has none: :data:`NAMES`, :data:`NUMBERS`, or "".

    headings: those of the header; none if there is no header. Then a first cell that reads like a plain
    heading ("Name") is taken for one as far as the cells below are concerned.
    """
    width = max(map(len, rows), default=0)
    return tuple(
        "" if column < len(headings) and headings[column].strip() else _guess(rows, column, not headings)
        for column in range(width)
    )


def _guess(rows: Sequence[Sequence[str]], column: int, headless: bool) -> str:
    cells = [row[column].strip() for row in rows if column < len(row)]
    if headless and cells and is_plain(cells[0]):
        return cells[0]
    cells = [cell for cell in cells if cell]
    if 2 * sum(map(_is_name, cells)) > len(cells):
        return NAMES
    if cells and 10 * sum(_NUMBER.fullmatch(cell) is not None for cell in cells) >= 9 * len(cells):
        return NUMBERS
    return ""


def _is_name(cell: str) -> bool:
    """True for one to five capitalised words, one of them a name by census, or in no list at all."""
    if not cell[0].isupper() or _NAME.fullmatch(cell) is None:
        return False
    return any(map(_may_be_name, _WORD.findall(cell)))


def _may_be_name(word: str) -> bool:
    folded = fold(word)
    if is_ordinary(folded):
        return False
    return not word.isupper() or is_given(folded) or is_surname(folded)
