"""The texts in a narrative's XHTML, each with where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from beam_phi.library.words import word_set

#: How a text is written: with entities; without, in a comment or CDATA section; as what is no XHTML at all.
ESCAPED, BARE, BROKEN = 0, 1, 2

# Of XHTML, which has them in lower case: what has any other name may be anything.
_ELEMENTS = (
    "abbr|acronym|address|area|article|aside|a|bdo|big|blockquote|body|br|b|caption|center|cite|code|colgroup|"
    "col|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|head|hr|html|img|ins|i|"
    "kbd|label|li|main|map|mark|nav|object|ol|pre|p|q|samp|section|small|span|strike|strong|style|sub|summary|"
    "sup|s|table|tbody|td|tfoot|thead|th|title|tr|tt|ul|u|var|wbr"
)
_ATTRIBUTES = (
    "abbr|accesskey|align|alt|aria-(?:hidden|label)|axis|background|bgcolor|border|cellpadding|cellspacing|char|charoff|"
    "cite|class|color|cols|colspan|content|coords|datetime|dir|face|for|frame|headers|height|href|"
    "hreflang|hspace|id|label|lang|longdesc|media|name|noshade|nowrap|rel|rev|role|rowspan|rules|scope|shape|"
    "size|span|src|start|style|summary|tabindex|target|title|type|usemap|valign|value|vspace|width|"
    "xml:(?:lang|space|id)|xmlns(?::[a-z]{1,8})?|xlink:href"
)
_TOKEN = re.compile(
    rf"""
      <!--(?P<comment>.*?)-->
    | <!\[CDATA\[(?P<cdata>.*?)\]\]>
    | <\?(?P<instruction>.*?)\?>
    | <(?P<tag>/?(?:{_ELEMENTS})(?:\s++(?i:{_ATTRIBUTES})\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+\s*+/?)>
    | (?P<text>[^<]++)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s++([A-Za-z][\w:-]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
# Attributes that are about the looks of a text.
_LOOKS = word_set(
    "align bgcolor border cellpadding cellspacing class colspan dir height lang rowspan rules "
    "scope span style type valign width xmlns xml:lang xml:space frame axis char charoff "
    "nowrap"
)
# What is not of the form that such a value has is a text like any other.
_CODE = re.compile(r"[\w#%.:/-]{0,64}", re.ASCII)
_STYLE = re.compile(
    r"(?:\s*+[a-z-]++\s*+:(?:\s*+(?:#?[0-9a-f.]++(?:px|em|pt|%)?+|[a-z-]++))++\s*+(?:;|\Z))*+\s*+"
)
_MAX_STYLE = 256
_NUMBER = re.compile(r"[0-9]{6}")
# Values that say nothing but how it looks. Any other, and the name of a class, may be somebody's name.
_LITERAL = re.compile(
    r"[0-9.]{1,6}(?:px|em|pt|%)?|#[0-9A-Fa-f]{3,6}|[a-z]{2}(?:-[A-Z]{2})?|left|right|center|justify|top|middle|bottom"
    r"|baseline|ltr|rtl|auto|all|none|groups|rows|cols|void|box|border|row|col|rowgroup|colgroup|default|preserve"
    r"|disc|circle|square|text/css|http://www\.w3\.org/1999/xhtml"
)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of a narrative that are a text.

    form: how it is written. attribute: the name of the attribute it is the value of, or "". is_code: True for
    what has the form of a value that says how it looks, or of the name of a class: it is no word of a text.
    """

    start: int
    end: int
    form: int = ESCAPED
    attribute: str = ""
    is_code: bool = False


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
                name = match[1].lower()
                looks = _is_look(name, match[group])
                if match[group].strip() and not (looks and _is_literal(name, match[group])):
                    start, end = match.span(group)
                    found.append(Text(begin + start, begin + end, ESCAPED, name, looks))
            continue
        kind = token.lastgroup
        assert kind is not None
        if token[kind].strip():
            found.append(Text(token.start(kind), token.end(kind), ESCAPED if kind == "text" else BARE))
    return found


def _is_look(name: str, value: str) -> bool:
    if name not in _LOOKS or _NUMBER.search(value):
        return False
    if name == "style":
        return len(value) <= _MAX_STYLE and _STYLE.fullmatch(value) is not None
    return _CODE.fullmatch(value) is not None


def _is_literal(name: str, value: str) -> bool:
    return name == "style" or _LITERAL.fullmatch(value) is not None


def decode(raw: str, form: int) -> str:
    """The text that stands there, its entities resolved. What is no XHTML may have some, too."""
    return raw if form == BARE else html.unescape(raw)


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
