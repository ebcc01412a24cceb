"""The look at a file before any is masked: whom it is about, for the other files of its collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from beam_phi.engine.embedded import DEEPEST
from beam_phi.engine.members import format_of, name_of
from beam_phi.engine.paths import PathMasker
from beam_phi.engine.people import Registry, Sighting
from beam_phi.engine.plan import Planner
from beam_phi.engine.subjects import Subjects
from beam_phi.formats import (
    FORMATS,
    Container,
    Document,
    Field,
    Referring,
    Scope,
    Source,
    Telling,
    open_container,
    open_document,
)
from beam_phi.formats.container import Budget
from beam_phi.library.model import Library


class Sighter:
    """Reads files under one library. Pictures are not looked at, nor documents in values."""

    def __init__(
        self, library: Library, planner: Planner, subjects: Subjects, paths: PathMasker, registry: Registry
    ) -> None:
        self._library = library
        self._planner = planner
        self._subjects = subjects
        self._paths = paths
        self._registry = registry

    def of_file(
        self, name: str, format_: str, source: Source, budget: Budget, depth: int = 0
    ) -> Iterator[Sighting]:
        """First what the path tells. budget, depth: of the archives that the file lies in.

        Raises FormatError.
        """
        if told := self._registry.sighting(self._paths.subject(name)):
            yield told
        container = open_container(format_, source)
        if container is not None:
            yield from self._of_members(container, name, budget, depth)
        else:
            yield from self._of_scopes(open_document(format_, source, self._library.dicom), name)

    def _of_members(self, container: Container, name: str, budget: Budget, depth: int) -> Iterator[Sighting]:
        for member in container.members(budget) if depth < DEEPEST else ():
            called = name_of(member, name)
            format_ = format_of(member, called)
            if member.document is not None:
                yield from self._of_scopes(member.document, called)
            elif member.source is not None and format_ in FORMATS:
                yield from self.of_file(called, format_, member.source, budget, depth + 1)

    def _of_scopes(self, document: Document, name: str) -> Iterator[Sighting]:
        for scope in document.scopes():
            fields = [*scope.fields(), *hidden_fields(scope)]
            plans = [self._planner.plan(field.type) for field in fields]
            subject = self._subjects.glance(fields, plans, about(scope, name))
            if told := self._registry.sighting(subject):
                yield told


def hidden_fields(scope: Scope) -> Iterable[Field]:
    """The fields that only tell whom a scope is about."""
    # Asked of each scope: isinstance() of a protocol would cost more than the answer.
    telling: Telling | None = scope if hasattr(scope, "hidden") else None  # type: ignore[assignment]
    return telling.hidden() if telling else ()


def about(scope: Scope, name: str) -> tuple[str, ...]:
    """What other files of the same folder call those whom a scope is about. name: of the file."""
    if not hasattr(scope, "about"):
        return ()
    referring: Referring = scope  # type: ignore[assignment]
    folder = name.rpartition("/")[0]
    return tuple(f"{folder}|{called}" for called in referring.about())
