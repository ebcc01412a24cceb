"""One file in, one masked file and its annotations out."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial

from beam_phi.audit.records import Annotation, CrosswalkRow
from beam_phi.audit.schema import VERSION
from beam_phi.engine.burned_in import BurnedIn
from beam_phi.engine.content import Content
from beam_phi.engine.creators import Creators
from beam_phi.engine.decide import Decider
from beam_phi.engine.decision import Decision
from beam_phi.engine.embedded import DEEPEST, TAKEN_OUT, Embedded, document_in, unpack
from beam_phi.engine.job import FileJob
from beam_phi.engine.members import Members
from beam_phi.engine.paths import MaskedPath, PathMasker
from beam_phi.engine.people import NO_PEOPLE, People, Registry, Sighting
from beam_phi.engine.plan import Plan, Planner
from beam_phi.engine.series import Seen, SeriesLook
from beam_phi.engine.sightings import Sighter, about, all_fields
from beam_phi.engine.split import spread
from beam_phi.engine.subject import NOBODY, OnePerson, Subject
from beam_phi.engine.subjects import Subjects
from beam_phi.engine.values import ValuePolicy, original_encoder
from beam_phi.formats import (
    Document,
    Field,
    FormatError,
    Scope,
    Source,
    Unfit,
    open_container,
    open_document,
)
from beam_phi.formats.container import Budget
from beam_phi.formats.dicom import DicomDocument, DicomScope, marks
from beam_phi.formats.pictures import PictureScope
from beam_phi.formats.plain import Paragraph
from beam_phi.library.model import BlackBoxRule, Library, Selector
from beam_phi.masking import MaskingError, dummy
from beam_phi.masking.keys import MasterKey
from beam_phi.matching import Finding, selects

# What tells machines apart: few of them make all the images of a run.
_MACHINE = ("modality", "manufacturer", "model")
_MACHINES_REMEMBERED = 256


class Quarantine(Exception):  # noqa: N818 - a verdict on a file, not a fault of the program
    """The file can't be masked whole and surely. ``reason`` is a code of beam_phi.audit.reasons."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MaskedResult:
    """A masked file: where it goes, what to write, what was done. Close it before its source."""

    output_path: str
    content: Content
    job: FileJob

    @property
    def findings(self) -> int:
        return len(self.job)

    def annotations(self) -> Iterator[Annotation]:
        return self.job.annotations(self.output_path)

    def crosswalk(self, path: str) -> Iterator[CrosswalkRow]:
        return self.job.crosswalk(path, self.output_path)

    def close(self) -> None:
        self.content.close()
        self.job.close()


class Engine:
    """Masks files under one library and key. Made once for each process; its caches change no result."""

    def __init__(self, library: Library, key: MasterKey, values: ValuePolicy = "hash") -> None:
        self.library = library
        self.key_id = key.id
        self._file_key = key.subkey("file-id")
        self._decider = Decider(library, key, original_encoder(values, key))
        self._planner = Planner(library)
        self._subjects = Subjects(library, self._decider)
        self._creators = Creators(self._decider)
        self._paths = PathMasker(self._planner, self._decider, self._subjects, key)
        self.registry = Registry(library, key)
        self._sighter = Sighter(library, self._planner, self._subjects, self._paths, self.registry)
        self._decider.mask_path = lambda text: self._paths.mask(text).path
        self._burned_in = BurnedIn(library, self._planner, self._decider)
        self._box_rules = lru_cache(_MACHINES_REMEMBERED)(partial(_rules_of_machine, library.black_boxes))
        method = f"beam-phi {VERSION} {library.digest[:12]}"[:64]
        self._marks = marks(method, VERSION, library.dicom.options)
        self._clean_marks = marks(method, VERSION, library.dicom.options, clean_pixels=True)

    def file_id(self, relative: bytes) -> str:
        """The keyed digest (128 bits, hex) by which a file is called in logs and tables."""
        return hmac.digest(self._file_key, relative, "sha256")[:16].hex()

    def mask_path(self, name: str) -> str:
        """The masked form of a relative path."""
        return self._paths.mask(name).path

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

    def sightings(self, name: str, format_: str, source: Source) -> Iterator[Sighting]:
        """Whom a file is about, for the other files of its collection, see :class:`Sighter`."""
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
            path = self._mask_document(
                name, format_, source, job, None if search_only else content, seen, people
            )
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

    def _mask_document(
        self,
        name: str,
        format_: str,
        source: Source,
        job: FileJob,
        content: Content | None,
        seen: Seen | None,
        people: People,
    ) -> MaskedPath:
        """Mask all scopes of a file into `content`, and then its path."""
        subjects = OnePerson()
        self.mask_into(name, format_, source, job, content, subjects, people, seen)
        return self.safe_path(name, subjects.person)

    def mask_into(
        self,
        name: str,
        format_: str,
        source: Source,
        job: FileJob,
        content: Content | None,
        subjects: OnePerson,
        people: People,
        seen: Seen | None = None,
    ) -> None:
        """Mask all scopes, or members, of a file into `content`; note in `subjects` whom they are about."""
        container = open_container(format_, source)
        if container is not None:
            Members(container, name, self, job, content, subjects, people).mask(source.size)
            return
        document = self._open(name, format_, source, job)
        self.mask_scopes(document, name, job, content, subjects, people, seen)

    def mask_scopes(
        self,
        document: Document,
        name: str,
        job: FileJob,
        content: Content | None,
        subjects: OnePerson,
        people: People,
        seen: Seen | None = None,
    ) -> None:
        """Mask all scopes of a document into `content`; note in `subjects` whom they are about."""
        told = self._paths.subject(name) if people else NOBODY
        for scope in document.scopes():
            subjects.add(self._mask_scope(scope, job, name=name, seen=seen, told=told, people=people))
            if content is not None:
                content.extend(scope.render())

    def _open(self, name: str, format_: str, source: Source, job: FileJob) -> Document:
        document = open_document(format_, source, self.library.dicom)
        if isinstance(document, DicomDocument):
            document.refuse(self.library.dicom.quarantine)
            self._cover(document, name, job)
        return document

    def _mask_scope(
        self,
        scope: Scope,
        job: FileJob,
        *,
        name: str = "",
        seen: Seen | None = None,
        outer: Subject | None = None,
        told: Subject = NOBODY,
        people: People = NO_PEOPLE,
    ) -> Subject:
        """Mask one scope; whom it is about.

        name: of the file. outer: whom the scope is about that it lies in. told: whom the path is about, for
        scopes that tell nobody. people: what other files tell.
        """
        fields = list(scope.fields())
        plans = [self._planner.plan(field.type) for field in fields]
        parts: Mapping[Field, Finding] = {}
        telling = all_fields(scope)
        telling_plans = [self._planner.plan(field.type) for field in telling]
        if outer is None:
            subject = self._subjects.of(telling, telling_plans, about(scope, name))
            subject = self.registry.join(subject, told, people)
        else:
            subject = self._subjects.read(telling, telling_plans, outer)
        if isinstance(scope, DicomScope):
            naming = self._creators.naming(scope.fields(), plans, subject)
            job.hide(field.text for field in naming)
            parts = {**spread(scope.fields(), plans, subject), **naming}
        decisions = subject.decisions
        for field, plan in zip(fields, plans, strict=True):
            if plan.idle:
                continue
            if plan.encoded:
                self._mask_embedded(scope, field, unpack(field.text, plan.encoded), subject, job)
                continue
            if plan.opened and (found := document_in(field.text)) and self._is_whole(found):
                self._mask_embedded(scope, field, found, subject, job)
                continue
            memo = (plan, field.key)
            decision = decisions.get(memo)
            if decision is None:
                decision = self._decider.decide(plan, field.text, subject)
                subject.remember(memo, decision)
            if parts and field in parts and decision.verb in ("keep", "replace"):
                decision = self._decider.part(plan, field.text, parts[field])
            if decision.verb != "keep":
                self._apply(scope, field, plan, decision, job)
        if isinstance(scope, DicomScope):
            clean = self._burned_in.clean(scope, subject, job, seen)
            if not job.search_only:
                scope.mark_deidentified(self._clean_marks if clean else self._marks)
        elif isinstance(scope, PictureScope):
            self._burned_in.clean_pictures(scope, subject, job)
        return subject

    def _is_whole(self, found: Embedded) -> bool:
        """False for a text that only begins like a document; what can't be masked at all is whole."""
        if found.format is None or found.encoded:
            return True
        try:
            for scope in open_document(found.format, found.source, self.library.dicom).scopes():
                scope.fields()
        except FormatError as error:
            return error.reason == "unknown-format"
        return True

    def _mask_embedded(
        self, scope: Scope, field: Field, found: Embedded, subject: Subject, job: FileJob
    ) -> None:
        """Mask the document in a value; one that can't be masked is taken out."""
        if found.format is None:
            if blank := found.blank():
                scope.replace(field, blank)
            else:
                scope.empty(field)
            job.add(field.location, TAKEN_OUT)
            return
        if job.depth == DEEPEST:
            raise FormatError("too-deep", "documents lie in documents too deep")
        inner = Content(found.source)
        with job.inside(field.location), closing(inner):
            for part in self._open("", found.format, found.source, job).scopes():
                self._mask_scope(part, job, outer=subject)
                inner.extend(part.render())
            try:
                scope.replace(field, found.packed(b"".join(inner.chunks())))
            except Unfit:
                raise MaskingError("unfit", "no replacement can stand in its place") from None

    def _apply(self, scope: Scope, field: Field, plan: Plan, decision: Decision, job: FileJob) -> None:
        location = field.location
        if job.tells:
            job.tell(field.text, decision.changes)
        try:
            if decision.verb == "replace":
                scope.replace(field, decision.text)
            elif decision.verb == "empty":
                scope.empty(field)
            else:
                scope.delete(field)
        except Unfit:
            decision = self._crossed_out(scope, field, plan, decision)
        for change in decision.changes:
            if isinstance(field, Paragraph) and change.start is not None and change.end is not None:
                line, begins = field.place(change.start)
                job.add(line, change._replace(start=change.start - begins, end=change.end - begins))
            else:
                job.add(location, change)

    def _crossed_out(self, scope: Scope, field: Field, plan: Plan, decision: Decision) -> Decision:
        """A dummy in the place of a replacement that can't stand there. Raises MaskingError if none can."""
        value = dummy(plan.type.constraint)
        try:
            value = scope.replace(field, value)
        except Unfit:
            raise MaskingError("unfit", "no replacement can stand in its place") from None
        changes = tuple(change._replace(function="dummy", replacement=value) for change in decision.changes)
        return Decision("replace", value, changes, exact=False)

    def _cover(self, document: DicomDocument, name: str, job: FileJob) -> None:
        """Paint out the black boxes that the library gives for such an image."""
        if not self.library.black_boxes:
            return
        attributes = {**document.box_attributes(), "path": name}
        for rule in self._box_rules(*(attributes[part] for part in _MACHINE)):
            if selects(rule.when, attributes):
                for frame, box in document.cover(rule.boxes):
                    job.add_box(frame, box, rule.name)

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


def _rules_of_machine(rules: Sequence[BlackBoxRule], *machine: str) -> tuple[BlackBoxRule, ...]:
    """The rules for a machine of these values of `_MACHINE`, whatever else they ask of an image."""
    known = dict(zip(_MACHINE, machine, strict=True))
    return tuple(
        rule
        for rule in rules
        if selects(Selector(tuple(pair for pair in rule.when.patterns if pair[0] in known)), known)
    )
