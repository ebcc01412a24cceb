"""The JSON schema of a library file, put together from the registries of matchers and masking functions.

Published as ``library.schema.json`` beside this module, so that editors check a library while it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args

from beam_phi.formats.encoding import Codec
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

#: What a content filter or a `field` matcher can select by.
FIELD_ATTRIBUTES: Mapping[str, str] = {
    "format": "dicom, dicom-json, dicom-xml, delimited, hl7, fhir, x12, cda, xml, json, text or path",
    "keyword": "DICOM: keyword of the attribute (PS3.6), empty for a private one",
    "tag": "DICOM: tag as (gggg,eeee)",
    "vr": "DICOM: value representation (PS3.5 6.2)",
    "creator": "DICOM: private creator, empty for a standard attribute",
    "calendar": "path: year, year-month, month or day in a tree of dates, 2013/07/13",
    "column": "CSV, TSV: column heading as it stands in the file",
    "column_key": "CSV, TSV: column heading in lower case, letters and digits only; XML, JSON: the same of "
    "the name of the element, attribute or member",
    "place": "HL7 v2, FHIR, X12, CDA and XML: a place in short, e.g. PID-5.1, Patient.name.family, NM1*QC-03 "
    "or //patientRole/id; goes with one format",
    "index": "CSV, TSV: number of the column, counted from 1",
    "part": "path: number of the part, counted from 0; CSV, TSV: header or cell; fixed width: cell, "
    "between or around; text: paragraph; XML: text, attribute, comment or instruction",
    "kind": "path: folder or file",
    "segment": "HL7 v2, X12: name of the segment",
    "occurrence": "HL7 v2: number of the segment among those of its name, from 1; none beyond 9",
    "field": "HL7 v2: number of the field, from 1",
    "repetition": "HL7 v2: number of the repetition, from 1; none beyond 9",
    "component": "HL7 v2, X12: number of the component, from 1",
    "subcomponent": "HL7 v2: number of the subcomponent, from 1",
    "type": "HL7 v2: data type of the field, e.g. XPN; FHIR: type of the value; CDA: HL7 v3 data type, e.g. "
    "PN; X12: data type, e.g. AN",
    "leaf": "HL7 v2: data type of the component or subcomponent, e.g. FN",
    "table": "HL7 v2: number of the table of its codes, empty if there is none",
    "issuer": "HL7 v2: assigning authority of a patient's id; CDA: OID it was given under; FHIR: its system",
    "path": "XML: names of the elements from the root, / between them; FHIR: names from the resource on, "
    "dots between them; JSON: JSONPath with [*] for all numbers",
    "element": "XML, FHIR: name of the element; X12: number of the element, two digits",
    "parent": "XML: name of the element around it; FHIR: type of the object around it",
    "attribute": "XML: name of the attribute",
    "root": "CDA: OID of an identifier",
    "resource": "FHIR: type of the resource",
    "system": "FHIR: system of an identifier or contact point",
    "qualifier": "X12: code in the segment that says what it is of, e.g. QC in NM1*QC",
    "transaction": "X12: number of the transaction set, e.g. 837",
    "loop": "X12: loop, where it is surely known",
}

#: What a black box rule can select by.
IMAGE_ATTRIBUTES: Mapping[str, str] = {
    "modality": "Modality (0008,0060)",
    "manufacturer": "Manufacturer (0008,0070)",
    "model": "ManufacturerModelName (0008,1090)",
    "station": "StationName (0008,1010)",
    "rows": "Rows (0028,0010)",
    "columns": "Columns (0028,0011)",
    "sop_class": "SOPClassUID (0008,0016)",
    "image_type": "ImageType (0008,0008), with \\ between its values",
    "series_description": "SeriesDescription (0008,103E)",
    "protocol": "ProtocolName (0018,1030)",
    "burned_in": "BurnedInAnnotation (0028,0301)",
    "window_width": "WindowWidth (0028,1051), with \\ between its values",
    "dose_comments": "CommentsOnRadiationDose (0040,0310)",
    "path": "relative path of the file, / between its parts",
}

#: What `skip` and `layouts` can select by.
FILE_ATTRIBUTES: Mapping[str, str] = {
    "path": "relative path of the file, / between its parts",
    "format": "the format detected, or unknown",
}

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
