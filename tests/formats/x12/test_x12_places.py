from __future__ import annotations

import pytest
from x12_help import CLAIM, fields

from beam_phi.formats.x12 import place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NM1*IL-03", {"segment": "NM1", "qualifier": "IL", "element": "03"}),
        ("NM1-03", {"segment": "NM1", "element": "03"}),
        ("NM1-3", {"segment": "NM1", "element": "03"}),
        ("REF*SY-02", {"segment": "REF", "qualifier": "SY", "element": "02"}),
        ("DTP*472-03", {"segment": "DTP", "qualifier": "472", "element": "03"}),
        ("HL*22-01", {"segment": "HL", "qualifier": "22", "element": "01"}),
        ("CLM-05.1", {"segment": "CLM", "element": "05", "component": "1"}),
        ("837/NM1*QC-03", {"transaction": "837", "segment": "NM1", "qualifier": "QC", "element": "03"}),
        ("N4*1", {"segment": "N4", "element": "01"}),
        ("NM1*12", {"segment": "NM1", "element": "12"}),
        ("DTP*472", {"segment": "DTP", "qualifier": "472"}),
        ("N3", {"segment": "N3"}),
    ],
)
def test_places(text: str, expected: dict[str, str]) -> None:
    assert place(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "nm1-03", "NM1-", "NM1-00", "NM1*0", "NM1-03.0", "NM1-123", "12/NM1", "NM1*IL*03", "NM1-03 ", "N"],
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match=r"no place|from 1"):
        place(text)


def test_a_place_selects_the_fields_it_names() -> None:
    found = fields(CLAIM)

    def chosen(text: str) -> list[str]:
        wanted = place(text).items()
        return [field.text for field in found.values() if wanted <= field.type.attributes.items()]

    assert chosen("NM1*QC-03") == ["SMYTHE"]
    assert chosen("NM1*QC-04") == ["TED"]
    assert chosen("REF*SY-02") == ["000221111"]
    assert chosen("N4*1") == ["MIAMI", "MIAMI"]
    assert chosen("CLM-05.1") == ["11"]
    assert chosen("DTP*472-03") == ["20061003", "20061007"]
    assert chosen("835/NM1*QC-03") == []
