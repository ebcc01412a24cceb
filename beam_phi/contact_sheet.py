"""``contact-sheet.html``: thumbnails of masked images, for a person who looks at what is covered.

One image is held at a time, and the page is written as its thumbnails are made.
"""

from __future__ import annotations

import base64
import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beam_phi.audit.markup import Html, tag, text
from beam_phi.audit.parts import read_table
from beam_phi.audit.schema import ANNOTATIONS, FILES
from beam_phi.audit.store import Store
from beam_phi.audit.template import CLOSING, opening
from beam_phi.audit.units import number
from beam_phi.engine import Engine
from beam_phi.engine.frame_light import FrameLight, is_searched
from beam_phi.formats import FormatError, Source
from beam_phi.formats.dicom import open as open_dicom
from beam_phi.library.model import Box, Library
from beam_phi.pixels.picture import thumbnail
from beam_phi.transforms.filesystem import list_files, open_input
from beam_phi.transforms.records import FileRef

SHEET_FILE = "contact-sheet.html"
#: Files on a page.
MOST = 2_000
#: The longer side of a thumbnail, in pixels.
SIDE = 320

_TITLE = "Contact sheet"
_PHI = "This page holds PHI: it shows original images, with all that is burned into them"
_PHI_MORE = "Keep it apart from the masked files, give it to nobody else, and delete it when done."
_PLACE = ("x", "y", "width", "height")

Boxes = Mapping[Box, int]
"""What is covered in a file: each box, and a bit for each frame (from 0) that it is covered in."""


class MaskedImage(NamedTuple):
    """A masked DICOM file, as the files table has it."""

    file_id: str
    output_path: str
    bytes_out: int


@dataclass(frozen=True)
class Choice:
    """What is shown: files with boxes, those with the most first, and others; how many more there are."""

    covered: list[MaskedImage]
    boxes: Mapping[str, Boxes]
    others: list[MaskedImage]
    left_covered: int
    left_others: int


def write_contact_sheet(store: Store, engine: Engine, pattern: str, *, originals: bool) -> None:
    """Write the page of a finished run, whole or not at all.

    pattern: INPUT. originals: show each image beside what it was, which makes the page PHI.
    """
    choice = choose(store, others=engine.looks_at_series)
    sources: dict[str, FileRef] | None = None
    if originals:
        wanted = {file.file_id for file in (*choice.covered, *choice.others)}
        named = ((engine.file_id(ref.relative), ref) for ref in list_files(pattern))
        sources = {file_id: ref for file_id, ref in named if file_id in wanted}
    with store.create(SHEET_FILE, private=originals) as output:
        for part in _page(choice, _Figures(store, engine.library, sources)):
            output.write(part.encode())


def choose(store: Store, *, others: bool) -> Choice:
    """At most MOST files. others: those without boxes may have been searched, so that they belong here too.

    File ids are keyed digests: those with the lowest are a fair sample.
    """
    counts = _box_counts(store)
    boxes = _boxes_of(store, heapq.nlargest(MOST, counts, key=counts.__getitem__))
    covered = [file for file in _files(store) if file.file_id in boxes]
    covered.sort(key=lambda file: (-counts[file.file_id], file.output_path))
    total = sum(file.file_id not in counts for file in _files(store)) if others else 0
    rest = (file for file in _files(store) if file.file_id not in counts)
    sample = heapq.nsmallest(min(total, MOST - len(boxes)), rest) if total else []
    sample.sort(key=lambda file: file.output_path)
    return Choice(covered, boxes, sample, len(counts) - len(boxes), total - len(sample))


def _box_counts(store: Store) -> Counter[str]:
    """How many boxes each file has; one that is covered in many frames is one."""
    counts: Counter[str] = Counter()
    for rows in _covered_rows(store):
        counts.update(rows.group_by(["file_id", *_PLACE]).aggregate([])["file_id"].to_pylist())
    return counts


def _boxes_of(store: Store, files: Collection[str]) -> Mapping[str, Boxes]:
    found: dict[str, dict[Box, int]] = {file_id: {} for file_id in files}
    wanted = pa.array(files, pa.string())
    for rows in _covered_rows(store):
        rows = rows.filter(pc.is_in(rows["file_id"], value_set=wanted))
        for row in rows.to_pylist():
            boxes, box = found[row["file_id"]], Box(*(row[name] for name in _PLACE))
            boxes[box] = boxes.get(box, 0) | 1 << row["frame"]
    return found


def _covered_rows(store: Store) -> Iterator[Any]:
    """The annotations of covered pixels, as Arrow tables."""
    columns = ("file_id", "location", "status", "frame", *_PLACE)
    for batch in read_table(store, "annotations", ANNOTATIONS, columns):
        rows = pa.Table.from_batches([batch])
        yield rows.filter(pc.and_(pc.equal(rows["location"], "pixels"), pc.equal(rows["status"], "masked")))


def _files(store: Store) -> Iterator[MaskedImage]:
    for rows in read_table(store, "files", FILES, ("format", "status", *MaskedImage._fields)):
        rows = rows.filter(pc.and_(pc.equal(rows["format"], "dicom"), pc.equal(rows["status"], "masked")))
        yield from (MaskedImage(**row) for row in rows.select(MaskedImage._fields).to_pylist())


def _page(choice: Choice, figures: _Figures) -> Iterator[str]:
    """The document, piece by piece."""
    yield opening(text(_TITLE), images=True)
    yield tag("header", tag("p", "beam-phi"), tag("h1", _TITLE)) + "<main>"
    if figures.sources is not None:
        yield tag("section", tag("h2", _PHI), tag("p", _PHI_MORE), class_="phi", role="alert")
    lead = f"{number(len(choice.covered), 'image')}, the most boxes first, boxes outlined"
    shown = (figures.figure(file, choice.boxes[file.file_id]) for file in choice.covered)
    yield from _section("Covered", lead, choice.left_covered, shown)
    if choice.others or choice.left_others:
        lead = f"Those of {number(len(choice.others), 'other DICOM file')} that were searched"
        shown = (figures.figure(file, {}) for file in choice.others)
        yield from _section("Searched, nothing covered", lead, choice.left_others, shown)
    yield f"</main>{CLOSING}"


def _section(title: str, lead: str, left: int, figures: Iterable[str]) -> Iterator[str]:
    told = tag("p", f"{lead}; {left:,} left out (a page has {MOST:,} at most).")
    yield f'<section>{tag("h2", title)}{told}<div class="sheet">\n'
    yield from figures
    yield "</div></section>\n"


@dataclass(frozen=True)
class _Figures:
    """Makes the figures of a page. sources: the originals by file_id, None if they are not to be seen."""

    store: Store
    library: Library
    sources: Mapping[str, FileRef] | None

    def figure(self, file: MaskedImage, boxes: Boxes) -> str:
        """An image under its caption; "" for what is no image that was searched."""
        caption, pictures = "can't be decoded", list[Html]()
        try:
            with self.store.open(f"masked/{file.output_path}") as stream:
                scope = open_dicom(Source(stream, file.bytes_out), self.library.dicom).scope
                if not boxes and not is_searched(scope.image, scope.sop_class, self.library.pixels):
                    return ""
                frames = FrameLight(scope.image)
                frame = _frame(boxes, len(frames))
                here = [box for box, covered in boxes.items() if covered >> frame & 1]
                pictures.append(_thumbnail(frames, frame, here, "masked"))
            seen = f"frame {frame + 1:,} of {len(frames):,}, {len(here):,} box{'es' * (len(here) != 1)}"
            caption = f"{seen}; its original can't be shown"
            if self.sources is not None:
                pictures.insert(0, self._original(self.sources[file.file_id], frame, here))
            caption = seen
        except Exception as error:  # whatever it is: the files are masked, and the page has others
            caption += f" ({error.reason if isinstance(error, FormatError) else type(error).__name__})"
        return tag("figure", *pictures, tag("figcaption", tag("code", file.output_path), caption)) + "\n"

    def _original(self, ref: FileRef, frame: int, boxes: Collection[Box]) -> Html:
        with open_input(ref) as stream:
            image = open_dicom(Source(stream, ref.size), self.library.dicom).scope.image
            return _thumbnail(FrameLight(image), frame, boxes, "original")


def _frame(boxes: Boxes, count: int) -> int:
    """The first frame in which a box is that is not in all; the one in the middle if there is none."""
    own = [frames & -frames for frames in boxes.values() if frames.bit_count() < count]
    return min(own).bit_length() - 1 if own else count // 2


def _thumbnail(frames: FrameLight, frame: int, boxes: Collection[Box], name: str) -> Html:
    (bright,) = frames.frames([frame])
    data = base64.b64encode(thumbnail(bright, boxes, SIDE)).decode()
    return tag("img", src=f"data:image/jpeg;base64,{data}", alt=name)
