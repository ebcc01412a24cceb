"""GIF, animated or not (GIF89a): every frame is looked at as it is displayed, and written anew as that.

So nothing stays that is in the file and is not displayed: pixels outside of what a frame shows, colours that
no pixel has, comments, text, data of applications. Frames, their times and how often they are repeated stay.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from beam_phi.formats.document import FormatError
from beam_phi.formats.image.raster import MOST_PAGES, Raster, check_size, decoding, raster
from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Line
from beam_phi.pixels.picture import Samples

MAGIC = (b"GIF87a", b"GIF89a")

_SCREEN = struct.Struct("<6s2H3B")
_IMAGE = struct.Struct("<4HB")
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
_TABLE, _TABLE_BITS = 0x80, 0x07
#: How a frame goes: it stays below the next one, or gives way to nothing.
_STAYS, _GOES = 1, 2
_PALETTE = 256
#: Behind all colours, which are 24 bits of red, green and blue.
_TRANSPARENT = 1 << 24


class Layout(NamedTuple):
    """What a file says beside its pixels. delays: of the frames, in hundredths of a second. loops: how often
    they are repeated, 0 for ever, None if the file does not say."""

    delays: list[int]
    loops: int | None


class _Blocks:
    """Reads a file block by block."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        """The next bytes. Raises FormatError ``truncated``."""
        found = self._data[self._at : self._at + length]
        if len(found) < length:
            raise FormatError("truncated", "the picture ends before its end")
        self._at += length
        return found

    def table(self, flags: int) -> None:
        """Pass a colour table, if there is one."""
        if flags & _TABLE:
            self.take(3 << (flags & _TABLE_BITS) + 1)

    def data(self) -> list[bytes]:
        """Blocks of data up to the empty one that ends them."""
        found = []
        while length := self.take(1)[0]:
            found.append(self.take(length))
        return found


def layout(data: bytes) -> Layout:
    """Read a file to its end, and no pixel.

    Raises FormatError: ``truncated``, ``bad-syntax``; ``pixel-format`` for no frames, too many, or frames
    that are not within the picture.
    """
    blocks = _Blocks(data)
    _, width, height, flags, _, _ = _SCREEN.unpack(blocks.take(_SCREEN.size))
    blocks.table(flags)
    delays: list[int] = []
    loops: int | None = None
    delay = 0
    while (kind := blocks.take(1)[0]) != _TRAILER:
        if kind == _EXTENSION:
            label = blocks.take(1)[0]
            found = blocks.data()
            if label == _CONTROL and found and len(found[0]) == 4:
                delay = int.from_bytes(found[0][1:3], "little")
            elif label == _APPLICATION and found[:1] and found[0] in _LOOPING and len(found) > 1:
                loops = int.from_bytes(found[1][1:3], "little")
        elif kind == _FRAME:
            left, top, columns, rows, flags = _IMAGE.unpack(blocks.take(_IMAGE.size))
            if left + columns > width or top + rows > height:
                raise FormatError("pixel-format", "a frame is not within the picture")
            blocks.table(flags)
            blocks.take(1)
            blocks.data()
            delays.append(delay)
            delay = 0
        else:
            raise FormatError("bad-syntax", "a picture has a block of no kind that there is")
    if not 0 < len(delays) <= MOST_PAGES:
        raise FormatError("pixel-format", f"a picture has no frames, or more than {MOST_PAGES}")
    return Layout(delays, loops)


class GifPages:
    """The frames of a file, as they are displayed one after the other."""

    def __init__(self, data: bytes) -> None:
        """Raises FormatError, see `layout`; ``picture-too-large``; ``bad-syntax``."""
        self._layout = layout(data)
        with decoding():
            image = Image.open(io.BytesIO(data), formats=["GIF"])
            check_size(image)
            count = int(getattr(image, "n_frames", 1))
        if count != len(self._layout.delays):
            raise FormatError("bad-syntax", "a picture has other frames than it shows")
        self._image = image
        self._size = image.size

    def __len__(self) -> int:
        return len(self._layout.delays)

    def views(self, page: int) -> Sequence[Samples]:
        return self._raster(page).views()

    def lines(self, page: int) -> Sequence[Line]:
        """None: a picture says nothing of its text."""
        return ()

    def written(self, boxes: Mapping[int, Sequence[Box]]) -> Iterator[bytes]:
        """Every frame whole, with the colours it has. Raises FormatError ``pixel-format`` for a frame that
        has more than a palette holds, or is read as another one than was written."""
        output = bytearray(_head(self._size, self._layout.loops))
        shown = []
        clear = any(self._raster(number).alpha is not None for number in range(len(self)))
        for number, delay in enumerate(self._layout.delays):
            page = self._raster(number)
            covered = boxes.get(number, ())
            page.paint(covered)
            frame = _Frame(page, bool(covered))
            shown.append(hash(frame.pixels.tobytes()))
            output += frame.written(delay, clear)
        output.append(_TRAILER)
        data = bytes(output)
        again = GifPages(data)
        for number, expected in enumerate(shown):
            if hash(_pixels(again._raster(number)).tobytes()) != expected:
                raise FormatError("pixel-format", "a frame can't be written as it is displayed")
        yield data

    def _raster(self, page: int) -> Raster:
        with decoding():
            self._image.seek(page)
            # Pillow takes a palette of greys for none, and then knows of no transparency.
            clear = self._image.mode == "L" and "transparency" in self._image.info
            found = raster(self._image.convert("LA") if clear else self._image)
        if found.samples.shape[:2] != self._size[::-1]:
            raise FormatError("pixel-format", "a frame is not as large as the picture")
        return found


class _Frame:
    """A frame with its palette.

    pixels: the colour of each as one number, `_TRANSPARENT` for none.
    """

    def __init__(self, page: Raster, painted: bool) -> None:
        self.pixels = _pixels(page)
        self._colours = _colours(self.pixels)
        if painted and len(self._colours) == _PALETTE + 1:
            # The black of boxes is one colour too many: the rarest of the others gives way to its neighbour.
            counts = np.bincount(self.pixels.ravel())[self._colours]
            counts[(self._colours == 0) | (self._colours == _TRANSPARENT)] = self.pixels.size
            rare = int(counts.argmin())
            self.pixels[self.pixels == self._colours[rare]] = _nearest(self._colours, rare)
            self._colours = _colours(self.pixels)
        if len(self._colours) > _PALETTE:
            raise FormatError("pixel-format", "a frame has more colours than a palette holds")

    def written(self, delay: int, clear: bool) -> bytes:
        """The blocks of the frame, whose colours are its own. clear: True if any frame is transparent in a
        place, so that none may stay below the next one."""
        numbers = np.zeros(_TRANSPARENT + 1, np.uint8)
        numbers[self._colours] = np.arange(len(self._colours))
        image = Image.fromarray(numbers[self.pixels])
        image.putpalette(_parts(self._colours).astype(np.uint8).tobytes())
        parameters: dict[str, Any] = {"disposal": _GOES if clear else _STAYS}
        if clear:
            # Of a frame without such pixels, too: else it would give way to a colour.
            parameters["transparency"] = min(int(self._colours.searchsorted(_TRANSPARENT)), _PALETTE - 1)
        with decoding():
            blocks = GifImagePlugin.getdata(
                image, include_color_table=True, duration=delay * 10, **parameters
            )
        return b"".join(blocks)


def _colours(pixels: NDArray[np.int32]) -> NDArray[np.int64]:
    """The colours of pixels, in order."""
    present = np.zeros(_TRANSPARENT + 1, bool)
    present[pixels] = True
    return np.flatnonzero(present)


def _parts(colours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Red, green and blue; black for what is transparent."""
    return np.stack((colours >> 16 & 255, colours >> 8 & 255, colours & 255), 1)


def _pixels(page: Raster) -> NDArray[np.int32]:
    """What is displayed: under what is transparent there is nothing."""
    samples = page.samples.astype(np.int32)
    if samples.ndim == 2:
        samples = np.dstack((samples, samples, samples))
    pixels = samples[..., 0] << 16 | samples[..., 1] << 8 | samples[..., 2]
    if page.alpha is not None:
        pixels[page.alpha == 0] = _TRANSPARENT
    return pixels


def _nearest(colours: NDArray[np.int64], number: int) -> int:
    """The colour that is most like one of them."""
    parts = _parts(colours)
    distances = np.square(parts - parts[number]).sum(1)
    distances[number] = distances[colours == _TRANSPARENT] = np.iinfo(distances.dtype).max
    return int(colours[distances.argmin()])


def _head(size: tuple[int, int], loops: int | None) -> bytes:
    """What stands before the frames."""
    head = _SCREEN.pack(MAGIC[1], *size, 0x70, 0, 0)
    if loops is None:
        return head
    return head + b"!\xff\x0bNETSCAPE2.0\x03\x01" + loops.to_bytes(2, "little") + b"\0"
