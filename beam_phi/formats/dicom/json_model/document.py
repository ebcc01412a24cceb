"""Files of the DICOM JSON Model as documents: one data set, an array of them, or one on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.dicom.document import profile_of
from beam_phi.formats.dicom.json_model.scope import DicomJsonScope
from beam_phi.formats.dicom.objects import refuse
from beam_phi.formats.document import FormatError, Scope, Source
from beam_phi.formats.encoding import Encoding
from beam_phi.formats.json.document import JsonDocument, encoding_of
from beam_phi.formats.json.nodes import Container
from beam_phi.formats.json.pieces import Piece, spread_array
from beam_phi.formats.json.scope import JsonScope
from beam_phi.formats.json.types import is_word
from beam_phi.library.model import DicomSpec

_BEGINNING = re.compile(
    rb'\s*(?:\[\s*)?\{\s*"[0-9A-Fa-f]{8}"\s*:\s*\{\s*"(?:vr|Value|InlineBinary|BulkDataURI)"'
)


def looks_like_dicom_json(head: bytes) -> bool:
    """True if a file that begins with these inner bytes is a data set of the DICOM JSON Model, or several."""
    return _BEGINNING.match(head) is not None


def open(source: Source, spec: DicomSpec) -> JsonDocument:
    """Open a file of the DICOM JSON Model. Raises FormatError ``bad-encoding`` if it is no text."""
    return JsonDocument(source, encoding_of(source), Reader(spec))


class Reader:
    """Data sets in JSON, each a scope. spec: of the library."""

    is_word = staticmethod(is_word)
    split = staticmethod(spread_array)

    def __init__(self, spec: DicomSpec) -> None:
        self._spec = spec
        self._profile = profile_of(spec)

    def scope(self, data: bytes, piece: Piece, encoding: Encoding, lead: bytes) -> Scope:
        """Raises FormatError ``unknown-format`` for what is no data set, and see `encode` and `refuse`."""
        found = list(_data_sets(piece))
        if not found:
            return JsonScope(data, piece, [], encoding, lead)
        (node,) = found
        scope = DicomJsonScope(data, piece, node, self._profile, encoding, lead)
        refuse(scope.element, "", self._spec.quarantine)
        return scope


def _data_sets(piece: Piece) -> Iterator[Container]:
    """The one data set of a piece, none in that of an empty file or array."""
    for node in piece.nodes:
        if not isinstance(node, Container) or (node.is_array and node.children):
            raise FormatError("unknown-format", "something that is no data set stands among data sets")
        if not node.is_array:
            yield node
