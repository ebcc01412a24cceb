"""HL7 v3 instance identifiers (II): what the root and the extension of one are."""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.formats.markup.field_types import CODE, Verdict
from beam_phi.library.constraint import Constraint
from beam_phi.library.uids import is_registered

#: Elements whose identifiers name a specification, and nothing in the world.
SPECIFICATIONS = frozenset({"templateId", "typeId", "interactionId", "profileId"})
#: Elements whose identifiers are the patient's own.
PATIENT_IDS = frozenset(
    {"patientRole", "patient", "patientPerson", "identifiedPerson", "asOtherIDs", "livingSubjectId"}
)

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_UID = Constraint(64, r"[0-9]+(\.[0-9]+)*", "uid")
_ASSIGNED = "2.16.840.1.113883.4."
_MAX_OID = 128
#: Classes of ids by who issues them, under 2.16.840.1.113883.4: Social Security Administration, NPI, UPIN,
#: passports, DEA, Medicare.
_BY_ISSUER = {
    "1": "ssn",
    "6": "license-number",
    "8": "license-number",
    "330": "license-number",
    "814": "license-number",
    "572": "health-plan-id",
    "927": "health-plan-id",
}
#: States, which issue driver's licences.
_LICENCES = re.compile(r"3\.[0-9]{1,2}")
_DICOM = "1.2.840.10008"


def extension(root: str, role: str) -> Verdict:
    """What an extension is. role: the data class the place says, for ids of no known issuer."""
    return _extension(root if is_oid(root) else "", role)


@lru_cache(maxsize=4096)
def _extension(oid: str, role: str) -> Verdict:
    data_class = _issued(oid) or role
    return Verdict(data_class, root=oid, issuer=oid if data_class == "patient-id" else "")


def _issued(oid: str) -> str:
    """The class that the issuer alone says."""
    if oid == _DICOM or oid.startswith(_DICOM + "."):
        return "accession-number"
    if not oid.startswith(_ASSIGNED):
        return ""
    number = oid[len(_ASSIGNED) :]
    if _LICENCES.fullmatch(number) or number.startswith("330."):
        return "license-number"
    return _BY_ISSUER.get(number, "")


def root(text: str, named: bool) -> Verdict:
    """What a root is. named: an extension goes with it, so it is who issues those; else it is itself the
    id."""
    if _UUID.fullmatch(text.strip()):
        return Verdict("other-id")
    if not is_oid(text):
        return Verdict() if named else Verdict("other-id")
    if named or is_registered(text) or text.startswith(_ASSIGNED):
        return CODE
    return Verdict("uid", searchable=False, constraint=_UID if _UID.accepts(text) else Constraint())


def is_oid(text: str) -> bool:
    """True for an OID in its dotted form."""
    return len(text) <= _MAX_OID and _OID.fullmatch(text) is not None
