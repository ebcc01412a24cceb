"""How an original value appears in the annotation tables."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from typing import Literal, get_args

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from beam_phi.masking.keys import MasterKey

ValuePolicy = Literal["none", "hash", "encrypted", "clear"]
POLICIES: tuple[str, ...] = get_args(ValuePolicy)


def original_encoder(policy: ValuePolicy, key: MasterKey) -> Callable[[str], str | None]:
    """The function that turns an original value into what the column ``original`` holds.

    ``hash``: 128 bits of HMAC-SHA256 in hex; ``encrypted``: AES-SIV in base64url, so that only the key's
        owner reads it.
    """
    if policy == "none":
        return lambda text: None
    if policy == "clear":
        return lambda text: text
    if policy == "encrypted":
        cipher = AESSIV(key.subkey("annotation-siv", 64))
        return lambda text: base64.urlsafe_b64encode(
            cipher.encrypt(text.encode("utf-8", "surrogatepass"), None)
        ).decode()
    if policy != "hash":
        raise ValueError(f"unknown value policy {policy!r}: one of {', '.join(POLICIES)}")
    subkey = key.subkey("annotation-hash")
    return lambda text: hmac.digest(subkey, text.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()
