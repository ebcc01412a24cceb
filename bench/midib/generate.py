"""A synthetic collection with its answer key, in the form of MIDI-B. One seed makes one collection."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless, generate_uid

from bench.midib import iods, key, modules
from bench.midib.people import Patient, Study, patients
from bench.midib.plan import Plan

IMAGES, KEY, LIBRARY = "images", "answers.db", "library.yaml"
REGIONS = ("CHEST", "ABDOMEN", "PELVIS", "BRAIN", "KNEE")
_SYNTAX = {"PT": RLELossless, **dict.fromkeys(modules.IMPLICIT, ImplicitVRLittleEndian)}


def write(folder: Path, *, people: int = 8, studies: int = 2, instances: int = 5, seed: int = 7) -> int:
    """Write ``images/``, ``answers.db`` and ``library.yaml`` below `folder`; returns the number of answers.

    studies: of each patient; each has two series of different modalities, in turn from all eight, so that 4
    studies in all have every modality. instances: of each series.
    """
    rng = random.Random(seed)
    rows: list[key.Row] = []
    modalities = list(iods.SOP_CLASSES)
    number = 0
    for person in patients(rng, people):
        for visit in range(studies):
            study = _study(rng, person, visit)
            for _ in range(2):
                modality = modalities[number % len(modalities)]
                tree = folder / IMAGES / f"{number:03}-{modality}"
                rows += _series(tree, rng, study, modality, number, instances)
                number += 1
    key.write(folder / KEY, rows)
    (folder / LIBRARY).write_text(iods.LIBRARY, encoding="utf-8")
    return sum(len(row.answers) for row in rows)


def _study(rng: random.Random, person: Patient, visit: int) -> Study:
    return Study(
        patient=person,
        uid=_uid("study", person.id, str(visit)),
        frame=_uid("frame", person.id, str(visit)),
        accession=f"ACC{rng.randrange(10**6, 10**7)}",
        id=str(rng.randrange(10**4, 10**5)),
        day=date(2012, 1, 1) + timedelta(rng.randrange(700) + 400 * visit),
        time=f"{rng.randrange(8, 18):02}{rng.randrange(60):02}30",
        region=rng.choice(REGIONS),
    )


def _series(
    folder: Path, rng: random.Random, study: Study, modality: str, number: int, count: int
) -> Iterator[key.Row]:
    """Write a series; one row for each of its files."""
    sop_class, series = iods.SOP_CLASSES[modality], _uid("series", study.uid, str(number))
    uids = [_uid("sop", series, str(index)) for index in range(count)]
    for index, uid in enumerate(uids):
        plan = Plan(Dataset(), [])
        plan.put(Modality=modality, SpecificCharacterSet="ISO_IR 100")
        modules.patient(plan, study)
        modules.general(plan, study)
        modules.equipment(plan, study, modality)
        modules.descriptions(plan, study, modality, number)
        others = [uids[index - 1], uids[(index + 1) % count]]
        modules.references(plan, study, (sop_class, series, uid), others, image=modality != "SR")
        if modality == "SR":
            iods.report(plan, study, _uid("seen", study.uid))
        else:
            iods.fill(modality, plan, study, study.frame, rng, index)
        modules.private(plan, study, modality)
        plan.put(InstanceNumber=index + 1)
        _save(plan, folder / f"{index + 1:04}.dcm", _SYNTAX.get(modality, ExplicitVRLittleEndian))
        yield key.Row(study.patient.id, study.uid, series, uid, sop_class, modality, tuple(plan.answers))


def _save(plan: Plan, path: Path, syntax: UID) -> None:
    """Write the object; its pixels, when compressed, are asked for as they are in the file."""
    ds = plan.ds
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    if syntax == RLELossless:
        ds.compress(RLELossless, generate_instance_uid=False)
    else:
        ds.file_meta.TransferSyntaxUID = syntax
    iods.seal(plan)
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)


def _uid(*parts: str) -> str:
    # Short enough for a suffix of its own.
    return str(generate_uid(entropy_srcs=list(parts)))[:56].rstrip(".")
