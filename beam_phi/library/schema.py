"""The JSON schema of a library file, put together from the registries of matchers and masking functions.

Published as ``library.schema.json`` beside this module, so that editors check a library while it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args

from beam_phi.formats.encoding import Codec
from beam_phi.library.attributes import FIELD_ATTRIBUTES, FILE_ATTRIBUTES, IMAGE_ATTRIBUTES
from beam_phi.library.model import (
    DEVICE_DATES,
    DICOM_ACTIONS,
    DICOM_OPTIONS,
    LAYOUT_UNITS,
    PIXEL_IMAGES,
    PIXEL_POLICIES,
    QUARANTINE,
    ROLES,
    SAFE_HARBOR,
    SAFE_PRIVATE,
    SENSITIVITIES,
    TEXT_ENGINES,
)
from beam_phi.masking import functions
from beam_phi.matching import matcher_kinds

Schema = dict[str, Any]

_NAME: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"}
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 1 << 20}
_SIZE: Schema = {**_COUNT, "minimum": 1}
_FEW: Schema = {**_COUNT, "maximum": 100}
_LINE: Schema = {"type": "string", "pattern": r"^\S(?:[^\r\n]{0,126}\S)?\Z"}


@cache
def library_schema() -> Schema:
    """The schema of one file. What ``extends`` may supply is not required here but after merging."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "beam-phi rule library",
        **_object(
            {
                "name": {**_NAME, "description": "name of the library"},
                "version": {"type": ["string", "integer"], "description": "the library's own version"},
                "description": {"type": "string"},
                "extends": {
                    "type": "string",
                    "minLength": 1,
                    "description": "a built-in library, or a file relative to this one",
                },
                "classes": _named(_ref("class"), "kinds of PHI"),
                "rules": _named(_ref("rule"), "what becomes of them"),
                "dicom": _dicom(),
                "black_boxes": _named(_black_box(), "areas of pixels to paint out"),
                "pixels": _pixels(),
                "never": _list(_ref("field-selector"), "fields that nothing is searched or masked in"),
                "layouts": _named(_layout(), "where columns stand in text of fixed width"),
                "skip": _list(_selector(FILE_ATTRIBUTES), "files that are neither masked nor copied"),
            },
            "name",
        ),
        "$defs": {
            "class": _class(),
            "matcher": _matcher(),
            "rule": _rule(),
            "field-selector": _selector(FIELD_ATTRIBUTES),
        },
    }


def _class() -> Schema:
    return _object(
        {
            "rule": {"type": "string", "description": "name of the rule that masks it"},
            "matchers": _list(_ref("matcher"), "how it is found; replaces the parent's"),
            "add_matchers": _list(_ref("matcher"), "added to the parent's; replaces one of the same name"),
            "sensitivity": {"enum": list(SENSITIVITIES), "description": "how far it leads to its person"},
            "identifier": {"enum": ["", *SAFE_HARBOR], "description": "letter of 45 CFR 164.514(b)(2)(i)"},
            "role": {"enum": ["", *ROLES], "description": "part of a subject's identity that its values are"},
            "priority": {
                "type": "integer", "minimum": 0, "maximum": 100,
                "description": "the higher wins where findings overlap",
            },
        }
    )  # fmt: skip


def _matcher() -> Schema:
    common: Schema = {
        "kind": {"enum": list(matcher_kinds())},
        "name": {
            **_NAME,
            "description": "unique in its class; that of the built-in, or the kind, if left out",
        },
        "only": _list(_ref("field-selector"), "the fields it may look at"),
        "never": _list(_ref("field-selector"), "fields it may not look at"),
    }
    variants = [
        _variant("kind", kind, {**cls.schema, "properties": {**common, **cls.schema.get("properties", {})}})
        for kind, cls in matcher_kinds().items()
    ]
    return {"type": "object", "properties": {"kind": common["kind"]}, "required": ["kind"], "allOf": variants}


def _rule() -> Schema:
    function: Schema = {"enum": list(functions())}
    variants = []
    for name, cls in functions().items():
        required = ["params"] if cls.schema.get("required") else []
        variants.append(
            _variant("function", name, _object({"function": function, "params": dict(cls.schema)}, *required))
        )
    return {
        "type": "object",
        "properties": {"function": function},
        "required": ["function"],
        "allOf": variants,
    }


def _dicom() -> Schema:
    return _object(
        {
            "options": _choice(DICOM_OPTIONS, "options of PS3.15 Annex E"),
            "actions": {
                "type": "object",
                "additionalProperties": {"enum": list(DICOM_ACTIONS)},
                "description": 'keyword, (gggg,eeee) or (gggg,"CREATOR",ee): action code of Table E.1-1a, '
                "stronger than the table",
            },
            "safe_private": _choice(
                SAFE_PRIVATE, "lists of private elements that the option safe-private keeps; default ps3.15"
            ),
            "device_dates": {
                "enum": list(DEVICE_DATES),
                "description": "dates of a device under modified-dates: a fixed dummy (the default), or kept "
                "where device-identity keeps them",
            },
            "home_issuers": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "description": "issuers whose patient ids are those of tables and folders; an id of another "
                "issuer is another patient. Without any, issuers make no difference",
            },
            "quarantine": _choice(QUARANTINE, "kinds of objects that are refused; default all"),
        }
    )


def _choice(values: Sequence[str], description: str) -> Schema:
    return {
        "type": "array",
        "uniqueItems": True,
        "items": {"enum": list(values)},
        "description": description,
    }


def _pixels() -> Schema:
    return _object(
        {
            "images": {"enum": list(PIXEL_IMAGES), "description": "images that are searched for text"},
            "policy": {"enum": list(PIXEL_POLICIES), "description": "what of the text found is covered"},
            "engine": {"enum": list(TEXT_ENGINES), "description": "what finds and reads text"},
            "thorough": {"type": "boolean", "description": "a second detector, slower and surer"},
            "padding": {
                "type": "integer", "minimum": 0, "maximum": 64,
                "description": "pixels around a box at least",
            },
            "keep": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "description": "words that are marks or technique; added to the parent's",
            },
        }
    )  # fmt: skip


def _black_box() -> Schema:
    box = _object(
        {"x": _COUNT, "y": _COUNT, "width": _SIZE, "height": _SIZE}, "x", "y", "width", "height"
    )  # fmt: skip
    return _object(
        {"when": _selector(IMAGE_ATTRIBUTES), "boxes": {"type": "array", "minItems": 1, "items": box}},
        "when",
        "boxes",
    )


def _layout() -> Schema:
    column = _object(
        {
            "name": {**_LINE, "description": "heading of the column"},
            "start": {**_SIZE, "description": "its first character or byte, from 1"},
            "width": _SIZE,
        },
        "name",
        "start",
        "width",
    )
    record = _object(
        {
            "prefix": {
                "type": "string", "pattern": r"^[ -~]{0,64}\Z",
                "description": "what records of the type begin with; left out for all others",
            },
            "columns": {"type": "array", "minItems": 1, "items": column},
            "length": {
                **_SIZE, "description": "of the whole record; where its last column ends, if left out",
            },
        },
        "columns",
    )  # fmt: skip
    return _object(
        {
            "when": _selector(FILE_ATTRIBUTES),
            "records": {
                "type": "array", "minItems": 1, "items": record,
                "description": "types of records; one is of the first type whose prefix it has",
            },
            "unit": {"enum": list(LAYOUT_UNITS), "description": "of places and widths; default characters"},
            "encoding": {"enum": list(get_args(Codec)), "description": "of the files; judged if left out"},
            "header": {**_FEW, "description": "lines before the first record"},
            "trailer": {**_FEW, "description": "lines after the last record"},
            "trimmed": {"type": "boolean", "description": "records may lack blanks at their end"},
        },
        "when",
        "records",
    )  # fmt: skip


def _selector(attributes: Mapping[str, str]) -> Schema:
    pattern: Schema = {"type": ["string", "integer"]}
    listed = {"type": ["string", "integer", "array"], "items": pattern, "minItems": 1}
    return {
        **_object({name: {**listed, "description": meaning} for name, meaning in attributes.items()}),
        "minProperties": 1,
    }


def _variant(key: str, value: str, schema: Mapping[str, Any]) -> Schema:
    """`schema` holds where `key` has the `value`."""
    return {
        "if": {"type": "object", "properties": {key: {"const": value}}, "required": [key]},
        "then": dict(schema),
    }


def _object(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _named(body: Schema, description: str) -> Schema:
    return {
        "type": "object",
        "propertyNames": _NAME,
        "additionalProperties": body,
        "description": description,
    }


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
