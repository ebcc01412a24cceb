"""JSON as documents: resources of FHIR, Bundles, bulk files of a resource on each line; and any other JSON,
in which resources may stand, too."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.fhir.bundle import split_bundle, type_of_resource
from beam_phi.formats.fhir.fields import FieldReader
from beam_phi.formats.fhir.scope import FhirScope
from beam_phi.formats.fhir.table import is_element_name
from beam_phi.formats.json.document import JsonDocument, encoding_of
from beam_phi.formats.json.nodes import Root
from beam_phi.formats.json.pieces import Piece, spread_array
from beam_phi.formats.json.scan import Scanner


class Reader:
    """JSON of any kind: what is FHIR in it is typed by the elements it is the value of, all else by its
    path."""

    def __init__(self) -> None:
        self._reader = FieldReader()

    is_word = staticmethod(is_element_name)

    def split(self, scanner: Scanner, root: Root) -> Iterator[Piece]:
        """A Bundle in entries, an array in its elements."""
        if type_of_resource(scanner.data, scanner.at) == "Bundle":
            return split_bundle(scanner, root)
        return spread_array(scanner, root)

    def scope(self, data: bytes, piece: Piece, encoding: Encoding, lead: bytes) -> FhirScope:
        fields, hidden = self._reader.fields(piece)
        return FhirScope(data, piece, fields, encoding, lead, hidden)


def open_json(source: Source) -> JsonDocument:
    """Open a file in JSON, be it FHIR, hold FHIR, or know nothing of it. Raises FormatError ``bad-encoding``
    if it is no text."""
    return JsonDocument(source, encoding_of(source), Reader())


def looks_like_fhir_json(head: bytes) -> bool:
    """True if a file that begins with these inner bytes is FHIR in JSON: the first object says early what
    resource it is."""
    start = head.lstrip(b" \t\r\n")
    if start.startswith(b"["):
        start = start[1:]
    try:
        return type_of_resource(start)[:1].isupper()
    except FormatError:
        return False
