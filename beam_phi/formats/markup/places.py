"""Places in a document as people write them, XPath-like, and what of a field type they select."""

from __future__ import annotations

import re

_STEP = re.compile(
    r"(?P<slashes>//?)(?P<attribute>@)?(?:[^\W\d][\w.-]*:)?(?P<name>[^\W\d][\w.-]*(?:\(\))?|\*)"
)


def place(text: str) -> dict[str, str]:
    """The attributes of field types that a place selects, as patterns of selectors.

    A place is a path of local names from the root, ``/ClinicalDocument/recordTarget/patientRole``, in which
    ``//`` stands for any way down and ``*`` for any one element; prefixes are ignored. It selects the text
    that stands directly in the elements, also written ``…/text()``, or with a last step ``@name`` or ``@*``
    an attribute of them.

    Raises ValueError, with a text that says what is wrong, for what is no such path.
    """
    path, attribute, exact, ended, at = "", "", True, False, 0
    text = text.strip()
    if not text.startswith("/"):
        raise ValueError("a place begins with / or //")
    while at < len(text):
        if ended:
            raise ValueError(f"nothing can come after the attribute or text() in a place: {text[at:]!r}")
        step = _STEP.match(text, at)
        if step is None:
            raise ValueError(_complaint(text, at))
        name, at = step["name"], step.end()
        down = step["slashes"] == "//"
        if step["attribute"] or name.endswith("()"):
            if down or not path:
                raise ValueError(
                    "an attribute or text() in a place needs an element before it, parted by one /"
                )
            if name.endswith("()") and (name != "text()" or step["attribute"]):
                raise ValueError(f"a place can't select {name}: text() and attributes only")
            ended = True
            attribute = name if step["attribute"] else ""
            continue
        exact = exact and not down and name != "*"
        path += ("/" if path else "") + ("(?:.*/)?" if down else "")
        path += "[^/]+" if name == "*" else re.escape(name)
    if exact:
        path = re.sub(r"\\(.)", r"\1", path)
    part = "attribute" if attribute else "text"
    return {
        "part": part,
        "path": path if exact else f"re:{path}",
        "attribute": "?*" if attribute == "*" else attribute,
    }


def _complaint(text: str, at: int) -> str:
    if text[at] == "[":
        return "a place holds for all elements of a name: positions and conditions in [] can't be given"
    return f"a place can't go on like this: {text[at:]!r}"
