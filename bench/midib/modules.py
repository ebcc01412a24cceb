"""The modules that the synthetic objects share: patient, study, equipment, descriptions, references, private.

What becomes of a value follows the built-in library `research`: PS3.15 Basic Profile with Clean Descriptors,
Modified Dates, Patient Characteristics, Device Identity and Safe Private. Where the public collections are
curated otherwise (station names, for one) nothing is asked for.
"""

from __future__ import annotations

from bench.midib.people import Study
from bench.midib.plan import Plan
from bench.midib.texts import texts

MAKERS = {
    "PT": ("Philips Medical Systems", "Gemini TF"),
    "CT": ("GE MEDICAL SYSTEMS", "LightSpeed VCT"),
    "MR": ("SIEMENS", "Avanto"),
    "US": ("Nordlys Imaging", "SonoLine 9"),
    "DX": ("Nordlys Imaging", "PortaView DX"),
    "MG": ("HOLOGIC, Inc.", "Selenia Dimensions"),
    "CR": ("FUJIFILM Corporation", "0000"),
    "SR": ("Nordlys Imaging", "Reporter 2"),
}

#: Written in Implicit VR.
IMPLICIT = {"MR"}

#: Of PS3.15 Table E.3.10-1, by modality: group, creator, element, VR, value.
SAFE_PRIVATE = {
    "PT": ((0x7053, "Philips PET Private Group", 0x00, "DS", "0.000651"),),
    "CT": (
        (0x0019, "GEMS_ACQU_01", 0x23, "DS", "39.375"),
        (0x0019, "GEMS_ACQU_01", 0x24, "DS", "541.0"),
        (0x0045, "GEMS_HELIOS_01", 0x02, "FL", 0.625),
    ),
    "MR": (
        (0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "750"),
        (0x2001, "Philips Imaging DD 001", 0x03, "FL", 1000.0),
        (0x2001, "Philips Imaging DD 001", 0x06, "CS", "N"),
    ),
}


def patient(plan: Plan, study: Study) -> None:
    """Patient and patient study modules; the direct identifiers, and the characteristics that stay."""
    person = study.patient
    plan.gone("PatientName", person.name, hipaa="A")
    plan.patient_id("PatientID", person.id)
    plan.gone("PatientBirthDate", f"{person.born:%Y%m%d}", hipaa="C")
    plan.gone("OtherPatientIDs", [f"X{person.id}", person.ssn], f"X{person.id}", person.ssn, hipaa="H")
    plan.gone("PatientAddress", f"{person.street}, {person.town}", hipaa="B")
    plan.gone("PatientTelephoneNumbers", person.phone, hipaa="D")
    plan.gone("PatientMotherBirthName", "Prendergast^Wilhelmina", hipaa="A")
    plan.gone("MilitaryRank", "SERGEANT")
    plan.gone("CountryOfResidence", "US")
    plan.gone("IssuerOfPatientID", person.house, hipaa="B")
    plan.present("PatientName", "PatientID", "PatientBirthDate")
    plan.kept("PatientSex", person.sex, tcia="PAT-K")
    plan.kept("PatientSize", "1.74", tcia="PAT-K")
    plan.kept("PatientWeight", "71.5", tcia="PAT-K")
    plan.kept("EthnicGroup", "3", tcia="PAT-K")
    plan.kept("SmokingStatus", "NO", tcia="PAT-K")
    age = f"{person.age(study.day):03}Y"
    if person.age(study.day) >= 90:
        plan.gone("PatientAge", age, hipaa="C")
        plan.present("PatientAge", filled=True)
    else:
        plan.kept("PatientAge", age, tcia="PAT-K")
    other = plan.item("OtherPatientIDsSequence")
    other.gone("PatientID", f"OLD{person.id}", hipaa="H")
    other.put(TypeOfPatientID="TEXT")


def general(plan: Plan, study: Study) -> None:
    """General study and series modules: people, numbers, dates and times."""
    person = study.patient
    plan.gone("AccessionNumber", study.accession, hipaa="R")
    plan.gone("StudyID", study.id, hipaa="R")
    plan.gone("ReferringPhysicianName", person.doctor, hipaa="A")
    plan.present("AccessionNumber", "StudyID", "ReferringPhysicianName")
    plan.gone("PerformingPhysicianName", person.technologist, hipaa="A")
    plan.gone("OperatorsName", person.technologist, hipaa="A")
    plan.gone("NameOfPhysiciansReadingStudy", person.doctor, hipaa="A")
    plan.gone("RequestingPhysician", person.doctor, hipaa="A")
    plan.gone("AdmissionID", f"V{person.id[::-1]}", hipaa="R")
    plan.gone("PerformedProcedureStepID", f"PPS{study.id}", hipaa="R")
    for keyword in ("StudyDate", "SeriesDate"):
        plan.shifted(keyword, study.stamp)
        plan.present(keyword, filled=True)
    plan.shifted("InstanceCreationDate", study.stamp)
    plan.shifted("PerformedProcedureStepStartDate", study.stamp)
    for keyword in ("StudyTime", "SeriesTime"):
        plan.kept(keyword, study.time, tcia="DATE-M")
    plan.put(InstanceCreationTime=study.time, SeriesNumber=3)


def equipment(plan: Plan, study: Study, modality: str) -> None:
    """General equipment: the house goes, the machine stays."""
    house = study.patient.house
    maker, model = MAKERS[modality]
    plan.gone("InstitutionName", house, hipaa="B")
    plan.gone("InstitutionAddress", f"{study.patient.street}, {study.patient.town}", hipaa="B")
    plan.gone("InstitutionalDepartmentName", "Radiology West", hipaa="B")
    plan.kept("Manufacturer", maker, tcia="DEV-K")
    plan.kept("ManufacturerModelName", model, tcia="DEV-K")
    plan.kept("SoftwareVersions", ["4.2.1", "HF3"], tcia="DEV-K")
    plan.kept("DeviceSerialNumber", "77123", tcia="DEV-K")
    plan.put(StationName=f"{modality}ROOM3")


def descriptions(plan: Plan, study: Study, modality: str, number: int) -> None:
    """Descriptions with and without identifiers in them, at the top and in sequences; a clinical trial."""
    person, region = study.patient, study.region
    for keyword, text in texts(study, modality, number).items():
        plan.cleaned(keyword, text)
    request = plan.item("RequestAttributesSequence")
    request.gone("RequestedProcedureID", f"RP{study.id}", hipaa="R")
    request.gone("ScheduledProcedureStepID", f"SP{study.id}", hipaa="R")
    request.cleaned("ScheduledProcedureStepDescription", f"{region} contrast [[{person.given}]]")
    protocol = request.item("ScheduledProtocolCodeSequence")
    protocol.put(CodeValue="P-77", CodingSchemeDesignator="99NORD")
    protocol.kept("CodeMeaning", "Thin slices")
    plan.gone("ClinicalTrialSubjectID", f"S{person.id[:4]}", hipaa="R")
    plan.gone("ClinicalTrialProtocolID", "NORD-0042")
    plan.gone("ClinicalTrialSponsorName", "Brightwell Foundation")
    plan.present("ClinicalTrialSubjectID", "ClinicalTrialProtocolID", "ClinicalTrialSponsorName", filled=True)
    plan.put(ClinicalTrialProtocolName="", ClinicalTrialSiteID="", ClinicalTrialSiteName="")


def references(plan: Plan, study: Study, uids: tuple[str, str, str], others: list[str], image: bool) -> None:
    """UIDs of the object itself (class, series, instance) and of what it points at, items deep."""
    sop_class, series, instance = uids
    plan.mapped("SOPInstanceUID", instance)
    plan.mapped("StudyInstanceUID", study.uid)
    plan.mapped("SeriesInstanceUID", series)
    plan.present("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", filled=True)
    plan.kept("SOPClassUID", sop_class)
    step = plan.item("ReferencedPerformedProcedureStepSequence")
    step.put(ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.3")
    step.mapped("ReferencedSOPInstanceUID", f"{study.uid}.77")
    if not image:
        return
    for keyword in ("ReferencedImageSequence", "SourceImageSequence"):
        for other in others:
            target = plan.item(keyword)
            target.kept("ReferencedSOPClassUID", sop_class)
            target.mapped("ReferencedSOPInstanceUID", other)


def private(plan: Plan, study: Study, modality: str) -> None:
    """Private elements: safe ones of the machine's maker, and others, among them a private sequence."""
    person = study.patient
    # The first block of the group is somebody else's: a safe creator may have reserved any.
    plan.private(0x0019, "NORDLYS WORK", 0x01, "LO", f"made for {person.spoken}", safe=False)
    for group, creator, element, vr, value in SAFE_PRIVATE.get(modality, ()):
        plan.private(group, creator, element, vr, value, safe=True)
    plan.private(0x0009, "NORDLYS WORK", 0x10, "LO", f"{person.family} {person.id}", safe=False)
    plan.private(0x0009, "NORDLYS WORK", 0x11, "UN", _even(person.spoken), safe=False)
    plan.private(0x0009, "NORDLYS WORK", 0x12, "DA", study.stamp, safe=False)
    if modality == "CT":
        plan.private_text(0x0019, "GEMS_ACQU_01", 0x9E, "LO", f"helical [[{person.family}]] fast")
    # A safe creator's element that the list doesn't hold, and a safe element's number under another creator.
    plan.private(0x0019, "GEMS_ACQU_01", 0xF1, "LO", person.name, safe=False)
    plan.private(0x0045, "NORDLYS HELIOS", 0x02, "SH", person.id, safe=False)
    if modality in IMPLICIT:
        return  # without VRs a reader can't tell that an unknown private element is a sequence
    inner = plan.private_item(0x0009, "NORDLYS WORK", 0x20)
    inner.gone("PatientName", person.name, hipaa="A")
    inner.gone("PatientBirthDate", f"{person.born:%Y%m%d}", hipaa="C")


def _even(text: str) -> bytes:
    """Values of unknown representation have an even length, too."""
    data = text.encode()
    return data + b" " * (len(data) % 2)
