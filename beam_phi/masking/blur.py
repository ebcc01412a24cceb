"""Numbers, ages and dates made less exact: by keyed noise, or by rounding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from beam_phi.identity.dates import DateRangeError, parse
from beam_phi.masking.ages import parse_age
from beam_phi.masking.base import Context, MaskingError, RuleError, fitted, parameters
from beam_phi.masking.date_forms import date_text
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.otherwise import OTHERWISE, Understanding, unread
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register

_NUMBER = re.compile(r"(\s*)([+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?)(\s*)", re.ASCII)


@register
class Blur(Understanding):
    """Adds noise that hangs on the value, the subject and the key (so a second run gives the same), never 0;
    or rounds.

    ``number`` keeps its decimals; noise comes in units of its last one. ``age`` in whole years, from 0 to
    89, ``90+`` above. ``date`` in whole days; only noise.
    """

    name = "blur"
    schema = parameters(
        {
            "kind": {"description": "what the value is", "enum": ["number", "age", "date"]},
            "range": {
                "description": "greatest change up or down; years for an age, days for a date",
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 1e9,
            },
            "step": {
                "description": "round to a multiple of this, instead of noise",
                "type": "number",
                "minimum": 1e-9,
                "maximum": 1e9,
            },
            **OTHERWISE,
        },
        "kind",
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        kind = self.params["kind"]
        if ("range" in self.params) == ("step" in self.params):
            raise RuleError("function blur: needs one of the parameters range and step")
        if kind == "date" and "step" in self.params:
            raise RuleError("function blur: parameter step: dates are not rounded; see generalize")
        if kind != "number" and self.params.get("range", 1) < 1:
            raise RuleError("function blur: parameter range: at least 1")
        self._prf = Prf(self._required(key).subkey("blur")) if "range" in self.params else None
        self._masked = {"number": self._number, "age": self._age, "date": self._date}[kind]

    def _read_and_mask(self, text: str, context: Context) -> str:
        return self._masked(text, context)

    def _number(self, text: str, context: Context) -> str:
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise unread("number")
        number = Decimal(match[2])
        unit = Decimal(1).scaleb(int(number.as_tuple().exponent))
        blurred = self._blurred(number, unit, match[2], context)
        return fitted(f"{match[1]}{blurred.quantize(unit):f}{match[3]}", context.constraint)

    def _age(self, text: str, context: Context) -> str:
        age = parse_age(text)
        years = max(0, int(self._blurred(Decimal(int(age.years)), Decimal(1), text, context)))
        return age.write("90+" if years >= 90 else str(years), context.constraint)

    def _date(self, text: str, context: Context) -> str:
        parsed = parse(text)
        if parsed is None or parsed.precision != "day":
            raise unread("whole date")
        days = self._noise(int(self.params["range"]), parsed.date.isoformat(), context)
        try:
            return date_text(parsed.shift(days), context.constraint)
        except DateRangeError:
            raise MaskingError("date-range", "the blurred date lies outside of the calendar") from None

    def _blurred(self, number: Decimal, unit: Decimal, text: str, context: Context) -> Decimal:
        if "step" in self.params:
            step = Decimal(str(self.params["step"]))
            return (number / step).to_integral_value(ROUND_HALF_EVEN) * step
        units = max(1, int(Decimal(str(self.params["range"])) / unit))
        return number + self._noise(units, text.strip(), context) * unit

    def _noise(self, greatest: int, value: str, context: Context) -> int:
        """A number from -greatest to greatest, but 0."""
        assert self._prf is not None
        drawn = self._prf.below(2 * greatest, context.data_class, context.subject, value) - greatest
        return drawn if drawn < 0 else drawn + 1
