"""Random characters of the value's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beam_phi.masking.base import Context, MaskingFunction, fitted, parameters
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register
from beam_phi.masking.scramble import scramble


@register
class Random(MaskingFunction):
    """Puts a random digit, capital or small letter in the place of each; all else that is ASCII stays.

    The draw hangs on the value, the salt and the key: a bundle that is worked on twice must not give two
    results. It can't be undone, works for values of any length and script, and can give two values the same
    result.
    """

    name = "random"
    schema = parameters(
        {"salt": {"description": "another salt is another draw", "type": "string", "default": ""}}
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        self._prf = Prf(self._required(key).subkey("random"))

    def mask(self, text: str, context: Context) -> str:
        return fitted(scramble(self._prf, text, self.params["salt"]), context.constraint)
