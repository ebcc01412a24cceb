"""Collections that would make one person of many, or many of one: placeholders, shared numbers, slips."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from transforms.test_people import Collection, image, message, pseudonym, visit

_PEOPLE = [
    ("4711220", "ZIMMERLING^OTTOLINE", "19510203"),
    ("5550001", "PALFREY^JOCASTA", "19880909"),
    ("6660002", "QUILLFEATHER^BARNABY", "19720101"),
]
_PATIENT = (
    '{"resourceType":"Patient","id":"%s","birthDate":"%s","name":[{"family":"%s","given":["%s"]}],'
    '"identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"%s"}]}'
)
_OBSERVATION = (
    '{"resourceType":"Observation","id":"o%s","subject":{"reference":"%s"},'
    '"effectiveDateTime":"2024-01-05","note":[{"text":"%s"}]}'
)


@pytest.fixture
def collection(tmp_path: Path, key: Path) -> Collection:
    return Collection(tmp_path, key)


def dates(text: str) -> list[str]:
    """The dates with hyphens that end a line or a value, as digits."""
    return ["".join(found) for found in re.findall(r"(\d{4})-(\d\d)-(\d\d)(?=\"|\.|$)", text, re.MULTILINE)]


def add_people(collection: Collection, text: str = "Unremarkable.") -> None:
    """A message of each of _PEOPLE: 0.hl7, 1.hl7, 2.hl7."""
    for number, (patient, name, birth) in enumerate(_PEOPLE):
        ids, accession = f"{patient}^^^GENERAL^MR", f"ACC777{number}"
        collection.add(f"{number}.hl7", message(text, ids=ids, name=name, birth=birth, accession=accession))


def visits(collection: Collection, count: int = len(_PEOPLE)) -> list[str]:
    return [visit(collection.text(f"{number}.hl7")) for number in range(count)]


def resource_of(number: int, id_: str) -> str:
    patient, name, birth = _PEOPLE[number]
    family, given = name.split("^")
    return _PATIENT % (id_, f"{birth[:4]}-{birth[4:6]}-{birth[6:]}", family, given, patient)


def test_a_placeholder_makes_no_one_of_those_who_share_a_number_with_it(collection: Collection) -> None:
    add_people(collection)
    for number in range(3):
        bare = image(PatientID="ANON", AccessionNumber=f"ACC777{number}")
        bare.StudyInstanceUID = f"1.2.3.4.{number}"
        collection.add(f"images/{number}.dcm", bare)
    collection.mask()
    assert len(set(visits(collection))) == 3


def test_an_id_of_many_people_tells_nothing(collection: Collection) -> None:
    for number, (_, name, birth) in enumerate(_PEOPLE):
        collection.add(
            f"{number}.hl7",
            message(
                "Jocasta; Barnaby", ids="12345^^^GENERAL^MR", name=name, birth=birth, accession=f"B{number}55"
            ),
        )
    collection.mask()
    assert "Jocasta; Barnaby" in collection.text("0.hl7")


def test_the_key_is_of_the_first_id_that_tells_somebody(collection: Collection) -> None:
    collection.add("0.hl7", message(ids="UNKNOWN^^^GENERAL^MR~4711220^^^CLINIC^MR"))
    collection.add("1.hl7", message(ids="4711220^^^CLINIC^MR", accession="ACC888"))
    collection.mask()
    assert len(set(visits(collection, 2))) == 1


def test_one_study_has_one_shift_though_nobody_has_an_id(collection: Collection) -> None:
    for number, name in enumerate(("ZIMMERLING^OTTOLINE", "ZIMMERLING^OTTOLINE^A", "")):
        slice_ = image(PatientName=name, StudyDate="20240105")
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        collection.add(f"{number}/i.dcm", slice_)
    collection.mask()
    assert len({collection.image(f"{number}/i.dcm").StudyDate for number in range(3)}) == 1


def test_what_contradicts_a_patient_is_not_the_patients_though_it_shares_a_number(
    collection: Collection,
) -> None:
    collection.add("0.hl7", message())
    collection.add("1.hl7", message("Ottoline, a friend", ids="", name="PALFREY^JOCASTA", birth="19880909"))
    collection.add("2.hl7", message("Ottoline was here", ids="", name="", birth=""))
    collection.mask()
    own, other, bare = visits(collection)
    assert own == bare != other
    assert "Ottoline, a" in collection.text("1.hl7")
    assert "Ottoline" not in collection.text("2.hl7")


def test_a_number_of_everybody_links_nobody(collection: Collection) -> None:
    named = "patient name,date of birth,accession number,remark,visit date\n" + "".join(
        '"{}",{},9999123,came with Jocasta,2024-01-05\n'.format(name.replace("^", ", "), birth)
        for _, name, birth in _PEOPLE
    )
    bare = "mrn,accession number,visit date\n" + "".join(
        f"471122{number},9999124,2024-01-05\n" for number in range(8)
    )
    collection.add("named.csv", named.encode())
    collection.add("bare.csv", bare.encode())
    collection.mask()
    assert collection.text("named.csv").count("Jocasta") == 2
    assert len(set(dates(collection.text("named.csv")))) == 3
    assert len(set(dates(collection.text("bare.csv")))) > 6


@pytest.mark.parametrize("heading", ["mother_mrn,baby_mrn", "mrn,donor mrn", "mrn 1,mrn 2"])
def test_two_patients_of_one_row_stay_two(heading: str, collection: Collection) -> None:
    add_people(collection)
    collection.add("roster.csv", f"{heading}\n4711220,5550001\n".encode())
    collection.mask()
    assert len(set(visits(collection))) == 3


def test_a_row_without_an_id_is_of_the_patient_who_has_two(collection: Collection) -> None:
    collection.add("0.hl7", message(ids="4711220^^^GENERAL^MR~88001122^^^CLINIC^MR"))
    collection.add("1.hl7", message(ids="88001122^^^CLINIC^MR", accession="ACC20240018"))
    collection.add(
        "visits.csv",
        b'patient name,date of birth,visit date\n"Zimmerling, Ottoline",1951-02-03,2024-01-05\n',
    )
    collection.mask()
    assert {*dates(collection.text("visits.csv"))} == {*visits(collection, 2)}


def test_merged_patients_are_one(collection: Collection) -> None:
    collection.add("0.hl7", message())
    collection.add("1.hl7", message(ids="5550001^^^GENERAL^MR", accession="ACC99"))
    collection.add(
        "merge.hl7",
        b"MSH|^~\\&|RIS|GENERAL|||20240105||ADT^A40^ADT_A39|9|P|2.5\rEVN|A40|20240105\r"
        b"PID|1||4711220^^^GENERAL^MR||ZIMMERLING^OTTOLINE||19510203|F\rMRG|5550001^^^GENERAL^MR\r",
    )
    collection.mask()
    assert len(set(visits(collection, 2))) == 1


def test_a_text_of_two_patients_has_the_dates_of_the_first(collection: Collection) -> None:
    collection.add("0.hl7", message(ids="5550001^^^GENERAL^MR", accession="ACC99"))
    collection.add("two.txt", b"MRN: 4711220 came 2024-01-05.\nMRN: 5550001 too.\n")
    collection.mask()
    both = dates(collection.text("two.txt"))
    collection.mask(identity="file")
    assert both == dates(collection.text("two.txt")) != visits(collection, 1)


def test_another_patient_in_a_report_is_not_its_subject(collection: Collection) -> None:
    add_people(collection, "Kidney of donor MRN: 5550001 came")
    collection.mask()
    assert len(set(visits(collection))) == 3


def test_archives_do_not_share_their_resources(collection: Collection) -> None:
    for number, given in enumerate(("Ottoline", "Jocasta")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("Patient.ndjson", resource_of(number, "1") + "\n")
            archive.writestr(
                "Observation.ndjson", _OBSERVATION % (1, "Patient/1", "Ottoline; Jocasta") + "\n"
            )
        collection.add(f"{given}.zip", packed.getvalue())
    collection.mask()
    for path in (collection._folder / "out" / "masked").glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            (member,) = (name for name in archive.namelist() if name.startswith("Obs"))
            text = archive.read(member).decode()
        assert ("Ottoline" in text) != ("Jocasta" in text)


def test_each_resource_of_a_bundle_is_about_its_own_patient(collection: Collection) -> None:
    add_people(collection)
    entries = []
    for number in range(3):
        patient, observation = (
            resource_of(number, f"q{number}"),
            _OBSERVATION % (number, f"urn:uuid:{number}", "Ottoline; Jocasta"),
        )
        entries.append(f'{{"fullUrl":"urn:uuid:{number}","resource":{patient}}},{{"resource":{observation}}}')
    bundle = '{"resourceType":"Bundle","type":"collection","entry":[' + ",".join(entries) + "]}"
    collection.add("bundle.json", bundle.encode())
    collection.mask()
    text = collection.text("bundle.json")
    shifted = ["".join(found) for found in re.findall(r'effectiveDateTime":"(\d+)-(\d+)-(\d+)', text)]
    assert shifted == visits(collection)
    assert len(set(shifted)) == 3
    assert text.count("Ottoline;") == text.count("; Jocasta") == 2


def test_a_wrong_birth_date_parts_nobody_from_his_resources_and_no_issuer_from_another(
    collection: Collection,
) -> None:
    collection.add("0.hl7", message(birth="19510302"))
    collection.add("1.hl7", message(ids="4711220^^^2.16.840.1.99&ISO^MR", accession="ACC99"))
    collection.add("bulk/Patient.ndjson", resource_of(0, "p7").encode() + b"\n")
    observation = _OBSERVATION % (1, "Patient/p7", "Ottoline came")
    collection.add("bulk/Observation.ndjson", observation.encode() + b"\n")
    collection.mask()
    assert "Ottoline" not in collection.text("bulk/Observation.ndjson")
    assert len({pseudonym(collection.text(f"{number}.hl7")) for number in range(2)}) == 1


def test_twins_stay_two(collection: Collection) -> None:
    for number, given in enumerate(("ANNABEL", "BERTHOLD")):
        ids, name = f"881122{number}^^^GENERAL^MR", f"ZIMMERLING^{given}"
        collection.add(
            f"{number}.hl7", message("Berthold came", ids=ids, name=name, accession=f"AC555{number}")
        )
    collection.add(
        "visits.csv",
        b'patient name,date of birth,visit date\n"Zimmerling, Annabel",1951-02-03,2024-01-05\n',
    )
    collection.mask()
    first, second = visits(collection, 2)
    assert dates(collection.text("visits.csv")) == [first] != [second]
    assert "Berthold" in collection.text("0.hl7")


def test_dependents_are_not_their_subscriber(collection: Collection) -> None:
    family = [("7712345", "BARNABY", "20100101"), ("7712346", "MIRABEL", "20110101")]
    loops = ""
    for number, (patient, given, birth) in enumerate(family):
        loops += (
            f"HL*{number + 3}*2*23*0~PAT*19~NM1*QC*1*PALFREY*{given}~DMG*D8*{birth}*F~"
            f"CLM*PAT009{number}*100***11:B:1*Y*A*Y*Y~DTP*472*D8*20240105~REF*EA*{patient}~"
        )
        ids, name = f"{patient}^^^GENERAL^MR", f"PALFREY^{given}"
        collection.add(
            f"{number}.hl7",
            message("Mirabel; Barnaby", ids=ids, name=name, birth=birth, accession=f"A777{number}"),
        )
    claim = (
        "ISA*00*          *00*          *ZZ*S              *ZZ*R              *240105*1200*^*00501*"
        "000000001*0*P*:~GS*HC*S*R*20240105*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        "BHT*0019*00*1*20240105*1200*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~HL*2*1*22*1~"
        "SBR*P**GRP1******CI~NM1*IL*1*PALFREY*JOCASTA****MI*POL99887~DMG*D8*19880909*F~"
        f"{loops}SE*20*0001~GE*1*1~IEA*1*000000001~"
    )
    collection.add("claim.x12", claim.encode())
    collection.mask()
    assert re.findall(r"472\*D8\*(\d+)", collection.text("claim.x12")) == visits(collection, 2)
    assert len(set(visits(collection, 2))) == 2
    assert "Mirabel;" in collection.text("0.hl7")
    assert "; Barnaby" in collection.text("1.hl7")


def test_ids_in_a_chain_of_houses_are_one_patient(collection: Collection) -> None:
    for number in range(8):
        ids = f"66110{number}^^^H{number}^MR~66110{number + 1}^^^H{number + 1}^MR"
        collection.add(f"{number}.hl7", message(ids=ids, name="", birth="", accession=f"CH{number}99"))
    collection.mask()
    assert len(set(visits(collection, 8))) == 1


def test_a_text_that_names_somebody_and_the_birth_date_is_about_that_patient(collection: Collection) -> None:
    add_people(collection)
    collection.add("name.txt", b"Patient: Ottoline Zimmerling\nSeen 2024-01-05.\n")
    collection.add("birth.txt", b"Patient: Ottoline Zimmerling\nDOB: 02/03/1951\nSeen 2024-01-05.\n")
    collection.mask()
    assert dates(collection.text("birth.txt")) == visits(collection, 1)
    assert dates(collection.text("name.txt")) != visits(collection, 1), "a name alone is nobody's"
