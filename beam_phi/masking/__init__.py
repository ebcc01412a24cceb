"""Replace what was found: masking functions behind a registry, and the keys they work under."""

from beam_phi.masking import ciphers, digests, fpe, pseudonym, redact, simple, uid
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
    "ciphers",
    "digests",
    "dummy",
    "fpe",
    "functions",
    "pseudonym",
    "redact",
    "register",
    "simple",
    "uid",
]
