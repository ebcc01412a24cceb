"""A piece of a FHIR text as a scope, with whom it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beam_phi.formats.document import Field, FieldType, Unfit
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.fhir.part import Part
from beam_phi.formats.fhir.subjects import patients_of
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import Leaf
from beam_phi.formats.json.pieces import Piece
from beam_phi.formats.json.scope import JsonScope


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """A value of another scope that tells whom this one is about. It can't be replaced here."""

    type: FieldType
    text: str
    location: str

    @property
    def key(self) -> str:
        return self.text


class FhirScope(JsonScope):
    """A resource, an entry of a Bundle, or what else one piece of a text holds."""

    def __init__(
        self,
        data: bytes,
        piece: Piece,
        fields: Sequence[JsonField],
        encoding: Encoding,
        lead: bytes,
        hidden: Sequence[Hidden],
    ) -> None:
        super().__init__(data, piece, fields, encoding, lead)
        self._hidden = hidden

    def hidden(self) -> list[Field]:
        """What identifies the patients that the entry refers to and who are in other entries of its Bundle:
        names, identifiers, birth date, telecom and address. None is ever replaced through this scope."""
        return list(self._hidden)

    def about(self) -> tuple[str, ...]:
        """The logical ids of the patients that it is about; nobody where its Bundle has these patients."""
        return () if self._hidden else patients_of(self._fields)

    def replace(self, field: Field, text: str) -> str:
        """Raises Unfit for what FHIR does not allow there."""
        _refuse_hidden(field)
        if isinstance(field, Leaf | Part) and not field.type.constraint.accepts(text):
            raise Unfit("the replacement is not valid in this element")
        return super().replace(field, text)

    def empty(self, field: Field) -> None:
        """FHIR has no empty strings: the same as :meth:`delete` there."""
        if field.type.format == "fhir":
            self.delete(field)
        else:
            super().empty(field)

    def delete(self, field: Field) -> None:
        """Remove the member; an element of an array becomes null, as it has its place beside its extensions.
        A text of a narrative becomes empty."""
        _refuse_hidden(field)
        if isinstance(field, Part) and field.keeps_rest:
            self._edits.put(field, field.splice(self._data, ""))
        else:
            super().delete(field)


def _refuse_hidden(field: Field) -> None:
    if isinstance(field, Hidden):
        raise Unfit("the value stands in another scope")
