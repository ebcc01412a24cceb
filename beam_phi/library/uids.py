"""UIDs that standards register: classes, syntaxes, code systems; the same for everybody and never masked."""

from __future__ import annotations

import re
from functools import lru_cache

#: Arcs under which standards bodies register what no person or site made: DICOM; HL7 code systems, code
#: systems registered with HL7, HL7 templates and structures. The numbers behind them are short: a long one is
#: no registration, but somebody's own number that was hung on there.
_REGISTERED = re.compile(
    r"1\.2\.840\.10008(?:\.(?:0|[1-9][0-9]{0,4})){1,8}"
    r"|2\.16\.840\.1\.113883\.(?:5|6|10)(?:\.(?:0|[1-9][0-9]{0,4})){1,6}"
)


@lru_cache(maxsize=4096)
def is_registered(uid: str) -> bool:
    """True for a UID that a standard defines (a SOP class, a code system, …): it names no instance."""
    return _REGISTERED.fullmatch(uid) is not None or uid in _dictionary()


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    from pydicom._uid_dict import UID_dictionary

    return frozenset(UID_dictionary)
