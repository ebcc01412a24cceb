"""FHIR in XML as documents: one resource, or a Bundle in its entries."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE
from beam_phi.formats.fhir.bundle import BundlePiece, Patients, is_entry
from beam_phi.formats.fhir.fields import FieldReader
from beam_phi.formats.fhir.xml.build import Batch, Builder
from beam_phi.formats.fhir.xml.scope import FhirXmlScope
from beam_phi.formats.json.nodes import Leaf
from beam_phi.formats.json.pieces import Piece
from beam_phi.formats.markup.charset import Charset, find_charset
from beam_phi.formats.markup.document import MAX_SIZE
from beam_phi.formats.markup.names import local_name
from beam_phi.formats.markup.sniff import root_of


class FhirXmlDocument:
    """A resource in XML. A Bundle is read twice: its patients may stand behind what is about them."""

    def __init__(self, source: Source, charset: Charset, is_bundle: bool) -> None:
        self._source = source
        self._charset = charset
        self._is_bundle = is_bundle
        self._reader = FieldReader()

    def scopes(self) -> Iterator[FhirXmlScope]:
        """Raises FormatError ``bad-syntax``, ``bad-encoding``, ``xml-dtd``, ``too-deep``,
        ``record-too-long``, or ``unknown-format`` for what is not as FHIR has it: no part of that can be told
        surely, or replaced."""
        patients = self._patients()
        lead = self._charset.encoding.bom
        for batch, raw in self._batches():
            yield self._scope(batch, raw, patients, lead)
            lead = b""

    def _batches(self) -> Iterator[tuple[Batch, bytes]]:
        """The scopes with their bytes."""
        builder = Builder(self._charset)
        parser = builder.parser
        for block in self._charset.encoding.blocks(self._source.stream):
            parser.feed(block)
            done, builder.done = builder.done, []
            for batch in done:
                yield batch, parser.drop(batch.end)
        parser.feed(b"", final=True)
        for batch in (*builder.done, builder.batch(parser.fed)):
            yield batch, parser.drop(batch.end)

    def _patients(self) -> Patients:
        """Those of a Bundle."""
        patients = Patients()
        if self._is_bundle:
            for batch, _ in self._batches():
                for node in batch.nodes:
                    if is_entry(node):
                        patients.add(node)
                    elif isinstance(node, Leaf) and node.name == "type":
                        patients.bundle_type = node.text
        return patients

    def _scope(self, batch: Batch, raw: bytes, patients: Patients, lead: bytes) -> FhirXmlScope:
        if self._is_bundle:
            piece: Piece = BundlePiece(0, len(raw), batch.nodes, patients)
        else:
            piece = Piece(0, len(raw), batch.nodes)
        found, hidden = self._reader.fields(piece)
        fields = sorted([*found, *batch.notes], key=lambda field: field.node.at)
        return FhirXmlScope(raw, piece, fields, self._charset.encoding, lead, hidden)


def open(source: Source) -> FhirXmlDocument:
    """Open a resource in XML. Raises FormatError ``bad-encoding`` or ``record-too-long``."""
    if source.size > MAX_SIZE:
        raise FormatError("record-too-long", f"the document is larger than {MAX_SIZE} bytes")
    source.stream.seek(0)
    charset = find_charset(source.stream.read(HEAD_SIZE))
    root = root_of(charset.head)
    return FhirXmlDocument(source, charset, root is not None and local_name(root[0]) == "Bundle")
