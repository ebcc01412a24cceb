"""The pixels of one object: what they are, what is covered in them, and what the header says of that."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from beam_phi.formats.dicom.edits import Edits
from beam_phi.formats.dicom.elements import Element
from beam_phi.formats.dicom.opening import NATIVE, Opening
from beam_phi.formats.dicom.pixel_data.compressed import CompressedMask
from beam_phi.formats.dicom.pixel_data.frames import Frames, frames_of
from beam_phi.formats.dicom.pixel_data.header import (
    FLOAT_PIXELS,
    Find,
    PixelHeader,
    box_attributes,
    frame_pixels,
    is_encapsulated,
    pixel_data,
)
from beam_phi.formats.dicom.pixel_data.native import native_mask
from beam_phi.formats.dicom.scan import Scanner
from beam_phi.formats.dicom.streams.bitstreams import metadata_ranges
from beam_phi.formats.dicom.streams.fragments import Range
from beam_phi.formats.document import FormatError
from beam_phi.library.model import Box
from beam_phi.pixels.areas import Areas
from beam_phi.pixels.boxes import clip
from beam_phi.pixels.picture import Display

_SERIES = 0x0020000E
_PHOTOMETRIC = 0x00280004
_BURNED_IN = 0x00280301
_CENTER, _WIDTH, _INTERCEPT, _SLOPE = 0x00281050, 0x00281051, 0x00281052, 0x00281053
_OFFSETS, _LENGTHS = 0x7FE00001, 0x7FE00002
#: Smallest and Largest Image Pixel Value, those of the series, and Histogram Sequence: they tell of pixels
#: that are gone. All are optional.
_STATISTICS = (0x00280106, 0x00280107, 0x00280108, 0x00280109, 0x00603000)
_REGIONS = 0x00186011
_REGION_EDGES = {0x00186018: "left", 0x0018601A: "top", 0x0018601C: "right", 0x0018601E: "bottom"}


class Image:
    """The pixels of one object. Without Pixel Data there is nothing to be seen, and nothing to be covered.

    areas: what is covered so far.
    """

    def __init__(self, find: Find, opening: Opening, scanner: Scanner) -> None:
        """find: gives the element of the main data set with a tag."""
        self.areas = Areas()
        self._find = find
        self._header = PixelHeader(find)
        self._opening = opening
        self._scanner = scanner
        self._frames: Frames | None = None
        self._black: int | None = None

    @property
    def declared(self) -> str:
        """Burned In Annotation: ``YES``, ``NO``, or "" where it is not said."""
        return self._header.text(_BURNED_IN).upper()

    @property
    def series(self) -> str:
        """Series Instance UID."""
        return self._header.text(_SERIES)

    def attributes(self) -> Mapping[str, str]:
        """What a rule can choose images by, see DicomDocument."""
        return box_attributes(self._find)

    def has_pixels(self) -> bool:
        """True if there are rows and columns of pixels of integers."""
        element = pixel_data(self._find)
        return element is not None and element.end != element.value and frame_pixels(self._find) > 0

    def has_floats(self) -> bool:
        """True if there are pixels of floating point numbers, which can't be painted."""
        return any(self._find(tag) is not None for tag in FLOAT_PIXELS)

    def is_bitmap(self) -> bool:
        """True for pixels of one bit. Raises FormatError ``pixel-format``."""
        return self._header.allocated == 1

    def frames(self) -> Frames:
        """The frames. Raises FormatError ``pixel-format``, ``pixel-length``, ``pixels-compressed``."""
        if self._frames is None:
            element = self._element()
            self._frames = frames_of(self._header, element, self._fragments(element), self._opening)
        return self._frames

    def display(self) -> Display:
        """How stored values become light. Raises FormatError ``pixel-format``."""
        format_ = self.frames().format
        palette = None
        if format_.photometric == "PALETTE COLOR":
            first, channels = self._header.palette(self._opening)
            entries = np.array(channels, np.uint16).T
            shift = 8 if int(entries.max()) > 0xFF else 0
            palette = (first, (entries >> shift).astype(np.uint8))
        return Display(format_.photometric, format_.stored, self._header.inverted, palette)

    def regions(self) -> list[Box]:
        """Sequence of Ultrasound Regions (PS3.3 section C.8.5.5): where the picture is, not its legend."""
        edges: dict[object, dict[str, int]] = {}
        for element in self._scanner.elements:
            sequence = element.container.parent
            name = _REGION_EDGES.get(element.attribute.tag)
            if name and sequence is not None and sequence.attribute.tag == _REGIONS and element.raw:
                order = element.container.syntax.order
                edges.setdefault(element.container, {})[name] = struct.unpack(f"{order}I", element.raw[:4])[0]
        return [
            Box(edge["left"], edge["top"], edge["right"] - edge["left"] + 1, edge["bottom"] - edge["top"] + 1)
            for edge in edges.values()
            if len(edge) == len(_REGION_EDGES)
            and edge["left"] <= edge["right"]
            and edge["top"] <= edge["bottom"]
        ]

    def cover(self, boxes: Iterable[Box]) -> list[tuple[int, Box]]:
        """Cover boxes in every frame, see DicomDocument.cover."""
        if pixel_data(self._find) is None:
            if self.has_floats():
                raise FormatError("pixel-format", "floating point pixels can't be painted")
            return []
        inside = [cut for box in boxes if (cut := self._clip(box))]
        if not inside:
            return []
        count = len(self.frames())
        self.areas = self.areas.with_everywhere(inside)
        return [(frame, box) for frame in range(count) for box in inside]

    def cover_only(self, frame: int, boxes: Sequence[Box]) -> None:
        """Cover boxes inside the image in one frame (from 0)."""
        only = {**self.areas.only, frame: (*self.areas.only.get(frame, ()), *boxes)}
        self.areas = Areas(self.areas.everywhere, only)

    def darken(self, darkest: int) -> None:
        """Cover with the darkest stored value that the frames show, instead of the darkest there could be.

        Viewers set their window by the values they find. Where the header sets one, black is what that shows
        as black. Only for images of one sample that is no index of a palette.
        """
        format_ = self.frames().format
        if format_.samples != 1 or format_.photometric == "PALETTE COLOR":
            return
        lowest = format_.black
        edge = self._edge()
        if edge is not None and self._header.inverted:
            darkest = max(darkest, edge)
        elif edge is not None:
            darkest = min(darkest, edge)
        self._black = min(darkest, lowest) if self._header.inverted else max(darkest, lowest)

    def write(self, edits: Edits) -> None:
        """Put the covered pixels into the file, and what the header says of them. Raises FormatError."""
        overlays = self._header.overlay_bits() if pixel_data(self._find) is not None else 0
        if not self.areas and not overlays:
            return
        element = self._element()
        for tag in _STATISTICS:
            statistic = self._find(tag)
            if statistic is not None:
                edits.values[statistic] = None
        if self._opening.transfer_syntax in NATIVE and not is_encapsulated(element, self._opening):
            edits.paint(native_mask(self._header, element, self._opening, self.areas, self._black, overlays))
            return
        if overlays:
            raise FormatError("pixel-format", "an overlay in the bits of compressed pixels can't be cleared")
        frames = self.frames()
        if self._black is not None:
            frames = replace(frames, format=replace(frames.format, black=self._black))
        mask = CompressedMask(frames, self._fragments(element)[0], self.areas, self._metadata)
        edits.paint(mask)
        self._say(edits, mask)

    def _say(self, edits: Edits, mask: CompressedMask) -> None:
        """Photometric Interpretation, and the Extended Offset Table, as they are now."""
        photometric = self._find(_PHOTOMETRIC)
        if photometric is not None and mask.photometric != self.frames().format.photometric:
            value = mask.photometric.encode("ascii")
            edits.put(photometric, value + b" " * (len(value) % 2))
        for tag, numbers in ((_OFFSETS, mask.offsets()), (_LENGTHS, mask.lengths())):
            table = self._find(tag)
            if table is not None:
                edits.put(table, struct.pack(f"<{len(numbers)}Q", *numbers))

    def _metadata(self, ranges: Sequence[Range]) -> list[Range]:
        peek, syntax = self._opening.window.peek, self._opening.transfer_syntax
        return metadata_ranges(peek, ranges, syntax, frame_pixels(self._find))

    def _edge(self) -> int | None:
        """The stored value at the dark edge of the first window (PS3.3 section C.11.2.1.2), if any."""
        try:
            center, width, slope, intercept = (
                float(self._header.text(tag).split("\\")[0] or default)
                for tag, default in ((_CENTER, "nan"), (_WIDTH, "nan"), (_SLOPE, "1"), (_INTERCEPT, "0"))
            )
            falling = self._header.text(_PHOTOMETRIC) == "MONOCHROME1"
            dark = center + (width - 1) / 2 if falling else center - 0.5 - (width - 1) / 2
            stored = (dark - intercept) / slope
        except (ValueError, ZeroDivisionError):
            return None
        if not math.isfinite(stored):
            return None
        return math.ceil(stored) if self._header.inverted else math.floor(stored)

    def _clip(self, box: Box) -> Box | None:
        return clip(box, self._header.columns, self._header.rows)

    def _element(self) -> Element:
        element = pixel_data(self._find)
        if element is None:
            raise FormatError("pixel-format", "there are no pixels of integers")
        return element

    def _fragments(self, element: Element) -> Sequence[Range]:
        return next((found for pixels, found in self._scanner.fragments if pixels is element), ())
