"""What stands in a file beside the values of its elements, and has to say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydicom.charset import python_encoding

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET
from beam_phi.formats.dicom.edits import Edits
from beam_phi.formats.dicom.elements import Element

# Terms of no standard that say plainly what is meant.
_SPOKEN = re.compile(
    r"ISO[-_ ]?(?:IR|8859|10646|2022[-_ ]?IR)[-_ ]?[0-9]{1,3}|UTF-?8|US-?ASCII|GBK?[0-9]{0,5}", re.I
)


def scrub_character_sets(elements: Iterable[Element], edits: Edits) -> None:
    """Take what is no character set out of Specific Character Set, at any depth."""
    for element in elements:
        if element.attribute.tag == SPECIFIC_CHARACTER_SET and element.raw:
            terms = [term.strip(b" \0").decode("latin-1") for term in element.raw.split(b"\\")]
            kept = "\\".join(term for term in terms if term in python_encoding or _SPOKEN.fullmatch(term))
            value = kept.encode("ascii") + b" " * (len(kept) % 2)
            if kept.encode("ascii") != element.raw.strip(b" "):
                edits.put(element, value)


def scrub_ranges(ranges: Iterable[tuple[int, int]], edits: Edits) -> None:
    """Zero bytes that carry nothing a reader needs."""
    for start, end in ranges:
        edits.blank(start, end)
