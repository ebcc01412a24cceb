"""Texts that are encoded once more are read, and what is found there is replaced where it stands."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.undeclared import bytes_of, letters, other_readings
from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import Finding, Identifier, Known, Searcher, resolve
from beam_phi.matching.readings import by_sizes, readings

NAME = "Davidson"
KNOWN = Known([Identifier("DAVIDSON^DOUGLAS", "patient-name", "name")])
MUELLER = Known([Identifier("MÜLLERS^JÖRGEN", "patient-name", "name")])


def found(text: str, known: Known = KNOWN) -> list[tuple[str, str]]:
    """What is to be replaced, and what it says."""
    return [(text[f.start : f.end], f.of(text)) for f in resolve(known.find(text), text)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("David%73on", "Davidson"),
        ("%44%61%76%69%64%73%6F%6E", "Davidson"),
        ("D&#97;vidson", "Davidson"),
        ("D&#x61;vidson", "Davidson"),
        ("Davids&oacute;n", "Davidsón"),
        ("D\\u0061vidson", "Davidson"),
        ("D\\x61\\x76idson", "Davidson"),
        ("D<b>avid</b>son", "Davidson"),
        ('D<span class="x">avid</span>son', "Davidson"),
        ("D\0a\0v\0i\0d\0s\0o\0n", "Davidson"),
        ("Davids=C3=B3n", "Davidsón"),
        ("Davi=\r\ndson", "Davidson"),
        (base64.b64encode(b"PID|1||Davidson^X").decode(), "Davidson"),
        (base64.b64encode(b"PID|1||Davidson^X").decode().rstrip("="), "Davidson"),
        (base64.b64encode("Davidson".encode("utf-16-le")).decode(), "Davidson"),
        (base64.b64encode(base64.b64encode(b"id Davidson")).decode(), "Davidson"),
        (base64.b64encode(b"D%61vidson").decode(), "Davidson"),
        (b"Davidson".hex(), "Davidson"),
        (b"Davidson".hex(" ").upper(), "Davidson"),
        ("0x" + b"Davidson".hex(), "Davidson"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "knee {} axial", "(a) {}, 3%"])
def test_a_name_encoded_once_more(written: str, said: str, around: str) -> None:
    ((where, value),) = found(around.format(written))
    assert where.replace("</b>", "").strip("0x\0") in written.replace("</b>", "")
    assert value == said


def test_base64_over_lines_is_one_run() -> None:
    text = base64.encodebytes(b"Seen today: " + b"x " * 60 + b"Davidson").decode().strip()
    assert "\n" in text
    assert found(f"see\n{text}\nend") == [(text, "Davidson")]


def test_a_name_from_behind() -> None:
    assert found("nosdivaD axial") == [("nosdivaD", "nosdivaD")]


@pytest.mark.parametrize(
    "text", ["Douglas%20Davidson", "Douglas Davidson%2C", "<td>Davidson</td>", "50% Davidson"]
)
def test_what_the_text_shows_is_found_as_it_is_written(text: str) -> None:
    assert all(
        where.replace("%20", " ") in (NAME, "Douglas", f"Douglas {NAME}") for where, value in found(text)
    )
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Photographically", "t2_spc_da-fl_irprep_sag_p2_iso", "ContrastEnhancedAngiography",
        "0123456789abcdef", "20130401123456", "BP <120 and >80", "a&b;c", "100%25", "\\u00", "&#1114112;",
        "&#xD800;", "%zz", "=ED", "\ud800%41", "AAAAAAAAAAAAAAAAAAAAAAAA", "1.2.840.113619.2.55.3", "x" * 50,
        "QUJDREVGR0hJSg",
    ],
)  # fmt: skip
def test_text_that_hides_nothing(text: str) -> None:
    assert found(text) == []


def test_matchers_read_it_too() -> None:
    ssn = Searcher([(MatcherSpec("pattern", "ssn", {"builtin": "ssn"}), DataClass("ssn", "r"))])
    run = base64.b64encode(b"SSN: 523-45-6789 or so").decode()
    for text in (f"see {run}", "SSN 523%2D45%2D6789", "SSN 523-45-6789"):
        assert [finding.of(text) for finding in ssn.find(text)] == ["523-45-6789"]


def test_a_part_of_a_run_that_another_finding_leaves_is_no_longer_what_the_run_says() -> None:
    inner = Finding(0, 4, "id", "m", "k", 1.0, 90)
    run = Finding(0, 12, "name", "known", "known", 1.0, 50, "Davidson")
    assert [(f.start, f.end, f.value) for f in resolve([inner, run])] == [(0, 4, ""), (4, 12, "")]


@given(st.text(max_size=60), st.text(max_size=20))
def test_each_place_of_a_reading_is_told(before: str, inside: str) -> None:
    text = f"{before}%41&lt;<b>{quote(inside)}</b>{inside.encode('utf-8', 'replace').hex()} QUJDREVGR0hJSg=="
    for reading in readings(text):
        for place, letter in enumerate(reading.text):
            start, end = reading.span(place)
            assert 0 <= start < end <= len(text)
            assert text[start:end] == letter or end - start > 1 or letter == " "


@pytest.mark.parametrize("read_as", ["latin-1", "cp1252"])
@pytest.mark.parametrize("written_in", ["utf-8", "cp437", "cp850", "mac-roman"])
def test_a_name_in_another_character_set_than_the_text(read_as: str, written_in: str) -> None:
    raw = "Müllers".encode(written_in)
    text = "Knie " + (letters(raw) if read_as == "latin-1" else raw.decode(read_as, "replace"))
    if "\ufffd" not in text:
        assert [value for _, value in found(text, MUELLER)] == ["Müllers"]


def test_bytes_of_an_unknown_character_set_come_back() -> None:
    raw = bytes(range(256))
    assert bytes_of(letters(raw)) == raw
    assert bytes_of("山") is None
    assert list(other_readings("plain")) == []


@given(st.binary(max_size=40))
def test_other_readings_stand_for_all_of_the_text(raw: bytes) -> None:
    text = letters(raw)
    for read, sizes in other_readings(text):
        reading = by_sizes(read, sizes)
        assert [reading.span(place)[1] for place in range(len(read))][-1:] == [len(text)]
        for place, letter in enumerate(read):
            if letter.isascii():
                start, end = reading.span(place)
                assert text[start:end] == letter
