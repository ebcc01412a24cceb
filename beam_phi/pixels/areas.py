"""What is to be covered in the frames of an image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from beam_phi.library.model import Box


@dataclass(frozen=True, slots=True)
class Areas:
    """Boxes in the frames of one image, which they don't leave.

    everywhere: in each frame. only: frame (from 0) -> further boxes in this one.
    """

    everywhere: tuple[Box, ...] = ()
    only: Mapping[int, tuple[Box, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.everywhere or any(self.only.values()))

    def of(self, frame: int) -> tuple[Box, ...]:
        """The boxes of a frame, each once."""
        more = self.only.get(frame)
        return tuple(dict.fromkeys((*self.everywhere, *more))) if more else self.everywhere

    def with_everywhere(self, boxes: Iterable[Box]) -> Areas:
        """These areas, and boxes in all frames."""
        return Areas(tuple(dict.fromkeys((*self.everywhere, *boxes))), self.only)
