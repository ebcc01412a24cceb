"""Files that can't be masked surely are refused, in no other way than by FormatError."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from x12_help import CLAIM, all_fields, interchange, isa, rendered, scopes

from beam_phi.formats.document import FormatError
from beam_phi.formats.x12 import document, looks_like_x12

ISA = isa().encode()


def reason(data: bytes) -> str:
    with pytest.raises(FormatError) as error:
        for _ in all_fields(scopes(data)):
            pass
    return error.value.reason


@pytest.mark.parametrize(
    "data", [b"", b"ISA", CLAIM[:60], CLAIM[:105], CLAIM[107:], b"ST*837*0001~", b"ISABEL;1\n"]
)
def test_what_does_not_begin_with_an_interchange_is_no_x12(data: bytes) -> None:
    assert not looks_like_x12(data)
    assert reason(data) == "bad-syntax"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (CLAIM[:200], "truncated"),
        (CLAIM[: CLAIM.index(b"SE*")], "truncated"),
        (CLAIM[: CLAIM.index(b"IEA*")], "truncated"),
        (CLAIM[:-6], "truncated"),
        (ISA, "truncated"),
        (CLAIM + CLAIM[:50], "truncated"),
        (CLAIM + b"x", "bad-syntax"),
        (CLAIM + b"NM1*IL*1*SMITH~", "bad-syntax"),
        (CLAIM.replace(b"*000000907*0*T*", b"*00000907*0*T*"), "bad-syntax"),
        (CLAIM.replace(b"*T*:~", b"*T**~"), "bad-syntax"),
        (CLAIM.replace(b"*T*:~", b"*T*A~"), "bad-syntax"),
        (CLAIM.replace(b"*^*00501", b"*:*00501"), "bad-syntax"),
        (CLAIM.replace(b"HL*3*", b"hl*3*"), "bad-syntax"),
        (CLAIM.replace(b"*TED*", b"*T~ED*"), "bad-syntax"),
        (CLAIM.replace(b"SE*", b"SX*"), "bad-syntax"),
        (CLAIM.replace(b"ST*837", b"SX*837"), "bad-syntax"),
        (CLAIM.replace(b"ST*837", b"GS*837"), "bad-syntax"),
        (CLAIM.replace(b"GE*1*1~\n", b""), "bad-syntax"),
        (CLAIM.replace(b"NTE*ADD*", b"BIN*3*"), "bad-syntax"),
        (CLAIM.replace(b"NTE*ADD*", b"NTE" + b"*" * 100), "bad-syntax"),
        (CLAIM.replace(b"HC:99213", b":" * 100), "bad-syntax"),
        (CLAIM.replace(b"TED", b"T\0D"), "bad-encoding"),
        (CLAIM.replace(b"TED", b"T\x01D"), "bad-encoding"),
        (CLAIM.decode().encode("utf-16")[:-40] + b"\x00\xd8" * 2, "bad-encoding"),
        (interchange(*(f"Z{n:02}*1" for n in range(65))), "bad-syntax"),
    ],
)
def test_broken_files(data: bytes, expected: str) -> None:
    assert reason(data) == expected


def test_counts_and_control_numbers_that_lie_are_left_to_lie() -> None:
    data = CLAIM.replace(b"SE*34*0001", b"SE*7*9999").replace(b"IEA*1*", b"IEA*5*")
    assert data != CLAIM
    assert rendered(scopes(data)) == data


def test_half_a_name_is_not_taken_for_an_unknown_segment() -> None:
    assert reason(CLAIM.replace(b"*SMYTHE*TED*", b"*SMYTHE~TED*")) == "bad-syntax"
    assert len(scopes(CLAIM.replace(b"*SMYTHE*TED*", b"*SMYTHE~TED*").replace(b"SE*34", b"SE*35"))) == 5


def test_one_person_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_SCOPE", 2000)
    assert len(scopes(interchange(*["HL*1**22", "NTE*ADD*" + "x" * 900] * 9))) == 12
    assert reason(interchange("HL*1**22", *["NTE*ADD*" + "x" * 900] * 3)) == "record-too-long"


def test_a_segment_has_a_limit() -> None:
    assert reason(interchange("NTE*ADD*" + "x" * (4 * 1024 * 1024 + 300_000))) == "record-too-long"
    assert reason(CLAIM + b" " * (4 * 1024 * 1024 + 600_000) + CLAIM) == "record-too-long"


def test_no_value_stands_in_an_error() -> None:
    for secret in (b"hl*SECRET*1", b"SECRET*1", b"BIN*SECRET"):
        with pytest.raises(FormatError) as error:
            scopes(CLAIM.replace(b"HL*3*2*23*0", secret))
        assert "SECRET" not in str(error.value)


@given(st.binary(max_size=300))
@example(b"*TA1~")
def test_anything_after_an_isa_segment(tail: bytes) -> None:
    survives(ISA + tail)


@given(
    st.lists(st.tuples(st.integers(0, len(CLAIM) - 1), st.binary(max_size=3), st.integers(0, 4)), max_size=6)
)
def test_mutations(changes: list[tuple[int, bytes, int]]) -> None:
    data = CLAIM
    for at, new, size in changes:
        data = data[:at] + new + data[at + size :]
    survives(data)


def survives(data: bytes) -> None:
    """It is read and given back, and can be read again once emptied; or it is refused."""
    looks_like_x12(data)
    try:
        found = scopes(data)
        for scope, field in all_fields(found):
            assert field.location
            # Never the codes and counts that hold the file together.
            if field.type.searchable:
                scope.empty(field)
        again = scopes(data)
        for _ in all_fields(again):
            pass
    except FormatError:
        return
    assert rendered(again) == data
    scopes(rendered(found))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ST*837*0001", b"ST*837*DAVIDSON"),
        (b"SE*34*0001", b"SE*34*DAVIDSON"),
        (b"*1147*1*X*", b"*1147*DAVIDSON*X*"),
        (b"GE*1*1~", b"GE*1*2928215000~"),
        (b"IEA*1*000000907", b"IEA*1*DAVIDSON"),
        (b"*00501*000000907*", b"*00501*DAVIDSONS*"),
    ],
)
def test_a_control_number_that_may_be_a_name(old: bytes, new: bytes) -> None:
    assert CLAIM.count(old) == 1
    assert reason(CLAIM.replace(old, new)) == "bad-syntax"


def test_empty_segments_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_SEGMENTS", 100)
    assert reason(CLAIM.replace(b"NTE*", b"~" * 100 + b"NTE*")) == "record-too-long"
