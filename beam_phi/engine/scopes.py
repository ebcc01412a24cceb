"""One scope of a file: search its fields, decide, and put the replacements in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache, partial

from beam_phi.audit.schema import VERSION
from beam_phi.engine.burned_in import BurnedIn
from beam_phi.engine.content import Content
from beam_phi.engine.creators import Creators
from beam_phi.engine.decide import Decider
from beam_phi.engine.decision import Decision
from beam_phi.engine.embedded import DEEPEST, TAKEN_OUT, Embedded, document_in, unpack
from beam_phi.engine.job import FileJob
from beam_phi.engine.opening import Opener
from beam_phi.engine.people import NO_PEOPLE, People, Registry
from beam_phi.engine.plan import Plan, Planner
from beam_phi.engine.series import Seen
from beam_phi.engine.sightings import about, hidden_fields
from beam_phi.engine.split import spread
from beam_phi.engine.subject import NOBODY, Subject
from beam_phi.engine.subjects import Subjects
from beam_phi.formats import Document, Field, FormatError, Scope, Source, Unfit
from beam_phi.formats.dicom import DicomDocument, DicomScope, marks
from beam_phi.formats.pictures import PictureScope
from beam_phi.formats.plain import Paragraph
from beam_phi.library.model import BlackBoxRule, Library, Selector
from beam_phi.masking import MaskingError, dummy
from beam_phi.matching import Finding, selects

# What tells machines apart: few of them make all the images of a run.
_MACHINE = ("modality", "manufacturer", "model")
_MACHINES_REMEMBERED = 256


class ScopeMasker:
    """Masks scopes under one library and key."""

    def __init__(
        self,
        library: Library,
        opener: Opener,
        planner: Planner,
        decider: Decider,
        subjects: Subjects,
        registry: Registry,
        burned_in: BurnedIn,
    ) -> None:
        self._library = library
        self._opener = opener
        self._planner = planner
        self._decider = decider
        self._subjects = subjects
        self._registry = registry
        self._burned_in = burned_in
        self._creators = Creators(decider)
        self._box_rules = lru_cache(_MACHINES_REMEMBERED)(partial(_rules_of_machine, library.black_boxes))
        method = f"beam-phi {VERSION} {library.digest[:12]}"[:64]
        self._marks = marks(method, VERSION, library.dicom.options)
        self._clean_marks = marks(method, VERSION, library.dicom.options, clean_pixels=True)

    def open(self, name: str, format_: str, source: Source, job: FileJob) -> Document:
        """A file as a document, its black boxes painted. Raises FormatError."""
        document = self._opener.open(name, format_, source)
        if isinstance(document, DicomDocument):
            document.refuse(self._library.dicom.quarantine)
            self._cover(document, name, job)
        return document

    def mask(
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
        hidden = list(hidden_fields(scope))
        telling = [*fields, *hidden]
        telling_plans = [*plans, *(self._planner.plan(field.type) for field in hidden)]
        if outer is None:
            subject = self._subjects.of(telling, telling_plans, about(scope, name))
            subject = self._registry.join(subject, told, people)
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
            try:
                if decision is None:
                    decision = self._decider.decide(plan, field.text, subject)
                    subject.remember(memo, decision)
                if parts and field in parts and decision.verb in ("keep", "replace"):
                    decision = self._decider.part(plan, field.text, parts[field])
                if decision.verb != "keep":
                    self._apply(scope, field, plan, decision, job)
            except MaskingError as error:
                raise MaskingError(error.reason, f"{error}: {job.place(field.location)}") from None
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
            for scope in self._opener.open("", found.format, found.source).scopes():
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
            for part in self.open("", found.format, found.source, job).scopes():
                self.mask(part, job, outer=subject)
                inner.extend(part.render())
            try:
                scope.replace(field, found.packed(b"".join(inner.chunks())))
            except Unfit:
                raise MaskingError("unfit", "no replacement can stand in its place") from None

    def _apply(self, scope: Scope, field: Field, plan: Plan, decision: Decision, job: FileJob) -> None:
        location, text = field.location, field.text if job.tells else ""
        try:
            if decision.verb == "replace":
                scope.replace(field, decision.text)
            elif decision.verb == "empty":
                scope.empty(field)
            else:
                scope.delete(field)
        except Unfit:
            decision = self._crossed_out(scope, field, plan, decision)
        job.tell(text, decision.changes)
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
        if not self._library.black_boxes:
            return
        attributes = {**document.box_attributes(), "path": name}
        for rule in self._box_rules(*(attributes[part] for part in _MACHINE)):
            if selects(rule.when, attributes):
                for frame, box in document.cover(rule.boxes):
                    job.add_box(frame, box, rule.name)


def _rules_of_machine(rules: Sequence[BlackBoxRule], *machine: str) -> tuple[BlackBoxRule, ...]:
    """The rules for a machine of these values of `_MACHINE`, whatever else they ask of an image."""
    known = dict(zip(_MACHINE, machine, strict=True))
    return tuple(
        rule
        for rule in rules
        if selects(Selector(tuple(pair for pair in rule.when.patterns if pair[0] in known)), known)
    )
