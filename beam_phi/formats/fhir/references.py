"""Where the ids stand in references, full URLs and the addresses of requests.

Only the id is replaced (``Patient/`` stays), by the class all resource ids have, so that what referred to a
resource refers to it afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from beam_phi.formats.fhir.table import is_resource, word_set

#: What a span of a reference is.
ID, UID, VALUE = "id", "uid", "value"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a reference that are a value of their own.

    kind: ``id`` (of a resource), ``uid``, or ``value`` (of a search). target: the resource type the value
    belongs to, or "". parameter: the name of a search's parameter, or "". system: of an identifier.
    """

    start: int
    end: int
    kind: str
    target: str = ""
    parameter: str = ""
    system: str = ""


_URN = re.compile(r"urn:(?:(uuid):|oid:)([^\s/?#|]+)", re.IGNORECASE)
_STEP = re.compile(r"(?:(?<=/)|\A)([A-Z][A-Za-z]+)/([^/?#|\s]+)(?=/|\Z)")
_PARAMETER = re.compile(r"([^&=]*)=([^&]*)")
# Prefixes of dates and numbers in searches.
_PREFIX = re.compile(r"(?:eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[0-9])")
# Parameters that hold no value about somebody.
_NEUTRAL = word_set(
    "_format _pretty _count _sort _include _revinclude _summary _elements _total _type "
    "_profile _security _tag _page _offset _contained _containedType status category code type "
    "gender"
)
# Parameters whose values are references or ids.
_IDS = word_set("_id id patient subject encounter practitioner performer beneficiary individual actor")


def spans(text: str) -> list[Span]:
    """The ids, UIDs and values of searches in a reference; none if there is nothing of the kind in it."""
    if text.startswith("#"):
        return [Span(1, len(text), ID)] if len(text) > 1 else []
    urn = _URN.match(text)
    if urn:
        return [Span(urn.start(2), urn.end(2), ID if urn[1] else UID)]
    path_end = len(text)
    for mark in "?#|":
        cut = text.find(mark)
        if cut >= 0:
            path_end = min(path_end, cut)
    found = _path_spans(text, path_end)
    if text[path_end : path_end + 1] == "?":
        end = text.find("#", path_end)
        target = text[:path_end].rpartition("/")[2]
        found += _query_spans(text, path_end + 1, len(text) if end < 0 else end, target)
    return found


def query_spans(text: str, target: str) -> list[Span]:
    """The same of the query of a search alone, for resources of a type."""
    return _query_spans(text, text.find("?") + 1, len(text), target)


def target_of(text: str) -> str:
    """The resource type a reference says it is to, or ""."""
    found = [span.target for span in spans(text) if span.target]
    return found[-1] if found else ""


def names_type(text: str) -> bool:
    """True if a reference is to a whole type or an operation (``Patient``, ``Patient/_search``)."""
    path = re.split(r"[?#]", text)[0].rstrip("/")
    last = path.rpartition("/")[2]
    return is_resource(last) or last.startswith(("$", "_")) or not last


def _path_spans(text: str, end: int) -> list[Span]:
    found: list[Span] = []
    at = 0
    while match := _STEP.search(text, at, end):
        name, id_ = match.groups()
        if is_resource(name) and not id_.startswith(("$", "_")):
            found.append(Span(match.start(2), match.end(2), ID, name))
            at = match.end()
        else:
            at = match.end(1)
    return found


def _query_spans(text: str, start: int, end: int, target: str) -> list[Span]:
    found: list[Span] = []
    for match in _PARAMETER.finditer(text, start, end):
        name = unquote(match[1]).partition(":")[0].rpartition(".")[2]
        if name in _NEUTRAL:
            continue
        at = match.start(2)
        for value in match[2].split(","):
            if value:
                found += _value_spans(text, at, at + len(value), name, target)
            at += len(value) + 1
    return found


def _value_spans(text: str, start: int, end: int, name: str, target: str) -> list[Span]:
    value = text[start:end]
    bar = re.search(r"\||%7C", value, re.IGNORECASE)
    if bar:
        system = unquote(value[: bar.start()])
        if start + bar.end() == end:
            return []
        return [Span(start + bar.end(), end, VALUE, target, name, system)]
    if name in _IDS:
        inner = (
            [Span(start + span.start, start + span.end, span.kind, span.target) for span in spans(value)]
            if "?" not in value
            else []
        )
        return inner or [Span(start, end, ID, target, name)]
    prefix = _PREFIX.match(value)
    return [Span(start + (prefix.end() if prefix else 0), end, VALUE, target, name)]


def decode_value(raw: str) -> str:
    """The value of a search as it is meant."""
    return unquote(raw)


def encode_value(text: str) -> str:
    """The value of a search as it stands in an address."""
    return quote(text, safe="/:", errors="replace")
