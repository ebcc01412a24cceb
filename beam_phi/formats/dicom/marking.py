"""Write into a scanned object what a de-identified object has to say of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from beam_phi.formats.dicom import markers
from beam_phi.formats.dicom.edits import Edits, encode_element
from beam_phi.formats.dicom.elements import Container, Element, Sequence, ascii_text
from beam_phi.formats.dicom.markers import Marks


class Marking:
    """Marks one object.

    elements: all of the object's, in file order.
    find: gives the element of the main data set with a tag, and raises where it stands there twice.
    top: all of these by tag. data: the main data set.
    """

    def __init__(
        self,
        edits: Edits,
        elements: list[Element],
        find: Callable[[int], Element | None],
        top: Mapping[int, Element],
        data: Container,
    ) -> None:
        self._edits = edits
        self._elements = elements
        self._find = find
        self._top = top
        self._data = data

    def write(self, marks: Marks) -> None:
        """All marks; what an earlier de-identification wrote stays, and nothing is said twice.

        In the order of tags: new elements at one place stand in the order in which they were put there.
        """
        self._set(markers.PATIENT_IDENTITY_REMOVED, "CS", b"YES ")
        self._add_method(marks.method)
        self._add_codes(marks.codes)
        self._add_equipment(marks.version)
        if marks.clean_pixels:
            self._set(markers.BURNED_IN, "CS", b"NO")
        self._set(markers.LONGITUDINAL, "CS", markers.even(marks.temporal))

    def _add_method(self, method: str) -> None:
        element = self._find(markers.METHOD)
        raw = self._edits.values.get(element, element.raw) if element is not None else b""
        old = [value.strip(b" \0") for value in (raw or b"").split(b"\\")]
        new = method.encode("ascii")
        if new not in old:
            old = [*(value for value in old if value), new]
        value = b"\\".join(old)
        self._set(markers.METHOD, "LO", value + b" " * (len(value) % 2))

    def _add_codes(self, codes: Iterable[str]) -> None:
        present = self._values_in(markers.METHOD_CODES, "CodeValue")
        missing = [code for code in codes if code not in present]
        self._add_items(markers.METHOD_CODES, missing, markers.method_item)

    def _add_equipment(self, version: str) -> None:
        if markers.MAKER not in self._values_in(markers.EQUIPMENT, "Manufacturer"):
            self._add_items(markers.EQUIPMENT, [version], markers.equipment_item)

    def _values_in(self, tag: int, keyword: str) -> set[str]:
        """The values of an attribute in the items of a top-level sequence."""
        sequence = self._find(tag)
        return {
            ascii_text(e)
            for e in self._elements
            if e.container.parent is sequence and e.attribute.keyword == keyword and e.raw is not None
        }

    def _add_items(self, tag: int, values: list[str], make: markers.MakeItem) -> None:
        """Put an item for each value at the end of a top-level sequence, which is made if it is not there."""
        element = self._find(tag)
        if isinstance(element, Sequence) and element not in self._edits.values:
            if values:
                items = b"".join(make(element.syntax, value) for value in values)
                self._edits.append_items(element, items)
            return
        if element is not None:
            self._edits.values[element] = None
        self._insert(tag, "SQ", b"".join(make(self._data.syntax, value) for value in values))

    def _set(self, tag: int, vr: str, value: bytes) -> None:
        """Give a top-level attribute a value, whether it is there or not."""
        element = self._find(tag)
        if element is not None:
            self._edits.put(element, value)
        else:
            self._insert(tag, vr, value)

    def _insert(self, tag: int, vr: str, value: bytes) -> None:
        """Put a new top-level element where its tag belongs."""
        behind = (e.start for t, e in self._top.items() if t > tag and e.container is self._data)
        at = next(behind, self._data.end)
        self._edits.insert(self._data, at, encode_element(self._data.syntax, tag, vr, value))
