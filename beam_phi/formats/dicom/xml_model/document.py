"""A Native DICOM Model as a document of one data set."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.formats.dicom.document import profile_of
from beam_phi.formats.dicom.objects import refuse
from beam_phi.formats.dicom.xml_model.nodes import Reader
from beam_phi.formats.dicom.xml_model.scope import DicomXmlScope
from beam_phi.formats.dicom.xml_model.tree import NATIVE, ROOT, TreeBuilder
from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE
from beam_phi.formats.markup.charset import find_charset
from beam_phi.formats.markup.document import MAX_SIZE
from beam_phi.formats.markup.sniff import qualified_root
from beam_phi.library.model import DicomSpec


def looks_like_dicom_xml(inner: bytes) -> bool:
    """True if a file that begins with these inner bytes is a Native DICOM Model."""
    return qualified_root(inner) in (("", ROOT), (NATIVE, ROOT))


class DicomXmlDocument:
    """A file of one data set in XML. spec: of the library."""

    def __init__(self, source: Source, spec: DicomSpec) -> None:
        self._source = source
        self._spec = spec

    def scopes(self) -> Iterator[DicomXmlScope]:
        """Raises FormatError ``bad-syntax``, ``bad-encoding``, ``xml-dtd``, ``too-deep``,
        ``record-too-long``, or ``unknown-format`` for what the model does not have; and see `encode` and
        `refuse`."""
        self._source.stream.seek(0)
        charset = find_charset(self._source.stream.read(HEAD_SIZE))
        builder = TreeBuilder(charset)
        for block in charset.encoding.blocks(self._source.stream):
            builder.parser.feed(block)
        builder.parser.feed(b"", final=True)
        raw = builder.parser.drop(builder.parser.fed)
        reader = Reader()
        node = reader.data_set(builder.top.children[0])
        asides = [*builder.asides, *reader.asides]
        scope = DicomXmlScope(raw, node, asides, profile_of(self._spec), charset)
        refuse(scope.element, "", self._spec.quarantine)
        yield scope


def open(source: Source, spec: DicomSpec) -> DicomXmlDocument:
    """Open a Native DICOM Model. Raises FormatError ``bad-encoding`` or ``record-too-long``."""
    if source.size > MAX_SIZE:
        raise FormatError("record-too-long", f"the document is larger than {MAX_SIZE} bytes")
    return DicomXmlDocument(source, spec)
