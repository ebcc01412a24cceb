"""Functions that have to understand a value, and what masks the values they don't."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from beam_phi.masking.base import Context, MaskingError, MaskingFunction, Schema
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.registry import alternative, alternative_schema

#: The parameter that all of them have.
OTHERWISE: Mapping[str, Schema] = {
    "otherwise": alternative_schema(
        "masks what this function can't read; without it such a value is an error"
    )
}


class Understanding(MaskingFunction):
    """A function that reads the value; what it can't read goes to the function of parameter ``otherwise``."""

    needs_key = False

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._otherwise = alternative(self.params.get("otherwise"), "parameter otherwise", key)

    def mask(self, text: str, context: Context) -> str | None:
        try:
            return self._read_and_mask(text, context)
        except MaskingError:
            if self._otherwise is None:
                raise
            return self._otherwise.mask(text, context)

    @abstractmethod
    def _read_and_mask(self, text: str, context: Context) -> str | None:
        """Raises MaskingError, ``unread`` if the value can't be read."""


def unread(what: str) -> MaskingError:
    """The fault of a value that isn't what the rule takes it for."""
    return MaskingError("unread", f"the value is no {what} that can be read")
