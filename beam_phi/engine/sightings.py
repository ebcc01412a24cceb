"""The pass before masking: whom a file is about, for the other files of its collection."""

from __future__ import annotations

from collections.abc import Iterator

from beam_phi.engine.embedded import DEEPEST
from beam_phi.engine.members import format_of, name_of, path_of
from beam_phi.engine.paths import PathMasker
from beam_phi.engine.people import Registry, Sighting
from beam_phi.engine.plan import Planner
from beam_phi.engine.subjects import Subjects
from beam_phi.engine.telling import about, all_fields
from beam_phi.formats import FORMATS, Container, Document, Source, open_container, open_document
from beam_phi.formats.container import Budget
from beam_phi.library.model import Library


class Sighter:
    """Reads sightings off files. Pictures are not looked at, nor documents in values."""

    def __init__(
        self, library: Library, planner: Planner, subjects: Subjects, paths: PathMasker, registry: Registry
    ) -> None:
        self._spec = library.dicom
        self._planner = planner
        self._subjects = subjects
        self._paths = paths
        self._registry = registry

    def sightings(
        self, name: str, format_: str, source: Source, depth: int = 0, budget: Budget | None = None
    ) -> Iterator[Sighting]:
        """Whom a file is about: first what its path tells. Raises FormatError.

        depth, budget: of the archives that the file lies in.
        """
        if told := self._registry.sighting(self._paths.subject(name)):
            yield told
        container = open_container(format_, source)
        if container is not None:
            yield from self._of_members(container, name, depth, budget or Budget(source.size))
        else:
            yield from self._of_scopes(open_document(format_, source, self._spec), name)

    def _of_members(self, container: Container, outer: str, depth: int, budget: Budget) -> Iterator[Sighting]:
        for member in container.members(budget) if depth < DEEPEST else ():
            name = name_of(member, outer)
            format_, path = format_of(member, name), path_of(member, outer)
            if member.document is not None:
                yield from self._of_scopes(member.document, path)
            elif member.source is not None and format_ in FORMATS:
                yield from self.sightings(path, format_, member.source, depth + 1, budget)

    def _of_scopes(self, document: Document, name: str) -> Iterator[Sighting]:
        for scope in document.scopes():
            fields = all_fields(scope)
            plans = [self._planner.plan(field.type) for field in fields]
            subject = self._subjects.glance(fields, plans, about(scope, name))
            if told := self._registry.sighting(subject):
                yield told
