"""Instants that programs count since 1970-01-01T00:00Z, in seconds or in milliseconds.

Nine digits and eleven are left alone: numbers of persons have as many.
"""

from __future__ import annotations

import datetime
import re

_SECONDS_OF_A_DAY = 86_400
_START = datetime.date(1970, 1, 1)
# From 2001-09-09 to 2033-05-18, or before 1970.
_SECONDS = re.compile(r"\s*(?P<count>1[0-9]{9}|-[0-9]{7,10})(?:\.[0-9]{1,9})?\s*", re.ASCII)
# From 1973-03-03 on to 2033-05-18, or before 1970.
_MILLISECONDS = re.compile(
    r"\s*(?P<count>1[0-9]{12}|[1-9][0-9]{11}|-[0-9]{11,13})(?:\.[0-9]{1,6})?\s*", re.ASCII
)


def read_epoch(text: str) -> tuple[datetime.date, int] | None:
    """The day (UTC) of an instant, and how many units of its count make a day; None if it is none."""
    for form, units in ((_SECONDS, _SECONDS_OF_A_DAY), (_MILLISECONDS, 1000 * _SECONDS_OF_A_DAY)):
        match = form.fullmatch(text)
        if match:
            return _START + datetime.timedelta(int(match["count"]) // units), units
    return None


def moved(text: str, days: int, units: int) -> str:
    """The text of an instant some days later, written as it was; the time of the day stays."""
    match = _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text)
    assert match is not None
    start, end = match.span("count")
    return f"{text[:start]}{int(match['count']) + days * units}{text[end:]}"
