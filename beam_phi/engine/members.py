"""Members of archives and sheets of workbooks: each masked as a file of its own, and packed anew."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import PurePosixPath
from typing import Protocol

from beam_phi.engine.content import Content
from beam_phi.engine.decision import Change
from beam_phi.engine.embedded import DEEPEST
from beam_phi.engine.opening import Opener
from beam_phi.engine.paths import MaskedPath
from beam_phi.engine.subject import OnePerson, Subject
from beam_phi.engine.target import Target
from beam_phi.formats import FORMATS, HEAD_SIZE, Document, FormatError, Source
from beam_phi.formats.container import Container, Member

#: The annotation of a member that a rule of the library leaves out.
_LEFT_OUT = Change(None, None, "archive-member", "skip", "format", 1.0, "", "delete", None, None)
#: What names of compressed files may end in, and what the names of what is in them end in.
_ENDINGS = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}


class Masker(Protocol):
    """What the engine does for members."""

    def mask_into(self, name: str, format_: str, source: Source, target: Target) -> None:
        """Mask a file."""

    def mask_scopes(self, document: Document, name: str, target: Target) -> None:
        """The same of a file that is open."""

    def safe_path(self, name: str, subject: Subject | None) -> MaskedPath:
        """The masked path of a file about somebody. Raises FormatError ``path-residue``."""

    def tell_apart(self, path: str, file_id: str) -> str:
        """Another path for a file whose masked path is another's too."""

    def file_id(self, relative: bytes) -> str:
        """The keyed digest of a path."""

    def format_of(self, name: str, head: bytes) -> str | None:
        """The format of a file. Raises FormatError."""

    def skips(self, name: str, format_: str | None) -> bool:
        """True for what a rule leaves out."""


class Members:
    """The members of one container, on their way into the one that takes its place.

    name: the container's path. target: of the container.
    """

    def __init__(self, container: Container, name: str, masker: Masker, target: Target) -> None:
        self._container = container
        self._packer = container.packer()
        self._outer = name
        self._masker = masker
        self._target = target
        self._job = target.job
        self._names: set[str] = set()

    def mask(self, size: int) -> None:
        """Mask all members. size: of the container, in bytes.

        Raises FormatError: what the container and a member's format raise; ``unknown-format`` for a member
        that can't be masked; ``too-deep`` for containers in containers.
        """
        if self._job.depth == DEEPEST:
            raise FormatError("too-deep", "archives lie in archives too deep")
        for number, member in enumerate(self._container.members(self._job.budget_for(size)), 1):
            with self._job.inside(member.place or f"member[{number}]"):
                if member.source is not None:
                    self._mask(member, member.source)
                elif member.name is not None:
                    self._pack(self._packer.folder(self._named(member.name, None)))
        self._pack(self._packer.end())

    def _pack(self, segments: Iterable[bytes]) -> None:
        if self._target.content is not None:
            self._target.content.extend(segments)

    def _mask(self, member: Member, source: Source) -> None:
        name = name_of(member, self._outer)
        format_ = format_of(member, name, self._masker)
        if self._masker.skips(name, format_):
            self._job.add("file", _LEFT_OUT)
            return
        inner = Content(source)
        own = OnePerson()
        to = Target(self._job, inner if self._target.content is not None else None, own, self._target.people)
        with closing(inner):
            if member.document is not None:
                self._masker.mask_scopes(member.document, name, to)
            elif source.size:
                if format_ is None or format_ not in FORMATS:
                    raise FormatError("unknown-format", "a member is of no format that can be masked")
                self._masker.mask_into(name, format_, source, to)
            self._target.subjects.update(own)
            masked = None if member.name is None else self._named(member.name, own.person)
            self._pack(self._packer.add(masked, inner.chunks(), inner.size))

    def _named(self, name: str, person: Subject | None) -> str:
        """The masked name of a member; no other member has it."""
        masked = self._masker.safe_path(name, person)
        for location, change in masked.changes:
            self._job.add(location, change, "path")
        path = masked.path
        if path.casefold() in self._names:
            told = f"{self._job.file_id}/{name}".encode("utf-8", "surrogatepass")
            path = self._masker.tell_apart(path, self._masker.file_id(told))
        if path.casefold() in self._names:
            raise FormatError("path-collision", "another member has the same masked name")
        self._names.add(path.casefold())
        return path


def format_of(member: Member, name: str, opener: Opener | Masker) -> str | None:
    """The format of a member, None for an empty one and for what is of none."""
    if member.source is None or not member.source.size or member.document is not None:
        return None
    member.source.stream.seek(0)
    return opener.format_of(name, member.source.stream.read(HEAD_SIZE))


def name_of(member: Member, outer: str) -> str:
    """The path of a member, as if the container was a folder; what is in ``a.csv.gz`` is called ``a.csv``."""
    if member.name is not None:
        return f"{outer}/{member.name}"
    path = PurePosixPath(outer)
    return str(path.with_suffix(_ENDINGS.get(path.suffix.lower(), ""))) if path.suffix else outer
