"""What an engine read, held against what is known, and against marks."""

from __future__ import annotations

import pytest

from beam_phi.library.load import load
from beam_phi.matching import Identifier
from beam_phi.matching.ocr import Marks, ReadKnown

KNOWN = ReadKnown(
    [
        Identifier("DAVIDSON^DOUGLAS", "patient-name", "name"),
        Identifier("00-461-98", "patient-id", "id"),
        Identifier("19430722", "birth-date", "date"),
        Identifier("LI^MAY", "patient-name", "name"),
    ]
)


@pytest.mark.parametrize(
    ("text", "data_class"),
    [
        ("DAVIDSON DOUGLAS [M]", "name"),
        ("DAVlDS0N", "name"),
        ("DAVIDSOM, D", "name"),
        ("davidson", "name"),
        ("ID 46198", "id"),
        ("ID:4619B", "id"),
        ("DOB: 07.22.1943", "date"),
        ("22 Jul 1943", "date"),
        ("D0B 22-JUL-43", "date"),
        ("120 kV", None),
        ("LIVER", None),
        ("DAVID", None),
        ("461", None),
    ],
)
def test_identifiers_however_read(text: str, data_class: str | None) -> None:
    assert KNOWN.find(text) == data_class


MARKS = Marks(load("research").pixels.keep)


@pytest.mark.parametrize(
    "text",
    ["L", "R", "AP", "Semi-Upright", "PORTABLE", "120 kV", "80kVp 200mA", "W 400 L 40", "1.06 cm", "MI 1.1",
     "TIB 0.2", "28Hz", "5", "10", "T2 TSE", "Gn 60", "3/3/4", "100%", "Slice 12/24"],
)  # fmt: skip
def test_marks_and_technique(text: str) -> None:
    assert text in MARKS


@pytest.mark.parametrize(
    "text",
    ["DAVIDSON", "46198", "2013", "07.22.1943", "12:34:56", "2:56:22 PM", "St. Mary Hospital", "45Y", "45F",
     "L DAVIDSON", "123 456 789 012 345", "山", "Ø3", "", "-", "07/22/43", "01.09.12", "7-13-43 AP",
     "123 456", "123 456 789"],
)  # fmt: skip
def test_what_may_be_about_somebody_is_no_mark(text: str) -> None:
    assert text not in MARKS
