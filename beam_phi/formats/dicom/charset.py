"""Specific Character Set (PS3.5 section 6.1, PS3.3 C.12.1.1.2): decoding, splitting and encoding of text.

Built on pydicom's tables and Python's codecs. Text whose declaration is wrong or missing is still decoded,
without loss, and can be written back as it was.
"""

from __future__ import annotations

import re
from functools import lru_cache

# pydicom.charset registers the ISO IR codecs that Python lacks.
from pydicom.charset import CODES_TO_ENCODINGS, ENCODINGS_TO_CODES, python_encoding

from beam_phi.identity.undeclared import AS_BYTES, letters

_ESCAPE = re.compile(rb"(?=\x1b)")
_DELIMITED = re.compile(r"([\\^=\r\n\t\f]+)")
_SELF_CONTAINED = ("iso2022_jp", "iso2022_jp_2")
_TWO_BYTE_G0 = (b"\x1b$B", b"\x1b$@", b"\x1b$(D")
_FALLBACKS = ("utf-8", "latin-1")


class CharacterSet:
    """The character repertoire in force in a data set.

    extended: True if text bytes below 0x80 may be other than ASCII (code extensions by escape sequences).
    """

    def __init__(self, declared: bytes) -> None:
        terms = [term.strip() for term in declared.decode("latin-1").split("\\")]
        self._codecs = [python_encoding.get(term, "") for term in terms]
        if not self._codecs[0]:
            self._codecs[0] = "ascii"
        if self._codecs[0] == "iso8859":
            self._codecs[0] = "ascii"
        self._codecs = [codec for codec in self._codecs if codec]
        self.extended = len(terms) > 1 or terms[0].startswith("ISO 2022")

    def decode(self, raw: bytes) -> str:
        """The text, whatever was declared."""
        return self._decode(raw)[0]

    def split(self, raw: bytes) -> list[bytes]:
        """The values of an element: a backslash byte inside a multi-byte character parts nothing."""
        pieces = raw.split(b"\\")
        if (raw.isascii() and not self.extended) or (b"\x1b" not in raw and self._decode(raw)[1]):
            return pieces  # what is not in the declared set has no multi-byte characters that we know of
        values: list[bytes] = []
        open_ = b""
        for piece in pieces:
            open_ += piece
            if self._complete(open_):
                values.append(open_)
                open_ = b""
            else:
                open_ += b"\\"
        return [*values, open_[:-1]] if open_ else values

    def encode(self, text: str, original: bytes = b"") -> bytes | None:
        """The text as bytes; None if it can't be written.

        original: the value it replaces. If that was not in the declared character set, its own encoding will
            do.
        """
        if text.isascii():
            return text.encode("ascii")
        for codec in (*self._codecs[:1], self._decode(original)[1]):
            raw = _strict(codec, text) if codec else None
            if raw is not None and b"\x1b" not in raw and self._decode(raw)[0] == text:
                return raw
        raw = self._extend(text) if self.extended else None
        return raw if raw is not None and self.decode(raw) == text else None

    def _complete(self, raw: bytes) -> bool:
        """True if `raw` ends outside a multi-byte character."""
        escapes = _ESCAPE.split(raw)
        if escapes[-1].startswith(_TWO_BYTE_G0):
            return False
        try:
            self._decode_declared(raw)
        except (UnicodeDecodeError, LookupError):
            return False
        return True

    def _decode(self, raw: bytes) -> tuple[str, str]:
        """The text and the codec that decoded it, "" for that of the declaration."""
        try:
            return self._decode_declared(raw), ""
        except (UnicodeDecodeError, LookupError):
            pass
        for codec in _FALLBACKS[:-1]:
            try:
                return raw.decode(codec), codec
            except UnicodeDecodeError:
                continue
        return letters(raw), _FALLBACKS[-1]

    def _decode_declared(self, raw: bytes) -> str:
        if b"\x1b" not in raw or not self.extended:
            return raw.decode(self._codecs[0])
        first, *rest = _ESCAPE.split(raw)
        return first.decode(self._codecs[0]) + "".join(_fragment(piece) for piece in rest)

    def _extend(self, text: str) -> bytes | None:
        """Encode with escapes: each stretch between delimiters in the first declared set that has it all."""
        parts: list[bytes] = []
        for stretch in _DELIMITED.split(text):
            if stretch.isascii():
                parts.append(stretch.encode("ascii"))
                continue
            for codec in self._codecs:
                raw = _strict(codec, stretch)
                if raw is not None:
                    escaped = codec in _SELF_CONTAINED or codec == self._codecs[0]
                    parts.append(raw if escaped else ENCODINGS_TO_CODES.get(codec, b"") + raw)
                    break
            else:
                return None
        return b"".join(parts)


def _strict(codec: str, text: str) -> bytes | None:
    try:
        return (text.translate(AS_BYTES) if codec == _FALLBACKS[-1] else text).encode(codec)
    except (UnicodeEncodeError, LookupError):
        return None


def _fragment(raw: bytes) -> str:
    """Decode a stretch that begins with an escape sequence. Raises UnicodeDecodeError or LookupError."""
    for length in (3, 4):
        codec = CODES_TO_ENCODINGS.get(raw[:length])
        if codec in _SELF_CONTAINED:
            return raw.decode(codec)
        if codec:
            return raw[length:].decode(codec)
    raise LookupError("unknown escape sequence")


@lru_cache(maxsize=256)
def character_set(declared: bytes) -> CharacterSet:
    """The shared CharacterSet for a raw value of (0008,0005)."""
    return CharacterSet(declared)
