"""Descriptors that are cleaned: the patient's name goes even if it is a word, protocols stay."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from support.masking import masked

WORDS = [
    "Winter", "Brighton", "Young", "Hunter", "Park", "Grant", "Rose", "Boston", "Long", "White", "King",
    "Stone", "May", "Will",
]  # fmt: skip


def cleaned(name: str, description: str, keyword: str = "SeriesDescription") -> str:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
    ds.PatientName, ds.PatientID = name, "00123456"
    setattr(ds, keyword, description)
    return str(masked(ds, extends="research")[keyword].value)


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("text", ["PELVIS routine thin {}", "{} AX T2 FLAIR 3MM", "Chest-{}", "{}"])
def test_a_family_name_that_is_a_word_goes(name: str, text: str) -> None:
    for written in (name, name.upper(), name.lower()):
        out = cleaned(f"{name}^Adalberta", text.format(written))
        assert name.lower() not in out.lower()
        assert all(word in out for word in text.split() if "{" not in word), out


@pytest.mark.parametrize("name", ["HEAD", "HAND", "CHEST"])
def test_a_family_name_that_is_a_part_of_the_body_counts_beside_the_given_one_only(name: str) -> None:
    assert cleaned(f"{name}^Adalberta", f"{name} routine") == f"{name} routine"
    assert name not in cleaned(f"{name}^Adalberta", f"{name}, Adalberta routine")


def test_words_keep_their_meaning_in_sentences_and_in_the_names_of_devices() -> None:
    comment = "A long and winding history of pain; the patient will return in the winter after follow up."
    assert cleaned("Long^Will", comment, "AdditionalPatientHistory") == comment
    assert cleaned("Foley^Adalberta", "Foley catheter in place") == "Foley catheter in place"


@pytest.mark.parametrize(
    "protocol",
    [
        "WHOLEBODY^Routine",
        "KNEE^PORT",
        "Head^HeadRoutine (Adult)",
        "Thorax^ThoraxRoutine (Adult)",
        "HEAD^Standard",
    ],
)
def test_protocols_with_a_caret_stay(protocol: str) -> None:
    assert cleaned("Quillfeathen^Ephrym", protocol, "ProtocolName") == protocol


@pytest.mark.parametrize("name", ["HEAD^DOUGLAS", "HAND^MAY", "CHESTERFIELD^HEAD", "LONGBOTTOM^ROUTINE"])
def test_other_persons_with_a_caret_go(name: str) -> None:
    assert name.split("^")[0] not in cleaned("Quillfeathen^Ephrym", f"{name} 3mm", "ProtocolName")
