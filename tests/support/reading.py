"""What pictures say: PDF pages, pictures in files and the frames of DICOM objects.

Tesseract reads them, and the engine that masks by default, too: each reads words that the other doesn't. How
the package opens a format and makes a picture of it is not used here.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pydicom
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from beam_phi.pixels.engines import EngineMissing, text_engine

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8")
#: How a data set begins, or its file meta information, that has no preamble: group 2 or 8.
_BARE_DICOM = (b"\x02\0", b"\x08\0", b"\0\x08")
_RESOLUTION = 150 / 72
_BRIGHTEST = 255
#: What is darker or brighter than this share of the pixels is shown black or white.
_SHARES = (0.5, 99.8)


class Reader:
    """Reads pictures, none of them twice.

    read: pictures that were read. unread: pictures that some engine did not, because it is not installed.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], str] = {}
        self._unread: set[bytes] = set()

    @property
    def read(self) -> int:
        return len({memo for _, memo in self._known} - self._unread)

    @property
    def unread(self) -> int:
        return len(self._unread)

    def text(self, engine: str, picture: NDArray[np.uint8]) -> str:
        """What a picture of (rows, columns, 3) says, in one line."""
        if picture.size == 0 or picture.min() == picture.max():
            return ""
        memo = hashlib.blake2b(picture.tobytes(), digest_size=16, key=repr(picture.shape).encode()).digest()
        if (engine, memo) not in self._known:
            try:
                lines = text_engine(engine).lines(picture)
            except EngineMissing:
                self._unread.add(memo)
                return ""
            self._known[engine, memo] = "\t".join(line.text for line in lines)
        return self._known[engine, memo]


#: The process's own.
READER = Reader()


def pdf_text(data: bytes) -> Iterator[bytes]:
    """What a PDF file says of itself, then the text of each page as the file has it."""
    if data[:5] != b"%PDF-":
        return
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            yield "\t".join(document.get_metadata_dict().values()).encode()
            for number in range(len(document)):
                with closing(document[number]) as page, closing(page.get_textpage()) as text:
                    yield "\t".join(text.get_text_bounded().splitlines()).encode("utf-8", "replace")
    except pypdfium2.PdfiumError:
        return


def seen_text(engine: str, data: bytes) -> Iterator[bytes]:
    """What an engine reads in each page, picture or frame as it looks."""
    for picture in _looks(data):
        yield READER.text(engine, np.ascontiguousarray(picture)).encode()


def _looks(data: bytes) -> Iterator[NDArray[np.uint8]]:
    if data[:5] == b"%PDF-":
        yield from _pages(data)
    elif data[128:132] == b"DICM" or data[:2] in _BARE_DICOM:
        yield from _frames(data)
    elif data.startswith(_PICTURES):
        yield from _pictures(data)


def _pages(data: bytes) -> Iterator[NDArray[np.uint8]]:
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            for number in range(len(document)):
                with closing(document[number]) as page, closing(page.render(scale=_RESOLUTION)) as bitmap:
                    yield np.array(bitmap.to_pil().convert("RGB"))
    except pypdfium2.PdfiumError:
        return


def _pictures(data: bytes) -> Iterator[NDArray[np.uint8]]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            for page in ImageSequence.Iterator(image):
                yield np.asarray(page.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return


def _frames(data: bytes) -> Iterator[NDArray[np.uint8]]:
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=True)
        if "PixelData" not in dataset:
            return
        samples = dataset.pixel_array
    except Exception:  # pydicom and its decoders have no common base for what they raise
        return
    colour = dataset.SamplesPerPixel > 1
    for frame in samples if samples.ndim == (4 if colour else 3) else [samples]:
        yield frame if colour and frame.dtype == np.uint8 else _grey(frame)


def _grey(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    """One sample a pixel, whichever way round: the engine reads dark on bright and bright on dark."""
    values = samples.astype(np.float32)
    low, high = np.percentile(values, _SHARES)
    if high <= low:
        low, high = values.min(), values.max()
    scaled = np.clip((values - low) / max(high - low, 1), 0, 1) * _BRIGHTEST
    grey = scaled.astype(np.uint8)
    return grey if grey.ndim == 3 else np.stack((grey,) * 3, axis=2)
