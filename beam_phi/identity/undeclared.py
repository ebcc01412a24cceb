"""Text in a character set that nobody declared: its bytes read as letters, and what they say in others."""

from __future__ import annotations

from collections.abc import Iterator

# In text of an unknown character set a byte that would be a sign or a control character in Latin-1 may be
# part of a letter: it is read as a letter without case, so that names stay whole words.
_AS_LETTERS = {code: 0x1400 + code for code in range(0x80, 0x100) if not chr(code).isalpha()}
#: The way back, for str.translate().
AS_BYTES = {letter: code for code, letter in _AS_LETTERS.items()}
#: What is used without being declared: by the web, by old DOS and Mac programs, in East Asia.
_OTHERS = ("utf-8", "cp437", "cp850", "mac-roman", "gb18030", "shift-jis", "euc-kr", "big5")
#: Of longer text only UTF-8 is tried: it is the one that other text is not mistaken for.
_LONGEST = 10_240


def letters(raw: bytes) -> str:
    """The bytes as Latin-1, those that are no letters there as letters of no alphabet in use."""
    return raw.decode("latin-1").translate(_AS_LETTERS)


def bytes_of(text: str) -> bytes | None:
    """The bytes of a text that :func:`letters` or Latin-1 read, or Windows's own Latin-1; None if it is
    neither."""
    for codec in ("latin-1", "cp1252"):
        try:
            return text.translate(AS_BYTES).encode(codec)
        except UnicodeEncodeError:
            continue
    return None


def other_readings(text: str) -> Iterator[tuple[str, list[int]]]:
    """What a text says if its bytes are in another character set than it was read in, with the number of
    original characters that each character of the reading stands for."""
    raw = None if text.isascii() else bytes_of(text)
    if raw is None:
        return
    for codec in _OTHERS if len(raw) <= _LONGEST else _OTHERS[:1]:
        try:
            read = raw.decode(codec)
            sizes = [1 if c.isascii() else len(c.encode(codec)) for c in read]
        except UnicodeError:
            continue
        if read != text and sum(sizes) == len(text):
            yield read, sizes
