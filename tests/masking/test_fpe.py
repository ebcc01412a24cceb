"""Format-preserving encryption of texts: shapes, spellings of ids, what lies below the floor."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.canonical import canonical_id
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import RuleSpec
from beam_phi.masking import NOWHERE, Context, MaskingError, MaskingFunction, MasterKey, build

Make = Callable[..., MaskingFunction]
TOKEN = {"function": "tokenize", "params": {"prefix": "T", "canonical": "id"}}


@pytest.fixture(scope="module")
def ids(make: Make) -> MaskingFunction:
    return make("fpe", canonical="id", below=TOKEN)


def shape(text: str) -> str:
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "0", text)))


@pytest.mark.parametrize(
    "text", ["AB-12345", "O'Neil-Garcia", "1EG4-TE5-MK73", "(617) 555-0142", "219-09-9999", "x" * 256]
)
def test_the_shape_stays_and_the_value_comes_back(make: Make, text: str) -> None:
    function = make("fpe")
    masked = function.mask(text, NOWHERE)
    assert masked is not None
    assert masked != text
    assert shape(masked) == shape(text)
    assert function.unmask(masked, NOWHERE) == text


@given(st.from_regex(r"[A-Za-z0-9 ./'-]{6,40}", fullmatch=True))
def test_round_trip(text: str) -> None:
    function = build(RuleSpec("r", "fpe"), MasterKey(bytes(32)))
    try:
        masked = function.mask(text, NOWHERE)
    except MaskingError:
        assert len(re.sub("[^A-Za-z0-9]", "", text)) < 6
        return
    assert masked is not None
    assert shape(masked) == shape(text)
    assert function.unmask(masked, NOWHERE) == text


def test_one_id_in_all_spellings_is_one_pseudonym(ids: MaskingFunction) -> None:
    for spellings in (
        ["123456", "00123456", "00-123-456", " 123 456 ", "0" * 50 + "123456"],
        ["292821506", "292-82-1506", "000292821506"],
        ["AB-12345", "ab12345", "AB 12345", "Ab.12.345"],
        ["7", "007", "0-0-7"],
        ["a1", "A-1"],
    ):
        assert len({ids.mask(text, NOWHERE) for text in spellings}) == 1


def test_leading_zeros_of_ids_with_letters_count(ids: MaskingFunction) -> None:
    assert ids.mask("A012345", NOWHERE) != ids.mask("A12345", NOWHERE)


def test_digit_ids_stay_apart_even_without_leading_zeros(ids: MaskingFunction) -> None:
    rng = random.Random(1)
    numbers = {*range(3000), *(10**n for n in range(12)), *(10**n - 1 for n in range(1, 12))}
    numbers |= {rng.randrange(10 ** rng.randrange(1, 12)) for _ in range(5000)}
    masked = [ids.mask(str(number), NOWHERE) for number in sorted(numbers)]
    assert len({canonical_id(text or "") for text in masked}) == len(numbers)
    assert all(text and text.isdecimal() and len(text) >= 7 for text in masked)


def test_long_digit_ids_keep_their_length(ids: MaskingFunction) -> None:
    for length in range(8, 60):
        masked = ids.mask("9" * length, NOWHERE)
        assert masked is not None
        assert len(masked) == length
        assert masked[0] != "0"


def test_ids_come_back_in_canonical_form(ids: MaskingFunction) -> None:
    for text, canonical in [("00-123-456", "123456"), ("ab-12345", "AB12345"), ("7", "7"), ("0", "0")]:
        masked = ids.mask(text, NOWHERE)
        assert masked is not None
        assert ids.unmask(masked, NOWHERE) == canonical


UUIDS = st.builds(str, st.uuids()) | st.builds(
    lambda number: str(UUID(int=number)), st.integers(0, 2**128 - 1)
)


@given(UUIDS)
def test_a_uuid_stays_one(text: str) -> None:
    function = build(RuleSpec("r", "fpe", {"canonical": "id"}), MasterKey(bytes(32)))
    masked = function.mask(text, NOWHERE)
    assert masked == str(UUID(masked)) != text
    assert (masked[14], masked[19]) == (text[14], text[19]), "version and variant"
    assert function.mask(text.upper(), NOWHERE) == masked
    assert function.unmask(masked, NOWHERE) == text


def test_a_uuid_is_the_same_in_every_spelling(ids: MaskingFunction) -> None:
    text = "5a0c77d1-0ff0-4e1b-8a35-00b0c0ffee42"
    spellings = (text.replace("-", ""), f" {text}", f"{{{text.upper()}}}", text.replace("-", " "))
    assert {ids.mask(each, NOWHERE) for each in spellings} == {ids.mask(text, NOWHERE)}
    digest = text.replace("-", "").replace("4e1b", "0e1b")
    assert "-" not in (ids.mask(digest, NOWHERE) or "")
    assert (ids.mask("1" * 12 + "4" + "1" * 3 + "8" + "1" * 15, NOWHERE) or "").isdecimal()


def test_many_at_once_is_the_same_as_one_by_one(make: Make, ids: MaskingFunction) -> None:
    rng = random.Random(2)
    texts = [str(rng.randrange(10 ** rng.randrange(1, 15))) for _ in range(500)]
    texts += [f"{rng.choice('ABC')}{rng.choice('xyz')}-{rng.randrange(10**6)}" for _ in range(200)]
    texts += ["A1", "", "---", "Ünï", "x" * 300, str(UUID(int=7))]
    assert ids.mask_many(texts, NOWHERE) == [ids.mask(text, NOWHERE) for text in texts]
    plain = make("fpe", below={"function": "redact"})
    assert plain.mask_many(texts, NOWHERE) == [plain.mask(text, NOWHERE) for text in texts]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12345", "fpe-domain"),
        ("abcd", "fpe-domain"),
        ("", "fpe-domain"),
        ("--", "fpe-domain"),
        ("Müller123456", "fpe-alphabet"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "fpe-alphabet"),
        ("12345678\u20dd", "fpe-alphabet"),
        ("12345678\ue000", "fpe-alphabet"),
        ("12345678\udcff", "fpe-alphabet"),
        ("x" * 257, "fpe-alphabet"),
    ],
)
def test_what_ff1_cant_do_is_an_error_or_the_alternatives(make: Make, text: str, reason: str) -> None:
    with pytest.raises(MaskingError) as caught:
        make("fpe").mask(text, NOWHERE)
    assert caught.value.reason == reason
    redacted = make("fpe", below={"function": "redact"})
    assert redacted.mask(text, NOWHERE) == "*" * len(text)
    assert not redacted.one_to_one


def test_punctuation_outside_of_ascii_stays(make: Make) -> None:
    masked = make("fpe").mask("123\u2013456\u00a0789", NOWHERE)
    assert masked is not None
    assert (masked[3], masked[7]) == ("\u2013", "\u00a0")


def test_tokens_of_small_ids_are_known_again(ids: MaskingFunction) -> None:
    masked = ids.mask("A-1", NOWHERE)
    assert masked is not None
    assert re.fullmatch("T[A-Z2-7]{12}", masked)
    with pytest.raises(MaskingError, match="no inverse"):
        ids.unmask(masked, NOWHERE)
    sealed = build(
        RuleSpec("r", "fpe", {"canonical": "id", "below": {"function": "encrypt"}}), MasterKey(bytes(32))
    )
    assert sealed.unmask(sealed.mask("A-1", NOWHERE) or "", NOWHERE) == "A1"
    assert sealed.unmask(sealed.mask("292-821-506", NOWHERE) or "", NOWHERE) == "292821506"


def test_what_cant_be_told_apart_is_not_undone(make: Make) -> None:
    function = make("fpe", below={"function": "constant", "params": {"value": "REMOVED"}})
    with pytest.raises(MaskingError) as caught:
        function.unmask("REMOVED", NOWHERE)
    assert caught.value.reason == "not-reversible"


def test_rules_with_one_tweak_agree_and_others_dont(make: Make) -> None:
    results = [
        make("fpe", canonical="id", tweak=tweak).mask("292821506", NOWHERE) for tweak in ("id", "id", "visit")
    ]
    assert results[0] == results[1] != results[2]


def test_shapes_of_one_size_are_permuted_differently(make: Make) -> None:
    function = make("fpe")
    masked = [function.mask(text, NOWHERE) or "" for text in ("A1234567", "1A234567", "1234567A")]
    digits = {re.sub("[A-Z]", "", text) for text in masked}
    assert len(digits) == 3


def test_exact_tells_which_texts_share_no_result(make: Make) -> None:
    function = make("fpe", canonical="id", below={"function": "hash"})
    assert function.exact("123456")
    assert not function.exact("00123456")
    assert not function.exact("12-3456")
    assert not make("fpe", below={"function": "redact"}).exact("123456")


def test_a_result_that_is_too_long_is_unfit(ids: MaskingFunction) -> None:
    with pytest.raises(MaskingError) as caught:
        ids.mask("42", Context(constraint=Constraint(4)))
    assert caught.value.reason == "unfit"


def test_golden_values() -> None:
    """Pseudonyms of a released version may not change: former runs must still join."""
    function = build(RuleSpec("r", "fpe", {"canonical": "id"}), MasterKey(bytes(32)))
    assert [function.mask(text, NOWHERE) for text in ("123456", "292821506", "AB-12345")] == [
        "9641391",
        "672463705",
        "GC81681",
    ]
