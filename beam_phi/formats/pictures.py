"""Files that are nothing but pictures to the engine: pages to be looked at, and made anew of their pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NoReturn, Protocol

from beam_phi.formats.document import Field, InPlace, Segment
from beam_phi.library.model import Box
from beam_phi.pixels.engines.base import Line
from beam_phi.pixels.picture import Samples


class Pages(Protocol):
    """The pages of a file, decoded one at a time."""

    def __len__(self) -> int: ...

    def views(self, page: int) -> Sequence[Samples]:
        """What there is to be seen on a page, as pictures of one size in which higher is brighter.

        Raises FormatError.
        """

    def lines(self, page: int) -> Sequence[Line]:
        """Text that is known to stand on a page, as it lies on its pictures. Raises FormatError."""

    def written(self, boxes: Mapping[int, Sequence[Box]]) -> Iterator[bytes]:
        """A file of the same kind, made of the pixels alone, with boxes of pages in black.

        Raises FormatError.
        """


class PictureScope(InPlace):
    """All pages of a file: one scope without fields."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._boxes: dict[int, Sequence[Box]] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def views(self, page: int) -> Sequence[Samples]:
        """See :meth:`Pages.views`. page: from 0."""
        return self._pages.views(page)

    def lines(self, page: int) -> Sequence[Line]:
        """See :meth:`Pages.lines`."""
        return self._pages.lines(page)

    def cover(self, page: int, boxes: Iterable[Box]) -> None:
        """Paint boxes of a page black when it is rendered."""
        self._boxes[page] = list(boxes)

    def fields(self) -> list[Field]:
        return []

    def replace(self, field: Field, text: str) -> NoReturn:
        raise AssertionError("a picture has no fields")

    def render(self) -> Iterator[Segment]:
        return self._pages.written(self._boxes)


class PictureDocument:
    """A file of pictures."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def scopes(self) -> Iterator[PictureScope]:
        yield PictureScope(self._pages)
