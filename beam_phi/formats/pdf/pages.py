"""Pages of a PDF, drawn by PDFium: their pixels, and the text that PDFium knows to stand on them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from threading import RLock
from typing import NamedTuple

import numpy as np
import pypdfium2
from pypdfium2 import raw

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.image.files import LARGEST
from beam_phi.formats.image.raster import MOST_PAGES, MOST_PIXELS, Raster
from beam_phi.formats.pdf.writing import PdfWriter
from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Line
from beam_phi.pixels.picture import Samples

#: Dots per inch of a drawn page; of a larger page fewer, but no less than those of a screen.
RESOLUTION, LEAST = 200, 72
_POINTS = 72
#: PDFium knows of no threads.
_LOCK = RLock()


class PdfPages:
    """The pages of a PDF file."""

    def __init__(self, source: Source) -> None:
        """Raises FormatError ``bad-syntax`` for what PDFium can't open, ``picture-too-large``."""
        if source.size > LARGEST:
            raise FormatError("picture-too-large", f"the file has more than {LARGEST} bytes")
        source.stream.seek(0)
        with _LOCK:
            try:
                self._document = pypdfium2.PdfDocument(source.stream.read())
                self._document.init_forms()
                self._count = len(self._document)
            except pypdfium2.PdfiumError:
                raise FormatError("bad-syntax", "the PDF is damaged or encrypted") from None
        if not 0 < self._count <= MOST_PAGES:
            raise FormatError("picture-too-large", f"the PDF has no page, or more than {MOST_PAGES}")

    def __len__(self) -> int:
        return self._count

    def views(self, page: int) -> Sequence[Samples]:
        return (self._drawn(page).samples,)

    def lines(self, page: int) -> Sequence[Line]:
        """The text of a page in pixels of the drawn page, as the file has it and not as it looks."""
        with self._page(page) as opened, closing(opened.get_textpage()) as text:
            place = _Placing(opened, *_size(opened))
            rects = [text.get_rect(number) for number in range(text.count_rects())]
            spans = [_Span(text.get_text_bounded(*rect), *rect) for rect in rects]
            return [Line(place.box(*line[1:]), line.text, 1.0, 1.0) for line in _joined(spans)]

    def written(self, boxes: Mapping[int, Sequence[Box]]) -> Iterator[bytes]:
        """A PDF of one picture a page."""
        writer = PdfWriter()
        yield writer.begin()
        for number in range(self._count):
            with self._page(number) as opened:
                size = opened.get_size()
            drawn = self._drawn(number)
            drawn.paint(boxes.get(number, ()))
            yield from writer.page(drawn.samples, size)
        yield writer.end()

    def _page(self, number: int) -> _Opened:
        return _Opened(self._document, number)

    def _drawn(self, number: int) -> Raster:
        with self._page(number) as opened:
            columns, rows = _size(opened)
            bitmap = pypdfium2.PdfBitmap.new_native(columns, rows, raw.FPDFBitmap_BGR)
            with closing(bitmap):
                bitmap.fill_rect((255, 255, 255, 255), 0, 0, columns, rows)
                flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
                where = (0, 0, columns, rows, 0, flags)
                raw.FPDF_RenderPageBitmap(bitmap, opened, *where)
                if self._document.formenv is not None:
                    raw.FPDF_FFLDraw(self._document.formenv, bitmap, opened, *where)
                return Raster(np.array(bitmap.to_numpy()))


class _Opened:
    """A page while it is looked at; no other thread looks at any."""

    def __init__(self, document: pypdfium2.PdfDocument, number: int) -> None:
        self._document = document
        self._number = number

    def __enter__(self) -> pypdfium2.PdfPage:
        _LOCK.acquire()
        try:
            self._page = self._document[self._number]
        except BaseException as error:
            _LOCK.release()
            if isinstance(error, pypdfium2.PdfiumError):
                raise FormatError("bad-syntax", "a page of the PDF is damaged") from None
            raise
        return self._page

    def __exit__(self, *_: object) -> None:
        try:
            self._page.close()
        finally:
            _LOCK.release()


def _size(page: pypdfium2.PdfPage) -> tuple[int, int]:
    """Columns and rows of a page. Raises FormatError ``picture-too-large``."""
    width, height = (max(side, 1.0) / _POINTS for side in page.get_size())
    resolution = min(RESOLUTION, (MOST_PIXELS / (width * height)) ** 0.5)
    if not resolution >= LEAST:
        raise FormatError("picture-too-large", "a page is too large to be drawn")
    return max(int(width * resolution), 1), max(int(height * resolution), 1)


class _Span(NamedTuple):
    """A piece of text, in coordinates of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


class _Placing:
    """From the coordinates of a page to pixels."""

    def __init__(self, page: pypdfium2.PdfPage, columns: int, rows: int) -> None:
        self._page = page
        self._size = columns, rows

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        corners = [self._pixel(x, y) for x in (left, right) for y in (bottom, top)]
        x, y = (min(sides) for sides in zip(*corners, strict=True))
        behind, below = (max(sides) for sides in zip(*corners, strict=True))
        return Box(x, y, behind - x + 1, below - y + 1)

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, *self._size, 0, x, y, across, down)
        return across.value, down.value


def _joined(spans: Iterable[_Span]) -> list[_Span]:
    """Lines, of the spans that stand side by side: a line changes its font where a name begins."""
    lines: list[_Span] = []
    for span in sorted(spans, key=lambda span: span.left):
        for number, line in enumerate(lines):
            if _goes_on(line, span):
                lines[number] = _Span(
                    f"{line.text} {span.text}",
                    line.left,
                    min(line.bottom, span.bottom),
                    max(line.right, span.right),
                    max(line.top, span.top),
                )
                break
        else:
            lines.append(span)
    return lines


def _goes_on(line: _Span, span: _Span) -> bool:
    """True for a span whose middle is as high as the line, behind its end."""
    height = line.top - line.bottom
    level = line.bottom <= (span.bottom + span.top) / 2 <= line.top
    return level and -height < span.left - line.right < 2 * height
