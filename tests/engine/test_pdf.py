"""PDF: pages are pictures of what they look like, text covered, and nothing else of the file is left."""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.files import mask_file, planted_in

from beam_phi.engine import Quarantine
from beam_phi.formats import FormatError, Source, pdf
from beam_phi.formats.image import raster

PLANTED = ("davidson", "douglas", "46198")
#: All that a masked PDF says beside pixels.
WORDS = frozenset(
    b"Type Catalog Pages Count Kids Page Parent MediaBox Resources XObject P Contents Subtype Image Width "
    b"Height BitsPerComponent ColorSpace DeviceGray DeviceRGB Filter FlateDecode Length Size Root".split()
)
TEXT = (
    "BT /F 18 Tf 40 340 Td (Patient: ) Tj /B 18 Tf (Douglas Davidson) Tj ET "
    "BT /F 18 Tf 40 300 Td (MRN 46198) Tj ET "
    "BT /F 18 Tf 40 120 Td (foley catheter in place) Tj ET "
    "0.5 g 40 160 200 80 re f"
)


def document(text: str = TEXT, rotate: int = 0, pages: int = 1) -> bytes:
    """A letter with names in every odd corner."""
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Rotate {rotate}/Contents 4 0 R/Annots[6 0 R]"
        "/Resources<</Font<</F 5 0 R/B 9 0 R>>>>/Metadata 7 0 R>>"
    )
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert('Davidson'))>>/Metadata 7 0 R"
        "/Names<</EmbeddedFiles<</Names[(Davidson.txt)<</Type/Filespec/F(Davidson.txt)/EF<</F 8 0 R>>>>]>>>>"
        "/Outlines<</Title(Douglas)>>/Lang(Davidson)>>",
        2: f"<</Type/Pages/Count {pages}/Kids[{'3 0 R ' * pages}]>>",
        3: page,
        4: f"<</Length {len(text)}>>\nstream\n{text}\nendstream",
        5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        6: "<</Type/Annot/Subtype/Text/Rect[300 20 320 40]/Contents(of Davidson 46198)/T(Douglas)>>",
        7: "<</Type/Metadata/Subtype/XML/Length 26>>\nstream\n<x>Davidson Douglas</x>   \nendstream",
        8: "<</Type/EmbeddedFile/Length 14>>\nstream\nDavidson 46198\nendstream",
        9: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>",
        10: "<</Title(Davidson)/Author(Douglas)/CreationDate(D:20130214)>>",
    }
    data, places = b"%PDF-1.7\n", []
    for number, body in objects.items():
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    at = len(data)
    data += b"xref\n0 11\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<</Size 11/Root 1 0 R/Info 10 0 R>>\nstartxref\n%d\n%%%%EOF\nDavidson" % at


def drawn(data: bytes, page: int = 0) -> NDArray[np.uint8]:
    with pypdfium2.PdfDocument(data) as opened:
        return np.array(opened[page].render(scale=200 / 72).to_numpy())[..., :3]


def texts(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as opened:
        return "".join(page.get_textpage().get_text_bounded() for page in opened)


def library(folder: Path, pixels: str) -> str:
    path = folder / "library.yaml"
    path.write_text(f"name: t\nextends: research\npixels: {pixels}\n")
    return str(path)


def refused(data: bytes, library: str = "basic") -> str:
    with pytest.raises(Quarantine) as refusal:
        mask_file("a.pdf", data, library)
    return refusal.value.reason


def test_nothing_is_left_but_covered_pictures() -> None:
    data = document(pages=2)
    masked, _, annotations = mask_file("Davidson.pdf", data, "research")
    assert planted_in(data, *PLANTED) == list(PLANTED)
    assert not planted_in(masked, *PLANTED)
    for stream in re.findall(rb"stream\n(x.*?)\nendstream", masked, re.DOTALL):
        assert not planted_in(zlib.decompress(stream), *PLANTED)
    without = re.sub(rb"stream\n.*?endstream", b"", masked, flags=re.DOTALL)
    assert set(re.findall(rb"/(\w+)", without)) <= WORDS
    assert texts(masked) == ""
    with pypdfium2.PdfDocument(masked) as opened:
        assert [page.get_size() for page in opened] == [(400, 400)] * 2
    before, after = drawn(data), drawn(masked)
    assert before.shape == after.shape
    lines = after[100:310, 110:500]
    assert (lines[45:60, 10:-150] < 40).all()
    grey = np.s_[460:650, 130:640]
    assert np.abs(before[grey].astype(int) - after[grey].astype(int)).max() <= 2
    assert {row.frame for row in annotations if row.location == "pixels"} == {0, 1}
    assert mask_file("Davidson.pdf", data, "research")[0] == masked


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_text_is_known_and_not_only_read(
    rotate: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beam_phi.pixels.finder.Finder.find", lambda *_: [])
    data = document(rotate=rotate)
    masked, _, _ = mask_file("a.pdf", data, library(tmp_path, "{policy: match}"))
    turned, old = (np.rot90(drawn(each), rotate // 90) for each in (masked, data))
    name, note = np.s_[130:180, 220:480], np.s_[730:790, 100:600]
    assert old[name].max() > 200
    assert turned[name].max() < 40
    assert old[note].min() < 40
    # Drawn from a picture, which is a hair smaller.
    assert abs(float(old[note].mean()) - float(turned[note].mean())) < 2


def test_a_pdf_is_refused_where_nothing_looks_for_text(tmp_path: Path) -> None:
    assert refused(document(), library(tmp_path, "{images: none}")) == "picture-unsearched"


def test_pages_too_large_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beam_phi.formats.pdf.pages.MOST_PIXELS", 400 * 400 - 1)
    assert refused(document()) == "picture-too-large"
    monkeypatch.setattr("beam_phi.formats.pdf.pages.MOST_PIXELS", raster.MOST_PIXELS)
    monkeypatch.setattr("beam_phi.formats.pdf.pages.MOST_PAGES", 1)
    assert refused(document(pages=2)) == "picture-too-large"


def test_damage_is_refused() -> None:
    assert refused(b"%PDF-1.7\n" + bytes(99)) == "bad-syntax"
    assert refused(b"about %PDF-1.7\n") == "bad-syntax"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 12), st.binary(min_size=1, max_size=6)), max_size=5))
def test_anything_is_refused_or_written(damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(document("0.5 g 40 160 200 80 re f"))
    for place, damage in damages:
        at = place % len(data)
        data[at : at + len(damage)] = damage
    source = Source(io.BytesIO(bytes(data)), len(data))
    with contextlib.suppress(FormatError):
        for scope in pdf.open(source).scopes():
            for page in range(len(scope)):
                assert len(scope.views(page)) == 1
                scope.lines(page)
            assert b"".join(part for part in scope.render() if isinstance(part, bytes)).startswith(b"%PDF")
