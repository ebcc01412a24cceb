"""What each place is known to hold."""

from __future__ import annotations

import pytest
from hl7_help import message, scopes, texts, value, values

from beam_phi.formats.hl7 import layout
from beam_phi.formats.hl7.classes import FIELDS, PARTS, TYPES
from beam_phi.formats.hl7.guess import guess_type
from beam_phi.formats.hl7.places import place
from beam_phi.formats.hl7.types import field_element, is_known
from beam_phi.library.load import load

PID = (
    "PID|1|2^^^A|77^5^M10^GH^MR^Clinic^20200101~9^^^GH^SS~D5^^^GH^DL|4^^^A|Davidson^Douglas^Adam^Jr^Dr^MD^L"
    "|Osmin^Ada|19760616|M|Doe^Jan|2106-3^White^CDC|1 Main St&Main St&1^Apt 2^Boston^MA^02110^USA^H^^Suffolk"
    "|Suffolk|(617)555-0100^PRN^PH^d@x.org^1^617^5550100^12^after six|^WPN^PH^^^617^5550111|en|M|CAT|A55"
    "|123-45-6789|S123^MA^20250101|M1|H|Boston MA|N|1|US|V|N|20200102|Y"
)
CLASSES = {
    "PID[1]-1[1]": None,
    "PID[1]-2[1].1": "patient-id",
    "PID[1]-3[1].1": "patient-id",
    "PID[1]-3[1].2": None,
    "PID[1]-3[1].4": "organization",
    "PID[1]-3[1].5": None,
    "PID[1]-3[1].6": "organization",
    "PID[1]-3[1].7": "date",
    "PID[1]-3[2].1": "ssn",
    "PID[1]-3[3].1": "license-number",
    "PID[1]-4[1].1": "patient-id",
    "PID[1]-5[1].1": "patient-name",
    "PID[1]-5[1].2": "patient-name",
    "PID[1]-5[1].3": "patient-name",
    "PID[1]-5[1].4": None,
    "PID[1]-5[1].5": None,
    "PID[1]-5[1].6": None,
    "PID[1]-5[1].7": None,
    "PID[1]-6[1].1": "person-name",
    "PID[1]-7[1]": "birth-date",
    "PID[1]-8[1].1": None,
    "PID[1]-9[1].1": "patient-name",
    "PID[1]-10[1].2": None,
    "PID[1]-11[1].1.1": "address",
    "PID[1]-11[1].1.3": "address",
    "PID[1]-11[1].2": "address",
    "PID[1]-11[1].3": "geography",
    "PID[1]-11[1].4": None,
    "PID[1]-11[1].5": "postal-code",
    "PID[1]-11[1].6": None,
    "PID[1]-11[1].9": "geography",
    "PID[1]-12[1]": "geography",
    "PID[1]-13[1].1": "phone",
    "PID[1]-13[1].2": None,
    "PID[1]-13[1].4": "email",
    "PID[1]-13[1].6": "phone",
    "PID[1]-13[1].7": "phone",
    "PID[1]-13[1].8": "phone",
    "PID[1]-13[1].9": None,
    "PID[1]-14[1].7": "phone",
    "PID[1]-18[1].1": "account-number",
    "PID[1]-19[1]": "ssn",
    "PID[1]-20[1].1": "license-number",
    "PID[1]-20[1].2": None,
    "PID[1]-20[1].3": "date",
    "PID[1]-21[1].1": "other-id",
    "PID[1]-23[1]": "geography",
    "PID[1]-29[1]": "date",
    "PID[1]-30[1]": None,
}


def test_the_patient() -> None:
    found = values(message(PID))
    assert {at: found[at].type.data_class for at in CLASSES} == CLASSES


PLACES = [
    ("MRG|77^^^A||A55||V5||Davidson^Douglas", "MRG[1]-1[1].1", "patient-id"),
    ("MRG|77^^^A||A55||V5||Davidson^Douglas", "MRG[1]-3[1].1", "account-number"),
    ("MRG|77^^^A||A55||V5||Davidson^Douglas", "MRG[1]-5[1].1", "other-id"),
    ("MRG|77^^^A||A55||V5||Davidson^Douglas", "MRG[1]-7[1].1", "patient-name"),
    ("NK1|1|Doe&van^Jane|SPO|1 Road^^Salem|555-0100", "NK1[1]-2[1].1.2", "person-name"),
    ("NK1|1|Doe^Jane|SPO|1 Road^^Salem|555-0100", "NK1[1]-4[1].1", "address"),
    ("NK1|1|Doe^Jane|SPO|1 Road^^Salem|555-0100", "NK1[1]-5[1].1", "phone"),
    ("NK1|1||||||||||||||||19500101", "NK1[1]-16[1]", None),
    ("NK1|1|||||||||||||||19500101", "NK1[1]-16[1]", "birth-date"),
    ("GT1|1||Doe^Jane|||||19500101||||123-45-6789", "GT1[1]-8[1]", "birth-date"),
    ("GT1|1||Doe^Jane|||||19500101||||123-45-6789", "GT1[1]-12[1]", "ssn"),
    ("IN1|1|PLAN|77|Acme|||||||||20200101", "IN1[1]-4[1].1", "organization"),
    ("IN1|1|PLAN|77|Acme|||||||||20200101", "IN1[1]-12[1]", None),
    ("IN1|1|" + "|" * 34 + "H1", "IN1[1]-36[1]", "health-plan-id"),
    ("PV1|1|I|W^1^2^Clinic||||55^Jones^Sue^^^Dr^MD^^NPI&1.2.3&ISO^^^^NPI", "PV1[1]-3[1].4", "organization"),
    ("PV1|1|I|W^1^2^Clinic||||55^Jones^Sue^^^Dr^MD^^X^^^^NPI", "PV1[1]-7[1].1", "license-number"),
    ("PV1|1|I|||||55^Jones^Sue^^^Dr^MD", "PV1[1]-7[1].1", "other-id"),
    ("PV1|1|I|||||55^Jones^Sue^^^Dr^MD", "PV1[1]-7[1].2", "person-name"),
    ("PV1|1|I|||||55^Jones^Sue^^^Dr^MD", "PV1[1]-7[1].6", None),
    ("PV1|1|I" + "|" * 17 + "V77", "PV1[1]-19[1].1", "other-id"),
    ("ORC|NW|P1|F1^LAB|G1", "ORC[1]-2[1].1", "other-id"),
    ("ORC|NW|P1|F1^LAB|G1", "ORC[1]-4[1].1", "other-id"),
    ("OBR|1|P1|F1" + "|" * 15 + "A1|A2|A3|A4", "OBR[1]-3[1].1", "other-id"),
    ("OBR|1|P1|F1" + "|" * 15 + "A1|A2|A3|A4", "OBR[1]-18[1]", "accession-number"),
    ("OBR|1|P1|F1" + "|" * 15 + "A1|A2|A3|A4", "OBR[1]-21[1]", "accession-number"),
    ("OBR|1" + "|" * 31 + "55&Jones&Sue^20200101", "OBR[1]-32[1].1.2", "person-name"),
    ("OBR|1" + "|" * 31 + "55&Jones&Sue^20200101", "OBR[1]-32[1].2", "date"),
    ("OBR|1|1.2.840.113619.2.1", "OBR[1]-2[1].1", "uid"),
    ("IPC|A1^X|R1|1.2.840.113619.2.1|S1", "IPC[1]-1[1].1", "accession-number"),
    ("IPC|A1^X|R1|1.2.840.113619.2.1|S1", "IPC[1]-3[1].1", "uid"),
    ("OBX|1|NM|||5" + "|" * 13 + "SN55", "OBX[1]-18[1].1", "device-id"),
    ("MSA|AA|42", "MSA[1]-2[1]", "other-id"),
    ("NTE|1||Seen by Dr. Jones", "NTE[1]-3[1]", "free-text"),
    ("DG1|1||R51^Headache||20200101", "DG1[1]-3[1].1", None),
    ("TXA|1|CN|TX|20200101" + "|" * 12 + "/data/davidson.txt", "TXA[1]-16[1]", "file-path"),
    ("QRD|20200101|R|I|Q1|||1|77^Davidson^Douglas", "QRD[1]-8[1].1", "patient-id"),
    ("QRD|20200101|R|I|Q1|||1|77^Davidson^Douglas", "QRD[1]-8[1].2", "patient-name"),
    ("QPD|Q22|T1|@PID.5.1^Kowalczyk", "QPD[1]-3[1].2", "other-id"),
    ("TQ1|1|||1130", "TQ1[1]-4[1]", "time"),
]


@pytest.mark.parametrize(("segment", "at", "expected"), PLACES)
def test_other_places(segment: str, at: str, expected: str | None) -> None:
    found = values(message(segment))
    assert (found[at].type.data_class if at in found else None) == expected


def test_the_header() -> None:
    found = values(message("PID|1"))
    assert found["MSH[1]-3[1].1"].type.data_class is None
    assert found["MSH[1]-4[1].1"].type.data_class == "organization"
    assert found["MSH[1]-7[1]"].type.data_class == "date"
    assert found["MSH[1]-10[1]"].type.data_class == "other-id"
    assert not found["MSH[1]-9[1].1"].type.searchable


RESULTS = [
    ("TX", "a note", ["free-text"], True),
    ("FT", "a note", ["free-text"], True),
    ("ST", "a note", ["free-text"], True),
    ("NM", "5.5", [None], False),
    ("SI", "5", [None], False),
    ("ID", "Y", [None], False),
    ("DT", "20200101", ["date"], True),
    ("TS", "202001011130", ["date"], True),
    ("DTM", "202001011130", ["date"], True),
    ("TM", "1130", ["time"], True),
    ("DR", "20200101^20200102", ["date", "date"], True),
    ("XPN", "Doe^Jane", ["person-name", "person-name"], True),
    ("PN", "Doe^Jane", ["person-name", "person-name"], True),
    ("XAD", "1 Road^^Salem", ["address", "geography"], True),
    ("AD", "1 Road^^Salem", ["address", "geography"], True),
    ("XTN", "555-0100", ["phone"], True),
    ("TN", "555-0100", ["phone"], True),
    ("XCN", "5^Jones^Sue", ["other-id", "person-name", "person-name"], True),
    ("CN", "5^Jones^Sue", ["other-id", "person-name", "person-name"], True),
    ("CX", "A55", ["other-id"], True),
    ("EI", "A55", ["other-id"], True),
    ("XON", "Acme", ["organization"], True),
    ("RP", "1.2.840.113619.2.1", ["uid"], True),
    ("DLN", "S55", ["license-number"], True),
    ("tx", "a note", ["free-text"], True),
    ("", "Kowalczyk", [None], True),
    ("ZZ", "Kowalczyk", [None], True),
    ("", "19760616", ["date"], True),
]


@pytest.mark.parametrize(("type_", "text", "expected", "searchable"), RESULTS)
def test_results_by_their_type(type_: str, text: str, expected: list[str | None], searchable: bool) -> None:
    found = [
        field
        for at, field in values(message(f"OBX|1|{type_}|X||{text}")).items()
        if at.startswith("OBX[1]-5")
    ]
    assert [field.type.data_class for field in found] == expected
    assert {field.type.searchable for field in found} == {searchable}


def test_coded_results() -> None:
    found = values(message("OBX|1|CWE|X||R51^Headache^I10^L5^local^L^2^3^as Jane Doe said"))
    assert [at[-1] for at, field in found.items() if at.startswith("OBX[1]-5") and field.type.searchable] == [
        "2", "5", "9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("30525-0^Age^LN", "age"),
        ("21112-8^Born^LN", "birth-date"),
        ("45396-9^SSN^LN", "ssn"),
        ("718-7", None),
    ],
)
def test_results_by_their_question(question: str, expected: str | None) -> None:
    assert value(f"OBX|1|NM|{question}||92", place="OBX[1]-5[1]").type.data_class == expected


# -- values that are not what their place says ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("segment", "at", "searchable"),
    [
        ("PV1|1|Dr. John Smith", "PV1[1]-2[1].1", True),
        ("PV1|1|" + "x" * 65, "PV1[1]-2[1].1", True),
        ("PV1|1|I ", "PV1[1]-2[1].1", False),
        ("OBX|1|NM|X||5 mg by Dr. Smith", "OBX[1]-5[1]", True),
        ("OBX|1|NM|X||5 ", "OBX[1]-5[1]", False),
        ("DG1|1||R51|Headache", "DG1[1]-4[1]", True),
        ("OBR|1|||X" + "|" * 9 + "cough", "OBR[1]-13[1].1", True),
    ],
)
def test_words_in_the_place_of_codes_are_searched(segment: str, at: str, searchable: bool) -> None:
    assert value(segment, place=at).type.searchable is searchable


def test_long_numbers_are_compared_with_what_is_known() -> None:
    assert value("OBX|1|NM|X||12345678", place="OBX[1]-5[1]").type.constraint.kind == "code"
    assert value("OBX|1|NM|X||123.5", place="OBX[1]-5[1]").type.constraint.kind == "number"


def test_addresses_shifted_by_a_component() -> None:
    found = values(message("NK1|1|||111^Duck St^^Fowl^CA^999990000^H"))
    assert found["NK1[1]-4[1].4"].type.data_class == "geography"
    assert found["NK1[1]-4[1].5"].type.data_class == "postal-code"
    assert found["NK1[1]-4[1].6"].type.data_class == "address"
    assert found["NK1[1]-4[1].7"].type.data_class is None


def test_names_in_the_place_of_titles() -> None:
    found = values(message("NK1|1|Doe^Jane^^Kowalczyk^Prof. Dr.^Ph.D., M.D.^Kowalczyk-Nowak"))
    assert found["NK1[1]-2[1].4"].type.data_class == "person-name"
    assert found["NK1[1]-2[1].5"].type.data_class is None
    assert found["NK1[1]-2[1].6"].type.data_class is None
    assert found["NK1[1]-2[1].7"].type.data_class == "person-name"


def test_more_parts_than_a_type_has() -> None:
    found = values(message("PID|1||||||19760616^Kowalczyk|||||||||||||123-45-6789^9"))
    assert found["PID[1]-7[1].2"].type.searchable
    assert found["PID[1]-20[1].1"].type.data_class == "license-number"
    deep = values(message("NTE|1||" + "^".join("x" * 100), "ZZZ|" + "&".join("x" * 40)))
    assert deep["NTE[1]-3[1].100"].type is deep["NTE[1]-3[1].64"].type
    assert "component" not in deep["NTE[1]-3[1].64"].type.attributes
    assert deep["ZZZ[1]-1[1].1.40"].type is deep["ZZZ[1]-1[1].1.16"].type


# -- fields that no table knows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19760616", "DTM"),
        ("20200102030405.1+0100", "DTM"),
        ("12345678", ""),
        ("SMITH^JOHN^A", "XPN"),
        ("Kowalczyk^Mary", "XPN"),
        ("BROWN^MARY", "XPN"),
        ("4455^SMITH^JOHN", "XCN"),
        ("1 Main St^^Boston^MA^02110", "XAD"),
        ("A55^^^GH^MR", "CX"),
        ("CBC^Complete blood count^L", ""),
        ("GLU^Glucose", ""),
        ("R51^Headache^I10", ""),
        ("@PID.5^Kowalczyk", "QIP"),
        ("Kowalczyk", ""),
    ],
)
def test_guess(text: str, expected: str) -> None:
    assert guess_type(text.split("^")) == expected


def test_fields_of_a_sites_own_segment() -> None:
    found = values(message("ZPD|SMITH^JOHN|19760616|Dr. Kowalczyk|GLU^Glucose|A55^^^GH^SS"))
    assert [(at, field.type.data_class) for at, field in found.items() if at.startswith("ZPD")] == [
        ("ZPD[1]-1[1].1", "person-name"),
        ("ZPD[1]-1[1].2", "person-name"),
        ("ZPD[1]-2[1]", "date"),
        ("ZPD[1]-3[1]", None),
        ("ZPD[1]-4[1].1", None),
        ("ZPD[1]-4[1].2", None),
        ("ZPD[1]-5[1].1", "ssn"),
        ("ZPD[1]-5[1].4", "organization"),
        ("ZPD[1]-5[1].5", None),
    ]
    assert found["ZPD[1]-3[1]"].type.searchable
    assert found["ZPD[1]-4[1].1"].type.searchable


def test_a_field_beyond_the_table_is_searched() -> None:
    assert value("EVN|A01" + "|" * 50 + "Kowalczyk", place="EVN[1]-51[1]").type.searchable


# -- documents, issuers, universal ids, constraints ----------------------------------------------------------

PDF = "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI5"


@pytest.mark.parametrize(
    ("segment", "at"),
    [
        ("OBX|1|ED|||^AP^PDF^Base64^QUJD", "OBX[1]-5[1].5"),
        ("OBX|1|ED|||^AP^PDF^base64^QUJD", "OBX[1]-5[1].5"),
        ("OBX|1|ED|||^AP^PDF^A^" + PDF, "OBX[1]-5[1].5"),
        ("OBX|1|TX|||" + PDF + "\\.br\\" + PDF, "OBX[1]-5[1]"),
        ("NTE|1||see " + PDF, "NTE[1]-3[1]"),
    ],
)
def test_documents_in_an_encoding(segment: str, at: str) -> None:
    type_ = value(segment, place=at).type
    assert type_.attributes["encoded"] == "base64"
    assert type_.constraint.kind == "document"
    assert not type_.searchable
    assert type_.data_class is None


def test_documents_in_hex_are_taken_out() -> None:
    type_ = value("OBX|1|ED|||^AP^PDF^Hex^4461766964736F6E", place="OBX[1]-5[1].5").type
    assert (type_.attributes["encoded"], type_.constraint.kind) == ("sealed", "document")


def test_plain_documents_are_text() -> None:
    type_ = value("OBX|1|ED|||^TX^^A^Seen by Dr. Jones " + "=" * 70, place="OBX[1]-5[1].5").type
    assert "encoded" not in type_.attributes
    assert type_.searchable


def test_issuers() -> None:
    found = values(message("PID|1||77^^^GH&1.2.3~78^^^&1.2.3&ISO~79~80^^^GH^SS||Doe^Jane^^^^^GH"))
    assert found["PID[1]-3[1].1"].type.attributes["issuer"] == "GH"
    assert found["PID[1]-3[2].1"].type.attributes["issuer"] == "1.2.3"
    assert "issuer" not in found["PID[1]-3[3].1"].type.attributes
    assert "issuer" not in found["PID[1]-3[4].1"].type.attributes
    assert "issuer" not in found["PID[1]-3[1].4.1"].type.attributes


def test_the_issuer_does_not_depend_on_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_VARIANTS", 2)
    for name in (*(f"ISSUER {n}" for n in range(9)), "x" * 300):
        found = values(message(f"PID|1||77^^^{name}"))
        assert found["PID[1]-3[1].1"].type.attributes["issuer"] == name
    assert len(layout.segment_place("PID", 1).field(3).first._variants) <= 2


def test_places_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_SLOTS", 50)
    values(message(*(f"Z{n:02}|{'x|' * 20}" for n in range(99))))
    assert layout._segment_place.cache_info().currsize < 50


@pytest.mark.parametrize(
    ("segment", "at", "expected"),
    [
        ("PID|1||77^^^GOOD HEALTH", "PID[1]-3[1].4", "organization"),
        ("PID|1||77^^^GOOD HEALTH&1.2.840.999.1&ISO", "PID[1]-3[1].4.1", "organization"),
        ("PID|1||77^^^SSA^SS", "PID[1]-3[1].4", None),
        ("PV1|1|I|||||55^Jones^Sue^^^^^^GOOD HEALTH", "PV1[1]-7[1].9", "organization"),
        ("PV1|1|I|W^1^2^^^^^^^^GOOD HEALTH", "PV1[1]-3[1].11", "organization"),
        ("PV1|1|I|W4^1^2", "PV1[1]-3[1].1", None),
        ("OBR|1" + "|" * 31 + "55&Jones&Sue&&&&&&GOOD HEALTH", "OBR[1]-32[1].1.9", "organization"),
        ("NK1|1" + "|" * 12 + "Acme^^^^^GOOD HEALTH", "NK1[1]-13[1].6", "organization"),
        ("OBR|1|P1^LAB", "OBR[1]-2[1].2", None),
    ],
)
def test_authorities_are_organizations_and_applications_are_none(
    segment: str, at: str, expected: str | None
) -> None:
    assert value(segment, place=at).type.data_class == expected


@pytest.mark.parametrize(
    ("authority", "expected", "searchable"),
    [
        ("1.2.840.999.1", "uid", True),
        ("2.16.840.1.113883.4.1", None, False),
        ("2.16.840.1.113883.4.642.1.1108", None, False),
        ("2.16.840.1.113883.6.1", None, False),
        ("2.16.840.1.113883.4.123456789012", "uid", True),
        ("2.16.840.1.113883.4.1.123.45.6789", "uid", True),
        ("2.16.840.1.113883.12.1.123.45", "uid", True),
        ("gh.example.org", "organization", True),
    ],
)
def test_universal_ids(authority: str, expected: str | None, searchable: bool) -> None:
    type_ = value(f"PID|1||77^^^GH&{authority}&ISO", place="PID[1]-3[1].4.2").type
    assert (type_.data_class, type_.searchable) == (expected, searchable)


@pytest.mark.parametrize(
    ("segment", "at", "good", "bad"),
    [
        (
            "PID|1||||||19760616",
            "PID[1]-7[1]",
            "1976 197606 19760616 197606161130 19760616113005.1234-0500",
            "1976-06",
        ),
        ("IN1|1||||||||||||20200101", "IN1[1]-13[1]", "2020 202001 20200101", "202001011130"),
        ("IN1|1|||||||||||20200101", "IN1[1]-12[1]", "2020 202001 20200101", "202001011130"),
        ("TQ1|1|||1130", "TQ1[1]-4[1]", "11 1130 113005 113005.1+0100", "11:30"),
        ("OBX|1|NM|X||5", "OBX[1]-5[1]", "5 -5.5 .5", "five"),
    ],
)
def test_constraints(segment: str, at: str, good: str, bad: str) -> None:
    constraint = value(segment, place=at).type.constraint
    assert all(map(constraint.accepts, good.split()))
    assert not constraint.accepts(bad)


def test_codes_that_may_be_somebodys() -> None:
    for text in ("987-65-4329", "617-555-0134", "617.555.0134", "(617)555-0134", "davidson@example.org"):
        assert value(f"DG1|1||{text}^A", place="DG1[1]-3[1].1").type.searchable
    for text in ("718-7", "00071-0155-23", "271649006", "E11.9", "GLU"):
        assert not value(f"DG1|1||{text}^A", place="DG1[1]-3[1].1").type.searchable


@pytest.mark.parametrize(
    ("trailer", "at", "data_class", "guarded"),
    [
        ("BTS|12", "BTS[1]-1[1]", None, False),
        ("BTS|29282150", "BTS[1]-1[1]", "other-id", False),
        ("BTS|1|Davidson", "BTS[1]-2[1]", None, True),
        ("BTS|1||x||Davidson", "BTS[1]-5[1]", None, True),
        ("FTS|1|Davidson", "FTS[1]-2[1]", None, True),
        ("BHS|^~\\&|EPIC|GH", "BHS[1]-3[1].1", None, False),
        ("BHS|^~\\&|EPIC|GH||||||Davidson", "BHS[1]-10[1]", None, True),
    ],
)
def test_what_is_said_of_a_batch(trailer: str, at: str, data_class: str | None, guarded: bool) -> None:
    found = values(message("PID|1", trailer))
    assert (found[at].type.data_class, found[at].type.guarded) == (data_class, guarded)
    assert not any(field.type.guarded for place, field in found.items() if place[:3] in ("MSH", "PID"))


# -- the tables ----------------------------------------------------------------------------------------------


SPECIAL = {"count", "header", "kept", "state", "title"}


def test_all_classes_are_those_of_the_library() -> None:
    known = set(load("basic").classes)
    named = {
        *FIELDS.values(),
        *TYPES.values(),
        *(part for parts in PARTS.values() for part in parts.values()),
    }
    assert named - known <= {"", "main", "identifier", "main-text", *SPECIAL}


def test_all_types_with_rules_are_in_the_tables() -> None:
    assert all(is_known(type_) for type_ in {*PARTS, *TYPES} - {"LA1"})
    assert all(field_element(*at).type or at[0] == "QPD" for at in FIELDS)


def test_withdrawn_fields_have_the_type_they_had() -> None:
    assert field_element("PID", 2).type == "CX"
    assert field_element("PR1", 11).type == "XCN"
    assert field_element("PD1", 4).type == "XCN"
    assert field_element("OBR", 13).text
    assert texts(message("PD1||||55^Jones^Sue"))["PD1[1]-4[1].2"] == "Jones"


# -- places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PID", {"segment": "PID"}),
        ("ZP1[3]", {"segment": "ZP1", "occurrence": "3"}),
        ("PID-5", {"segment": "PID", "field": "5"}),
        ("PID-5.1", {"segment": "PID", "field": "5", "component": "1"}),
        ("PID[2]-3(1)", {"segment": "PID", "occurrence": "2", "field": "3", "repetition": "1"}),
        ("PID-3[1]", {"segment": "PID", "field": "3", "repetition": "1"}),
        (
            "PID-3(1).4.2",
            {"segment": "PID", "field": "3", "repetition": "1", "component": "4", "subcomponent": "2"},
        ),
        ("NK1|4", {"segment": "NK1", "field": "4"}),
        (" OBX-05 ", {"segment": "OBX", "field": "5"}),
    ],
)
def test_place(text: str, expected: dict[str, str]) -> None:
    assert place(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "pid-5", "PID-", "PID-0", "PID.5", "PID-5.1.2.3", "NK1|", "PID[10]-3", "PID-3(0)", "PIDX-5", "5"],
)
def test_no_place(text: str) -> None:
    with pytest.raises(ValueError, match=r"place|number|told"):
        place(text)


def test_a_place_selects_the_fields_it_names() -> None:
    found = values(message(PID))
    wanted = place("PID[1]-3(2).1")
    chosen = [at for at, field in found.items() if wanted.items() <= field.type.attributes.items()]
    assert chosen == ["PID[1]-3[2].1"]


@pytest.mark.parametrize(
    ("field", "kept", "searched"),
    [
        (12, "2.5.1 2.8 3.5", "29282150 DAVIDSON 1.2.345"),
        (17, "USA 44", "DAVIDSON"),
        (18, "ASCII 8859/1 UNICODE", "DAVIDSON 19450101"),
        (19, "EN en-US", "DOUGLAS"),
        (21, "Z22 2.16.840.1.113883.9.88", "29282150 DAVIDSON 2.16.840.1.113883.9.123.45.6789"),
    ],
)
def test_what_a_header_keeps(field: int, kept: str, searched: str) -> None:
    header = "MSH|^~\\&" + "|" * (field - 2)
    for text in (*kept.split(), *searched.split()):
        data = f"{header}{text}\r".encode()
        (type_,) = [each.type for each in scopes(data)[0].fields()]
        assert type_.searchable is (text in searched.split()), text


def test_a_particle_of_a_name_in_an_unknown_field() -> None:
    found = values(message("ZPD|SMITH&VAN^JOHN"))
    assert {each.type.data_class for place, each in found.items() if place.startswith("ZPD")} == {
        "person-name"
    }


@pytest.mark.parametrize("title", ["LCSW", "2ND", "III", "M.D., Ph.D."])
def test_titles_are_those_of_persons(title: str) -> None:
    assert value(f"PID|1||||Doe^Jane^^{title}", place="PID[1]-5[1].4").type.data_class is None
