"""The look at a file before any is masked: whom it is about, for the other files of its collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from beam_phi.engine.embedded import DEEPEST
from beam_phi.engine.members import format_of, name_of
from beam_phi.engine.opening import Opener
from beam_phi.engine.paths import PathMasker
from beam_phi.engine.people import Registry, Sighting
from beam_phi.engine.plan import Planner
from beam_phi.engine.subject import Subject, Ties
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
)
from beam_phi.formats.container import Budget
from beam_phi.identity.demographics import Demographics

#: So many subjects of neighbouring files are held; what comes after them is told apart from them.
MOST_GATHERED = 2048


class Gathering:
    """Whom neighbouring files are about: subjects of one main id are one, unless their names or birth dates
    contradict. What the same is told of is told once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._seen: set[Subject] = set()
        self._people: dict[tuple[str, str], list[tuple[Demographics, Subject]]] = {}
        self._others: list[Subject] = []

    def add(self, subject: Subject) -> Iterator[Sighting]:
        """Take a subject in; sightings of those before it where there are too many."""
        if subject in self._seen:
            return
        if len(self._seen) >= MOST_GATHERED:
            yield from self.end()
        self._seen.add(subject)
        ties = subject.ties
        if not ties.ids or ties.several:
            self._others.append(subject)
            return
        found, of_id = self._registry.demographics(subject), self._people.setdefault(ties.ids[0], [])
        for place, (known, person) in enumerate(of_id):
            if not known.contradicts(found):
                names = known.names | found.names
                of_id[place] = Demographics(known.birth or found.birth, names), self._one(person, subject)
                return
        of_id.append((found, subject))

    def end(self) -> Iterator[Sighting]:
        """The sightings of those gathered, and begin anew."""
        people = [subject for of_id in self._people.values() for _, subject in of_id]
        sightings = map(self._registry.sighting, (*people, *self._others))
        yield from dict.fromkeys(told for told in sightings if told)
        self._seen.clear()
        self._people.clear()
        self._others.clear()

    def _one(self, first: Subject, second: Subject) -> Subject:
        ids = dict.fromkeys((*first.ties.ids, *second.ties.ids))
        links = sorted({*first.ties.links, *second.ties.links})
        identifiers = self._registry.shared(first.identifiers | second.identifiers)
        born = first.ties.born or second.ties.born
        return Subject(first.key, identifiers, first.issuer, Ties(tuple(ids), tuple(links), born=born))


class Sighter:
    """Reads files under one library. Pictures are not looked at, nor documents in values."""

    def __init__(self, opener: Opener, planner: Planner, subjects: Subjects, paths: PathMasker) -> None:
        self._opener = opener
        self._planner = planner
        self._subjects = subjects
        self._paths = paths

    def of_file(
        self, name: str, format_: str, source: Source, budget: Budget, depth: int = 0
    ) -> Iterator[Subject]:
        """First what the path tells. budget, depth: of the archives that the file lies in.

        Raises FormatError.
        """
        yield self._paths.subject(name)
        container = open_container(format_, source)
        if container is not None:
            yield from self._of_members(container, name, budget, depth)
        else:
            yield from self._of_scopes(self._opener.open(name, format_, source), name)

    def _of_members(self, container: Container, name: str, budget: Budget, depth: int) -> Iterator[Subject]:
        for member in container.members(budget) if depth < DEEPEST else ():
            called = name_of(member, name)
            format_ = format_of(member, called, self._opener)
            if member.document is not None:
                yield from self._of_scopes(member.document, called)
            elif member.source is not None and format_ in FORMATS:
                yield from self.of_file(called, format_, member.source, budget, depth + 1)

    def _of_scopes(self, document: Document, name: str) -> Iterator[Subject]:
        for scope in document.scopes():
            fields = [*scope.fields(), *hidden_fields(scope)]
            plans = [self._planner.plan(field.type) for field in fields]
            yield self._subjects.glance(fields, plans, about(scope, name))


def hidden_fields(scope: Scope) -> Iterable[Field]:
    """The fields that only tell whom a scope is about."""
    # Asked of each scope: isinstance() of a protocol would cost more than the answer.
    return cast(Telling, scope).hidden() if hasattr(scope, "hidden") else ()


def about(scope: Scope, name: str) -> tuple[str, ...]:
    """What other files of the same folder call those whom a scope is about. name: of the file."""
    if not hasattr(scope, "about"):
        return ()
    folder = name.rpartition("/")[0]
    return tuple(f"{folder}|{called}" for called in cast(Referring, scope).about())
