"""What is noted while one file is masked: its annotations, held back until the file is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from beam_phi.audit.records import Annotation, CrosswalkKind, CrosswalkRow
from beam_phi.engine.buffer import RowBuffer
from beam_phi.engine.decision import Change
from beam_phi.formats.container import Budget
from beam_phi.library.model import Box

#: Between the location of a value and that in the document it holds.
_INSIDE = " > "
#: The data class of what stands in a black box.
BURNED_IN = "burned-in-text"
#: The data classes whose values are in a crosswalk.
_CROSSWALK: Mapping[str, CrosswalkKind] = {
    "patient-id": "patient_id",
    "accession-number": "accession_number",
    "uid": "uid",
}
#: Pairs of a crosswalk that are remembered, so that a file tells each of them once.
_REMEMBERED = 65536


class FileJob:
    """The annotations of one file, and, if there is to be a crosswalk, what its identifiers became."""

    def __init__(
        self,
        file_id: str,
        format_: str,
        key_id: str,
        library_digest: str,
        *,
        search_only: bool,
        crosswalk: bool,
    ) -> None:
        self.file_id = file_id
        self.search_only = search_only
        self._format = format_
        self._key_id = key_id
        self._digest = library_digest
        self._rows = RowBuffer(Annotation._make)
        self._pairs = RowBuffer(CrosswalkRow._make) if crosswalk else None
        self._told: set[CrosswalkRow] = set()
        self._hidden: tuple[str, ...] = ()
        self._outer: tuple[str, ...] = ()
        self._budget: Budget | None = None

    @property
    def depth(self) -> int:
        """How many values we are inside of."""
        return len(self._outer)

    def budget_for(self, size: int) -> Budget:
        """What the file may expand to; size: bytes of the outermost container, which is asked for first."""
        if self._budget is None:
            self._budget = Budget(size)
        return self._budget

    @contextmanager
    def inside(self, location: str) -> Iterator[None]:
        """What is noted now stands in the document that a value holds."""
        outer = self._outer
        self._outer = (*outer, location)
        try:
            yield
        finally:
            self._outer = outer

    def __len__(self) -> int:
        return len(self._rows)

    def hide(self, creators: Iterable[str]) -> None:
        """Write ``"?"`` for these private creators in locations from now on."""
        self._hidden = tuple(f'"{creator}"' for creator in creators)

    def place(self, location: str) -> str:
        """A location in the scope that is masked now, as the tables have it."""
        for creator in self._hidden:
            location = location.replace(creator, '"?"')
        return _INSIDE.join((*self._outer, location))

    def add(self, location: str, change: Change, format_: str | None = None) -> None:
        """Note a change; the output path is filled in when the file is done."""
        self._rows.append(
            Annotation(
                self.file_id, None, format_ or self._format, self.place(location), change.start, change.end,
                None, None, None, None, None,
                change.data_class, change.matcher, change.kind, change.score, change.rule,
                None if self.search_only else change.function,
                "found" if self.search_only else "masked", None, change.original,
                None if self.search_only else change.replacement, self._key_id, self._digest,
            )
        )  # fmt: skip

    @property
    def tells(self) -> bool:
        """True if there is to be a crosswalk."""
        return self._pairs is not None

    def tell(self, text: str, changes: Iterable[Change]) -> None:
        """Note for the crosswalk what the identifiers in a text became."""
        if self._pairs is None:
            return
        for change in changes:
            kind = _CROSSWALK.get(change.data_class)
            if kind and change.replacement:
                source = text if change.start is None else text[change.start : change.end]
                row = CrosswalkRow(kind, source.strip(" \0"), change.replacement.strip(" \0"))
                if row not in self._told:
                    if len(self._told) >= _REMEMBERED:
                        self._told.clear()
                    self._told.add(row)
                    self._pairs.append(row)

    def crosswalk(self, path: str, output_path: str) -> Iterator[CrosswalkRow]:
        """What the path and the identifiers of the file became; nothing where no crosswalk is asked for."""
        if self._pairs is not None:
            yield CrosswalkRow("path", path, output_path)
            yield from self._pairs

    def add_box(self, frame: int, box: Box, rule: str) -> None:
        """Note a black box that was painted in one frame."""
        self._add_pixels(frame, box, BURNED_IN, rule, "black-box", 1.0, rule, None)

    def add_text(
        self,
        frame: int,
        box: Box,
        data_class: str,
        engine: str,
        score: float,
        policy: str,
        original: str | None,
    ) -> None:
        """Note text that was found in one frame, and covered under a policy."""
        self._add_pixels(frame, box, data_class, engine, "ocr", score, policy, original)

    def _add_pixels(
        self,
        frame: int,
        box: Box,
        data_class: str,
        matcher: str,
        kind: str,
        score: float,
        rule: str,
        original: str | None,
    ) -> None:
        self._rows.append(
            Annotation(
                self.file_id, None, self._format, _INSIDE.join((*self._outer, "pixels")), None, None,
                frame, box.x, box.y, box.width, box.height,
                data_class, matcher, kind, score, rule, None if self.search_only else "black-box",
                "found" if self.search_only else "masked", None, original, None, self._key_id, self._digest,
            )
        )  # fmt: skip

    def annotations(self, output_path: str) -> Iterator[Annotation]:
        """The rows, with the file's place in the output."""
        if self.search_only:
            yield from self._rows
            return
        for row in self._rows:
            yield Annotation._make((row[0], output_path, *row[2:]))

    def close(self) -> None:
        self._rows.close()
        if self._pairs is not None:
            self._pairs.close()
