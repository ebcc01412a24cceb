"""The texts in a narrative's XHTML, each with where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from beam_phi.formats.fhir.table import word_set

#: How a text is written: with entities; without, in a comment or CDATA section; as what is no XHTML at all.
ESCAPED, BARE, BROKEN = 0, 1, 2

_TOKEN = re.compile(
    r"""
      <!--(?P<comment>.*?)-->
    | <!\[CDATA\[(?P<cdata>.*?)\]\]>
    | <\?(?P<instruction>.*?)\?>
    | <(?P<tag>[!/]?[A-Za-z](?:[^<>"']|"[^"]*+"|'[^']*+')*+)>
    | (?P<text>[^<]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Attributes that are about the looks of a text.
_LOOKS = word_set(
    "align bgcolor border cellpadding cellspacing class colspan dir height lang rowspan rules "
    "scope span style type valign width xmlns xml:lang xml:space frame axis char charoff "
    "nowrap"
)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of a narrative that are a text.

    form: how it is written. attribute: the name of the attribute it is the value of, or "".
    """

    start: int
    end: int
    form: int = ESCAPED
    attribute: str = ""


def texts(div: str) -> list[Text]:
    """All texts of a narrative that are not blank. What is no XHTML is one text as a whole."""
    found: list[Text] = []
    at = 0
    while at < len(div):
        token = _TOKEN.match(div, at)
        if token is None:
            return [Text(0, len(div), BROKEN)]
        at = token.end()
        if token["tag"] is not None:
            begin = token.start("tag")
            for match in _ATTRIBUTE.finditer(token["tag"]):
                group = 2 if match[2] is not None else 3
                if match[1].lower() not in _LOOKS and match[group].strip():
                    name = match[1].lower()
                    found.append(Text(begin + match.start(group), begin + match.end(group), ESCAPED, name))
            continue
        kind = token.lastgroup
        assert kind is not None
        if token[kind].strip():
            found.append(Text(token.start(kind), token.end(kind), ESCAPED if kind == "text" else BARE))
    return found


def decode(raw: str, form: int) -> str:
    """The text that stands there, its entities resolved."""
    return html.unescape(raw) if form == ESCAPED else raw


def encode(text: str, form: int) -> str:
    """How a text is written there. In a comment or CDATA section nothing in it may be what ends that."""
    if form == ESCAPED:
        return html.escape(text)
    if form == BARE:
        return text.replace(">", " ").replace("--", "- ").removesuffix("-")
    return text


_ENCODERS = {form: partial(encode, form=form) for form in (ESCAPED, BARE, BROKEN)}


def encoder(form: int) -> Callable[[str], str]:
    """The function that writes a text of a form."""
    return _ENCODERS[form]
