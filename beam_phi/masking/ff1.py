"""FF1 format-preserving encryption (NIST SP 800-38G) of integers: one by one, or many at once.

One value goes through ``libffx``; a batch under one domain and tweak through numpy, with the same results.
FF1 is the only method left in the second public draft of SP 800-38G Rev. 1 (2025), which requires domains of
a million.
"""

from __future__ import annotations

from collections.abc import Sequence

import ffx
import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

#: The least domain of SP 800-38G Rev. 1. Below it a value could be found by trying.
MIN_DOMAIN = 1_000_000
ROUNDS = 10
#: Fewer values than this are encrypted one by one, which is faster then.
MIN_BATCH = 24
#: Bits of half a value that the batch's 64-bit arithmetic can hold, with a byte to spare.
_MAX_HALF_BITS = 56

Numbers = NDArray[np.uint64]


class DomainError(ValueError):
    """The domain has fewer than MIN_DOMAIN values, or the number lies outside of it."""


class FF1:
    """FF1 over the integers from 0 to domain - 1, under one AES key of 16, 24 or 32 bytes; thread safe.

    A number is encrypted as binary numerals of the least sufficient length, again and again until the result
    falls into the domain (cycle walking), so that every domain is permuted.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._scalar = ffx.FF1(key)

    def encrypt(self, value: int, domain: int, tweak: bytes = b"") -> int:
        """Raises DomainError."""
        _check(value, value, domain)
        return int(self._scalar.encrypt_int(value, domain=domain, tweak=tweak))

    def decrypt(self, value: int, domain: int, tweak: bytes = b"") -> int:
        """Raises DomainError."""
        _check(value, value, domain)
        return int(self._scalar.decrypt_int(value, domain=domain, tweak=tweak))

    def encrypt_many(self, values: Sequence[int], domain: int, tweak: bytes = b"") -> list[int]:
        """As :meth:`encrypt` of each value. Raises DomainError."""
        if self._one_by_one(values, domain):
            return [self.encrypt(value, domain, tweak) for value in values]
        return self._walk(values, domain, tweak, decrypt=False)

    def decrypt_many(self, values: Sequence[int], domain: int, tweak: bytes = b"") -> list[int]:
        """As :meth:`decrypt` of each value. Raises DomainError."""
        if self._one_by_one(values, domain):
            return [self.decrypt(value, domain, tweak) for value in values]
        return self._walk(values, domain, tweak, decrypt=True)

    @staticmethod
    def _one_by_one(values: Sequence[int], domain: int) -> bool:
        return len(values) < MIN_BATCH or not can_batch(2, (domain - 1).bit_length())

    def _walk(self, values: Sequence[int], domain: int, tweak: bytes, *, decrypt: bool) -> list[int]:
        _check(min(values), max(values), domain)
        bits = (domain - 1).bit_length()
        low_bits = bits - bits // 2
        low_mask = (1 << low_bits) - 1
        left = np.fromiter((value >> low_bits for value in values), np.uint64, len(values))
        right = np.fromiter((value & low_mask for value in values), np.uint64, len(values))
        outside = np.arange(len(values))
        high_limit, low_limit = domain >> low_bits, domain & low_mask
        while outside.size:
            a, b = feistel(self._key, 2, bits, left[outside], right[outside], tweak, decrypt=decrypt)
            left[outside], right[outside] = a, b
            outside = outside[(a > high_limit) | ((a == high_limit) & (b >= low_limit))]
        return [(a << low_bits) | b for a, b in zip(left.tolist(), right.tolist(), strict=True)]


def can_batch(radix: int, length: int) -> bool:
    """True if :func:`feistel` can compute with numerals of this radix and length."""
    return bool((radix ** (length - length // 2)).bit_length() <= _MAX_HALF_BITS)


def feistel(
    key: bytes, radix: int, length: int, left: Numbers, right: Numbers, tweak: bytes, *, decrypt: bool = False
) -> tuple[Numbers, Numbers]:
    """FF1 (SP 800-38G, algorithms 7 and 8) of many numeral strings of one length, as numbers of their halves.

    left, right: the numbers of the first ``length // 2`` numerals and of the rest. Needs :func:`can_batch`.
    Returns the halves of the results.
    """
    modulus_u, modulus_v = radix ** (length // 2), radix ** (length - length // 2)
    width = ((modulus_v - 1).bit_length() + 7) // 8
    header = b"\x01\x02\x01" + radix.to_bytes(3, "big") + bytes((ROUNDS, length // 2 % 256))
    header += length.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
    padded = tweak + bytes((-len(tweak) - width - 1) % 16)
    # One block holds what differs between values; all before it is the same, and is chained once.
    common = header + padded[: -(15 - width)]
    # A context for each call: one context can't be used by two threads at a time.
    aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update  # noqa: S305 - FF1's own building block
    chain = _cbc_mac(key, common)
    block = np.zeros((len(left), 16), np.uint8)
    block[:, : 15 - width] = np.frombuffer(padded[-(15 - width) :], np.uint8)

    def pseudo_random(number: int, half: Numbers, modulus: int) -> Numbers:
        block[:, 15 - width] = number
        block[:, 16 - width :] = half.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]
        output = np.frombuffer(aes((block ^ chain).tobytes()), np.uint8).reshape(-1, 16)
        return _reduced(output[:, : 4 * ((width + 3) // 4) + 4], modulus)

    a, b = left.astype(np.uint64), right.astype(np.uint64)
    for number in range(ROUNDS):
        if decrypt:
            number = ROUNDS - 1 - number
        modulus = modulus_v if number % 2 else modulus_u
        if decrypt:
            a, b = (b + np.uint64(modulus) - pseudo_random(number, a, modulus)) % np.uint64(modulus), a
        else:
            a, b = b, (a + pseudo_random(number, b, modulus)) % np.uint64(modulus)
    return a, b


def _cbc_mac(key: bytes, data: bytes) -> NDArray[np.uint8]:
    """The last block of AES-CBC with a zero vector (PRF of SP 800-38G, algorithm 6)."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return np.frombuffer((encryptor.update(data) + encryptor.finalize())[-16:], np.uint8)


def _reduced(digits: NDArray[np.uint8], modulus: int) -> Numbers:
    """Big-endian numbers, one a row, modulo `modulus`: by Horner's rule, in steps that 64 bits hold."""
    step = min(4, (64 - modulus.bit_length()) // 8)
    result = np.zeros(len(digits), np.uint64)
    for start in range(0, digits.shape[1], step):
        chunk = digits[:, start : start + step]
        for column in range(chunk.shape[1]):
            result = (result << np.uint64(8)) | chunk[:, column]
        result %= np.uint64(modulus)
    return result


def _check(least: int, greatest: int, domain: int) -> None:
    if domain < MIN_DOMAIN:
        raise DomainError(f"FF1 needs a domain of at least {MIN_DOMAIN} values")
    if least < 0 or greatest >= domain:
        raise DomainError("the number lies outside of the domain")
