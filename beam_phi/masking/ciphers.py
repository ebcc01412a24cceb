"""Reversible codes: authenticated encryption, and plain encodings."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from beam_phi.masking.base import Context, MaskingError, MaskingFunction, fitted, parameters
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.registry import register

_ENCODINGS: Mapping[str, tuple[Callable[[bytes], str], Callable[[str], bytes]]] = {
    "base32": (
        lambda data: base64.b32encode(data).decode().rstrip("="),
        lambda text: base64.b32decode(text + "=" * (-len(text) % 8)),
    ),
    "base64url": (
        lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
        lambda text: base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True),
    ),
    "hex": (bytes.hex, bytes.fromhex),
}


class _Coded(MaskingFunction):
    """A value's bytes, written in an encoding."""

    reversible = True
    one_to_one = True

    def _written(self, data: bytes, context: Context) -> str:
        return fitted(_ENCODINGS[self.params["encoding"]][0](data), context.constraint)

    def _read(self, text: str) -> bytes:
        try:
            return _ENCODINGS[self.params["encoding"]][1](text)
        except ValueError:
            raise self._foreign() from None

    def _foreign(self) -> MaskingError:
        return MaskingError(
            "not-ours", f"the text is no result of function {self.name} under this key and class"
        )


@register
class Encrypt(_Coded):
    """AES-256-SIV (RFC 5297): the same value of one data class always gives the same text, 16 bytes longer.

    Only the key gives it back, and only as a value of the same data class, which is authenticated with it.
    """

    name = "encrypt"
    recognisable = True
    schema = parameters(
        {
            "encoding": {
                "description": "base32 outlives a change of case; base64url is shorter",
                "enum": ["base32", "base64url"],
                "default": "base32",
            }
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._cipher = AESSIV(self._required(key).subkey("siv:value", 64))

    def mask(self, text: str, context: Context) -> str:
        sealed = self._cipher.encrypt(text.encode("utf-8", "surrogatepass"), [context.data_class.encode()])
        return self._written(sealed, context)

    def unmask(self, text: str, context: Context) -> str:
        try:
            opened = self._cipher.decrypt(self._read(text), [context.data_class.encode()])
        except (InvalidTag, ValueError):
            raise self._foreign() from None
        return opened.decode("utf-8", "surrogatepass")

    def recognises(self, text: str, context: Context) -> bool:
        try:
            self.unmask(text, context)
        except MaskingError:
            return False
        return True


@register
class Encode(_Coded):
    """Writes the value's UTF-8 bytes in base64url, base32 or hex. This hides nothing."""

    name = "encode"
    needs_key = False
    schema = parameters(
        {"encoding": {"description": "of the bytes", "enum": list(_ENCODINGS), "default": "base64url"}}
    )

    def mask(self, text: str, context: Context) -> str:
        return self._written(text.encode("utf-8", "surrogatepass"), context)

    def unmask(self, text: str, context: Context) -> str:
        try:
            return self._read(text).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise self._foreign() from None
