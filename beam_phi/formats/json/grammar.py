"""The grammar of JSON (RFC 8259) on bytes: tokens as regular expressions, strings read and written.

All patterns are possessive, so that none of them ever looks at a byte twice.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from beam_phi.formats.document import FormatError

_BLANK = rb"[ \t\r\n]*+"
_ESCAPE = rb'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_INNER = rb'(?:[^"\\\x00-\x1f]++|' + _ESCAPE + rb")*+"
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
# What a value is: the inside of a string, a number, a literal; or the beginning of an object or array, which
# is longer than one byte if that is empty.
_LEAF = rb'"(' + _INNER + rb')"|(' + _NUMBER + rb")|(true|false|null)"
_OPENER = rb"(\{" + _BLANK + rb"\}|\[" + _BLANK + rb"\]|[{\[])"
_NAME = _BLANK + rb'"(' + _INNER + rb')"' + _BLANK + rb":" + _BLANK

#: Where a JSON number stands alone.
NUMBER_TEXT = _NUMBER.decode()
BLANK = re.compile(_BLANK)
NUMBER = re.compile(_NUMBER)
STRING = re.compile(rb'"(' + _INNER + rb')"')
#: A value by itself. Groups: string, number, literal, opener.
VALUE = re.compile(_BLANK + rb"(?:" + _LEAF + rb"|" + _OPENER + rb")")
#: The name of a member and the colon. Group: the name.
NAME = re.compile(_NAME)
#: A member of an object with what follows it. Groups: name, string, number, literal, separator, opener.
MEMBER = re.compile(_NAME + rb"(?:(?:" + _LEAF + rb")" + _BLANK + rb"([,}])|" + _OPENER + rb")")
#: An element of an array with what follows it. Groups: string, number, literal, separator, opener.
ELEMENT = re.compile(_BLANK + rb"(?:(?:" + _LEAF + rb")" + _BLANK + rb"([,\]])|" + _OPENER + rb")")
#: What follows a value in an object, and in an array.
AFTER_MEMBER = re.compile(_BLANK + rb"([,}])")
AFTER_ELEMENT = re.compile(_BLANK + rb"([,\]])")

# Up to and with the next bracket that is in no string.
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])', re.DOTALL)
#: One escaped character of a string, or several that take as many bytes each.
ALIKE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
    r"|([\x00-\x5b\x5d-\x7f]++|[\x80-\u07ff]++|[\u0800-\uffff]++|[\U00010000-\U0010ffff]++)"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# What a reader shows in the place of half a character.
_REPLACEMENT = "\ufffd"


def unquote(inner: bytes) -> str:
    """The text of a string, given what stands between its quotes.

    Half a surrogate pair, which is no character, becomes U+FFFD. Raises FormatError ``bad-encoding`` or
    ``bad-syntax``.
    """
    try:
        text = inner.decode()
    except UnicodeDecodeError:
        raise FormatError("bad-encoding", "a string is not UTF-8") from None
    if "\\" not in text:
        return text
    try:
        return _LONE_SURROGATE.sub(_REPLACEMENT, json.loads(f'"{text}"'))
    except ValueError:
        # Python before 3.11.5 lets some escapes through that are none.
        raise FormatError("bad-syntax", "a string has an escape that is none") from None


def escape(text: str) -> str:
    """What stands for a text between the quotes of a string: escaped where JSON demands it."""
    if _LONE_SURROGATE.search(text):
        return json.dumps(text)[1:-1]
    return json.dumps(text, ensure_ascii=False)[1:-1]


class RawOffsets:
    """At which bytes the characters of a value begin that is written in another way than it reads.

    Kept are only the runs of characters that are written alike: in each of them, all take the same bytes.

    written: the value as it is written. alike: matches what stands for one character, or, as its group, a
    run. codec: how what is written becomes bytes.
    """

    __slots__ = ("_chars", "_raw", "_sizes", "_total")

    def __init__(self, written: str, alike: re.Pattern[str], codec: str = "utf-8") -> None:
        self._chars: list[int] = []
        self._raw: list[int] = []
        self._sizes: list[int] = []
        at = raw = 0
        for found in alike.finditer(written):
            length = 1 if found.lastindex is None else len(found[0])
            size = len(found[0].encode(codec))
            self._chars.append(at)
            self._raw.append(raw)
            self._sizes.append(size // length)
            at += length
            raw += size
        self._total = raw

    def at(self, offset: int) -> int:
        """The byte at which the character at `offset` begins; behind the last one, the end."""
        run = bisect_right(self._chars, offset) - 1
        if run < 0:
            return 0
        return min(self._raw[run] + (offset - self._chars[run]) * self._sizes[run], self._total)


def end_of_brackets(data: bytes, at: int) -> int:
    """Where the object or array that begins at `at` ends, its contents not checked; -1 if it never does."""
    depth = 0
    match = _BRACKET.match(data, at)
    while match:
        depth += 1 if match[1] in b"{[" else -1
        if depth <= 0:
            return match.end()
        match = _BRACKET.match(data, match.end())
    return -1
