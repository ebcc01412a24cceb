"""YAML text as plain data that still knows where each key and value stood.

The safe core of YAML 1.2: strings, decimal integers, floats, ``true``/``false``, ``null``; so ``NO``,
``12:30`` and ``2013-07-13`` are strings. No tags, no merge keys, string keys only and each one once. Depth,
size and growth by aliases are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from beam_phi.library.model import LibraryError

MAX_BYTES = 4 << 20
MAX_DEPTH = 24
MAX_NODES = 200_000

Path = tuple[str | int, ...]
"""Keys and indices from the root of the file, as ``("rules", "redact", "function")``."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a library file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where."""

    mark: Mark
    message: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


def fail(problems: Iterable[Problem]) -> None:
    """Raise LibraryError, a line for each problem in file order; do nothing when there is none."""
    lines = [" ".join(str(p).split()) for p in sorted(set(problems))]
    if lines:
        raise LibraryError("\n".join(lines))


@dataclass(slots=True)
class Tree:
    """Plain data (``dict``, ``list``, scalars), and the marks of its keys and values by path."""

    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)

    def mark(self, path: Path) -> Mark:
        """Where the value at `path` stands, or the nearest enclosing one that is written."""
        while path not in self.values:
            path = path[:-1]
        return self.values[path]

    def key_mark(self, path: Path) -> Mark:
        """Where the key that ends `path` stands."""
        return self.keys.get(path) or self.mark(path)


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """PyYAML up to the node graph, with the scalars of YAML 1.2's core schema and a bound on depth."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"nested deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark
            )
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


_NULL, _BOOL, _INT, _FLOAT, _STR = (f"tag:yaml.org,2002:{t}" for t in ("null", "bool", "int", "float", "str"))
#: The core schema of YAML 1.2: tag, form, first characters.
CORE = (
    (_NULL, re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    (_BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    (_INT, re.compile(r"[-+]?[0-9]{1,18}\Z"), list("-+0123456789")),
    (
        _FLOAT,
        re.compile(
            r"[-+]?(?:(?:\.[0-9]{1,18}|[0-9]{1,18}\.[0-9]{0,18})(?:[eE][-+]?[0-9]{1,2})?|[0-9]{1,18}[eE][-+]?[0-9]{1,2})\Z"
        ),
        list("-+.0123456789"),
    ),
)
for _tag, _form, _first in CORE:
    _Loader.add_implicit_resolver(_tag, _form, _first)


def compose(text: str, file: str) -> yaml.MappingNode:
    """The node graph of a library file named `file` in messages. Raises LibraryError on a syntax error."""
    if len(text) > MAX_BYTES:
        raise LibraryError(f"{file}:1:1: longer than {MAX_BYTES} characters")
    try:
        node = _Loader(text).get_single_node()
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        raise LibraryError(f"{file}:{line}:{column}: a character YAML does not allow") from None
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        fail(
            [
                Problem(
                    _mark(
                        error.problem_mark or error.context_mark or yaml.Mark(file, 0, 0, 0, None, 0), file
                    ),
                    reason,
                )
            ]
        )
    if not isinstance(node, yaml.MappingNode):
        raise LibraryError(f"{file}:1:1: expected a mapping with the sections of a rule library")
    _name_file(node, file)
    return node


def construct(root: yaml.Node) -> Tree:
    """The node graph as data and marks. Raises LibraryError for tags, doubled or odd keys and alias bombs."""
    return _Builder().build(root)


class _Builder:
    def __init__(self) -> None:
        self.tree = Tree()
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self, root: yaml.Node) -> Tree:
        self.tree.data = self.value(root, ())
        fail(self.problems)
        return self.tree

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.nodes += 1
        mark = self.tree.values[path] = _mark(node.start_mark)
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            fail([*self.problems, Problem(mark, "aliases make the library too large or endless")])
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            if not node.tag.endswith(":seq"):
                self.problems.append(Problem(mark, "YAML tags are not allowed"))
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return self.scalar(node, mark)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        if not node.tag.endswith(":map"):
            self.problems.append(Problem(_mark(node.start_mark), "YAML tags are not allowed"))
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = _mark(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _STR:
                self.problems.append(Problem(mark, "a key must be a text; put it in quotes"))
                continue
            key = key_node.value
            if key in result:
                self.problems.append(Problem(mark, f"key {key!r} stands here twice"))
                continue
            entry: Path = (*path, key)
            self.tree.keys[entry] = mark
            result[key] = self.value(value_node, entry)
        return result

    def scalar(self, node: yaml.Node, mark: Mark) -> Any:
        text: str = node.value
        if node.tag == _STR:
            return text
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            return text.lower() == "true"
        if node.tag == _INT:
            return int(text)
        if node.tag == _FLOAT:
            return float(text)
        self.problems.append(Problem(mark, "YAML tags are not allowed"))
        return None


def _name_file(root: yaml.Node, file: str) -> None:
    """Put the file's name in every mark, so that it survives a merge with the nodes of other files."""
    todo, seen = [root], set[int]()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.start_mark.name = file
        if isinstance(node, yaml.MappingNode):
            todo += [n for pair in node.value for n in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value


def _mark(mark: yaml.Mark, file: str | None = None) -> Mark:
    return Mark(file or str(mark.name), mark.line + 1, mark.column + 1)
