"""What a scan yields: data sets and elements by offset, and the encodings they come in (PS3.5 chapter 7)."""

from __future__ import annotations

import struct

from beam_phi.formats.dicom.attributes import Attribute

# The length of what ends by a delimiter.
UNDEFINED = 0xFFFFFFFF

_SHAPES_LIMIT = 1 << 16
_CREATORS_LIMIT = 64


class Shape:
    """A plain element's header, seen before.

    attribute: what it means; None for a private one, whose meaning hangs on the creator of its block.
    length: of its value, bytes.
    block: of a private one, as in ``Container.creators``; private: creator -> meaning.
    """

    __slots__ = ("attribute", "block", "length", "private")

    def __init__(self, attribute: Attribute | None, length: int, block: int) -> None:
        self.attribute = attribute
        self.length = length
        self.block = block
        self.private: dict[str, Attribute] = {}


class Syntax:
    """How elements are encoded (PS3.5 section 7.1 and Annex A).

    implicit: no VR in the file.
    order: ``<`` or ``>``, as in `struct`.
    """

    def __init__(self, *, implicit: bool, order: str) -> None:
        self.implicit = implicit
        self.order = order
        self.shapes: dict[bytes, Shape] = {}
        self.tag = struct.Struct(order + "HH")
        self.tag_length = struct.Struct(order + "HHI")
        self.short = struct.Struct(order + "H")
        self.long = struct.Struct(order + "I")

    def remember(self, head: bytes, tag: int, length: int, meaning: Attribute) -> None:
        """Take headers like this one the short way from now on."""
        if len(self.shapes) >= _SHAPES_LIMIT:
            self.shapes.clear()
        if not meaning.private:
            self.shapes[head] = Shape(meaning, length, 0)
            return
        shape = self.shapes.setdefault(head, Shape(None, length, tag >> 8))
        if len(shape.private) < _CREATORS_LIMIT:
            shape.private[meaning.creator] = meaning


IMPLICIT_LITTLE = Syntax(implicit=True, order="<")
EXPLICIT_LITTLE = Syntax(implicit=False, order="<")
EXPLICIT_BIG = Syntax(implicit=False, order=">")


class Container:
    """A data set: the main one, or an item of a sequence.

    parent: the sequence it is an item of, None for a main data set; index: its number there, from 0.
    start: offset of its first element. end: offset behind its last element (its delimiter not included).
    defined: True if its length stands before it.
    charset: value of Specific Character Set in force, raw. place: what the locations in a main data set begin
    with, where there are several in a file.
    """

    __slots__ = (
        "charset", "creators", "defined", "depth", "end", "index", "parent", "place", "start", "syntax",
    )  # fmt: skip

    def __init__(
        self, syntax: Syntax, parent: Sequence | None, index: int, start: int, end: int, defined: bool
    ) -> None:
        self.syntax = syntax
        self.parent = parent
        self.index = index
        self.start = start
        self.end = end
        self.defined = defined
        self.charset: bytes = parent.container.charset if parent else b""
        self.creators: dict[int, str] = {}
        self.depth: int = parent.container.depth + 1 if parent else 0
        self.place = ""


class Element:
    """One data element: where it stands and, if not too large or a sequence, its bytes.

    start: offset of its tag. value: offset of its value. end: offset behind it, delimiters included.
    raw: the value, None if it was left in the source.
    """

    __slots__ = ("attribute", "container", "end", "raw", "start", "value")

    def __init__(
        self, attribute: Attribute, container: Container, start: int, value: int, end: int, raw: bytes | None
    ) -> None:
        self.attribute = attribute
        self.container = container
        self.start = start
        self.value = value
        self.end = end
        self.raw = raw


def ascii_text(element: Element | None) -> str:
    """The value of an element whose VR has no character set, without padding; "" where there is none."""
    return (element.raw or b"").strip(b" \0").decode("latin-1") if element else ""


class Sequence(Element):
    """A sequence element.

    syntax: of its items; differs from its container's where VR is UN (PS3.5 section 6.2.2).
    defined: True if its length stands before it. items: how many it has.
    """

    __slots__ = ("defined", "items", "syntax")

    def __init__(
        self,
        attribute: Attribute,
        container: Container,
        start: int,
        value: int,
        end: int,
        syntax: Syntax,
        defined: bool,
    ) -> None:
        super().__init__(attribute, container, start, value, end, None)
        self.syntax = syntax
        self.defined = defined
        self.items = 0
