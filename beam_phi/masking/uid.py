"""Unique identifiers of DICOM objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from beam_phi.library.uids import is_registered
from beam_phi.masking.base import Context, MaskingFunction, fitted
from beam_phi.masking.fpe import REMEMBERED
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register

_URN = "urn:oid:"


@register
class Uid(MaskingFunction):
    """``2.25.`` and 128 bits of HMAC-SHA256 in decimals (PS3.5 B.2). Registered UIDs are kept."""

    name = "uid"
    one_to_one = True

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._prf = Prf(self._required(key).subkey("uid"))
        self._masked: Callable[[str], str] = lru_cache(REMEMBERED)(self._mapped)

    def mask(self, text: str, context: Context) -> str:
        return fitted(self._masked(text), context.constraint)

    def exact(self, text: str) -> bool:
        return _bare(text) == text

    def _mapped(self, text: str) -> str:
        bare = _bare(text)
        if bare.startswith(_URN):
            return _URN + self._mapped(bare[len(_URN) :])
        if is_registered(bare):
            return bare
        return f"2.25.{int.from_bytes(self._prf.digest(bare)[:16], 'big')}"


def _bare(text: str) -> str:
    """The UID without the padding a DICOM element may have."""
    return text.strip(" \0")
