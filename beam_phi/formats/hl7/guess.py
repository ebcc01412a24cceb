"""The data type of a field that no table knows (a site's own segment, a field of a later version).

Its parts are leaves, so that a matcher would see the words of a name or an address one by one. What is
surely a date, a name, an address, an identifier or the parameter of a query by its shape is given that data
type; all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname
from beam_phi.library.identifier_types import class_of_type
from beam_phi.library.words import is_ordinary

_MOMENT = re.compile(
    r"(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,4})?)?)?)?(?:[+-][0-9]{4})?"
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019. -]){0,40}")
_ID = re.compile(r"[A-Za-z]{0,4}[0-9][0-9A-Za-z-]{0,30}")
_STATE = re.compile(r"[A-Z]{2,3}")
_POSTAL_CODE = re.compile(
    r"[0-9]{4,5}(?:-?[0-9]{4})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}"
)
_PARAMETER = re.compile(r"@[A-Z][A-Z0-9]{2}\.[0-9]")


def guess_type(parts: Sequence[str], subcomponent: str = "&") -> str:
    """``DTM``, ``XPN``, ``XCN``, ``XAD``, ``CX`` or ``QIP`` for the components of a repetition, else "".

    subcomponent: the message's separator, which parts a family name from its particle; "" for none.
    """
    if _MOMENT.fullmatch(parts[0]) and len(parts) < 3:
        return "DTM"
    if len(parts) < 2:
        return ""
    if _PARAMETER.match(parts[0]) and len(parts) == 2:
        return "QIP"
    if len(parts) > 4 and parts[0] and _POSTAL_CODE.fullmatch(parts[4]) and _STATE.fullmatch(parts[3]):
        return "XAD"
    if len(parts) > 4 and class_of_type(parts[4]) and any(map(str.isdigit, parts[0])):
        return "CX"
    if _is_name(_head(parts[0], subcomponent), parts[1]):
        return "XPN"
    if (
        len(parts) > 2
        and (not parts[0] or _ID.fullmatch(parts[0]))
        and _is_name(_head(parts[1], subcomponent), parts[2])
    ):
        return "XCN"
    return ""


def _head(part: str, mark: str) -> str:
    return part.split(mark, 1)[0] if mark else part


def _is_name(family: str, given: str) -> bool:
    """True for two words, both names by census, or one of them and the other in no list at all."""
    if not (_WORD.fullmatch(family) and _WORD.fullmatch(given)):
        return False
    first, second = fold(family.strip()), fold(given.split()[0])
    known = (is_surname(first) or is_given(first)), is_given(second)
    strange = not is_ordinary(first), not is_ordinary(second)
    return all(known) or (known[1] and strange[0]) or (known[0] and strange[1] and strange[0])
