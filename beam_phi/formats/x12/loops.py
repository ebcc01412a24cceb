"""Where in a transaction set a segment stands: its loop, whose name came last, where another person begins.

Loops are told by the level of HL segments, by the segments that open a loop, and by the entity code of NM1
and N1. Where implementation guides or their releases differ, the loop has no name here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: The area before any other.
_HEADER = "header"

#: Area to area: what a segment opens, by the area it stands in; "" stands for any other.
_Opens = Mapping[str, str]

#: By transaction, segments (with the level of an HL) that open an area: a loop that holds other loops.
_AREAS: Mapping[str, Mapping[str, _Opens]] = {
    "837": {
        "HL*20": {"": "2000A"},
        "HL*22": {"": "2000B"},
        "HL*23": {"": "2000C"},
        "CLM": {"": "2300"},
        "SBR": {"2300": "2320", "2320": "2320"},
        "LX": {"": "2400"},
        "SVD": {"2400": "2430", "2430": "2430"},
    },
    "835": {"LX": {"": "2000"}, "CLP": {"": "2100"}, "SVC": {"": "2110"}, "PLB": {"": ""}},
    "834": {
        "INS": {"": "2000"},
        "HD": {"": "2300"},
        "LX": {"2300": "2310", "2310": "2310"},
        "COB": {"2300": "2320", "2310": "2320", "2320": "2320"},
    },
    "271": {
        "HL*20": {"": "2000A"},
        "HL*21": {"": "2000B"},
        "HL*22": {"": "2000C"},
        "HL*23": {"": "2000D"},
        "EB": {"2000C": "2110C", "2110C": "2110C", "2000D": "2110D", "2110D": "2110D"},
        "EQ": {"2000C": "2110C", "2110C": "2110C", "2000D": "2110D", "2110D": "2110D"},
    },
    "277": {
        "HL*20": {"": "2000A"},
        "HL*21": {"": "2000B"},
        "HL*19": {"": "2000C"},
        "HL*22": {"": "2000D"},
        "HL*PT": {"": "2000D"},
        "HL*23": {"": "2000E"},
        "TRN": {
            "2000B": "2200B", "2000C": "2200C", "2000D": "2200D", "2200D": "2200D", "2220D": "2200D",
            "2000E": "2200E", "2200E": "2200E", "2220E": "2200E",
        },
        "SVC": {"2200D": "2220D", "2220D": "2220D", "2200E": "2220E", "2220E": "2220E"},
    },
    "278": {
        "HL*20": {"": "2000A"},
        "HL*21": {"": "2000B"},
        "HL*22": {"": "2000C"},
        "HL*23": {"": "2000D"},
        "HL*EV": {"": "2000E"},
        "HL*SS": {"": "2000F"},
    },
    "820": {"ENT": {"": ""}},
}  # fmt: skip

#: By transaction and area, the loops that NM1 and N1 open by their entity code; ``*`` stands for any other.
#: In an area that has no such loops they belong to the area itself.
_PARTIES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "837": {
        _HEADER: {"41": "1000A", "40": "1000B"},
        "2000A": {"85": "2010AA", "87": "2010AB", "PE": "2010AC"},
        "2000B": {"IL": "2010BA", "PR": "2010BB"},
        "2000C": {"QC": "2010CA"},
        "2300": {},
        "2320": {"IL": "2330A", "PR": "2330B"},
        "2400": {},
        "2430": {},
    },
    "835": {_HEADER: {"PR": "1000A", "PE": "1000B"}},
    "834": {
        _HEADER: {"P5": "1000A", "IN": "1000B", "BO": "1000C", "TV": "1000C"},
        "2000": {
            "IL": "2100A", "74": "2100A", "70": "2100B", "31": "2100C", "36": "2100D", "M8": "2100E",
            "S3": "2100F", "45": "2100H", "6Y": "2100G", "9K": "2100G", "E1": "2100G", "EI": "2100G",
            "EXS": "2100G", "GD": "2100G", "GJ": "2100G", "LR": "2100G", "QD": "2100G", "S1": "2100G",
            "TZ": "2100G", "X4": "2100G",
        },
        "2320": {"*": "2330"},
    },
    "271": {
        "2000A": {"*": "2100A"},
        "2000B": {"*": "2100B"},
        "2000C": {"*": "2100C"},
        "2000D": {"*": "2100D"},
        "2110C": {"*": "2120C"},
        "2110D": {"*": "2120D"},
    },
    "277": {
        "2000A": {"*": "2100A"},
        "2000B": {"*": "2100B"},
        "2000C": {"*": "2100C"},
        "2000D": {"*": "2100D"},
        "2000E": {"*": "2100E"},
    },
    "278": {
        "2000A": {"*": "2010A"},
        "2000B": {"*": "2010B"},
        "2000C": {"*": "2010C"},
        "2000D": {"*": "2010D"},
        "2000E": {},
        "2000F": {},
    },
    "820": {_HEADER: {"PE": "1000A", "PR": "1000B"}},
}  # fmt: skip
#: A request has the loops of its response.
_SAME = {"270": "271", "276": "277"}

#: Levels of a person: subscriber, dependent, patient.
_PERSONS = frozenset({"22", "23", "PT"})
#: Levels that go on about the person before them, even if they name no parent: event, service.
_EVENTS = frozenset({"EV", "SS"})
#: By transaction, segments with which what is known of one person begins.
_STARTS = {"835": frozenset({"CLP"}), "834": frozenset({"INS"}), "820": frozenset({"ENT"})}
#: Segments after which nothing is about the person before them.
_ENDS = {"835": frozenset({"LX", "TS3", "PLB"})}

#: Entity codes of the person that a transaction is about: the insured and the patient, as they are, were
#: taken for, or are corrected to; dependents, employees and policyholders.
PATIENTS = frozenset({"03", "70", "74", "EY", "IL", "QC", "QE"})

#: What a name is of.
PATIENT, PERSON, ORGANIZATION = "patient", "person", "organization"


class Tracker:
    """Follows the segments of one transaction set.

    loop: of the last segment, "" where it isn't sure. role: what the last name was of (:data:`PATIENT`,
    :data:`PERSON`, :data:`ORGANIZATION`; "" for none yet). own: False if the patient named last is another
    one than whom the scope is about.
    """

    def __init__(self, transaction: str) -> None:
        self.loop = ""
        self.role = ""
        self.own = False
        known = _SAME.get(transaction, transaction)
        self._transaction = transaction
        self._areas = _AREAS.get(known, {})
        self._parties = _PARTIES.get(known, {})
        self._starts = _STARTS.get(transaction, frozenset())
        self._ends = _ENDS.get(transaction, frozenset())
        self._watched = {"HL", "NM1", "N1", *self._starts, *self._ends, *self._areas}
        self._area = _HEADER
        self._in_person = False
        # The HL ids of the person's own levels.
        self._levels: set[str] = set()

    def watches(self, segment: str) -> bool:
        """False for a segment that changes nothing, which :meth:`enter` need not be told of."""
        return segment in self._watched

    def enter(self, segment: str, values: Sequence[str]) -> bool:
        """Take notice of a segment (`values`: its id and elements); True if a scope begins with it."""
        if segment in ("NM1", "N1"):
            self._name(segment, values)
            return False
        if segment == "HL":
            self._open(f"HL*{_at(values, 3)}")
            return self._level(_at(values, 1), _at(values, 2), _at(values, 3))
        self._open(segment)
        if segment in self._starts:
            self._in_person = True
            return True
        if segment in self._ends and self._in_person:
            self._in_person = False
            return True
        return False

    def _open(self, opener: str) -> None:
        opens = self._areas.get(opener)
        if opens is None and not opener.startswith("HL*"):
            return
        opens = opens or {"": ""}
        area = opens.get(self._area, opens.get(""))
        if area is not None:
            self._area = self.loop = area
            self.role, self.own = "", False

    def _level(self, number: str, parent: str, level: str) -> bool:
        if level in _PERSONS:
            self._levels = {number}
            self._in_person = True
            return True
        if self._in_person and (level in _EVENTS or parent in self._levels):
            self._levels.add(number)
            return False
        was_person, self._in_person = self._in_person, False
        return was_person

    def _name(self, segment: str, values: Sequence[str]) -> None:
        code = _at(values, 1)
        loops = self._parties.get(self._area)
        if loops is None:
            self.loop = "" if self._area == _HEADER else self._area
        else:
            self.loop = loops.get(code, loops.get("*", ""))
        kind = _at(values, 2) if segment == "NM1" else "2"
        if code in PATIENTS and (segment == "N1" or kind != "2"):
            self.role = PATIENT
        else:
            self.role = ORGANIZATION if kind == "2" else PERSON
        elsewhere = self.loop in ("2330", "2330A") or (self._transaction == "835" and code != "QC")
        self.own = self.role == PATIENT and not elsewhere


def _at(values: Sequence[str], index: int) -> str:
    return values[index].strip() if index < len(values) else ""
