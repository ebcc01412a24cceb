"""PHI in the places where it is easily overlooked: deep in sequences, private, in overlays and thumbnails."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beam_phi.identity.canonical import fold
from beam_phi.sample import images
from beam_phi.sample.objects import code, image, item
from beam_phi.sample.people import Patient
from beam_phi.sample.plan import Series, Study


def request(study: Study) -> Dataset:
    """A request with the patient's name four levels down."""
    patient = study.patient
    person = item(
        ValueType="PNAME",
        ConceptNameCodeSequence=[code("121036", "DCM", "Mother of fetus")],
        PersonName=patient.name.dicom,
    )
    protocol = code("P-77", "99BGH", "Local head protocol")
    protocol.ProtocolContextSequence = [person]
    return item(
        RequestedProcedureID=study.id,
        RequestedProcedureDescription=f"CT HEAD {patient.name.spoken}",
        ScheduledProcedureStepID=study.id,
        ScheduledProtocolCodeSequence=[protocol],
    )


def original(study: Study) -> Dataset:
    """What the name and the accession number were before a correction."""
    patient = study.patient
    return item(
        SourceOfPreviousValues="BRKFD RIS",
        AttributeModificationDateTime=f"{study.day:%Y%m%d}{study.time}",
        ModifyingSystem="BRKFD RIS",
        ReasonForTheAttributeModification="CORRECT",
        ModifiedAttributesSequence=[item(PatientName=patient.partner.dicom, AccessionNumber=study.accession)],
    )


def private(dataset: Dataset, study: Study, series: Series) -> None:
    """Private blocks: text, a UID, a nested private sequence, and an element of unknown representation."""
    patient = study.patient
    block = dataset.private_block(0x0019, "NORDLYS CT 01", create=True)
    block.add_new(0x01, "LO", patient.name.spoken)
    block.add_new(0x02, "UI", series.uid)
    block.add_new(0x03, "DS", "1.5")
    inner = item(PatientName=patient.name.dicom, PatientID=patient.id)
    nested = inner.private_block(0x0021, "NORDLYS CT 02", create=True)
    nested.add_new(0x10, "PN", patient.partner.dicom)
    nested.add_new(0x11, "DA", f"{patient.born:%Y%m%d}")
    block.add_new(0x04, "SQ", Sequence([inner]))
    unknown = f"{patient.id} {fold(patient.name.spoken)}".encode()
    block.add_new(0x05, "UN", unknown + b" " * (len(unknown) % 2))


def overlay(dataset: Dataset, patient: Patient) -> None:
    """One overlay plane (PS3.3 C.9.2) with the name as graphic and as text."""
    rows, columns = 64, 240
    name = fold(patient.name.spoken)
    for element, vr, value in (
        (0x0010, "US", rows),
        (0x0011, "US", columns),
        (0x0022, "LO", f"Annotation for {name}"),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x1500, "LO", name),
        (0x3000, "OW", images.overlay_bits(name, columns, rows)),
    ):
        dataset.add_new((0x6000, element), vr, value)


def icon(dataset: Dataset, pixels: images.Pixels) -> None:
    """A thumbnail (PS3.3 C.7.6.1.1.6)."""
    thumbnail = Dataset()
    image(thumbnail, (pixels[::8, ::8] >> 4), "MONOCHROME2", 8)
    dataset.IconImageSequence = [thumbnail]
