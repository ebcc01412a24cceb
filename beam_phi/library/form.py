"""A library as plain data, the form it has in YAML: there and back, and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import yaml

from beam_phi.library.dictionary import canonical
from beam_phi.library.model import (
    BlackBoxRule,
    Box,
    DataClass,
    DicomSpec,
    FixedColumn,
    LayoutSpec,
    Library,
    MatcherSpec,
    PixelSpec,
    RecordType,
    RuleSpec,
    Selector,
)
from beam_phi.library.source import CORE

#: The parameter that names a file, of whatever matcher or masking function.
FILE_PARAMETER = "file"
_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
_MATCHER_KEYS = frozenset({"kind", "name", "only", "never"})


def matcher_name(data: Mapping[str, Any]) -> str:
    """The name of a matcher: given, or that of the built-in it uses, or its kind."""
    return str(data.get("name") or data.get("builtin") or data["kind"])


def rule_of(name: str, data: Mapping[str, Any]) -> RuleSpec:
    """The rule of its data."""
    return RuleSpec(name, data["function"], data.get("params", {}))


def data_class_of(name: str, data: Mapping[str, Any]) -> DataClass:
    """The data class of its data."""
    plain = {key: data[key] for key in ("sensitivity", "identifier", "role", "priority") if key in data}
    matchers = tuple(matcher_of(body) for body in data.get("matchers", ()))
    return DataClass(name=name, rule=data["rule"], matchers=matchers, **plain)


def matcher_of(data: Mapping[str, Any]) -> MatcherSpec:
    """The matcher of its data: all keys but its kind, name and filters are parameters."""
    return MatcherSpec(
        kind=data["kind"],
        name=matcher_name(data),
        params={key: value for key, value in data.items() if key not in _MATCHER_KEYS},
        only=_selectors(data.get("only", ())),
        never=_selectors(data.get("never", ())),
    )


def with_pixels(library: Library, **settings: Any) -> Library:
    """The library with other settings of ``pixels``, and the digest of that."""
    changed = replace(library, pixels=replace(library.pixels, **settings))
    return replace(changed, digest=digest(changed))


def from_data(data: Mapping[str, Any]) -> Library:
    """The library of valid, merged data, with its digest."""
    dicom = data.get("dicom", {})
    library = Library(
        name=data["name"],
        digest="",
        description=data.get("description", ""),
        version=str(data.get("version", "1")),
        classes={name: data_class_of(name, body) for name, body in data.get("classes", {}).items()},
        rules={name: rule_of(name, body) for name, body in data.get("rules", {}).items()},
        dicom=DicomSpec(
            frozenset(dicom.get("options", ())),
            {canonical(attribute): action for attribute, action in dicom.get("actions", {}).items()},
            frozenset(dicom.get("safe_private", DicomSpec().safe_private)),
            dicom.get("device_dates", DicomSpec().device_dates),
            tuple(dicom.get("home_issuers", ())),
            quarantine=frozenset(dicom.get("quarantine", DicomSpec().quarantine)),
        ),
        black_boxes=tuple(
            BlackBoxRule(name, Selector.of(body["when"]), tuple(Box(**box) for box in body["boxes"]))
            for name, body in data.get("black_boxes", {}).items()
        ),
        pixels=_pixels(data.get("pixels", {})),
        never=_selectors(data.get("never", ())),
        skip=_selectors(data.get("skip", ())),
        layouts=tuple(_layout(name, body) for name, body in data.get("layouts", {}).items()),
    )
    return replace(library, digest=digest(library))


def to_data(library: Library) -> dict[str, Any]:
    """The data that :func:`from_data` makes the same library of, with nothing left to ``extends``."""
    return {
        "name": library.name,
        "version": library.version,
        "description": library.description,
        "rules": {
            rule.name: {"function": rule.function, "params": dict(rule.params)}
            for rule in library.rules.values()
        },
        "classes": {name: _class_data(data_class) for name, data_class in library.classes.items()},
        "dicom": _dicom_data(library.dicom),
        "black_boxes": {
            rule.name: {"when": _selector_data(rule.when), "boxes": [asdict(box) for box in rule.boxes]}
            for rule in library.black_boxes
        },
        "pixels": {**asdict(library.pixels), "keep": list(library.pixels.keep)},
        "never": [_selector_data(selector) for selector in library.never],
        "skip": [_selector_data(selector) for selector in library.skip],
        # Left out where there are none: the digests of such libraries are those of earlier versions.
        **(
            {"layouts": {spec.name: _layout_data(spec) for spec in library.layouts}}
            if library.layouts
            else {}
        ),
    }


def dump(library: Library) -> str:
    """The fully resolved library as YAML; it loads back to an equal one."""
    text = yaml.dump(to_data(library), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return f"# digest: {library.digest}\n{text}"


def digest(library: Library) -> str:
    """SHA-256 (hex) over the library's canonical JSON, where the digest of its content stands for a file."""
    content = json.dumps(
        _with_file_digests(to_data(library)), sort_keys=True, ensure_ascii=True, separators=(",", ":")
    )
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def _selectors(data: Sequence[Mapping[str, Any]]) -> tuple[Selector, ...]:
    return tuple(Selector.of(mapping) for mapping in data)


def _dicom_data(spec: DicomSpec) -> dict[str, Any]:
    return {
        "options": sorted(spec.options),
        "actions": dict(spec.actions),
        "safe_private": sorted(spec.safe_private),
        "device_dates": spec.device_dates,
        "home_issuers": list(spec.home_issuers),
        "quarantine": sorted(spec.quarantine),
    }


def _pixels(data: Mapping[str, Any]) -> PixelSpec:
    return PixelSpec(**{**data, "keep": tuple(str(word) for word in data.get("keep", ()))})


def _layout(name: str, data: Mapping[str, Any]) -> LayoutSpec:
    records = tuple(_record_type(record) for record in data["records"])
    return LayoutSpec(**{**data, "name": name, "when": Selector.of(data["when"]), "records": records})


def _record_type(data: Mapping[str, Any]) -> RecordType:
    """A record ends with its last column if nothing else is said."""
    columns = tuple(FixedColumn(**column) for column in data["columns"])
    return RecordType(
        columns, data.get("length", max(column.end for column in columns)), data.get("prefix", "")
    )


def _layout_data(spec: LayoutSpec) -> dict[str, Any]:
    records = [
        {
            "prefix": record.prefix,
            "length": record.length,
            "columns": [asdict(column) for column in record.columns],
        }
        for record in spec.records
    ]
    return {
        "when": _selector_data(spec.when),
        "unit": spec.unit,
        **({"encoding": spec.encoding} if spec.encoding else {}),
        "header": spec.header,
        "trailer": spec.trailer,
        "trimmed": spec.trimmed,
        "records": records,
    }


def _class_data(data_class: DataClass) -> dict[str, Any]:
    return {
        "rule": data_class.rule,
        "sensitivity": data_class.sensitivity,
        "identifier": data_class.identifier,
        "role": data_class.role,
        "priority": data_class.priority,
        "matchers": [_matcher_data(spec) for spec in data_class.matchers],
    }


def _matcher_data(spec: MatcherSpec) -> dict[str, Any]:
    filters = {"only": spec.only, "never": spec.never}
    return {
        "kind": spec.kind,
        "name": spec.name,
        **spec.params,
        **{key: [_selector_data(s) for s in selectors] for key, selectors in filters.items() if selectors},
    }


def _selector_data(selector: Selector) -> dict[str, Any]:
    listed: dict[str, list[str]] = {}
    for attribute, pattern in selector.patterns:
        listed.setdefault(attribute, []).append(pattern)
    return dict(listed)


def _with_file_digests(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {
            key: _file_digest(value)
            if key == FILE_PARAMETER and isinstance(value, str)
            else _with_file_digests(value)
            for key, value in data.items()
        }
    return [_with_file_digests(value) for value in data] if isinstance(data, list) else data


def _file_digest(path: str) -> str:
    with Path(path).open("rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and quotes all texts that YAML 1.1 or 1.2 could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """In double quotes, which escape them, if there are line breaks of Unicode in it."""
        style = '"' if _BREAKS.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)

for _tag, _form, _first in CORE:
    _Dumper.add_implicit_resolver(_tag, _form, _first)
