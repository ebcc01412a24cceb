"""An XML document as a stream of nodes with the bytes they stand in: expat, with all that is risky refused.

Namespaces are not resolved here, so that parts of documents whose prefixes are declared nowhere can be read.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol
from xml.parsers import expat

from beam_phi.formats.document import FormatError
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.field_types import MAX_LEAD

#: Elements may lie in one another so deep.
MAX_DEPTH = 200
#: Characters that the name of an element or attribute may have.
MAX_NAME = 256
#: Bytes that one tag, comment or processing instruction may have. Text may have any number.
MAX_TOKEN = 16 * 1024 * 1024

_BLANK = b" \t\r\n"
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_TAG_NAME = re.compile(rb"<[^ \t\r\n/>]+")
_ATTRIBUTE = re.compile(
    rb"""[ \t\r\n]+[^ \t\r\n=<>/"']+[ \t\r\n]*=[ \t\r\n]*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
)
_ENCODING_ERRORS = frozenset(
    expat.errors.codes[error]
    for error in (
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


class Span(NamedTuple):
    """Inner bytes of a value, and of all that goes if the value is deleted."""

    start: int
    end: int
    outer_start: int
    outer_end: int


class RawAttribute(NamedTuple):
    """name: with its prefix. value: decoded. raw: as it is written. quote: the one it stands in."""

    name: str
    value: str
    raw: bytes
    span: Span
    quote: str


class Handler(Protocol):
    """What the nodes of a document are given to, in document order."""

    def start(self, name: str, attributes: list[RawAttribute], offset: int) -> None: ...

    def end(self) -> None: ...

    def text(self, text: str, span: Span, cdata: bool, begin: bytes) -> None:
        """One text node, all between two tags, comments or processing instructions. The span is without the
        blank around it, the text is with it. cdata: True if the span lies within a CDATA section.
        begin: its first bytes, as they are written."""

    def blank(self) -> None:
        """A text node of nothing but blank."""

    def comment(self, text: str, span: Span) -> None: ...

    def instruction(self, target: str, text: str, span: Span) -> None:
        """text: all of the instruction, its target first."""


class Parser:
    """Reads blocks of inner bytes and tells a handler.

    The bytes stay in :attr:`window` until :meth:`drop` is called. `fed`: how many there have been in all.
    """

    def __init__(self, handler: Handler, charset: Charset) -> None:
        self.window = bytearray()
        self._base = 0
        self._handler = handler
        self._charset = charset
        self._depth = 0
        self.fed = 0
        # Where the last tag, comment or instruction ended; how far expat has come in the text after it.
        self._mark = 0
        self._reached = 0
        self._pieces: list[str] = []
        self._empty = False
        parser = expat.ParserCreate(charset.codec)
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction
        self._parser = parser

    def feed(self, block: bytes, final: bool = False) -> None:
        """Raises FormatError ``bad-syntax``, ``bad-encoding``, ``xml-dtd``, ``too-deep`` or
        ``record-too-long``."""
        self.window += block
        self.fed += len(block)
        try:
            self._parser.Parse(block, final)
        except expat.ExpatError as error:
            raise self._error(error) from None
        if self.fed - max(self._mark, self._reached) > MAX_TOKEN:
            raise FormatError("record-too-long", f"a tag or comment is longer than {MAX_TOKEN} bytes")

    @property
    def mark(self) -> int:
        """Where the last tag, comment or instruction ended."""
        return self._mark

    def read(self, start: int, end: int) -> bytes:
        """The bytes between two offsets, which were not dropped."""
        return bytes(self.window[start - self._base : end - self._base])

    def drop(self, end: int) -> bytes:
        """The bytes up to an offset, which no node to come will stand in; forgotten here."""
        size = end - self._base
        dropped = bytes(self.window[:size])
        del self.window[:size]
        self._base = end
        return dropped

    def _error(self, error: expat.ExpatError) -> FormatError:
        at = self._parser.ErrorByteIndex - self._base
        byte = self.window[at] if 0 <= at < len(self.window) else 0x20
        invalid = error.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
        if error.code in _ENCODING_ERRORS or (invalid and byte >= 0x80):
            return FormatError("bad-encoding", "the document is not of the encoding it declares")
        return FormatError("bad-syntax", f"the document is not well-formed: {expat.ErrorString(error.code)}")

    # -- what expat calls -------------------------------------------------------------------------

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._charset.check(encoding)

    def _doctype(self, *_: object) -> None:
        raise FormatError("xml-dtd", "the document has a DOCTYPE, which may define what it says")

    def _start(self, name: str, attributes: list[str]) -> None:
        offset = self._parser.CurrentByteIndex
        self._flush(offset)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormatError("too-deep", f"elements lie in one another more than {MAX_DEPTH} deep")
        if max(map(len, (name, *attributes[::2]))) > MAX_NAME:
            raise FormatError("record-too-long", f"a name is longer than {MAX_NAME} characters")
        window, base = self.window, self._base
        at = offset - base
        found: list[RawAttribute] = []
        if attributes:
            match = _TAG_NAME.match(window, at)
            assert match is not None
            at = match.end()
            for index in range(0, len(attributes), 2):
                match = _ATTRIBUTE.match(window, at)
                assert match is not None
                double = match["double"] is not None
                start, end = match.span("double" if double else "single")
                span = Span(base + start, base + end, base + at, base + match.end())
                at = match.end()
                value = self._charset.read(attributes[index + 1])
                raw = bytes(window[start:end])
                found.append(RawAttribute(attributes[index], value, raw, span, '"' if double else "'"))
        close = window.find(b">", at)
        self._empty = window[close - 1] == 0x2F
        self._mark = base + close + 1
        self._handler.start(name, found, offset)

    def _end(self, _name: str) -> None:
        if self._empty:
            self._empty = False
        else:
            offset = self._parser.CurrentByteIndex
            self._flush(offset)
            self._mark = self._after(b">", offset)
        self._depth -= 1
        self._handler.end()

    def _characters(self, text: str) -> None:
        self._pieces.append(text)
        self._reached = self._parser.CurrentByteIndex

    def _comment(self, text: str) -> None:
        offset = self._parser.CurrentByteIndex
        self._flush(offset)
        self._mark = self._after(b"-->", offset + 4)
        span = self._trimmed(offset + 4, self._mark - 3, offset, self._mark)
        self._handler.comment(self._charset.read(text), span)

    def _instruction(self, target: str, data: str) -> None:
        offset = self._parser.CurrentByteIndex
        self._flush(offset)
        self._mark = self._after(b"?>", offset + 2)
        span = self._trimmed(offset + 2, self._mark - 2, offset, self._mark)
        text = f"{target} {data}" if data else target
        self._handler.instruction(target, self._charset.read(text), span)

    # -- helpers ----------------------------------------------------------------------------------

    def _after(self, closing: bytes, offset: int) -> int:
        return self._base + self.window.index(closing, offset - self._base) + len(closing)

    def _trimmed(self, start: int, end: int, outer_start: int, outer_end: int) -> Span:
        """The span from `start` to `end` without the blank at its ends."""
        raw = self.window[start - self._base : end - self._base]
        body = raw.lstrip(_BLANK)
        start += len(raw) - len(body)
        end = start + len(body.rstrip(_BLANK))
        return Span(start, end, outer_start, outer_end)

    def _flush(self, offset: int) -> None:
        """Tell the handler of the text that ended at `offset`."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text.strip():
            self._handler.blank()
            return
        text = self._charset.read(text)
        span = self._trimmed(self._mark, offset, self._mark, offset)
        raw = self.window[span.start - self._base : span.end - self._base]
        cdata = _is_cdata(raw)
        if cdata:
            inner = (span.start + len(_CDATA), span.end - len(_CDATA_END))
            span = self._trimmed(*inner, *inner)
        else:
            span = Span(span.start, span.end, span.start, span.end)
        at = span.start - self._base
        begin = bytes(self.window[at : min(at + MAX_LEAD, span.end - self._base)])
        self._handler.text(text, span, cdata, begin)


def _is_cdata(raw: bytearray) -> bool:
    """True if all of a text lies in one CDATA section, or in several with nothing between them."""
    if not (raw.startswith(_CDATA) and raw.endswith(_CDATA_END)):
        return False
    inner = raw[len(_CDATA) : -len(_CDATA_END)]
    return _CDATA_END not in inner.replace(_CDATA_END + _CDATA, b"")
