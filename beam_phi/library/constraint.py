"""What a replacement must obey to be valid in the place of the value it replaces."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a replacement must obey to be valid where it stands.

    max_length: characters of one value, None for no limit.
    pattern: regular expression a value must match in full, None for no limit (e.g. ``[0-9]{8}`` for a DICOM
        DA).
    kind: the value's type where it has one, so that a dummy can be made:
        ``text``, ``name``, ``date``, ``time``, ``datetime``, ``age``, ``uid``, ``number``, ``integer``,
        ``code``, ``document`` (a whole file inside the file), ``column`` (text of a fixed width).
    """

    max_length: int | None = None
    pattern: str | None = None
    kind: str = "text"

    def accepts(self, text: str) -> bool:
        """True if `text` may stand here."""
        if self.max_length is not None and len(text) > self.max_length:
            return False
        return self.pattern is None or re.fullmatch(self.pattern, text) is not None


ANY = Constraint()
