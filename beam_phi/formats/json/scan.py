"""Reading JSON text into nodes: fast, strict, and without recursion."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.formats.document import FormatError
from beam_phi.formats.json import grammar
from beam_phi.formats.json.nodes import LITERAL, NUMERIC, TEXT, Container, Leaf, Node

#: Levels of objects and arrays.
MAX_DEPTH = 200
#: Values one scope may hold: each takes some 300 bytes of memory.
MAX_VALUES = 4_000_000
#: Names of members that are remembered.
_MAX_NAMES = 16_384


class Scanner:
    """Reads values of one text.

    at: where reading goes on.

    All methods raise FormatError ``bad-syntax`` (a name that stands twice in an object is bad, too: readers
    differ in which they take), ``too-deep``, ``bad-encoding`` or ``record-too-long``.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at
        self._names: dict[bytes, str] = {}

    def skip_blank(self) -> bool:
        """Go on to what is not blank; False if there is no more."""
        found = grammar.BLANK.match(self.data, self.at)
        assert found is not None
        self.at = found.end()
        return self.at < len(self.data)

    def value(self, parent: Container, position: int = 0) -> Node:
        """Read one whole value, which is not added to its parent's."""
        node = self.begin(parent, "", position)
        if isinstance(node, Container) and node.end < 0:
            self._contents(node)
        return node

    def begin(self, parent: Container, name: str = "", position: int = 0, start: int | None = None) -> Node:
        """Read a leaf, an empty container, or the opening bracket of a container; then its ``end`` is -1."""
        match = grammar.VALUE.match(self.data, self.at)
        if match is None:
            raise _bad()
        self.at = match.end()
        text, number, literal, opener = match.groups()
        if opener:
            at = match.start(4)
            node = Container(parent, name, position, at if start is None else start, at, opener[0] == 0x5B)
            if len(opener) > 1:
                node.end = self.at
            return node
        kind = TEXT if text is not None else NUMERIC if number is not None else LITERAL
        at = match.start(kind + 1) - (kind == TEXT)
        value = grammar.unquote(text) if text is not None else (number or literal).decode("ascii")
        return Leaf(parent, name, position, at if start is None else start, at, self.at, value, kind)

    def elements(self, array: Container) -> Iterator[Node]:
        """Read the elements of an array that was begun, one by one. They are not kept."""
        position = 0
        while array.end < 0:
            node = self.value(array, position=position)
            position += 1
            self.separate(array)
            yield node

    def members(self, container: Container, spread: str) -> Iterator[Node]:
        """Read the members of an object that was begun, one by one.

        spread: the name of a member that, if it is an array, is only begun: its elements are to be read
            before the next member is asked for.
        """
        held = 0
        while container.end < 0:
            match = grammar.NAME.match(self.data, self.at)
            if match is None:
                raise _bad()
            self.at = match.end()
            name, start = self._name(match[1]), match.start(1) - 1
            node = self.begin(container, name, len(container.children), start)
            container.children.append(node)
            opened = isinstance(node, Container) and node.end < 0
            if isinstance(node, Container) and opened and not (name == spread and node.is_array):
                held += self._contents(node, held)
                opened = False
            held += 1
            if held > MAX_VALUES:
                raise _too_many()
            if opened:
                yield node
                self.separate(container)
            else:
                self.separate(container)
                yield node

    def separate(self, container: Container) -> None:
        """Read the comma or closing bracket after a value."""
        after = grammar.AFTER_ELEMENT if container.is_array else grammar.AFTER_MEMBER
        match = after.match(self.data, self.at)
        if match is None:
            raise _bad()
        self.at = match.end()
        if match[1] != b",":
            container.end = self.at
            if not container.is_array:
                _check_names(container)

    def _contents(self, top: Container, held: int = 0) -> int:
        """Read what a container that was begun holds, to its end; tell how many values those are.

        held: the values of the record that were read before.
        """
        data, names = self.data, self._names
        member, element, unquote = grammar.MEMBER.match, grammar.ELEMENT.match, grammar.unquote
        at, depth, count, limit = self.at, _depth(top), 0, MAX_VALUES - held
        current, children = top, top.children
        while True:
            position = len(children)
            count += 1
            if count > limit:
                raise _too_many()
            if current.is_array:
                match = element(data, at)
                if match is None:
                    raise _bad()
                text, number, literal, separator, opener = match.groups()
                name, start, group = "", -1, 0
            else:
                match = member(data, at)
                if match is None:
                    raise _bad()
                raw, text, number, literal, separator, opener = match.groups()
                known = names.get(raw)
                name = self._name(raw) if known is None else known
                start, group = match.start(1) - 1, 1
            at = match.end()
            if opener is None:
                if text is not None:
                    begin, end = match.span(1 + group)
                    begin -= 1
                    end += 1
                    value, kind = unquote(text), TEXT
                elif number is not None:
                    begin, end = match.span(2 + group)
                    value, kind = number.decode("ascii"), NUMERIC
                else:
                    begin, end = match.span(3 + group)
                    value, kind = literal.decode("ascii"), LITERAL
                children.append(
                    Leaf(current, name, position, begin if start < 0 else start, begin, end, value, kind)
                )
                if separator == b",":
                    continue
                closes_at = at
            else:
                begin = match.start(5 + group)
                node = Container(
                    current, name, position, begin if start < 0 else start, begin, opener[0] == 0x5B
                )
                children.append(node)
                if len(opener) == 1:
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise FormatError("too-deep", f"values are nested in more than {MAX_DEPTH} levels")
                    current, children = node, node.children
                    continue
                node.end = closes_at = at
                closed = (grammar.AFTER_ELEMENT if current.is_array else grammar.AFTER_MEMBER).match(data, at)
                if closed is None:
                    raise _bad()
                at = closes_at = closed.end()
                if closed[1] == b",":
                    continue
            # The container ends here, and perhaps those it stands in.
            while True:
                current.end = closes_at
                if not current.is_array:
                    _check_names(current)
                if current is top:
                    self.at = at
                    return count
                assert current.parent is not None
                current = current.parent
                children = current.children
                depth -= 1
                closed = (grammar.AFTER_ELEMENT if current.is_array else grammar.AFTER_MEMBER).match(data, at)
                if closed is None:
                    raise _bad()
                at = closes_at = closed.end()
                if closed[1] == b",":
                    break

    def _name(self, raw: bytes) -> str:
        name = self._names.get(raw)
        if name is None:
            name = grammar.unquote(raw)
            if len(self._names) < _MAX_NAMES:
                self._names[raw] = name
        return name


def _check_names(container: Container) -> None:
    children = container.children
    if len(children) > 1 and len({child.name for child in children}) < len(children):
        raise _bad("a name stands twice in an object")


def _depth(container: Container) -> int:
    depth = 0
    at: Container | None = container
    while at is not None and at.parent is not None:
        depth += 1
        at = at.parent
    return depth


def _too_many() -> FormatError:
    return FormatError("record-too-long", f"a record holds more than {MAX_VALUES} values")


def _bad(message: str = "the text is no JSON") -> FormatError:
    return FormatError("bad-syntax", message)
