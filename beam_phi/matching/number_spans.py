"""Numbers of a person in a text: what belongs to them and what only looks like them."""

from __future__ import annotations

import re

from beam_phi.identity.spellings import Spelling
from beam_phi.matching.word_limits import digits_go_on, is_limit

_NUMBER_GAP = re.compile(r"[-\u2010-\u2013./ _\\']")
_ZEROS_BEFORE = re.compile(r"(?<!\d)0[-0./ _]{0,12}\Z")
_LOOSE_GAP = re.compile(r"[\W_]{1,3}")
_NUMBER_CUE = re.compile(
    r"(?<![^\W_])(?:(?:patient|pt|subject|case|chart|account|acct|accession|acc|order|visit"
    r"|record)[ _.-]?)?(?:id|mrn|no|nr|number|#"
    r"|patient|pt|accession|acc|chart|case|account|acct)[\W_]{0,4}\Z",
    re.IGNORECASE,
)
#: Public code systems: what follows is a code, though it may read like the id.
_CODE_CUE = re.compile(
    r"(?<![^\W_])(?:cpt|hcpcs|icd(?:-?(?:9|10))?|snomed(?:[ -]?ct)?|loinc|rxnorm|rxcui|ndc|pmid)[\W_]{0,3}"
    r"(?:code)?[\W_]{0,3}\Z",
    re.IGNORECASE,
)
_DECIMAL_CHARS = frozenset("0123456789.")
_DECIMAL = re.compile(r"\d+\.\d+")
#: Shorter numbers are part of dates, doses and versions too easily.
_SHORT = 6


def number_span(text: str, start: int, end: int, spelling: Spelling) -> tuple[int, int] | None:
    """The span of a number with the zeros before it; None if it isn't that number."""
    gap = _NUMBER_GAP if spelling.form == "number" else _LOOSE_GAP
    if any(not gap.fullmatch(between) for between in re.findall(r"[\W_]+", text[start:end])):
        return None
    if spelling.text.isdecimal():
        zeros = _ZEROS_BEFORE.search(text, max(0, start - 16), start)
        start = zeros.start() if zeros else start
    if not is_limit(text, start, -1) or not is_limit(text, end - 1, 1):
        return None
    if _is_decimal(text, start, end) or _CODE_CUE.search(text, max(0, start - 24), start):
        return None
    if len(spelling.text) < _SHORT:
        beside = text[start - 1 : start] + text[end : end + 1]
        if any(map(str.isalnum, beside)) or digits_go_on(text, start, end):
            return None
    if spelling.form == "loose" and text[start].isdigit() and text[start - 1 : start] in ("(", "+"):
        start -= 1
    written = sum(map(str.isalnum, text[start:end]))
    if spelling.weak and written < 4 and not _NUMBER_CUE.search(text, max(0, start - 24), start):
        return None
    return start, end


def _is_decimal(text: str, start: int, end: int) -> bool:
    """True if the digits are a part of a number with a decimal point, and no cue says that they are an id."""
    while start > 0 and text[start - 1] in _DECIMAL_CHARS and end - start < 64:
        start -= 1
    while end < len(text) and text[end] in _DECIMAL_CHARS and end - start < 64:
        end += 1
    if text[end - 1] == ".":
        end -= 1
    if not _DECIMAL.fullmatch(text, start, end):
        return False
    after = end + text.startswith(".", end)
    beyond = text[max(0, start - 1) : start] + text[after : after + 1]
    return not any(c.isalnum() or c in "_/\\" for c in beyond) and not _NUMBER_CUE.search(
        text, max(0, start - 24), start
    )
