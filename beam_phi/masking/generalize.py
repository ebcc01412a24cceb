"""Values made coarser: ages in bands and 90+, ZIP codes to three digits, dates to the year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from beam_phi.identity.dates import parse
from beam_phi.masking.ages import parse_age
from beam_phi.masking.base import Context, RuleError, fitted, parameters
from beam_phi.masking.date_forms import year_text
from beam_phi.masking.dummies import dummy
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.otherwise import OTHERWISE, Understanding, unread
from beam_phi.masking.registry import register

#: First three digits of ZIP codes whose area holds 20,000 people or fewer: 45 CFR 164.514(b)(2)(i)(B). The
#: areas of the 2000 census that the HHS guidance of 2012 lists, and those of the 2010 census in Microsoft's
#: Tools for Health Data Anonymization.
RESTRICTED_2000 = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893"
RESTRICTED_2010 = "036 059 102 203 205 369 556 692 821 823 878 879 884 893"
RESTRICTED_ZIP3 = frozenset(RESTRICTED_2000.split()) | frozenset(RESTRICTED_2010.split())

_ZIP = re.compile(r"\s*(?:(?P<five>[0-9]{4,5})(?:-[0-9]{4})?|(?P<nine>[0-9]{8,9}))\s*", re.ASCII)
#: Parameters that go with one kind only.
_OWN = {"cap": "age", "width": "age", "restricted": "zip3", "earliest": "year", "day_first": "year"}


@register
class Generalize(Understanding):
    """Makes a value coarser.

    ``age``: years in bands of `width`, from `cap` on as ``90+``; without `width` only the cap applies. In
    DICOM AS and number fields the first year of the band. ``zip3``: the first three digits of a US ZIP code,
    000 in the areas of few people. ``year``: the year of a date; in a DICOM DA the first of January of it.
    """

    name = "generalize"
    schema = parameters(
        {
            "kind": {"description": "what the value is", "enum": ["age", "zip3", "year"]},
            "cap": {
                "description": "kind age: ages from this on are one",
                "type": "integer",
                "minimum": 1,
                "maximum": 120,
                "default": 90,
            },
            "width": {
                "description": "kind age: years in a band",
                "type": "integer",
                "minimum": 2,
                "maximum": 60,
            },
            "restricted": {
                "description": "kind zip3: three-digit areas that become 000; default: of two censuses",
                "type": "array",
                "items": {"type": "string", "pattern": "^[0-9]{3}$"},
            },
            "earliest": {
                "description": "kind year: earlier years are given as this one, to hide ages over 89",
                "type": "integer",
                "minimum": 1,
                "maximum": 9999,
            },
            "day_first": {
                "description": "kind year: how 03/04/13 is read",
                "type": "boolean",
                "default": False,
            },
            **OTHERWISE,
        },
        "kind",
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        kind = self.params["kind"]
        for name, owner in _OWN.items():
            if name in params and owner != kind:
                raise RuleError(f"function generalize: parameter {name} goes with kind {owner}")
        self._restricted = frozenset(self.params.get("restricted", RESTRICTED_ZIP3))
        self._masked = {"age": self._age, "zip3": self._zip3, "year": self._year}[kind]

    def _read_and_mask(self, text: str, context: Context) -> str:
        return self._masked(text, context)

    def _age(self, text: str, context: Context) -> str:
        age = parse_age(text)
        cap, width = self.params["cap"], self.params.get("width")
        if age.years >= cap:
            return age.write(f"{cap}+", context.constraint)
        if width is None:
            return fitted(text, context.constraint)
        low = int(age.years) // width * width
        return age.write(f"{low}-{min(low + width, cap) - 1}", context.constraint)

    def _zip3(self, text: str, context: Context) -> str:
        match = _ZIP.fullmatch(text)
        if match is None:
            raise unread("US ZIP code")
        # Spreadsheets take ZIP codes for numbers and drop the leading zero.
        digits = match["five"].zfill(5) if match["five"] else match["nine"].zfill(9)
        area = digits[:3]
        return fitted("000" if area in self._restricted else area, context.constraint)

    def _year(self, text: str, context: Context) -> str:
        if context.constraint.kind == "time":
            return dummy(context.constraint)
        parsed = parse(text, self.params["day_first"])
        if parsed is None:
            raise unread("date")
        year = max(parsed.date.year, self.params.get("earliest", 1))
        return year_text(year, context.constraint)
