"""What stands where a code should be, and surely is none."""

from __future__ import annotations

import re

_PERSONAL = re.compile(
    r"@|%[0-9A-Fa-f]{2}|&\#|\([0-9]{3}\)|(?<![0-9])(?:[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3}([-.])[0-9]{3}\1[0-9]{4})(?![0-9])"
)


def is_personal(text: str) -> bool:
    """True for an e-mail address, for numbers written as those of social security and telephones are, and for
    what is encoded once more: codes of no list have their form, so they have to be searched."""
    return _PERSONAL.search(text) is not None
