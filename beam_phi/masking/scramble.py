"""Keyed random characters of the same shape, for texts of any length and script."""

from __future__ import annotations

import string

from beam_phi.masking.prf import Prf


def scramble(prf: Prf, text: str, *salt: str) -> str:
    """Digits for digits, capital letters for capital letters, small letters for all others; never the text
    itself.

    ASCII punctuation and blanks stay; whatever else is no letter or digit becomes a small letter too.
    """
    for attempt in range(256):
        masked = "".join(
            _replacement(char, number)
            for char, number in zip(text, _numbers(prf, len(text), text, str(attempt), *salt), strict=True)
        )
        if masked != text:
            return masked
    return text  # only punctuation and blanks


def _replacement(char: str, number: int) -> str:
    if char.isascii() and not char.isalnum():
        return char
    if char.isdigit():
        return string.digits[number % 10]
    letters = string.ascii_uppercase if char.isupper() else string.ascii_lowercase
    return letters[number % 26]


def _numbers(prf: Prf, count: int, *parts: str) -> list[int]:
    """`count` numbers of 32 bits, from as many digests as it takes."""
    numbers: list[int] = []
    while len(numbers) < count:
        digest = prf.digest(*parts, str(len(numbers)))
        numbers += (int.from_bytes(digest[i : i + 4], "big") for i in range(0, len(digest), 4))
    return numbers[:count]
