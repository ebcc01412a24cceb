"""Slices of one series are looked at together: what stands in each of them shows in two pictures of all."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from beam_phi.engine.frame_light import FrameLight, is_searched
from beam_phi.formats import Source
from beam_phi.formats.dicom import open as open_dicom
from beam_phi.library.model import Library
from beam_phi.matching.ocr import Marks
from beam_phi.pixels.engines import EngineError, text_engine
from beam_phi.pixels.finder import Cover, Finder, TextLeft
from beam_phi.pixels.picture import Samples, is_blank
from beam_phi.pixels.sequence import Group


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image shows beside others of its series.

    covers: all text in any of them, to be judged. darkest: see FrameLight.
    """

    covers: tuple[Cover, ...]
    darkest: int | None


class SeriesLook:
    """Collects images, and looks at those of one series, size and kind at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._groups: dict[Hashable, _Slices] = {}

    def add(self, name: Hashable, source: Source) -> None:
        """Take in a file, if it is an image of one frame; `name` is what it will be called by. Raises
        FormatError."""
        scope = open_dicom(source, self._library.dicom).scope
        image = scope.image
        if not is_searched(image, scope.sop_class, self._library.pixels) or image.declared == "YES":
            return
        frame_light = FrameLight(image)
        if len(frame_light) != 1:
            return
        (bright,) = frame_light.frames([0])
        kind = (image.series, bright.shape, bright.dtype.str, image.frames().format.photometric)
        self._groups.setdefault(kind, _Slices()).add(name, bright, frame_light.darkest)

    def seen(self) -> Mapping[Hashable, Seen]:
        """What is seen, by name. An image that is alone, that differs from its like, or that the engine fails
        on is left out: it has to be looked at by itself."""
        found: dict[Hashable, Seen] = {}
        for slices in self._groups.values():
            if len(slices.names) > 1:
                found.update(slices.look(self._library))
        return found


class _Slices:
    """Images of one series; only their brightest and darkest values are kept."""

    def __init__(self) -> None:
        self.names: list[tuple[Hashable, int | None]] = []
        self._group: Group | None = None

    def add(self, name: Hashable, bright: Samples, darkest: int | None) -> None:
        if self._group is None:
            self._group = Group(bright)
        else:
            self._group.add(bright)
        self.names.append((name, darkest))

    def look(self, library: Library) -> Mapping[Hashable, Seen]:
        assert self._group is not None
        spec = library.pixels
        scene = self._group.scene()
        marks = Marks(spec.keep)
        try:
            finder = Finder(
                text_engine(spec.engine, spec.thorough),
                lambda line: None if line.text in marks else "",
                spec.padding,
                spec.thorough,
                blocks=spec.policy != "match",
            )
            covers = tuple(finder.find([bright for bright in scene.pictures[1:] if not is_blank(bright)]))
        except (EngineError, TextLeft):
            return {}
        odd = set(scene.odd)
        return {
            name: Seen(covers, darkest)
            for number, (name, darkest) in enumerate(self.names)
            if number not in odd
        }
