"""One-way codes: digests and tokens."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from beam_phi.identity.canonical import canonical_id, fold
from beam_phi.masking.base import Context, MaskingFunction, RuleError, fitted, parameters
from beam_phi.masking.fpe import REMEMBERED
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register

#: Bits from which on two values are taken never to share a code.
COLLISION_FREE_BITS = 60

_CANONICAL: Mapping[str, Callable[[str], str]] = {
    "none": lambda text: text,
    "fold": lambda text: fold(text.strip()),
    "id": canonical_id,
}
_TWEAK = {
    "description": "rules with one tweak give one value the same result",
    "type": "string",
    "default": "",
}
_CANONICAL_SCHEMA = {
    "description": "what is one value: fold ignores case and accents; id punctuation, case and leading zeros",
    "enum": list(_CANONICAL),
    "default": "none",
}


def _encoded(digest: bytes, alphabet: str, length: int) -> str:
    """The first `length` characters of a digest of 32 bytes."""
    if alphabet == "digits":
        return str(int.from_bytes(digest, "big") % 10**length).zfill(length)
    return (digest.hex() if alphabet == "hex" else base64.b32encode(digest).decode())[:length]


def _uuid(digest: bytes) -> str:
    """A UUID of version 8, whose other bits are those of the digest (RFC 9562, 5.8)."""
    bits = int.from_bytes(digest[:16], "big") & ~(0xF << 76 | 0x3 << 62) | 0x8 << 76 | 0x2 << 62
    return str(uuid.UUID(int=bits))


def _issued(issuer: str) -> tuple[str, ...]:
    """What is added to an id of another issuer (see Context) before it is digested."""
    return (fold(issuer.strip()),) if issuer else ()


@register
class Hash(MaskingFunction):
    """HMAC-SHA256 of the value: whole, its first characters, or as a UUID (version 8 of RFC 9562)."""

    name = "hash"
    schema = parameters(
        {
            "encoding": {"description": "of the digest", "enum": ["hex", "base32", "uuid"], "default": "hex"},
            "length": {
                "description": "characters; at most 64 in hex, 52 in base32; not for uuid",
                "type": "integer",
                "minimum": 16,
                "maximum": 64,
                "default": 32,
            },
            "tweak": _TWEAK,
            "canonical": _CANONICAL_SCHEMA,
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._prf = Prf(self._required(key).subkey(f"hash:{self.params['tweak']}"))
        self._canonical = _CANONICAL[self.params["canonical"]]
        self._code: Callable[[str, str], str] = lru_cache(REMEMBERED)(self._digest)
        self.one_to_one = True
        if self.params["encoding"] == "uuid" and "length" in params:
            raise RuleError("function hash: parameter length: a UUID has one length")
        if self.params["encoding"] == "base32" and self.params["length"] > 52:
            raise RuleError("function hash: parameter length: at most 52 characters of base32")

    def mask(self, text: str, context: Context) -> str:
        return fitted(self._code(text, context.issuer), context.constraint)

    def exact(self, text: str) -> bool:
        return self._canonical(text) == text

    def _digest(self, text: str, issuer: str) -> str:
        digest = self._prf.digest(self._canonical(text), *_issued(issuer))
        if self.params["encoding"] == "uuid":
            return _uuid(digest)
        return _encoded(digest, self.params["encoding"], self.params["length"])


@register
class Tokenize(MaskingFunction):
    """A short code of fixed length, drawn by HMAC-SHA256 from the value; a stand-in for ids of any form."""

    name = "tokenize"
    recognisable = True
    schema = parameters(
        {
            "prefix": {
                "description": "stands before each code",
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{0,16}$",
                "default": "",
            },
            "alphabet": {
                "description": "of the code: A-Z2-7, 0-9 or 0-9a-f",
                "enum": ["base32", "digits", "hex"],
                "default": "base32",
            },
            "length": {
                "description": "characters of the code; at least 12 digits",
                "type": "integer",
                "minimum": 8,
                "maximum": 32,
                "default": 12,
            },
            "tweak": _TWEAK,
            "canonical": _CANONICAL_SCHEMA,
        }
    )
    _BITS: Mapping[str, tuple[float, str]] = {
        "base32": (5, "[A-Z2-7]"),
        "digits": (3.32, "[0-9]"),
        "hex": (4, "[0-9a-f]"),
    }

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._prf = Prf(self._required(key).subkey(f"token:{self.params['tweak']}"))
        self._canonical = _CANONICAL[self.params["canonical"]]
        self._code: Callable[[str, str], str] = lru_cache(REMEMBERED)(self._token)
        bits, char = self._BITS[self.params["alphabet"]]
        length = self.params["length"]
        if self.params["alphabet"] == "digits" and length < 12:
            raise RuleError("function tokenize: parameter length: at least 12 digits")
        self._form = re.compile(f"{re.escape(self.params['prefix'])}{char}{{{length}}}")
        self.one_to_one = bits * length >= COLLISION_FREE_BITS

    def mask(self, text: str, context: Context) -> str:
        return fitted(self._code(text, context.issuer), context.constraint)

    def exact(self, text: str) -> bool:
        return self.one_to_one and self._canonical(text) == text

    def recognises(self, text: str, context: Context) -> bool:
        return self._form.fullmatch(text) is not None

    def _token(self, text: str, issuer: str) -> str:
        digest = self._prf.digest(self._canonical(text), *_issued(issuer))
        code = _encoded(digest, self.params["alphabet"], self.params["length"])
        return f"{self.params['prefix']}{code}"
