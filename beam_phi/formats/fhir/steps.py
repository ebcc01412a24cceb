"""What stands in a reference around its ids: server, path, fragment, the names in a search."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.fhir.table import is_element_name, is_resource
from beam_phi.library.words import word_set

# One step of a path, one name or one value of a search.
_STEP = re.compile(r"[^/?#&=|]++")
_SCHEMES = word_set("http https urn uuid oid fhir _history _search")
# Parameters of searches that are named like no element.
_PARAMETERS = word_set(
    "_id _format _pretty _count _sort _include _revinclude _summary _elements _total _type _profile _security"
    " _tag _page _offset _contained _containedType _lastUpdated family given phonetic phone email telecom"
    " beneficiary individual actor death-date authored issued address-city address-postalcode"
)
_ALNUM = re.compile(r"[^\W_]")


def steps(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each step stands between `begin` and `end` that holds a letter or digit and is none of the words
    that all references have."""
    for step in _STEP.finditer(text, begin, end):
        if _ALNUM.search(step[0]) and not _is_literal(step[0], text[step.end() : step.end() + 1] == "="):
            yield step.span()


def _is_literal(step: str, is_parameter: bool) -> bool:
    if is_parameter:
        # Parts of a chain (``subject:Patient.name``), and modifiers.
        words = re.split(r"[:.]", step)
        return all(word in _PARAMETERS or is_element_name(word) or is_resource(word) for word in words)
    return all(not word or word.lower() in _SCHEMES or is_resource(word) for word in step.strip().split(":"))
