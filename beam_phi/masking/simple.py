"""The functions that need no thought: delete, keep, constant."""

from __future__ import annotations

from beam_phi.masking.base import Context, MaskingFunction, fitted, parameters
from beam_phi.masking.registry import register


@register
class Delete(MaskingFunction):
    """Removes the value."""

    name = "delete"
    needs_key = False

    def mask(self, text: str, context: Context) -> None:
        return None


@register
class Keep(MaskingFunction):
    """Leaves the value as it is: for what is found but need not be hidden."""

    name = "keep"
    needs_key = False
    reversible = True
    one_to_one = True

    def mask(self, text: str, context: Context) -> str:
        return text

    def unmask(self, text: str, context: Context) -> str:
        return text


@register
class Constant(MaskingFunction):
    """Puts the same text in the place of every value."""

    name = "constant"
    needs_key = False
    schema = parameters({"value": {"description": "the text", "type": "string"}}, "value")

    def mask(self, text: str, context: Context) -> str:
        return fitted(self.params["value"], context.constraint)
