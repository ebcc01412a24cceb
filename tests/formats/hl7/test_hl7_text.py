"""Escape sequences and character sets."""

from __future__ import annotations

import pytest
from hl7_help import MSH, message, replaced, scopes, texts
from hypothesis import given
from hypothesis import strategies as st
from support.scopes import rendered

from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.hl7.delimiters import Delimiters, read_delimiters
from beam_phi.formats.hl7.escapes import Escapes, escapes

USUAL = read_delimiters("MSH|^~\\&|")
LATIN = Escapes(USUAL, "iso8859-1")

# -- escapes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\X41\\X0D0A\\XE4\x", "A\r\nä" + "x"),
        (r"\H\loud\N\ \.sp2\x\.in+4\y", r"\H\loud\N\ \.sp2\x\.in+4\y"),
        (r"Dav\H\ids\N\on, \H\Douglas\N\.", r"Davidson, \H\Douglas\N\."),
        (r"\C2842\x\M244200\y\Zabc\z", r"\C2842\x\M244200\y\Zabc\z"),
        (r"C:\temp\new", r"C:\temp\new"),
        (r"\XZZ\ \X\ \P\ \E", r"\XZZ\ \X\ \P\ \E"),
        ("no escape", "no escape"),
    ],
)
def test_decode(raw: str, text: str) -> None:
    assert LATIN.decode(raw) == text


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("a|b^c&d~e\\f", r"a\F\b\S\c\T\d\R\e\E\f"),
        ("one\r\ntwo\rthree\nfour", r"one\.br\two\.br\three\.br\four"),
        (r"a|\H\b^\N\|", r"a\F\\H\b\S\\N\\F" + "\\"),
        (r"\H\loud\N\ & x", r"\H\loud\N\ \T\ x"),
        ("\\F\\", r"\E\F\E" + "\\"),
        ("tab\t\x0b\x1c", "tab\t\\X0B\\\\X1C\\"),
        ("plain", "plain"),
    ],
)
def test_encode(text: str, raw: str) -> None:
    assert LATIN.encode(text) == raw


@given(
    st.text("|^~\\&#ab\tHN.ZXE0C5", max_size=20),
    st.sampled_from(["MSH|^~\\&|", "MSH#^\\&~|#", "MSH&|\\^#~&"]),
)
def test_what_is_encoded_is_decoded(text: str, header: str) -> None:
    delimiters = read_delimiters(header)
    coded = escapes(delimiters, "utf-8").encode(text)
    assert escapes(delimiters, "utf-8").decode(coded) == text
    without_marks = coded.replace(delimiters.escape, "")
    assert not any(mark in without_marks for mark in (delimiters.field, delimiters.component))


def test_nothing_can_be_escaped_without_an_escape_character() -> None:
    bare = Escapes(Delimiters("|", "^", "~"), "ascii")
    assert bare.decode("a\\F\\b") == "a\\F\\b"
    assert bare.encode("a\\b") == "a\\b"
    for text in ("a|b", "a\nb", "a\x1cb"):
        with pytest.raises(Unfit):
            bare.encode(text)


def test_nul_is_no_text() -> None:
    with pytest.raises(Unfit):
        LATIN.encode("a\0b")


# -- character sets ------------------------------------------------------------------------------------------


def declared(name: str, text: str, codec: str) -> bytes:
    return f"{MSH}||||||{name}\rPID|1||||{text}^Jan\rNTE|1||a\r".encode(codec)


NAMES = [
    ("UNICODE UTF-8", "Müller王", "utf-8"),
    ("", "Müller王", "utf-8"),
    ("ASCII", "Müller", "utf-8"),
    ("8859/1", "Müller", "iso8859-1"),
    ("8859/1~ISO IR87", "Müller", "iso8859-1"),
    ("8859/2", "Łukasz", "iso8859-2"),
    ("8859/5", "Иванов", "iso8859-5"),
    ("8859/15", "Œuvre", "iso8859-15"),
    ("ISO IR87", "山田", "iso2022_jp_2"),
    ("GB 18030-2000", "王小东", "gb18030"),
    ("KS X 1001", "홍길동", "euc_kr"),
]


@pytest.mark.parametrize(("name", "text", "codec"), NAMES)
def test_declared_sets(name: str, text: str, codec: str) -> None:
    data = declared(name, text, codec)
    assert texts(data)["PID[1]-5[1].1"] == text
    assert rendered(scopes(data)) == data
    changed = replaced(data, "PID[1]-5[1].1", text[::-1])
    assert texts(changed)["PID[1]-5[1].1"] == text[::-1]
    assert changed == declared(name, text[::-1], codec)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("", "iso8859-1"),
        ("UNICODE UTF-8", "iso8859-1"),
        ("8859/1", "utf-8"),
        ("8859/1", "cp1252"),
        ("X", "utf-8"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, codec: str) -> None:
    with pytest.raises(FormatError) as error:
        scopes(declared(name, "Müller \u20ac" if codec == "cp1252" else "Müller", codec))
    assert error.value.reason == "bad-encoding"


@pytest.mark.parametrize("bad", [b"\0", b"\x1b$B"])
def test_controls_that_no_message_holds(bad: bytes) -> None:
    with pytest.raises(FormatError) as error:
        scopes(message("NTE|1||x").replace(b"x", bad))
    assert error.value.reason == "bad-encoding"


def test_bytes_that_the_text_would_not_give_back() -> None:
    data = declared("ISO IR87", "山田", "iso2022_jp_2").replace(b"\x1b(B", b"\x1b(B\x1b(B")
    with pytest.raises(FormatError) as error:
        scopes(data)
    assert error.value.reason == "bad-encoding"


def test_an_unknown_set_of_ascii_alone() -> None:
    assert texts(declared("SOMETHING", "Mueller", "ascii"))["PID[1]-5[1].1"] == "Mueller"


def test_a_character_that_the_set_lacks() -> None:
    for name in ("8859/1", "ASCII", ""):
        with pytest.raises(Unfit):
            replaced(declared(name, "Mueller", "ascii"), "PID[1]-5[1].1", "王")
    assert "Müller".encode("latin-1") in replaced(declared("8859/1", "x", "ascii"), "PID[1]-5[1].1", "Müller")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(codec: str) -> None:
    data = f"{MSH}\rPID|1||||Müller\r{MSH}\rPID|2||||王\r".encode(codec)
    assert rendered(scopes(data)) == data
    assert replaced(data, "PID[1]-5[1].1", "Łuk").decode(codec) == data.decode(codec).replace("Müller", "Łuk")


def test_sets_are_those_of_each_message() -> None:
    data = declared("8859/1", "Müller", "iso8859-1") + declared("", "Müller", "utf-8")
    names = [field for scope in scopes(data) for field in scope.fields() if "PID[1]-5[1].1" in field.location]
    assert [field.text for field in names] == ["Müller", "Müller"]
