"""Descriptions as hospitals write them: what was done, and now and then to whom, when, where and by whom.

``[[…]]`` must go, ``((…))`` may go with it, all else stays: words of medicine that are also names, sizes,
techniques. ``p`` is the patient, ``s`` the study, ``m`` the modality, ``d`` a physician, family and given
name.
"""

from __future__ import annotations

from bench.midib.people import Study

TEXTS: dict[str, tuple[str, ...]] = {
    "StudyDescription": (
        "{m} {s.region} W CONTRAST ((for)) [[{p.spoken}]]",
        "{s.region} W/O CONTRAST [[{p.family}]], [[{p.given}]]",
        "{m} {s.region} 3MM THINS",
        "{s.region} LIMITED - [[{p.id}]]",
    ),
    "SeriesDescription": (
        "{s.region} axial 2.5 mm ((MRN)) [[{p.id}]]",
        "AX T2 FLAIR 3MM [[{p.family}]]",
        "Topogram 0.6 T20f",
        "[[{p.listed}]] chest lung window",
        "[[{p.spoken}]] sag recon ((on)) [[{s.day:%m/%d/%Y}]]",
    ),
    "ProtocolName": (
        "{s.region} routine thin [[{p.family}]]",
        "02_{s.region}_Routine (Adult)",
        "{s.region}^PORT ((Acc)) [[{s.accession}]]",
    ),
    "ImageComments": (
        "Good inspiration. ((Call)) [[{p.phone}]] ((on)) [[{s.day:%m/%d/%Y}]]",
        "Foley catheter in place; motion during breathhold",
        "repeated ((by)) [[{d[1]} {d[0]}]], grid cutoff",
        "QC of [[{p.joined}]] passed",
        "sent ((to)) [[{p.given}.{p.family}@example.org]]",
    ),
    "AdditionalPatientHistory": (
        "((DOB)) [[{p.born:%m/%d/%Y}]] smoker, cough; ((SSN)) [[{p.ssn}]]",
        "Graves disease, status post thyroidectomy",
        "Hodgkin lymphoma staged ((on)) [[{s.day:%d.%m.%Y}]]",
        "((Mr.)) [[{p.family}]] denies chest pain; Wilms tumor in childhood",
    ),
    "RequestedProcedureDescription": (
        "{s.region} scan ((of)) [[{s.day:%d-%b-%Y}]]",
        "{m} {s.region} WITH AND WITHOUT CONTRAST",
        "{s.region} follow up ((of)) [[{s.day:%Y-%m-%d}]]",
    ),
    "PerformedProcedureStepDescription": ("{s.region} WITHOUT INCIDENT", "{m} {s.region} PORTABLE 1 VIEW"),
    "StudyComments": (
        "Discussed ((with Dr.)) [[{d[1]} {d[0]}]] ((at)) [[{p.house}]]",
        "Compared ((with the study of)) [[{s.day:%m/%d/%Y}]]; no change",
        "Prior images in [[{s.uid}]]",
        "Ordered ((by Dr.)) [[{d[0]}]]; Baker cyst suspected",
    ),
    "PatientComments": (
        "Anxious; lives ((at)) [[{p.street}, {p.town}]]",
        "Claustrophobic; sedation given",
        "Wife [[Wilhelmina {p.family}]] ((was)) present; speaks Spanish",
        "Prefers calls ((to)) [[{p.phone}]]; hard of hearing",
    ),
    "AdmittingDiagnosesDescription": (
        "Crohn disease",
        "Pneumonia; see ((MRN)) [[{p.id}]]",
        "Sepsis, born [[{p.born:%Y%m%d}]]",
    ),
    "AcquisitionProtocolDescription": (
        "Helical 120 kV, pitch 0.9",
        "{s.region} low dose ((for)) [[{p.spoken}]]",
    ),
}


def texts(study: Study, modality: str, number: int) -> dict[str, str]:
    """A text with marks for each attribute, other ones for each series."""
    person = study.patient
    return {
        keyword: choice[(number + shift) % len(choice)].format(
            p=person, s=study, m=modality, d=person.doctor.split("^")
        )
        for shift, (keyword, choice) in enumerate(TEXTS.items())
    }
