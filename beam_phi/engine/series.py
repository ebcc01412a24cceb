"""Slices of one series are looked at together: what stands in each of them shows in two pictures of all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from beam_phi.engine.frame_light import FrameLight, is_searched
from beam_phi.formats import Source
from beam_phi.formats.dicom import open as open_dicom
from beam_phi.library.model import Library
from beam_phi.pixels.engines import EngineError
from beam_phi.pixels.finder import Cover, TextLeft
from beam_phi.pixels.picture import Samples, is_blank
from beam_phi.pixels.sequence import Group


@dataclass(frozen=True, slots=True)
class Text:
    """All text in images of a series.

    covers: what is to be covered whoever it is about. left: the rest, which may be about one image's patient.
    """

    covers: tuple[Cover, ...]
    left: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image shows beside others of its series. darkest: see FrameLight."""

    text: Text
    darkest: int | None


Look = Callable[[Sequence[Samples]], Text]


class SeriesLook:
    """Collects images, and looks at those of one series, size and kind at once.

    look: finds the text in pictures; raises EngineError, TextLeft.
    """

    def __init__(self, library: Library, look: Look) -> None:
        self._library = library
        self._look = look
        self._series: dict[Hashable, _Slices] = {}

    def add(self, name: Hashable, source: Source) -> None:
        """Take in a file, if it is an image of one frame and of a series. name: what it will be called by.

        Raises FormatError.
        """
        scope = open_dicom(source, self._library.dicom).scope
        image = scope.image
        if not is_searched(image, scope.sop_class, self._library.pixels) or image.declared == "YES":
            return
        frame_light = FrameLight(image)
        if len(frame_light) != 1 or not image.series:
            return
        (bright,) = frame_light.frames([0])
        kind = (image.series, bright.shape, bright.dtype.str, image.frames().format.photometric)
        slices = self._series.get(kind)
        if slices is None:
            self._series[kind] = slices = _Slices(Group(bright))
        else:
            slices.group.add(bright)
        slices.names.append((name, frame_light.darkest))

    def seen(self) -> Mapping[Hashable, Seen]:
        """What is seen, by name. An image that is one of few, that differs from its like, or that the engine
        fails on is left out: it has to be looked at by itself."""
        found: dict[Hashable, Seen] = {}
        for slices in self._series.values():
            scene = slices.group.scene()
            if len(slices.names) == 1 or not scene.usual:
                continue
            usual = [slices.names[number] for number in scene.usual]
            pictures = [bright for bright in scene.pictures[1:] if not is_blank(bright)]
            try:
                text = self._look(pictures) if pictures else Text((), ())
            except (EngineError, TextLeft):
                continue
            found.update((name, Seen(text, darkest)) for name, darkest in usual)
        return found


@dataclass(slots=True)
class _Slices:
    """Images of one series; only their brightest and darkest values are kept."""

    group: Group
    names: list[tuple[Hashable, int | None]] = field(default_factory=list)
