"""HTML that can't be injected into: text is escaped unless a function of this module made it."""

from __future__ import annotations

import re
from html import escape

# What HTML forbids in text: control characters and halves of surrogate pairs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Elements without content, and so without an end.
_VOID = frozenset({"img"})


class Html(str):
    """Markup made by this module, safe to stand in a page."""

    __slots__ = ()


def text(value: object) -> Html:
    """`value` as text; Html passes through."""
    return value if isinstance(value, Html) else _escaped(value)


def join(*parts: object) -> Html:
    """Parts one after the other, each escaped if need be."""
    return Html("".join(map(text, parts)))


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element. ``class_`` writes `class`, ``aria_label`` `aria-label`; what is None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{join(*children)}</{name}>")


def _escaped(value: object) -> Html:
    return Html(escape(_FORBIDDEN.sub("\ufffd", str(value))))
