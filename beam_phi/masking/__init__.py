"""Replace what was found: masking functions behind a registry, and the keys they work under."""

from beam_phi.masking import redact, simple
from beam_phi.masking.base import NOWHERE, Context, MaskingError, MaskingFunction, RuleError
from beam_phi.masking.dummies import dummy
from beam_phi.masking.keys import KeyRefError, MasterKey
from beam_phi.masking.registry import build, functions, register

__all__ = [
    "NOWHERE",
    "Context",
    "KeyRefError",
    "MaskingError",
    "MaskingFunction",
    "MasterKey",
    "RuleError",
    "build",
    "dummy",
    "functions",
    "redact",
    "register",
    "simple",
]
