"""Plain text: notes and reports as paragraphs, so that a name wrapped over two lines is found as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from beam_phi.formats.document import Field, FieldType, InPlace, Segment, Source, Unfit
from beam_phi.formats.encoding import Encoding, encode, lines, sniff_encoding

#: A file of up to so many bytes is one scope, one subject. A longer one is cut at the next blank line, or at
#: any line once it is twice as long.
MAX_SCOPE = 8 * 1024 * 1024
#: A longer paragraph is cut where a line ends a sentence, or at any line once it is twice as long.
MAX_PARAGRAPH = 64 * 1024

#: What all paragraphs of text files share.
PARAGRAPH = FieldType("text", {"part": "paragraph"})
_SENTENCE_ENDS = (b".", b"!", b"?", b":", b";")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Paragraph:
    """Lines of text up to the next blank one. The text has the line breaks of the file, save the last."""

    __slots__ = ("_line", "codec", "text", "type")

    def __init__(self, type_: FieldType, raw: bytes, line: int, encoding: Encoding) -> None:
        self.type = type_
        self.text, self.codec = encoding.decode(raw)
        self._line = line

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        """The paragraph's first line, from 1."""
        return f"line {self._line}"

    def place(self, start: int) -> tuple[str, int]:
        """The line in which a character of the text stands, and at which character the line begins."""
        line, begins = self._line, 0
        for line_break in _LINE_BREAK.finditer(self.text, 0, start):
            line, begins = line + 1, line_break.end()
        return f"line {line}", begins


class TextScope(InPlace):
    """Lines of a text: paragraphs, and the blank between them.

    lead: bytes of the file that come first and are no text (a byte order mark).
    """

    def __init__(
        self, raw_lines: Iterable[bytes], first_line: int, encoding: Encoding, type_: FieldType, lead: bytes
    ) -> None:
        self._encoding = encoding
        self._lead = lead
        self._pieces: list[bytes] = []
        self._fields: dict[Paragraph, int] = {}
        for line, raw in _paragraphs(raw_lines, first_line):
            body = raw.rstrip()
            if body:
                self._fields[Paragraph(type_, body, line, encoding)] = len(self._pieces)
                self._pieces.append(body)
            self._pieces.append(raw[len(body) :])

    def fields(self) -> list[Paragraph]:
        return list(self._fields)

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for characters the file's encoding lacks, and for lines that were not there."""
        assert isinstance(field, Paragraph)
        if len(_LINE_BREAK.findall(text)) > len(_LINE_BREAK.findall(field.text)):
            raise Unfit("the replacement has more lines than the text")
        self._pieces[self._fields[field]] = encode(text, field.codec)
        return text

    def render(self) -> list[Segment]:
        return [self._lead + self._encoding.outer(b"".join(self._pieces))]


class TextDocument:
    """A text file: one scope if it is of usual size."""

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self._source = source
        self._encoding = encoding

    def scopes(self) -> Iterator[TextScope]:
        """Raises FormatError ``bad-encoding`` or ``record-too-long`` (of a line)."""
        lead, number = self._encoding.bom, 1
        for chunk in _chunks(lines(self._encoding.blocks(self._source.stream))):
            yield TextScope(chunk, number, self._encoding, PARAGRAPH, lead)
            lead, number = b"", number + len(chunk)
        if lead:
            yield TextScope([], number, self._encoding, PARAGRAPH, lead)


def open(source: Source) -> TextDocument:
    """Open a text file. Raises FormatError ``bad-encoding`` if it is no text."""
    return TextDocument(source, sniff_encoding(source.stream)[0])


def _chunks(text: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines of one scope after the other."""
    chunk: list[bytes] = []
    size = 0
    for line in text:
        chunk.append(line)
        size += len(line)
        if size > MAX_SCOPE and (not line.strip() or size > 2 * MAX_SCOPE):
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _paragraphs(raw_lines: Iterable[bytes], first_line: int) -> Iterator[tuple[int, bytes]]:
    """Each paragraph with the number of its first line; a blank line belongs to the paragraph before it."""
    paragraph: list[bytes] = []
    size, start = 0, first_line
    for number, line in enumerate(raw_lines, first_line):
        paragraph.append(line)
        size += len(line)
        body = line.rstrip()
        sentence_ended = size > MAX_PARAGRAPH and body.endswith(_SENTENCE_ENDS)
        if not body or sentence_ended or size > 2 * MAX_PARAGRAPH:
            yield start, b"".join(paragraph)
            paragraph, size, start = [], 0, number + 1
    if paragraph:
        yield start, b"".join(paragraph)
