"""A pseudo-random function of texts: HMAC-SHA256 under a subkey."""

from __future__ import annotations

import hmac


class Prf:
    """HMAC-SHA256 (FIPS 198-1) of a sequence of texts. Sequences that differ give independent results."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")

    def digest(self, *parts: str) -> bytes:
        """32 bytes."""
        mac = self._keyed.copy()
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            # The length goes first, so that ("ab", "c") and ("a", "bc") differ.
            mac.update(len(data).to_bytes(4, "big") + data)
        return mac.digest()

    def below(self, bound: int, *parts: str) -> int:
        """A number from 0 to bound - 1, evenly spread for any bound a list or range can have."""
        return int.from_bytes(self.digest(*parts)[:16], "big") % bound
