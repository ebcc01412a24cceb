"""Identifiers known of a subject are found however they are written, and words that aren't they are left."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.matching import Identifier, Known, resolve
from beam_phi.matching.needles import PAYS, Needles


def found(text: str, *identifiers: tuple[str, str]) -> list[str]:
    known = Known([Identifier(value, role, role) for role, value in identifiers])
    findings = known.find(text)
    assert findings == Known(
        [Identifier(value, role, role) for role, value in identifiers], automaton=False
    ).find(text)
    return [text[finding.start : finding.end] for finding in resolve(findings)]


DAVIDSON = ("patient-name", "DAVIDSON^DOUGLAS^A")


@pytest.mark.parametrize(
    "written",
    [
        "Douglas Davidson", "DAVIDSON, DOUGLAS", "davidson,douglas a", "DAVIDSON^DOUGLAS^A",
        "Douglas A. Davidson", "D. Davidson",
        "Davidson D", "DAVIDSON_DOUGLAS", "Davidson-Douglas", "douglas.davidson", "DavidsonDouglas",
        "DOUGLASDAVIDSON", "ddavidson",
        "davidsond", "Davidson", "Douglas", "D\u00e1vidson", "Da\u0301vidson", "Douglas\nDavidson",
        "\uff24\uff21\uff36\uff29\uff24\uff33\uff2f\uff2e",
    ],
)  # fmt: skip
def test_names_however_written(written: str) -> None:
    assert found(f"x ({written}) 7", DAVIDSON) == [written]
    assert found(written, DAVIDSON) == [written]


def test_names_as_parts_of_words() -> None:
    assert found("Davidsonville, Macdavidson", DAVIDSON) == []
    assert found("Davidson's, Davidson46198, 07Davidson, patDavidsonX", DAVIDSON) == ["Davidson"] * 4


@pytest.mark.parametrize(
    ("value", "text", "names"),
    [
        ("O'Neil^Mary-Jane", "ONEIL, Mary Jane; O\u2019Neil; O Neil; mary", ["ONEIL, Mary Jane",
         "O\u2019Neil", "O Neil", "mary"]),
        ("M\u00fcller^Zo\u00eb", "ZOE MU\u0308LLER, Mueller", ["ZOE MU\u0308LLER, Mueller"]),
        ("van der Berg^Jan", "Jan van der Berg; the van; Berg", ["Jan van der Berg", "Berg"]),
        ("Garcia-Lopez^Ana", "GARCIALOPEZ A. Lopez", ["GARCIALOPEZ A. Lopez"]),
        ("Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046",
         "\u5c71\u7530\u592a\u90ce\u3055\u3093 \u3084\u307e\u3060", ["\u5c71\u7530\u592a\u90ce",
         "\u3084\u307e\u3060"]),
        ("\ud64d^\uae38\ub3d9", "\ud64d\uae38\ub3d9 \ud64d\uae38", ["\ud64d\uae38\ub3d9"]),
        ("Dr. Jane Q. Roe, MD", "dr seen by MD: Roe", ["Roe"]),
    ],
)  # fmt: skip
def test_names_of_all_kinds(value: str, text: str, names: list[str]) -> None:
    assert [name for name in names if name not in found(text, ("patient-name", value))] == []


def test_names_that_are_words_need_evidence() -> None:
    head = ("patient-name", "HEAD^MARTHA")
    assert found("HEAD CT. Head was normal. MR HEAD. X-ray of the head", head) == []
    assert found("CT HEAD for Martha Head", head) == ["Martha Head"]
    for text in ("Mr. Head", "M. Head", "Head denies pain", "Patient: HEAD", "Mrs Head"):
        assert found(text, head)
    assert found("Seen today, Grace is well. By the grace of", ("patient-name", "Poe^Grace")) == ["Grace"]


def test_eponyms_are_left_in_the_language_of_medicine() -> None:
    assert found("Foley catheter, Foley's catheter", ("patient-name", "Foley^Ann")) == []
    assert found("Foley was seen", ("patient-name", "Foley^Ann")) == ["Foley"]
    assert found("Foley, Ann catheter", ("patient-name", "Foley^Ann")) == ["Foley, Ann"]


def test_initials_count_only_when_they_are_the_persons() -> None:
    assert found("B. Davidson C", DAVIDSON) == ["Davidson"]
    assert found("Vitamin D", DAVIDSON) == []


@pytest.mark.parametrize(
    "written", ["00123456", "123456", "00-123-456", "123 456", "0000123456", "00.123.456", "MRN123456"]
)
def test_ids_however_written(written: str) -> None:
    (value,) = found(f"x {written} y", ("patient-id", "00-123-456"))
    assert value == written.removeprefix("MRN")


def test_ids_that_are_others() -> None:
    identifier = ("patient-id", "00123456")
    assert found("1234567 0123457 9123456 100123456 12, 3456 12  3456", identifier) == []


def test_ids_of_letters_and_digits() -> None:
    assert found("ab-12345 AB12345 ab 12345", ("accession", "AB-12345")) == [
        "ab-12345",
        "AB12345",
        "ab 12345",
    ]
    assert found("0012345", ("patient-id", "MRN-0012345")) == ["0012345"]


def test_ids_are_no_part_of_decimal_numbers() -> None:
    for text in ("5.001234567", "1234567.891 ml", "ADC 0.1234567", "1.234567"):
        assert found(text, ("patient-id", "1234567")) == []
    assert found("MRN 1234567.8", ("patient-id", "1234567")) == ["1234567"]
    assert found("1234567.1.dcm and 1234567.", ("patient-id", "1234567")) == ["1234567", "1234567"]
    assert found("acc 2013.5567", ("accession", "2013.5567")) == ["2013.5567"]


def test_codes_of_public_systems_are_no_ids() -> None:
    assert found("Accession: 71260, CPT 71260, SNOMED CT: 71260", ("accession", "71260")) == ["71260"]


def test_short_ids_need_a_cue() -> None:
    short = ("patient-id", "42")
    assert found("42 mg, 0.42", short) == []
    assert found("MRN: 42, patient id 42", short) == ["42", "42"]
    assert found("0042", short) == ["0042"]
    assert found("4711 1.4711 4711-3 14711", ("patient-id", "4711")) == ["4711"]


@pytest.mark.parametrize(
    "written",
    ["19660713", "07/13/1966", "7/13/66", "1966-07-13", "13.07.1966", "July 13, 1966", "13-JUL-1966"],
)
def test_dates_however_written(written: str) -> None:
    assert found(f"born {written}.", ("birth-date", "19660713")) == [written]
    assert found(f"1{written}", ("birth-date", "19660713")) == ([] if written[0].isdigit() else [written])


@pytest.mark.parametrize("written", ["(617) 555-0142", "617.555.0142", "6175550142", "617 555 0142"])
def test_phones_however_written(written: str) -> None:
    for value in ("(617) 555-0142", "+1 617 555 0142", "1-617-555-0142", "617-555-0142 x12"):
        assert found(f"call {written}!", ("phone", value)) == [written]


def test_addresses() -> None:
    address = ("address", "12 Maple Street, Springfield, MA 01101")
    assert "12 maple st."[:-1] in found("at 12 maple st.", address)
    assert found("in Springfield", address) == ["Springfield"]
    assert found("zip 01101", address) == ["01101"]
    assert found("a street in the north", address) == []


def test_others() -> None:
    assert found("NORDLYS-GENERAL hospital", ("other", "Nordlys General Hospital")) == [
        "NORDLYS-GENERAL hospital"
    ]
    assert found("general", ("other", "General")) == []
    assert found("A@X.ORG aa@x.org", ("other", "a@x.org")) == ["A@X.ORG"]
    assert found("1.2.3.4.5, 1.2.3.4.50 1.2.3.4.5.6", ("uid", "1.2.3.4.5")) == ["1.2.3.4.5"]


@pytest.mark.parametrize(
    "value", ["", " ", "^", "UNKNOWN", "N/A", "Anonymous", "0", "000", "-", "=", "\ud800"]
)
def test_values_that_say_nothing(value: str) -> None:
    for role in (
        "patient-name",
        "patient-id",
        "birth-date",
        "phone",
        "address",
        "other",
        "uid",
        "accession",
        "path",
        "",
    ):
        assert found("unknown N/A anonymous 0 000 - = ^ text", (role, value)) == []


def test_findings_carry_class_and_priority() -> None:
    (finding,) = Known([Identifier("DAVIDSON", "patient-name", "name", 80)]).find("Davidson")
    assert (finding.data_class, finding.matcher, finding.kind, finding.priority) == (
        "name",
        "known",
        "known",
        80,
    )


NASTY = st.text(
    alphabet="Dd\u00c1a\u0301\u00df\ufb01 ^,.-0123DAVISONdavison\u5c71\ud64d\ud800\n", max_size=60
)


@settings(max_examples=200, deadline=None)
@given(NASTY, NASTY)
def test_any_value_in_any_text(value: str, text: str) -> None:
    roles = ("patient-name", "patient-id", "birth-date", "phone", "address", "other")
    identifiers = [Identifier(value, role, role) for role in roles]
    findings = Known(identifiers).find(text)
    assert findings == Known(identifiers, automaton=False).find(text)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)


@settings(max_examples=200, deadline=None)
@given(NASTY, NASTY, st.sampled_from(["{}", "Dr. {}, born 03.01.2001", "(555) 010-1234 {}", "%7B{}0A1"]))
def test_some_classes_of_many_are_found_as_they_are_alone(value: str, other: str, text: str) -> None:
    coded = [Identifier(value, "patient-name", "n"), Identifier("0A1", "patient-id", "i", 90)]
    coded.append(Identifier("2001-01-03", "birth-date", "b"))
    others = [Identifier(other, "person-name", "p"), Identifier("555-010-1234", "phone", "f")]
    text = text.format(f"{value} {other}")
    assert Known([*coded, *others], only={"n", "i", "b"}).find(text) == Known(coded).find(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("AB", min_size=1, max_size=4), unique=True, max_size=12), st.text("ABC", max_size=30))
def test_needles_with_and_without_an_automaton(needles: list[str], text: str) -> None:
    plain, other = Needles(needles, automaton=False), Needles(needles)
    assert other.find(text) == plain.find(text)
    other.find("-" * PAYS)  # from now on it has its automaton
    assert other.find(text) == plain.find(text)


@pytest.mark.parametrize(
    "bite",
    [
        "Davidson ",
        "D. ",
        "0",
        "00-",
        "Davidson\n",
        "-",
        "D",
        "1 ",
        "123456 ",
        "Foley and a",
        "%44avidson ",
        "<b>D</b>avidson ",
        "<b ",
        "&#",
        "RGF2aWRzb24= ",
        "RGF2aWRzb24/",
        "4461766964736f6e ",
        "%25",
        "Davidson\xe9",
    ],
)
def test_no_text_makes_it_slow(bite: str) -> None:
    values = [("DAVIDSON^DOUGLAS", "patient-name"), ("Foley", "patient-name"), ("00123456", "patient-id")]
    known = Known([Identifier(value, role, role) for value, role in [*values, ("11111", "patient-id")]])
    started = time.process_time()
    known.find((bite * 100_000)[:100_000])
    assert time.process_time() - started < 2


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["Li^Bo", "Roe^Al", "Wei\u00df^\u00d8", "DAVIDSON^DOUGLAS", "\ufdfa", "\u5c71^\u592a"]),
    st.lists(
        st.sampled_from(["L", "i", "roe", "&#65;", "\\uFDFA", "%4C", "&Oslash;", "SS", "7", "-", "TGkg"]),
        max_size=4,
    ),
)
def test_short_texts_are_left_out_only_where_nothing_can_be_found(name: str, pieces: list[str]) -> None:
    identifiers = [Identifier(name, "patient-name", "n"), Identifier("717", "patient-id", "i")]
    known, thorough = Known(identifiers), Known(identifiers)
    thorough._shortest = 0
    text = "".join(pieces)
    assert known.find(text) == thorough.find(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lives in Chincoteague with", ["Chincoteague"]),
        ("Chincoteague", ["Chincoteague"]),
        ("P.O. Box 9917, Chincoteague.", ["Chincoteague"]),
        ("PT OF CHINCOTEAGUE FELL", ["CHINCOTEAGUE"]),
        ("12 Elm Lane, CHINCOTEAGUE VA 23336", ["CHINCOTEAGUE"]),
        ("chest is Normal, WBC 4.5, Normal", []),
        ("from here a normal way in Normal, IL", ["Normal"]),
        ("chincoteague ponies", []),
    ],
)
def test_a_town_whose_name_is_a_word_needs_a_place(text: str, found: list[str]) -> None:
    towns = [Identifier(town, "address", "geography", 61) for town in ("Chincoteague", "Normal")]
    assert [finding.of(text) for finding in Known(towns).find(text)] == found


def test_the_letters_of_a_stroke_are_no_initials() -> None:
    person = Known([Identifier("Okonkwo^Chidi^S^P", "patient-name", "patient-name", 78)])
    for text in ("Okonkwo c/o pain", "s/p Okonkwo"):
        assert [finding.of(text) for finding in person.find(text)] == ["Okonkwo"]
    assert [finding.of("Okonkwo C seen") for finding in person.find("Okonkwo C seen")] == ["Okonkwo C"]


def test_particles_alone_name_nobody() -> None:
    person = Known([Identifier("van der Waalstra^Pieter", "patient-name", "patient-name", 78)])
    assert not person.find("Ms. van der Berg was seen; Fliaryelm_van_der_Horbulm")
    text = "Mr. van der Waalstra"
    assert [finding.of(text) for finding in person.find(text)] == ["van der Waalstra"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Okonkwo, Thornwald", ["Okonkwo, Thornwald"]),
        ("1  OKONKWO, THORNWALD   51M", ["OKONKWO, THORNWALD"]),
        ('to "Okonkwo,Thornwald"', ["Okonkwo,Thornwald"]),
        ("Okonkwo, MRI", ["Okonkwo"]),
        ("Okonkwo, Metoprolol", ["Okonkwo"]),
        ("we told Okonkwo, Thornwald", ["Okonkwo"]),
        ("Okonkwo, MD", ["Okonkwo"]),
    ],
)
def test_an_unknown_given_name_goes_with_the_family_name_of_its_entry(text: str, found: list[str]) -> None:
    person = Known([Identifier("Okonkwo^Chidi", "patient-name", "patient-name", 78)])
    assert [finding.of(text) for finding in person.find(text)] == found
