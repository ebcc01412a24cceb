"""Edits of a scanned file, and its bytes then: only what was edited changes, and the lengths around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, Protocol, TypeVar

from beam_phi.formats.dicom.elements import Container, Element, Sequence, Syntax
from beam_phi.formats.dicom.scan import Scanner
from beam_phi.formats.dicom.vr import VRS
from beam_phi.formats.dicom.window import Window
from beam_phi.formats.document import Segment, SourceRange, Unfit

_DELIMITER = _ITEM_HEADER = 8
_CHUNK = 1 << 20

_Counted = TypeVar("_Counted", Container, Sequence)


class Patch(Protocol):
    """New content of a part of the file that no length counts, or as long as the old; made when it is
    written."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    def segments(self) -> Iterator[Segment]: ...


class Splice(NamedTuple):
    """Bytes `start` to `end` of the source give way to `data`."""

    start: int
    end: int
    data: bytes | Patch


class Blank(NamedTuple):
    """Zeros in the place of a part of the file."""

    start: int
    end: int

    def segments(self) -> Iterator[Segment]:
        for at in range(self.start, self.end, _CHUNK):
            yield bytes(min(_CHUNK, self.end - at))


class Edits:
    """What is to change in a scanned file.

    values: element -> its new value (of even length), or None if the element goes. Of a sequence only
        ``b""`` and None.
    """

    def __init__(self, scanner: Scanner, window: Window, meta: Container | None) -> None:
        self.values: dict[Element, bytes | None] = {}
        self._scanner = scanner
        self._window = window
        self._meta = meta
        self._inserted: list[tuple[Container, int, bytes]] = []
        self._items: list[tuple[Sequence, bytes]] = []
        self._dropped: dict[Sequence, list[Container]] = {}
        self._patches: list[Splice] = []
        self._painted: list[Splice] = []

    def __bool__(self) -> bool:
        changes = (self.values, self._inserted, self._items, self._dropped, self._patches, self._painted)
        return any(changes)

    def put(self, element: Element, value: bytes) -> None:
        """Give an element a new value. Raises Unfit if its header has no room for the length."""
        if _short(element) and len(value) > 0xFFFE:
            raise Unfit(f"too long for VR {element.attribute.vr.code}")
        self.values[element] = value

    def insert(self, container: Container, at: int, data: bytes) -> None:
        """Put a whole element into a data set, at an offset."""
        self._inserted.append((container, at, data))

    def append_items(self, sequence: Sequence, data: bytes) -> None:
        """Put whole items at the end of a sequence."""
        self._items.append((sequence, data))

    def drop_item(self, item: Container) -> None:
        """Take an item out of its sequence, and the sequence with the last one: an empty one may be
        invalid."""
        sequence = item.parent
        assert sequence is not None
        dropped = self._dropped.setdefault(sequence, [])
        dropped.append(item)
        if len(dropped) == sequence.items:
            self.values[sequence] = None

    def patch(self, start: int, end: int, data: bytes) -> None:
        """Replace bytes by as many others, or drop what no length counts."""
        self._patches.append(Splice(start, end, data))

    def blank(self, start: int, end: int) -> None:
        """Zero bytes that stay where they are."""
        self._patches.append(Splice(start, end, Blank(start, end)))

    def rebuild(self, container: Container, data: bytes) -> None:
        """Put other bytes in the place of a whole main data set, and forget what else was to change there."""
        for element in [e for e in self.values if e.container is container]:
            del self.values[element]
        self._patches.append(Splice(container.start, container.end, data))

    def paint(self, patch: Patch) -> None:
        """Replace the pixel data."""
        self._painted = [Splice(patch.start, patch.end, patch)]

    def paints(self, start: int, end: int) -> bool:
        """True if what is painted lies in a part of the file."""
        return any(start <= splice.start and splice.end <= end for splice in self._painted)

    def segments(self, start: int, end: int) -> Iterator[Segment]:
        """The edited bytes of a part of the file whose bounds no edit crosses."""
        at = start
        between = self._window.segments
        for first, behind, data in self._splices():
            if first < at or behind > end:
                continue  # of another part, or inside a sequence that goes
            if at < first:
                yield from between(at, first)
            if isinstance(data, bytes):
                yield data
            else:
                yield from data.segments()
            at = behind
        yield from between(at, end)

    def _splices(self) -> list[Splice]:
        """All changes, in the order of the file."""
        splices = [*self._patches, *self._painted]
        growth: dict[Container, int] = {}
        lengths: dict[Sequence, int] = {}
        # The retired group lengths would be wrong now: they go, but for that of the file meta information.
        stale = [(e, None) for e in self._scanner.group_lengths if e.container is not self._meta]
        for element, value in chain(self.values.items(), stale):
            data = b"" if value is None else self._header(element, len(value)) + value
            splices.append(Splice(element.start, element.end, data))
            _add(growth, element.container, len(data) - (element.end - element.start))
        for sequence, data in self._items:
            at = sequence.end - (0 if sequence.defined else _DELIMITER)
            splices.append(Splice(at, at, data))
            _add(lengths, sequence, len(data))
            _add(growth, sequence.container, len(data))
        for sequence, items in self._dropped.items():
            if sequence in self.values:
                continue
            for item in items:
                start = item.start - _ITEM_HEADER
                end = item.end + (0 if item.defined else _DELIMITER)
                splices.append(Splice(start, end, b""))
                _add(lengths, sequence, start - end)
                _add(growth, sequence.container, start - end)
        for container, at, data in self._inserted:
            splices.append(Splice(at, at, data))
            _add(growth, container, len(data))
        splices.extend(self._lengths(growth, lengths))
        splices.sort(key=itemgetter(0, 1))
        return splices

    def _lengths(self, growth: dict[Container, int], lengths: dict[Sequence, int]) -> Iterator[Splice]:
        """New lengths of the items and sequences around what grew or shrank; inner ones first, each once."""
        for item in reversed(self._scanner.containers):
            grown = growth.get(item, 0)
            sequence = item.parent
            if grown == 0 or sequence is None or sequence in self.values:
                continue
            if item.defined:
                yield _length(item.start, item.end - item.start + grown, item.syntax)
            _add(lengths, sequence, grown)
            _add(growth, sequence.container, grown)
        for sequence, grown in lengths.items():
            if sequence.defined:
                yield _length(
                    sequence.value, sequence.end - sequence.value + grown, sequence.container.syntax
                )
        for element in self._scanner.group_lengths:
            if element.container is self._meta and self._meta in growth:
                length = self._meta.end - element.end + growth[self._meta]
                yield _length(element.end, length, self._meta.syntax)

    def _header(self, element: Element, length: int) -> bytes:
        """The element's header with another length."""
        syntax = element.container.syntax
        head = self._window.peek(element.start, element.value - element.start)
        if _short(element):
            return head[:-2] + syntax.short.pack(length)
        reserved = b"\0\0" if len(head) == 12 else b""
        return head[: 6 if reserved else -4] + reserved + syntax.long.pack(length)


def encode_element(syntax: Syntax, tag: int, vr: str, value: bytes) -> bytes:
    """A whole element; the value's length is even."""
    head = syntax.tag.pack(tag >> 16, tag & 0xFFFF)
    if syntax.implicit:
        return head + syntax.long.pack(len(value)) + value
    head += vr.encode("ascii")
    if VRS[vr].long:
        return head + b"\0\0" + syntax.long.pack(len(value)) + value
    return head + syntax.short.pack(len(value)) + value


def join(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The same segments, with neighbouring bytes made one."""
    pending: list[bytes] = []
    for segment in segments:
        if isinstance(segment, bytes):
            pending.append(segment)
            if len(segment) < 0x10000:
                continue
        if pending:
            yield b"".join(pending)
            pending = []
        if isinstance(segment, SourceRange):
            yield segment
    if pending:
        yield b"".join(pending)


def _add(counts: dict[_Counted, int], key: _Counted, grown: int) -> None:
    counts[key] = counts.get(key, 0) + grown


def _short(element: Element) -> bool:
    """True if the element's header has a 16-bit length."""
    return element.value - element.start == 8 and not element.container.syntax.implicit


def _length(value: int, length: int, syntax: Syntax) -> Splice:
    """The 32-bit length that stands right before `value`."""
    return Splice(value - 4, value, syntax.long.pack(length))
