"""The delimiters of a message, as its first segment declares them (MSH-1 and MSH-2, FHS and BHS alike)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from beam_phi.formats.document import FormatError

#: Segments that declare delimiters.
HEADERS = ("MSH", "FHS", "BHS")

#: Regular expressions: what may be a delimiter, and the name of a header.
PUNCTUATION = r"[!-/:-@\[-`{-~]"
HEADER_NAME = f"(?:{'|'.join(HEADERS)})"
_HEADER = re.compile(rf"{HEADER_NAME}({PUNCTUATION})([^\r\n]*)")
_ENCODING_CHARACTERS = re.compile(rf"{PUNCTUATION}{{1,5}}")
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """One character each; "" for one that the header leaves out: there is no such level in the message.

    truncation: marks a value that was cut short (since version 2.7); part of the text for all but escapes.
    """

    field: str
    component: str = ""
    repetition: str = ""
    escape: str = ""
    subcomponent: str = ""
    truncation: str = ""


def read_delimiters(header: str) -> Delimiters:
    """The delimiters that a header segment declares.

    Raises FormatError ``bad-syntax`` for none, for letters, digits, blanks or controls, and for two that are
    the same character.
    """
    found = _HEADER.match(header)
    if found is None:
        raise FormatError("bad-syntax", "a message header declares no field separator")
    return _parse(found[1], found[2].split(found[1], 1)[0])


@lru_cache(maxsize=256)
def _parse(field: str, characters: str) -> Delimiters:
    # A doubled backslash is a common slip of programs that write ``^~\&`` as a literal.
    declared = _DOUBLED.sub(r"\1", characters)
    if _ENCODING_CHARACTERS.fullmatch(declared) is None or len(set(declared)) < len(declared):
        raise FormatError("bad-syntax", "the encoding characters of a message header make no sense")
    return Delimiters(field, *declared)
