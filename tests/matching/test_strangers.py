"""Words outside of all vocabularies."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching import DictionaryMatcher
from beam_phi.matching.strangers import find_strangers

FOUND = {
    "Kowalczyk, Zbigniew": ["Kowalczyk, Zbigniew"],
    "KOWALCZYK_Z_M": ["KOWALCZYK_Z_M"],
    "王小明_1990": ["王小明"],
    "शर्मा_राज": ["शर्मा_राज"],
    "O'Brien, Mary K - 12": ["O'Brien, Mary K"],
    "DavidsonDouglas": ["Davidson", "Douglas"],
    "McDonald_Ronald": ["McDonald_Ronald"],
    "van_der_Berg": ["van_der_Berg"],
    "Davidson's scan": ["Davidson"],
    "Smith_Head_CT": ["Smith"],
    "Kim Long": ["Kim Long"],
    "Douglas Davidson Long report": ["Douglas Davidson"],
    "jsmith": ["jsmith"],
    "smith12 Smith2": ["smith12 Smith"],
    "Dino214_Parisian75": ["Dino214_Parisian75"],
    "704c9750-f6e6-473b-ee83-fbd48e07fe3f 2AF3B": [],
    "CT 5mm 384p AX T1": [],
    "Long May": [],
    "of the la": [],
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items())
def test_strangers(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_strangers(text)] == expected


def test_outside_is_a_parameter_of_dictionary() -> None:
    matcher = DictionaryMatcher(MatcherSpec("dictionary", "d", {"outside": "words"}), DataClass("c", "r"))
    (finding,) = matcher.find("CT Kowalczyk")
    assert (finding.start, finding.end, finding.data_class) == (3, 12, "c")


def test_a_long_path_takes_time_in_proportion() -> None:
    began = time.process_time()
    for word in ("Kowalczyk_", "Kowalczyk 2af3b ", "KowalczykAnna", "a'", "x"):
        list(find_strangers(word * 10_000))
    assert time.process_time() - began < 5


@given(st.text())
def test_findings_are_in_order_and_inside(text: str) -> None:
    end = 0
    for start, stop, score in find_strangers(text):
        assert end <= start < stop <= len(text)
        assert 0 < score < 1
        end = stop
