"""Documents inside DICOM objects (PS3.3 section C.24): each gives way to an empty one of its own MIME
type."""

from __future__ import annotations

ENCAPSULATED_DOCUMENT = 0x00420011
DOCUMENT_LENGTH = 0x00420015
MIME_TYPE = 0x00420012

# One blank page.
_PDF_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
)

# The parts of a ClinicalDocument that CDA release 2 asks for, without a value in them.
_CDA = b"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id nullFlavor="MSK"/><code nullFlavor="MSK"/><effectiveTime nullFlavor="MSK"/><confidentialityCode
nullFlavor="MSK"/> <recordTarget><patientRole><id nullFlavor="MSK"/></patientRole></recordTarget>
<author><time nullFlavor="MSK"/><assignedAuthor><id nullFlavor="MSK"/></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id nullFlavor="MSK"/>\
</representedCustodianOrganization></assignedCustodian></custodian> <component><nonXMLBody><text
nullFlavor="MSK"/></nonXMLBody></component> </ClinicalDocument>
"""


def _pdf() -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets: list[int] = []
    for number, body in enumerate(_PDF_OBJECTS, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, table)
    return bytes(out)


_EMPTY = {
    "application/pdf": _pdf(),
    "text/xml": _CDA,
    "application/xml": _CDA,
    "model/stl": bytes(84),  # a header of 80 bytes, and a count of no triangles
    "model/obj": b"# removed\n",
    "model/mtl": b"# removed\n",
}


def empty_document(mime_type: str) -> bytes:
    """A valid document of the type without content; two zero bytes for a type that is not known."""
    return _EMPTY.get(mime_type.split(";")[0].strip().lower(), bytes(2))
