"""How texts are compared: numbers as numbers, else the whole text, else word by word.

The benchmark's script takes words from a natural language toolkit. Here a word is what stands between blanks
and the marks that such a toolkit parts words at, and, beside a word with ``^ = _`` or a backslash in it,
each of its pieces. Stop words are a part of the toolkit's list. So whatever word it looks for is looked for
here, but for quotation marks and full stops at a word's edge; more than it looks for may be.
"""

from __future__ import annotations

import re

#: Words that say nothing of what a text tells; a part of the usual English list.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all am an and any are as at be been before both but by can d did do does for from had
        has have he her here him his how i if in into is it its just m me more most my no nor not now o of
        off on once only or our out over own s same she so some such t than that the their them then there
        these they this those through to too under until up very was we were what when where which while
        who whom why will with y you your
        """,
    )
)

_MARKS = re.compile(r"""[\s\[\](){};@#$%&?!"'“”\u2018\u2019`•…*+|~]+|--+|\.{3,}|[,:](?=\D|$)""")
_JOINTS = re.compile(r"[\^=\\_]")
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


def words(text: str) -> list[str]:
    """The telling words of a text, in small letters, none of them twice."""
    found: dict[str, None] = {}
    for raw in _MARKS.split(_plain(text)):
        for word in (raw, *_JOINTS.split(raw)):
            word = word.rstrip(".,:")
            if any(map(str.isalnum, word)) and word not in STOP_WORDS:
                found[word] = None
    return list(found)


def kept_share(found: str, asked: str) -> float | None:
    """How much of the asked text is in the found one, 0 to 1; None if there is nothing to look for."""
    found, asked = _plain(found), _plain(asked)
    if _NUMBER.fullmatch(found) and _NUMBER.fullmatch(asked):
        return float(float(found) == float(asked))
    if asked in found:
        return 1.0 if asked else None
    looked_for = words(asked)
    if not looked_for:
        return None
    return sum(word in found for word in looked_for) / len(looked_for)


def _plain(text: str) -> str:
    """The brackets of the key mean nothing in a text."""
    return text.replace("<", "").replace(">", "").lower()
