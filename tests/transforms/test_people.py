"""One person is one in all files of a collection, whatever each of them tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from beam_phi.job import Job, run

STUDY = "1.2.826.0.1.3680043.8.498.4711"
_MESSAGE = (
    "MSH|^~\\&|RIS|{facility}|||20240105||ORU^R01|{control}|P|2.5\r"
    "PID|1||{ids}||{name}||{birth}|F|||77 Quince Terrace^^Medford^MA^02155||617-555-0142\r"
    "OBR|1||{accession}|71020^CHEST|||20240105\r"
    "OBX|1|TX|R^REPORT||{text}||||||F\r"
)


def message(text: str = "Unremarkable.", **given: str) -> bytes:
    usual = {
        "ids": "4711220^^^GENERAL^MR", "name": "ZIMMERLING^OTTOLINE", "birth": "19510203",
        "accession": "ACC20240017", "facility": "GENERAL", "control": "1",
    }  # fmt: skip
    return _MESSAGE.format(text=text, **{**usual, **given}).encode()


def image(**attributes: str) -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{STUDY}.1.1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = STUDY, f"{STUDY}.1", "CT"
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


class Collection:
    """Files to be masked under `research`, and what comes of them."""

    def __init__(self, folder: Path, key: Path) -> None:
        self._folder = folder
        self._key = key

    def add(self, name: str, content: bytes | Dataset) -> None:
        path = self._folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Dataset):
            content.save_as(path, enforce_file_format=True)
        else:
            path.write_bytes(content)

    def mask(self, identity: str = "collection", library: str = "research") -> None:
        output = self._folder / "out"
        result = run(
            Job("mask", str(self._folder / "in"), str(output), library, str(self._key), identity=identity)
        )
        assert {status for _, status in result.summary.files} == {"masked"}

    def text(self, name: str) -> str:
        return (self._folder / "out" / "masked" / name).read_text()

    def image(self, name: str) -> Dataset:
        return pydicom.dcmread(self._folder / "out" / "masked" / name)


@pytest.fixture
def collection(tmp_path: Path, key: Path) -> Collection:
    return Collection(tmp_path, key)


def visit(text: str) -> str:
    """The date of the visit of a message, as it stands in OBR-7."""
    found = re.search(r"OBR\|1\|\|[^|]*\|[^|]*\|\|\|(\d{8})", text)
    assert found
    return found[1]


def pseudonym(text: str) -> str:
    return re.split(r"[\^|]", text.split("PID|1||")[1])[0]


def test_what_one_file_tells_is_searched_for_in_all_files_of_the_patient(collection: Collection) -> None:
    collection.add("hl7/one.hl7", message())
    collection.add(
        "labs.csv", b"mrn,remark\n4711220,Ottoline came at last\n900100,Ottoline is a friend of hers\n"
    )
    collection.mask()
    own, other = collection.text("labs.csv").splitlines()[1:]
    assert "ottoline" not in own.lower()
    assert "Ottoline" in other, "of this patient nobody says that she is called so"


def test_alone_a_file_is_searched_for_what_it_tells_itself(collection: Collection) -> None:
    collection.add("hl7/one.hl7", message())
    collection.add("labs.csv", b"mrn,remark\n4711220,Ottoline came at last\n")
    collection.mask(identity="file")
    assert "Ottoline" in collection.text("labs.csv")


def test_an_image_without_patient_belongs_to_its_study(collection: Collection) -> None:
    full = image(PatientID="004711220", PatientName="ZIMMERLING^OTTOLINE", StudyDate="20240105")
    bare = image(StudyDate="20240105", SeriesDescription="seen with Ottoline")
    bare.SOPInstanceUID = bare.file_meta.MediaStorageSOPInstanceUID = f"{STUDY}.1.2"
    collection.add("a/full.dcm", full)
    collection.add("b/bare.dcm", bare)
    collection.add("hl7/one.hl7", message())
    collection.mask()
    masked, other = collection.image("a/full.dcm"), collection.image("b/bare.dcm")
    assert "ottoline" not in str(other.SeriesDescription).lower()
    assert masked.StudyDate == other.StudyDate != "20240105"
    assert visit(collection.text("hl7/one.hl7")) == masked.StudyDate


def test_two_ids_of_one_patient_have_one_date_shift(collection: Collection) -> None:
    collection.add("one.hl7", message(ids="4711220^^^GENERAL^MR~88001122^^^CLINIC^MR"))
    collection.add("two.hl7", message(ids="88001122^^^CLINIC^MR", accession="ACC20240018"))
    collection.add("three.hl7", message(ids="99123123^^^CLINIC^MR", accession="ACC20240017"))
    collection.mask()
    one, two, three = (collection.text(f"{name}.hl7") for name in ("one", "two", "three"))
    assert visit(one) == visit(two) == visit(three)
    assert len({pseudonym(text) for text in (one, two, three)}) == 3, "each id has its own pseudonym"


def test_two_patients_of_one_name_stay_two(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", birth="19880909", accession="ACC20240099"))
    collection.add("twin.hl7", message(ids="5550002^^^GENERAL^MR", accession="ACC20240100"))
    collection.mask()
    texts = [collection.text(f"{name}.hl7") for name in ("one", "two", "twin")]
    assert len({visit(text) for text in texts}) == 3
    assert len({pseudonym(text) for text in texts}) == 3


def test_an_accession_number_that_two_patients_have_makes_them_no_one(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", birth="19880909", name="PALFREY^JO"))
    collection.mask()
    assert visit(collection.text("one.hl7")) != visit(collection.text("two.hl7"))


def test_one_id_of_two_issuers_is_two_patients_where_the_collection_shows_it(collection: Collection) -> None:
    for number in range(3):
        collection.add(
            f"west{number}.hl7",
            message(
                ids=f"471122{number}^^^WEST^MR", name="PALFREY^JO", birth=f"1988090{number + 1}",
                accession=f"W{number}5555",
            ),
        )  # fmt: skip
        collection.add(
            f"home{number}.hl7",
            message(
                ids=f"471122{number}^^^GENERAL^MR", birth=f"1951020{number + 1}",
                accession=f"G{number}4444",
            ),
        )  # fmt: skip
    collection.add("bare.hl7", message(ids="4711220", birth="19510201", accession="G74444"))
    collection.add(
        "image.dcm", image(PatientID="4711220", IssuerOfPatientID="West", PatientBirthDate="19880901")
    )
    collection.mask()
    home, west, bare = (collection.text(f"{name}.hl7") for name in ("home0", "west0", "bare"))
    assert pseudonym(home) == pseudonym(bare) != pseudonym(west)
    assert visit(home) == visit(bare) != visit(west)
    assert collection.image("image.dcm").PatientID == pseudonym(west)


def test_issuers_that_agree_are_one(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="4711220^^^2.16.840.1.99&ISO^MR"))
    collection.add("three.hl7", message(ids="4711220"))
    collection.mask()
    texts = [collection.text(f"{name}.hl7") for name in ("one", "two", "three")]
    assert len({pseudonym(text) for text in texts}) == len({visit(text) for text in texts}) == 1


def test_a_record_without_id_is_of_the_one_patient_of_its_name_and_birth_date(collection: Collection) -> None:
    row = b'patient name,date of birth,visit date\n"Zimmerling, Ottoline",1951-02-03,2024-01-05\n'
    collection.add("one.hl7", message())
    collection.add("visits.csv", row)
    collection.mask()
    year, month, day = re.findall(r"\d+", collection.text("visits.csv").splitlines()[1])[-3:]
    assert visit(collection.text("one.hl7")) == year + month + day


@pytest.mark.parametrize(
    "kin",
    [
        "GT1|1||ZIMMERLING^HEDWIG|||||19210405|F\r",
        "NK1|1|ZIMMERLING^HEDWIG|MTH|||||||||||||19210405\r",
        "IN1|1|PLAN|1|||||||||||||ZIMMERLING^HEDWIG|PAR|19210405\r",
    ],
)
def test_the_birth_date_of_kin_is_not_the_patient_s(kin: str, collection: Collection) -> None:
    collection.add("one.hl7", message() + kin.encode())
    collection.add("born.csv", b"name,dob,seen\nOttoline Zimmerling,1951-02-03,2024-01-05\n")
    collection.mask()
    seen = collection.text("born.csv").splitlines()[1].split(",")[2]
    assert seen.replace("-", "") == visit(collection.text("one.hl7"))


def test_kin_of_another_birth_date_do_not_part_issuers(collection: Collection) -> None:
    patient = {
        "resourceType": "Patient", "id": "p1", "birthDate": "1951-02-03",
        "identifier": [{"system": "urn:oid:1.2.3", "value": "4711220"}],
        "name": [{"family": "Zimmerling", "given": ["Ottoline"]}],
    }  # fmt: skip
    mother = {
        "resourceType": "RelatedPerson", "patient": {"reference": "Patient/p1"}, "birthDate": "1921-04-05",
        "name": [{"family": "Zimmerling", "given": ["Hedwig"]}],
    }  # fmt: skip
    entries = [
        {"fullUrl": f"http://e.org/{each.get('id', 'm')}", "resource": each} for each in (patient, mother)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    collection.add("b.json", json.dumps(bundle).encode())
    collection.add("born.csv", b"mrn,dob\n4711220,1951-02-03\n")
    collection.mask()
    masked = json.loads(collection.text("b.json"))["entry"][0]["resource"]
    assert (
        f"{masked['identifier'][0]['value']},{masked['birthDate']}" == collection.text("born.csv").split()[1]
    )


def test_a_list_of_patients_makes_no_one_of_them(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", birth="19880909", accession="ACC20240099"))
    collection.add("round.txt", b"MRN: 4711220 in bed 3, MRN: 5550001 in bed 4.\n")
    collection.mask()
    assert visit(collection.text("one.hl7")) != visit(collection.text("two.hl7"))


def test_a_file_that_names_nobody_belongs_to_the_patient_of_its_folder(collection: Collection) -> None:
    collection.add("MRN 4711220/note.txt", b"Ottoline is well.\n")
    collection.add("one.hl7", message())
    collection.mask()
    (note,) = (collection._folder / "out" / "masked").rglob("*.txt")
    assert "Ottoline" not in note.read_text()


def test_a_broken_file_teaches_nothing_and_stops_nothing(
    collection: Collection, tmp_path: Path, key: Path
) -> None:
    collection.add("one.hl7", message())
    collection.add("broken.hl7", b"MSH|^~\\&|\xff\xfe\r" + message()[40:])
    result = run(Job("mask", str(tmp_path / "in"), str(tmp_path / "out"), "research", str(key)))
    assert result.summary.files == {("hl7", "masked"): 1, ("hl7", "quarantined"): 1}


def test_resources_are_about_the_patient_they_refer_to(collection: Collection) -> None:
    patient = (
        '{"resourceType":"Patient","id":"p7",'
        '"identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"4711220"}]}\n'
    )
    observation = (
        '{"resourceType":"Observation","id":"o1","subject":{"reference":"%s"},'
        '"effectiveDateTime":"2024-01-05","note":[{"text":"Ottoline came"}]}\n'
    )
    collection.add("bulk/Patient.ndjson", patient.encode())
    collection.add("bulk/Observation.ndjson", (observation % "Patient/p7").encode())
    collection.add("other/Observation.ndjson", (observation % "Patient/p7").encode())
    collection.add("one.hl7", message())
    collection.mask()
    masked, other = (collection.text(f"{folder}/Observation.ndjson") for folder in ("bulk", "other"))
    assert "Ottoline" not in masked
    assert "Ottoline" in other, "another server's export, and another patient"
    date = re.search(r'"effectiveDateTime":"([\d-]+)"', masked)
    assert date
    assert date[1].replace("-", "") == visit(collection.text("one.hl7"))
