"""From the pieces of a text to their fields, and to what tells whom they are about."""

from __future__ import annotations

from beam_phi.formats.fhir.bundle import BundlePiece, is_entry
from beam_phi.formats.fhir.scope import Hidden
from beam_phi.formats.fhir.sites import SiteTree
from beam_phi.formats.fhir.walk import Walk
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import Root
from beam_phi.formats.json.pieces import Piece


class FieldReader:
    """Gives values of one document their types: what is FHIR by the elements it is the value of, all else by
    its path."""

    def __init__(self) -> None:
        self._sites = SiteTree()

    def fields(self, piece: Piece) -> tuple[list[JsonField], list[Hidden]]:
        """The fields of a piece, and what identifies the patients its entry refers to. Raises FormatError
        ``unknown-format``."""
        walk = Walk(self._sites)
        if isinstance(piece, BundlePiece):
            return walk.fields, self._bundle(piece, walk)
        top = self._sites.places.top
        for node in piece.nodes:
            walk.add(node, top if isinstance(node.parent, Root) else top.elements())
        return walk.fields, []

    def _bundle(self, piece: BundlePiece, walk: Walk) -> list[Hidden]:
        site = self._sites.resource("Bundle")
        hidden: list[Hidden] = []
        for node in piece.nodes:
            if is_entry(node):
                walk.element(node, site, "entry")
                hidden = piece.patients.of(node, walk.fields)
            else:
                walk.element(node, site, node.name)
        return hidden
