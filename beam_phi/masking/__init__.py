"""Replace what was found: masking functions behind a registry, and the keys they work under."""

# Each of these modules registers its functions.
from beam_phi.masking import (
    blur,
    ciphers,
    date_shift,
    digests,
    fpe,
    generalize,
    lookup,
    pseudonym,
    randomize,
    redact,
    simple,
    uid,
)
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
    "blur",
    "build",
    "ciphers",
    "date_shift",
    "digests",
    "dummy",
    "fpe",
    "functions",
    "generalize",
    "lookup",
    "pseudonym",
    "randomize",
    "redact",
    "register",
    "simple",
    "uid",
]
