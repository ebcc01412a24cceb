"""What lossless codecs with a JPEG frame header share: decode, paint, code again, compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from beam_phi.library.model import Box
from beam_phi.pixels.boxes import PixelFormat
from beam_phi.pixels.codecs.base import (
    Decoded,
    Painted,
    Samples,
    color_space,
    even,
    filled,
    from_pattern,
    pattern,
    require,
    require_same,
)
from beam_phi.pixels.codecs.segments import Frame

Rest = TypeVar("Rest")

#: Bits of a sample, least and most, that these streams have in DICOM.
_LEAST_BITS, _MOST_BITS = 2, 16


@dataclass(frozen=True, slots=True)
class LosslessCodec(Generic[Rest]):
    """A codec made of what differs between them.

    headers: the frame header, and the rest that a stream like the old one is written by. samples: as they
    stand in the stream, in the item size of the header. encode: a stream of samples, by these two.
    """

    headers: Callable[[bytes, PixelFormat], tuple[Frame, Rest]]
    samples: Callable[[bytes, PixelFormat], Samples]
    encode: Callable[[Samples, Frame, Rest], bytes]

    def decode(self, frame: bytes, syntax: str, format: PixelFormat) -> Decoded:
        """See codecs.decode."""
        photometric = color_space(format.photometric)
        header, _ = self.headers(frame, format)
        return Decoded(from_pattern(self.samples(frame, format), format, header.precision), photometric)

    def paint(self, frame: bytes, syntax: str, format: PixelFormat, boxes: Sequence[Box]) -> Painted:
        """See codecs.paint."""
        photometric = color_space(format.photometric)
        header, rest = self.headers(frame, format)
        samples = filled(self.samples(frame, format), boxes, pattern(format, photometric, header.precision))
        data = self.encode(samples, header, rest)
        require_same(samples, self.samples(data, format))
        return Painted(even(data), format.photometric, syntax)


def require_plain(header: Frame, format: PixelFormat, name: str) -> None:
    """Raises CodecError where samples don't fit into Bits Allocated, or components differ in their size.

    name: of the codec.
    """
    most = min(format.allocated, _MOST_BITS)
    require(_LEAST_BITS <= header.precision <= most, f"{name} of more bits than are allocated")
    factors = {(one.horizontal, one.vertical) for one in header.components}
    require(len(factors) == 1, f"{name} whose components are sampled differently")
