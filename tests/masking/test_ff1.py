"""FF1 against NIST's samples, the batch against the scalar, and permutations of whole domains."""

from __future__ import annotations

import random
import string
import threading

import ffx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beam_phi.masking import ff1
from beam_phi.masking.ff1 import FF1, DomainError, can_batch, feistel

K256 = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94")
K192, K128 = K256[:24], K256[:16]
T10 = bytes.fromhex("39383736353433323130")
T36 = bytes.fromhex("3737373770717273373737")
DIGITS, BASE36 = "0123456789", "0123456789abcdefghi"

#: FF1samples.pdf of NIST's Cryptographic Standards and Guidelines, example values for SP 800-38G.
SAMPLES = [
    (K128, b"", 10, DIGITS, "2433477484"),
    (K128, T10, 10, DIGITS, "6124200773"),
    (K128, T36, 36, BASE36, "a9tv40mll9kdu509eum"),
    (K192, b"", 10, DIGITS, "2830668132"),
    (K192, T10, 10, DIGITS, "2496655549"),
    (K192, T36, 36, BASE36, "xbj3kv35jrawxv32ysr"),
    (K256, b"", 10, DIGITS, "6657667009"),
    (K256, T10, 10, DIGITS, "1001623463"),
    (K256, T36, 36, BASE36, "xs8a0azh2avyalyzuwd"),
]


def numerals(value: int, radix: int, length: int) -> str:
    out = ""
    for _ in range(length):
        value, digit = divmod(value, radix)
        out = (string.digits + string.ascii_lowercase)[digit] + out
    return out


def batch(key: bytes, tweak: bytes, radix: int, texts: list[str], *, decrypt: bool = False) -> list[str]:
    length = len(texts[0])
    half = length // 2
    left = np.array([int(text[:half], radix) for text in texts], np.uint64)
    right = np.array([int(text[half:], radix) for text in texts], np.uint64)
    a, b = feistel(key, radix, length, left, right, tweak, decrypt=decrypt)
    return [
        numerals(int(x), radix, half) + numerals(int(y), radix, length - half)
        for x, y in zip(a, b, strict=True)
    ]


@pytest.mark.parametrize(("key", "tweak", "radix", "plain", "cipher"), SAMPLES)
def test_nist_samples_by_the_scalar(key: bytes, tweak: bytes, radix: int, plain: str, cipher: str) -> None:
    scalar = ffx.FF1(key, radix=radix)
    assert scalar.encrypt(plain, tweak=tweak) == cipher
    assert scalar.decrypt(cipher, tweak=tweak) == plain


@pytest.mark.parametrize(("key", "tweak", "radix", "plain", "cipher"), SAMPLES)
def test_nist_samples_by_the_batch(key: bytes, tweak: bytes, radix: int, plain: str, cipher: str) -> None:
    assert batch(key, tweak, radix, [plain] * 3) == [cipher] * 3
    assert batch(key, tweak, radix, [cipher] * 3, decrypt=True) == [plain] * 3


def test_batch_equals_scalar_on_100_000_random_values() -> None:
    cipher, rng = FF1(K256), random.Random(1)
    domain = 9 * 10**8
    values = [rng.randrange(domain) for _ in range(100_000)]
    masked = cipher.encrypt_many(values, domain, b"id")
    assert masked == [cipher.encrypt(value, domain, b"id") for value in values]
    assert cipher.decrypt_many(masked, domain, b"id") == values


@pytest.mark.parametrize("key", [K128, K192, K256])
@pytest.mark.parametrize(
    "domain", [10**6, 2**20, 2**21 + 1, 26**2 * 10**5, 10**12, 2**64, 36**19, 2**110 + 1, 10**40]
)
@pytest.mark.parametrize("tweak", [b"", b"U2D5", b"x" * 16, b"y" * 100])
def test_batch_equals_scalar_in_every_size(key: bytes, domain: int, tweak: bytes) -> None:
    cipher, rng = FF1(key), random.Random(domain)
    values = [0, 1, domain - 1, *(rng.randrange(domain) for _ in range(30))]
    masked = cipher.encrypt_many(values, domain, tweak)
    assert masked == [cipher.encrypt(value, domain, tweak) for value in values]
    assert cipher.decrypt_many(masked, domain, tweak) == values


@pytest.mark.parametrize(("radix", "length"), [(10, 6), (10, 7), (10, 32), (36, 20), (62, 9), (2, 110)])
def test_other_radices_of_the_batch(radix: int, length: int) -> None:
    alphabet = string.digits + string.ascii_lowercase + string.ascii_uppercase
    scalar, rng = ffx.FF1(K128, alphabet=alphabet[:radix]), random.Random(radix)
    assert can_batch(radix, length)
    half = length // 2
    rows = [(rng.randrange(radix**half), rng.randrange(radix ** (length - half))) for _ in range(20)]
    left, right = (np.array(column, np.uint64) for column in zip(*rows, strict=True))
    a, b = feistel(K128, radix, length, left, right, b"t")

    def text(x: int, y: int) -> str:
        digits = []
        for value, size in ((y, length - half), (x, half)):
            for _ in range(size):
                value, digit = divmod(value, radix)
                digits.append(alphabet[digit])
        return "".join(reversed(digits))

    expected = [scalar.encrypt(text(x, y), tweak=b"t") for x, y in rows]
    assert [text(int(x), int(y)) for x, y in zip(a, b, strict=True)] == expected


def test_a_whole_domain_is_permuted() -> None:
    masked = FF1(K256).encrypt_many(range(ff1.MIN_DOMAIN), ff1.MIN_DOMAIN)
    assert np.array_equal(np.sort(masked), np.arange(ff1.MIN_DOMAIN))


@given(st.integers(ff1.MIN_DOMAIN, 2**140), st.data(), st.binary(max_size=40))
@settings(max_examples=150, deadline=None)
def test_round_trip(domain: int, data: st.DataObject, tweak: bytes) -> None:
    value = data.draw(st.integers(0, domain - 1))
    cipher = FF1(K256)
    masked = cipher.encrypt(value, domain, tweak)
    assert 0 <= masked < domain
    assert cipher.decrypt(masked, domain, tweak) == value


@pytest.mark.parametrize(("value", "domain"), [(0, 999_999), (10**6, 10**6), (-1, 10**6), (0, 0)])
def test_small_domains_and_foreign_numbers_are_refused(value: int, domain: int) -> None:
    cipher = FF1(K256)
    for refused in (
        lambda: cipher.encrypt(value, domain),
        lambda: cipher.decrypt(value, domain),
        lambda: cipher.encrypt_many([value] * 50, domain),
        lambda: cipher.decrypt_many([value] * 50, domain),
    ):
        with pytest.raises(DomainError):
            refused()


def test_no_values_are_no_fault() -> None:
    assert FF1(K256).encrypt_many([], 10**6) == []


def test_threads_share_one_cipher() -> None:
    cipher, values = FF1(K256), list(range(5000))
    expected = cipher.encrypt_many(values, 10**9)
    results: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: results.append(cipher.encrypt_many(values, 10**9))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
