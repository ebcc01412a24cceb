"""Dates in the forms people and systems write them, instants counted since 1970 too: read, shifted, and
written back in the same form.

Where month and day can't be told apart (``03/04/2013``) the American order, month first, is read, unless the
first number is over 12, the numbers are parted by dots, or the caller says `day_first`. If that is wrong, a
shifted date is off by the difference of the two readings and may, read in its true order, be no date; it is
never the original one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from beam_phi.identity.epochs import moved, read_epoch

Precision = Literal["year", "month", "day"]

MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
#: German, French, Spanish and Italian.
FOREIGN_MONTHS = tuple(
    tuple(names.split())
    for names in (
        "Januar Februar M\u00e4rz April Mai Juni Juli August September Oktober November Dezember",
        "janvier f\u00e9vrier mars avril mai juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    )
)
#: A regular expression of them: in full, or in three or four letters.
FOREIGN_MONTH = "|".join(
    f"{name[:3]}(?:{name[3:4]}(?:{name[4:]})?)?" if len(name) > 4 else f"{name[:3]}(?:{name[3:]})?"
    for name in dict.fromkeys(name for names in FOREIGN_MONTHS for name in names)
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Two-digit years from here on are of the 20th century, those below of the 21st.
PIVOT = 30
#: Four or six digits, and eight with the year last, are a date only with a year in this range.
PLAUSIBLE = range(1800, 2200)
#: No date is written longer.
_LONGEST = 64

_ENGLISH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "May" else m for m in MONTHS)
_NAME = f"(?P<name>{_ENGLISH}|Sept|{FOREIGN_MONTH})"
_WEEKDAY = "(?:(?P<weekday>" + "|".join(f"{d[:3]}(?:{d[3:]})?" for d in WEEKDAYS) + r")\.?,?\s+)?"
_YEAR = "(?P<year>[0-9]{4})"
_ANY_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"
_DAY = "(?P<day>[0-9]{1,2})(?P<ordinal>st|nd|rd|th)?"
_ZONE = r"(?:\s?(?:Z|UTC|GMT|[ECMP][SD]T|[+-][0-9]{2}:?[0-9]{2}))?"
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:[.,][0-9]{1,9})?)?(?:\s?[ap]\.?m\.?)?"
_DIGITS = r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?)?)?"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+)?)(?:{_CLOCK}|{_DIGITS}){_ZONE})?"

#: Forms with separators, by precision; the first that fits is it.
_FORMS: tuple[tuple[Precision, str], ...] = (
    ("day", rf"{_YEAR}(?P<sep>[-/._ ])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}}){_TIME}"),
    (
        "day",
        rf"(?P<first>[0-9]{{1,2}})(?P<sep>[-._ ]|\s?[/\\]\s?)(?P<second>[0-9]{{1,2}})(?P=sep)"
        rf"['\u2019]?{_ANY_YEAR}{_TIME}",
    ),
    ("day", rf"{_WEEKDAY}{_NAME}\.?[ -]?(?:the\s)?{_DAY}(?:,\s*|[ -]+){_YEAR}{_TIME}"),
    (
        "day",
        rf"{_WEEKDAY}{_DAY}(?:er|\u00ba)?(?:\s+(?:of|de))?[-/. ]?\s*{_NAME}[.,]?[-/ ]?(?:del?\s)?"
        rf"['\u2019]?{_ANY_YEAR}{_TIME}",
    ),
    ("day", rf"{_YEAR}[-/ ]?{_NAME}[-/. ]*{_DAY}{_TIME}"),
    ("month", rf"{_YEAR}[-/.](?P<month>[0-9]{{1,2}})"),
    ("month", rf"(?P<month>[0-9]{{1,2}})[-/.]{_YEAR}"),
    ("month", rf"{_NAME}[.,]?[-/ ]?(?:de\s)?{_YEAR}"),
)
_SEPARATED = tuple(
    (precision, re.compile(rf"[\s\0]*{form}[\s\0]*", re.ASCII | re.IGNORECASE)) for precision, form in _FORMS
)
#: DICOM DA and DT, HL7 TS: digits without separators.
_COMPACT = re.compile(
    rf"[\s\0]*{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:T?{_DIGITS})?(?:Z|[+-][0-9]{{4}})?[\s\0]*",
    re.ASCII,
)
_COMPACT_YEAR_LAST = re.compile(
    rf"[\s\0]*(?P<first>[0-9]{{2}})(?P<second>[0-9]{{2}}){_YEAR}[\s\0]*", re.ASCII
)
_COMPACT_PARTIAL = re.compile(rf"[\s\0]*{_YEAR}(?P<month>[0-9]{{2}})?[\s\0]*", re.ASCII)
_TIME_OF_DAY = re.compile(rf"[\s\0]*(?:{_CLOCK}|{_DIGITS}){_ZONE}[\s\0]*", re.ASCII | re.IGNORECASE)


class DateRangeError(ValueError):
    """The shifted date lies outside of the years 1 to 9999."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date and the form it is written in.

    text: as it was read.
    written: the date the text says; its first day where the text says less.
    date: the date it stands for now.
    precision: how much of it the text says.
    spans: where in the text the year, month, name, day, ordinal and weekday stand, in that text's order.
    padded: single-digit days and months are written with a zero.
    units: of an instant that is counted since 1970, how many make a day; 0 for what is written as a date.
    """

    text: str
    written: datetime.date
    date: datetime.date
    precision: Precision
    spans: tuple[tuple[str, int, int], ...]
    padded: bool
    units: int = 0

    def shift(self, days: int) -> ParsedDate:
        """The date some days later; a month or year is moved with its middle. Raises DateRangeError."""
        middle = self.date
        if self.precision == "month":
            middle = middle.replace(day=15)
        elif self.precision == "year":
            middle = middle.replace(month=7, day=1)
        try:
            return replace(self, date=middle + datetime.timedelta(days))
        except OverflowError:
            raise DateRangeError("the calendar ends") from None

    def compact(self) -> str:
        """The date as eight digits, the form of a DICOM DA value."""
        return f"{self.date.year:04}{self.date.month:02}{self.date.day:02}"

    def render(self) -> str:
        """The text of the date, in the form it was read in; the very text if it is the date that was read."""
        if self.date == self.written:
            return self.text
        if self.units:
            return moved(self.text, (self.date - self.written).days, self.units)
        pieces: list[str] = []
        end = 0
        for unit, start, stop in self.spans:
            pieces += (self.text[end:start], self._unit(unit, self.text[start:stop]))
            end = stop
        return "".join((*pieces, self.text[end:]))

    def _unit(self, unit: str, old: str) -> str:
        """The year, month, … of the date, written like the old one."""
        date = self.date
        if unit == "year":
            return f"{date.year:04}" if len(old) == 4 else f"{date.year % 100:02}"
        if unit == "name":
            return _like(_language(old)[date.month - 1], old)
        if unit == "weekday":
            return _like(WEEKDAYS[date.weekday()], old)
        if unit == "ordinal":
            ending = _ordinal_ending(date.day)
            return ending.upper() if old.isupper() else ending
        number = date.month if unit == "month" else date.day
        return f"{number:02}" if self.padded else str(number)


@lru_cache(8192)
def parse(text: str, day_first: bool = False) -> ParsedDate | None:
    """The date a whole text writes; None if it writes none, or one that no calendar has.

    day_first: the order of day and month where the text leaves it open.
    """
    if len(text) > _LONGEST:
        return None
    return next((parsed for parsed in _readings(text, day_first) if parsed is not None), None)


def is_time_of_day(text: str) -> bool:
    """True for a time without a date: DICOM TM (``101530.5``), ``10:15``, ``10:15:30 PM``."""
    return len(text) <= _LONGEST and _TIME_OF_DAY.fullmatch(text) is not None


def spellings(date: datetime.date) -> list[str]:
    """The usual ways to write a date, months in title case: what to search for when it is known."""
    y, m, d = date.year, date.month, date.day
    short = f"{y % 100:02}"
    full, abbr = MONTHS[m - 1], MONTHS[m - 1][:3]
    found = [f"{y:04}{m:02}{d:02}", f"{m:02}{d:02}{y:04}", f"{d:02}{m:02}{y:04}"]
    for sep in "-/._ ":
        found += (f"{y:04}{sep}{m:02}{sep}{d:02}", f"{y:04}{sep}{m}{sep}{d}")
        for year in (f"{y:04}", short):
            for a, b in ((m, d), (d, m)):
                found += (f"{a:02}{sep}{b:02}{sep}{year}", f"{a}{sep}{b}{sep}{year}")
    for name in (full, abbr, f"{abbr}."):
        for day in (f"{d}", f"{d:02}", f"{d}{_ordinal_ending(d)}"):
            found += (f"{name} {day}, {y:04}", f"{name} {day} {y:04}", f"{day} {name} {y:04}")
    for day in (f"{d}", f"{d:02}"):
        found += (
            f"{day}-{abbr}-{y:04}",
            f"{day}-{abbr}-{short}",
            f"{day}{abbr}{y:04}",
            f"{y:04}-{abbr}-{day}",
        )
    return list(dict.fromkeys(found))


def may_be_in(date: datetime.date, folded: str) -> bool:
    """False for a folded text in which no spelling of the date can stand: each of them, and its six digits
    too, has the last digits of the year, the day, and the month as a number or by its first letters."""
    return (
        f"{date.year % 100:02}" in folded
        and str(date.day) in folded
        and (str(date.month) in folded or MONTHS[date.month - 1][:3].upper() in folded)
    )


def _readings(text: str, day_first: bool) -> Iterator[ParsedDate | None]:
    instant = read_epoch(text)
    compact = _COMPACT.fullmatch(text)
    if compact and not (instant and int(compact["year"]) not in PLAUSIBLE):
        yield _read(compact, "day", day_first)
    year_last = _COMPACT_YEAR_LAST.fullmatch(text)
    if year_last and int(year_last["year"]) in PLAUSIBLE:
        yield _read(year_last, "day", day_first)
    partial = _COMPACT_PARTIAL.fullmatch(text)
    if partial and int(partial["year"]) in PLAUSIBLE:
        yield _read(partial, "month" if partial["month"] else "year", day_first)
    for precision, form in _SEPARATED:
        match = form.fullmatch(text)
        if match:
            yield _read(match, precision, day_first)
    if instant:
        yield _counted(text, *instant)


def _counted(text: str, day: datetime.date, units: int) -> ParsedDate:
    return ParsedDate(text, day, day, "day", (), False, units)


def _read(match: re.Match[str], precision: Precision, day_first: bool) -> ParsedDate | None:
    units = {unit: unit for unit in ("year", "month", "name", "day", "ordinal", "weekday")}
    groups = match.groupdict()
    if "first" in groups:
        first_is_day = int(groups["first"]) > 12 or (
            int(groups["second"]) <= 12 and _leads(groups, day_first)
        )
        units["day"], units["month"] = ("first", "second") if first_is_day else ("second", "first")
    present = {unit: groups[group] for unit, group in units.items() if groups.get(group)}
    date = _date(present)
    if date is None:
        return None
    spans = sorted(((unit, *match.span(units[unit])) for unit in present), key=lambda span: span[1])
    return ParsedDate(match.string, date, date, precision, tuple(spans), _is_padded(present, match.string))


def _leads(groups: dict[str, str], day_first: bool) -> bool:
    """True if the day comes first where both numbers could be a month."""
    return day_first or groups.get("sep") == "."


def _date(present: dict[str, str]) -> datetime.date | None:
    year = int(present["year"])
    if len(present["year"]) == 2:
        year += 2000 if year < PIVOT else 1900
    if "name" in present:
        names = _language(present["name"])
        month = next(i for i, name in enumerate(names, 1) if _abbreviates(present["name"], name))
    else:
        month = int(present.get("month", 1))
    try:
        return datetime.date(year, month, int(present.get("day", 1)))
    except ValueError:
        return None


def _is_padded(present: dict[str, str], text: str) -> bool:
    """A zero shows it, a single digit the contrary; else by custom: ``July 3, 2013`` but ``03-JUL-2013``."""
    numbers = [present[unit] for unit in ("month", "day") if unit in present]
    if any(number.startswith("0") for number in numbers):
        return True
    return all(len(number) == 2 for number in numbers) and not ("name" in present and " " in text.strip())


def _ordinal_ending(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _language(written: str) -> tuple[str, ...]:
    """The months of the language that a month is written in, English where that can be."""
    languages = (MONTHS, *FOREIGN_MONTHS)
    return next((names for names in languages if any(_abbreviates(written, name) for name in names)), MONTHS)


def _abbreviates(written: str, name: str) -> bool:
    """True if a month is written in full, or as its first three or four letters."""
    folded, full = written.lower(), name.lower()
    return folded == full or (len(folded) < 5 and full.startswith(folded))


def _like(name: str, old: str) -> str:
    """The name of a month or weekday, short and in the case of the old one."""
    if len(old) <= 4 and not any(old.lower() == month.lower() for month in _language(old)):
        name = name[:3]
    if old.isupper():
        return name.upper()
    return name.lower() if old.islower() else name
