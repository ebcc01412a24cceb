"""A DICOM file as a Document of one scope, under the profile of a library."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Sequence as Many

from beam_phi.formats.dicom.objects import refuse
from beam_phi.formats.dicom.profile import Profile
from beam_phi.formats.dicom.scope import DicomScope, read
from beam_phi.formats.document import Source
from beam_phi.library.model import Box, DicomSpec

_profiles: dict[int, tuple[DicomSpec, Profile]] = {}
_PROFILES_LIMIT = 16


def open(source: Source, spec: DicomSpec) -> DicomDocument:
    """Read all of a DICOM file but its pixels. Raises FormatError (see Scanner.scan and opening.locate)."""
    return DicomDocument(source, profile_of(spec))


def profile_of(spec: DicomSpec) -> Profile:
    """The compiled profile of a library, which has one DicomSpec as long as it lives."""
    found = _profiles.get(id(spec))
    if found is None:
        if len(_profiles) >= _PROFILES_LIMIT:
            _profiles.clear()
        found = _profiles[id(spec)] = (spec, Profile(spec))
    return found[1]


class DicomDocument:
    """An opened DICOM file.

    scope: its only scope.
    """

    def __init__(self, source: Source, profile: Profile) -> None:
        parts = read(source)
        self._transfer_syntax = parts.opening.transfer_syntax
        self.scope = DicomScope(*parts, profile)

    def scopes(self) -> Iterator[DicomScope]:
        yield self.scope

    def refuse(self, kinds: Collection[str]) -> None:
        """Raise FormatError for an object of a kind that is not to be masked, see :func:`objects.refuse`."""
        refuse(self.scope.element, self._transfer_syntax, kinds)

    def box_attributes(self) -> Mapping[str, str]:
        """What a black box rule can choose images by, ``modality`` or ``rows``; "" where absent."""
        return self.scope.image.attributes()

    def cover(self, boxes: Many[Box]) -> list[tuple[int, Box]]:
        """Paint boxes black in every frame when the scope is rendered.

        Returns what is painted: frame (from 0) and box, cut to the image; boxes outside it are left out.
        Raises FormatError ``pixels-compressed``, ``pixel-length``, ``pixel-format``.
        """
        return self.scope.image.cover(boxes)
