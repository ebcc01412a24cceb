"""Pseudonyms: a keyed choice from a list of replacements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from beam_phi.identity.canonical import fold
from beam_phi.library.constraint import Constraint
from beam_phi.masking.base import Context, MaskingError, MaskingFunction, RuleError, fitted, parameters
from beam_phi.masking.fpe import REMEMBERED
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.names import NameMasker, alphabetic_group
from beam_phi.masking.prf import Prf
from beam_phi.masking.registry import register
from beam_phi.masking.surrogates import surrogates

#: Characters of one component group of a DICOM PN value (PS3.5, 6.2).
PN_GROUP_LENGTH = 64


@register
class Pseudonym(MaskingFunction):
    """Puts an invented name in the place of each name, the same for all spellings and cases of it.

    ``name``: persons, token by token, in the form and case of the field. ``organization``: invented
    hospitals. ``list``: entries of a list of your own, chosen by the whole value. A list is shorter than the
    world, so two values can get one pseudonym.
    """

    name = "pseudonym"
    schema = parameters(
        {
            "kind": {
                "description": "what is named",
                "enum": ["name", "organization", "list"],
                "default": "name",
            },
            "file": {"description": "kind list: a text file of one entry a line, UTF-8", "type": "string"},
            "values": {
                "description": "kind list: the entries themselves",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
            },
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        key = self._required(key)
        kind = self.params["kind"]
        if kind != "list" and {"file", "values"} & self.params.keys():
            raise RuleError("function pseudonym: parameters file and values go with kind list")
        self._masked: Callable[[str, Constraint], str]
        if kind == "name":
            self._names = NameMasker(key)
            self._masked = self._person
        else:
            self._list = surrogates("organizations") if kind == "organization" else self._read_list()
            self._prf = Prf(key.subkey(kind))
            self._fitting: Callable[[Constraint, bool], Sequence[str]] = lru_cache(256)(self._fit)
            self._masked = lru_cache(REMEMBERED)(self._entry)

    def mask(self, text: str, context: Context) -> str:
        return self._masked(text, context.constraint)

    def _person(self, text: str, constraint: Constraint) -> str:
        if "=" in text and ("^" in text or constraint.kind == "name"):
            text = alphabetic_group(text)
        masked = self._names.mask(text)
        limits = [constraint.max_length, PN_GROUP_LENGTH if constraint.kind == "name" else None]
        limit = min((limit for limit in limits if limit is not None), default=len(masked))
        if len(masked) > limit:
            # Part of a surrogate is as good as all of it.
            masked = masked[:limit].rstrip(" ^,-")
        return fitted(masked, constraint)

    def _entry(self, text: str, constraint: Constraint) -> str:
        """The entry that the folded words of the text choose, among those that fit and are another text."""
        folded = _words(text)
        entries = self._fitting(constraint, text.isupper())
        if not entries or (len(entries) == 1 and _words(entries[0]) == folded):
            raise MaskingError("unfit", "no entry of the list can stand in this field")
        index = self._prf.below(len(entries), folded)
        if _words(entries[index]) == folded:
            index = (index + 1) % len(entries)
        return entries[index]

    def _fit(self, constraint: Constraint, upper: bool) -> list[str]:
        """The entries a field takes, in capital letters where its value was."""
        entries = [entry.upper() for entry in self._list] if upper else self._list
        return [entry for entry in entries if constraint.accepts(entry)]

    def _read_list(self) -> Sequence[str]:
        if ("file" in self.params) == ("values" in self.params):
            raise RuleError("function pseudonym: kind list needs one of the parameters file and values")
        if "values" in self.params:
            entries: list[str] = list(self.params["values"])
        else:
            try:
                lines = Path(self.params["file"]).read_text("utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                fault = type(error).__name__
                raise RuleError(f"function pseudonym: parameter file: can't be read ({fault})") from None
            entries = [line.strip() for line in lines if line.strip()]
        distinct = {_words(entry): entry for entry in entries}
        if len(distinct) < 2:
            raise RuleError("function pseudonym: a list needs two different entries")
        return list(distinct.values())


def _words(text: str) -> str:
    """The folded words of a text, in order."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
