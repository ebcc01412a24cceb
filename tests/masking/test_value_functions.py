"""Functions on numbers, ages, codes, tables and characters."""

from __future__ import annotations

import hmac
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.library.constraint import ANY, Constraint
from beam_phi.library.model import RuleSpec
from beam_phi.library.uids import is_registered
from beam_phi.masking import (
    NOWHERE,
    Context,
    MaskingError,
    MaskingFunction,
    MasterKey,
    RuleError,
    build,
    dummy,
)
from beam_phi.masking.generalize import RESTRICTED_2000, RESTRICTED_2010, RESTRICTED_ZIP3

Make = Callable[..., MaskingFunction]
AS = Context(constraint=Constraint(4, "[0-9]{3}[DWMY]", "age"))
INTEGER = Context(constraint=Constraint(12, "[+-]?[0-9]+", "integer"))


def reason(function: MaskingFunction, text: str, context: Context = NOWHERE) -> str:
    with pytest.raises(MaskingError) as caught:
        function.mask(text, context)
    return caught.value.reason


# -- generalize ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "capped", "banded"),
    [
        ("47", "47", "45-49"),
        ("89", "89", "85-89"),
        ("90", "90+", "90+"),
        ("104", "90+", "90+"),
        ("047", "047", "45-49"),
        ("47 y/o", "47 y/o", "45-49 y/o"),
        ("91-year-old", "90+-year-old", "90+-year-old"),
        ("91M", "90+M", "90+M"),
        ("89.9 years", "89.9 years", "85-89 years"),
        ("Age: 92", "Age: 90+", "Age: 90+"),
        ("6 months", "6 months", "0-4"),
        ("30 mo", "30 mo", "0-4"),
        ("1200 months", "90+", "90+"),
    ],
)
def test_ages(make: Make, text: str, capped: str, banded: str) -> None:
    assert make("generalize", kind="age").mask(text, NOWHERE) == capped
    assert make("generalize", kind="age", width=5).mask(text, NOWHERE) == banded


@pytest.mark.parametrize(
    ("text", "capped", "banded"),
    [("047Y", "047Y", "045Y"), ("091Y", "090Y", "090Y"), ("006M", "006M", "000Y"), ("999D", "999D", "000Y")],
)
def test_ages_of_dicom(make: Make, text: str, capped: str, banded: str) -> None:
    assert make("generalize", kind="age").mask(text, AS) == capped
    assert make("generalize", kind="age", width=5).mask(text, AS) == banded


def test_ages_in_number_fields(make: Make) -> None:
    assert make("generalize", kind="age").mask("93", INTEGER) == "90"
    assert make("generalize", kind="age", width=10).mask("47", INTEGER) == "40"


def test_the_last_band_ends_below_the_cap(make: Make) -> None:
    assert make("generalize", kind="age", width=20).mask("85", NOWHERE) == "80-89"
    assert make("generalize", kind="age", width=5, cap=80).mask("81", NOWHERE) == "80+"


@pytest.mark.parametrize("text", ["", "ninety-one", "45-47", "5 ft 11", "9" * 100])
def test_what_is_no_age(make: Make, text: str) -> None:
    assert reason(make("generalize", kind="age"), text) == "unread"


def test_the_restricted_areas() -> None:
    assert (len(RESTRICTED_2000.split()), len(RESTRICTED_2010.split()), len(RESTRICTED_ZIP3)) == (17, 14, 19)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48109", "481"),
        ("48109-1234", "481"),
        ("481091234", "481"),
        (" 48109 ", "481"),
        ("03601", "000"),
        ("36900-0001", "000"),
        ("2139", "021"),
        ("21391234", "021"),
    ],
)
def test_zip_codes(make: Make, text: str, expected: str) -> None:
    assert make("generalize", kind="zip3").mask(text, NOWHERE) == expected


@pytest.mark.parametrize(
    "text", ["", "481", "SW1A 1AA", "48109-12", "481 09", "1234567", "\u0664\u0668\u0661\u0660\u0669"]
)
def test_what_is_no_zip_code(make: Make, text: str) -> None:
    assert reason(make("generalize", kind="zip3"), text) == "unread"


def test_an_own_list_of_restricted_areas(make: Make) -> None:
    function = make("generalize", kind="zip3", restricted=["481"])
    assert [function.mask(text, NOWHERE) for text in ("48109", "03601")] == ["000", "036"]


# -- blur ---------------------------------------------------------


@given(st.decimals(-(10**6), 10**6, places=2), st.integers(1, 50), st.text(max_size=5))
def test_noise_is_within_range_and_never_nothing(number: object, greatest: int, subject: str) -> None:
    function = build(RuleSpec("r", "blur", {"kind": "number", "range": greatest}), MasterKey(bytes(32)))
    masked = function.mask(f"{number:f}", Context("weight", subject))
    assert masked is not None
    assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", masked)
    difference = abs(round(float(masked) * 100) - round(float(str(number)) * 100))
    assert 0 < difference <= greatest * 100


def test_noise_in_whole_numbers_and_ages(make: Make) -> None:
    number, age = make("blur", kind="number", range=3), make("blur", kind="age", range=3)
    assert {number.mask("72", Context(subject=str(n))) for n in range(200)} == {
        "69",
        "70",
        "71",
        "73",
        "74",
        "75",
    }
    assert {age.mask("001Y", Context(subject=str(n), constraint=AS.constraint)) for n in range(200)} == {
        "000Y",
        "002Y",
        "003Y",
        "004Y",
    }
    assert {age.mask("88", Context(subject=str(n))) for n in range(200)} == {"85", "86", "87", "89", "90+"}


def test_rounding(make: Make) -> None:
    assert make("blur", kind="number", step=5).mask("72.4", NOWHERE) == "70.0"
    assert make("blur", kind="number", step=0.5).mask(" 1.30 ", NOWHERE) == " 1.50 "
    assert make("blur", kind="age", step=10).mask("47 y/o", NOWHERE) == "50 y/o"
    assert build(RuleSpec("r", "blur", {"kind": "number", "step": 5}), None).mask("13", NOWHERE) == "15"


@pytest.mark.parametrize("text", ["", "x", "1e5", "1,000", "NaN", "1.2.3", "9" * 40, "\u0661"])
def test_what_is_no_number(make: Make, text: str) -> None:
    assert reason(make("blur", kind="number", range=1), text) == "unread"


# -- uid ---------------------------------------------------------


def test_uids_are_hmacs_in_2_25(make: Make, key: MasterKey) -> None:
    uid = "1.3.6.1.4.1.14519.5.2.1.99.1071.26968527900428638961173806140069"
    data = len(uid).to_bytes(4, "big") + uid.encode()
    expected = int.from_bytes(hmac.digest(key.subkey("uid"), data, "sha256")[:16], "big")
    function = make("uid")
    assert function.mask(uid, NOWHERE) == f"2.25.{expected}"
    for padded in (uid + "\0", uid + " "):
        assert function.mask(padded, NOWHERE) == f"2.25.{expected}"
        assert not function.exact(padded)
    assert function.mask(f"urn:oid:{uid}", NOWHERE) == f"urn:oid:2.25.{expected}"


@given(st.from_regex(r"[12](\.(0|[1-9][0-9]{0,8})){1,8}", fullmatch=True))
def test_uids_are_valid(uid: str) -> None:
    function = build(RuleSpec("r", "uid"), MasterKey(bytes(32)))
    masked = function.mask(uid, NOWHERE) or ""
    assert re.fullmatch(r"[0-2](\.(0|[1-9][0-9]*))+", masked)
    assert len(masked) <= 44 or is_registered(uid)
    assert (masked == uid) == is_registered(uid)


@pytest.mark.parametrize(
    "uid",
    ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", "2.16.840.1.113883.6.1", "1.2.840.10008.1.2\0"],
)
def test_registered_uids_are_kept(make: Make, uid: str) -> None:
    assert make("uid").mask(uid, NOWHERE) == uid.rstrip("\0")


@pytest.mark.parametrize(
    "uid", ["1.2.840.100080.1", "1.2.840.10007.1", "2.16.840.1.113883.3.1", "1.2.840.10009.1"]
)
def test_neighbours_of_registered_uids_are_not(make: Make, uid: str) -> None:
    assert make("uid").mask(uid, NOWHERE) != uid


# -- codes ---------------------------------------------------------


def test_hashes(make: Make, key: MasterKey) -> None:
    data = (5).to_bytes(4, "big") + b"Smith"
    digest = hmac.digest(key.subkey("hash:"), data, "sha256").hex()
    assert make("hash").mask("Smith", NOWHERE) == digest[:32]
    assert make("hash", length=64).mask("Smith", NOWHERE) == digest
    assert make("hash", tweak="visit").mask("Smith", NOWHERE) != digest[:32]
    assert re.fullmatch(
        "[A-Z2-7]{52}", make("hash", encoding="base32", length=52).mask("Smith", NOWHERE) or ""
    )
    code = uuid.UUID(make("hash", encoding="uuid").mask("Smith", NOWHERE))
    assert (code.version, code.variant) == (8, uuid.RFC_4122)
    assert code.hex[:12] + code.hex[13:16] + code.hex[17:] == digest[:12] + digest[13:16] + digest[17:32]
    with pytest.raises(RuleError):
        make("hash", encoding="uuid", length=32)


@pytest.mark.parametrize("function", ["hash", "tokenize"])
def test_canonical_forms_of_codes(make: Make, function: str) -> None:
    ids, names, raw = (make(function, canonical=form) for form in ("id", "fold", "none"))
    assert ids.mask("00-123-456", NOWHERE) == ids.mask("123456", NOWHERE)
    assert names.mask(" Müller", NOWHERE) == names.mask("MULLER", NOWHERE)
    assert raw.mask("Müller", NOWHERE) != raw.mask("MULLER", NOWHERE)
    assert ids.exact("123456")
    assert not ids.exact("0123456")


@pytest.mark.parametrize(
    ("params", "form"),
    [
        ({}, "[A-Z2-7]{12}"),
        ({"prefix": "ID-", "length": 8}, "ID-[A-Z2-7]{8}"),
        ({"alphabet": "digits", "length": 18}, "[0-9]{18}"),
        ({"alphabet": "hex", "length": 32}, "[0-9a-f]{32}"),
    ],
)
def test_tokens_have_one_form(make: Make, params: dict[str, object], form: str) -> None:
    function = make("tokenize", **params)
    tokens = [function.mask(str(n), NOWHERE) or "" for n in range(300)]
    assert len(set(tokens)) == 300
    assert all(re.fullmatch(form, token) and function.recognises(token, NOWHERE) for token in tokens)
    assert not function.recognises("Smith", NOWHERE)
    assert function.one_to_one == (params.get("length") != 8 and params.get("length") != 18)


@given(st.text(max_size=60), st.sampled_from(["base32", "base64url"]))
def test_encryption_comes_back_for_its_class_and_key_only(text: str, encoding: str) -> None:
    rule = RuleSpec("r", "encrypt", {"encoding": encoding})
    function = build(rule, MasterKey(bytes(32)))
    masked = function.mask(text, Context("ssn")) or ""
    assert function.unmask(masked, Context("ssn")) == text
    assert function.recognises(masked, Context("ssn"))
    for stranger, context in (
        (function, Context("phone")),
        (build(rule, MasterKey(bytes(31) + b"x")), Context("ssn")),
    ):
        with pytest.raises(MaskingError) as caught:
            stranger.unmask(masked, context)
        assert caught.value.reason == "not-ours"


@pytest.mark.parametrize("text", ["", "Smith", "é", "AAAA", "A" * 40, "====", "a" * 41])
@pytest.mark.parametrize("encoding", ["base32", "base64url"])
def test_foreign_texts_are_not_decrypted(make: Make, text: str, encoding: str) -> None:
    with pytest.raises(MaskingError) as caught:
        make("encrypt", encoding=encoding).unmask(text, NOWHERE)
    assert caught.value.reason == "not-ours"


@given(st.text(max_size=60), st.sampled_from(["base32", "base64url", "hex"]))
def test_encodings_come_back(text: str, encoding: str) -> None:
    function = build(RuleSpec("r", "encode", {"encoding": encoding}), None)
    assert function.unmask(function.mask(text, NOWHERE) or "", NOWHERE) == text


@pytest.mark.parametrize(
    ("encoding", "text"), [("hex", "xyz"), ("hex", "ff"), ("base32", "é"), ("base64url", "+/+/")]
)
def test_foreign_texts_are_not_decoded(make: Make, encoding: str, text: str) -> None:
    with pytest.raises(MaskingError) as caught:
        make("encode", encoding=encoding).unmask(text, NOWHERE)
    assert caught.value.reason == "not-ours"


def test_one_way_functions_say_so(make: Make) -> None:
    for name in ("hash", "tokenize", "uid", "pseudonym", "redact", "random", "date_shift", "delete"):
        with pytest.raises(MaskingError) as caught:
            make(name).unmask("text", NOWHERE)
        assert caught.value.reason == "not-reversible"
        assert not make(name).reversible


# -- characters ---------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "***********"),
        ({"character": "X"}, "XXXXXXXXXXX"),
        ({"keep_last": 4}, "*******9999"),
        ({"keep_first": 3}, "219********"),
        ({"keep": ["4..4", "7..7"]}, "***-**-****"),
        ({"keep": ["4..4"], "keep_first": 1, "keep_last": 1}, "2**-******9"),
        ({"keep": ["9..99"]}, "********999"),
        ({"length": 3}, "***"),
        ({"keep_first": 6, "keep_last": 5}, "***********"),
        ({"keep_last": 100}, "***********"),
    ],
)
def test_redaction(make: Make, params: dict[str, object], expected: str) -> None:
    assert make("redact", **params).mask("219-09-9999", NOWHERE) == expected


@given(st.text(min_size=1, max_size=10), st.integers(0, 12), st.integers(0, 12))
def test_redaction_always_crosses_something_out(text: str, first: int, last: int) -> None:
    function = build(RuleSpec("r", "redact", {"keep_first": first, "keep_last": last}), None)
    assert "*" in (function.mask(text, NOWHERE) or "")


def test_random_characters_keep_the_shape(make: Make) -> None:
    function = make("random")
    masked = function.mask("AB-12 x\u00e9\u5c71\u0661", NOWHERE)
    assert masked is not None
    assert re.fullmatch(r"[A-Z]{2}-[0-9]{2} [a-z]{3}[0-9]", masked)
    assert make("random", salt="s").mask("AB-12345", NOWHERE) != function.mask("AB-12345", NOWHERE)
    assert all(function.mask(str(n), NOWHERE) != str(n) for n in range(10))
    assert len(function.mask("7" * 1000, NOWHERE) or "") == 1000


# -- tables ---------------------------------------------------------


def test_lookup_there_and_back(make: Make, tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("Ward A\tW1\nWard, B\tW2\n\n", encoding="utf-8-sig")
    (tmp_path / "t.csv").write_text('Ward A,W1\n"Ward, B",W2\n')
    pairs = {"Ward A": "W1", "Ward, B": "W2"}
    for params in ({"file": str(tmp_path / "t.tsv")}, {"file": str(tmp_path / "t.csv")}, {"pairs": pairs}):
        function = make("lookup", **params)
        assert [function.mask(text, NOWHERE) for text in ("Ward A", " Ward, B ")] == ["W1", "W2"]
        assert function.unmask("W2", NOWHERE) == "Ward, B"
        assert reason(function, "ward a") == "lookup-missing"
        with pytest.raises(MaskingError):
            function.unmask("W3", NOWHERE)
        assert function.one_to_one


def test_lookup_ignores_case_and_falls_back(make: Make) -> None:
    function = make("lookup", pairs={"Ward A": "W1"}, ignore_case=True, default={"function": "encrypt"})
    assert function.mask("WARD A", NOWHERE) == "W1"
    masked = function.mask("Ward B", NOWHERE)
    assert masked is not None
    assert function.unmask(masked, NOWHERE) == "Ward B"
    assert not function.one_to_one


def test_a_table_that_merges_values_is_not_undone(make: Make) -> None:
    function = make("lookup", pairs={"a": "x", "b": "x"})
    assert not function.reversible
    with pytest.raises(MaskingError):
        function.unmask("x", NOWHERE)


def test_broken_tables_are_refused(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for content in (b"a,b,c\n", b"a\n", b"\xff\xfe", b"a,b\na,c\n"):
        path.write_bytes(content)
        with pytest.raises(RuleError, match="function lookup"):
            make("lookup", file=str(path))


# -- dummies ---------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (ANY, "REMOVED"),
        (Constraint(8, "[0-9]{8}", "date"), "19000101"),
        (Constraint(16, r"[0-9]{2,6}(\.[0-9]{1,6})?", "time"), "000000"),
        (Constraint(26, r"[0-9]{4,14}(\.[0-9]+)?", "datetime"), "19000101000000"),
        (Constraint(4, "[0-9]{3}[DWMY]", "age"), "000Y"),
        (Constraint(64, r"[0-9]+(\.[0-9]+)*", "uid"), "2.25.0"),
        (Constraint(12, "[+-]?[0-9]+", "integer"), "0"),
        (Constraint(16, r"[+-]?[0-9.]+", "number"), "0"),
        (Constraint(16, "[A-Z0-9 _]*", "code"), "REMOVED"),
        (Constraint(64, None, "name"), "REMOVED"),
        (Constraint(3), "X"),
        (Constraint(10, r"\d{4}-\d\d-\d\d", "date"), "1900-01-01"),
        (Constraint(5, r"\d\d:\d\d", "time"), "00:00"),
    ],
)
def test_dummies_are_valid(constraint: Constraint, expected: str) -> None:
    assert dummy(constraint) == expected
    assert constraint.accepts(expected)


def test_no_dummy_is_better_than_an_invalid_one() -> None:
    with pytest.raises(MaskingError) as caught:
        dummy(Constraint(2, "zz"))
    assert caught.value.reason == "unfit"
