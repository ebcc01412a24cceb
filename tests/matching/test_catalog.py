"""Every built-in pattern: what it finds, what it leaves, and that no text can make it slow."""

from __future__ import annotations

import re
import time

import pytest

from beam_phi.library.model import DataClass, MatcherSpec
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.pattern import PatternMatcher


def found(builtin: str, text: str) -> list[str]:
    matcher = PatternMatcher(MatcherSpec("pattern", builtin, {"builtin": builtin}), DataClass("c", "r"))
    return [text[finding.start : finding.end] for finding in matcher.find(text)]


FINDS = [
    ("date-iso", "on 2013-07-13T10:00", ["2013-07-13"]),
    ("date-iso", "2013/7/3 and 2013.07.03", ["2013/7/3", "2013.07.03"]),
    ("date-numeric", "07/13/2013, 13.07.2013, 07-13-2013-NA, 7/3/13",
     ["07/13/2013", "13.07.2013", "07-13-2013", "7/3/13"]),
    ("date-numeric", "07-13-2013-46198, 46198_07_13_2013", ["07-13-2013", "07_13_2013"]),
    ("date-compact", "X_20130713_Y", ["20130713"]),
    ("date-compact", "seen 07132013 and 13072013", ["07132013", "13072013"]),
    ("date-numeric", "7/13/13-7/15/13, 7/13/'13, 7 / 13 / 2013, 7\\13\\2013",
     ["7/13/13", "7/15/13", "7/13/'13", "7 / 13 / 2013", "7\\13\\2013"]),
    ("long-number", "20130231 07332013 20131313131313", ["20130231", "07332013", "20131313131313"]),
    ("uid", "CT.1.2.840.113619.2.55.9.1.dcm", ["1.2.840.113619.2.55.9.1"]),
    ("datetime-compact", "20130713172508.655+0100", ["20130713172508.655+0100"]),
    ("date-month-name", "July 13, 2013; 13 Jul 2013; 3-Feb-1951",
     ["July 13, 2013", "13 Jul 2013", "3-Feb-1951"]),
    ("date-month-name", "13th of July 2013, JUL 13 2013", ["13th of July 2013", "JUL 13 2013"]),
    ("date-month-year", "in July 2013 and 07/2013", ["July 2013", "07/2013"]),
    ("date-day-month", "on 13 July and July 3rd", ["13 July", "July 3rd"]),
    ("date-cue", "DOB: 7/13/66. DOS 130713, placed 7/14.", ["7/13/66", "130713", "7/14"]),
    ("year-cue", "born in 1966", ["1966"]),
    ("time-with-date", "07/13/2013 14:35:22 and 10:15 on 07/14", ["14:35:22", "10:15"]),
    ("time-of-day", "seen at 14:35 hours", ["14:35"]),
    ("age-text", "47 y/o, a 91-year-old, 3 month old, age 93, 64yo",
     ["47 y/o", "91-year-old", "3 month old", "93", "64yo"]),
    ("age-dicom", "047Y", ["047Y"]),
    ("phone-us", "(617) 555-0142, 617.555.0143 x12, +1 617-555-0144",
     ["(617) 555-0142", "617.555.0143 x12", "+1 617-555-0144"]),
    ("phone-international", "+49 30 1234567 or 0044 20 7946 0958", ["+49 30 1234567", "0044 20 7946 0958"]),
    ("phone-cue", "Tel: 555-0142; pager 12345", ["555-0142", "12345"]),
    ("fax-cue", "Fax: 617 555 0143", ["617 555 0143"]),
    ("email", "write d.davidson@mail.example.org.", ["d.davidson@mail.example.org"]),
    ("url", "see https://x.example/p?id=1, or www.example.org.",
     ["https://x.example/p?id=1", "www.example.org"]),
    ("ipv4", "from 192.168.10.4:104", ["192.168.10.4"]),
    ("ipv6", "at fe80::1ff:fe23:4567:890a and 2001:db8:0:0:0:0:0:1",
     ["fe80::1ff:fe23:4567:890a", "2001:db8:0:0:0:0:0:1"]),
    ("mac-address", "00:1A:2b:3c:4d:5e", ["00:1A:2b:3c:4d:5e"]),
    ("ssn", "219-09-9999 / 219 09 9999", ["219-09-9999", "219 09 9999"]),
    ("ssn-plain", "SSN 219099999", ["219099999"]),
    ("mrn-cue", "MRN: 00-123-456, medical record number 98765", ["00-123-456", "98765"]),
    ("mrn-cue", "MRN-0012345", ["0012345"]),
    ("patient-id-cue", "Patient ID 123; PatientID=X77; subject no. 12-3", ["123", "X77", "12-3"]),
    ("accession-cue", "Acc# A123, accession number: 2013.55, Accession 99887.", ["A123", "2013.55", "99887"]),
    ("order-cue", "order number 5566; visit id: V-88", ["5566", "V-88"]),
    ("account-cue", "account number 4455-66, acct 99", ["4455-66", "99"]),
    ("health-plan-cue", "Member ID: XYZ123456. policy # BCX-4471-220.", ["XYZ123456", "BCX-4471-220"]),
    ("mbi", "1EG4-TE5-MK73", ["1EG4-TE5-MK73"]),
    ("license-cue", "driver's license S123-4567", ["S123-4567"]),
    ("npi", "NPI 1234567893", ["1234567893"]),
    ("dea", "DEA BB1388568", ["BB1388568"]),
    ("nhs-number", "943 476 5919", ["943 476 5919"]),
    ("credit-card", "4111 1111 1111 1111 or 4111111111111111", ["4111 1111 1111 1111", "4111111111111111"]),
    ("iban", "DE89 3704 0044 0532 0130 00", ["DE89 3704 0044 0532 0130 00"]),
    ("vin", "VIN 1M8GDM9AXKP042788", ["1M8GDM9AXKP042788"]),
    ("plate-cue", "license plate 7ABC123", ["7ABC123"]),
    ("device-serial-cue", "pacemaker serial number PM-12345, S/N 778899", ["PM-12345", "778899"]),
    ("uid", "UID 1.2.276.0.7230010.3.1.4 .", ["1.2.276.0.7230010.3.1.4"]),
    ("long-number", "ref 12345678", ["12345678"]),
    ("street-address", "lives at 12 Maple Street, Apt 4 and 7 N. Elm Rd.",
     ["12 Maple Street, Apt 4", "7 N. Elm Rd."]),
    ("po-box", "P.O. Box 771", ["P.O. Box 771"]),
    ("city-state-zip", "Springfield, MA 01101-2233", ["Springfield, MA 01101-2233"]),
    ("zip-us", "address code 01101", ["01101"]),
    ("zip-cue", "ZIP: 01101 and MA 02139", ["01101", "02139"]),
    ("postcode-uk", "SW1A 1AA", ["SW1A 1AA"]),
    ("organization", "at St. Mary's Hospital and Nordlys Medical Center",
     ["St. Mary's Hospital", "Nordlys Medical Center"]),
    ("name-title", "Mr. Davidson, Dr. K. Patel, MRS. O'NEIL, Dr. J.R. Roe",
     ["Davidson", "K. Patel", "O'NEIL", "J.R. Roe"]),
    ("name-title", "Mr. Douglas\nDavidson", ["Douglas\nDavidson"]),
    ("name-title-caps", "SEEN BY DR SMITH", ["SMITH"]),
    ("name-cue", "Patient: Douglas Davidson\nNAME: DAVIDSON, DOUGLAS A",
     ["Douglas Davidson", "DAVIDSON, DOUGLAS A"]),
    ("name-relative", "his wife Mary and son, John", ["Mary", "John"]),
    ("name-dictated", "Dictated by: Jane Q. Roe. Electronically signed by Zo\xeb M\xfcller",
     ["Jane Q. Roe", "Zo\xeb M\xfcller"]),
    ("name-credential", "Douglas Davidson, MD", ["Douglas Davidson"]),
    ("name-caret", "DAVIDSON^DOUGLAS^A", ["DAVIDSON^DOUGLAS^A"]),
    ("name-comma", "Davidson, Douglas", ["Davidson, Douglas"]),
    ("name-for", "XR CHEST for Douglas Davidson-46198", ["Douglas Davidson"]),
    ("name-initials", "Initials: DD", ["DD"]),
    ("path-date", "07-13-2013-NA, 20130713_1725", ["07-13-2013", "20130713"]),
    ("path-digits", "1002.000000-NA-53238 292821506", ["53238", "292821506"]),
    ("path-name", "scan Douglas Davidson", ["Douglas Davidson"]),
    ("path-last-first", "DAVIDSON_DOUGLAS", ["DAVIDSON_DOUGLAS"]),
]  # fmt: skip

LEAVES = [
    ("date-iso", "2013-13-45 no date, 12013-07-13"),
    ("date-numeric", "1.2.3.4.5 and 99/99/9999"),
    ("date-compact", "20131345, 1.2.20130713.5"),
    ("date-day-month", "you may 3 times"),
    ("time-of-day", "ratio 14:35"),
    ("phone-us", "1.2.617.555.0142.9"),
    ("ssn", "2219-09-99990"),
    ("ssn-plain", "219099999"),
    ("date-cue", "on 5/10.5 and on 12.5%"),
    ("health-plan-cue", "group 2, member of"),
    ("mrn-cue", "MRN: pending"),
    ("patient-id-cue", "patient id unknown"),
    ("npi", "1234567890"),
    ("dea", "BB1388560"),
    ("credit-card", "4111111111111112"),
    ("zip-us", "01101 cells"),
    ("name-title", "MR BRAIN WITHOUT CONTRAST, DR CHEST, 12 Fr Foley"),
    ("name-title-caps", "MR BRAIN WITHOUT CONTRAST, DR CHEST PA"),
    ("name-relative", "his wife Reports pain"),
    ("name-for", "evaluate for Chest Pain"),
    ("name-comma", "Pain, Acute"),
    ("path-last-first", "CHEST_LATERAL"),
    ("path-name", "Series One"),
    ("organization", "the hospital"),
    ("uid", "T12.1.2"),
    ("uid", "9.1.2.840.1"),
    ("long-number", "20130713, 20130713142205, 07132013"),
    ("long-number", "SNOMED 22298006, SNOMED CT 22298006"),
    ("phone-international", "ADC,0.00123456789"),
]


@pytest.mark.parametrize(("builtin", "text", "values"), FINDS)
def test_finds(builtin: str, text: str, values: list[str]) -> None:
    assert found(builtin, text) == values


@pytest.mark.parametrize(("builtin", "text"), LEAVES)
def test_leaves(builtin: str, text: str) -> None:
    assert found(builtin, text) == []


def test_each_builtin_has_an_example() -> None:
    assert {builtin for builtin, _, _ in FINDS} == set(CATALOG)


def test_docstring_names_each_builtin() -> None:
    import beam_phi.matching.catalog as module

    assert module.__doc__ is not None
    assert set(CATALOG) <= set(re.findall(r"[a-z0-9-]+", module.__doc__))


BITES = [
    "a", "A", "0", "A ", "1 ", "1-", "A-", "Aa ", "A^", "Aa, ", "a.", "@a.", "::", "\n", " ", "_", "Dr. ",
    "MRN 1 ", "AA11 ",
    "O'A", "1.", "9/", "Aa de ", "patient ", "acc", "Patient: ", "0 A ", "x@", "Jan ", "(1)",
]  # fmt: skip


@pytest.mark.parametrize("builtin", CATALOG)
def test_no_text_makes_a_pattern_slow(builtin: str) -> None:
    """What it nearly matches, over and over: a few ms in linear time, seconds for a quadratic pattern."""
    entry = CATALOG[builtin]
    regex = re.compile(entry.regex, re.IGNORECASE if entry.ignore_case else 0)
    for bite in BITES:
        text = (bite * 20_000)[:20_000]
        started = time.process_time()
        for _ in regex.finditer(text):
            pass
        assert time.process_time() - started < 0.5, bite
