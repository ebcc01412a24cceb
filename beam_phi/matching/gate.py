"""The gate: one pass of RE2 over a text that tells which patterns may match it.

RE2 knows neither lookaround nor Python's idea of a word, so a pattern isn't given to it as it is, but
widened: the gate's form of a pattern matches every text that the pattern matches, and some more. Spans always
come from :mod:`re`; without RE2, or when its automaton ran out of memory, every pattern is tried. The
findings are the same.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

try:
    import re2
except ImportError:  # the "fast" extra is absent
    re2 = None

#: Bytes for the automaton of a set. RE2 stops matching in silence when it has too few: see CANARY.
MAX_MEMORY: Final = 256 << 20
#: Matches every text. A set that doesn't report it has run out of memory, and its silence means nothing.
CANARY: Final = ""
#: Counted repeats above this are widened to unlimited ones, which keeps the automaton small.
_COUNTED: Final = 12
#: Letters that Python's IGNORECASE equates with i, and RE2's doesn't.
_TURKISH_I: Final = ("\u0130", "\u0131")

_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_LETTERS = ("\\p{L}", "\\p{Nl}", "\\p{No}")
_SPACES = ("\\t", "\\n", "\\x{b}", "\\x{c}", "\\r", "\\x{1c}-\\x{1f}", "\\x{20}", "\\x{85}", "\\p{Z}")
#: The atoms of RE2 that make up a class of Python's.
_ATOMS: Final = {
    "CATEGORY_DIGIT": ("\\p{Nd}",),
    "CATEGORY_WORD": (*_LETTERS, "\\p{Nd}", "\\x{5f}"),
    "CATEGORY_SPACE": _SPACES,
}
_ANY: Final = "(?s:.)"


class Gate:
    """Which of a sequence of compiled patterns may match a text."""

    def __init__(self, patterns: Sequence[re.Pattern[str]], use_re2: bool = True) -> None:
        self._all = tuple(range(len(patterns)))
        self._always: list[int] = []
        self._members: list[int] = []
        self._set: Any = None
        if use_re2 and re2 is not None:
            self._build(patterns)

    def _build(self, patterns: Sequence[re.Pattern[str]]) -> None:
        options = re2.Options()
        options.max_mem = MAX_MEMORY
        options.log_errors = False
        options.never_capture = True
        members = re2.Set.SearchSet(options)
        members.Add(CANARY)
        for index, pattern in enumerate(patterns):
            wide = widened(pattern)
            try:
                if wide is None:
                    raise ValueError
                members.Add(wide)
            except (re2.error, ValueError):
                self._always.append(index)
            else:
                self._members.append(index)
        try:
            members.Compile()
        except (re2.error, RuntimeError):
            return
        self._set = members

    def candidates(self, text: str) -> Iterable[int]:
        """Indexes of the patterns that have to be tried on the text."""
        if self._set is None:
            return self._all
        if not text.isascii() and any(letter in text for letter in _TURKISH_I):
            return self._all
        try:
            hits = self._set.Match(text)
        except UnicodeEncodeError:  # lone surrogates: bytes that were no text
            return self._all
        if not hits or 0 not in hits:
            return self._all
        return [*self._always, *(self._members[hit - 1] for hit in hits if hit)]


def widened(pattern: re.Pattern[str]) -> str | None:
    """A pattern in RE2's syntax that matches wherever `pattern` does; None if there is none.

    Lookarounds of one character at either end are kept, as characters; those elsewhere, word boundaries and
    anchors are dropped; back references match whatever their group may, or anything.
    """
    if pattern.flags & (re.ASCII | re.LOCALE):
        return None
    try:
        tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        body = _Widening().sequence(list(tree), edges=True)
    except (_Unknown, RecursionError):
        return None
    return f"(?i:{body})" if pattern.flags & re.IGNORECASE else body


class _Unknown(Exception):  # noqa: N818 - never leaves this module
    """A construct that has no wider form."""


class _Widening:
    """One pattern on its way: the wider forms of the groups met so far, by number, and whether case matters
    in some parts of it and not in others, so that a form means one thing here and another there."""

    def __init__(self) -> None:
        self._groups: dict[int, str] = {}
        self._mixed = False

    def sequence(self, items: list[Any], edges: bool = False) -> str:
        """The concatenation of parsed items; at its `edges` lookarounds become characters."""
        if not edges:
            return "".join(self._item(op, value) for op, value in items)
        if len(items) == 1 and str(items[0][0]) == "BRANCH":
            branches = (self.sequence(list(branch), edges=True) for branch in items[0][1][1])
            return f"(?:{'|'.join(branches)})"
        start, end = 0, len(items)
        while start < end and _is_look(items[start], -1):
            start += 1
        while end > start and _is_look(items[end - 1], 1):
            end -= 1
        before = next(filter(None, (_edge(item, "\\A") for item in items[:start])), "")
        after = next(filter(None, (_edge(item, "\\z") for item in items[end:])), "")
        return before + "".join(self._item(op, value) for op, value in items[start:end]) + after

    def _item(self, op: Any, value: Any) -> str:
        match str(op):
            case "LITERAL":
                return _char(value)
            case "NOT_LITERAL":
                return f"[^{_char(value)}]"
            case "ANY":
                return _ANY
            case "IN":
                negated, body, _ = _char_class(value)
                return f"[{'^' * negated}{body}]" if body else _ANY
            case "BRANCH":
                return "(?:" + "|".join(self.sequence(list(branch)) for branch in value[1]) + ")"
            case "SUBPATTERN":
                return self._group(value)
            case "ATOMIC_GROUP":
                return f"(?:{self.sequence(list(value))})"
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(*value)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return ""
            case "GROUPREF":
                return f"{_ANY}*" if self._mixed else self._groups.get(value, f"{_ANY}*")
            case _:
                raise _Unknown

    def _group(self, value: Any) -> str:
        number, added, removed, inner = value
        flags = "i" if added & re.IGNORECASE else "-i" if removed & re.IGNORECASE else ""
        self._mixed |= bool(flags)
        body = f"(?{flags}:{self.sequence(list(inner))})"
        if number is not None:
            self._groups[number] = body
        return body

    def _repeat(self, least: int, most: int, inner: Any) -> str:
        body = f"(?:{self.sequence(list(inner))})"
        limit = "" if most is _parser.MAXREPEAT or most > _COUNTED else str(int(most))
        return f"{body}{{{min(int(least), _COUNTED)},{limit}}}"


def _is_look(item: Any, direction: int) -> bool:
    op, value = item
    return str(op) in ("ASSERT", "ASSERT_NOT") and value[0] == direction


def _edge(item: Any, limit: str) -> str:
    """A lookaround of one character as that character, or the end of the text; "" where it must be
    dropped."""
    op, (_, inner) = item
    if len(inner) != 1:
        return ""
    inner_op, value = inner[0]
    negative = str(op) == "ASSERT_NOT"
    if str(inner_op) == "LITERAL":
        return f"(?:{limit}|[^{_char(value)}])" if negative else f"[{_char(value)}]"
    if str(inner_op) != "IN":
        return ""
    negated, body, exact = _char_class(value)
    if not negative:
        return f"[{'^' * negated}{body}]"
    return f"(?:{limit}|[{'^' * (not negated)}{body}])" if exact else ""


def _char(code: int) -> str:
    return f"\\x{{{code:x}}}"


def _char_class(items: Iterable[Any]) -> tuple[bool, str, bool]:
    """Whether a class is negated, the inside of its brackets, and whether it is exact rather than wider."""
    parts = [(str(op), value) for op, value in items]
    negated = bool(parts) and parts[0][0] == "NEGATE"
    parts = parts[negated:]
    inverse = [str(value) for op, value in parts if op == "CATEGORY" and "_NOT_" in str(value)]
    if not inverse:
        return negated, "".join(_member(op, value) for op, value in parts), True
    whole = inverse[0].replace("_NOT_", "_")
    if len(parts) == 1:
        return not negated, "".join(_ATOMS[whole]), True
    if not negated or len(inverse) > 1:
        return False, "\\x{0}-\\x{10ffff}", False
    return _difference(_ATOMS[whole], [part for part in parts if "_NOT_" not in str(part[1])])


def _difference(atoms: tuple[str, ...], taken: list[tuple[str, Any]]) -> tuple[bool, str, bool]:
    """The class of the atoms without what is taken from them: ``[^\\W\\d_]`` is letters without digits and
    underscore."""
    away = {
        atom
        for op, value in taken
        for atom in (_ATOMS[str(value)] if op == "CATEGORY" else (_member(op, value),))
    }
    escapes = {"\\x{a}": "\\n", "\\x{9}": "\\t", "\\x{d}": "\\r"}
    away = {escapes.get(atom, atom) for atom in away}
    return False, "".join(atom for atom in atoms if atom not in away), away <= set(atoms)


def _member(op: str, value: Any) -> str:
    if op == "LITERAL":
        return _char(value)
    if op == "RANGE":
        return f"{_char(value[0])}-{_char(value[1])}"
    if op == "CATEGORY" and str(value) in _ATOMS:
        return "".join(_ATOMS[str(value)])
    raise _Unknown
