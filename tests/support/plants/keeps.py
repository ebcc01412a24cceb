"""Values that a masked file must still have: what research needs and nobody is told by."""

from __future__ import annotations

from collections.abc import Iterator

from support.plants.encode import BIG, DEFLATED, EXPLICIT, IMPLICIT, El
from support.plants.ledger import EVERY, RESEARCH, Ledger
from support.plants.seams import image
from support.plants.sheet import Sheet
from support.plants.table import nested
from support.plants.tokens import Tokens

_REGIONS = ("KNEE", "Thorax", "Abdomen", "Brain", "C-Spine", "Pelvis", "Shoulder", "Ankle", "Liver", "Orbit")
_WAYS = ("AX T2 FS", "SAG PD", "COR STIR", "AX DWI b1000", "w/o contrast", "arterial phase", "lung window")

#: Text of Clean Descriptors.
_DESCRIPTORS = (
    (0x0008103E, "LO"),
    (0x00081030, "LO"),
    (0x00181030, "LO"),
    (0x00400254, "LO"),
    (0x00204000, "LT"),
    (0x00082111, "ST"),
    (0x00180010, "LO"),
    (0x00321060, "LO"),
    (0x00081080, "LO"),
)
#: Patient Characteristics and Device Identity.
_RETAINED = (
    (0x00100040, "CS", "M", "characteristics"),
    (0x00101010, "AS", "045Y", "characteristics"),
    (0x00101020, "DS", "1.83", "characteristics"),
    (0x00101030, "DS", "81.5", "characteristics"),
    (0x00181000, "LO", "SN-{n}", "device"),
    (0x00081010, "SH", "CTROOM{s}", "device"),
)
#: No row of the table names them: kept by all libraries.
_TECHNIQUE = (
    (0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
    (0x00080060, "CS", "CT"),
    (0x00080070, "LO", "PLANTWORKS"),
    (0x00081090, "LO", "Plantworks 64"),
    (0x00181020, "LO", "VB{s}A"),
    (0x00180015, "CS", "KNEE"),
    (0x00180050, "DS", "{s}.5"),
    (0x00180060, "DS", "120"),
    (0x00180080, "DS", "4{s}.25"),
    (0x00180081, "DS", "9{s}"),
    (0x00180087, "DS", "1.4941"),
    (0x00181210, "SH", "B{s}f"),
    (0x00181151, "IS", "2{s}"),
    (0x00185100, "CS", "HFS"),
    (0x00200011, "IS", "{s}"),
    (0x00200013, "IS", "1{s}"),
    (0x00200032, "DS", "-250\\-2{s}.5\\1.25"),
    (0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
    (0x00201041, "DS", "-{s}.75"),
    (0x00280030, "DS", "0.6{s}\\0.6{s}"),
    (0x00281050, "DS", "4{s}"),
    (0x00281052, "DS", "-1024"),
    (0x00281054, "LO", "HU"),
    (0x00180024, "SH", "tse2d1_{s}"),
    (0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
    (0x00181060, "DS", "7{s}.125"),
    (0x00540081, "US", ""),
)
#: Safe private elements of PS3.15 Table E.3.10-1: creator, element, VR, value.
_SAFE = (
    ("Philips Imaging DD 001", 0x2001, 0x03, "FL", (1000.0,)),
    ("Philips Imaging DD 001", 0x2001, 0x0B, "CS", "SAGITTAL"),
    ("SIEMENS MR HEADER", 0x0019, 0x0C, "IS", "1000"),
    ("SIEMENS MR HEADER", 0x0019, 0x0D, "CS", "DIRECTIONAL"),
    ("GEMS_PARM_01", 0x0043, 0x39, "IS", "1000\\8\\0\\0"),
    ("GEMS_ACQU_01", 0x0019, 0x9E, "LO", "FSE-XL"),
    ("ELSCINT1", 0x01F1, 0x26, "DS", "0.984"),
    ("Philips PET Private Group", 0x7053, 0x00, "DS", "1.000551"),
)


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
        for number in range(6):
            sheet = Sheet(ledger, tokens, f"keep/{syntax}-{number}.dcm", "keep", syntax)
            _fill(sheet, number)
            yield sheet
    for number, creator in enumerate(sorted({each[0] for each in _SAFE})):
        yield _echoes(ledger, tokens, number, creator)


def _fill(sheet: Sheet, number: int) -> None:
    s = f"{13 + 7 * number}"
    for turn, (tag, vr) in enumerate(_DESCRIPTORS):
        region, way = _REGIONS[(turn + number) % 10], _WAYS[(turn * 3 + number) % 7]
        sheet.keep(El(tag, vr, f"{region} {way} {turn + 2}.{s}mm"), "descriptor", RESEARCH)
    for tag, vr, value, rule in _RETAINED:
        text = value.format(s=s, n=sheet.tokens.number(6))
        sheet.keep(El(tag, vr, text), rule, RESEARCH)
    for tag, vr, value in _TECHNIQUE:
        numbers = (7 * number + 5,) if vr == "US" else value.format(s=s)
        sheet.keep(El(tag, vr, numbers), "technique", EVERY)
    code = [
        El(0x00080100, "SH", "72696002"),
        El(0x00080102, "SH", "SCT"),
        El(0x00080104, "LO", f"Knee region {s}"),
    ]
    for element in code:
        sheet.keep(element, "code", EVERY, top=False)
    sheet.add(*nested(code, 2))
    reference = El(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.4")
    sheet.keep(reference, "UID of the standard", EVERY, top=False)
    sheet.add(El(0x00540414, "SQ", [[reference]]))
    image(sheet, 16, 16)
    sheet.keep(El(0x7FE00010, "OW", bytes((3 * n + number) % 251 for n in range(256))), "pixels", EVERY)
    for block, (creator, group, element, vr, value) in enumerate(_SAFE, 0x10):
        sheet.put(group << 16 | block, "LO", creator)
        sheet.keep(El(group << 16 | block << 8 | element, vr, value), "safe private", RESEARCH)


def _echoes(ledger: Ledger, tokens: Tokens, number: int, creator: str) -> Sheet:
    """Safe private elements that name the patient, unsafe ones beside them, and a false creator."""
    sheet = Sheet(ledger, tokens, f"keep/private-{number}.dcm", "safe private echo")
    for _, group, element, _, _ in (each for each in _SAFE if each[0] == creator):
        sheet.put(group << 16 | 0x10, "LO", creator)
        sheet.put(group << 16 | 0x1000 | element, "LO", sheet.echo("G F", "safe element"))
        if sheet.has(group << 16 | 0x10FE):
            continue
        sheet.put(group << 16 | 0x10FE, "LO", sheet.token("unsafe element"))
        sheet.put(group << 16 | 0x11, "LO", sheet.token("unknown creator", "private creator"))
        sheet.put(group << 16 | 0x1100 | element, "LO", sheet.token("of an unknown creator"))
        sheet.put(
            group << 16 | 0x12, "LO", creator + " " + sheet.token("creator with a name", "private creator")
        )
        sheet.put(group << 16 | 0x1200 | element, "LO", sheet.token("of a creator with a name"))
    return sheet
