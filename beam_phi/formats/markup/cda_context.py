"""What the place of an element in a CDA document says of the values in it."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.formats.markup.cda_types import data_type
from beam_phi.formats.markup.narrative import Cell, Table

#: Whom or what an element is about, for it and all that lies in it, until another of these is met.
_HOLDERS = {
    "patient": "recordTarget patientRole patient patientPerson identifiedPerson livingSubjectName",
    "person": "assignedPerson associatedPerson guardian guardianPerson relatedPerson relatedEntity person "
    "informationRecipient intendedRecipient assignedEntity assignedAuthor associatedEntity author "
    "authenticator legalAuthenticator dataEnterer informant performer participant responsibleParty "
    "encounterParticipant relatedSubject personalRelationship informationProvider",
    "organization": "custodian assignedCustodian scopingEntity location healthCareFacility organization",
    "device": "assignedAuthoringDevice playingDevice scopingDevice device",
    "product": "manufacturedProduct manufacturedMaterial manufacturedLabeledDrug material labeledDrug "
    "manufacturerOrganization specimenRole specimenPlayingEntity specimen",
    "place": "birthplace place",
}
HOLDERS = {name: holder for holder, names in _HOLDERS.items() for name in names.split()}
#: The same by the class code of a role or entity.
_BY_CLASS = {
    "PAT": "patient",
    "SDLOC": "organization",
    "ISDLOC": "organization",
    "DSDLOC": "organization",
    "TERR": "place",
    "MANU": "product",
    "SPEC": "product",
    "PSN": "person",
    "ORG": "organization",
    "PUB": "organization",
    "PLC": "organization",
    "DEV": "device",
    "MAT": "product",
    "MMAT": "product",
    "CHEM": "product",
    "FOOD": "product",
    "ANM": "product",
    "NLIV": "product",
    "MIC": "product",
    "PLNT": "product",
}
_ROLES = frozenset({"participantRole", "playingEntity"})
_COVERED = frozenset({"COV", "HLD"})
_NAMES = {
    "patient": "patient-name",
    "organization": "organization",
    "place": "geography",
    "device": "",
    "product": "",
}
_NAME_TYPES = frozenset({"EN", "PN", "TN"})
_BIRTH = frozenset({"birthTime", "livingSubjectBirthTime"})
_VALUES = frozenset({"value", "low", "high", "center"})


class Context:
    """One element.

    type: its HL7 v3 data type or "". holder: whom it is about, "someone" where nothing says more, or "".
    name: the class of the name it is or is part of, "" for names of things, None outside of names. address:
    True for an address and its parts. moment: the class of a time, or "". narrative: True within the text of
    a section. cell: that of the table it lies in. base64: True if its text is. covered: True in the
    participation of somebody insured. coded: True if it has had a code. aged: True if its value, or that of
    its child, is an age.
    """

    __slots__ = (
        "address", "aged", "base64", "cell", "coded", "covered", "holder", "moment", "name", "narrative",
        "table", "type",
    )  # fmt: skip

    type: str
    holder: str
    name: str | None
    address: bool
    moment: str
    narrative: bool
    table: Table | None
    cell: Cell | None
    base64: bool
    covered: bool
    coded: bool
    aged: bool


def outermost() -> Context:
    """What holds before the root."""
    context = Context()
    context.type = context.holder = context.moment = ""
    context.name = context.table = context.cell = None
    context.address = context.narrative = context.base64 = False
    context.covered = context.coded = context.aged = False
    return context


def within(parent: Context, name: str, above: str, attributes: Mapping[str, str], stated: str) -> Context:
    """The context of an element of that name in `parent`, an element named `above`. stated: its type as the
    document says it."""
    context = Context()
    context.narrative = parent.narrative or (name == "text" and above == "section")
    context.type = "" if parent.narrative else data_type(name, stated, parent.type)
    context.covered = parent.covered or attributes.get("typeCode") in _COVERED
    context.coded = False
    context.aged = parent.aged and name in _VALUES
    context.holder = _holder(parent, name, above, attributes)
    context.address = parent.address or context.type == "AD"
    context.name = None if context.narrative else _name(parent, context, name, attributes)
    if context.type.endswith("TS"):
        context.moment = "birth-date" if name in _BIRTH else parent.moment or "date"
    else:
        context.moment = ""
    context.base64 = attributes.get("representation", "").strip().upper() == "B64"
    context.table, context.cell = parent.table, parent.cell
    if context.narrative:
        _follow_table(context, name, above, attributes)
    return context


def _holder(parent: Context, name: str, above: str, attributes: Mapping[str, str]) -> str:
    if name in _ROLES:
        if name == "playingEntity" and parent.holder == "patient":
            return "patient"
        by_class = _BY_CLASS.get(attributes.get("classCode", ""))
        return by_class or (parent.holder if name == "playingEntity" else "someone")
    if name == "subject":
        return "person" if above == "relatedSubject" else "patient"
    holder = HOLDERS.get(name)
    if holder is None:
        return "organization" if name.endswith("Organization") else parent.holder
    return holder


def _name(parent: Context, context: Context, name: str, attributes: Mapping[str, str]) -> str | None:
    if context.type == "ON":
        return "organization"
    if name != "name" and context.type not in _NAME_TYPES:
        return parent.name
    if "code" in attributes or "codeSystem" in attributes:
        return ""
    # Participants that are things have a code, but not always a class: "Penicillin" of an allergy.
    if context.holder == "someone" and parent.coded:
        return ""
    return _NAMES.get(context.holder, "person-name")


def _follow_table(context: Context, name: str, above: str, attributes: Mapping[str, str]) -> None:
    if name == "table":
        context.table, context.cell = Table(), None
    elif context.table is None:
        return
    elif name == "tr":
        context.table.start_row(above == "thead")
    elif name in ("td", "th"):
        context.cell = context.table.start_cell(name, attributes)
