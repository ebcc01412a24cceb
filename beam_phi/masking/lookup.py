"""Replacements from a table of your own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beam_phi.masking.base import Context, MaskingError, MaskingFunction, RuleError, fitted, parameters
from beam_phi.masking.keys import MasterKey
from beam_phi.masking.registry import alternative, alternative_schema, register


@register
class Lookup(MaskingFunction):
    """Puts what a table says in the place of the value; the table, read the other way, gives it back.

    Values are compared without the blanks around them. A value may stand in the table once.
    """

    name = "lookup"
    needs_key = False
    schema = parameters(
        {
            "file": {
                "description": "value and replacement in UTF-8, with tabs in .tsv and .txt, else commas",
                "type": "string",
            },
            "pairs": {
                "description": "the table itself",
                "type": "object",
                "additionalProperties": {"type": "string"},
            },
            "ignore_case": {"description": "of the values", "type": "boolean", "default": False},
            "default": alternative_schema(
                "masks values that are not in the table; without it they are an error"
            ),
        }
    )

    def __init__(self, params: Mapping[str, Any], key: MasterKey | None) -> None:
        super().__init__(params, key)
        if ("file" in self.params) == ("pairs" in self.params):
            raise RuleError("function lookup: needs one of the parameters file and pairs")
        rows = list(self.params["pairs"].items()) if "pairs" in self.params else _read(self.params["file"])
        self._replacements: dict[str, str] = {}
        for value, replacement in rows:
            if self._replacements.setdefault(self._form(value), replacement) != replacement:
                raise RuleError("function lookup: a value has two replacements")
        self._values = {replacement: value.strip() for value, replacement in rows}
        self._default = alternative(self.params.get("default"), "parameter default", key)
        distinct = len(self._values) == len(self._replacements)
        self.reversible = distinct
        # A default may give what the table gives too.
        self.one_to_one = distinct and self._default is None

    def mask(self, text: str, context: Context) -> str | None:
        replacement = self._replacements.get(self._form(text))
        if replacement is not None:
            return fitted(replacement, context.constraint)
        if self._default is None:
            raise MaskingError("lookup-missing", "the value is not in the table")
        return self._default.mask(text, context)

    def unmask(self, text: str, context: Context) -> str:
        if not self.reversible:
            raise MaskingError("not-reversible", "two values of the table share a replacement")
        if text in self._values:
            return self._values[text]
        if self._default is None:
            raise MaskingError("not-ours", "the text is no replacement of the table")
        return self._default.unmask(text, context)

    def exact(self, text: str) -> bool:
        return self.one_to_one and self._form(text) == text

    def _form(self, text: str) -> str:
        return text.strip().casefold() if self.params["ignore_case"] else text.strip()


def _read(name: str) -> list[tuple[str, str]]:
    path = Path(name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t" if path.suffix.lower() in (".tsv", ".txt") else ","))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RuleError(f"function lookup: parameter file: can't be read ({type(error).__name__})") from None
    for number, row in enumerate(rows, 1):
        if row and len(row) != 2:
            raise RuleError(f"function lookup: parameter file: row {number} has {len(row)} columns, not 2")
    return [(row[0], row[1]) for row in rows if row]
