"""Values that identify: valid for their VR, and no two rows have the same."""

from __future__ import annotations

from datetime import date, timedelta

from conformance.encoding import Element
from conformance.table import Row, known, multiplicity, vr_of

PATIENT_NAME = "Windermere^Ottoline"
PATIENT_ID = "QK7734519"
#: What no text may hold in which the patient's identifiers were looked for.
PLANTED = ("windermere", "ottoline", PATIENT_ID.lower())
#: A word of every such text that tells nothing.
HARMLESS = "knee"

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.7"
_INSTANCE = "00080018"
_MEDIA_INSTANCE = "00020003"
_IMAGE_REFERENCES = frozenset({0x00081140, 0x00082112})
_REPEATABLE = frozenset({"AE", "AS", "CS", "DA", "DT", "LO", "PN", "SH", "TM", "UI"})


def mark(row: Row) -> str:
    """A word that stands in the row's values only: letters, so that no pattern of a number fits."""
    number, letters = row.number, ""
    for _ in range(3):
        number, digit = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[digit]
    return f"Vu{letters}ok"


def uid(row: Row, number: int = 0) -> str:
    """The row's UID. Media Storage SOP Instance UID is SOP Instance UID (PS3.10 section 7.1)."""
    if row.printed == _MEDIA_INSTANCE:
        return uid_of(int(_INSTANCE, 16), number)
    return uid_of(int(row.printed, 16), number)


def uid_of(tag: int, number: int = 0) -> str:
    """The UID that the row of a tag has as its value."""
    return f"1.2.826.0.1.3680043.8.498.{tag}.{number + 1}"


def moment(row: Row, number: int = 0) -> tuple[str, str]:
    """The row's date and time of day."""
    day = date(1961, 1, 2) + timedelta(days=row.number * 7 + number)
    hours, seconds = divmod(row.number * 97 + number + 3601, 3600)
    return f"{day:%Y%m%d}", f"{hours % 24:02}{seconds // 60:02}{seconds % 60:02}"


def element(row: Row, tag: int, action: str) -> Element:
    """The row's element: with the patient's identifiers in its text where it is to be cleaned (C)."""
    vr = vr_of(tag, row.name)
    if vr == "SQ":
        items = (item(row, tag, action, 0), item(row, tag, action, 1))
        # Of undefined length where no dictionary tells a reader that it is a sequence.
        return Element(tag, vr, items, undefined=not known(tag))
    if vr == "US":
        return Element(tag, vr, (40000 + row.number,))
    low, high, step = multiplicity(tag)
    count = low
    if vr in _REPEATABLE and high is None and tag not in (0x00100010, 0x00100020):
        count = max(low, 1) + step
    parts = [text(row, tag, vr, action, number) for number in range(count)]
    return Element(tag, vr, "\\".join(parts).encode("ascii"))


def item(row: Row, tag: int, action: str, number: int) -> tuple[Element, ...]:
    """An item of the row's sequence: a coded concept, or a reference to an image."""
    if tag in _IMAGE_REFERENCES:
        return (
            Element(0x00081150, "UI", SOP_CLASS.encode()),
            Element(0x00081155, "UI", uid(row, number).encode()),
        )
    meaning = text(row, tag, "LO", action, number)
    return (
        Element(0x00080100, "SH", f"{mark(row)}{number}".encode("ascii")),
        Element(0x00080102, "SH", b"99QX"),
        Element(0x00080104, "LO", meaning.encode("ascii")),
    )


def text(row: Row, tag: int, vr: str, action: str, number: int = 0) -> str:
    """One value."""
    if tag == 0x00100010:
        return PATIENT_NAME
    if tag == 0x00100020:
        return PATIENT_ID
    day, time = moment(row, number)
    word = mark(row) + "abcdefgh"[number]
    match vr:
        case "DA":
            return day
        case "TM":
            return time
        case "DT":
            return day + time
        case "UI":
            return uid(row, number)
        case "DS":
            return f"{1000 + row.number}.{number + 1}"
        case "IS":
            return str(700_000 + row.number)
        case "AS":
            return f"{row.number % 60 + 10 + number:03}Y"
        case "PN":
            return f"{word}^{word[::-1].capitalize()}"
        case "UR":
            return f"https://example.org/{word}"
    if action.startswith("C") and vr not in ("OB", "OW", "UN"):
        if vr in ("LO", "ST", "LT", "UT", "UC"):
            return f"{HARMLESS} of Windermere, {PATIENT_ID}"
        return f"{HARMLESS} {PATIENT_ID}".upper()
    return word.upper() if vr in ("CS", "AE") else f"{word} tibia"[:16]
