from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scopes import rendered

from beam_phi.formats import plain
from beam_phi.formats.document import FormatError, Source, Unfit
from beam_phi.formats.plain import TextScope

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "text"


def scopes(data: bytes) -> list[TextScope]:
    return list(plain.open(Source(io.BytesIO(data), len(data))).scopes())


NOTE = b"\r\nPATIENT: Douglas\r\n  Davidson\r\n\r\n \t\r\nSeen by Dr. Wallace.\r\nNo fever."


@given(st.binary())
def test_untouched_text_is_the_same_bytes(data: bytes) -> None:
    try:
        found = scopes(data)
    except FormatError:
        return
    assert rendered(found) == data


@given(
    st.lists(st.sampled_from(["Müller", "x", " ", "\t", "\n", "\r\n", "\r", "\n\n", "€", "\x0c", "."])),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_untouched_text_of_any_encoding_is_the_same_bytes(parts: list[str], codec: str) -> None:
    data = "".join(parts).encode(codec)
    assert rendered(scopes(data)) == data


def test_a_field_is_a_paragraph_with_the_number_of_its_first_line() -> None:
    (scope,) = scopes(NOTE)
    assert [(field.location, field.text) for field in scope.fields()] == [
        ("line 2", "PATIENT: Douglas\r\n  Davidson"),
        ("line 6", "Seen by Dr. Wallace.\r\nNo fever."),
    ]
    assert scope.fields()[0] is scope.fields()[0]
    assert scope.fields()[0].type is scope.fields()[1].type


def test_only_the_replaced_span_differs() -> None:
    (scope,) = scopes(NOTE)
    field = scope.fields()[0]
    scope.replace(field, field.text.replace("Douglas\r\n  Davidson", "Kelvar\r\n  Osmin"))
    assert rendered([scope]) == NOTE.replace(b"Douglas", b"Kelvar").replace(b"Davidson", b"Osmin")


def test_a_paragraph_keeps_its_own_encoding() -> None:
    data = "Müller\n\n".encode() + "Nuñez, M".encode("latin-1")
    (scope,) = scopes(data)
    first, second = scope.fields()
    scope.replace(first, "Bäcker")
    scope.replace(second, "Ibáñez, M")
    assert rendered([scope]) == "Bäcker\n\n".encode() + "Ibáñez, M".encode("latin-1")
    with pytest.raises(Unfit):
        scope.replace(second, "Šimůnek")


def test_utf16_is_written_back_as_utf16() -> None:
    (scope,) = scopes("A: Müller\n\nend\n".encode("utf-16"))
    scope.replace(scope.fields()[0], "A: Osmin")
    scope.delete(scope.fields()[1])
    assert rendered([scope]).decode("utf-16") == "A: Osmin\n\n\n"
    assert rendered([scope]).startswith(b"\xff\xfe")


def test_a_replacement_may_join_lines_but_not_add_any() -> None:
    (scope,) = scopes(b"Douglas\nDavidson")
    scope.replace(scope.fields()[0], "Kelvar Osmin")
    with pytest.raises(Unfit):
        scope.replace(scope.fields()[0], "Kelvar\n\nOsmin")


def test_a_large_file_is_cut_at_a_blank_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MAX_SCOPE", 40)
    data = b"a line of some length\n" * 3 + b"\n" + b"the next\n"
    found = scopes(data)
    assert [scope.fields()[0].location for scope in found] == ["line 1", "line 5"]
    assert rendered(found) == data
    assert len(scopes(b"a line of some length\n" * 8)) == 2


def test_a_long_paragraph_is_cut_where_a_sentence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MAX_PARAGRAPH", 30)
    (scope,) = scopes(b"Seen by\nDr. Wallace for a\ncough.\nMr. Davidson\nwill return.\n")
    assert [field.location for field in scope.fields()] == ["line 1", "line 4"]
    (scope,) = scopes(b"no end in sight\n" * 8)
    assert len(scope.fields()) == 2


@pytest.mark.parametrize("data", [b"abc\0def", b"\x89PNG\r\n\x1a\n\0\0", b"text\n" * 20_000 + b"\0"])
def test_binary_content_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        scopes(data)
    assert caught.value.reason == "bad-encoding"


def test_an_empty_file_is_empty() -> None:
    assert rendered(scopes(b"")) == b""
    assert rendered(scopes(b"\xef\xbb\xbf")) == b"\xef\xbb\xbf"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
def test_corpus_texts_come_out_as_they_went_in() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert rendered(scopes(data)) == data, path.name
