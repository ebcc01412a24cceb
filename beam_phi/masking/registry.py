"""The masking functions by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from beam_phi.library.model import RuleSpec
from beam_phi.masking.base import MaskingFunction, RuleError, Schema
from beam_phi.masking.keys import MasterKey

_FUNCTIONS: dict[str, type[MaskingFunction]] = {}
_F = TypeVar("_F", bound=type[MaskingFunction])


def register(function: _F) -> _F:
    """Class decorator: the library may name this function from now on. A name can't be taken twice."""
    if function.name in _FUNCTIONS:
        raise ValueError(f"a masking function named {function.name} exists")
    _FUNCTIONS[function.name] = function
    return function


def functions() -> Mapping[str, type[MaskingFunction]]:
    """All masking functions by name."""
    return MappingProxyType(_FUNCTIONS)


def build(rule: RuleSpec, key: MasterKey | None) -> MaskingFunction:
    """The function of a rule, ready to mask. Raises RuleError that names the rule and what is wrong in it."""
    function = _FUNCTIONS.get(rule.function)
    if function is None:
        raise RuleError(
            f"rule {rule.name}: no masking function {rule.function!r}; there are {', '.join(_FUNCTIONS)}"
        )
    try:
        return function(rule.params, key)
    except RuleError as error:
        raise RuleError(f"rule {rule.name}: {error}") from None


def alternative_schema(description: str) -> Schema:
    """JSON schema of a parameter that holds another function, for values that the first one can't mask."""
    return {
        "description": description,
        "type": "object",
        "properties": {"function": {"type": "string"}, "params": {"type": "object"}},
        "required": ["function"],
        "additionalProperties": False,
    }


def alternative(spec: Mapping[str, Any] | None, where: str, key: MasterKey | None) -> MaskingFunction | None:
    """The function that a parameter names; None if there is no such parameter. Raises RuleError."""
    if spec is None:
        return None
    return build(RuleSpec(where, spec["function"], spec.get("params") or {}), key)
