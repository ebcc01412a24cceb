"""How one identifier may be spelled: the judge's own list, made without a look at the engine's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

NAMES = {"patient-name", "person-name"}
DATES = {"date", "birth-date"}
NUMBERS = {
    "patient-id", "accession-number", "other-id", "ssn", "account-number", "phone", "fax", "health-plan-id",
    "license-number", "device-id",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def spellings(value: str, data_class: str) -> set[str]:
    """The value and its other spellings; letter case is the searcher's business."""
    if data_class in NAMES:
        made = {form for order in _orders(value) for form in _letters(order)}
    elif data_class in DATES:
        made = set(_dates(date.fromisoformat(value)))
    elif data_class in NUMBERS:
        groups = re.findall(r"[^\W\d_]+|\d+", value)
        made = {separator.join(groups) for separator in ("", "-", " ", "_", ".", "/")}
    else:
        made = set(_letters(value))
    return made | {value}


def digits(value: str, data_class: str) -> str:
    """The number in an id or a phone number, without leading zeros; "" if it is too short to look for."""
    number = "".join(re.findall(r"[0-9]+", value)).lstrip("0") if data_class in NUMBERS else ""
    return number if len(number) >= 6 else ""


def _orders(name: str) -> Iterator[str]:
    """A name both ways round, whatever stands between family and given name."""
    family, _, given = name.partition("^")
    if not given:
        yield family
        return
    for separator in (" ", ", ", ",", "^", "_", "-", ".", "|", "/", "  ", "\t", ";"):
        yield family + separator + given
        yield given + separator + family
    yield f"{given[0]}. {family}"
    yield f"{family}, {given[0]}."


def _letters(text: str) -> Iterator[str]:
    """With accents, with combining accents, without, and transliterated."""
    decomposed = unicodedata.normalize("NFD", text)
    yield text
    yield unicodedata.normalize("NFC", text)
    yield decomposed
    yield text.translate(_UMLAUTS)
    if text.encode("ascii", "ignore"):
        yield "".join(c for c in decomposed if not unicodedata.combining(c))


def _dates(day: date) -> Iterator[str]:
    year, month, name = day.year, day.month, _MONTHS[day.month - 1]
    yield f"{day:%Y%m%d}"
    for separator in "-/. ":
        yield separator.join((f"{year}", f"{month:02}", f"{day.day:02}"))
    for separator in "-/.":
        yield separator.join((f"{year}", f"{month}", f"{day.day}"))
        for first, second in ((month, day.day), (day.day, month)):
            yield separator.join((f"{first:02}", f"{second:02}", f"{year}"))
            yield separator.join((f"{first}", f"{second}", f"{year}"))
    for spelled in (name, name[:3], f"{name[:3]}."):
        yield f"{spelled} {day.day}, {year}"
        yield f"{spelled} {day.day} {year}"
        yield f"{spelled} {day.day:02}, {year}"
        for ordinal in ("st", "nd", "rd", "th"):
            yield f"{spelled} {day.day}{ordinal}, {year}"
        for separator in "- ":
            yield separator.join((f"{day.day}", spelled, f"{year}"))
            yield separator.join((f"{day.day:02}", spelled, f"{year}"))
        yield f"{day.day}. {spelled} {year}"
