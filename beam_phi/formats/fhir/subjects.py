"""Which patients a piece of FHIR says it is about, by what other resources call them."""

from __future__ import annotations

from collections.abc import Iterable

from beam_phi.formats.fhir import references
from beam_phi.formats.fhir.siblings import is_subject
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import TEXT, Container, Leaf

_OWN_ID = "Patient.id"
#: Resources within a resource: nobody outside of it calls them by their ids.
_WITHIN = "contained"


def patients_of(fields: Iterable[JsonField]) -> tuple[str, ...]:
    """The logical ids of the patients that fields refer to as subjects; that of a Patient is its own."""
    found: dict[str, None] = {}
    for field in fields:
        node = field.node
        if not isinstance(node, Leaf) or node.kind != TEXT:
            continue
        if field.type.attributes.get("path") == _OWN_ID and not _is_within(node):
            found[node.text] = None
        elif node.name == "reference" and is_subject(element_of(node)):
            found.update(dict.fromkeys(_patients(node.text)))
    return tuple(found)


def _patients(reference: str) -> Iterable[str]:
    for span in references.spans(reference):
        if span.target == "Patient" and span.kind == references.ID:
            yield reference[span.start : span.end]


def _is_within(node: Leaf) -> bool:
    holder: Container | None = node.parent
    while holder is not None:
        if holder.name == _WITHIN:
            return True
        holder = holder.parent
    return False


def element_of(leaf: Leaf) -> str:
    """The name of the element a reference is the value of."""
    holder: Container | None = leaf.parent
    while holder is not None and not holder.name:
        holder = holder.parent
    return holder.name if holder is not None else ""
