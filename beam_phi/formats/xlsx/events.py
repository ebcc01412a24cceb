"""XML of a workbook's parts, as elements that are read when they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NoReturn, TypeVar
from xml.parsers import expat

from beam_phi.formats.document import FormatError

#: Namespaces of workbooks, of the transitional and the strict form, and of relationships.
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/package/2006/content-types",
)
_FOREIGN = "?"
_DEEPEST = 64
_LONGEST = 1 << 22
T = TypeVar("T")


class Reader:
    """Follows where we are. Subclasses note what they want of elements.

    path: local names from the root on, ``?`` for elements of other namespaces.
    """

    def __init__(self) -> None:
        self.path: list[str] = []

    def start(self, attributes: Mapping[str, str]) -> None:
        """The element at `path` begins."""

    def end(self, text: str) -> None:
        """The element at `path` ends. text: that stands in it, and in no element inside it."""


def parse(blocks: Iterable[bytes], reader: Reader, taken: Callable[[], Iterable[T]] = tuple) -> Iterator[T]:
    """Feed a part to a reader. taken: what the reader has finished meanwhile.

    Raises FormatError: ``bad-syntax``, ``xml-dtd``, ``too-deep``, ``text-too-long``.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    texts: list[list[str]] = []
    length = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal length
        namespace, _, local = name.rpartition(" ")
        reader.path.append(local if namespace in _NAMESPACES else _FOREIGN)
        if len(reader.path) > _DEEPEST:
            raise FormatError("too-deep", "elements are nested too deep")
        texts.append([])
        length = 0
        reader.start(attributes)

    def end(_: str) -> None:
        reader.end("".join(texts.pop()))
        reader.path.pop()

    def characters(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > _LONGEST:
            raise FormatError("text-too-long", "a text is too long")
        texts[-1].append(text)

    def refuse(*_: object) -> NoReturn:
        raise FormatError("xml-dtd", "a part has a document type declaration")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, refuse
    parser.buffer_text = True
    try:
        for block in blocks:
            parser.Parse(block, False)
            yield from taken()
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise FormatError("bad-syntax", "a part is no well-formed XML") from None
    yield from taken()
