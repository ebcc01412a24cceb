"""A data set in XML as a scope: what differs from it once masked is written back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beam_phi.formats.dicom.attributes import SPECIFIC_CHARACTER_SET
from beam_phi.formats.dicom.elements import Container as Items
from beam_phi.formats.dicom.elements import Element, Sequence
from beam_phi.formats.dicom.markers import Marks
from beam_phi.formats.dicom.model.data_set import DataSet
from beam_phi.formats.dicom.model.encode import is_bulk
from beam_phi.formats.dicom.model.scope import ModelScope
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.xml_model.nodes import AttributeNode, DataSetNode
from beam_phi.formats.dicom.xml_model.tree import XmlElement
from beam_phi.formats.dicom.xml_model.write import Writer, creator_of
from beam_phi.formats.document import Segment
from beam_phi.formats.json.nodes import Splice
from beam_phi.formats.markup.charset import Charset
from beam_phi.formats.markup.splice import Form

_BLANK = re.compile(rb"[ \t\r\n]*+")
_BLANKS = b" \t\r\n"


class DicomXmlScope(ModelScope):
    """The one data set of a document.

    asides: the bytes of what is no part of it, which go when it is marked as de-identified.
    """

    def __init__(
        self,
        raw: bytes,
        node: DataSetNode,
        asides: list[tuple[int, int]],
        profile: Profile,
        charset: Charset,
    ) -> None:
        """Raises FormatError, see `encode` and `Scanner.scan`."""
        super().__init__(node, profile, "")
        self._raw, self._node, self._asides = raw, node, asides
        self._charset = charset
        self._writer = Writer(charset, node.xml.prefix)
        self._marked = False

    def mark_deidentified(self, marks: Marks) -> None:
        """See DicomScope; and drop comments, processing instructions, hints at a schema, file meta
        information and keywords that are not those of their tags."""
        super().mark_deidentified(marks)
        self._marked = True

    def render(self) -> Iterator[Segment]:
        raw = self._raw
        after = self._masked()
        if after is not None:
            splices = list(self._data_set(self._node, self._data, after, after.root))
            if self._marked:
                splices += [(start, end, b"") for start, end in self._asides]
            raw = _spliced(raw, splices)
        encoding = self._charset.encoding
        yield encoding.bom + encoding.outer(raw)

    def _data_set(self, node: DataSetNode, old: Items, after: DataSet, new: Items) -> Iterator[Splice]:
        """What changes in a data set; what is encoded as before stays as it was written."""
        before, now = self._old.elements(old), after.elements(new)
        members = {f"{tag:08X}": after.member(element) for tag, element in now.items()}
        kept: dict[int, XmlElement] = {}
        for child in node.children:
            tag = int(child.name, 16)
            if not isinstance(child, AttributeNode):
                continue  # a creator that stands nowhere
            if tag not in now or is_bulk(child):
                yield self._without(child.xml)
                continue
            kept[tag] = child.xml
            if child.xml.attribute("privateCreator"):
                yield from self._creator(child.xml, creator_of(tag, members))
            yield from self._attribute(child, before.get(tag), after, now[tag])
        known = {SPECIFIC_CHARACTER_SET, *(int(child.name, 16) for child in node.children)}
        added = {
            tag: self._writer.attribute(tag, members[f"{tag:08X}"], creator_of(tag, members))
            for tag in sorted(now)
            if tag not in known
        }
        yield from self._added(node.xml, kept, added)

    def _attribute(
        self, node: AttributeNode, old: Element | None, after: DataSet, new: Element
    ) -> Iterator[Splice]:
        if old is not None and self._old.raw(old) == after.raw(new):
            return
        if old is not None and isinstance(new, Sequence):
            ours, theirs = self._old.items(old), after.items(new)
            if len(node.items) == len(ours) == len(theirs):
                for item, our, their in zip(node.items, ours, theirs, strict=True):
                    yield from self._data_set(item, our, after, their)
                return
        member = after.member(new)
        values = member.get("Value", [])
        earlier = self._old.member(old).get("Value", []) if old is not None else []
        changed = [
            place for place, pair in enumerate(zip(earlier, values, strict=False)) if pair[0] != pair[1]
        ]
        found = [node.values.get(place) for place in changed]
        if values and len(values) == len(earlier) and all(xml and xml.content < xml.end for xml in found):
            for place, xml in zip(changed, found, strict=True):
                assert xml is not None
                yield self._inner(xml, self._writer.value(member["vr"], values[place]))
            return
        blank = self._blank(node.xml)
        inner = blank.join(self._writer.values(member))
        yield self._inner(node.xml, blank + inner + blank if inner else b"")

    def _creator(self, xml: XmlElement, creator: str) -> Iterator[Splice]:
        """The creator that an attribute names, if it is another now."""
        named = xml.attributes["privateCreator"]
        span = named.span
        if not creator:
            yield span.outer_start, span.outer_end, b""
        elif creator != xml.attribute("privateCreator"):
            form = Form.DOUBLE_QUOTED if named.quote == '"' else Form.SINGLE_QUOTED
            yield span.start, span.end, self._writer.text(creator, form)

    # -- bytes ------------------------------------------------------------------------------------

    def _added(
        self, xml: XmlElement, kept: dict[int, XmlElement], added: dict[int, bytes]
    ) -> Iterator[Splice]:
        """Put new attributes before the first of a higher tag that stays, or behind all."""
        if xml.content == xml.end:
            if added:
                yield self._inner(xml, b"".join(added.values()))
            return
        blank = self._blank(xml)
        inside = self._raw[xml.content : self._stop(xml)]
        behind = xml.content + len(inside.rstrip(_BLANKS)) if inside.strip(_BLANKS) else xml.content
        texts: dict[int, list[bytes]] = {}
        for tag, text in added.items():
            next_ = next((element.start for other, element in kept.items() if other > tag), behind)
            texts.setdefault(next_, []).append(blank + text if next_ == behind else text + blank)
        for at, pieces in texts.items():
            yield at, at, b"".join(pieces)

    def _inner(self, xml: XmlElement, inner: bytes) -> Splice:
        """Put something into an element in the place of all that stands there."""
        if xml.content < xml.end:
            return xml.content, self._stop(xml), inner
        if not inner:
            return xml.end, xml.end, b""
        closing = f"</{xml.prefix}{xml.name}>".encode()
        return xml.end - 2, xml.end, b">" + inner + closing

    def _without(self, xml: XmlElement) -> Splice:
        """Remove an element with the blank before it."""
        at = xml.start
        while self._raw[at - 1 : at].strip(_BLANKS) == b"":
            at -= 1
        return at, xml.end, b""

    def _stop(self, xml: XmlElement) -> int:
        """Where the end tag of an element begins."""
        return self._raw.rindex(b"</", xml.content, xml.end)

    def _blank(self, xml: XmlElement) -> bytes:
        """The blank between the children of an element: what is before the first."""
        found = _BLANK.match(self._raw, xml.content, self._stop(xml)) if xml.content < xml.end else None
        return found[0] if found else b""


def _spliced(raw: bytes, splices: list[Splice]) -> bytes:
    """The bytes with all splices; those in what goes as a whole go with it."""
    splices.sort(key=lambda splice: (splice[0], -splice[1]))
    pieces: list[bytes] = []
    at = 0
    for start, stop, new in splices:
        if start >= at:
            pieces += (raw[at:start], new)
            at = stop
    pieces.append(raw[at:])
    return b"".join(pieces)
