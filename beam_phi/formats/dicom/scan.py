"""The byte scanner: a DICOM data set as a flat list of elements, in file order, without copying the pixels.

One pass, no recursion: nested sequences are kept on a stack. Elements whose header was met before (same tag,
VR and length, as in all slices of a series) cost one dictionary look-up; everything else goes the careful
way in :meth:`Scanner._step`.
"""

from __future__ import annotations

from beam_phi.formats.dicom.attributes import (
    ITEM,
    ITEM_DELIMITER,
    PIXEL_DATA,
    SEQUENCE_DELIMITER,
    SPECIFIC_CHARACTER_SET,
    Attribute,
    any_block,
    attribute,
    is_creator,
    place,
)
from beam_phi.formats.dicom.elements import (
    IMPLICIT_LITTLE,
    UNDEFINED,
    Container,
    Element,
    Sequence,
    Syntax,
)
from beam_phi.formats.dicom.vr import LARGE, VRS
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import FormatError

# Bounds that no real object comes near: they keep a hostile file from taking time and memory without end.
MAX_DEPTH = 2_000
MAX_ELEMENTS = 2_000_000
MAX_TEXT = 1 << 24

_CREATOR_LENGTH = 64
_ZEROS = bytes(LARGE)
_LENGTH_TO_END = 0x00080001


class Scanner:
    """Scans one data set after the other (file meta information, then the main one) into the same lists.

    elements: all elements in file order, nested ones behind their sequence.
    containers: all items in file order.
    group_lengths: the retired group length and length-to-end elements; they are in `elements` no more.
    fragments: encapsulated pixel data, and the ranges of their fragments' values; the first is the offset
        table.
    stray: bytes of headers that have to be zero and are not, first and behind the last.
    """

    def __init__(self, window: Window) -> None:
        self.elements: list[Element] = []
        self.containers: list[Container] = []
        self.group_lengths: list[Element] = []
        self.stray: list[tuple[int, int]] = []
        self.fragments: list[tuple[Element, list[tuple[int, int]]]] = []
        self._window = window
        self._stack: list[tuple[Sequence, int, Container, int]] = []

    def scan(self, start: int, end: int, syntax: Syntax) -> Container:
        """Scan the data set from `start` up to `end`.

        Returns it; its ``end`` is where its last element ends, before `end` if only padding or rubbish
        follows the pixels. Raises FormatError: ``truncated``, ``bad-length``, ``unknown-vr``, ``bad-item``,
        ``too-deep``, ``too-many-elements``, ``text-too-long``, ``header-too-large``.
        """
        root = Container(syntax, None, 0, start, end, defined=True)
        self._container, self._limit = root, end
        self._pixels_seen = False
        at = start
        while at < self._limit or self._stack:
            at = self._run(at)
            if at == self._limit and not self._stack:
                break
            sound = len(self.elements)
            try:
                at = self._step(at)
            except FormatError:
                # Behind the pixels no element must follow: what is none there is rubbish, which masking
                # drops.
                if self._container is not root or not self._pixels_seen:
                    raise
                del self.elements[sound:]
                self._stack.clear()
                root.end = at
                break
            if root.end != end:
                break
        return root

    def _run(self, at: int) -> int:
        """Take elements of known shape as long as there are any; returns where the first other starts."""
        container, append = self._container, self.elements.append
        shapes, creators = container.syntax.shapes, container.creators
        base, piece = self._window.view(at, 0)
        edge = min(self._limit - base, len(piece))
        at -= base
        while True:
            shape = shapes.get(piece[at : at + 8])
            if shape is None:
                break
            value = at + 8
            end = value + shape.length
            if end > edge:
                break
            meaning = shape.attribute
            if meaning is None:
                meaning = shape.private.get(creators.get(shape.block, ""))
                if meaning is None:
                    break
            append(Element(meaning, container, base + at, base + value, base + end, piece[value:end]))
            at = end
        return base + at

    def _step(self, at: int) -> int:
        """Take the one element, or the end of an item, at `at`; returns where the next starts."""
        container = self._container
        if at == self._limit:
            if not container.defined:
                raise FormatError("truncated", "an item of undefined length has no end")
            return self._next_item(at)
        if self._limit - at < 8:
            raise FormatError("truncated", "the file or an item ends inside an element's header")
        base, piece = self._window.view(at, 8)
        head = piece[at - base : at - base + 8]
        group, number, length = container.syntax.tag_length.unpack(head)
        tag = group << 16 | number
        if group == 0xFFFE:
            return self._end_item(at, tag, length)
        if tag == 0 and container.depth == 0 and self._only_zeros(at):
            container.end = at
            return at
        value = at + 8
        if container.syntax.implicit:
            declared = ""
        else:
            declared, value, length = self._explicit(at, head)
        if len(self.elements) >= MAX_ELEMENTS:
            raise FormatError("too-many-elements", "more elements than allowed")
        if tag & 0x10000 and not is_creator(tag):
            creator = container.creators.get(tag >> 8, "")
            meaning = attribute(any_block(tag), declared, creator)
        else:
            meaning = attribute(tag, declared)
        return self._take(meaning, declared, tag, head, at, value, length)

    def _explicit(self, at: int, head: bytes) -> tuple[str, int, int]:
        """Declared VR, offset and length of the value of an element in an explicit VR syntax."""
        syntax = self._container.syntax
        declared = head[4:6].decode("latin-1")
        vr = VRS.get(declared)
        if vr is None:
            raise FormatError("unknown-vr", f"element {_notation(head, syntax)} has no known VR")
        if not vr.long:
            return declared, at + 8, syntax.short.unpack_from(head, 6)[0]
        if self._limit - at < 12:
            raise FormatError("truncated", "the file or an item ends inside an element's header")
        base, piece = self._window.view(at, 12)
        if piece[at - base + 6 : at - base + 8] != b"\0\0":
            self.stray.append((at + 6, at + 8))
        return declared, at + 12, syntax.long.unpack_from(piece, at - base + 8)[0]

    def _take(
        self, meaning: Attribute, declared: str, tag: int, head: bytes, at: int, value: int, length: int
    ) -> int:
        """Append the element with this header; returns where the next one starts."""
        container = self._container
        end = value + length
        if length == UNDEFINED:
            if tag == PIXEL_DATA:
                return self._encapsulated(meaning, at, value)
            if declared not in ("SQ", "UN", ""):
                raise FormatError("bad-length", f"element {place(meaning.tag)} has undefined length")
            meaning = attribute(meaning.tag, "SQ", meaning.creator)
        elif end > self._limit:
            reason = "truncated" if container.depth == 0 else "bad-length"
            raise FormatError(reason, f"element {place(meaning.tag)} is longer than what it stands in")
        form = meaning.vr.form
        if form == "sequence":
            return self._enter(meaning, declared, at, value, length)
        if length >= LARGE and form != "text":
            self.elements.append(Element(meaning, container, at, value, end, None))
            self._pixels_seen |= tag >> 16 == 0x7FE0 and container.depth == 0
            return end
        if length > MAX_TEXT:
            raise FormatError("text-too-long", f"element {place(meaning.tag)} holds more text than allowed")
        base, piece = self._window.view(value, length)
        raw = piece[value - base : end - base]
        element = Element(meaning, container, at, value, end, raw)
        if tag & 0xFFFF == 0 or tag == _LENGTH_TO_END:
            self.group_lengths.append(element)
            return end
        self.elements.append(element)
        if is_creator(tag):
            # It names the block (gggg,bb00-bbFF), bb its own element number (PS3.5 section 7.8.1).
            creator = raw.decode("latin-1").strip(" \0")[:_CREATOR_LENGTH]
            container.creators[(tag >> 16) << 8 | tag & 0xFF] = creator
            element.attribute = attribute(tag, "LO", creator)
        elif tag == SPECIFIC_CHARACTER_SET:
            container.charset = raw.rstrip(b" \0")
        elif tag >> 16 == 0x7FE0:
            self._pixels_seen |= container.depth == 0
        elif value == at + 8:
            container.syntax.remember(head, tag, length, meaning)
        return end

    def _encapsulated(self, meaning: Attribute, at: int, value: int) -> int:
        """Pass over the fragments of encapsulated pixel data (PS3.5 Annex A.4)."""
        syntax = self._container.syntax
        end = value
        fragments: list[tuple[int, int]] = []
        while True:
            group, number, length = syntax.tag_length.unpack(self._window.peek(end, 8))
            tag = group << 16 | number
            end += 8
            if tag == SEQUENCE_DELIMITER:
                self._delimiter(end, length)
                break
            if tag != ITEM or length == UNDEFINED:
                raise FormatError("bad-item", "the fragments of the pixel data can't be followed")
            fragments.append((end, end + length))
            end += length
            if end > self._limit:
                raise FormatError("truncated", "the file ends inside the pixel data")
        self.elements.append(Element(meaning, self._container, at, value, end, None))
        self.fragments.append((self.elements[-1], fragments))
        self._pixels_seen |= self._container.depth == 0
        return end

    def _enter(self, meaning: Attribute, declared: str, at: int, value: int, length: int) -> int:
        """Begin a sequence; returns where the first element of its first item starts."""
        outer = self._container
        if outer.depth >= MAX_DEPTH:
            raise FormatError("too-deep", "sequences are nested deeper than allowed")
        defined = length != UNDEFINED
        end = value + length if defined else self._limit
        syntax = IMPLICIT_LITTLE if declared == "UN" else outer.syntax
        sequence = Sequence(meaning, outer, at, value, end, syntax, defined)
        self.elements.append(sequence)
        self._stack.append((sequence, end, outer, self._limit))
        return self._next_item(value)

    def _next_item(self, at: int) -> int:
        """Between two items, or before the first: enter the next item, or leave the sequence."""
        sequence, limit = self._stack[-1][:2]
        if at == limit and sequence.defined:
            return self._leave(at)
        if limit - at < 8:
            raise FormatError("truncated", f"sequence {place(sequence.attribute.tag)} has no end")
        syntax = sequence.syntax
        group, number, length = syntax.tag_length.unpack(self._window.peek(at, 8))
        tag = group << 16 | number
        at += 8
        if tag == SEQUENCE_DELIMITER and not sequence.defined:
            self._delimiter(at, length)
            return self._leave(at)
        if tag != ITEM:
            raise FormatError("bad-item", f"sequence {place(sequence.attribute.tag)} holds what is no item")
        defined = length != UNDEFINED
        end = at + length if defined else limit
        if end > limit:
            raise FormatError(
                "bad-length", f"an item of {place(sequence.attribute.tag)} is longer than its sequence"
            )
        item = Container(syntax, sequence, sequence.items, at, end, defined)
        sequence.items += 1
        self.containers.append(item)
        if len(self.containers) > MAX_ELEMENTS:
            raise FormatError("too-many-elements", "more items than allowed")
        self._container, self._limit = item, end
        return at

    def _delimiter(self, behind: int, length: int) -> None:
        """Note the length of a delimiter that ends at `behind` if it is not zero (PS3.5 section 7.5)."""
        if length:
            self.stray.append((behind - 4, behind))

    def _end_item(self, at: int, tag: int, length: int) -> int:
        """An item or sequence delimiter inside a data set."""
        if tag != ITEM_DELIMITER or self._container.defined:
            raise FormatError("bad-item", "an item or delimiter stands where an element should")
        self._container.end = at
        self._delimiter(at + 8, length)
        return self._next_item(at + 8)

    def _leave(self, at: int) -> int:
        """Close the innermost sequence; it ends at `at`."""
        sequence, _, self._container, self._limit = self._stack.pop()
        sequence.end = at
        return at

    def _only_zeros(self, at: int) -> bool:
        """True if nothing but NUL bytes follows."""
        while at < self._limit:
            size = min(LARGE, self._limit - at)
            if self._window.peek(at, size) != _ZEROS[:size]:
                return False
            at += size
        return True


def _notation(head: bytes, syntax: Syntax) -> str:
    group, number = syntax.tag.unpack_from(head)
    return f"({group:04X},{number:04X})"
