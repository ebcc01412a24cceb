"""What each element is taken for."""

from __future__ import annotations

import pytest
from x12_help import CLAIM, class_of, field_of, fields, interchange

SUBSCRIBER = "HL*2*1*22*0~NM1*IL*1*SMITH*JANE****MI*A1"


@pytest.mark.parametrize(
    ("segments", "place", "expected"),
    [
        ("NM1*QC*1*SMITH*TED", "NM1[1]-03", "patient-name"),
        ("NM1*QC*1*SMITH*TED", "NM1[1]-04", "patient-name"),
        ("NM1*QC*1*SMITH*TED*R", "NM1[1]-05", "patient-name"),
        ("NM1*IL*1*SMITH", "NM1[1]-03", "patient-name"),
        ("NM1*IL*2*ACME CORP", "NM1[1]-03", "organization"),
        ("NM1*74*1*SMITH", "NM1[1]-03", "patient-name"),
        ("NM1*82*1*KILDARE*BEN", "NM1[1]-03", "person-name"),
        ("NM1*82*1*KILDARE*BEN", "NM1[1]-04", "person-name"),
        ("NM1*82**KILDARE", "NM1[1]-03", "person-name"),
        ("NM1*85*2*CLINIC", "NM1[1]-03", "organization"),
        ("NM1*PR*2*PAYER", "NM1[1]-03", "organization"),
        ("NM1*QC*1*SMITH*****JR", "NM1[1]-08", None),
        ("NM1*QC*1*SMITH****JR", "NM1[1]-07", None),
        ("NM1*QC*1*SMITH****JANE", "NM1[1]-07", "patient-name"),
        ("NM1*QC*1*SMITH*****34*123456789", "NM1[1]-09", "ssn"),
        ("NM1*QC*1*SMITH*****MI*A1", "NM1[1]-09", "patient-id"),
        ("NM1*IL*1*SMITH*****II*A1", "NM1[1]-09", "patient-id"),
        ("NM1*IL*1*SMITH*****??*A1", "NM1[1]-09", "patient-id"),
        ("NM1*82*1*KILDARE*****XX*1234567893", "NM1[1]-09", "license-number"),
        ("NM1*82*1*KILDARE*****24*123456789", "NM1[1]-09", "other-id"),
        ("NM1*82*1*KILDARE*****34*123456789", "NM1[1]-09", "ssn"),
        ("NM1*82*1*KILDARE*****PI*123456789", "NM1[1]-09", "other-id"),
        ("NM1*PR*2*PAYER*****PI*12345", "NM1[1]-09", None),
        ("N1*PE*CLINIC*FI*123456789", "N1[1]-02", "organization"),
        ("N1*PE*CLINIC*FI*123456789", "N1[1]-04", "other-id"),
        ("NM1*QC*1*A~N2*SMITH", "N2[1]-01", "patient-name"),
        ("NM1*85*2*A~N2*CLINIC", "N2[1]-01", "organization"),
        ("N3*1 ROAD*APT 2", "N3[1]-02", "address"),
        ("N4*MIAMI*FL*33111*US*CY*DADE", "N4[1]-01", "geography"),
        ("N4*MIAMI*FL*33111*US", "N4[1]-02", None),
        ("N4*MIAMI*FL*33111*US", "N4[1]-03", "postal-code"),
        ("N4*MIAMI*FL*33111*US", "N4[1]-04", None),
        ("N4*MIAMI*FL*33111*US*CY*DADE", "N4[1]-06", "geography"),
        ("PER*IC*JERRY*TE*3055552222*FX*1*EM*a@b.example", "PER[1]-02", "person-name"),
        ("PER*IC*JERRY*TE*3055552222*FX*1*EM*a@b.example", "PER[1]-04", "phone"),
        ("PER*IC*JERRY*TE*3055552222*FX*1*EM*a@b.example", "PER[1]-06", "fax"),
        ("PER*IC*JERRY*TE*3055552222*FX*1*EM*a@b.example", "PER[1]-08", "email"),
        ("PER*BL**UR*www.payer.example", "PER[1]-04", "url"),
        ("PER*BL**??*305", "PER[1]-04", "phone"),
        ("DMG*D8*19430501*F", "DMG[1]-02", "birth-date"),
        ("DMG*D8*19430501*F", "DMG[1]-03", None),
        ("DTP*472*D8*20061003", "DTP[1]-03", "date"),
        ("DTP*472*RD8*20061003-20061004", "DTP[1]-03.2", "date"),
        ("DTP*472*XX*in spring", "DTP[1]-03", "date"),
        ("DTP*096*TM*1130", "DTP[1]-03", "time"),
        ("DTM*472*20061003", "DTM[1]-02", "date"),
        ("BHT*0019*00*244579*20061015*1023*CH", "BHT[1]-03", "other-id"),
        ("BHT*0019*00*244579*20061015*1023*CH", "BHT[1]-04", "date"),
        ("BHT*0019*00*244579*20061015*1023*CH", "BHT[1]-05", "time"),
        ("BPR*I*1*C*ACH*CCP*01*111*DA*33*1*2*01*111*DA*22*20100101", "BPR[1]-16", "date"),
        ("BPR*I*1*C*ACH*CCP*01*111*DA*33*1*2*01*111*DA*22*20100101", "BPR[1]-09", "account-number"),
        ("HI*BH:11:D8:20050617", "HI[1]-01.4", "date"),
        ("HI*BH:11:D8:20050617", "HI[1]-01.2", None),
        ("PAT*19****D8*20060930", "PAT[1]-06", "date"),
        ("INS*Y*18*021*20*A****N**D8*20060930", "INS[1]-12", "date"),
        ("REF*SY*123456789", "REF[1]-02", "ssn"),
        ("REF*EI*123456789", "REF[1]-02", "other-id"),
        ("REF*1W*A1", "REF[1]-02", "health-plan-id"),
        ("REF*0F*A1", "REF[1]-02", "health-plan-id"),
        ("REF*EA*A1", "REF[1]-02", "patient-id"),
        ("REF*EJ*A1", "REF[1]-02", "account-number"),
        ("REF*D9*A1", "REF[1]-02", "other-id"),
        ("REF*G2*A1", "REF[1]-02", "license-number"),
        ("REF*??*A1", "REF[1]-02", "other-id"),
        ("REF*87*004010X098", "REF[1]-02", None),
        ("REF*XX1**note*SY:123456789:EA:A1", "REF[1]-03", "free-text"),
        ("REF*XX1**note*SY:123456789:EA:A1", "REF[1]-04.2", "ssn"),
        ("REF*XX1**note*SY:123456789:EA:A1", "REF[1]-04.4", "patient-id"),
        ("CLM*26463774*100***11:B:1", "CLM[1]-01", "account-number"),
        ("CLM*26463774*100***11:B:1", "CLM[1]-02", None),
        ("CLP*A1*1*2*3*4*MC*77", "CLP[1]-01", "account-number"),
        ("CLP*A1*1*2*3*4*MC*77", "CLP[1]-07", "other-id"),
        ("TRN*1*02790758*560894904", "TRN[1]-02", "other-id"),
        ("TRN*1*02790758*560894904", "TRN[1]-03", "other-id"),
        ("SBR*P**2222-SJ*ACME", "SBR[1]-03", "health-plan-id"),
        ("SBR*P**2222-SJ*ACME", "SBR[1]-04", "organization"),
        ("NTE*ADD*some text", "NTE[1]-02", "free-text"),
        ("MSG*some text", "MSG[1]-01", "free-text"),
        ("PLB*1234567890*20051231*CS:ABC12*-200", "PLB[1]-03.2", "other-id"),
        ("ENT*1*2J*34*123456789", "ENT[1]-04", "ssn"),
        ("ENT*1*2J*EI*A1", "ENT[1]-04", "patient-id"),
        ("LUI*LE*EN", "LUI[1]-02", None),
        ("PRV*PE*PXC*203BF0100Y", "PRV[1]-03", None),
        ("MOA***MA01", "MOA[1]-03", None),
        ("IK4*1*1*7*SMITH", "IK4[1]-04", "free-text"),
        ("ZZ9*whatever", "ZZ9[1]-01", None),
    ],
)  # fmt: skip
def test_classes(segments: str, place: str, expected: str | None) -> None:
    assert class_of(segments, place) == expected


def test_envelopes() -> None:
    found = {location: field.type for location, field in fields(CLAIM).items()}
    assert found["ISA[1]-06"].data_class == found["ISA[1] / GS[1]-02"].data_class == "other-id"
    assert found["ISA[1]-09"].data_class == found["ISA[1] / GS[1]-04"].data_class == "date"
    assert found["ISA[1]-10"].data_class == found["ISA[1] / GS[1]-05"].data_class == "time"
    for place in ("ISA[1]-13", "ISA[1] / IEA[1]-02", "ISA[1] / GS[1]-06", "ISA[1] / ST[1]-02"):
        assert found[place].data_class is None
        assert not found[place].searchable
        # Never taken for a code in which somebody's name is looked for.
        assert found[place].constraint.kind == "integer"


def test_codes_and_numbers_are_left_alone_and_what_is_none_is_searched() -> None:
    assert not field_of("CLM*1*100.50***11:B:1", "CLM[1]-02").type.searchable
    assert field_of("CLM*1*see JANE***11:B:1", "CLM[1]-02").type.searchable
    assert not field_of("SV1*HC:99213*40", "SV1[1]-01.2").type.searchable
    assert field_of("SV1*HC>99213>JANE SMITH*40", "SV1[1]-01.1").type.searchable
    assert field_of("N4*MIAMI*near Miami", "N4[1]-02").type.searchable
    assert field_of("HL*1*Jane Smith*20", "HL[1]-02").type.searchable
    assert not field_of("HL*1*12*20", "HL[1]-02").type.searchable
    assert field_of("ZZ9*whatever", "ZZ9[1]-01").type.searchable
    assert field_of("AMT*F3*1234567890123456789", "AMT[1]-02").type.searchable


@pytest.mark.parametrize(
    ("number", "kind", "searchable"),
    [
        ("100.50", "number", False),
        ("-12345.5", "number", False),
        ("29282150", "code", False),
        ("1234567.89", "code", False),
        ("123456789.01", "code", False),
        ("987654329", "text", True),
    ],
)
def test_a_long_number_may_be_an_id(number: str, kind: str, searchable: bool) -> None:
    type_ = field_of(f"AMT*F3*{number}", "AMT[1]-02").type
    assert (type_.constraint.kind, type_.searchable) == (kind, searchable)


@pytest.mark.parametrize(
    ("segments", "place"),
    [
        ("HL*DAVIDSON**20", "HL[1]-01"),
        ("HL*1**DAVIDSON", "HL[1]-03"),
        ("HL*1**20*0*DAVIDSON", "HL[1]-05"),
        ("LX*DAVIDSON", "LX[1]-01"),
        ("SV1*HC:DAVIDSON*40", "SV1[1]-01.2"),
        ("QQ9*DAVIDSON", "QQ9[1]-01"),
    ],
)
def test_a_word_that_is_no_code_is_a_name(segments: str, place: str) -> None:
    assert field_of(segments, place).type.guarded
    assert not field_of("NTE*ADD*DAVIDSON", "NTE[1]-02").type.guarded
    assert not field_of("SV1*HC:99213*40", "SV1[1]-01.2").type.guarded
    assert not field_of("HI*BK>7215", "HI[1]-01.1").type.guarded


def test_the_id_of_another_insured_is_not_the_patients() -> None:
    claim = "HL*3*2*23*0~NM1*QC*1*SMITH*TED~CLM*1*1~SBR*S*01~NM1*IL*1*JONES*M****MI*XX99"
    assert class_of(claim, "NM1[2]-09") == "health-plan-id"
    assert class_of(SUBSCRIBER, "NM1[1]-09") == "patient-id"
    remit = "CLP*1*1~NM1*QC*1*SMITH*TED****MI*A1~NM1*IL*1*JONES*M****MI*XX99"
    assert class_of(remit, "NM1[1]-09", "835") == "patient-id"
    assert class_of(remit, "NM1[2]-09", "835") == "health-plan-id"


def test_attributes() -> None:
    found = fields(CLAIM)
    assert found["ISA[1] / ST[1] / NM1[6]-03"].type.attributes == {
        "segment": "NM1", "element": "03", "component": "", "qualifier": "QC", "transaction": "837",
        "loop": "2010CA", "type": "AN",
    }  # fmt: skip
    assert found["ISA[1] / ST[1] / CLM[1]-05.1"].type.attributes["component"] == "1"
    assert found["ISA[1] / ST[1] / NM1[4]-03"].type.attributes["loop"] == "2010BA"
    assert found["ISA[1] / ST[1] / NM1[7]-03"].type.attributes["loop"] == ""
    assert found["ISA[1] / ST[1] / NM1[8]-03"].type.attributes["loop"] == "2330A"
    assert found["ISA[1] / ST[1] / SV1[1]-02"].type.attributes["loop"] == "2400"
    assert field_of("REF*?!*A1", "REF[1]-02").type.attributes["qualifier"] == ""
    assert field_of("HL*1**20*1", "HL[1]-01").type.attributes["qualifier"] == "20"


def test_types_are_shared_and_few() -> None:
    first = {location: id(field.type) for location, field in fields(CLAIM).items()}
    assert {location: id(field.type) for location, field in fields(CLAIM).items()} == first
    many = interchange(*(f"REF*{a}{b}*1" for a in "!?%&/()" for b in "!?%&/()"))
    assert len({id(field.type) for field in fields(many).values() if field.segment.id == "REF"}) == 2


def test_lengths_and_forms() -> None:
    assert field_of("NM1*QC*1*SMITH", "NM1[1]-03").type.constraint.max_length == 60
    date = field_of("DTP*472*D8*20061003", "DTP[1]-03").type.constraint
    assert date.kind == "date"
    assert date.accepts("20060101")
    assert not date.accepts("2006")
    assert fields(CLAIM)["ISA[1]-06"].type.constraint.max_length == 15


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("PRV*PE*PXC*203BF0100Y", None),
        ("PRV*PE*ZZ*203BF0100Y", None),
        ("PRV*PE*SY*000221111", "ssn"),
        ("PRV*PE*1D*A1234", "license-number"),
        ("PRV*PE*XX9*29282150", "other-id"),
        ("PRV*PE**29282150", "other-id"),
    ],
)
def test_what_a_provider_is_known_by(segment: str, expected: str | None) -> None:
    type_ = field_of(segment, "PRV[1]-03").type
    assert (type_.data_class, type_.searchable) == (expected, expected is not None)


def test_numbers_of_levels_are_short() -> None:
    assert not field_of("HL*12345**20", "HL[1]-01").type.searchable
    for text in ("29282150", "DAVIDSON", "A1"):
        assert field_of(f"HL*{text}**20", "HL[1]-01").type.searchable
        assert field_of(f"HL*1*{text}*20", "HL[1]-02").type.searchable
    assert field_of("AK2*837*DAVIDSON", "AK2[1]-02", "999").type.searchable
    assert not field_of("AK2*837*A0012", "AK2[1]-02", "999").type.searchable


@pytest.mark.parametrize("written", ["MD", "M.D.", "MD PHD", "PharmD", "LCSW", "2nd", "III", "Jr."])
def test_titles_are_those_of_persons(written: str) -> None:
    assert field_of(f"NM1*QC*1*SMITH*TED***{written}", "NM1[1]-07").type.data_class is None


def test_years_of_two_digits() -> None:
    assert field_of("DMG*D6*450101", "DMG[1]-02").text == "19450101"
    assert field_of("DMG*D6*290101", "DMG[1]-02").text == "20290101"
