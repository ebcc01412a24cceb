"""Whether what came out of an attribute is what its action asks for."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest

from pydicom.dataset import Dataset

from conformance.encoding import Element
from conformance.expectation import FIXED
from conformance.reading import fault, items, leaves, parts, raw
from conformance.values import HARMLESS, PLANTED

_REGISTERED = "1.2.840.10008."
_DUMMIES = {"DA": "19000101", "TM": "000000", "DT": "19000101000000"}
#: Patient ID and Accession Number: beside names what Z may leave as a pseudonym.
_JOINING = frozenset({0x00100020, 0x00080050})
_CODE_MEANING = 0x00080104
_REFERENCED_CLASS = 0x00081150
_REFERENCED_INSTANCE = 0x00081155


class Memory:
    """What must be the same in all files of a library: the new UID of an old one, the patient's shift."""

    def __init__(self) -> None:
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}
        self._shift: int | None = None

    def uid(self, old: str, new: str) -> str:
        """What is wrong with a UID's replacement, "" if nothing is."""
        if old.startswith(_REGISTERED):
            return "" if old == new else f"registered UID became {new}"
        if not new or new == old:
            return f"UID became {new!r}"
        if self._new.setdefault(old, new) != new or self._old.setdefault(new, old) != old:
            return "UIDs are not mapped one to one"
        return ""

    def shift(self, old: str, new: str) -> str:
        """What is wrong with a moved date or datetime, "" if nothing is."""
        try:
            days = (_day(new) - _day(old)).days
        except ValueError:
            return f"no date: {new!r}"
        if not -365 <= days <= -1:
            return f"moved by {days} days"
        if old[8:] != new[8:]:
            return f"time of day changed: {new}"
        if self._shift is None:
            self._shift = days
        return "" if days == self._shift else f"moved by {days} days, others by {self._shift}"


def _day(text: str) -> date:
    return datetime.strptime(text[:8], "%Y%m%d").date()


def verdict(action: str, element: Element, before: Dataset, after: Dataset, memory: Memory) -> str:
    """What is wrong with an element, "" if nothing is. The data sets are those it stands in."""
    found = [_verdict(each, element, before, after, memory) for each in action.split(" or ")]
    return "" if "" in found else "; ".join(found)


def _verdict(action: str, element: Element, before: Dataset, after: Dataset, memory: Memory) -> str:
    if element.vr == "SQ":
        return _sequence(action, element.tag, before, after, memory)
    tag, vr = element.tag, element.vr
    old, new = raw(before, tag), raw(after, tag)
    assert old is not None, f"the file to be masked lacks {tag:08X}"
    if action == "X":
        return "" if new is None else f"present: {new!r}"
    if new is None:
        return "absent"
    match action:
        case "Z":
            if not new or ((vr == "PN" or tag in _JOINING) and _replaced(tag, vr, old, new) == ""):
                return ""
            return f"neither empty nor a pseudonym: {new!r}"
        case "D":
            return _replaced(tag, vr, old, new)
        case "U":
            pairs = zip_longest(parts(old, vr), parts(new, vr), fillvalue="")
            wrong = [found for one, other in pairs if (found := memory.uid(one, other))]
            return "; ".join(wrong) or fault(tag, vr, new)
        case "K":
            return "" if new == old else f"changed: {new!r}"
        case "C":
            return _cleaned(tag, vr, old, new, memory)
    assert action == FIXED
    return "" if set(parts(new, vr)) == {_DUMMIES[vr]} else f"not the fixed dummy: {new!r}"


def _replaced(tag: int, vr: str, old: bytes, new: bytes) -> str:
    if not new.strip(b" \0") and vr not in ("OB", "OW", "UN"):
        return f"empty: {new!r}"
    if not new:
        return "empty"
    if set(parts(old, vr)) & set(parts(new, vr)):
        return f"the original: {new!r}"
    return fault(tag, vr, new)


def _cleaned(tag: int, vr: str, old: bytes, new: bytes, memory: Memory) -> str:
    if vr in ("DA", "DT"):
        pairs = zip_longest(parts(old, vr), parts(new, vr), fillvalue="")
        wrong = [found for one, other in pairs if (found := memory.shift(one, other))]
        return "; ".join(wrong) or fault(tag, vr, new)
    if vr == "TM":
        return "" if new == old else f"a time of day moved by whole days became {new!r}"
    return _told(new.decode("latin-1")) or fault(tag, vr, new)


def _told(text: str) -> str:
    """What is wrong with a cleaned text."""
    folded = text.lower()
    if any(word in folded for word in PLANTED):
        return f"names the patient: {text!r}"
    return "" if HARMLESS in folded else f"lost its harmless word: {text!r}"


def _sequence(action: str, tag: int, before: Dataset, after: Dataset, memory: Memory) -> str:
    old, new = items(before, tag), items(after, tag)
    assert old, "the test's own file lacks the sequence"
    if action == "X":
        return "" if new is None else f"present, {len(new)} items"
    if new is None:
        return "absent"
    if action == "Z":
        return "" if not new else f"{len(new)} items"
    if len(new) != len(old):
        return f"{len(new)} items of {len(old)}"
    wrong = [
        found for one, other in zip(old, new, strict=True) if (found := _item(action, one, other, memory))
    ]
    return "; ".join(wrong)


def _item(action: str, old: Dataset, new: Dataset, memory: Memory) -> str:
    match action:
        case "K":
            return "" if leaves(old) == leaves(new) else "an item changed"
        case "D":
            survivors = {each for each in leaves(old) if each} & set(leaves(new))
            if survivors:
                return f"survived: {survivors}"
            return "" if all(leaves(new)) and len(leaves(new)) == len(leaves(old)) else "lost elements"
        case "U":
            if raw(new, _REFERENCED_CLASS) != raw(old, _REFERENCED_CLASS):
                return "the referenced class changed"
            pair = (raw(each, _REFERENCED_INSTANCE) or b"" for each in (old, new))
            return memory.uid(*(each.decode("ascii").strip(" \0") for each in pair))
    return _told((raw(new, _CODE_MEANING) or b"").decode("latin-1"))
