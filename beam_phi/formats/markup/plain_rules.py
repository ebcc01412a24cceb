"""What the values of an XML document of no known vocabulary are: texts to be searched, named by what they
stand in."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.formats.delimited.headings import is_telling
from beam_phi.formats.document import FieldType
from beam_phi.formats.markup.field_types import SEARCHED, Spot, Verdict, encoding_of, field_type, name_key
from beam_phi.formats.markup.tree import Element

FORMAT = "xml"

#: Attributes that hold the value of their element: ``<birthDate value="…"/>``.
_VALUES = frozenset({"value", "val", "text", "content"})
#: Attributes that name what their element holds: ``<field name="Patient Name">…``.
_NAMING = ("name", "key", "label", "title", "field", "column", "id", "tag", "keyword")


class PlainRules:
    """Gives field types to the values of one document."""

    format = FORMAT

    def __init__(self) -> None:
        self.outermost = None

    def enter(self, element: Element, attributes: Mapping[str, str], stated: str) -> None:
        """An element begins. Its context is the key its own values have."""
        del stated
        naming = (attributes[name] for name in _NAMING if name in attributes)
        named = next((text for text in naming if is_telling(text)), element.name)
        element.context = name_key(named)

    def text(self, element: Element, text: str) -> FieldType:
        """The type of a text directly in an element."""
        return field_type(Spot(FORMAT, "text", element.path, "", element.context), _verdict(text))

    def attribute(
        self, element: Element, name: str, value: str, attributes: Mapping[str, str]
    ) -> tuple[FieldType, int] | None:
        """The type of an attribute's value, and at which character the field begins."""
        del attributes
        key = element.context if name.lower() in _VALUES else name_key(name)
        return field_type(Spot(FORMAT, "attribute", element.path, name, key), _verdict(value)), 0


def _verdict(text: str) -> Verdict:
    encoded = encoding_of(text)
    return Verdict(encoded=encoded) if encoded else SEARCHED
