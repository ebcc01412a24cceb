"""Fixed values that say nothing and are valid where one must stand (action D, DICOM PS3.15 Table E.1-1a)."""

from __future__ import annotations

from beam_phi.library.constraint import Constraint
from beam_phi.masking.base import MaskingError

#: By kind, best first: the form most places want, then those that shorter or stricter places take.
_CANDIDATES = {
    "text": ("REMOVED", "X", "0"),
    "name": ("REMOVED", "X"),
    "code": ("REMOVED", "X", "0"),
    "date": ("19000101", "1900-01-01", "1900"),
    "time": ("000000", "00:00:00", "00:00"),
    "datetime": ("19000101000000", "1900-01-01T00:00:00Z", "1900-01-01T00:00:00", "19000101", "1900"),
    "age": ("000Y", "0"),
    "uid": ("2.25.0",),
    "number": ("0",),
    "integer": ("0",),
    "document": ("<empty document>",),
}


def dummy(constraint: Constraint) -> str:
    """A fixed, valid, non-identifying, non-empty value. Raises MaskingError ``unfit`` if none is known."""
    for candidate in (*_CANDIDATES.get(constraint.kind, ()), *_CANDIDATES["text"]):
        if constraint.accepts(candidate):
            return candidate
    raise MaskingError("unfit", f"no dummy value is known for this field of kind {constraint.kind}")
