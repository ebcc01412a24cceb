"""Days as workbooks count them (ECMA-376 part 1, section 18.17.4), as text, and back."""

from __future__ import annotations

import datetime
import re

from beam_phi.formats.xlsx.styles import Kind

_EPOCH, _EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
#: 29 February 1900, which never was, and all days before it are counted with one day more.
_FALSE_DAY = 60
_MILLISECONDS = 86_400_000
_TEXT = re.compile(r"(\d{4}-\d{2}-\d{2})?(?:^|[ T]|$)(?:(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?")


def serial_text(serial: float, kind: Kind, from_1904: bool) -> str | None:
    """A serial number as a date, a time, or both; None for what is none, or no day that ever was."""
    if not 0 <= serial < 2_958_466:
        return None
    days, clock = divmod(round(serial * _MILLISECONDS), _MILLISECONDS)
    if not from_1904 and days <= _FALSE_DAY and (days == _FALSE_DAY or (not days and kind != "time")):
        return None
    moment = (_EPOCH_1904 if from_1904 else _EPOCH) + datetime.timedelta(days, milliseconds=clock)
    if not from_1904 and days < _FALSE_DAY:
        moment += datetime.timedelta(1)
    if kind == "time" and not days:
        return moment.time().isoformat(timespec="auto")
    if kind == "date" and not clock:
        return moment.date().isoformat()
    return moment.isoformat(" ", timespec="auto")


def serial_of(text: str, from_1904: bool) -> tuple[float, Kind] | None:
    """The serial number of a text, and what it is; None for a text that is no date or time."""
    found = _TEXT.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    date, clock = found.groups()
    try:
        part = datetime.time.fromisoformat(clock) if clock else datetime.time()
        day = datetime.date.fromisoformat(date) if date else None
    except ValueError:
        return None
    seconds = (part.hour * 60 + part.minute) * 60 + part.second + part.microsecond / 1e6
    if day is None:
        return seconds / 86_400, "time"
    days = (day - (_EPOCH_1904 if from_1904 else _EPOCH).date()).days
    days -= not from_1904 and days <= _FALSE_DAY
    return (days + seconds / 86_400, "datetime" if clock else "date") if days > 0 else None
