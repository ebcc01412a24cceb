"""Check digits, by published examples."""

from __future__ import annotations

import pytest

from beam_phi.matching.validators import VALIDATORS

RIGHT = {
    "luhn": ["4111 1111 1111 1111", "79927398713"],
    "npi": ["1234567893"],
    "vin": ["1M8GDM9AXKP042788", "11111111111111111"],
    "ssn": ["219-09-9999", "078-05-1120"],
    "dea": ["BB1388568"],
    "nhs": ["943 476 5919"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "ip": ["192.168.0.1", "fe80::1"],
    "date": ["2013-07-13", "13.07.2013", "07/13/2013", "20130713", "7/3/13", "20130713172508"],
    "no-date": ["20130231", "12345678", "1234567", "201307131422051"],
    "no-protocol": ["DAVIDSON^DOUGLAS", "HEAD^DOUGLAS", "HAND^MAY", "LONGBOTTOM^HEAD", "STONE^LONG", ""],
    "person-word": ["Samantha", "Rose Wixx", "O'Brien"],
    "place": ["Springfield", "Chicago", "New York", "Assisi Heights"],
    "person-name": ["Douglas Davidson", "DAVIDSON, DOUGLAS", "Martha Brown", "Mary", "Foley, Martha"],
}
WRONG = {
    "luhn": ["4111 1111 1111 1112", "", "0"],
    "npi": ["1234567890", "3234567893", "123456789"],
    "vin": ["1M8GDM9A1KP042788", "SHORT", "1M8GDM9AXKP04278O"],
    "ssn": ["000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000", "111-11-1111", "12345678"],
    "dea": ["BB1388560", "BB138856"],
    "nhs": ["943 476 5918", "943 476 591"],
    "iban": ["DE89 3704 0044 0532 0130 01", "", "12"],
    "ip": ["300.1.1.1", "x", "1::2::3"],
    "date": ["2013-13-45", "31.02.2013", "20131345", "", "7", "0000-00-00"],
    "no-date": ["20130713", "07132013", "13072013", "20130713142205", "201307131422"],
    "no-protocol": [
        "WHOLEBODY^Routine",
        "KNEE^PORT",
        "Head^HeadRoutine",
        "Spine^LumbarSpine",
        "HEAD^Standard",
    ],
    "person-word": ["Pain", "Metoprolol", "Pancreatitis", "", "1"],
    "place": ["Assisted Living", "Group Home"],
    "person-name": ["Chest Pain", "Right Hand", "", "^", "Head", "Brown May"],
}


@pytest.mark.parametrize("name", VALIDATORS)
def test_validator(name: str) -> None:
    validator = VALIDATORS[name]
    assert [value for value in RIGHT[name] if not validator(value)] == []
    assert [value for value in WRONG[name] if validator(value)] == []
