"""The Application Level Confidentiality Profile (PS3.15 Annex E): from attribute to action."""

from __future__ import annotations

import re

from beam_phi.formats.dicom.attributes import Attribute, any_block, is_creator
from beam_phi.formats.dicom.iod import resolve
from beam_phi.formats.dicom.markers import EQUIPMENT
from beam_phi.formats.dicom.safe_private import elements
from beam_phi.formats.dicom.table import Row, first_of_repeating, is_overlay, row_for
from beam_phi.library import dictionary
from beam_phi.library.model import DICOM_OPTIONS, DicomSpec

_ACTIONS = frozenset("DZXKCU")

# Not in the table, and of no use or a danger once the object is another: what was encrypted or signed of the
# old one, and a description of private elements that are gone.
_BEYOND = {0x04000500: "X", 0x4FFE0001: "X", 0x00080300: "X"}

# Of Type 3 wherever it may stand, with one item or more: absent is valid, empty is not.
_REFERENCED_STUDY_SEQUENCE = 0x00081110

#: Of the file meta information, made anew at the end; command groups and file-set groups go.
KEPT_META = {0x00020001: "K", 0x00020002: "K", 0x00020010: "K", 0x00020012: "K", 0x00020013: "K"}

# Dates that are known elsewhere, of vocabularies and of devices without a row: shifting one would tell the
# patient's shift to anybody.
_KNOWN_DATES = frozenset({0x00080106, 0x00080107, 0x00143076})
_MOMENTS = frozenset({"date", "time", "datetime"})

#: Pixels, and what tells where the frames are (PS3.3 section C.7.6.3 and C.7.6.24).
PIXELS = frozenset({0x7FE00001, 0x7FE00002, 0x7FE00003, 0x7FE00008, 0x7FE00009, 0x7FE00010})

_SOP_CLASS = 0x00080016

_OVERRIDE = re.compile(r'\(([0-9A-Fa-f]{4}),(?:([0-9A-Fa-f]{4})|"([^"]+)",([0-9A-Fa-f]{2}))\)')


class ProfileError(ValueError):
    """The DICOM part of a library is wrong; the text says what."""


class Actions:
    """The letters of Table E.1-1a under a library's options and overrides.

    Raises ProfileError on an unknown option, action or attribute, and on options that exclude each other.
    """

    def __init__(self, spec: DicomSpec) -> None:
        unknown = spec.options - set(DICOM_OPTIONS)
        if unknown:
            raise ProfileError(f"unknown DICOM option: {', '.join(sorted(unknown))}")
        if {"full-dates", "modified-dates"} <= spec.options:
            raise ProfileError("options full-dates and modified-dates exclude each other (PS3.15 E.3.6)")
        self._options = spec.options
        self._device_dates = spec.device_dates
        self._overrides = dict(_override(name, action) for name, action in spec.actions.items())
        self._safe = elements(spec.safe_private) if "safe-private" in spec.options else frozenset()
        #: The private creators of whom the library keeps an element by name.
        self.kept_creators = {c for (_, c), action in self._overrides.items() if c and action != "X"}
        #: True if private elements can stay, so that their creators have to be kept with them.
        self.keeps_private = bool(self._safe or self.kept_creators)

    def of(self, attribute: Attribute) -> str | None:
        """The letter of Table E.1-1a for the attribute, None if neither table nor library names it.

        A compound action is given as for an object whose IOD is not known.
        """
        tag = attribute.tag
        override = self._overrides.get((first_of_repeating(tag), attribute.creator))
        if override:
            return override
        if attribute.misread or attribute.retired_group:
            return "X"  # nothing could be read of it
        if attribute.private:
            return self._private(attribute)
        row = row_for(tag)
        if row is not None:
            return self._of_row(row, attribute)
        if tag >> 16 <= 0x0004:
            return KEPT_META.get(tag, "X")
        if is_overlay(tag) or not attribute.known:
            # An overlay whose data are gone is no overlay; what the dictionary does not know can't be judged.
            return "X"
        if tag in _BEYOND:
            return _BEYOND[tag]
        if tag == EQUIPMENT and "device-identity" not in self._options:
            return "X"  # it is about nothing but devices and where they stand
        if tag == _SOP_CLASS:
            return "K"
        if tag >> 24 == 0x7F and tag not in PIXELS:
            return "X"  # retired forms of pixels, and what else has no place among them
        return "D" if tag in _KNOWN_DATES else None

    def _private(self, attribute: Attribute) -> str:
        """Retain Safe Private: what is on a list stays, and any sequence is judged by what is in it."""
        if not self._safe or is_creator(attribute.tag):
            return "X"
        vr = attribute.vr
        if vr.form == "sequence":
            return "C"
        if (attribute.creator, attribute.tag) not in self._safe:
            return "X"
        return self.kept_private(attribute)

    def kept_private(self, attribute: Attribute) -> str:
        """The action for a private element that is known to be safe: what the other options leave of it."""
        vr = attribute.vr
        if vr.constraint.kind in _MOMENTS:
            return "K" if "full-dates" in self._options else "C" if "modified-dates" in self._options else "X"
        if vr.code == "UI":
            return "K" if "uids" in self._options else "U"
        return "K" if vr.form in ("binary", "number") or vr.conforming else "C"

    def _of_row(self, row: Row, attribute: Attribute) -> str:
        if attribute.tag == _REFERENCED_STUDY_SEQUENCE and not self._of_options(row, attribute):
            return "X"
        return self._of_options(row, attribute) or resolve(row.basic, None)

    def compound(self, attribute: Attribute) -> str:
        """The row's action where it is the Type's to decide, else ""."""
        row = None if attribute.private else row_for(attribute.tag)
        if row is None or "/" not in row.basic or (attribute.tag, "") in self._overrides:
            return ""
        return "" if self._of_options(row, attribute) else row.basic

    def _of_options(self, row: Row, attribute: Attribute) -> str:
        """The letter that the library's options give a row, "" if none speaks of it."""
        cells = {option: cell for option, cell in row.options.items() if option in self._options}
        if not cells:
            return ""
        if "modified-dates" in cells and ("device-identity" in row.options or attribute.tag in _KNOWN_DATES):
            keeps = self._device_dates == "keep" and cells.get("device-identity") == "K"
            return "K" if keeps else "D"
        if "C" not in cells.values():
            return "K"
        if attribute.vr.form in ("binary", "number"):
            return ""  # nothing there that could be searched
        return "C"


def _override(name: str, action: str) -> tuple[tuple[int, str], str]:
    if action not in _ACTIONS:
        raise ProfileError(f"unknown DICOM action: {action}")
    found = _OVERRIDE.fullmatch(name)
    if found is None:
        found = _OVERRIDE.fullmatch(dictionary.keywords().get(name, ""))
    if found is None:
        raise ProfileError(f"unknown DICOM attribute: {name}")
    group, number, creator, private = found.groups()
    tag = int(group, 16) << 16 | int(number or private, 16)
    tag = any_block(tag) if creator else tag
    if bool(creator) != bool(tag & 0x10000):
        raise ProfileError(f'a private attribute is named (gggg,"CREATOR",ee): {name}')
    return (tag, creator or ""), action
