"""Ages as they are written: a number, ``47 y/o``, ``91-year-old``, DICOM AS ``047Y``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from beam_phi.library.constraint import Constraint
from beam_phi.masking.base import fitted
from beam_phi.masking.otherwise import unread

_DICOM = re.compile(r"\s*([0-9]{3})([DWMY])\s*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
#: Whole words only: ``91M`` is a man of 91 years.
_UNIT = re.compile(r"[\s-]*(days?|weeks?|wks?|months?|mos?)\b", re.IGNORECASE)
_PER_YEAR = {"d": 365.25, "w": 52.18, "m": 12.0, "y": 1.0}


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, and the text around its number.

    dicom: written as a DICOM AS value.
    in_years: False where the text counts days, weeks or months.
    """

    years: float
    before: str
    after: str
    dicom: bool
    in_years: bool

    def write(self, number: str, constraint: Constraint) -> str:
        """The text with another number of years in it. Raises MaskingError ``unfit``.

        number: years, or a band such as ``45-49`` or ``90+``, of which DICOM and number fields get the first
        year.
        """
        first = re.split(r"\D", number)[0]
        if self.dicom:
            return fitted(f"{int(first):03}Y", constraint)
        text = f"{self.before}{number}{self.after}" if self.in_years else number
        return text if constraint.accepts(text) else fitted(first, constraint)


def parse_age(text: str) -> Age:
    """Reads a text that holds one age. Raises MaskingError ``unread``."""
    match = _DICOM.fullmatch(text)
    if match:
        unit = match[2].lower()
        return Age(int(match[1]) / _PER_YEAR[unit], "", "", dicom=True, in_years=unit == "y")
    numbers = list(_NUMBER.finditer(text[:64]))
    if len(numbers) != 1 or len(text) > 64:
        raise unread("age")
    number = numbers[0]
    before, after = text[: number.start()], text[number.end() :]
    unit_match = _UNIT.match(after)
    unit = unit_match[1][0].lower() if unit_match else "y"
    return Age(float(number[0]) / _PER_YEAR[unit], before, after, dicom=False, in_years=unit == "y")
