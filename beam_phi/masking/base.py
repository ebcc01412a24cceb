"""What a masking function is: a value in, its replacement out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from jsonschema import Draft202012Validator

from beam_phi.library.constraint import ANY, Constraint
from beam_phi.masking.keys import MasterKey

Schema = Mapping[str, Any]


class MaskingError(Exception):
    """The value can't be masked by this rule; the file is quarantined.

    reason: a stable code. Neither it nor the text holds a value.
    """

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
    issuer: of an id that is not of the collection's own issuers, "" for all others: one id of two issuers is
        two ids.
    """

    data_class: str = ""
    subject: str = ""
    constraint: Constraint = ANY
    issuer: str = ""


NOWHERE = Context()


def parameters(properties: Mapping[str, Schema] | None = None, *required: str) -> Schema:
    """The JSON schema of a function's parameters: these, and no others."""
    return {
        "type": "object",
        "properties": dict(properties or {}),
        "required": list(required),
        "additionalProperties": False,
    }


class MaskingFunction(ABC):
    """One way to mask. Made once for each rule and worker process; the same value and context give the same
    result on every machine and run that has the same key.

    name: in the library and the annotation tables.
    schema: JSON schema of the parameters; each property has a description.
    needs_key: True if it can never work without the master key.
    reversible: True if :meth:`unmask` gives the value back, or its canonical form.
    one_to_one: True if two different (canonical) values never share a replacement, or only by the chance that
        two 60-bit digests are equal.
    recognisable: True if :meth:`recognises` tells this function's results from other texts.
    """

    name: ClassVar[str]
    schema: ClassVar[Schema] = parameters()
    needs_key: ClassVar[bool] = True
    reversible: bool = False
    one_to_one: bool = False
    recognisable: bool = False

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        """Raises RuleError on wrong or unknown parameters, or when a key is needed and missing.

        params: by name, as the library gives them; the schema's defaults stand in for absent ones.
        """
        if self.needs_key:
            self._required(key)
        self.params = _checked(self.name, self.schema, params)

    @abstractmethod
    def mask(self, text: str, context: Context) -> str | None:
        """The replacement; None deletes the value. Raises MaskingError if there is none."""

    def mask_many(self, texts: Sequence[str], context: Context) -> list[str | None]:
        """The replacement of each value, as by :meth:`mask`. Raises MaskingError if one has none."""
        return [self.mask(text, context) for text in texts]

    def unmask(self, text: str, context: Context) -> str:
        """The original value. Raises MaskingError if the function has no inverse or didn't make the text."""
        raise MaskingError("not-reversible", f"function {self.name} has no inverse")

    def exact(self, text: str) -> bool:
        """True if no other text is given the replacement of this one, save texts for which this is False."""
        return self.one_to_one

    def recognises(self, text: str, context: Context) -> bool:
        """True if the text looks like a result of this function; for functions that are `recognisable`."""
        return False

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "masking functions hold subkeys and are never pickled: build them where they are used"
        )

    @classmethod
    def _required(cls, key: MasterKey | None) -> MasterKey:
        if key is None:
            raise RuleError(f"function {cls.name} needs a master key")
        return key


def _checked(function: str, schema: Schema, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with defaults filled in. Raises RuleError that names the wrong ones."""
    faults = []
    for error in Draft202012Validator(schema).iter_errors(dict(params)):
        where = "".join(f"[{step}]" if isinstance(step, int) else f" {step}" for step in error.absolute_path)
        faults.append(f"parameter{where}: {error.message}" if where else error.message)
    if faults:
        raise RuleError(f"function {function}: {'; '.join(sorted(faults))}")
    defaults = {
        name: details["default"] for name, details in schema["properties"].items() if "default" in details
    }
    return {**defaults, **params}


def fitted(text: str, constraint: Constraint) -> str:
    """The text, if it may stand where it is to be put. Raises MaskingError ``unfit``."""
    if not constraint.accepts(text):
        raise MaskingError("unfit", "the replacement can't stand in this field")
    return text
