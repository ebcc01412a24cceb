"""What every file format looks like to the engine: scopes of fields that can be replaced one by one.

A format opens a file as a :class:`Document`: a sequence of :class:`Scope` objects, in file order. A scope
is what is known to be about one subject (a DICOM object, a CSV record, a note). It offers its
:class:`Field` objects, takes replacements, and renders itself as bytes or as ranges of the source. The
masked file is the concatenation of what the scopes render; a scope nobody touched renders exactly the bytes
it was read from.

Formats know nothing of matchers, rules or Beam.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from beam_phi.library.constraint import ANY, Constraint


class FormatError(Exception):
    """The file can't be read, or can't be masked, surely. ``reason`` is a stable code; the text holds no
    value.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Unfit(Exception):  # noqa: N818 - a verdict on a value, not a fault of the program
    """A replacement can't stand where it was to be put (length, character set, value representation)."""


@dataclass(frozen=True, eq=False)
class FieldType:
    """What all fields of one place have in common: the DICOM attribute, the CSV column, the part of a path.

    Made once and shared (compared by identity), so that plans and decisions can be cached by it.

    format: ``dicom``, ``delimited``, ``text``, ``path``, …
    attributes: what a `field` matcher or a content filter can select by, e.g. ``{"keyword": "PatientName",
        "tag": "(0010,0010)", "vr": "PN", "creator": ""}`` or ``{"column": "Patient Name", "index": "3"}``.
    action: the order of a confidentiality profile for the whole value (PS3.15 Table E.1-1a: ``D Z X K C
        U``), else None.
    data_class: the data class the format itself knows this place to hold, else None.
    constraint: what a replacement must obey.
    searchable: False for what content matchers must leave alone (codes, registered UIDs, numbers, binary
        values).
    spelled: True for bytes that are no text and yet spell one: emptied if it names the subject.
    guarded: True for codes in which a word of no vocabulary is taken for the name of somebody.
    """

    format: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    action: str | None = None
    data_class: str | None = None
    constraint: Constraint = ANY
    searchable: bool = True
    spelled: bool = False
    guarded: bool = False


class Field(Protocol):
    """One value in a file."""

    @property
    def type(self) -> FieldType: ...

    @property
    def text(self) -> str:
        """The decoded value; may be decoded on first use."""

    @property
    def location(self) -> str:
        """Where it stands, in the notation of the annotation tables; may be built on first use."""

    @property
    def key(self) -> Hashable:
        """With ``type``, decides the value: equal keys mean equal values (raw bytes for a DICOM element)."""


@dataclass(frozen=True, slots=True)
class SourceRange:
    """Bytes of the source file that pass through untouched, named instead of read: ``length`` bytes at
    ``offset``.
    """

    offset: int
    length: int


Segment = bytes | SourceRange


class Scope(Protocol):
    """What is about one subject. Fields are offered in file order, and the same objects on each call."""

    def fields(self) -> Iterable[Field]: ...

    def replace(self, field: Field, text: str) -> str:
        """Put `text` in the place of the field's value, return the text as it now stands there.

        Raises Unfit if it can't be made valid there.
        """

    def empty(self, field: Field) -> None:
        """Leave a zero-length value."""

    def delete(self, field: Field) -> None:
        """Remove the field; a format that can't do without it leaves a zero-length value."""

    def render(self) -> Iterable[Segment]:
        """The scope's bytes with all replacements; exactly the source bytes when there were none."""


class InPlace:
    """A scope whose form can't do without any field: to remove one is to leave a zero-length value."""

    __slots__ = ()

    def empty(self: Scope, field: Field) -> None:
        self.replace(field, "")

    def delete(self: Scope, field: Field) -> None:
        self.replace(field, "")


class Telling(Protocol):
    """A scope that knows more of whom it is about than its own fields tell."""

    def hidden(self) -> Iterable[Field]:
        """Fields that tell it, and are never replaced through this scope."""


class Referring(Protocol):
    """A scope that says whom it is about by a name that only files of the same folder know them by."""

    def about(self) -> tuple[str, ...]:
        """These names."""


class Document(Protocol):
    """An opened file. Scopes are read (and may be dropped) one after the other: never hold more than one."""

    def scopes(self) -> Iterator[Scope]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """An open file: a seekable binary stream and its size in bytes."""

    stream: BinaryIO
    size: int
