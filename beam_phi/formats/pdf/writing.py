"""A PDF (ISO 32000-1) that holds one picture a page and nothing else; same pictures give the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from beam_phi.pixels.picture import Samples

_LEVEL = 6
#: Numbers of objects: the catalog, the list of pages, what belongs to the first page.
_CATALOG, _PAGES, _FIRST = 1, 2, 3


class PdfWriter:
    """Writes pages one behind the other."""

    def __init__(self) -> None:
        self._at = 0
        self._offsets: dict[int, int] = {}
        self._kids: list[int] = []

    def begin(self) -> bytes:
        return self._counted(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n") + self._object(
            _CATALOG, b"<</Type/Catalog/Pages %d 0 R>>" % _PAGES
        )

    def page(self, samples: Samples, size: tuple[float, float]) -> Iterator[bytes]:
        """A page of so many points, all of it a picture of red, green and blue."""
        page, picture, content = (_FIRST + 3 * len(self._kids) + number for number in range(3))
        self._kids.append(page)
        rows, columns = samples.shape[:2]
        grey = bool((samples == samples[..., :1]).all())
        space = b"/DeviceGray" if grey else b"/DeviceRGB"
        data = zlib.compress((samples[..., 0] if grey else samples).tobytes(), _LEVEL)
        width, height = (b"%.2f" % side for side in size)
        facts = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % (columns, rows)
        yield self._stream(picture, facts + b"/ColorSpace" + space + b"/Filter/FlateDecode", data)
        yield self._stream(content, b"", b"q %s 0 0 %s 0 0 cm /P Do Q" % (width, height))
        resources = b"/Resources<</XObject<</P %d 0 R>>>>" % picture
        box = b"/MediaBox[0 0 %s %s]" % (width, height)
        yield self._object(
            page, b"<</Type/Page/Parent %d 0 R%s%s/Contents %d 0 R>>" % (_PAGES, box, resources, content)
        )

    def end(self) -> bytes:
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        pages = self._object(_PAGES, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._kids), kids))
        table = b"".join(b"%010d 00000 n \n" % self._offsets[number] for number in sorted(self._offsets))
        count = len(self._offsets) + 1
        head = b"xref\n0 %d\n0000000000 65535 f \n" % count
        tail = b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, _CATALOG, self._at)
        return pages + head + table + tail

    def _stream(self, number: int, facts: bytes, data: bytes) -> bytes:
        head = b"<<%s/Length %d>>" % (facts, len(data))
        return self._object(number, head + b"\nstream\n" + data + b"\nendstream")

    def _object(self, number: int, body: bytes) -> bytes:
        self._offsets[number] = self._at
        return self._counted(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _counted(self, data: bytes) -> bytes:
        self._at += len(data)
        return data
