"""The spellings in which one identifier may stand elsewhere: what to look for when its value is known."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from beam_phi.identity import dates
from beam_phi.identity.canonical import canonical_id, fold, letters_and_digits
from beam_phi.identity.persons import PARTICLES, PersonName, is_surname, split_groups
from beam_phi.library.uids import is_registered
from beam_phi.library.words import is_ordinary

#: Values that stand for the lack of one.
NO_VALUES = frozenset(
    {
        "NONE", "UNKNOWN", "ANONYMOUS", "ANONYMIZED", "ANONYMISED", "DEIDENTIFIED", "REMOVED",
        "REDACTED", "NA", "NULL", "NIL", "TEST", "TBD", "UNSPECIFIED", "UNAVAILABLE", "NOTAVAILABLE",
        "NOTAPPLICABLE", "PATIENT", "NAME", "NONAME", "OTHER", "SELF",
    }
)  # fmt: skip


#: Roles whose values are dates.
DATE_ROLES = frozenset({"birth-date", "date"})

#: How a spelling is compared with a text.
#:
#: name: one name, in the folded text, as a word; neighbours of the same person are one finding.
#: joined: names written together, in the folded text, as a word.
#: number: letters and digits, with at most one separator between two of them, and any zeros before.
#: loose: letters and digits, with up to three other characters between two of them.
#: exact: in the folded text, letter by letter.
Form = Literal["name", "joined", "number", "loose", "exact"]


class Spelling(NamedTuple):
    """A folded text to look for. A `weak` one counts only with evidence beside it that it is meant."""

    text: str
    form: Form
    weak: bool = False


_IDEOGRAPHIC = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: How German and Scandinavian letters are written without them.
_UMLAUTS = str.maketrans(
    {"\u00c4": "AE", "\u00d6": "OE", "\u00dc": "UE", "\u00c5": "AA", "\u00d8": "OE", "\u00c6": "AE"}
)
_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_ADDRESS_PARTS = re.compile(r"[,^;|&~\\\r\n]+")
#: Words of addresses and their abbreviations.
_ABBREVIATIONS = (
    ("STREET", "ST"), ("AVENUE", "AVE"), ("ROAD", "RD"), ("BOULEVARD", "BLVD"), ("LANE", "LN"), ("DRIVE",
    "DR"), ("COURT", "CT"), ("PLACE", "PL"), ("SQUARE", "SQ"), ("TERRACE", "TER"), ("PARKWAY", "PKWY"),
    ("HIGHWAY", "HWY"), ("NORTH", "N"), ("SOUTH", "S"), ("EAST", "E"), ("WEST", "W"), ("APARTMENT", "APT"),
    ("SUITE", "STE"), ("STRASSE", "STR"),
)  # fmt: skip
#: Shorter names are read from behind in other words too easily.
_BACKWARDS = 5
#: Towns that bear the name of a person are told from words by it, when they are so long at least.
_TOWN = 6
#: Shorter words are sides, floors and states.
_LEAST_TOWN = 4
_STREET_AT_HEAD = re.compile(
    rf"\s*\d+[A-Z]?\s[^\n]{{1,60}}?\b(?:{'|'.join(word for pair in _ABBREVIATIONS[:12] for word in pair)})\b"
)


@lru_cache(maxsize=8192)
def spellings(value: str, role: str) -> tuple[Spelling, ...]:
    """The spellings of an identifier's value in its role (see :class:`beam_phi.library.model.DataClass`).

    Empty for values that mean nothing, and for roles nothing is searched by.
    """
    if _squeeze(value) in NO_VALUES:
        return ()
    match role:
        case "patient-name" | "person-name":
            found = _of_name(value)
        case _ if role in DATE_ROLES:
            found = _of_date(value)
        case "phone":
            found = _of_phone(value)
        case "address":
            found = _of_address(value)
        case "uid":
            found = _of_uid(value)
        case "patient-id" | "accession":
            found = _of_id(value)
        case "other":
            found = _of_other(value)
        case _:
            found = iter(())
    return tuple(dict.fromkeys(found))


def initials(value: str) -> frozenset[str]:
    """The folded first letters of a person's names."""
    return frozenset(
        fold(token)[0] for name in split_groups(value) for token in name.tokens if fold(token)[:1].isalpha()
    )


def _squeeze(text: str) -> str:
    return letters_and_digits(fold(text))


# -- names -----------------------------------------------------------------------------------------


def _of_name(value: str) -> Iterator[Spelling]:
    for name in split_groups(value):
        for token in name.tokens:
            yield from _of_token(token)
            yield from _from_behind(fold(token))
        for joined in _joined(name):
            if _length(joined) >= (2 if _IDEOGRAPHIC.search(joined) else 5) and not is_ordinary(joined):
                yield Spelling(joined, "joined")


def _of_token(token: str) -> Iterator[Spelling]:
    """One name: with its apostrophe or without, in the ASCII spelling of its umlauts, and each part of a
    hyphenated one."""
    for whole in {fold(token), fold(token.upper().translate(_UMLAUTS))}:
        for part in {whole, whole.replace("-", ""), *whole.split("-")}:
            bare = _APOSTROPHES.sub("", part)
            if _length(bare) > 1 and bare not in NO_VALUES and not bare.isdecimal():
                marks = ("", "'", "\u2019", " ") if bare != part else ("",)
                yield from (Spelling(_APOSTROPHES.sub(mark, part), "name", _is_weak(bare)) for mark in marks)


def _from_behind(folded: str) -> Iterator[Spelling]:
    """A name in the order in which some programs store scripts that are written from right to left."""
    backwards = folded[::-1]
    if len(folded) >= _BACKWARDS and not _is_weak(folded) and not is_ordinary(backwards):
        yield Spelling(backwards, "name")


def _length(folded: str) -> int:
    """Characters as they are counted by people: folding takes Hangul syllables apart."""
    return len(folded) if folded.isascii() else len(unicodedata.normalize("NFC", folded))


def _is_weak(folded: str) -> bool:
    least = 2 if _IDEOGRAPHIC.search(folded) else 3
    return _length(folded) < least or folded in PARTICLES or is_ordinary(folded)


def _joined(name: PersonName) -> set[str]:
    """Names without anything between them, and a name with an initial: account names, folder names, East
    Asian names."""
    parts = ["".join(part) for part in (name.family, name.given[:1], name.middle)]
    return {joined for form in (_squeeze, fold) for joined in _joins(*(form(part) for part in parts))}


def _joins(family: str, given: str, middle: str) -> set[str]:
    if not family or not given:
        return set()
    pairs = {family + given, given + family}
    if not _IDEOGRAPHIC.search(given):
        pairs |= {given[0] + family, family + given[0]}
    return pairs | ({given + middle + family, family + given + middle} if middle else set())


# -- numbers ---------------------------------------------------------------------------------------


def _of_id(value: str) -> Iterator[Spelling]:
    """An id by its canonical form, and by its digits alone when these are long enough to be told."""
    if "." in value:  # may look like a decimal number, which an id isn't taken out of
        yield Spelling(fold(value.strip()), "exact")
    canonical = canonical_id(value)
    if canonical.isalpha():
        if len(canonical) >= 3:
            yield Spelling(canonical, "number", weak=len(canonical) < 4 or is_ordinary(canonical))
        return
    if canonical.strip("0"):
        yield Spelling(canonical, "number", weak=len(canonical) < 4)
    digits = re.fullmatch(r"[A-Z]{1,6}0*([1-9]\d{4,})", canonical)
    if digits:
        yield Spelling(digits[1], "number")


def _of_phone(value: str) -> Iterator[Spelling]:
    """A number with its country code and without."""
    digits = "".join(c for c in fold(re.split(r"(?i)x|ext", value)[0]) if c.isdecimal())
    bare = digits.lstrip("0")
    yield from _loose_digits(bare)
    if value.strip().startswith(("+", "00")):
        for code in (1, 2, 3):
            yield from _loose_digits(bare[code:].lstrip("0"))
    elif len(bare) == 11 and bare.startswith("1"):
        yield from _loose_digits(bare[1:])


def _loose_digits(digits: str) -> Iterator[Spelling]:
    if len(digits) >= 7:
        yield Spelling(digits, "loose")


def _of_uid(value: str) -> Iterator[Spelling]:
    uid = value.strip(" \0")
    if re.fullmatch(r"[0-2](?:\.\d+){3,}", uid) and not is_registered(uid):
        yield Spelling(uid, "exact")


# -- dates, places, the rest -----------------------------------------------------------------------


def day_of(value: str) -> datetime.date | None:
    """The day that an identifier writes; None if it writes less than a day."""
    parsed = dates.parse(value.strip())
    return parsed.date if parsed is not None and parsed.precision == "day" else None


def _of_date(value: str) -> Iterator[Spelling]:
    if date := day_of(value):
        yield from (Spelling(fold(written), "exact") for written in dates.spellings(date))
        # Six digits are too few to be read as a date, and enough to tell a birthday that is known.
        yield Spelling(f"{date:%y%m%d}", "exact")


def _of_address(value: str) -> Iterator[Spelling]:
    """The whole, its street, its town and its postal code. A single word of the common vocabulary needs
    evidence that the town is meant."""
    folded = fold(value)
    parts = [folded, *_ADDRESS_PARTS.split(folded)]
    street = _STREET_AT_HEAD.match(folded)
    if street:
        parts.append(street[0])
    for part in parts:
        yield from _of_phrase(part)
        if len(town := _squeeze(part)) >= _TOWN and is_surname(town):
            yield Spelling(town, "loose")
        elif part.strip().isalpha() and len(town) >= _LEAST_TOWN and is_ordinary(town):
            yield Spelling(town, "exact", weak=True)
        yield from (
            Spelling(number, "number") for number in re.findall(r"(?<!\d)\d{5}(?:\d{4})?(?!\d)", part)
        )


def _of_other(value: str) -> Iterator[Spelling]:
    if "@" in value:
        yield Spelling(fold(value.strip()), "exact")
    elif any(map(str.isdecimal, value)) and " " not in value.strip():
        yield from _of_id(value)
    else:
        yield from _of_phrase(fold(value))


def _of_phrase(folded: str) -> Iterator[Spelling]:
    """Several words, or one that is no common word, in any spacing and punctuation, abbreviated or not."""
    words = re.findall(r"[^\W_]+", folded)
    if len("".join(words)) < 4 or (len(words) == 1 and (words[0].isdecimal() or is_ordinary(words[0]))):
        return
    for variant in _abbreviated(words):
        yield Spelling("".join(variant), "loose")


def _abbreviated(words: list[str]) -> Iterable[list[str]]:
    short, full = dict(_ABBREVIATIONS), {b: a for a, b in _ABBREVIATIONS}
    return words, [short.get(word, word) for word in words], [full.get(word, word) for word in words]
