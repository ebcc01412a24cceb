"""What a masking function is: a value in, its replacement out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from beam_phi.library.constraint import ANY, Constraint
from beam_phi.masking.keys import MasterKey


class MaskingError(Exception):
    """The value can't be masked by this rule; the file is quarantined. ``reason`` is a stable code, no value in it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RuleError(ValueError):
    """A rule's parameters in the library are wrong; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a masking function may know beside the value.

    data_class: what the value is.
    subject: canonical key of the person the value is about ("" when unknown); date shifts depend on it.
    constraint: what the replacement must obey.
    """

    data_class: str = ""
    subject: str = ""
    constraint: Constraint = ANY


class MaskingFunction(ABC):
    """One way to mask. Made once for each rule and worker process; the same value and context give the same result on
    every machine and run that has the same key.

    name: in the library and the annotation tables.
    needs_key: True if it can't work without the master key.
    reversible: True if :meth:`unmask` gives the value back.
    one_to_one: True if two different (canonical) values never share a replacement.
    """

    name: ClassVar[str]
    needs_key: ClassVar[bool] = True
    reversible: ClassVar[bool] = False
    one_to_one: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        """Raises RuleError on wrong or unknown parameters, or when the key is missing."""

    @abstractmethod
    def mask(self, text: str, context: Context) -> str | None:
        """The replacement; None deletes the value. Raises MaskingError if there is none."""

    def unmask(self, text: str, context: Context) -> str:
        """The original value. Raises MaskingError where the function has no inverse or the text is none of its own."""
        raise MaskingError("not-reversible", f"function {self.name} has no inverse")
