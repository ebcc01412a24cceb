"""Canonical forms: two spellings of one name or one id become the same string."""

from __future__ import annotations

import unicodedata

#: Zero-width spaces and joiners, soft hyphen, marks of direction, byte order mark.
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


#: Letters that Unicode doesn't take apart, as they are written without their stroke or ligature; hiragana as
#: katakana.
_PLAIN = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d",
        "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH",
        "þ": "th", "\u0131": "i", **{chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)},
    }
)  # fmt: skip
#: Drops what is no letter and no digit from text in ASCII.
_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """Upper case, accents and strokes off, compatibility forms resolved, letters that are not seen left out:
    ``"Müller"`` and ``"MULLER"`` both give ``"MULLER"``.
    """
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c not in _UNSEEN).upper()


def letters_and_digits(text: str) -> str:
    """A text without all else."""
    if text.isalnum():
        return text
    return text.translate(_SIGNS) if text.isascii() else "".join(filter(str.isalnum, text))


def canonical_id(text: str) -> str:
    """An id without punctuation, blanks and case; an all-digit one without leading zeros.

    ``00123456``, ``123456`` and ``00-123-456`` are one id.
    """
    kept = letters_and_digits(fold(text))
    return (kept.lstrip("0") or "0") if kept.isdecimal() else kept


def subject_key(patient_id: str, issuer: str = "") -> str:
    """The canonical key of a patient: issuer and id. Empty when there is no id."""
    canonical = canonical_id(patient_id) if patient_id.strip() else ""
    return f"{fold(issuer.strip())}|{canonical}" if canonical else ""


_NAMED = "name|"  # no key of an id begins so: issuers are in capitals


def named_key(name: str, birth: str) -> str:
    """The key of a patient of whom no id is known. birth: the birth date as it is written, if it is known."""
    return f"{_NAMED}{fold(name)}|{birth}"


def is_named_key(key: str) -> bool:
    """True for what named_key() gives."""
    return key.startswith(_NAMED)
