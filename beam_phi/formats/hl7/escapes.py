r"""Escape sequences: what stands in a message for characters that have a meaning of their own.

``\F\ \S\ \T\ \R\ \E\ \P\`` are the delimiters, ``\Xhh..\`` bytes, ``\.br\`` a line break. All other sequences
(highlighting ``\H\ \N\``, formatting ``\.sp2\``, character sets ``\Cxxyy\ \Mxxyyzz\``, local ``\Z..\``) are
left in the text as they stand, and come out again as they went in; but not highlighting within a word, which
a reader sees as one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.formats.document import Unfit
from beam_phi.formats.hl7.delimiters import Delimiters

#: Sequences of formatting that stay in the text; those that are decoded are none of them.
_KEPT = r"H|N|\.(?:sp|sk|in|ti|fi|nf|ce)[+-]?[0-9]*|Z[^{0}\r\n]*|C[0-9A-Fa-f]{{4}}|M[0-9A-Fa-f]{{4,6}}"
# Controls that must not stand in a message: they would end a segment or a frame, or shift a character set.
_CONTROLS = r"[\x01-\x08\x0b-\x1f\x7f]"


class Escapes:
    """Decodes and encodes values by the delimiters and the codec of one message."""

    def __init__(self, delimiters: Delimiters, codec: str) -> None:
        self._codec = codec
        self._mark = delimiters.escape
        levels = {
            "F": delimiters.field,
            "S": delimiters.component,
            "T": delimiters.subcomponent,
            "R": delimiters.repetition,
            "E": delimiters.escape,
            "P": delimiters.truncation,
        }
        self._characters = {name: character for name, character in levels.items() if character}
        mark = re.escape(self._mark)
        self._sequence = re.compile(f"{mark}([^{mark}]*){mark}") if mark else None
        self._within = re.compile(rf"(?<=\w){mark}[HN]{mark}(?=\w)")
        special = "".join(map(re.escape, self._characters.values()))
        self._special = re.compile(rf"\r\n|[\r\n]|{_CONTROLS}|[{special}]")
        kept = _KEPT.format(mark) if mark else r"(?!)"
        self._kept = re.compile(f"{mark}(?:{kept}){mark}")
        self._names = {character: name for name, character in self._characters.items()}

    def decode(self, raw: str) -> str:
        """The text that a raw value stands for."""
        if self._sequence is None or self._mark not in raw:
            return raw
        text = self._sequence.sub(self._character, raw)
        return self._within.sub("", text) if self._mark in text else text

    def encode(self, text: str) -> str:
        """A raw value for a text; any line break becomes ``\\.br\\``.

        Raises Unfit for NUL, and for what needs an escape sequence in a message that has no escape character.
        """
        if "\0" in text:
            raise Unfit("the replacement holds a NUL character")
        if self._special.search(text) is None:
            return text
        if not self._mark:
            raise Unfit("the replacement holds a delimiter, and the message has no escape character")
        pieces: list[str] = []
        end = 0
        for kept in self._kept.finditer(text):
            if self._special.search(kept[0][1:-1]):
                continue  # a delimiter in it would part it
            pieces += (self._special.sub(self._escaped, text[end : kept.start()]), kept[0])
            end = kept.end()
        pieces.append(self._special.sub(self._escaped, text[end:]))
        return "".join(pieces)

    def _character(self, sequence: re.Match[str]) -> str:
        body = sequence[1]
        if body in self._characters:
            return self._characters[body]
        if body == ".br":
            return "\n"
        if body.startswith("X") and len(body) > 1:
            try:
                return bytes.fromhex(body[1:]).decode(self._codec)
            except ValueError:
                return sequence[0]
        return sequence[0]

    def _escaped(self, found: re.Match[str]) -> str:
        character = found[0]
        name = self._names.get(character)
        if name is None:
            name = ".br" if character in ("\r\n", "\r", "\n") else f"X{ord(character):02X}"
        return f"{self._mark}{name}{self._mark}"


@lru_cache(maxsize=256)
def escapes(delimiters: Delimiters, codec: str) -> Escapes:
    """The escapes of messages with these delimiters and this codec."""
    return Escapes(delimiters, codec)
