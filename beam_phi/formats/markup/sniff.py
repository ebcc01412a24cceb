"""Tell XML, and CDA among it, by how a file begins."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.parsers import expat

from beam_phi.formats.document import FormatError
from beam_phi.formats.encoding import detect_encoding, inner_head
from beam_phi.formats.markup.charset import find_charset
from beam_phi.formats.markup.names import is_cda

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


def looks_like_xml(head: bytes) -> bool:
    """True if a file that begins with `head` is an XML document, or part of one; HTML is none."""
    try:
        inner = inner_head(head, detect_encoding(head))
    except FormatError:
        return False
    return _XML.match(inner) is not None and _HTML.match(inner) is None


def looks_like_cda(head: bytes) -> bool:
    """True if a file that begins with `head` is a CDA document, or another of HL7 version 3."""
    try:
        charset = find_charset(head)
        inner = inner_head(head, detect_encoding(head))
    except FormatError:
        return False
    found: list[bool] = []

    def root(name: str, attributes: dict[str, str]) -> None:
        found.append(is_cda(name, attributes, inner))
        raise _RootFoundError

    def refuse(*_: object) -> None:
        raise _RootFoundError

    parser = expat.ParserCreate(charset.codec)
    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = refuse
    with suppress(_RootFoundError, expat.ExpatError):
        parser.Parse(inner, False)
    return found == [True]
