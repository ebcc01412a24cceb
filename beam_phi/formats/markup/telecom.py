"""Telecommunication addresses (HL7 v3 type TEL): the scheme stays, what it leads to is somebody's."""

from __future__ import annotations

import re

_SCHEME = re.compile(
    r"\s*(?:(?P<scheme>tel|sms|callto|modem|x-text-tel|fax|x-text-fax|mailto|https?|ftps?|sftp|file|nfs|telnet|mllp|sip|im)"
    r":(?:/{2,3})?\s*)?",
    re.IGNORECASE,
)
_CLASSES = {
    "fax": "fax",
    "x-text-fax": "fax",
    "mailto": "email",
    "sip": "email",
    "im": "email",
} | dict.fromkeys(("http", "https", "ftp", "ftps", "sftp", "nfs", "telnet", "mllp"), "url")
_CLASSES["file"] = "file-path"


def split_telecom(value: str) -> tuple[str, int]:
    """The data class of an address, and where it begins after its scheme."""
    match = _SCHEME.match(value)
    assert match is not None
    scheme = (match["scheme"] or "").lower()
    if not scheme and "@" in value:
        return "email", match.end()
    if not scheme and value.lstrip().lower().startswith("www."):
        return "url", match.end()
    return _CLASSES.get(scheme, "phone"), match.end()
