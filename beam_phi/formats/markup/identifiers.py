"""HL7 v3 instance identifiers (II): what the root and the extension of one are."""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.formats.markup.field_types import CODE, Verdict
from beam_phi.library.constraint import Constraint
from beam_phi.library.uids import SCHEMES, class_of_issuer, is_oid, is_public

#: Elements whose identifiers name a specification, and nothing in the world.
SPECIFICATIONS = frozenset({"templateId", "typeId", "interactionId", "profileId"})
#: Elements whose identifiers are the patient's own.
PATIENT_IDS = frozenset(
    {"patientRole", "patient", "patientPerson", "identifiedPerson", "asOtherIDs", "livingSubjectId"}
)

_UUID = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_UID = Constraint(64, r"[0-9]+(\.[0-9]+)*", "uid")
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
    return class_of_issuer(oid)


def root(text: str, named: bool) -> Verdict:
    """What a root is. named: an extension goes with it, so it is who issues those; else it is itself the id.

    The number of an issuer is kept, or nothing would tell two issuers' ids apart; its name is masked.
    """
    if _UUID.fullmatch(text.strip()):
        return Verdict("other-id")
    if not is_oid(text):
        return Verdict("organization" if named else "other-id")
    if is_public(text) or (named and not text.startswith(SCHEMES)):
        return CODE
    return Verdict("uid", searchable=False, constraint=_UID if _UID.accepts(text) else Constraint())
