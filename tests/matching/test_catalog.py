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
    ("date-day-month", "stay 7/13-7/15", ["7/13", "7/15"]),
    ("date-month-name", "2013-Jul-13, 2013JUL13, July the 13th, 2013, 13 Jul '13, DOB 1931 Jul 4",
     ["2013-Jul-13", "2013JUL13", "July the 13th, 2013", "13 Jul '13", "1931 Jul 4"]),
    ("date-month-name", "13. M\xe4rz 2013, 13 juillet 2013, 13 de agosto de 2013, 1er ao\xfbt 2013",
     ["13. M\xe4rz 2013", "13 juillet 2013", "13 de agosto de 2013", "1er ao\xfbt 2013"]),
    ("date-month-year", "2013-07, 07-2013, DOB 1931/07, Oktober 2013, enero de 2013",
     ["2013-07", "07-2013", "1931/07", "Oktober 2013", "enero de 2013"]),
    ("time-with-date", "2013-07-13T14:22:05Z, 7/13/2013 1422", ["T14:22:05Z", "1422"]),
    ("age-text", "94M with, 94 y., 94 yrs., ninety-four year old", ["94M", "94 y", "94 yrs", "ninety-four"]),
    ("phone-cue", "at 555-2345, x4431", ["555-2345", "4431"]),
    ("phone-international", "01.84.17.61.18 or 0171/1234567", ["01.84.17.61.18", "0171/1234567"]),
    ("street-address", "1234 NW 23rd Ave, Portland, OR", ["1234 NW 23rd Ave, Portland, OR"]),
    ("street-address", "Hauptstra\xdfe 12, 80331 M\xfcnchen", ["Hauptstra\xdfe 12, 80331 M\xfcnchen"]),
    ("ssn", "SSN XXX-XX-6789 or ***-**-6789", ["XXX-XX-6789", "***-**-6789"]),
    ("mrn-cue", "MRN: 778812 07/04/1931 M", ["778812"]),
    ("mrn-cue", "MRN 778812 5mm nodule, MRN 778812 45 y/o", ["778812", "778812"]),
    ("mrn-cue", "MRN 00 123 456 seen, MRN: 7", ["00 123 456", "7"]),
    ("mrn-cue", "MR# 12345, MR No. 12346, MRN (12347), MRN of 12348, MRN_12349, Hospital # 12350",
     ["12345", "12346", "12347", "12348", "12349", "12350"]),
    ("mrn-cue", "Record: 12345, EMPI 12346", ["12345", "12346"]),
    ("account-cue", "Acct 1234 7/13/2013", ["1234"]),
    ("patient-id-cue", "Patient ID: 778812 1931-07-04", ["778812"]),
    ("patient-id-cue", "pt id: AB 12; Subject 001-002", ["AB 12", "001-002"]),
    ("order-cue", "ID: 12345, CSN: 12346, FIN: 12347, HAR: 12348, Enc: 12349, Employee ID 4312, Job# 123456",
     ["12345", "12346", "12347", "12348", "12349", "4312", "123456"]),
    ("accession-cue", "Acc 12345, A#12346", ["12345", "12346"]),
    ("health-plan-cue", "Policy #: A12", ["A12"]),
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
    ("street-address", "1234 Main St, Apt 4\nSpringfield, IL 62704",
     ["1234 Main St, Apt 4\nSpringfield, IL 62704"]),
    ("street-address", "8 Storgatan 3 and Rooseveltlaan 110", ["Storgatan 3", "Rooseveltlaan 110"]),
    ("street-unit", "at 692 Kuuse 53 Apt. 641, 25 de la Cruz\n Suite 12B",
     ["692 Kuuse 53 Apt. 641", "25 de la Cruz\n Suite 12B"]),
    ("street-unit", "12 rue de l'Eglise, Rua do Paseo 46, Apt 3",
     ["12 rue de l'Eglise", "Rua do Paseo 46", "Apt 3"]),
    ("address-cue", "She lives at 534 Erewhon, alone. Address: 22 Elm\nPhone", ["534 Erewhon", "22 Elm"]),
    ("address-cue", "resides at 534 Erewhon Bedford MA 02139; lives on Dialogweg 7",
     ["534 Erewhon Bedford MA 02139", "Dialogweg 7"]),
    ("military-address", "PSC 6293, Box 8158\nAPO AP 04336; USNS Bergman\nFPO AA 65728; DPO AE 01708",
     ["PSC 6293, Box 8158\nAPO AP 04336", "USNS Bergman\nFPO AA 65728", "DPO AE 01708"]),
    ("town", "seen in Springfield, IL and from Baltimore, MD. Boston, MA",
     ["Springfield", "Baltimore", "Boston"]),
    ("town", "born in Chicago, lives alone in New Haven, resident of Erewhon",
     ["Chicago", "New Haven", "Erewhon"]),
    ("town", "of Cook County and Jefferson Parish", ["Cook County", "Jefferson Parish"]),
    ("zip-cue", "zip code is 3910, postal code 394 13", ["3910", "394 13"]),
    ("postcode-ca", "Calgary T2N 1N4", ["T2N 1N4"]),
    ("phone-label", "781 1704 office, (579) 888-3058 (home)", ["781 1704", "(579) 888-3058"]),
    ("phone-cue", "not answering at 71-33-52-22, call him on 0680 298 70 63",
     ["71-33-52-22", "0680 298 70 63"]),
    ("age-text", "just turned 47", ["47"]),
    ("name-cue", "They named him Zbigniew. my name is siiri", ["Zbigniew", "siiri"]),
    ("name-relative", "my kid Lukas and baby girl Mary", ["Lukas", "Mary"]),
    ("name-subject", "Dzhambek denies pain. Siiri J. Wixx lives alone. Zoryn is a 47",
     ["Dzhambek", "Siiri J. Wixx", "Zoryn"]),
    ("name-subject", "so she said, says Tintin. Rose Wixx denies it", ["Tintin", "Rose Wixx"]),
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
    ("name-title",
     "Mr. van der Berg, Dr. al-Rashid, Ms. St. John, Mrs. d'Angelo, Mr. \xd3 Briain, Mr. ter Horst",
     ["van der Berg", "al-Rashid", "St. John", "d'Angelo", "\xd3 Briain", "ter Horst"]),
    ("name-title",
     "Mr. Smith Presented, Dr. Smith Radiology Department, Nurse Kim, RN Wojciechowska, Mr. John Brown",
     ["Smith", "Smith", "Kim", "Wojciechowska", "John Brown"]),
    ("name-cue", "Patient: John Smith MRN 1234567", ["John Smith"]),
    ("name-cue", "Patient: John Smith Date of Birth 1", ["John Smith"]),
    ("name-cue", "Re: Zbigniew WISNIEWSKI, DOB", ["Zbigniew WISNIEWSKI"]),
    ("name-cue", "Signed, Zbigniew Kowalczyk. PCP is Wojciech. Pt name Suharto",
     ["Zbigniew Kowalczyk", "Wojciech", "Suharto"]),
    ("name-cue", "Name: madonna\n"
     "Patient: \u738b\u5c0f\u660e\nName: \u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432",
     ["madonna", "\u738b\u5c0f\u660e", "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432"]),
    ("name-cue", "Patient: Nguy\u1ec5n Th\u1ecb Minh Khai", ["Nguy\u1ec5n Th\u1ecb Minh Khai"]),
    ("name-cue", "Patient: Brown\nPatient: Rose Brown", ["Brown", "Rose Brown"]),
    ("name-caret", "Kowalczyk^Anna Brown^Rose", ["Kowalczyk^Anna Brown^Rose"]),
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
    ("name-mailbox", 'From: "Rajiv Thakkarwala" <r.t@x.example>, Okonkwo, Ngozi (n@y.example)',
     ["Rajiv Thakkarwala", "Okonkwo, Ngozi"]),
    ("name-used", 'goes by "Xio", prefers to be called Pepe. Good morning Maeve, thank you Piet!',
     ["Xio", "Pepe", "Maeve", "Piet"]),
    ("name-cue", "Thanks,\nMaeve Okonkwo", ["Maeve Okonkwo"]),
    ("name-relative", "my mom, Rosemary Brown, died; Caller: Rosemary (dtr)", ["Rosemary Brown", "Rosemary"]),
    ("name-mailbox", "from Ngozi T. Okonkwo Sr. (n@y.example)", ["Ngozi T. Okonkwo Sr"]),
    ("name-used", "I'm Maeve. d/w Kwabena Asantewa, spoke with Xio", ["Maeve", "Kwabena Asantewa", "Xio"]),
    ("name-cue", "Resident: H. Pemberwick | RN: Kwabena A.", ["H. Pemberwick", "Kwabena A."]),
    ("date-roman", "born 5.III.1961, 30. IV. 84, 1-XII-2003", ["5.III.1961", "30. IV. 84", "1-XII-2003"]),
    ("organization", "employed at Zimmermann Foundry Works as a foreman, works for Nordlys & Sons",
     ["Zimmermann Foundry Works", "Nordlys & Sons"]),
    ("ssn-last-four", "last 4 SSN 7731, last four of his social: 7732, SSN ending in 7733",
     ["7731", "7732", "7733"]),
    ("date-day-month", "on HD#2 (3/15), POD 3 (8/9)", ["3/15", "8/9"]),
    ("path-date", "07-13-2013-NA, 20130713_1725", ["07-13-2013", "20130713"]),
    ("path-digits", "1002.000000-NA-53238 292821506", ["53238", "292821506"]),
    ("path-month", "scans 2013-07", ["2013-07"]),
    ("path-time", "20130713_1422 CT", ["1422"]),
    ("path-time", "07-13-2013 142205", ["142205"]),
    ("path-label-id", "MRN_778812 Patient 12 sub-01_ses-02", ["778812", "12", "01"]),
    ("path-label-id", "MRN_12-34-56 ID_778812-20130713", ["12-34-56", "778812"]),
    ("path-id", "CT P1234 JP20077315", ["P1234", "JP20077315"]),
    ("path-folder-id", "NB-4471-903", ["NB-4471-903"]),
    ("path-folder-id", "P123", ["P123"]),
    ("path-code", "2AF3B_704c9750-f6e6-473b-ee83-fbd48e07fe3f",
     ["2AF3B", "704c9750-f6e6-473b-ee83-fbd48e07fe3f"]),
    ("path-folder-id", "123", ["123"]),
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
    ("path-month", "2013-07-13 1234-07"),
    ("path-time", "2013 1422 SE1422"),
    ("path-label-id", "Patient list, ids, MR_0001, paid 12"),
    ("path-id", "SE0002 IM00001 b1000 T2 B70f te1000"),
    ("path-folder-id", "2013"),
    ("path-folder-id", "SER00002"),
    ("path-folder-id", "2013-07-13"),
    ("path-folder-id", "lung_001"),
    ("path-code", "b1000 3D 12345 decade facade"),
    ("path-folder-id", "12"),
    ("organization", "the hospital"),
    ("street-address", "took 2 of the Dr. Smith pills, 5 of 10 in the ct"),
    ("street-unit", "12 units of insulin, stage 3; via NG tube 12; MRI suite"),
    ("address-cue", "lives at home with 2 cats, address: see below"),
    ("military-address", "unit 12 of 30, box 4"),
    ("town", "Chest, CT shows; Hand, PA; Smith, MD; lives in Assisted Living; born in may"),
    ("postcode-ca", "T2N1M0"),
    ("phone-label", "12 mg at home, 120 80 home"),
    ("age-text", "turned 90 degrees"),
    ("name-subject", "Pain is a 7. Patient denies pain. The Metoprolol was discharged, Imaging reports"),
    ("uid", "T12.1.2"),
    ("age-text", "temp 99F, 14F Foley, 98.6F, 5 yrs, ninety percent"),
    ("date-day-month", "strength 4/5-5/5, pain 8/10-10/10, vision 20/20-20/40"),
    ("date-month-year", "1.2013-07, 12-2013-1"),
    ("mrn-cue", "MR no abnormality 12"),
    ("phone-cue", "looked at 3 of 555, 10 x4431"),
    (
        "name-cue",
        "CC: Chest Pain\nPatient: Male\nOperator: Automatic\nSurgeon: TBD\nRadiologist: On call\nName: left",
    ),
    ("name-cue", "a so-called Zenker diverticulum, called Radiology"),
    ("name-dictated", "Read by Radiology. Ordered by: Emergency Department"),
    ("name-relative", "Mother Breast Cancer, Father MI, Sister: Breast Cancer"),
    ("name-caret", "Abdomen^Liver"),
    ("name-caret", "HEAD^BRAIN"),
    ("name-caret", "Head^Routine (Adult)"),
    ("name-caret", "KNEE^LEFT"),
    ("name-caret", "Brain^Stroke"),
    ("name-caret", "KNEE^PORT"),
    ("name-caret", "WHOLEBODY^Routine"),
    ("name-caret", "Thorax^ThoraxRoutine (Adult)"),
    ("name-caret", "MAR^CT Breast"),
    ("name-comma", "Marcus, Gunn"),
    ("name-cue", "Patient: I'm fine. Patient: My leg hurts"),
    ("name-used", "goes by bus, Dear Doctor, Hello there, Good morning All, thanks Radiology"),
    ("name-used", "I'm Fine. d/w Radiology, spoke with Patient. This is Normal."),
    ("date-roman", "grade 2.IIII.04, C.N. III.2, 1.2.V.3"),
    ("name-mailbox", "Radiology Department <rad@x.example>"),
    ("ssn-last-four", "last 4 weeks 2013, last four days"),
    ("date-day-month", "HD 2 (4.1/5), 4 of 12 (3/15)"),
    ("street-unit", "seen 02-09-2023 9:30 AM, Suite 400"),
    ("street-unit", "at 9 AM, Suite 400"),
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
