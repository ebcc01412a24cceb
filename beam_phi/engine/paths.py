"""Mask folder and file names.

The masked form of a path is a pure function of the path: each part is masked knowing only itself and the
parts before it. So all files of a folder stay together, a path written in a CSV cell follows the renamed
tree, and no worker has to ask another. A part whose masking is not one-to-one carries a short keyed tag, so
that two names never become one.
"""

from __future__ import annotations

import base64
import hmac
from collections import OrderedDict
from dataclasses import dataclass

from beam_phi.engine.decide import Decider
from beam_phi.engine.decision import Change
from beam_phi.engine.plan import Planner
from beam_phi.engine.subject import NOBODY, Subject
from beam_phi.engine.subjects import Subjects
from beam_phi.formats.document import FieldType, Unfit
from beam_phi.formats.names import Part, PathDocument, add_tag, split_extension
from beam_phi.masking import MaskingError
from beam_phi.masking.keys import MasterKey

#: Names remembered by each process.
REMEMBERED = 1024
#: Base32 characters of a tag: 40 bits, to tell apart the namesakes of one folder.
TAG_LENGTH = 8


@dataclass(frozen=True, slots=True)
class MaskedPath:
    """A masked path, and what was changed: location, change. Separators are those of the path that was
    given.
    """

    path: str
    changes: tuple[tuple[str, Change], ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class _Step:
    """A part that is masked, and whom the path is about as far as this part says."""

    name: str
    changes: tuple[tuple[str, Change], ...]
    subject: Subject


_ROOT = _Step("", (), NOBODY)


class PathMasker:
    """Masks paths under one library and key."""

    def __init__(self, planner: Planner, decider: Decider, subjects: Subjects, key: MasterKey) -> None:
        self._planner = planner
        self._decider = decider
        self._subjects = subjects
        self._tag_key = key.subkey("path-tag")
        self._steps: OrderedDict[tuple[_Step, FieldType, str], _Step] = OrderedDict()

    def mask(self, path: str, known: Subject = NOBODY) -> MaskedPath:
        """The masked path.

        known: identifiers that the last part alone is searched for besides; with them the result is no
            longer a function of the path alone.
        """
        document = PathDocument(path)
        parts = document.fields()
        step = _ROOT
        changes: list[tuple[str, Change]] = []
        for number, part in enumerate(parts, 1):
            if known is not NOBODY and number == len(parts):
                step = self._mask_part(document, part, _joined(step.subject, known))
            else:
                step = self._remembered(document, part, step)
            document.rename(part, step.name)
            changes += step.changes
        return MaskedPath(document.path, tuple(changes))

    def subject(self, path: str) -> Subject:
        """Whom the path alone is about."""
        document = PathDocument(path)
        step = _ROOT
        for part in document.fields():
            step = self._remembered(document, part, step)
            document.rename(part, step.name)
        return step.subject

    def tell_apart(self, path: str, file_id: str) -> str:
        """Another name for a file whose masked path is another file's too."""
        document = PathDocument(path)
        part = document.fields()[-1]
        document.rename(part, self._short(part, file_id[:16]))
        return document.path

    def _remembered(self, document: PathDocument, part: Part, before: _Step) -> _Step:
        memo = (before, part.type, part.name)
        step = self._steps.get(memo)
        if step is None:
            step = self._steps[memo] = self._mask_part(document, part, before.subject)
            if len(self._steps) > REMEMBERED:
                self._steps.popitem(last=False)
        else:
            self._steps.move_to_end(memo)
        return step

    def _mask_part(self, document: PathDocument, part: Part, known: Subject) -> _Step:
        plan = self._planner.plan(part.type)
        if plan.idle:
            return _Step(part.name, (), known)
        subject = _by_id(self._subjects.read([part], [plan], known), known)
        try:
            decision = self._decider.decide(plan, part.text, subject)
        except MaskingError:
            change = self._decider.removal(part.text, "unique-code", "path", "tag")
            return _Step(self._short(part, self._tag(part)), ((part.location, change),), subject)
        if decision.verb == "keep":
            return _Step(part.name, (), subject)
        try:
            if decision.verb == "replace":
                document.replace(part, decision.text)
            else:
                document.empty(part)
            name = document.name(part)
            if not decision.exact:
                name = add_tag(name, self._tag(part))
        except Unfit:
            name = self._short(part, self._tag(part))
        return _Step(name, tuple((part.location, change) for change in decision.changes), subject)

    def _tag(self, part: Part) -> str:
        digest = hmac.digest(self._tag_key, part.name.encode("utf-8", "surrogateescape"), "sha256")
        return base64.b32encode(digest).decode().lower()[:TAG_LENGTH]

    @staticmethod
    def _short(part: Part, tag: str) -> str:
        """A name that fits everywhere: the tag, and the extension where it is a sane one."""
        return add_tag("file" + split_extension(part.name)[1], tag)


def _by_id(subject: Subject, known: Subject) -> Subject:
    """The subject with no other key than a patient id.

    The headers of its files have that key; one made of a name would shift the dates of a path by other days.
    """
    if subject.key == known.key or any(each.role == "patient-id" for each in subject.identifiers):
        return subject
    return Subject(known.key, subject.identifiers, known.issuer, known.ties)


def _joined(first: Subject, second: Subject) -> Subject:
    return Subject(
        first.key or second.key,
        first.identifiers | second.identifiers,
        first.issuer or second.issuer,
        first.ties,
    )
