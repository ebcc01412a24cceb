"""What the values of an XML document of no known vocabulary are: texts to be searched, named by what they
stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beam_phi.formats.delimited.headings import is_telling
from beam_phi.formats.document import FieldType
from beam_phi.formats.markup.field_types import SEARCHED, Spot, Verdict, encoded_at, field_type, name_key
from beam_phi.formats.markup.tree import Element
from beam_phi.library.uids import is_oid

FORMAT = "xml"

#: Attributes that hold the value of their element: ``<birthDate value="…"/>``.
_VALUES = frozenset({"value", "val", "text", "content", "v"})
#: Attributes that name what their element holds: ``<field name="Patient Name">…``.
_NAMING = ("name", "key", "label", "title", "field", "column", "id", "tag", "keyword")
#: Elements whose text names the element after them: ``<key>mrn</key><string>…``.
_LABELS = frozenset({"key", "name", "label"})
#: Names of elements that say nothing of what is in them; what they stand in says it.
_SILENT = frozenset(
    {"value", "val", "text", "v", "string", "item", "content", "b", "i", "em", "strong", "span", "br", "p"}
)
_LONG_NUMBER = re.compile(r"[0-9]{6}")


class Context:
    """One element. key: what libraries know its values by. said: a heading that is for its next child."""

    __slots__ = ("key", "said")

    def __init__(self, key: str) -> None:
        self.key = key
        self.said = ""


class PlainRules:
    """Gives field types to the values of one document."""

    format = FORMAT

    def __init__(self) -> None:
        self.outermost = Context("")

    def enter(self, element: Element, attributes: Mapping[str, str], stated: str) -> None:
        """An element begins."""
        del stated
        assert element.parent is not None
        above: Context = element.parent.context
        said, above.said = above.said, ""
        naming = [attributes[name] for name in _NAMING if name in attributes]
        named = next((text for text in (*naming, element.name) if is_telling(text)), said)
        if not named and above.key and element.name.lower() in _SILENT:
            element.context = Context(above.key)
        else:
            element.context = Context(name_key(named or element.name))

    def text(self, element: Element, text: str) -> tuple[FieldType, int]:
        """The type of a text directly in an element, and at which character the field begins."""
        context: Context = element.context
        if element.name.lower() in _LABELS and element.parent is not None and is_telling(text):
            element.parent.context.said = text
        verdict, start = _verdict(text)
        return field_type(Spot(FORMAT, "text", element.path, "", context.key), verdict), start

    def attribute(
        self, element: Element, name: str, value: str, attributes: Mapping[str, str]
    ) -> tuple[FieldType, int] | None:
        """The type of an attribute's value, and at which character the field begins; None for a heading."""
        if name in _NAMING and _is_heading(value):
            return None
        context: Context = element.context
        key = context.key if name.lower() in _VALUES else name_key(name)
        verdict, start = _verdict(value)
        if name == "extension" and _identifies(element, attributes):
            verdict = verdict._replace(data_class="other-id")
        return field_type(Spot(FORMAT, "attribute", element.path, name, key), verdict), start


def _identifies(element: Element, attributes: Mapping[str, str]) -> bool:
    """True if the extension is that of an HL7 identifier, whatever document it was taken from."""
    root = attributes.get("root")
    return root is not None and (element.name.lower().endswith("id") or is_oid(root.strip()))


def _is_heading(text: str) -> bool:
    """True for what is surely a heading. Its letters alone must show that: names of variables, such as
    DAVIDSON_ID, may be made of anything."""
    return _LONG_NUMBER.search(text) is None and is_telling(name_key(text))


def _verdict(text: str) -> tuple[Verdict, int]:
    encoded, start = encoded_at(text)
    return (Verdict(encoded=encoded) if encoded else SEARCHED), start
