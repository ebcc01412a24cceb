"""The people of a collection: what its files tell of each, kept sealed, and found again by those files.

What travels from file to file holds no value in clear: ties are keyed digests, identifiers are encrypted
(AES-SIV, RFC 5297) under a subkey of the master key.
"""

from __future__ import annotations

import hmac
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Self

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from beam_phi.engine.subject import Subject
from beam_phi.identity import dates
from beam_phi.identity.canonical import fold, is_named_key, subject_key
from beam_phi.identity.demographics import Demographics
from beam_phi.identity.issuers import Issuers
from beam_phi.identity.links import ID, NO_ID, Record
from beam_phi.identity.persons import split_groups
from beam_phi.library.model import Library
from beam_phi.masking.keys import MasterKey
from beam_phi.matching import Identifier

#: So many identifiers of a person are looked for in files that don't tell them; more is no person.
MOST_IDENTIFIERS = 256
#: Of numbers, only these say something of the person they stand beside.
_SHARED_CLASSES = frozenset(
    {"ssn", "email", "health-plan-id", "account-number", "license-number", "vehicle-id"}
)
_SHARED_ROLES = ("patient-name", "patient-id", "birth-date", "phone", "address", "person-name", "accession")
_NODE, _DIGEST = 16, 8
_REMEMBERED = 1024

People = Mapping[bytes, bytes]
"""Node -> sealed person, as far as other files tell more of it than the files it is given to."""

NO_PEOPLE: People = {}


class Sighting(NamedTuple):
    """Whom a scope is about, for other files; no value in it can be read without the key.

    ids: of the patient, sealed, the main one first. several: True if they are of several people. links:
    digests of accession numbers and studies. demographics: what is said of the person. told: its key, if
    that is made of its name, and its identifiers, sealed; empty if there is neither.
    """

    ids: tuple[bytes, ...]
    several: bool
    links: tuple[bytes, ...]
    demographics: Demographics
    told: bytes

    def flat(self) -> tuple[Any, ...]:
        """The form in which it crosses stages, as for Demographics."""
        return self.ids, self.several, self.links, self.demographics.flat(), self.told

    @classmethod
    def of(cls, flat: tuple[Any, ...]) -> Self:
        """That of a flat form."""
        ids, several, links, demographics, told = flat
        return cls(ids, several, links, Demographics.of(demographics), told)


class Bearer(NamedTuple):
    """Who bears an id, by one sighting. id: digest. issuer: sealed."""

    id: bytes
    issuer: bytes
    demographics: Demographics


class Person(NamedTuple):
    """key: that date shifts hang on. issuer: of the patient's id. identifiers: to search for."""

    key: str
    issuer: str
    identifiers: frozenset[Identifier]


class Registry:
    """Seals what scopes tell of people, and opens it for others of the collection."""

    def __init__(self, library: Library, key: MasterKey) -> None:
        self._digest_key = key.subkey("people-digest")
        self._cipher = AESSIV(key.subkey("people-seal", 64))
        self._shared = {
            name
            for name, data_class in library.classes.items()
            if data_class.role in _SHARED_ROLES or name in _SHARED_CLASSES
        }
        self._dictionary = _dictionary(library, self._shared)
        self._person = lru_cache(_REMEMBERED)(self._open_person)

    # -- from scopes --------------------------------------------------------------------------------

    def sighting(self, subject: Subject) -> Sighting | None:
        """What a scope tells of its subject; None if nothing ties it to others."""
        if not isinstance(subject.told, Sighting):
            subject.told = self._sighting(subject)
        return subject.told

    def _sighting(self, subject: Subject) -> Sighting | None:
        ties, demographics = subject.ties, self.demographics(subject)
        if not (ties.ids or ties.links or (demographics.birth and demographics.names)):
            return None
        ids = tuple(self._seal(json.dumps(tie)) for tie in ties.ids)
        if ties.several:
            return Sighting(ids, True, self._links(subject), Demographics(), b"")
        key = subject.key if is_named_key(subject.key) else ""
        rows = _rows(self._shared_of(subject.identifiers))
        told = self._seal(json.dumps([key, rows])) if key or rows else b""
        return Sighting(ids, False, self._links(subject), demographics, told)

    def shared(self, identifiers: frozenset[Identifier]) -> frozenset[Identifier]:
        """Those of a person's identifiers that are looked for in other files."""
        told = self._shared_of(identifiers)
        return frozenset(
            told if len(told) <= MOST_IDENTIFIERS else sorted(told, key=_rank)[:MOST_IDENTIFIERS]
        )

    def _shared_of(self, identifiers: Iterable[Identifier]) -> list[Identifier]:
        return [each for each in identifiers if each.data_class in self._shared]

    def demographics(self, subject: Subject) -> Demographics:
        """Digests of birth date and names of a subject."""
        births = {self._birth(each.value) for each in subject.identifiers if each.role == "birth-date"}
        birth = min(births - {b""}, default=self._birth(subject.ties.born))
        names = set[bytes]()
        for each in subject.identifiers:
            if each.role == "patient-name":
                tokens = (fold(token) for name in split_groups(each.value) for token in name.tokens)
                names |= {self._digest("name", token) for token in tokens if len(token) > 1}
        return Demographics(birth, frozenset(names))

    def _birth(self, text: str) -> bytes:
        """The digest of a birth date; empty for what says no day."""
        parsed = dates.parse(text)
        if parsed is None or parsed.precision != "day":
            return b""
        return self._digest("birth", parsed.date.isoformat())

    def nodes(self, subject: Subject) -> tuple[bytes, ...]:
        """The nodes under which a scope's subject may be known (see :mod:`beam_phi.identity.links`)."""
        if subject.nodes is None:
            subject.nodes = self._nodes(subject)
        return subject.nodes

    def _nodes(self, subject: Subject) -> tuple[bytes, ...]:
        ties = subject.ties
        if ties.ids:
            chosen = ties.ids if ties.several else ties.ids[:1]
            return tuple(self._id(*tie) for tie in chosen)
        demographics = self.demographics(subject)
        links = self._links(subject)
        return tuple(self._linked(link, demographics) for link in links) or self._named(demographics)

    def join(self, subject: Subject, path: Subject, people: People) -> Subject:
        """The subject with what other files of the collection tell of the same person, and under the one key
        that the person has in all of them. path: whom the file's path is about, if nothing else tells."""
        if not people:
            return subject
        nodes = self.nodes(subject) or self.nodes(path)
        found = tuple(people[node] for node in nodes if node in people)
        if not found:
            return subject
        joined = subject.joined.get(found)
        if joined is None:
            joined = subject.joined[found] = self._joined(subject, found, first=nodes[0] in people)
        return joined

    def _joined(self, subject: Subject, found: tuple[bytes, ...], *, first: bool) -> Subject:
        """first: whether the person of the subject's main id is found."""
        persons = [self._person(sealed) for sealed in found]
        identifiers = subject.identifiers.union(*(person.identifiers for person in persons))
        if subject.ties.ids:
            key = persons[0].key if first else ""
            return Subject(key or subject.key, identifiers, subject.issuer, subject.ties)
        main = min(persons, key=_standing)
        return Subject(main.key or subject.key, identifiers, main.issuer, subject.ties)

    # -- among sightings ----------------------------------------------------------------------------

    def bearers(self, sighting: Sighting) -> Iterator[Bearer]:
        """Who bears each of a sighting's ids."""
        if not sighting.several:
            for sealed in sighting.ids:
                issuer, number = json.loads(self._open(sealed))
                yield Bearer(self._node("number", number), self._seal(issuer), sighting.demographics)

    def opened(self, issuer: bytes) -> str:
        """The issuer, in clear, of a bearer's id."""
        return self._open(issuer)

    def records(self, sighting: Sighting, issuers: Issuers) -> list[Record]:
        """The records that a sighting makes, one for each of its nodes; the first is the main one."""
        demographics = sighting.demographics
        ids = [self._id(issuers.foreign(issuer), number) for issuer, number in self._ids(sighting)]
        links = [self._linked(link, demographics) for link in sighting.links]
        nodes = ids or links or self._named(demographics)
        return [Record(node, demographics) for node in dict.fromkeys(nodes)]

    def linked(self, link: bytes, record: Record) -> Record:
        """A record without an id, as one of its links sees it."""
        return record._replace(node=self._linked(link, record.demographics))

    def told(self, sighting: Sighting, issuers: Issuers) -> bytes:
        """What a sighting tells of its person, sealed; empty if it tells nothing."""
        key, rows = json.loads(self._open(sighting.told)) if sighting.told else ("", [])
        identifiers = [Identifier(*row) for row in rows]
        ids = self._ids(sighting)
        if not (ids or key or identifiers):
            return b""
        issuer = issuers.foreign(ids[0][0]) if ids else ""
        key = subject_key(ids[0][1], issuer) if ids else key
        return self._seal_person(Person(key, issuer, frozenset(identifiers)))

    def merged(self, told: Iterable[bytes]) -> bytes:
        """One person, from all that is told of it. The key is the least, of an id if there is one, so that
        each run takes the same."""
        distinct = sorted(set(told))
        if len(distinct) == 1:
            return distinct[0]
        persons = [self._open_person(sealed) for sealed in distinct]
        main = min(persons, key=_standing)
        identifiers = frozenset[Identifier]().union(*(person.identifiers for person in persons))
        return self._seal_person(Person(main.key, main.issuer, identifiers))

    # -- sealing ------------------------------------------------------------------------------------

    def _ids(self, sighting: Sighting) -> list[tuple[str, str]]:
        return [tuple(json.loads(self._open(sealed))) for sealed in sighting.ids]

    def _named(self, demographics: Demographics) -> tuple[bytes, ...]:
        """The node of a name and birth date, where both are known."""
        if not (demographics.birth and demographics.names):
            return ()
        return (self._node("named", *_hex(demographics)),)

    def _links(self, subject: Subject) -> tuple[bytes, ...]:
        return tuple(self._node("link", link) for link in subject.ties.links)

    def _linked(self, link: bytes, demographics: Demographics) -> bytes:
        """The node of what a link ties without an id: what is said otherwise of the person is another."""
        return self._node("linked", link.hex(), *_hex(demographics))

    def _id(self, issuer: str, number: str) -> bytes:
        return ID + self._node("id", issuer, number)[1:]

    def _node(self, kind: str, *parts: str) -> bytes:
        return NO_ID + self._hmac(kind, *parts)[: _NODE - 1]

    def _digest(self, kind: str, text: str) -> bytes:
        return self._hmac(kind, text)[:_DIGEST]

    def _hmac(self, *parts: str) -> bytes:
        return hmac.digest(self._digest_key, json.dumps(parts).encode(), "sha256")

    def _seal(self, text: str) -> bytes:
        packer = zlib.compressobj(zdict=self._dictionary)
        packed = packer.compress(text.encode("utf-8", "surrogatepass")) + packer.flush()
        return self._cipher.encrypt(packed, None)

    def _open(self, sealed: bytes) -> str:
        unpacker = zlib.decompressobj(zdict=self._dictionary)
        text = unpacker.decompress(self._cipher.decrypt(sealed, None)) + unpacker.flush()
        return text.decode("utf-8", "surrogatepass")

    def _seal_person(self, person: Person) -> bytes:
        return self._seal(json.dumps([person.key, person.issuer, _rows(person.identifiers)]))

    def _open_person(self, sealed: bytes) -> Person:
        key, issuer, rows = json.loads(self._open(sealed))
        return Person(key, issuer, frozenset(Identifier(*row) for row in rows))


def _dictionary(library: Library, classes: Iterable[str]) -> bytes:
    """What all sealed identifiers have in common, for zlib, which learns nothing in so short a text."""
    rows = [("", library.classes[name].role, name) for name in sorted(classes)]
    return json.dumps(rows).encode()


def _standing(person: Person) -> tuple[bool, bool, str, str]:
    """Who is known by an id first, then who is by name."""
    return not person.key, is_named_key(person.key), person.key, person.issuer


def _hex(demographics: Demographics) -> tuple[str, ...]:
    return demographics.birth.hex(), *(name.hex() for name in sorted(demographics.names))


def _rows(identifiers: Iterable[Identifier]) -> list[tuple[str, str, str, int]]:
    """What says most of a person first, and no more than is searched for."""
    ranked = sorted(identifiers, key=_rank)[:MOST_IDENTIFIERS]
    return [(each.value, each.role, each.data_class, each.priority) for each in ranked]


def _rank(identifier: Identifier) -> tuple[int, str, str]:
    role = identifier.role
    place = _SHARED_ROLES.index(role) if role in _SHARED_ROLES else len(_SHARED_ROLES)
    return place, identifier.data_class, identifier.value
