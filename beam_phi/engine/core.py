"""One file in, one masked file and its annotations out: where formats, matchers and masking functions meet."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beam_phi.audit.records import Annotation
from beam_phi.engine.buffer import AnnotationBuffer
from beam_phi.engine.content import Content
from beam_phi.engine.decide import Change, Decider, Subject
from beam_phi.engine.paths import MaskedPath, PathMasker
from beam_phi.engine.plan import Plan, Planner
from beam_phi.engine.subjects import Subjects
from beam_phi.engine.values import ValuePolicy, original_encoder
from beam_phi.formats import Document, Field, FormatError, Scope, Source, Unfit, open_document
from beam_phi.formats.dicom import DicomDocument
from beam_phi.library.model import Library
from beam_phi.masking import MaskingError
from beam_phi.masking.keys import MasterKey
from beam_phi.matching import selects

VERSION_LABEL = "beam-phi"


class Quarantine(Exception):  # noqa: N818 - a verdict on a file, not a fault of the program
    """The file can't be masked whole and surely. ``reason`` is a code of beam_phi.audit.reasons; no value in the text."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True)
class MaskedResult:
    """A masked file: what to write, where, and what was done to it. `content` reads from the open source."""

    output_path: str
    content: Content
    annotations: AnnotationBuffer
    seconds: float


class Engine:
    """Masks files under one library and key. Made once for each worker process; holds no state that changes results."""

    def __init__(self, library: Library, key: MasterKey, values: ValuePolicy = "hash") -> None:
        self.library = library
        self.key_id = key.id
        self._file_key = key.subkey("file-id")
        self._decider = Decider(library, key, original_encoder(values, key))
        self._planner = Planner(library)
        self._subjects = Subjects(library, self._decider)
        self._paths = PathMasker(self._planner, self._decider, self._subjects, key)
        self._decider.mask_path = lambda text: self._paths.mask(text).path

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

    def mask(self, name: str, relative: bytes, format_: str, source: Source, *, search_only: bool = False) -> MaskedResult:
        """Mask one open file. Raises Quarantine, then nothing of it may be written.

        name: its relative path as text. search_only: report the same findings, render nothing.
        """
        started = time.perf_counter()
        path = self._paths.mask(name)
        annotations = AnnotationBuffer()
        content = Content(source)
        status = "found" if search_only else "masked"
        job = _Job(self, self.file_id(relative), path, format_, status, annotations)
        try:
            document = open_document(format_, source, self.library.dicom)
            if isinstance(document, DicomDocument):
                self._cover(document, name, job)
            for scope in document.scopes():
                self._mask_scope(scope, job)
                if not search_only:
                    content.extend(scope.render())
            job.path_changes()
        except (FormatError, MaskingError) as error:
            content.close()
            raise Quarantine(error.reason, str(error)) from None
        except Unfit:
            content.close()
            raise Quarantine("unfit", "a replacement can't stand in its place") from None
        return MaskedResult(path.path, content, annotations, time.perf_counter() - started)
