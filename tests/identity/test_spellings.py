"""Names taken apart, and the spellings of identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.persons import PersonName, looks_like_name, split_groups, split_name
from beam_phi.identity.spellings import initials, spellings
from beam_phi.library.model import ROLES
from beam_phi.library.words import WORD_LISTS, is_ordinary, word_list


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DAVIDSON^DOUGLAS^A^DR^MD", PersonName(("DAVIDSON",), ("DOUGLAS",), ("A",), ("DR",), ("MD",))),
        ("DAVIDSON^DOUGLAS ALAN", PersonName(("DAVIDSON",), ("DOUGLAS",), ("ALAN",))),
        ("Davidson, Douglas A.", PersonName(("Davidson",), ("Douglas",), ("A",))),
        ("Davidson, Douglas, MD", PersonName(("Davidson",), ("Douglas",), suffix=("MD",))),
        ("Douglas Davidson, M.D.", PersonName(("Davidson",), ("Douglas",), suffix=("MD",))),
        ("Dr. Douglas A Davidson Jr.", PersonName(("Davidson",), ("Douglas",), ("A",), ("Dr",), ("Jr",))),
        ("DAVIDSON DOUGLAS", PersonName(("DAVIDSON",), ("DOUGLAS",))),
        ("DAVIDSON_DOUGLAS_A", PersonName(("DAVIDSON",), ("DOUGLAS",), ("A",))),
        ("Douglas Davidson", PersonName(("Davidson",), ("Douglas",))),
        ("Jan van der Berg", PersonName(("van", "der", "Berg"), ("Jan",))),
        ("Davidson", PersonName(("Davidson",))),
        ("Mr. Davidson", PersonName(("Davidson",), prefix=("Mr",))),
        ("", PersonName()),
        ("^^", PersonName()),
    ],
)
def test_split_name(text: str, name: PersonName) -> None:
    assert split_name(text) == name


def test_groups_of_a_name() -> None:
    groups = split_groups("Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=")
    assert [group.family for group in groups] == [("Yamada",), ("\u5c71\u7530",)]


@given(st.text())
def test_any_text_can_be_split(text: str) -> None:
    assert all(token.strip() for name in split_groups(text) for token in name.tokens)
    looks_like_name(text)


@given(st.text(), st.sampled_from(ROLES))
def test_any_text_has_spellings(text: str, role: str) -> None:
    assert all(spelling.text for spelling in spellings(text, role))


def texts(value: str, role: str, weak: bool | None = None) -> set[str]:
    return {spelling.text for spelling in spellings(value, role) if weak in (None, spelling.weak)}


def test_spellings_of_a_name() -> None:
    assert texts("DAVIDSON^DOUGLAS", "patient-name") == {
        "DAVIDSON", "DOUGLAS", "DAVIDSONDOUGLAS", "DOUGLASDAVIDSON", "DDAVIDSON", "DAVIDSOND",
        "NOSDIVAD", "SALGUOD",
    }  # fmt: skip
    assert "LEVER" not in texts("REVEL", "patient-name")
    assert texts("O'BRIEN^JOHN", "patient-name") >= {"OBRIENJOHN", "O'BRIENJOHN"}
    assert texts("HEAD^LI", "person-name", weak=True) == {"HEAD", "LI"}
    assert "SCAN" not in texts("CAN^S", "person-name")
    assert initials("DAVIDSON^DOUGLAS^alan") == {"D", "A"}


def test_spellings_of_numbers() -> None:
    assert texts("00-123-456", "patient-id") == {"123456"}
    assert texts("MRN-0012345", "accession") == {"MRN0012345", "12345"}
    assert texts("7", "patient-id", weak=True) == {"7"}
    assert texts("+49 (30) 1234567", "phone") >= {"49301234567", "301234567"}
    assert texts("1.2.840.10008.1.1", "uid") == set()


def test_spellings_of_dates() -> None:
    assert texts("19660713", "birth-date") >= {"19660713", "07/13/1966", "13.07.1966", "JULY 13, 1966"}
    assert texts("1966", "birth-date") == set()
    assert texts("19661399", "birth-date") == set()


def test_word_lists() -> None:
    assert {"DAVIDSON", "SMITH", "GARCIA"} <= word_list("surnames") - word_list("words")
    assert {"DOUGLAS", "MARTHA"} <= word_list("mostly-given") & word_list("given-names")
    assert all(
        map(
            is_ordinary,
            ("HEAD", "CHEST", "BROWN", "YOUNG", "LONG", "MAY", "BLACK", "WHITE", "RAY", "RADIOGRAPH"),
        )
    )
    assert {"FOLEY", "WALLACE", "GRAVES", "COOPER", "HARTMANN"} <= word_list("eponyms")
    assert all(word == word.upper() and word.isascii() for name in WORD_LISTS for word in word_list(name))
    with pytest.raises(KeyError):
        word_list("passwords")
