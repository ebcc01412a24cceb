"""Where the ids stand in references, full URLs and the addresses of requests.

Only the id is replaced (``Patient/`` stays), by the class all resource ids have, so that what referred to a
resource refers to it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, unquote

from beam_phi.formats.fhir.table import is_resource
from beam_phi.library.words import word_set

#: What a span of a reference is.
ID, UID, VALUE, SYSTEM, CODE = "id", "uid", "value", "system", "code"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a reference that are a value of their own.

    kind: ``id`` (of a resource), ``uid``; or in a search a ``value``, the ``system`` before it, or a ``code``
    that is about nobody. target: the resource type the value belongs to, or "". parameter: the name of a
    search's parameter, or "". system: of an identifier.
    """

    start: int
    end: int
    kind: str
    target: str = ""
    parameter: str = ""
    system: str = ""


_URN = re.compile(r"urn:(?:(uuid):|oid:)([^\s/?#|]+)", re.IGNORECASE)
_STEP = re.compile(r"(?:(?<=/)|\A)([A-Z][A-Za-z]++)/([^/?#|\s]++)(?=/|\Z)")
# A search for resources of a type.
_SEARCH = re.compile(r"([A-Z]\w++)\?[^\s=]++=\S*+")
# Steps of a path that name an operation.
_OPERATION = re.compile(r"\$[A-Za-z-]+|_search|_history")
# Prefixes of dates and numbers in searches.
_PREFIX = re.compile(r"(?:eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[0-9])")
# Parameters whose values are codes, about nobody.
_CODES = word_set(
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
    urn = _URN.fullmatch(text)
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
    """True if a reference is to a whole type or an operation (``Patient``, ``Patient/_search``), and says
    nothing else."""
    return all(
        not step or is_resource(step) or _OPERATION.fullmatch(step) is not None for step in text.split("/")
    )


def is_search(text: str) -> bool:
    """True for a search for resources (``Patient?name=…``)."""
    found = _SEARCH.fullmatch(text) if "?" in text else None
    return found is not None and is_resource(found[1])


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
    at = start
    for pair in text[start:end].split("&"):
        parameter, equals, values = pair.partition("=")
        begin = at + len(parameter) + 1
        at += len(pair) + 1
        name = unquote(parameter).partition(":")[0].rpartition(".")[2]
        if not equals:
            continue
        for value in values.split(","):
            if value:
                found += _value_spans(text, begin, begin + len(value), name, target)
            begin += len(value) + 1
    return found


def _value_spans(text: str, start: int, end: int, name: str, target: str) -> list[Span]:
    value = text[start:end]
    bar = re.search(r"\||%7C", value, re.IGNORECASE)
    if bar:
        system = unquote(value[: bar.start()])
        found = [Span(start, start + bar.start(), SYSTEM, "", name)] if system else []
        if start + bar.end() == end:
            return found
        kind = (CODE, "") if name in _CODES else (VALUE, target)
        return [*found, Span(start + bar.end(), end, *kind, name, system)]
    if name in _CODES:
        return [Span(start, end, CODE, "", name)]
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


def step_encoder(raw: str) -> Callable[[str], str]:
    """How a step of a path, or another part of an address between two signs, is written in the place of a
    raw one: with blanks if that has some."""
    return partial(quote, safe=" :,;@" if " " in raw else ":,;@", errors="replace")
