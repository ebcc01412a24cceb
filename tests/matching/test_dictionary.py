"""Words, phrases, near misses, and the names of persons by census."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import DictionaryMatcher, MatcherSpecError
from beam_phi.matching.edits import _within


def found(text: str, **params: Any) -> list[str]:
    matcher = DictionaryMatcher(MatcherSpec("dictionary", "d", params), DataClass("c", "r"))
    return [text[finding.start : finding.end] for finding in matcher.find(text)]


@pytest.mark.parametrize(
    "text", ["seen Marcus Gunn pupil", "Henry Ford Hospital", "Lou Gehrig disease", "Nurse Kim came"]
)
def test_pairs_that_name_no_patient(text: str) -> None:
    assert found(text, pairs=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "was Katrine Lepist\u00f6 there",
        "Elita B Desaulniers",
        "met Eustachy Gorski today",
        "of P\u00e1lmi Einarsson and",
    ],
)
def test_pairs_with_a_word_that_no_list_knows(text: str) -> None:
    words = [word for word in text.split() if word[0].isupper()]
    assert found(text, pairs=True) == [" ".join(words)]


@pytest.mark.parametrize(
    "text",
    [
        "took Metoprolol Succinate daily",
        "Hepatitis B Virus",
        "Katrine Pain",
        "a Guillain Barr\u00e9 syndrome",
        "Allura Xper",
        "Zoryn Xper",
    ],
)
def test_unknown_words_that_name_nobody(text: str) -> None:
    assert found(text, pairs=True) == []


def test_given_names_in_prose() -> None:
    def prose(text: str) -> list[str]:
        return found(text, builtin="mostly-given", prose=True, unless=["virginia"])

    assert prose("Samantha was seen. We told David, Nora and Kristen") == [
        "Samantha",
        "David",
        "Nora",
        "Kristen",
    ]
    assert prose("asked Samantha's mother, Samantha's test is back") == ["Samantha", "Samantha"]
    assert found("Davidson's x-ray", words=["davidson"]) == ["Davidson"]
    for text in (
        "CT Samantha",
        "SAMANTHA was seen",
        "a Thomas splint",
        "in Virginia now",
        "samantha was",
        "to Ana a",
    ):
        assert prose(text) == []


def test_towns_behind_a_preposition() -> None:
    text = "from Chicago to Salt Lake City, in Coeur d\u2019Alene; near St. Louis and in M\u00fcnster."
    assert found(text, towns=True) == [
        "Chicago",
        "Salt Lake City",
        "Coeur d\u2019Alene",
        "St. Louis",
        "M\u00fcnster",
    ]
    assert found("in Boston Medical Center", towns=True) == ["Boston"]


@pytest.mark.parametrize(
    "text",
    [
        "according to Glasgow coma scale",
        "in Normal range",
        "in Mexico and in Texas",
        "in chicago",
        "Boston brace",
        "due to Foley",
        "given in Mobile unit",
        "transferred to Surgery",
    ],
)
def test_no_towns(text: str) -> None:
    assert found(text, towns=True) == []


def test_words_and_phrases() -> None:
    words = ["Nordlys", "Lake County Clinic", "M\u00fcller"]
    text = "NORDLYS of Lake  County, lake county\nclinic; MULLER and Nordlysa"
    assert found(text, words=words) == ["NORDLYS", "MULLER", "lake county\nclinic"]
    assert found(text, words=words, ignore_case=False) == []
    assert found("xNordlysx", words=words, whole_words=False) == ["Nordlys"]
    assert found("Garcia-Lopez", words=["lopez"]) == ["Lopez"]
    assert found("Nordlys", words=words, unless=["nordlys"]) == []


def test_phrases_are_whole_words() -> None:
    assert found("overlake county", words=["lake county"]) == []
    assert found("lake county's lake countyside", words=["lake county"]) == ["lake county"]


def test_fuzzy_from_five_letters_on() -> None:
    words = ["Davidson", "Ross"]
    assert found("Davidsen Dvidson Davidsonn Davdsn Rosa", words=words, fuzzy=1) == [
        "Davidsen",
        "Dvidson",
        "Davidsonn",
    ]
    assert found("Davdson Davdsun", words=words, fuzzy=2) == ["Davdson"]
    assert found("Davidsun Davidzzn Dvidsoon", words=words, fuzzy=2) == ["Davidsun", "Davidzzn", "Dvidsoon"]
    assert found("x" * 100_000, words=words, fuzzy=2) == []


@settings(max_examples=200)
@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 2))
def test_edit_distance(one: str, other: str, edits: int) -> None:
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        return min(distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))

    if len(one) < 6 and len(other) < 6:
        assert _within(one, other, edits) == (distance(one, other) <= edits)


def test_a_file_of_words(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("\ufeff# comment\nNordlys\n\n  Lake County \n", "utf-8")
    assert found("nordlys lake county", file=str(file)) == ["nordlys", "lake county"]
    with pytest.raises(MatcherSpecError, match="file"):
        found("", file=str(tmp_path / "absent"))


def test_builtin_lists_leave_ordinary_words() -> None:
    assert found("Head chest of Davidson", builtin="surnames") == ["Davidson"]
    with pytest.raises(MatcherSpecError, match="fuzzy"):
        found("", builtin="surnames", fuzzy=1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("seen by Douglas Davidson today", ["Douglas Davidson"]),
        ("DAVIDSON, DOUGLAS A.", ["DAVIDSON, DOUGLAS A"]),
        ("DAVIDSON^DOUGLAS", ["DAVIDSON^DOUGLAS"]),
        ("Douglas A. Davidson", ["Douglas A. Davidson"]),
        ("Douglas Alan Davidson", ["Douglas Alan Davidson"]),
        ("DAVIDSON_DOUGLAS_20130713", ["DAVIDSON_DOUGLAS"]),
        ("XR CHEST AP PORTABLE for Douglas Davidson-46198", ["Douglas Davidson"]),
        ("douglas davidson", ["douglas davidson"]),
        ("D. Davidson; Smith, J.", ["D. Davidson", "Smith, J"]),
        ("Foley, Martha", ["Foley, Martha"]),
        ("Martha Brown", ["Martha Brown"]),
        ("Martha\nDavidson", ["Martha\nDavidson"]),
        ("CT HEAD DOUGLAS DAVIDSON LEFT HAND", ["DOUGLAS DAVIDSON"]),
        ("Douglas Davidson\nMartha Brown", ["Douglas Davidson", "Martha Brown"]),
        ("Wallace. Foley", []),
        ("Foley catheter, Graves disease, Wallace rule of nines", []),
        ("Digital X-Ray Image Storage", []),
        ("Chest Head Left Hand May", []),
        ("Vitamin D, Hepatitis B", []),
        ("", []),
    ],
)
def test_pairs(text: str, names: list[str]) -> None:
    assert found(text, pairs=True) == names


@pytest.mark.parametrize(
    "bite", ["Smith ", "Smith\n", "Douglas Smith ", "A. ", "A ", "a-a", "Smith-", "^A", "Brown, "]
)
def test_no_text_makes_pairs_slow(bite: str) -> None:
    started = time.process_time()
    found((bite * 20_000)[:100_000], pairs=True)
    assert time.process_time() - started < 1
