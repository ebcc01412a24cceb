"""Write the table of masking functions into ``docs/library.md``, from the registry."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from beam_phi.masking import functions

DOCS = Path(__file__).resolve().parent.parent / "docs" / "library.md"
START, END = "<!-- functions: written by tools/make_library_docs.py -->\n", "<!-- end of functions -->\n"


def function_tables() -> str:
    """What stands between the two marks."""
    return "\n".join(_section(name) for name in sorted(functions())) + "\n"


def with_tables(text: str) -> str:
    """The text with what stands between the marks brought up to date."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{function_tables()}{END}{after}"


def _section(name: str) -> str:
    function = functions()[name]
    said = inspect.cleandoc(function.__doc__ or "").replace("``", "`")
    lines = [f"#### `{name}`", "", said, ""]
    properties = function.schema["properties"]
    if properties:
        lines += ["| parameter | value | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [_row(key, details, function.schema["required"]) for key, details in properties.items()]
        lines += [""]
    return "\n".join(lines)


def _row(key: str, details: dict[str, Any], required: list[str]) -> str:
    default = f"`{json.dumps(details['default'])}`" if "default" in details else ""
    given = "required" if key in required else default
    return f"| `{key}` | {_value(details)} | {given} | {details['description']} |"


def _value(details: dict[str, Any]) -> str:
    if "enum" in details:
        return ", ".join(f"`{value}`" for value in details["enum"])
    if "function" in details.get("properties", {}):
        return "a function: `{function: …, params: {…}}`"
    limits = [f"{details[key]}" for key in ("minimum", "maximum") if key in details]
    kind = {
        "object": "mapping",
        "array": "list",
        "string": "text",
        "integer": "whole number",
        "boolean": "true, false",
    }
    return " ".join(
        (
            kind.get(details["type"], details["type"]),
            *(["from", " to ".join(limits)] if len(limits) == 2 else []),
        )
    )


if __name__ == "__main__":
    DOCS.write_text(with_tables(DOCS.read_text("utf-8")), "utf-8")
