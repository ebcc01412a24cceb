"""Specific Character Set: read what is there, write what fits."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from dicom_help import decode, encode, field, open_bytes, render
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_charset_files
from pydicom.dataset import Dataset

from beam_phi.formats.dicom.charset import character_set
from beam_phi.formats.document import Unfit

DECLARED = [
    b"", b"ISO_IR 6", b"ISO_IR 13", b"ISO_IR 100", b"ISO_IR 144", b"ISO_IR 166", b"ISO_IR 192", b"GB18030",
    b"GBK", b"\\ISO 2022 IR 87", b"ISO 2022 IR 13\\ISO 2022 IR 87", b"\\ISO 2022 IR 149", b"\\ISO 2022 IR 58",
    b"ISO 2022 IR 100\\ISO 2022 IR 126", b"nonsense", b"\xff\\",
]  # fmt: skip


@pytest.mark.parametrize("path", list(get_charset_files("*.dcm")), ids=lambda p: Path(p).name)
def test_names_read_like_pydicoms(path: str) -> None:
    theirs = pydicom.dcmread(path)
    mine = [
        f for f in open_bytes(Path(path).read_bytes()).scope.fields() if f.location.endswith("(0010,0010)")
    ]
    names = [e for e in theirs.iterall() if e.tag == 0x00100010]
    assert [f.text.rstrip("=") for f in mine] == [str(e.value) for e in names]


@pytest.mark.parametrize(
    ("charset", "old", "new"),
    [
        ("ISO_IR 100", "Müller^Jörg", "Größe^Ä"),
        ("ISO_IR 144", "Люкceмбypг", "Другой^Имя"),  # noqa: RUF001
        ("ISO_IR 192", "王^小東", "山田^太郎"),
        ("GB18030", "王^小东", "张^伟"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎", "Suzuki^Jiro=鈴木^次郎"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "Kim^Chulsoo=金^哲秀=김^철수"),
        (["ISO 2022 IR 100", "ISO 2022 IR 126"], "Müller^Διον", "Größe^Ιω"),
        ("ISO_IR 6", "Plain^Name", "Other^Name"),
    ],
)
def test_replacements_are_written_in_the_declared_set(charset: str | list[str], old: str, new: str) -> None:
    ds = Dataset()
    ds.SpecificCharacterSet = charset
    ds.PatientName = old
    data = encode(ds)
    document = open_bytes(data)
    one = field(document, "(0010,0010)")
    assert one.text == old
    document.scope.replace(one, new)
    out = render(document, data)
    assert str(decode(out).PatientName) == new
    assert field(open_bytes(out), "(0010,0010)").text == new


def test_what_the_set_has_not_is_refused() -> None:
    for charset, text in (("ISO_IR 6", "Müller"), ("ISO_IR 100", "王"), (["", "ISO 2022 IR 87"], "홍")):
        ds = Dataset()
        ds.SpecificCharacterSet = charset
        ds.PatientName = "A"
        document = open_bytes(encode(ds))
        with pytest.raises(Unfit) as error:
            document.scope.replace(field(document, "(0010,0010)"), text)
        assert text not in str(error.value)


def test_wrong_declarations_lose_nothing() -> None:
    for raw, text in (("Müller^J".encode(), "Müller^J"), ("Müller^J".encode("latin-1"), "Müller^J")):
        ds = Dataset()
        ds.add_new(0x00100010, "PN", raw)
        data = encode(ds)
        document = open_bytes(data)
        one = field(document, "(0010,0010)")
        assert one.text == text
        document.scope.replace(one, text[::-1])
        changed = render(document, data)
        assert field(open_bytes(changed), "(0010,0010)").text == text[::-1]


def test_a_backslash_byte_inside_a_character_parts_nothing() -> None:
    for charset, first in (("GB18030", "誠乗\\倶"), ("ISO_IR 192", "a\\b")):
        raw = first.encode(charset if charset == "GB18030" else "utf-8")
        assert len(character_set(charset.encode()).split(raw)) == 2
    declared = b"\\ISO 2022 IR 87"
    for kanji in (b":\\", b":;\\<"):  # a backslash as second, then as first byte of a character
        raw = b"\x1b$B" + kanji + b"\x1b(B\\B"
        assert character_set(declared).split(raw) == [b"\x1b$B" + kanji + b"\x1b(B", b"B"]


@given(st.sampled_from(DECLARED), st.binary(max_size=40))
def test_any_bytes_are_text_and_come_back(declared: bytes, raw: bytes) -> None:
    charset = character_set(declared)
    text = charset.decode(raw)
    assert b"\\".join(charset.split(raw)) == raw
    encoded = charset.encode(text, raw)
    assert encoded is None or charset.decode(encoded) == text


@given(st.sampled_from(DECLARED), st.text("aé^=王홍日Ж \\ﾔ", max_size=12))
def test_what_can_be_written_reads_the_same(declared: bytes, text: str) -> None:
    charset = character_set(declared)
    raw = charset.encode(text)
    assert raw is None or charset.decode(raw) == text
