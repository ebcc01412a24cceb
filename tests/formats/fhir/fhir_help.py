"""What the tests of FHIR share."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from beam_phi.formats import fhir
from beam_phi.formats.document import Field, Source
from beam_phi.formats.fhir import FhirScope


def scopes(data: bytes | dict[str, Any] | list[Any]) -> list[FhirScope]:
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    found = list(fhir.open(Source(io.BytesIO(data), len(data))).scopes())
    assert all(isinstance(scope, FhirScope) for scope in found)
    return found  # type: ignore[return-value]


def rendered(found: Sequence[FhirScope]) -> bytes:
    return b"".join(part for scope in found for part in scope.render() if isinstance(part, bytes))


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
