"""The types of JSON fields: by the path of names they stand at."""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.formats.delimited.headings import heading_key, is_known_heading, is_telling
from beam_phi.formats.document import FieldType
from beam_phi.formats.json.grammar import NUMBER_TEXT
from beam_phi.formats.json.nodes import name_step
from beam_phi.library.constraint import ANY, Constraint

#: Places that one document tells apart; what stands at any further one has no path, only a name.
MAX_PLACES = 8192
#: Characters of a path; what stands deeper has none.
MAX_PATH = 1024
#: Longer names of members name no column.
MAX_NAME = 64

# Names that tell nothing of what is in the member: the one above it does.
_TELLS_NOTHING = frozenset({"value", "val", "text", "v", "string", "item", "content"})
# So many digits are a number of somebody, whatever words stand before them; but for the tags of DICOM.
_NUMBERED = re.compile(r"[0-9]{4}")
_TAG = re.compile(r"[0-9A-Fa-f]{8}")

NUMBER = Constraint(pattern=NUMBER_TEXT, kind="number")


def is_word(name: str) -> bool:
    """True if a member's name is surely one, and nobody's data. Names of lists are in the plural."""
    return len(name) <= MAX_NAME and _is_word(name)


@lru_cache(maxsize=16384)
def _is_word(name: str) -> bool:
    if _NUMBERED.search(name) and not (_TAG.fullmatch(name) and is_telling(name)):
        return False
    return is_known_heading(name) or is_known_heading(name.removesuffix("s"))


def column_of(name: str) -> str:
    """The name of a member if it may name a column; "" for what looks like a value: objects are used as
    tables of ids, too, and each id would be a column."""
    if is_word(name):
        return name
    names_column = len(name) <= MAX_NAME and not any(c.isdigit() or c.isspace() or c in "@/^" for c in name)
    return name if names_column else ""


@lru_cache(maxsize=16384)
def value_type(path: str, column: str, numeric: bool) -> FieldType:
    """path: the JSONPath with ``*`` for all indices, and for names that may be values; column: the member's
    name; column_key: the letters and digits of that alone, folded, in lower case."""
    attributes = {"part": "value", "path": path, "column": column, "column_key": heading_key(column)}
    return FieldType("json", attributes, constraint=NUMBER if numeric else ANY)


@lru_cache(maxsize=4096)
def name_type(path: str) -> FieldType:
    """path: that of the object whose member the name is."""
    return FieldType("json", {"part": "name", "path": path})


class Place:
    """Where values stand: all that have the same names above them.

    text, number: the types of strings and numbers there.
    """

    __slots__ = ("_elements", "_labelled", "_members", "_others", "_tree", "column", "number", "path", "text")

    def __init__(self, tree: PlaceTree, path: str, column: str) -> None:
        self._tree = tree
        self.path = path
        self.column = column
        self.text = value_type(path, column, False)
        self.number = value_type(path, column, True)
        self._members: dict[str, Place] = {}
        self._labelled: dict[str, Place] = {}
        self._elements: Place | None = None
        self._others: Place | None = None

    def member(self, name: str) -> Place:
        """The place of an object's member."""
        place = self._members.get(name)
        if place is not None:
            return place
        column = column_of(name)
        if column:
            tells = self.column if name.lower() in _TELLS_NOTHING else ""
            place = self._tree.place(self.path and self.path + name_step(column), tells or column)
            if self._tree.counts:
                self._members[name] = place
            return place
        if self._others is None:
            self._others = self._tree.place(self.path and self.path + ".*", "")
        return self._others

    def labelled(self, column: str) -> Place:
        """The place of a member whose column a sibling names."""
        place = self._labelled.get(column)
        if place is None:
            place = self._tree.place(self.path and f"{self.path}.*", column)
            if self._tree.counts:
                self._labelled[column] = place
        return place

    def elements(self) -> Place:
        """The place of an array's elements."""
        if self._elements is None:
            self._elements = self._tree.place(self.path and self.path + "[*]", self.column)
        return self._elements


class PlaceTree:
    """The places of one document, of which only so many are told apart."""

    def __init__(self) -> None:
        self._count = 0
        self._pathless: dict[str, Place] = {}
        self.top = Place(self, "$", "")

    @property
    def counts(self) -> bool:
        """False when there are so many places that no more are remembered where they stand."""
        return self._count < MAX_PLACES

    def place(self, path: str, column: str) -> Place:
        """A new place, or the one of all values of that name where there are too many."""
        if path and len(path) <= MAX_PATH and self._count < MAX_PLACES:
            self._count += 1
            return Place(self, path, column)
        place = self._pathless.get(column)
        if place is None:
            place = Place(self, "", column)
            if len(self._pathless) < MAX_PLACES:
                self._pathless[column] = place
        return place
