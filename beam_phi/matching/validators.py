"""Check digits and other tests of a value's form. A verdict moves a finding's score; it is no gate."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date

from beam_phi.identity.canonical import fold
from beam_phi.identity.persons import is_given, is_surname, looks_like_name
from beam_phi.library.words import is_ordinary, word_list
from beam_phi.matching.catalog import CATALOG
from beam_phi.matching.terms import is_term

_VIN_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)],
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_WORD = re.compile(r"[^\W\d_]+")
#: Shorter words don't tell what a joined one is made of.
_LEAST_JOINED = 3
#: Common words that the names of towns begin with.
_FIRST_OF_TOWN = frozenset(
    {"NEW", "SAN", "SANTA", "LOS", "LAS", "SALT", "FORT", "PORT", "NORTH", "SOUTH", "EAST", "WEST", "GRAND",
     "GREAT", "LITTLE", "SAINT", "ST", "MOUNT", "LAKE", "PALM", "LONG", "BATON", "DES", "EL", "LA", "LE"}
)  # fmt: skip
_SOLID = tuple(re.compile(CATALOG[name].regex) for name in ("date-compact", "datetime-compact"))


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isascii() and c.isdigit())


def luhn(value: str) -> bool:
    """ISO/IEC 7812-1 Annex B check digit."""
    digits = [int(c) for c in reversed(_digits(value))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def npi(value: str) -> bool:
    """US National Provider Identifier: Luhn with the prefix 80840 (45 CFR 162.406)."""
    digits = _digits(value)
    return len(digits) == 10 and digits[0] in "12" and luhn("80840" + digits)


def vin(value: str) -> bool:
    """Vehicle identification number: check digit in the ninth place (49 CFR 565.15)."""
    folded = value.upper()
    if len(folded) != 17 or not all(c in _VIN_VALUES for c in folded):
        return False
    check = sum(_VIN_VALUES[c] * weight for c, weight in zip(folded, _VIN_WEIGHTS, strict=True)) % 11
    return folded[8] == ("X" if check == 10 else str(check))


def ssn(value: str) -> bool:
    """US social security or taxpayer number: area, group and serial that can have been assigned."""
    digits = _digits(value)
    if len(digits) != 9:
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and group != "00" and serial != "0000" and len(set(digits)) > 1


def dea(value: str) -> bool:
    """US Drug Enforcement Administration registrant: two letters, six digits and their check digit."""
    digits = [int(c) for c in _digits(value)]
    return len(digits) == 7 and (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def nhs(value: str) -> bool:
    """NHS number of England: modulus 11 (NHS Data Dictionary)."""
    digits = [int(c) for c in _digits(value)]
    if len(digits) != 10:
        return False
    check = -sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check == digits[9]


def iban(value: str) -> bool:
    """ISO 13616 account number: modulus 97."""
    folded = "".join(value.split()).upper()
    if not re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{8,30}", folded, re.ASCII):
        return False
    return int("".join(str(int(c, 36)) for c in folded[4:] + folded[:4])) % 97 == 1


def ip(value: str) -> bool:
    """An address of IP version 4 or 6."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def calendar_date(value: str) -> bool:
    """A day that exists, read in any of the usual orders of day, month and year."""
    numbers = re.findall(r"\d+", value)
    if numbers and len(numbers[0]) >= 8:
        solid = numbers[0]
        numbers = [solid[:4], solid[4:6], solid[6:8]]
        if len(solid) == 8 and not _exists(*map(int, numbers)):
            numbers = [solid[:2], solid[2:4], solid[4:]]
    if len(numbers) < 3:
        return False
    first, second, third = (int(number) for number in numbers[:3])
    if len(numbers[0]) == 4:
        return _exists(first, second, third)
    year = third if len(numbers[2]) == 4 else 2000 + third % 100
    return _exists(year, first, second) or _exists(year, second, first)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def no_date(value: str) -> bool:
    """False for digits that are a day, or a day and a time, without separators."""
    return not (any(form.fullmatch(value) for form in _SOLID) and calendar_date(value))


def no_protocol(value: str) -> bool:
    """False for a protocol of imaging: words of anatomy and technique, joined ones too (``HeadRoutine``)."""
    words = [fold(word) for word in _WORD.findall(value)]
    imaging = word_list("path-words")
    return (
        imaging.isdisjoint(words)
        or any(word not in imaging and is_given(word) for word in words)
        or not all(_is_plain(word) or _is_joined(word) for word in words)
    )


def _is_plain(folded: str) -> bool:
    return is_ordinary(folded) or folded in word_list("path-words")


def _is_joined(folded: str) -> bool:
    """True for two plain words in one, as ``WHOLEBODY``, that are no name together."""
    if is_surname(folded) or is_given(folded):
        return False
    cuts = range(_LEAST_JOINED, len(folded) - _LEAST_JOINED + 1)
    return any(_is_plain(folded[:cut]) and _is_plain(folded[cut:]) for cut in cuts)


def person_word(value: str) -> bool:
    """True if a word may name a person: no common word, no term of medicine."""
    words = (fold(word) for word in _WORD.findall(value))
    return any(len(word) > 1 and not is_ordinary(word) and not is_term(word) for word in words)


def place(value: str) -> bool:
    """False for several common words (``Assisted Living``), unless they begin or end as places do (``New
    York``, ``Cook County``)."""
    words = [fold(word) for word in _WORD.findall(value)]
    if len(words) < 2 or words[0] in _FIRST_OF_TOWN or words[-1] in ("COUNTY", "PARISH"):
        return True
    return not all(map(is_ordinary, words))


VALIDATORS: Mapping[str, Callable[[str], bool]] = {
    "luhn": luhn,
    "npi": npi,
    "vin": vin,
    "ssn": ssn,
    "dea": dea,
    "nhs": nhs,
    "iban": iban,
    "ip": ip,
    "date": calendar_date,
    "no-date": no_date,
    "no-protocol": no_protocol,
    "person-name": looks_like_name,
    "person-word": person_word,
    "place": place,
}
