"""Burned-in text of a DICOM image or another picture: searched for, judged and covered under the library's
`pixels`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from beam_phi.engine.decide import Decider
from beam_phi.engine.frame_light import FrameLight, is_searched
from beam_phi.engine.job import BURNED_IN, FileJob
from beam_phi.engine.plan import Planner
from beam_phi.engine.series import Seen, Text
from beam_phi.engine.subject import Subject
from beam_phi.formats import FormatError
from beam_phi.formats.dicom import DicomScope, Image
from beam_phi.formats.document import FieldType
from beam_phi.formats.pictures import PictureScope
from beam_phi.library.model import Box, Library
from beam_phi.matching.ocr import Marks, ReadKnown
from beam_phi.pixels.boxes import outside
from beam_phi.pixels.engines import EngineError, Line, text_engine
from beam_phi.pixels.finder import Cover, Finder, Judge, TextLeft
from beam_phi.pixels.picture import Samples, is_blank
from beam_phi.pixels.sequence import scenes

#: The place of what an engine read, for the filters of matchers.
_READ = FieldType(
    "dicom", MappingProxyType({"keyword": "PixelData", "tag": "(7FE0,0010)", "vr": "OW", "creator": ""})
)
#: The rule of boxes that follow from Sequence of Ultrasound Regions.
_OUTSIDE = "outside-us-regions"


class BurnedIn:
    """Searches images under one library."""

    def __init__(self, library: Library, planner: Planner, decider: Decider) -> None:
        self._spec = library.pixels
        self._marks = Marks(self._spec.keep)
        self._plan = planner.plan(_READ)
        self._decider = decider

    def look(self, scene: Sequence[Samples]) -> Text:
        """All text in pictures of images of whom nothing is known. Raises EngineError, TextLeft."""
        judge, left = self._judge(None), list[Line]()

        def noting(line: Line) -> str | None:
            data_class = judge(line)
            if data_class is None:
                left.append(line)
            return data_class

        finder = self._finder(noting)
        covers = finder.find(scene)
        return Text(tuple(covers), tuple(Cover(finder.room(line, scene[0]), line) for line in left))

    def clean(self, scope: DicomScope, subject: Subject, job: FileJob, seen: Seen | None) -> bool:
        """Cover the burned-in text of an image. True if it was searched, and what is left is only marks.

        seen: what was seen of it beside others of its series; None if that is not known. Raises FormatError:
        ``ocr-failed``; ``text-left``; ``burned-in-unread`` for an image that says that it has burned-in
        annotation, in which none is found; and what Image.frames raises.
        """
        spec, image = self._spec, scope.image
        if not is_searched(image, scope.sop_class, spec):
            return False
        if spec.policy == _OUTSIDE:
            self._cover_outside(image, job)
        judge = self._judge(subject.read_known)
        with _refusing():
            finder = self._finder(judge)
            if seen is None:
                found, darkest = _search(image, finder)
            else:
                found, darkest = list(_judged(seen.text, judge)), seen.darkest
                image.cover(cover.box for _, cover in found)
        if image.declared == "YES" and not image.areas:
            raise FormatError("burned-in-unread", "burned-in annotation is declared, and none is found")
        if found and darkest is not None:
            image.darken(darkest)
        self._note(found, finder, job)
        return spec.policy != "match"

    def clean_pictures(self, scope: PictureScope, subject: Subject, job: FileJob) -> None:
        """Cover the text in pictures that stand alone: where a library looks for text at all, it looks there,
        since nothing declares that there is none. Raises FormatError: ``picture-unsearched``, ``ocr-failed``,
        ``text-left``, and what the scope raises.
        """
        if self._spec.images == "none" or self._spec.policy == "boxes":
            raise FormatError("picture-unsearched", "the library looks for no text in pixels")
        judge = self._judge(subject.read_known)
        with _refusing():
            finder = self._finder(judge)
            for page in range(len(scope)):
                views = [view for view in scope.views(page) if not is_blank(view)]
                known = list(_known(scope.lines(page), views[0], finder)) if views else []
                covers = known + finder.find(views, known)
                scope.cover(page, [cover.box for cover in covers])
                self._note(((page, cover) for cover in covers), finder, job)

    def _note(self, found: Iterable[tuple[int, Cover]], finder: Finder, job: FileJob) -> None:
        policy, engine = self._spec.policy, finder.engine.name
        for frame, cover in _each_box_once(found):
            original = self._decider.original(cover.line.text)
            job.add_text(frame, cover.box, cover.data_class, engine, cover.line.score, policy, original)

    def _cover_outside(self, image: Image, job: FileJob) -> None:
        regions = image.regions()
        format_ = image.frames().format
        for frame, box in image.cover(outside(regions, format_.columns, format_.rows)) if regions else ():
            job.add_box(frame, box, _OUTSIDE)

    def _finder(self, judge: Judge) -> Finder:
        spec = self._spec
        engine = text_engine(spec.engine, spec.thorough)
        return Finder(engine, judge, spec.padding, spec.thorough, blocks=spec.policy != "match")

    def _judge(self, known: ReadKnown | None) -> Judge:
        """The verdict on lines in an image of somebody. known: what is known of that person."""

        def judge(line: Line) -> str | None:
            data_class = known.find(line.text) if known else None
            if data_class is None:
                findings = self._decider.content_findings(self._plan, line.text)
                data_class = max(findings, key=lambda found: found.score).data_class if findings else None
            if data_class is None and self._spec.policy != "match" and line.text not in self._marks:
                data_class = BURNED_IN
            return data_class

        return judge


@contextmanager
def _refusing() -> Iterator[None]:
    """An image that can't be searched surely is refused."""
    try:
        yield
    except EngineError as error:
        raise FormatError("ocr-failed", str(error)) from None
    except TextLeft:
        raise FormatError("text-left", "text is found again where it was covered") from None


def _known(lines: Iterable[Line], bright: Samples, finder: Finder) -> Iterator[Cover]:
    """What of the text that a page is known to have is to be covered."""
    for line in lines:
        data_class = finder.judge(line)
        if line.text.strip() and data_class is not None:
            yield Cover(finder.room(line, bright), line, data_class)


def _each_box_once(found: Iterable[tuple[int, Cover]]) -> Iterator[tuple[int, Cover]]:
    """What is covered, without what was found once more in another picture of the same frames: what tells
    more, and is surer, stays."""
    best: dict[tuple[int, Box], tuple[bool, float, Cover]] = {}
    for frame, cover in found:
        cover = replace(cover, data_class=cover.data_class or BURNED_IN)
        told = (cover.data_class != BURNED_IN, cover.line.score, cover)
        if (frame, cover.box) not in best or best[frame, cover.box][:2] < told[:2]:
            best[frame, cover.box] = told
    return ((frame, cover) for (frame, _), (_, _, cover) in best.items())


def _judged(text: Text, judge: Judge) -> Iterator[tuple[int, Cover]]:
    """What of a series' text is to be covered in an image of one frame."""
    for cover in text.covers:
        yield 0, replace(cover, data_class=judge(cover.line) or cover.data_class)
    for cover in text.left:
        data_class = judge(cover.line)
        if data_class is not None:
            yield 0, replace(cover, data_class=data_class)


def _search(image: Image, finder: Finder) -> tuple[list[tuple[int, Cover]], int | None]:
    """What is covered in an image's frames, by frame, and its darkest value. It is covered in the image.

    Odd frames are no part of what all frames show: what stands in one of them is covered in this one only.
    """
    frame_light = FrameLight(image)
    count = len(frame_light)
    common: list[Cover] = []
    odd: list[int] = []
    for start, scene in scenes(frame_light.frames(range(count))):
        shown = scene.pictures
        if scene.odd:
            usual = [start + number for number in scene.usual]
            shown = tuple(each for _, part in scenes(frame_light.frames(usual)) for each in part.pictures)
        common += finder.find([each for each in shown if not is_blank(each)], common)
        odd += (start + number for number in scene.odd)
    found = [(frame, cover) for frame in range(count) for cover in common]
    image.cover(cover.box for cover in common)
    for frame, bright in zip(odd, frame_light.frames(odd), strict=True):
        covers = finder.find([bright])
        image.cover_only(frame, [cover.box for cover in covers])
        found += ((frame, cover) for cover in covers)
    return found, frame_light.darkest
