"""FHIR resources as XML (R4, 2.6.1): the same content as in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

_NAMESPACE = "http://hl7.org/fhir"


def xml(resource: Mapping[str, Any]) -> str:
    """The file's text, an element a line."""
    lines = _resource(resource, f' xmlns="{_NAMESPACE}"')
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(f"{line}\n" for line in lines)


def _resource(resource: Mapping[str, Any], attributes: str = "") -> Iterator[str]:
    kind = resource["resourceType"]
    yield f"<{kind}{attributes}>"
    for name, value in resource.items():
        if name != "resourceType":
            yield from _element(name, value)
    yield f"</{kind}>"


def _element(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _element(name, each)
    elif name == "div":
        yield value
    elif not isinstance(value, Mapping):
        yield f"<{name} value={quoteattr(str(value))}/>"
    else:
        yield f"<{name}>"
        if "resourceType" in value:
            yield from _resource(value)
        else:
            for inner, content in value.items():
                yield from _element(inner, content)
        yield f"</{name}>"
