"""Whom segments are about."""

from __future__ import annotations

from x12_help import CLAIM, interchange, scopes


def people(data: bytes) -> list[list[str]]:
    """The ids of the segments of each scope."""
    return [
        list(dict.fromkeys(field.segment.location.rpartition(" / ")[2] for field in scope.fields()))
        for scope in scopes(data)
    ]


def names(*segments: str, transaction: str) -> list[str]:
    """The last names in each scope."""
    found = [
        " ".join(
            field.text
            for field in scope.fields()
            if field.segment.id == "NM1" and field.index == 3
        )
        for scope in scopes(interchange(*segments, transaction=transaction))
    ]  # fmt: skip
    return [name for name in found if name]


def test_subscriber_and_dependent_are_apart() -> None:
    found = [{field.text for field in scope.fields()} for scope in scopes(CLAIM)]
    assert len(found) == 5
    _, header, subscriber, patient, trailer = found
    assert "PREMIER BILLING SERVICE" in header
    assert "587654321" in header
    assert {"JANE", "JS00111223333", "19430501"} <= subscriber
    assert {"SMYTHE", "26463774", "KILDARE", "20061003"} <= patient
    assert not {"JANE", "JS00111223333", "19430501"} & (header | patient | trailer)
    assert not {"SMYTHE", "26463774"} & (header | subscriber | trailer)


def test_remittance() -> None:
    segments = [
        "N1*PR*PAYER", "LX*1", "TS3*1*11*20060101*1*1", "CLP*1*1", "NM1*QC*1*A", "SVC*HC:1*1", "CLP*2*1",
        "NM1*QC*1*B", "LX*2", "CLP*3*1", "NM1*QC*1*C", "PLB*1*20060101*CS:9*1",
    ]  # fmt: skip
    assert names(*segments, transaction="835") == ["A", "B", "C"]
    found = people(interchange(*segments, transaction="835"))
    assert found[2] == ["CLP[1]", "NM1[1]", "SVC[1]"]
    assert found[4] == ["LX[2]"]
    assert found[6] == ["PLB[1]"]


def test_enrollment() -> None:
    segments = ["N1*P5*SPONSOR", "INS*Y*18", "NM1*IL*1*A", "INS*N*01", "NM1*IL*1*B"]
    assert names(*segments, transaction="834") == ["A", "B"]


def test_premiums() -> None:
    segments = ["ENT*1*2J*34*1", "NM1*IL*1*A", "ENT*2*2J*34*2", "NM1*IL*1*B"]
    assert names(*segments, transaction="820") == ["A", "B"]


def test_eligibility_and_status() -> None:
    segments = [
        "HL*1**20*1", "NM1*PR*2*P", "HL*2*1*21*1", "NM1*1P*2*Q", "HL*3*2*22*1", "NM1*IL*1*A", "HL*4*3*23*0",
        "NM1*03*1*B", "HL*5*2*22*0", "NM1*IL*1*C", "HL*6*1*19*0", "NM1*1P*2*R",
    ]  # fmt: skip
    for transaction in ("270", "271", "276", "277"):
        assert names(*segments, transaction=transaction) == ["P Q", "A", "B", "C", "R"]


def test_events_and_services_belong_to_their_patient() -> None:
    segments = [
        "HL*1**20*1", "NM1*X3*2*P", "HL*2*1*22*1", "NM1*IL*1*A", "HL*3*2*23*1", "NM1*QC*1*B", "HL*4*3*EV*1",
        "NM1*71*1*D", "HL*5*4*SS*0", "NM1*72*1*E", "HL*6*3*19*0", "NM1*SJ*1*F", "HL*7*1*21*0", "NM1*1P*2*G",
    ]  # fmt: skip
    assert names(*segments, transaction="278") == ["P", "A", "B D E F", "G"]


def test_claim_acknowledgment() -> None:
    segments = ["HL*1**20*1", "NM1*AY*2*P", "HL*2*1*PT", "NM1*QC*1*A", "HL*3*1*PT", "NM1*QC*1*B"]
    assert names(*segments, transaction="277") == ["P", "A", "B"]


def test_any_other_transaction_set_is_one() -> None:
    data = interchange("AK1*HC*1", "AK2*837*1", "IK5*A", "AK9*A*1*1*1", transaction="999")
    assert [len(ids) for ids in people(data)] == [2, 5, 3]


def test_a_set_does_not_go_on_with_the_person_before_it() -> None:
    data = CLAIM.replace(b"GE*1*1", b"ST*837*0002~\nNM1*41*2*NEXT~\nSE*3*0002~\nGE*2*1")
    (scope,) = [scope for scope in scopes(data) if any(field.text == "NEXT" for field in scope.fields())]
    assert scope.fields()[0].segment.id == "ST"
    assert scope.fields() == scope.fields()
