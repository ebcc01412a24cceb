"""The form of a library file: what its schema says of it, in plain words, at the place it is about."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from beam_phi.library.schema import library_schema
from beam_phi.library.source import Path, Problem, Tree

#: Longest list of allowed names that a message spells out.
_SPELLED_OUT = 12


def form(tree: Tree) -> list[Problem]:
    """What the schema says of one file."""
    return [problem for error in _validator().iter_errors(tree.data) for problem in _explained(error, tree)]


def suggestion(name: str, names: Collection[str]) -> str:
    """``; did you mean 'x'?`` where one of the names is close, else the list of them, if short."""
    close = difflib.get_close_matches(name, names, 1, 0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(names)}" if 0 < len(names) <= _SPELLED_OUT else ""


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(library_schema())


def _explained(error: ValidationError, tree: Tree) -> Iterator[Problem]:
    """A schema error in plain words, at the key or value it is about."""
    path: Path = tuple(error.absolute_path)
    where = tree.mark(path)
    instance: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            schema: Any = error.schema
            allowed = sorted(schema["properties"])
            for key in sorted(set(instance) - set(allowed)):
                yield Problem(tree.key_mark((*path, key)), f"unknown key {key!r}{suggestion(key, allowed)}")
        case "required":
            for key in wanted:
                if key not in instance:
                    yield Problem(where, f"key {key!r} is missing{_in(path)}")
        case "enum":
            names = [name for name in wanted if name]
            if isinstance(instance, str):
                yield Problem(where, f"{_last(path)}: unknown {instance!r}{suggestion(instance, names)}")
            else:
                yield Problem(where, f"{_last(path)}: expected one of {', '.join(names)}")
        case "type":
            yield Problem(where, f"{_last(path)}: expected {_kind(wanted)}")
        case "oneOf":
            choices = [name for choice in wanted for name in choice.get("required", ())]
            yield Problem(where, f"give exactly one of {', '.join(choices)}{_in(path)}")
        case _ if "propertyNames" in error.absolute_schema_path:
            yield Problem(
                tree.key_mark((*path, instance)),
                "a name has letters, digits, '.', '_' and '-', at most 64",
            )
        case _:
            yield Problem(where, f"{_last(path)}: {error.message}")


def _kind(types: str | list[str]) -> str:
    words = {
        "object": "a mapping",
        "array": "a list",
        "string": "a text (in quotes if it looks like a number or a truth value)",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
    }
    return " or ".join(words.get(name, name) for name in ([types] if isinstance(types, str) else types))


def _last(path: Path) -> str:
    """The key a value stands under, as messages call it."""
    names = [step for step in path if isinstance(step, str)]
    return names[-1] if names else "library"


def _in(path: Path) -> str:
    return f" in {_last(path)!r}" if path else ""
