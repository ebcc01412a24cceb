from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.formats import encoding as enc
from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.encoding import (
    Encoding,
    detect_encoding,
    encode,
    holds_base64,
    inner_head,
    is_text,
    lines,
)

NO_NUL = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


@given(st.binary())
def test_any_bytes_decode_and_encode_to_themselves(raw: bytes) -> None:
    raw = raw.replace(b"\0", b"")
    for encoding in (Encoding(), Encoding(codec="windows-1252")):
        text, codec = encoding.decode(raw)
        assert encode(text, codec) == raw


@pytest.mark.parametrize(
    ("raw", "text", "codec"),
    [
        ("Müller".encode(), "Müller", "utf-8"),
        ("Müller".encode("latin-1"), "Müller", "windows-1252"),
        (b"\x93Nu\xf1ez\x94", "“Nuñez”", "windows-1252"),
        (b"hole \x81", "hole \x81", "windows-1252"),
    ],
)
def test_a_value_that_is_no_utf8_is_windows_1252(raw: bytes, text: str, codec: str) -> None:
    assert Encoding().decode(raw) == (text, codec)


def test_ascii_takes_the_codec_of_the_file() -> None:
    assert Encoding(codec="windows-1252").decode(b"Smith") == ("Smith", "windows-1252")


@pytest.mark.parametrize(
    ("text", "codec"), [("Šimůnek", "windows-1252"), ("a\0b", "utf-8"), ("\ud800", "utf-8")]
)
def test_what_cannot_be_encoded_is_unfit(text: str, codec: enc.Codec) -> None:
    with pytest.raises(Unfit):
        encode(text, codec)


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", Encoding()),
        ("utf-8-sig", Encoding(b"\xef\xbb\xbf")),
        ("utf-16", Encoding(b"\xff\xfe", "utf-16-le")),
        ("utf-16-le", Encoding(b"", "utf-16-le")),
        ("utf-16-be", Encoding(b"", "utf-16-be")),
        ("latin-1", Encoding(codec="windows-1252")),
    ],
)
def test_detection(codec: str, expected: Encoding) -> None:
    assert detect_encoding("Müller, Jürgen\tfoo\n".encode(codec)) == expected


def test_a_character_cut_in_two_at_the_end_of_the_head_is_no_fault() -> None:
    assert detect_encoding("Patient Mü".encode()[:-1]) == Encoding()
    head = "ab€😀".encode("utf-16-le")[:-2]
    assert inner_head(head, Encoding(b"", "utf-16-le")) == "ab€".encode()


@given(st.text(NO_NUL), st.sampled_from(["utf-16-le", "utf-16-be"]), st.integers(1, 9))
def test_utf16_goes_through_inner_bytes_unchanged(text: str, transform: enc.Transform, block: int) -> None:
    encoding = Encoding(b"", transform)
    stream = _Trickle(text.encode(transform), block)
    inner = b"".join(encoding.blocks(stream))
    assert inner == text.encode()
    assert encoding.outer(inner) == text.encode(transform)


@pytest.mark.parametrize("raw", [b"\xff\xfea\0\0\xd8", b"\xff\xfea\0b", b"\xff\xfe\0\0"])
def test_broken_utf16_and_nul_are_refused(raw: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        list(detect_encoding(raw).blocks(io.BytesIO(raw)))
    assert caught.value.reason == "bad-encoding"


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\x0b", b"\x85"])), st.integers(1, 4))
def test_lines_do_not_depend_on_blocks(parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(lines(blocks)) == data.splitlines(keepends=True)


def test_a_line_without_end_is_refused_before_it_fills_memory() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * enc.BLOCK_SIZE

    with pytest.raises(FormatError) as caught:
        list(lines(endless()))
    assert caught.value.reason == "record-too-long"
    assert read * enc.BLOCK_SIZE <= enc.MAX_LINE + 2 * enc.BLOCK_SIZE


@pytest.mark.parametrize(
    ("raw", "text"), [(b"a\tb\r\n\x0c\x1a", True), (b"a\x00", False), (b"\x02", False), (b"\x7f", False)]
)
def test_control_characters_are_no_text(raw: bytes, text: bool) -> None:
    assert is_text(raw) is text


class _Trickle(io.BytesIO):
    """A stream that gives a few bytes at a time, as remote ones may."""

    def __init__(self, data: bytes, block: int) -> None:
        super().__init__(data)
        self._block = block

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._block)


PACKED = base64.b64encode(bytes(range(64))).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PACKED, True),
        (f"see {PACKED} below", True),
        ("\n".join(PACKED[at : at + 40] for at in (0, 40)), True),
        (PACKED[:40], False),
        ("ACGT" * 40, False),
        ("0123456789abcdef" * 8, False),
        ("x/Abcdef1" * 20, False),
        ("Mr Davidson was seen here on 5 May and again on 7 June by Dr Woolfson", False),
    ],
)
def test_base64_is_told_from_words(text: str, expected: bool) -> None:
    assert holds_base64(text) is expected
