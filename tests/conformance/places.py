"""Where an attribute may stand: at the top, in sequences, in private and in UN-encoded ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from conformance.encoding import Element
from conformance.values import PATIENT_ID, PATIENT_NAME, uid_of

Elements = Sequence[Element]

#: Standard sequences that no row of the table names, for the nesting.
NEUTRAL = (0x00289145, 0x00289132, 0x00283010, 0x00209116, 0x00189006)
CREATOR = "BEAM CONFORMANCE"
_PRIVATE = 0x00210010
#: The element number of a private sequence that the library keeps by an override, and of one it does not.
KEPT, LOST = 0x01, 0x02
KEPT_NAME = f'(0021,"{CREATOR}",{KEPT:02X})'

_CLASS_OF_INSTANCE = 0x00080016
_INSTANCE = 0x00080018

#: A SOP class that no edition of the standard has yet, so that its IOD is not known. It has the root of the
#: standard: objects of private classes may be refused altogether.
UNKNOWN_CLASS = "1.2.840.10008.5.1.4.1.1.9999.1"


@dataclass(frozen=True)
class Place:
    """One place.

    wrap: the elements of the data set whose innermost one holds the given elements.
    path: tags of the sequences that lead there, of each the first item.
    notation: how annotations call it.
    un: True if the sequence is written as UN, so that elements there have no VR.
    removed: True if nothing there may stay.
    """

    name: str
    wrap: Callable[[Elements], Elements]
    path: tuple[int, ...] = ()
    notation: str = ""
    un: bool = False
    removed: bool = False

    def data_set(self, root: Dataset) -> Dataset | None:
        """The data set there, None if it is gone. Raises IndexError if an item on the way is gone."""
        found = root
        for tag in self.path:
            if tag not in found:
                return None
            found = found[tag].value[0]
        return found


def _nest(*tags: int, undefined: bool = False) -> Callable[[Elements], Elements]:
    def wrap(elements: Elements) -> Elements:
        for tag in reversed(tags):
            elements = [Element(tag, "SQ", (tuple(elements),), undefined=undefined)]
        return elements

    return wrap


def _as_un(*, undefined: bool) -> Callable[[Elements], Elements]:
    return lambda elements: [Element(NEUTRAL[0], "SQ", (tuple(elements),), undefined=undefined, un=True)]


def _private(number: int) -> Callable[[Elements], Elements]:
    # With undefined length: where no VR is written, nothing else tells that it is a sequence.
    return lambda elements: [
        Element(_PRIVATE, "LO", CREATOR.encode("ascii")),
        Element(_PRIVATE & 0xFFFF0000 | 0x1000 | number, "SQ", (tuple(elements),), undefined=True),
    ]


def _notation(*tags: int) -> str:
    return "".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})[0]." for tag in tags)


def in_sequences(*tags: int, undefined: bool = False) -> Place:
    """The first item of nested standard sequences, the outermost first."""
    return Place(f"depth {len(tags)}", _nest(*tags, undefined=undefined), tags, _notation(*tags))


TOP = Place("top level", lambda elements: elements)
DEPTH_1 = in_sequences(*NEUTRAL[:1])
DEPTH_3 = in_sequences(*NEUTRAL[:3], undefined=True)
DEPTH_5 = in_sequences(*NEUTRAL)
UN_UNDEFINED = Place(
    "UN of undefined length", _as_un(undefined=True), NEUTRAL[:1], _notation(NEUTRAL[0]), un=True
)
UN_DEFINED = Place(
    "UN of defined length", _as_un(undefined=False), NEUTRAL[:1], _notation(NEUTRAL[0]), un=True
)
PRIVATE_KEPT = Place("private sequence, kept", _private(KEPT), (0x00211000 | KEPT,), f"{KEPT_NAME}[0].")
PRIVATE_LOST = Place("private sequence", _private(LOST), (0x00211000 | LOST,), removed=True)
PLACES = (TOP, DEPTH_1, DEPTH_3, DEPTH_5, PRIVATE_LOST, PRIVATE_KEPT, UN_UNDEFINED, UN_DEFINED)


def frame(elements: Elements, place: Place, sop_class: str) -> Elements:
    """The whole data set: the elements at their place, and around them what says whose object it is."""
    wrapped = list(place.wrap(elements))
    present = {each.tag for each in wrapped}
    around = (
        Element(_CLASS_OF_INSTANCE, "UI", sop_class.encode("ascii")),
        Element(_INSTANCE, "UI", uid_of(_INSTANCE).encode("ascii")),
        Element(0x00100010, "PN", PATIENT_NAME.encode("ascii")),
        Element(0x00100020, "LO", PATIENT_ID.encode("ascii")),
    )
    return [*wrapped, *(each for each in around if each.tag not in present)]
