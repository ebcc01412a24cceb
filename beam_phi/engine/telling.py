"""What a scope offers for telling whom it is about."""

from __future__ import annotations

from beam_phi.formats import Field, Referring, Scope, Telling


def all_fields(scope: Scope) -> list[Field]:
    """The fields of a scope, and those that only tell whom it is about."""
    # Asked of each file: isinstance() of a protocol would cost more than the answer.
    telling: Telling | None = scope if hasattr(scope, "hidden") else None  # type: ignore[assignment]
    return [*scope.fields(), *(telling.hidden() if telling else ())]


def about(scope: Scope, name: str) -> tuple[str, ...]:
    """What other files of the same folder call those whom a scope is about. name: of the file."""
    if not hasattr(scope, "about"):
        return ()
    referring: Referring = scope  # type: ignore[assignment]
    folder = name.rpartition("/")[0]
    return tuple(f"{folder}|{called}" for called in referring.about())
