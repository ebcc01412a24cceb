"""Format-preserving encryption of values."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from beam_phi.identity.canonical import canonical_id, fold
from beam_phi.masking.base import Context, MaskingError, MaskingFunction, fitted, parameters
from beam_phi.masking.ff1 import FF1, MIN_DOMAIN
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.prf import Prf
from beam_phi.masking.ranking import Ranked, UnrankedError, id_form, rank_id, rank_shape
from beam_phi.masking.registry import alternative, alternative_schema, register

#: Values remembered by each function; a cohort's ids, and the same few thousand again and again.
REMEMBERED = 4096
#: The tweak of all id-like classes: one id is one pseudonym wherever it stands.
ID_TWEAK = "id"


class ShapeCipher:
    """FF1 over texts: digits become digits, capital and small letters stay such, the rest stays what it is.

    rank: how a text becomes a number; :func:`rank_id` for ids in their canonical form.
    """

    def __init__(self, key: MasterKey, tweak: str, rank: Callable[[str], Ranked]) -> None:
        self._ff1 = FF1(key.subkey(f"ff1:{tweak}"))
        self._rank = rank
        self.encrypt: Callable[[str], str] = lru_cache(REMEMBERED)(self._encrypt)

    def _encrypt(self, text: str) -> str:
        """Raises MaskingError ``fpe-domain`` or ``fpe-alphabet``."""
        ranked = self._ranked(text)
        return ranked.unrank(self._ff1.encrypt(ranked.value, ranked.domain, ranked.tweak))

    def decrypt(self, text: str) -> str:
        """Raises MaskingError ``fpe-domain`` or ``fpe-alphabet``."""
        ranked = self._ranked(text)
        return ranked.unrank(self._ff1.decrypt(ranked.value, ranked.domain, ranked.tweak))

    def encrypt_many(self, texts: Sequence[str]) -> list[str | None]:
        """As :meth:`encrypt` of each; None where that raises. Texts of one shape go through FF1 together."""
        results: list[str | None] = [None] * len(texts)
        groups: dict[tuple[int, bytes], list[tuple[int, Ranked]]] = defaultdict(list)
        for index, text in enumerate(texts):
            try:
                ranked = self._ranked(text)
            except MaskingError:
                continue
            groups[ranked.domain, ranked.tweak].append((index, ranked))
        for (domain, tweak), members in groups.items():
            numbers = self._ff1.encrypt_many([ranked.value for _, ranked in members], domain, tweak)
            for (index, ranked), number in zip(members, numbers, strict=True):
                results[index] = ranked.unrank(number)
        return results

    def _ranked(self, text: str) -> Ranked:
        try:
            ranked = self._rank(text)
        except UnrankedError:
            raise MaskingError("fpe-alphabet", "the value has characters that FF1 has no class for") from None
        if ranked.domain < MIN_DOMAIN:
            raise MaskingError("fpe-domain", f"fewer than {MIN_DOMAIN} values have this one's shape")
        return ranked


class ForeignIds:
    """Tokens for ids of other issuers: 60 bits of HMAC-SHA256 of issuer and canonical id, in base32."""

    def __init__(self, key: MasterKey) -> None:
        self._prf = Prf(key.subkey("foreign-id"))

    def code(self, text: str, issuer: str) -> str:
        digest = self._prf.digest(fold(issuer.strip()), canonical_id(text))
        return base64.b32encode(digest).decode()[:12]


@register
class Fpe(MaskingFunction):
    """Encrypts letters and digits by FF1 (NIST SP 800-38G); each stays in its class, all else stays in place.

    With ``canonical: id`` every spelling of an id gives the same result: the encrypted canonical form; a UUID
    stays one. Ids of another issuer than the collection's own become tokens of 12 characters, which no
    encrypted id can equal.
    """

    name = "fpe"
    schema = parameters(
        {
            "tweak": {
                "description": "rules with one tweak give one value the same result",
                "type": "string",
                "minLength": 1,
                "default": ID_TWEAK,
            },
            "canonical": {
                "description": "id: one value whatever its punctuation, case and leading zeros",
                "enum": ["none", "id"],
                "default": "none",
            },
            "below": alternative_schema(
                "masks what FF1 can't: under a million values of the shape, foreign letters"
            ),
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._canonical = self.params["canonical"] == "id"
        rank = rank_id if self._canonical else rank_shape
        # Both kinds of text must be strangers to each other under one tweak.
        tweak = self.params["tweak"] if self._canonical else f"{self.params['tweak']}/text"
        self._cipher = ShapeCipher(self._required(key), tweak, rank)
        self._foreign = ForeignIds(self._required(key))
        self._below = alternative(self.params.get("below"), "parameter below", key)
        self.one_to_one = self._below is None or self._below.one_to_one
        # FF1 would decrypt the alternative's results too, to nonsense, if it couldn't tell them from its own.
        self.reversible = self._below is None or self._below.recognisable

    def mask(self, text: str, context: Context) -> str | None:
        if context.issuer:
            return fitted(self._foreign.code(text, context.issuer), context.constraint)
        try:
            masked = self._cipher.encrypt(text)
        except MaskingError:
            if self._below is None:
                raise
            return self._below.mask(self._form(text), context)
        return fitted(masked, context.constraint)

    def mask_many(self, texts: Sequence[str], context: Context) -> list[str | None]:
        if context.issuer:
            return super().mask_many(texts, context)
        masked = self._cipher.encrypt_many(texts)
        return [
            self.mask(text, context) if result is None else fitted(result, context.constraint)
            for text, result in zip(texts, masked, strict=True)
        ]

    def unmask(self, text: str, context: Context) -> str:
        if context.issuer:
            raise MaskingError("not-reversible", "ids of another issuer become tokens")
        if not self.reversible:
            raise MaskingError("not-reversible", "the results of the alternative can't be told from FF1's")
        if self._below is not None and self._below.recognises(text, context):
            return self._below.unmask(text, context)
        return self._form(self._cipher.decrypt(text))

    def exact(self, text: str) -> bool:
        return self.one_to_one and self._form(text) == text

    def _form(self, text: str) -> str:
        return id_form(text) if self._canonical else text
