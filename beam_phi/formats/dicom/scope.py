"""The object of a DICOM file as a Scope: its fields can be replaced, emptied and deleted in place."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from beam_phi.formats.dicom.charset import character_set
from beam_phi.formats.dicom.edits import Edits, join
from beam_phi.formats.dicom.elements import EXPLICIT_LITTLE, Container, Element, ascii_text
from beam_phi.formats.dicom.encapsulated import DOCUMENT_LENGTH, MIME_TYPE, empty_document
from beam_phi.formats.dicom.fields import DicomField, ItemField, fields, value_order, values
from beam_phi.formats.dicom.file_meta import MEDIA_STORAGE_INSTANCE, file_meta
from beam_phi.formats.dicom.iod import iod
from beam_phi.formats.dicom.markers import Marks
from beam_phi.formats.dicom.marking import Marking
from beam_phi.formats.dicom.objects import is_video
from beam_phi.formats.dicom.opening import PREAMBLE, Opening, locate
from beam_phi.formats.dicom.pixel_data.header import frame_count, frame_pixels
from beam_phi.formats.dicom.pixel_data.image import Image
from beam_phi.formats.dicom.pixel_data.native import excess
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.scan import Scanner
from beam_phi.formats.dicom.scrub import scrub_character_sets, scrub_ranges
from beam_phi.formats.dicom.streams.bitstreams import metadata_ranges, wrong_offset_table
from beam_phi.formats.dicom.vr import check_text, encode_number, size_text
from beam_phi.formats.document import Field, FormatError, Segment, Source, SourceRange, Unfit

_SOP_CLASS, _SOP_INSTANCE = 0x00080016, 0x00080018
_ROWS, _COLUMNS = 0x00280010, 0x00280011


class Parts(NamedTuple):
    """What a file was scanned into."""

    source: Source
    opening: Opening
    scanner: Scanner
    meta: Container | None
    data: Container


def read(source: Source) -> Parts:
    """Scan a file. Raises FormatError (see Scanner.scan and opening.locate)."""
    opening = locate(source)
    scanner = Scanner(opening.window)
    meta = scanner.scan(opening.meta, opening.data, EXPLICIT_LITTLE) if opening.meta < opening.data else None
    data = scanner.scan(opening.data, opening.source.size, opening.syntax)
    return Parts(source, opening, scanner, meta, data)


class DicomScope:
    """The one object of a DICOM file."""

    def __init__(
        self,
        source: Source,
        opening: Opening,
        scanner: Scanner,
        meta: Container | None,
        data: Container,
        profile: Profile,
    ) -> None:
        self._size = source.size
        self._opening = opening
        self._scanner = scanner
        self._meta = meta
        self._data = data
        self._profile = profile
        self._edits = Edits(scanner, opening.window, meta)
        self._fields: list[DicomField] | None = None
        self._hidden: list[DicomField] = []
        self._top: dict[int, Element] | None = None
        self._twice: set[int] = set()
        self._split: dict[Element, list[bytes | None]] = {}
        self._painted = False
        self.image = Image(self.element, opening, scanner)

    def fields(self) -> list[DicomField]:
        if self._fields is None:
            self._fields, self._hidden = fields(
                self._scanner.elements, self._profile, iod(self.sop_class), self._meta, self._is_image(),
                self._opening.window,
            )  # fmt: skip
        return self._fields

    def hidden(self) -> list[DicomField]:
        """Fields inside what goes as a whole. Not to be replaced; they tell who the object is about."""
        self.fields()
        return self._hidden

    @property
    def sop_class(self) -> str:
        """SOP Class UID, "" if there is none."""
        return ascii_text(self._top_level().get(_SOP_CLASS))

    def _is_image(self) -> bool:
        """True if the object has rows and columns of pixels."""
        sides = (self._top_level().get(tag) for tag in (_ROWS, _COLUMNS))
        return all(side is not None and (side.raw or b"").strip(b"\0") for side in sides)

    def element(self, tag: int) -> Element | None:
        """The element of the main data set or the file meta information with this (standard) tag.

        Raises FormatError ``bad-syntax`` if it stands there twice (PS3.5 section 7.1): readers would differ.
        """
        self._top_level()
        if tag in self._twice:
            raise FormatError(
                "bad-syntax", f"({tag >> 16:04X},{tag & 0xFFFF:04X}) stands in the data set twice"
            )
        return self._top_level().get(tag)

    def _top_level(self) -> Mapping[int, Element]:
        """The first element of each tag, private ones in any block, in the order of the file."""
        if self._top is None:
            self._top = {}
            for element in self._scanner.elements:
                if element.container.parent is None:
                    tag = element.attribute.tag
                    if self._top.setdefault(tag, element) is not element:
                        self._twice.add(tag)
        return self._top

    def replace(self, field: Field, text: str) -> str:
        """See Scope. Raises Unfit: backslash, control character, length, pattern of the VR, character set."""
        assert isinstance(field, DicomField)
        if field.type.constraint.kind == "document":
            return self._replace_document(field.element)
        self._put(field, _encode(field, text))
        return text

    def _replace_document(self, element: Element) -> str:
        """Put an empty document in the place of an encapsulated one."""
        find = self._top_level().get
        mime_type, length = find(MIME_TYPE), find(DOCUMENT_LENGTH)
        document = empty_document(ascii_text(mime_type))
        self._store(element, document)
        if length is not None:
            self._store(length, encode_number(length.attribute.vr, str(len(document)), value_order(length)))
        return size_text(len(document))

    def empty(self, field: Field) -> None:
        assert isinstance(field, DicomField)
        self._put(field, b"")

    def delete(self, field: Field) -> None:
        """Remove the element; of several values, leave a zero-length one until all are deleted."""
        assert isinstance(field, DicomField)
        if isinstance(field, ItemField):
            self._edits.drop_item(field.item)
        else:
            self._put(field, None)

    def mark_deidentified(self, marks: Marks) -> None:
        """Say in the object that it was de-identified, and drop what stands around the data set.

        Writes Patient Identity Removed, De-identification Method and its Code Sequence, Contributing
        Equipment Sequence (all added to what stands there), Longitudinal Temporal Information Modified, and
        beam-phi's implementation into the file meta information; zeroes the preamble; drops bytes behind the
        data set; blanks metadata in compressed pixel data. To be called after all replacements. Raises
        FormatError ``bad-bitstream``.
        """
        top, elements = self._top_level(), self._scanner.elements
        Marking(self._edits, elements, self.element, top, self._data).write(marks)
        self._paint()
        if self._meta is not None:
            meta = file_meta(
                self._value(_SOP_CLASS),
                self._value(_SOP_INSTANCE) or self._value(MEDIA_STORAGE_INSTANCE),
                self._opening.transfer_syntax,
            )
            self._edits.rebuild(self._meta, meta)
            if self._meta.start > PREAMBLE:
                self._edits.patch(0, PREAMBLE, bytes(PREAMBLE))
        scrub_character_sets(elements, self._edits)
        scrub_ranges(self._scanner.stray, self._edits)
        scrub_ranges(excess(self.element, self._opening), self._edits)
        for pixels, fragments in self._scanner.fragments:
            if pixels not in self._edits.values and not self._edits.paints(pixels.start, pixels.end):
                scrub_ranges(self._metadata(fragments), self._edits)
        if self._data.end < self._opening.source.size:
            self._edits.patch(self._data.end, self._opening.source.size, b"")

    def render(self) -> Iterable[Segment]:
        opening = self._opening
        self._paint()
        if not self._edits:
            return [SourceRange(0, self._size)]
        if opening.deflated:
            return self._deflate()
        return join(self._edits.segments(0, opening.source.size))

    def _paint(self) -> None:
        """Put what is covered into the pixels, once."""
        if not self._painted:
            self._painted = True
            self.image.write(self._edits)

    def _deflate(self) -> Iterator[Segment]:
        """Edited bytes of a deflated file: its data set is deflated anew and made even (PS3.5 annex A.5)."""
        opening = self._opening
        yield from join(self._edits.segments(0, opening.data))
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        size = 0
        for segment in self._edits.segments(opening.data, opening.source.size):
            for chunk in opening.window.chunks(segment):
                data = deflater.compress(chunk)
                size += len(data)
                yield data
        data = deflater.flush()
        yield data + b"\0" * ((size + len(data)) % 2)

    def _metadata(self, fragments: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """What encapsulated pixel data say beside the image. fragments: the first is the offset table."""
        syntax, peek = self._opening.transfer_syntax, self._opening.window.peek
        if is_video(syntax):
            return []
        if len(fragments) - 1 < frame_count(self.element):
            raise FormatError("bad-bitstream", "there are more frames than fragments")
        return [
            *wrong_offset_table(peek, fragments, self._data.syntax.order),
            *metadata_ranges(peek, fragments[1:], syntax, frame_pixels(self.element)),
        ]

    def _value(self, tag: int) -> bytes:
        """The value of a top-level element as it will be, b"" if there is none."""
        element = self._top_level().get(tag)
        return (self._edits.values.get(element, element.raw) if element else None) or b""

    def _put(self, field: DicomField, value: bytes | None) -> None:
        """Set one value of an element, and so the element; only the whole is padded."""
        element = field.element
        if not field.number:
            self._store(element, value)
            return
        parts = self._split.get(element)
        if parts is None:
            parts = self._split[element] = list(values(element))
        parts[field.number - 1] = value
        gone = all(part is None for part in parts)
        self._store(element, None if gone else b"\\".join(part or b"" for part in parts))

    def _store(self, element: Element, value: bytes | None) -> None:
        if value is None:
            self._edits.values[element] = None
            return
        pad = element.attribute.vr.pad
        self._edits.put(element, value + pad if len(value) % 2 else value)


def _encode(field: DicomField, text: str) -> bytes:
    """A replacement as bytes, without padding. Raises Unfit."""
    element = field.element
    vr = element.attribute.vr
    if vr.form == "sequence":
        raise Unfit("a sequence has no text")
    if vr.form != "text":
        return encode_number(vr, text, value_order(element))
    check_text(vr, text, len(field.text))
    if not vr.charset:
        if not text.isascii():
            raise Unfit(f"VR {vr.code} takes ASCII only")
        return text.encode("ascii")
    original = values(element)[max(field.number - 1, 0)]
    raw = character_set(element.container.charset).encode(text, original)
    if raw is None:
        raise Unfit("a character that the object's Specific Character Set has not")
    return raw
