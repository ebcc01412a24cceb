"""Names of persons and organizations: one name, one pseudonym, in every form, case and place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.identity.canonical import fold
from beam_phi.library.constraint import Constraint
from beam_phi.library.model import RuleSpec
from beam_phi.library.words import word_list
from beam_phi.masking import NOWHERE, Context, MaskingError, MaskingFunction, MasterKey, build
from beam_phi.masking.surrogates import surrogates

Make = Callable[..., MaskingFunction]
PN = Context(constraint=Constraint(64, None, "name"))
NAMES = build(RuleSpec("r", "pseudonym"), MasterKey(bytes(32)))


def mask(text: str, context: Context = NOWHERE) -> str:
    masked = NAMES.mask(text, context)
    assert masked is not None
    return masked


FAMILY, GIVEN = mask("Davidson"), mask("Douglas")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Davidson^Douglas", "{F}^{G}"),
        ("DAVIDSON^DOUGLAS", "{FU}^{GU}"),
        ("DAVIDSON^DOUGLAS^^DR^JR", "{FU}^{GU}^^DR^JR"),
        ("Davidson, Douglas", "{F}, {G}"),
        ("St. Davidson", "St. {F}"),
        ("Douglas Davidson, M.D.", "{G} {F}, M.D."),
        ("Douglas Davidson Ph.D.", "{G} {F} Ph.D."),
        ("Douglas Davidson", "{G} {F}"),
        ("douglas davidson", "{GL} {FL}"),
        ("Mr. Davidson", "Mr. {F}"),
        ("Dr. Douglas Davidson, MD, PhD", "Dr. {G} {F}, MD, PhD"),
        ("Douglas Davidson III", "{G} {F} III"),
        ("Davidson's", "{F}'s"),
        ("DAVIDSON'S", "{FU}'S"),
        ("Davidson\u2019s", "{F}\u2019s"),
        ("Davidson-Douglas", "{F}-{G}"),
        ("DAVIDSON_DOUGLAS_CT", "{FU}_{GU}_"),
        ("  Davidson  Douglas  ", "  {F}  {G}  "),
        ("Dávidson", "{F}"),
        ("Da\u0301vidson", "{F}"),
    ],
)
def test_a_name_is_one_pseudonym_in_every_form(text: str, expected: str) -> None:
    forms = {"F": FAMILY, "G": GIVEN}
    forms |= {name + "U": value.upper() for name, value in forms.items()}
    forms |= {name + "L": value.lower() for name, value in {"F": FAMILY, "G": GIVEN}.items()}
    assert mask(text).startswith(expected.format(**forms))


def test_particles_stay_beside_a_name() -> None:
    assert mask("van der Berg^Jan") == f"van der {mask('Berg')}^{mask('Jan')}"
    assert mask("van der Berg, Jan") == f"van der {mask('Berg')}, {mask('Jan')}"
    assert mask("Van") != "Van"
    assert mask("Van D.") != "Van D."


def test_apostrophes_belong_to_the_name() -> None:
    spellings = ["O'Neil", "ONeil", "O\u2019Neil", "O`Neil", "O\u00b4Neil", "O\u02bcNeil"]
    assert len({mask(text) for text in spellings}) == 1
    assert mask("O'NEIL") == mask("O'Neil").upper()


def test_initials_become_other_initials() -> None:
    masked = mask("D. Davidson")
    assert re.fullmatch(rf"[A-CE-Z]\. {FAMILY}", masked)
    assert mask("Davidson^D") == f"{FAMILY}^{masked[0]}"
    assert mask("d") == masked[0].lower()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        assert mask(letter) != letter


def test_only_the_alphabetic_group_of_a_pn_is_replaced_and_kept() -> None:
    assert mask("Yamada^Tarou=山田^太郎=やまだ^たろう", PN) == mask("Yamada^Tarou")
    assert mask("Yamada=山田", PN) == mask("Yamada")
    assert mask("Yamada^Tarou==やまだ^たろう") == mask("Yamada^Tarou")
    assert mask("=山田^太郎", PN) == mask("山田^太郎")
    assert mask("=", PN) == ""
    assert len(mask("Li Yu^" * 10 + "Ng", Context(constraint=Constraint(194, None, "name")))) <= 64


@pytest.mark.parametrize(
    "text", ["山田太郎", "王", "Иванов Иван", "محمد", "हिन्दी", "Zoë", "Łukasz", "Nuñez", "ﬁsher"]
)
def test_names_of_any_script_become_latin(text: str) -> None:
    masked = mask(text)
    assert masked.isascii()
    assert len(masked) >= 4
    assert fold(text) not in fold(masked)


@pytest.mark.parametrize("text", ["\udcfc\udce9", "\ue000\ue001", "A\udcffB", "\U0001f600"])
def test_undecodable_and_private_characters_are_part_of_the_name(text: str) -> None:
    assert mask(text).isascii()


def test_ids_among_names_get_the_replacement_of_the_id(make: Make, key: MasterKey) -> None:
    names, ids = make("pseudonym"), make("fpe", canonical="id")
    masked = ids.mask("292821506", NOWHERE)
    assert names.mask("292821506", NOWHERE) == masked
    assert (names.mask("DAVIDSON 292821506", NOWHERE) or "").endswith(f" {masked}")
    small = names.mask("R2", NOWHERE)
    assert small is not None
    assert re.fullmatch("[A-Z][0-9]", small)
    assert small != "R2"


def test_a_role_hangs_on_the_token_alone() -> None:
    for first, second in [("Douglas^Davidson", "Davidson^Douglas"), ("Mary Ann", "Ann, Mary")]:
        assert sorted(re.findall(r"\w+", mask(first))) == sorted(re.findall(r"\w+", mask(second)))
    assert FAMILY in surrogates("family")
    assert GIVEN in surrogates("given")


def test_a_long_name_is_cut_to_what_the_field_holds() -> None:
    short = Context(constraint=Constraint(8))
    masked = mask("Wolfeschlegelsteinhausen^Hubert^Blaine", short)
    assert 0 < len(masked) <= 8
    assert mask("Wolfeschlegelsteinhausen").startswith(masked.rstrip("^"))
    with pytest.raises(MaskingError) as caught:
        mask("Davidson", Context(constraint=Constraint(64, "[0-9]+")))
    assert caught.value.reason == "unfit"


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(sorted(word_list("surnames"))[::500]), max_size=4).map("^".join)
)
def test_no_token_survives(text: str) -> None:
    masked = {fold(token) for token in re.findall(r"[^\W_]+", mask(text))}
    for token in re.findall(r"[^\W_]+", text):
        # A shorter one may be what another initial or number became.
        assert len(fold(token)) < 4 or fold(token) not in masked


def test_surrogates_are_nobodys_names() -> None:
    given_names, families = surrogates("given"), surrogates("family")
    assert (len(given_names), len(families)) == (4096, 16384)
    everyone = {*given_names, *families}
    assert len(everyone) == 4096 + 16384
    assert all(re.fullmatch("[A-Z][a-z]{3,9}", name) for name in everyone)
    folded = {name.upper() for name in everyone}
    for listed in ("surnames", "given-names", "words", "eponyms"):
        assert not folded & word_list(listed)


def test_a_surrogate_met_as_a_name_gets_another() -> None:
    # Under this key the digest of this surrogate chooses the surrogate itself.
    names = build(RuleSpec("r", "pseudonym"), MasterKey(bytes([1]) * 32))
    assert "Kautirn" in surrogates("family")
    assert names.mask("Kautirn", NOWHERE) != "Kautirn"


def test_organizations(make: Make) -> None:
    function = make("pseudonym", kind="organization")
    spellings = ["St. Mary's Hospital", "st marys hospital", "ST. MARY'S  HOSPITAL"]
    first, *others = [function.mask(text, NOWHERE) or "" for text in spellings]
    assert first in surrogates("organizations")
    assert others[1] == first.upper()
    assert function.mask("General Hospital", NOWHERE) != function.mask("Memorial Hospital", NOWHERE)
    short = function.mask("St. Mary's Hospital", Context(constraint=Constraint(16)))
    assert short is not None
    assert len(short) <= 16


def test_own_lists(make: Make, tmp_path: Path) -> None:
    function = make("pseudonym", kind="list", values=["Ash", "Beech", "Cedar", "Ash"])
    assert {function.mask(f"ward {n}", NOWHERE) for n in range(50)} == {"Ash", "Beech", "Cedar"}
    assert function.mask("Ash", NOWHERE) != "Ash"
    assert function.mask("ward 7", NOWHERE) == function.mask("WARD-7", NOWHERE).title()  # type: ignore[union-attr]
    path = tmp_path / "wards.txt"
    path.write_text("Ash\n\n Beech \nCedar\n", encoding="utf-8-sig")
    from_file = make("pseudonym", kind="list", file=str(path))
    assert [from_file.mask(f"ward {n}", NOWHERE) for n in range(9)] == [
        function.mask(f"ward {n}", NOWHERE) for n in range(9)
    ]


def test_pseudonyms_stay_the_same_from_version_to_version() -> None:
    assert mask("DAVIDSON^DOUGLAS^M^^Dr") == "FELSUTH^KATUS^S^^Dr"
