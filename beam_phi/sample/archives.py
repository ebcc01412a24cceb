"""What was put away: an archive of letters, and in it an older one of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beam_phi.sample.file import File, Part, text_file
from beam_phi.sample.packing import tarred, zipped
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import spelled, spelled_out

DECOYS = ("Foley catheter", "Graves disease", "warfarin", "HEAD CT", "Murphy sign", "pH 7.40")
"""Words and values that must be kept."""


def archive(hospital: Hospital, patients: Sequence[Patient]) -> File:
    """A zip file with a letter about each patient, and a compressed tar file with a table of each."""
    letters = [_letter(hospital, patient) for patient in patients]
    tables = [_table(patient) for patient in patients]
    older = File(
        "older/tables.tar.gz", tarred((file.path, file.content) for file in tables), [*_inside(tables)]
    )
    members = [*letters, older]
    content = zipped((file.path, file.content) for file in members)
    return File("archive/letters.zip", content, [*_inside(members)], DECOYS)


def _inside(members: Sequence[File]) -> Iterator[Part]:
    """The parts of members, and their names, as they stand in the archive."""
    for number, file in enumerate(members, start=1):
        for text in file.path.split("/"):
            yield Part(text, f"member[{number}]", file.owner)
        for part in file.parts:
            yield Part(part.text, f"member[{number}] / {part.location}", part.patient)


def _letter(hospital: Hospital, patient: Patient) -> File:
    name, doctor = patient.name, patient.physician
    text = f"""\
{hospital.name}
{hospital.address.line}

{spelled_out(patient.visits[2])}
Re: {name.full}, born {spelled(patient.born)[-1]}, MRN: {patient.id}

Dear {doctor.formal},

{name.formal} came with {patient.relation} {patient.partner.spoken} on {patient.visits[0]:%m/%d/%Y}: Graves
disease is known, Murphy sign negative, pH 7.40. A Foley catheter was placed, warfarin stopped; the HEAD CT of
{spelled(patient.visits[1])[-2]} was normal. Please call {patient.phone} to speak with {name.given}.

{hospital.staff[0].formal}
"""
    return text_file(f"letters/{patient.id}/letter.txt", text, patient.owner)


def _table(patient: Patient) -> File:
    header = ("MRN", "Patient Name", "DOB", "Visit Date", "Comment")
    rows = [
        (patient.id, patient.name.spoken, f"{patient.born}", f"{day}", f"{comment} {patient.partner.given}")
        for day, comment in zip(
            patient.visits, ("Graves disease known to", "HEAD CT with", "warfarin told to"), strict=True
        )
    ]
    text = "".join(",".join(cells) + "\n" for cells in (header, *rows))
    parts = [
        Part(cell, f"row {number} / {heading}", patient.owner)
        for number, cells in enumerate(rows, start=1)
        for heading, cell in zip(header, cells, strict=True)
    ]
    return File(f"{patient.id}.csv", text.encode(), parts, owner=patient.owner)
