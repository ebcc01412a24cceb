"""How a replaced value is written, so that a reader of the document reads just that value."""

from __future__ import annotations

import re
from enum import Enum

from beam_phi.formats.document import Unfit
from beam_phi.formats.markup.charset import Charset

# Characters that XML has no way to write.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNWRITABLE = "the replacement holds a character that XML has no way to write"
_INSTRUCTION = re.compile(r"(?!xml(?:\s|\Z))[^\W\d][\w.-]*(?:\s+\S.*)?", re.IGNORECASE | re.DOTALL)


class Form(Enum):
    """The kinds of places a value stands in."""

    TEXT = "text"
    CDATA = "cdata"
    DOUBLE_QUOTED = '"'
    SINGLE_QUOTED = "'"
    COMMENT = "comment"
    INSTRUCTION = "instruction"


def written(text: str, form: Form, charset: Charset, line_end: str) -> tuple[str, bytes]:
    """The value as a reader will read it, and its inner bytes.

    line_end: how its line ends are written.
    Raises Unfit for what can't stand there.
    """
    if _NO_CHARACTER.search(text):
        raise Unfit(_UNWRITABLE)
    if form is Form.COMMENT:
        return _comment(text, charset, line_end)
    if form is Form.INSTRUCTION:
        return _instruction(text, charset, line_end)
    if form is Form.CDATA:
        return text, _cdata(text, charset, line_end)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    if form is Form.TEXT:
        escaped = escaped.replace(">", "&gt;").replace("\n", line_end)
    else:
        quote, reference = ('"', "&quot;") if form is Form.DOUBLE_QUOTED else ("'", "&apos;")
        escaped = escaped.replace(quote, reference).replace("\t", "&#9;").replace("\n", "&#10;")
    return text, _with_references(escaped, charset)


def written_markup(text: str, charset: Charset) -> bytes:
    """Inner bytes of a text in which is escaped already what has to be. Raises Unfit for what can't be
    written."""
    if _NO_CHARACTER.search(text):
        raise Unfit(_UNWRITABLE)
    return _with_references(text, charset)


def line_end_of(old: bytes) -> str:
    """The line end of a text: what a reader gives as a line feed, whatever it is."""
    if b"\r" not in old:
        return "\n"
    return "\r\n" if b"\r\n" in old else "\r"


def _with_references(text: str, charset: Charset) -> bytes:
    """Inner bytes, with references for the characters the encoding lacks."""
    try:
        return charset.encode(text)
    except UnicodeEncodeError:
        return b"".join(_reference(character, charset) for character in text)


def _reference(character: str, charset: Charset) -> bytes:
    try:
        return charset.encode(character)
    except UnicodeEncodeError:
        return b"&#x%X;" % ord(character)


def _cdata(text: str, charset: Charset, line_end: str) -> bytes:
    """In a CDATA section nothing can be escaped: it is closed before what needs that, and opened again."""
    pieces: list[bytes] = []
    for character in text.replace("]]>", "]]]]><![CDATA[>"):
        encoded = b"&#13;" if character == "\r" else _reference(character, charset)
        alone = encoded.startswith(b"&#") and character != "&"
        pieces.append(b"]]>" + encoded + b"<![CDATA[" if alone else encoded)
    return b"".join(pieces).replace(b"\n", line_end.encode("ascii"))


def _comment(text: str, charset: Charset, line_end: str) -> tuple[str, bytes]:
    """Two hyphens would end it."""
    while "--" in text:
        text = text.replace("--", "- -")
    if text.endswith("-"):
        text += " "
    return text, _plain(text, charset, line_end)


def _instruction(text: str, charset: Charset, line_end: str) -> tuple[str, bytes]:
    text = text.replace("?>", "? >")
    if not _INSTRUCTION.fullmatch(text):
        raise Unfit("the replacement is no processing instruction")
    return text, _plain(text, charset, line_end)


def _plain(text: str, charset: Charset, line_end: str) -> bytes:
    """Inner bytes where nothing can be escaped: a reader reads a carriage return as a line feed there."""
    try:
        return charset.encode(text.replace("\n", line_end))
    except UnicodeEncodeError:
        raise Unfit("the document's encoding lacks a character of the replacement") from None
