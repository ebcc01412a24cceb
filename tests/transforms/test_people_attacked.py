"""Collections that try to make one person of many, or many of one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from transforms.test_people import Collection, image, message, pseudonym, visit


@pytest.fixture
def collection(tmp_path: Path, key: Path) -> Collection:
    return Collection(tmp_path, key)


def csv_dates(text: str) -> list[str]:
    return ["".join(found) for found in re.findall(r"(\d{4})-(\d\d)-(\d\d)$", text, re.M)]

PEOPLE = [("4711220", "ZIMMERLING^OTTOLINE", "19510203"), ("5550001", "PALFREY^JOCASTA", "19880909"),
          ("6660002", "QUILLFEATHER^BARNABY", "19720101")]


def test_placeholder_id_hub(collection: Collection) -> None:
    for n, (pid, name, birth) in enumerate(PEOPLE):
        collection.add(f"m{n}.hl7", message(ids=f"{pid}^^^GENERAL^MR", name=name, birth=birth, accession=f"ACC777{n}"))
        img = image(PatientID="ANON", AccessionNumber=f"ACC777{n}", StudyDate="20240105", SeriesDescription="with Jocasta")
        img.StudyInstanceUID = f"1.2.3.4.{n}"
        collection.add(f"a/i{n}.dcm", img)
    collection.mask()
    texts = [collection.text(f"m{n}.hl7") for n in range(3)]
    assert len({visit(t) for t in texts}) == 3


def test_junk_id_same_everywhere(collection: Collection) -> None:
    for n, (pid, name, birth) in enumerate(PEOPLE):
        for junk in ("999999999", "12345"):
            collection.add(f"{'ab'[len(junk) == 5]}{n}.hl7", message("Jocasta and Ottoline and Barnaby", ids=f"{junk}^^^GENERAL^MR", name=name, birth=birth, accession=f"AC{junk}7{n}"))
    collection.mask()
    t = collection.text("b0.hl7")
    print(t)
    assert "Jocasta" in t and "Ottoline" not in t


def test_unknown_first(collection: Collection) -> None:
    collection.add("one.hl7", message(ids="UNKNOWN^^^GENERAL^MR~4711220^^^CLINIC^MR"))
    collection.add("two.hl7", message(ids="4711220^^^CLINIC^MR", accession="ACC888"))
    collection.mask()
    assert visit(collection.text("one.hl7")) == visit(collection.text("two.hl7"))


def test_unknown_first_same_told(collection: Collection) -> None:
    collection.add("one.hl7", message(ids="000^^^CLINIC^MR~4711220^^^CLINIC^SS"))
    collection.add("two.hl7", message(ids="4711220^^^CLINIC^SS~000^^^CLINIC^MR"))
    collection.mask()
    assert visit(collection.text("one.hl7")) == visit(collection.text("two.hl7"))


def test_idless_linked(collection: Collection) -> None:
    for n, name in enumerate(("ZIMMERLING^OTTOLINE", "ZIMMERLING^OTTOLINE^A", "")):
        img = image(PatientName=name, StudyDate="20240105")
        img.SOPInstanceUID = img.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{n}"
        collection.add(f"{n}/i.dcm", img)
    collection.mask()
    assert len({collection.image(f"{n}/i.dcm").StudyDate for n in range(3)}) == 1


def test_idless_contradicting_on_a_link(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("x.hl7", message("Ottoline is her friend", ids="", name="PALFREY^JOCASTA", birth="19880909"))
    collection.add("y.hl7", message("Ottoline was here", ids="", name="", birth=""))
    collection.mask()
    one, x, y = (collection.text(f"{n}.hl7") for n in ("one", "x", "y"))
    print(x, y)
    assert "Ottoline is" in x
    assert visit(one) != visit(x)
    assert "Ottoline" not in y
    assert visit(one) == visit(y)


def test_junk_accession_of_many_idless(collection: Collection) -> None:
    rows = "patient name,date of birth,accession number,remark,visit date\n"
    names = [("Zimmerling, Ottoline", "1951-02-03"), ("Palfrey, Jocasta", "1988-09-09"), ("Quillfeather, Barnaby", "1972-01-01")]
    for name, birth in names:
        rows += f'"{name}",{birth},9999123,came with Jocasta,2024-01-05\n'
    collection.add("a.csv", rows.encode())
    collection.mask()
    out = collection.text("a.csv")
    print(out)
    assert out.count("Jocasta") == 2
    assert len(set(csv_dates(out))) == 3


def test_junk_accession_of_many_bare_ids(collection: Collection) -> None:
    rows = "mrn,accession number,visit date\n" + "".join(f"471122{n},9999123,2024-01-05\n" for n in range(8))
    collection.add("a.csv", rows.encode())
    collection.mask()
    assert len(set(csv_dates(collection.text("a.csv")))) > 6


def test_roster_two_columns(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", name="PALFREY^JOCASTA", birth="19880909", accession="ACC99"))
    for head in ("mother_mrn,baby_mrn", "mrn,donor mrn", "patient id,related patient id", "mrn 1,mrn 2"):
        collection.add(f"{head.replace(',', '-')}.csv", f"{head}\n4711220,5550001\n".encode())
    collection.mask()
    assert visit(collection.text("one.hl7")) != visit(collection.text("two.hl7"))


def test_mother_of_newborn(collection: Collection) -> None:
    collection.add("mother.hl7", message())
    baby = message("Mother Ottoline is well", ids="5550001^^^GENERAL^MR", name="ZIMMERLING^BABYBOY", birth="20240101", accession="ACC99").decode()
    baby = baby.replace("617-555-0142\r", "617-555-0142||||||||4711220^^^GENERAL^MR\r")
    assert baby.split("\r")[1].split("|")[21].startswith("4711220")
    collection.add("baby.hl7", baby.encode())
    collection.mask()
    assert visit(collection.text("mother.hl7")) != visit(collection.text("baby.hl7"))


def test_id_less_row_of_patient_with_two_ids(collection: Collection) -> None:
    row = b'patient name,date of birth,visit date\n"Zimmerling, Ottoline",1951-02-03,2024-01-05\n'
    collection.add("one.hl7", message(ids="4711220^^^GENERAL^MR~88001122^^^CLINIC^MR"))
    collection.add("two.hl7", message(ids="88001122^^^CLINIC^MR", accession="ACC20240018"))
    collection.add("visits.csv", row)
    collection.mask()
    assert csv_dates(collection.text("visits.csv")) == [visit(collection.text("one.hl7"))]


def test_donor_in_text(collection: Collection) -> None:
    collection.add("one.hl7", message("Kidney donor MRN: 5550001 Jocasta", ))
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", name="PALFREY^JOCASTA", birth="19880909", accession="ACC99"))
    collection.mask()
    assert visit(collection.text("one.hl7")) != visit(collection.text("two.hl7"))


def test_merge(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", accession="ACC99"))
    a40 = (b"MSH|^~\\&|RIS|GENERAL|||20240105||ADT^A40^ADT_A39|9|P|2.5\rEVN|A40|20240105\r"
           b"PID|1||4711220^^^GENERAL^MR||ZIMMERLING^OTTOLINE||19510203|F\rMRG|5550001^^^GENERAL^MR\r")
    collection.add("a40.hl7", a40)
    collection.mask()
    assert visit(collection.text("one.hl7")) == visit(collection.text("two.hl7"))


def test_several_keeps_first_key(collection: Collection) -> None:
    collection.add("two.hl7", message(ids="5550001^^^GENERAL^MR", accession="ACC99"))
    collection.add("r.txt", b"MRN: 4711220 came on 2024-01-05.\nMRN: 5550001 too.\n")
    collection.add("r1.txt", b"MRN: 4711220 came on 2024-01-05.\n")
    collection.mask()
    a, b = (re.search(r"\d{4}-\d\d-\d\d", collection.text(n))[0] for n in ("r.txt", "r1.txt"))
    assert a == b


def test_two_zips(collection: Collection) -> None:
    import io, zipfile
    for n, (pid, name, birth) in enumerate(PEOPLE[:2]):
        buffer = io.BytesIO()
        family, given = name.split("^")
        with zipfile.ZipFile(buffer, "w") as z:
            z.writestr("Patient.ndjson", '{"resourceType":"Patient","id":"1","birthDate":"%s-%s-%s","name":[{"family":"%s","given":["%s"]}],'
               '"identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"%s"}]}\n' % (birth[:4], birth[4:6], birth[6:], family, given, pid))
            z.writestr("Observation.ndjson", '{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/1"},"effectiveDateTime":"2024-01-05","note":[{"text":"%s came"}]}\n' % given.title())
        collection.add(f"z{n}.zip", buffer.getvalue())
    collection.mask()
    for n, name in enumerate(("Ottoline", "Jocasta")):
        with zipfile.ZipFile(collection._folder / "out" / "masked" / f"z{n}.zip") as z:
            assert name not in z.read("Observation.ndjson").decode()


def test_household_phone_and_plan(collection: Collection) -> None:
    for n, (pid, name, birth) in enumerate(PEOPLE):
        collection.add(f"m{n}.hl7", message("Jocasta", ids=f"{pid}^^^GENERAL^MR", name=name, birth=birth, accession=f"ACC777{n}")
           + b"IN1|1|PLAN|INS1|BLUE|||||GRP1||||||||||||||||||||||||||POLICY99887\r")
    collection.mask()
    assert len({visit(collection.text(f"m{n}.hl7")) for n in range(3)}) == 3
    assert "Jocasta" in collection.text("m0.hl7")


def test_typo_birth_keeps_issuers(collection: Collection) -> None:
    collection.add("one.hl7", message())
    collection.add("two.hl7", message(ids="4711220^^^2.16.840.1.99&ISO^MR", birth="19510204"))
    collection.mask()
    one, two = (collection.text(f"{n}.hl7") for n in ("one", "two"))
    assert pseudonym(one) == pseudonym(two)
