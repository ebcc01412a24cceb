"""Texts that are encoded once more (base64, hex digits, percent signs, entities, markup, NULs between the
letters): what they say, and where what is found in that stands."""

from __future__ import annotations

import base64
import binascii
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from html.entities import html5
from typing import NamedTuple

from beam_phi.matching.base import Finding

#: Encoded text inside encoded text is read so deep.
_DEPTH = 3
#: Readings of so many texts up to so many characters are remembered: each is searched for several things.
_REMEMBERED, _SHORT = 2048, 200
#: Marks between letters that part no words.
_INLINE = r"(?:a|abbr|b|big|em|font|i|mark|s|small|span|strike|strong|sub|sup|tt|u)"
_SIGNS = r"[%&<=\\\0]"
#: What all escapes begin with; most texts have none of it.
_SIGN = re.compile(_SIGNS)
_ESCAPED = re.compile(
    rf"(?={_SIGNS})(?:"
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<quoted>(?:=[89A-F][0-9A-F])+)"
    r"|(?P<escaped>(?:\\x[0-9A-Fa-f]{2})+)"
    r"|\\u(?P<code>[0-9A-Fa-f]{4})"
    r"|&(?:\#(?P<decimal>[0-9]{1,7})|\#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<entity>[A-Za-z][A-Za-z0-9]{1,31}));"
    rf"|(?P<inline></?{_INLINE}(?:\s[^<>]{{0,500}})?/?>|\0|=\r?\n)"
    r"|(?P<block></?[A-Za-z][^<>]{0,500}>))"
)
# A prefix of what reads as base64 may belong to what stands before it, so a run has to begin with a word.
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/]{40,}\r?\n)*[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?([0-9A-Fa-f]{2}(?:[ :-]?[0-9A-Fa-f]{2}){4,})(?![0-9A-Za-z])")
_NO_CONTROL = re.compile(r"[^\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]+")


class Part(NamedTuple):
    """A part of a reading: where it begins there, the original span that it stands for, and whether it is a
    copy of that, letter by letter."""

    at: int
    start: int
    end: int
    copied: bool


class Reading:
    """What a text says.

    parts: all of the reading, in order.
    """

    def __init__(self, text: str, parts: list[Part]) -> None:
        self.text = text
        self._parts = parts

    def span(self, place: int) -> tuple[int, int]:
        """The original span that a character of the reading stands for."""
        part = self._parts[bisect_right(self._parts, place, key=_at) - 1]
        if not part.copied:
            return part.start, part.end
        start = part.start + place - part.at
        return start, start + 1


class Written:
    """What was found in a text as it is written."""

    def __init__(self, found: Collection[Finding]) -> None:
        self._found = found

    @cached_property
    def _places(self) -> set[tuple[str, int]]:
        return {(each.data_class, place) for each in self._found for place in range(each.start, each.end)}

    def shows(self, span: tuple[int, int], data_class: str) -> bool:
        """True if a character's span is a part of findings of the data class."""
        return (data_class, span[0]) in self._places and (data_class, span[1] - 1) in self._places


def _at(part: Part) -> int:
    return part.at


def find_in_readings(
    text: str, find: Callable[[str], Collection[Finding]], written: Written, depth: int = _DEPTH
) -> Iterator[Finding]:
    """What is found in the readings of a text and not in the text as it is `written`, by its place there.

    A finding in base64 or hex digits is the whole run. Its ``value`` is what it reads.
    """
    for reading in readings(text):
        inside = find(reading.text)
        yield from located(reading, inside, written)
        if depth > 1:
            deeper = find_in_readings(reading.text, find, Written(inside), depth - 1)
            yield from located(reading, deeper, written)


def located(reading: Reading, findings: Iterable[Finding], written: Written) -> Iterator[Finding]:
    """Findings of a reading by their place in the original text, but those that are `written` there, too."""
    for finding in findings:
        places = range(finding.start, finding.end)
        letters = (reading.span(place) for place in places if reading.text[place].isalnum())
        if not all(written.shows(span, finding.data_class) for span in letters):
            start, end = reading.span(finding.start)[0], reading.span(finding.end - 1)[1]
            yield finding._replace(start=start, end=end, value=finding.of(reading.text))


def readings(text: str) -> Iterable[Reading]:
    """What a text says beside its letters: with its escapes resolved, and in each run of base64 or hex."""
    return _remembered(text) if len(text) <= _SHORT else _readings(text)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(text: str) -> tuple[Reading, ...]:
    return tuple(_readings(text))


def _readings(text: str) -> Iterator[Reading]:
    if _SIGN.search(text):
        yield from _unescaped(text)
    for match in _BASE64.finditer(text):
        if _is_mixed(match[0]):
            yield from _run(_from_base64(match[0]), match.span())
    for match in _HEX.finditer(text):
        yield from _run(_from_hex(match[1]), match.span())


def by_sizes(text: str, sizes: Iterable[int]) -> Reading:
    """The reading whose characters stand for so many original ones each."""
    parts: list[Part] = []
    start = 0
    for at, size in enumerate(sizes):
        if size > 1 or not parts or not parts[-1].copied:
            parts.append(Part(at, start, start + size, copied=size == 1))
        start += size
    return Reading(text, parts)


# -- escapes ---------------------------------------------------------------------------------------


def _unescaped(text: str) -> Iterator[Reading]:
    pieces: list[str] = []
    parts: list[Part] = []
    at = end = 0
    for match in _ESCAPED.finditer(text):
        meant = _meant(match)
        if meant is None:
            continue
        start = match.start()
        pieces += (text[end:start], meant)
        parts.append(Part(at, end, start, copied=True))
        at += start - end
        parts.append(Part(at, start, match.end(), copied=False))
        at += len(meant)
        end = match.end()
    if parts:
        parts.append(Part(at, end, len(text), copied=True))
        yield Reading("".join([*pieces, text[end:]]), parts)


def _meant(match: re.Match[str]) -> str | None:
    """What an escape stands for; None if it is none."""
    kind = match.lastgroup
    value = match[kind] if kind else ""
    match kind:
        case "percent" | "quoted":
            return _text(bytes.fromhex(value.replace("%", "").replace("=", "")))
        case "escaped":
            return _text(bytes.fromhex(value.replace("\\x", "")))
        case "decimal":
            return _character(int(value))
        case "hex" | "code":
            return _character(int(value, 16))
        case "entity":
            return html5.get(value + ";")
        case "inline":
            return ""
        case _:
            return " "


def _character(code: int) -> str | None:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None


# -- runs ------------------------------------------------------------------------------------------


def _run(meant: str | None, span: tuple[int, int]) -> Iterator[Reading]:
    if meant:
        yield Reading(meant, [Part(0, *span, copied=False)])


def _is_mixed(run: str) -> bool:
    """True for a run that is no word and no number: text in base64 has letters of both cases, or digits."""
    return not (run[1:].islower() and run.isalpha()) and not run.isupper() and not run.isdecimal()


def _from_base64(run: str) -> str | None:
    letters = "".join(run.split()).rstrip("=").translate(_URL_SAFE)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return _text(base64.b64decode(letters + "=" * (-len(letters) % 4)))
    except binascii.Error:
        return None


def _from_hex(digits: str) -> str | None:
    bare = re.sub(r"[ :-]", "", digits)
    return _text(bytes.fromhex(bare))


def _text(raw: bytes) -> str | None:
    """The bytes as text, None if they are none; NULs between the letters are left to the next reading."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        if 4 * sum(map(str.isascii, text)) < 3 * len(text):
            return None  # letters by chance
    return text if _NO_CONTROL.fullmatch(text) else None


_URL_SAFE = str.maketrans("-_", "+/")
