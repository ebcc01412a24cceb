"""A piece of FHIR in XML as a scope."""

from __future__ import annotations

from typing import cast

from beam_phi.formats.document import Field
from beam_phi.formats.fhir.scope import FhirScope
from beam_phi.formats.fhir.xml.nodes import Note, XmlLeaf
from beam_phi.formats.json.edits import Edits, JsonField


class XmlEdits(Edits):
    """Replacements and removals in XML."""

    def remove(self, field: JsonField) -> None:
        """Remove the element of a value that holds nothing else, else the attribute; and all of a note."""
        gone = field if isinstance(field, Note) else cast(XmlLeaf, field.node)
        self.put(field, (*gone.outer, b""))


class FhirXmlScope(FhirScope):
    """A resource, an entry of a Bundle, or what stands around the entries."""

    edits_type = XmlEdits

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for what FHIR or XML does not allow there."""
        return super().replace(field, field.fit(text) if isinstance(field, Note) else text)

    def empty(self, field: Field) -> None:
        """FHIR in XML has no empty values: the same as :meth:`delete`."""
        self.delete(field)
