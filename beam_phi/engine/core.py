"""One file in, one masked file and its annotations out."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from copy import copy
from dataclasses import replace

from beam_phi.engine.burned_in import BurnedIn
from beam_phi.engine.content import Content
from beam_phi.engine.decide import Decider
from beam_phi.engine.job import FileJob
from beam_phi.engine.members import Members
from beam_phi.engine.opening import Opener
from beam_phi.engine.paths import MaskedPath, PathMasker
from beam_phi.engine.people import NO_PEOPLE, People, Registry
from beam_phi.engine.plan import Planner
from beam_phi.engine.result import MaskedResult, Quarantine
from beam_phi.engine.scopes import ScopeMasker
from beam_phi.engine.series import Seen, SeriesLook
from beam_phi.engine.sightings import Gathering, Sighter
from beam_phi.engine.subject import NOBODY, OnePerson, Subject
from beam_phi.engine.subjects import Subjects
from beam_phi.engine.target import Target
from beam_phi.engine.values import ValuePolicy, original_encoder
from beam_phi.formats import Document, FormatError, Source, open_container
from beam_phi.formats.container import Budget
from beam_phi.library.model import DicomSpec, Library
from beam_phi.masking import MaskingError
from beam_phi.masking.keys import MasterKey
from beam_phi.matching import selects


class Engine:
    """Masks files under one library and key. Made once for each process; its caches change no result."""

    def __init__(self, library: Library, key: MasterKey, values: ValuePolicy = "hash") -> None:
        self.key_id = key.id
        self._file_key = key.subkey("file-id")
        self._decider = Decider(library, key, original_encoder(values, key))
        self._planner = Planner(library)
        subjects = Subjects(library, self._decider)
        self._paths = PathMasker(self._planner, self._decider, subjects, key)
        self._decider.mask_path = lambda text: self._paths.mask(text).path
        self._burned_in = BurnedIn(library, self._planner, self._decider)
        self.registry = Registry(library, key)
        self._read_by(library, self._planner)

    def with_issuers(self, issuers: DicomSpec) -> Engine:
        """An engine for the same library but for its issuers. It shares all that knows of no issuer: what
        searches, what masks, and what paths become."""
        other = copy(self)
        library = replace(self.library, dicom=issuers)
        other._read_by(library, Planner(library, self._planner))
        return other

    def _read_by(self, library: Library, planner: Planner) -> None:
        """Make what reads files, and so knows who gave an id."""
        self.library = library
        self._opener = Opener(library)
        subjects = Subjects(library, self._decider)
        self._scopes = ScopeMasker(
            library, self._opener, planner, self._decider, subjects, self.registry, self._burned_in
        )
        self._sighter = Sighter(self._opener, planner, subjects, self._paths)

    def file_id(self, relative: bytes) -> str:
        """The keyed digest (128 bits, hex) by which a file is called in logs and tables."""
        return hmac.digest(self._file_key, relative, "sha256")[:16].hex()

    def mask_path(self, name: str) -> str:
        """The masked form of a relative path."""
        return self._paths.mask(name).path

    def format_of(self, name: str, head: bytes) -> str | None:
        """The format of a file that begins with `head`, see :class:`Opener`. Raises FormatError."""
        return self._opener.format_of(name, head)

    def skips(self, name: str, format_: str | None) -> bool:
        """True if a rule of the library says to leave the file out."""
        attributes = {"path": name, "format": format_ or "unknown"}
        return any(selects(selector, attributes) for selector in self.library.skip)

    @property
    def looks_at_series(self) -> bool:
        """True if slices of a series should be searched for burned-in text together."""
        return self.library.pixels.images == "all" and self.library.pixels.policy != "boxes"

    def series(self) -> SeriesLook:
        """A collection of images, to be looked at before each of them is masked."""
        return SeriesLook(self.library, self._burned_in.look)

    def gathering(self) -> Gathering:
        """Neighbouring files, to be looked at before any is masked."""
        return Gathering(self.registry)

    def subjects(self, name: str, format_: str, source: Source) -> Iterator[Subject]:
        """Whom a file is about, for a gathering, see :class:`Sighter`."""
        return self._sighter.of_file(name, format_, source, Budget(source.size))

    def mask(
        self,
        name: str,
        file_id: str,
        format_: str,
        source: Source,
        *,
        twin: bool = False,
        search_only: bool = False,
        seen: Seen | None = None,
        people: People = NO_PEOPLE,
        crosswalk: bool = False,
    ) -> MaskedResult:
        """Mask one open file. Raises Quarantine, and then nothing of it may be written.

        name: its relative path as text. twin: another file has the same masked path. search_only: the same
        findings, nothing rendered. seen: what was seen of its image beside others of its series. people: what
        other files of the collection tell of those whom it is about. crosswalk: whether the result tells what
        the file's identifiers became.
        """
        job = FileJob(
            file_id, format_, self.key_id, self.library.digest, search_only=search_only, crosswalk=crosswalk
        )
        content = Content(source)
        try:
            target = Target(job, None if search_only else content, OnePerson(), people, seen)
            self.mask_into(name, format_, source, target)
            path = self.safe_path(name, target.subjects.person)
            output_path = self.tell_apart(path.path, file_id) if twin else path.path
            for location, change in path.changes:
                job.add(location, change, "path")
        except (FormatError, MaskingError) as error:
            MaskedResult("", content, job).close()
            raise Quarantine(error.reason, str(error)) from None
        except BaseException:
            MaskedResult("", content, job).close()
            raise
        return MaskedResult(output_path, content, job)

    def mask_into(self, name: str, format_: str, source: Source, target: Target) -> None:
        """Mask all scopes, or members, of a file."""
        container = open_container(format_, source)
        if container is not None:
            Members(container, name, self, target).mask(source.size)
        else:
            self.mask_scopes(self._scopes.open(name, format_, source, target.job), name, target)

    def mask_scopes(self, document: Document, name: str, target: Target) -> None:
        """Mask all scopes of a document."""
        told = self._paths.subject(name) if target.people else NOBODY
        for scope in document.scopes():
            target.subjects.add(
                self._scopes.mask(
                    scope, target.job, name=name, seen=target.seen, told=told, people=target.people
                )
            )
            if target.content is not None:
                target.content.extend(scope.render())

    def tell_apart(self, path: str, file_id: str) -> str:
        """Another path for a file whose masked path is another's too."""
        return self._paths.tell_apart(path, file_id)

    def safe_path(self, name: str, subject: Subject | None) -> MaskedPath:
        """The masked path of a file, in which the file's own patient is not named.

        A file name is searched for the patient once more. A folder is shared with files that know nothing
        of this patient, so it can't be renamed for one of them; the file goes to quarantine instead. Raises
        FormatError.
        """
        path = self._paths.mask(name)
        if subject is None:
            return path
        folder, slash, file = path.path.rpartition("/")
        if folder and subject.named_in(folder):
            raise FormatError(
                "path-residue", "a folder name names the patient in a way the path alone does not show"
            )
        if subject.named_in(file, label=True):
            path = self._paths.mask(name, subject.telling)
            if subject.named_in(path.path.removeprefix(folder + slash), label=True):
                raise FormatError("path-residue", "the file name names the patient")
        return path
