"""What a replacement must obey to be valid in the place of the value it replaces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a replacement must obey to be valid where it stands.

    max_length: characters of one value, None for no limit.
    pattern: regular expression a value must match in full, None for no limit (e.g. ``[0-9]{8}`` for a DICOM DA).
    kind: the value's type where it has one, so that a dummy can be made:
        ``text``, ``name``, ``date``, ``time``, ``datetime``, ``age``, ``uid``, ``number``, ``integer``, ``code``.
    """

    max_length: int | None = None
    pattern: str | None = None
    kind: str = "text"


ANY = Constraint()
