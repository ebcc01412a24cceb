"""Dates moved by a number of days that hangs on the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from beam_phi.identity.dates import DateRangeError, is_time_of_day, parse
from beam_phi.masking.base import Context, MaskingError, RuleError, parameters
from beam_phi.masking.date_forms import date_text, year_text
from beam_phi.masking.fpe import REMEMBERED
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.otherwise import OTHERWISE, Understanding, unread
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register


@register
class DateShift(Understanding):
    """Moves all dates of one person by the same number of whole days, never 0, so that intervals stay.

    The form of the date, its precision, time of day and zone stay; a month or year is moved with its middle.
    A time without a date has nothing to move.
    """

    name = "date_shift"
    needs_key = True
    schema = parameters(
        {
            "days_min": {
                "description": "least shift, in days; negative into the past",
                "type": "integer",
                "minimum": -365_250,
                "maximum": 365_250,
                "default": -365,
            },
            "days_max": {
                "description": "greatest shift, in days",
                "type": "integer",
                "minimum": -365_250,
                "maximum": 365_250,
                "default": -1,
            },
            "unknown_subject": {
                "description": "what becomes of dates of nobody known; shift: all by one number of days",
                "enum": ["year", "delete", "shift"],
                "default": "year",
            },
            "day_first": {
                "description": "how 03/04/2013 is read",
                "type": "boolean",
                "default": False,
            },
            **OTHERWISE,
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        low, high = self.params["days_min"], self.params["days_max"]
        self._shifts = [range(low, min(high, -1) + 1), range(max(low, 1), high + 1)]
        if not any(self._shifts):
            raise RuleError("function date_shift: no day but 0 lies between days_min and days_max")
        self._prf = Prf(self._required(key).subkey("date-shift"))
        self.days: Callable[[str], int] = lru_cache(REMEMBERED)(self._draw)

    def _read_and_mask(self, text: str, context: Context) -> str | None:
        constraint = context.constraint
        if constraint.kind == "time":
            return self._time(text)
        parsed = parse(text, self.params["day_first"])
        if parsed is None:
            # Bare digits are no time where a date is looked for.
            return self._time(text) if ":" in text else self._unread()
        if not context.subject and self.params["unknown_subject"] != "shift":
            return (
                year_text(parsed.date.year, constraint) if self.params["unknown_subject"] == "year" else None
            )
        try:
            shifted = parsed.shift(self.days(context.subject))
        except DateRangeError:
            raise MaskingError("date-range", "the shifted date lies outside of the calendar") from None
        if shifted.precision != "day" and not constraint.accepts(shifted.render()):
            return year_text(shifted.date.year, constraint)
        return date_text(shifted, constraint)

    def _time(self, text: str) -> str:
        return text if is_time_of_day(text) else self._unread()

    def _unread(self) -> str:
        raise unread("date")

    def _draw(self, subject: str) -> int:
        """The shift of a subject, in days."""
        past, future = self._shifts
        index = self._prf.below(len(past) + len(future), subject)
        return past[index] if index < len(past) else future[index - len(past)]
