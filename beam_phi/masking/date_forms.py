"""Masked dates in a form the field takes."""

from __future__ import annotations

from beam_phi.identity.dates import ParsedDate
from beam_phi.library.constraint import Constraint
from beam_phi.masking.base import MaskingError, fitted


def date_text(date: ParsedDate, constraint: Constraint) -> str:
    """The date as it was written, or as a DICOM DA value where only that is valid. Raises MaskingError."""
    text = date.render()
    return text if constraint.accepts(text) else fitted(date.compact(), constraint)


def year_text(year: int, constraint: Constraint) -> str:
    """The year as short as the place takes it: ``2013``, in a DICOM DA ``20130101``. Raises MaskingError."""
    for form in (f"{year:04}", f"{year:04}0101", f"{year:04}-01-01", f"{year:04}-01-01T00:00:00Z"):
        if constraint.accepts(form):
            return form
    raise MaskingError("unfit", "a year can't stand in this field")
