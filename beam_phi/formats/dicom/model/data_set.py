"""From an encoded data set to the members of the DICOM JSON Model (PS3.18 section F.2)."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

from beam_phi.formats.dicom.elements import Container, Element, Sequence
from beam_phi.formats.dicom.model.encode import NAME_PARTS
from beam_phi.formats.dicom.scan import Scanner
from beam_phi.formats.dicom.vr import VRS
from beam_phi.formats.json.grammar import NUMBER

_VR = slice(4, 6)


class DataSet:
    """An encoded data set with its items: the elements of each by tag."""

    def __init__(self, data: bytes, scanner: Scanner, root: Container) -> None:
        self.root = root
        self._data = data
        self._elements: dict[Container, dict[int, Element]] = {root: {}}
        self._items: dict[Element, list[Container]] = {}
        for item in scanner.containers:
            self._elements[item] = {}
            if item.parent is not None:
                self._items.setdefault(item.parent, []).append(item)
        for element in scanner.elements:
            if element.container in self._elements:
                self._elements[element.container][self._tag(element)] = element

    def elements(self, container: Container) -> dict[int, Element]:
        """The elements of a data set or an item, by the tag they have there."""
        return self._elements[container]

    def items(self, element: Element) -> list[Container]:
        """The items of a sequence."""
        return self._items.get(element, [])

    def raw(self, element: Element) -> bytes:
        """All bytes of an element."""
        return self._data[element.start : element.end]

    def member(self, element: Element) -> dict[str, Any]:
        """The object of an element: ``vr``, and ``Value`` or ``InlineBinary`` if it has a value."""
        code = self._data[element.start :][_VR].decode("ascii")
        found: dict[str, Any] = {"vr": code}
        if isinstance(element, Sequence):
            values: list[Any] = [
                {f"{tag:08X}": self.member(inner) for tag, inner in sorted(self.elements(item).items())}
                for item in self.items(element)
            ]
        else:
            raw = self._data[element.value : element.end]
            if VRS[code].form == "binary":
                return {**found, "InlineBinary": base64.b64encode(raw).decode("ascii")} if raw else found
            values = _values(code, raw)
        return {**found, "Value": values} if values else found

    def _tag(self, element: Element) -> int:
        group, number = struct.unpack_from("<HH", self._data, element.start)
        return int(group << 16 | number)


def _values(code: str, raw: bytes) -> list[Any]:
    """The values of an element that has neither items nor bytes."""
    vr = VRS[code]
    if vr.form == "number":
        size = struct.calcsize("=" + vr.code_units)
        if len(raw) % size:
            raise struct.error
        groups = list(struct.iter_unpack("<" + vr.code_units, raw))
        if code == "AT":
            return [f"{group:04X}{number:04X}" for group, number in groups]
        return [_finite(number) for (number,) in groups]
    text = raw.decode().rstrip(" \0")
    if not text:
        return []
    texts = text.split("\\") if vr.split or vr.numeric else [text]
    if code == "PN":
        return [_name(each) if each else None for each in texts]
    return [_number(each) if vr.numeric else each or None for each in texts]


def _name(text: str) -> dict[str, str]:
    return {name: part for name, part in zip(NAME_PARTS, text.split("="), strict=False) if part}


def _number(text: str) -> Any:
    """A number written as text: as one of JSON where it is one, with all its digits."""
    if NUMBER.fullmatch(text.strip().encode()) and "." not in text and "e" not in text.lower():
        return int(text)
    return text.strip() or None


def _finite(number: float) -> Any:
    """JSON has no infinity."""
    return number if isinstance(number, int) or math.isfinite(number) else str(number)
