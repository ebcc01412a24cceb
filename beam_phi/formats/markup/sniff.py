"""Tell XML, and CDA among it, by how a file begins."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.parsers import expat

from beam_phi.formats.document import FormatError
from beam_phi.formats.markup.charset import inner_codec
from beam_phi.formats.markup.names import is_cda, local_name

_XML = re.compile(
    rb"""
      \s*(?:
        <\?xml\s | <!-- | <!DOCTYPE\s
      | <[A-Za-z_\x80-\xff][\w.:\x80-\xff-]*(?:\s+[\w.:\x80-\xff-]+\s*=\s*["'][^<]* | \s*/?>)
      )
    """,
    re.VERBOSE,
)
_HTML = re.compile(
    rb"\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!DOCTYPE\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)


class _RootFoundError(Exception):
    """Ends the look for the root."""


def looks_like_xml(inner: bytes) -> bool:
    """True if a file that begins with such inner bytes is an XML document, or part of one; HTML is none."""
    return _XML.match(inner) is not None and _HTML.match(inner) is None


def looks_like_cda(inner: bytes) -> bool:
    """True if a file that begins with such inner bytes is a CDA document, or another of HL7 version 3."""
    root = root_of(inner)
    return root is not None and is_cda(*root, inner)


def qualified_root(inner: bytes) -> tuple[str, str] | None:
    """The namespace ("" if none is declared) and the local name of the root of an XML document that begins
    with such inner bytes; None as for `root_of`."""
    root = root_of(inner) if looks_like_xml(inner) else None
    if root is None:
        return None
    name, attributes = root
    prefix = name.rpartition(":")[0]
    return attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "").strip(), local_name(name)


def root_of(inner: bytes) -> tuple[str, dict[str, str]] | None:
    """The name and the attributes of the root of a document that begins with such inner bytes; None if it
    has none, or a document type declaration before it."""
    try:
        codec = inner_codec(inner)
    except FormatError:
        return None
    found: list[tuple[str, dict[str, str]]] = []

    def root(name: str, attributes: dict[str, str]) -> None:
        found.append((name, attributes))
        raise _RootFoundError

    def refuse(*_: object) -> None:
        raise _RootFoundError

    parser = expat.ParserCreate(codec)
    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = refuse
    with suppress(_RootFoundError, expat.ExpatError):
        parser.Parse(inner, False)
    return found[0] if found else None
