"""Is a file JSON? Judged by how it begins; whether all of it is valid is found when it is read."""

from __future__ import annotations

import re

from beam_phi.formats.json.grammar import NUMBER_TEXT

_SCALAR = rb'(?:"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"|' + NUMBER_TEXT.encode() + rb"|true|false|null)"
# An object with a first member; an array of objects, arrays, or several scalars ("[1] Smith" is none).
_OBJECT = rb'\{\s*(?:"(?:[^"\\\x00-\x1f]|\\.)*(?:"\s*(?::|\Z)|\Z)|\}|\Z)'
_BEGINNING = re.compile(
    rb"\s*(?:" + _OBJECT + rb"|\[\s*(?:" + _OBJECT + rb"|\[\s*[\[{\"\-0-9tfn\]]|\]\s*\Z|"
    rb'"[^"\\\x00-\x1f]*\Z|' + _SCALAR + rb"\s*(?:,|\]\s*\Z|\Z)))"
)


def looks_like_json(head: bytes) -> bool:
    """True if a file that begins with these inner bytes is an object, an array, or lines of objects."""
    return _BEGINNING.match(head) is not None
