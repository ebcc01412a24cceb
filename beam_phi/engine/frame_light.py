"""The frames of a DICOM image as a text detector should see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from beam_phi.formats.dicom import Image
from beam_phi.library.model import PixelSpec
from beam_phi.pixels.picture import Samples, blackened, light

#: Objects whose pixels are no picture of the patient: segmentations, surfaces, maps of parameters, doses.
_NO_PICTURES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{number}" for number in ("30", "66", "66.3", "66.4", "66.7", "66.8", "481.2")
)


def is_searched(image: Image, sop_class: str, spec: PixelSpec) -> bool:
    """True if a library wants the image's pixels searched for text, and there can be any.

    There can in any that declares it: where such pixels can't be read, the image ends in quarantine. Raises
    FormatError ``pixel-format``.
    """
    if spec.policy == "boxes" or spec.images == "none":
        return False
    if image.declared == "YES":
        return image.has_pixels() or image.has_floats()
    wanted = spec.images == "all" and sop_class not in _NO_PICTURES
    return wanted and image.has_pixels() and not image.is_bitmap()


class FrameLight:
    """Decodes frames of one image.

    darkest: the stored value of the darkest pixel of all frames decoded so far; None of a colour image.
    """

    def __init__(self, image: Image) -> None:
        """Raises FormatError, see Image.frames and Image.display."""
        self.darkest: int | None = None
        self._image = image
        self._frames = image.frames()
        self._display = image.display()

    def __len__(self) -> int:
        return len(self._frames)

    def frames(self, numbers: Sequence[int]) -> Iterator[Samples]:
        """These frames (from 0) as light, with what is covered already in the darkest value.

        Raises FormatError ``pixels-compressed``.
        """
        for number in numbers:
            decoded = self._frames.decode(self._frames.raw(number))
            self._note(decoded.samples)
            shown = replace(self._display, photometric=decoded.photometric)
            yield blackened(light(decoded.samples, shown), self._image.areas.of(number))

    def _note(self, samples: Samples) -> None:
        if samples.ndim != 2:
            return
        inverted = self._display.inverted
        darkest = int(samples.max() if inverted else samples.min())
        if self.darkest is not None:
            darkest = max(self.darkest, darkest) if inverted else min(self.darkest, darkest)
        self.darkest = darkest
