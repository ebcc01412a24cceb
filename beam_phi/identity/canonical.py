"""Canonical forms: two spellings of one name or one id become the same string."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Upper case, accents off, compatibility forms resolved: ``"Müller"`` and ``"MULLER"`` both give
    ``"MULLER"``.
    """
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).upper()


def canonical_id(text: str) -> str:
    """An id without punctuation, blanks and case; an all-digit one without leading zeros.

    ``00123456``, ``123456`` and ``00-123-456`` are one id.
    """
    kept = "".join(c for c in fold(text) if c.isalnum())
    return (kept.lstrip("0") or "0") if kept.isdecimal() else kept


def subject_key(patient_id: str, issuer: str = "") -> str:
    """The canonical key of a patient: issuer and id. Empty when there is no id."""
    canonical = canonical_id(patient_id) if patient_id.strip() else ""
    return f"{fold(issuer.strip())}|{canonical}" if canonical else ""
