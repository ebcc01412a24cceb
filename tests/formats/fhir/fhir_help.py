"""What the tests of FHIR share."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any
from xml.sax.saxutils import quoteattr

from support.scopes import rendered

from beam_phi.formats import fhir
from beam_phi.formats.document import Field, Source
from beam_phi.formats.fhir import FhirScope


def scopes(data: bytes | dict[str, Any] | list[Any]) -> list[FhirScope]:
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    found = list(fhir.open(Source(io.BytesIO(data), len(data))).scopes())
    assert all(isinstance(scope, FhirScope) for scope in found)
    return found  # type: ignore[return-value]


def offered(data: bytes | dict[str, Any] | list[Any]) -> list[Field]:
    return [field for scope in scopes(data) for field in scope.fields()]


def classes(data: bytes | dict[str, Any] | list[Any]) -> dict[str, tuple[str | None, str]]:
    """Location -> data class and text."""
    return {field.location: (field.type.data_class, field.text) for field in offered(data)}


def masked(data: bytes | dict[str, Any], change: Callable[[Field], str | None]) -> Any:
    """What a JSON reader reads after `change` of all fields; None leaves a field alone."""
    found = scopes(data)
    for scope in found:
        for field in scope.fields():
            new = change(field)
            if new is not None:
                assert scope.replace(field, new) == new
    return json.loads(rendered(found))


def to_xml(resource: dict[str, Any]) -> bytes:
    """The same resource in XML."""
    return f'<?xml version="1.0"?>\n{_element(resource["resourceType"], resource, FHIR_NAMESPACE)}\n'.encode()


FHIR_NAMESPACE = ' xmlns="http://hl7.org/fhir"'


def _element(name: str, value: Any, attributes: str = "") -> str:
    if not isinstance(value, dict):
        return f"<{name}{attributes} value={quoteattr(_text(value))}/>"
    is_resource = "resourceType" in value
    for attribute in ("id", "url") if not is_resource else ():
        if attribute in value and (attribute == "id" or name in ("extension", "modifierExtension")):
            attributes += f" {attribute}={quoteattr(value[attribute])}"
            value = {key: each for key, each in value.items() if key != attribute}
    return f"<{name}{attributes}>{''.join(_members(value))}</{name}>"


def _members(value: dict[str, Any]) -> Iterator[str]:
    for key, each in value.items():
        if key == "resourceType" or (key.startswith("_") and key[1:] in value):
            continue
        name = key.removeprefix("_")
        plain = each if key == name else None
        beside = value.get(f"_{name}")
        many = isinstance(each, list)
        pairs = zip_longest(plain or [], beside or []) if many else [(plain, beside)]
        for item, extra in pairs:
            yield _member(name, item, extra)


def _member(name: str, item: Any, extra: Any) -> str:
    if name == "div":
        return str(item)
    if isinstance(item, dict) and "resourceType" in item:
        return f"<{name}>{_element(item['resourceType'], item)}</{name}>"
    value = "" if item is None else f" value={quoteattr(_text(item))}"
    if extra:
        return _element(name, extra, value)
    return _element(name, item) if item is not None else f"<{name}/>"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
