"""The character set of a message (MSH-18, HL7 table 0211), and its text.

A message is decoded whole and strictly: what might be read in two ways is refused, since a name that is read
wrongly is not found. The text must give the very bytes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from beam_phi.formats.document import FormatError

#: Names in MSH-18 -> Python codecs: those of table 0211, and some that are written instead.
CODECS: Mapping[str, str] = MappingProxyType(
    {
        "": "ascii",
        "ASCII": "ascii",
        "ISO IR6": "ascii",
        **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))},
        "UNICODE": "utf-8",
        "UNICODE UTF-8": "utf-8",
        "UTF-8": "utf-8",
        "UTF8": "utf-8",
        **{f"ISO-8859-{part}": f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))},
        "ISO IR87": "iso2022_jp_2",
        "ISO IR159": "iso2022_jp_2",
        "GB 18030-2000": "gb18030",
        "KS X 1001": "euc_kr",
        "BIG-5": "big5",
    }
)
#: MSH-18 by its index among the parts between field separators (MSH-1 is the first separator).
_MSH_18 = 17
_UTF_16 = re.compile(r"UNICODE UTF-?(?:16|32)")
_C1 = re.compile("[\x80-\x9f]")


def read_text(raw: bytes, declared: str | None) -> tuple[str, str]:
    """The text of a message and the codec that gives its bytes back.

    declared: the first character set of MSH-18, None where the file's own form (a byte order mark, UTF-16)
        says that it is Unicode.

    Without a declaration, and as ASCII, UTF-8 is read where the bytes are such. Raises FormatError
    ``bad-encoding`` for bytes of no known or of another set than declared.
    """
    codec = "utf-8" if declared is None or _UTF_16.fullmatch(declared) else CODECS.get(declared)
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii"), codec or "ascii"
    if codec is None:
        raise FormatError("bad-encoding", "a message declares an unknown character set")
    if codec == "ascii":
        codec = "utf-8"
    try:
        text = raw.decode(codec)
        same = text.encode(codec) == raw
    except UnicodeError:
        same = False
    if not same:
        raise FormatError("bad-encoding", "a message is not in the character set it declares")
    if "\x1b" in text or (codec.startswith("iso8859") and (_C1.search(text) or _is_utf_8(raw))):
        raise FormatError("bad-encoding", "a message seems to be in another character set than it declares")
    return text, codec


def declared_set(header: bytes) -> str:
    """The first character set of MSH-18, "" for none. header: an MSH segment without its line end."""
    separator = header[3:4]
    values = header.split(separator, _MSH_18 + 1)
    if len(values) <= _MSH_18:
        return ""
    characters = values[1]
    first = values[_MSH_18].split(characters[1:2])[0] if len(characters) > 1 else values[_MSH_18]
    name = first.decode("ascii", "replace").strip().upper()
    return "" if name == '""' else name


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
