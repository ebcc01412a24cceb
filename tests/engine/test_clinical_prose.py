"""What the libraries find in sentences of notes: who and where, not eponyms, drugs, germs and findings."""

from __future__ import annotations

import pytest

from beam_phi import load_library
from beam_phi.engine.plan import Planner
from beam_phi.formats.plain import PARAGRAPH
from beam_phi.matching import Searcher, resolve

NOBODY = """
Foley catheter placed without difficulty, draining clear urine.
Wallace rule of nines used to estimate burn area in the chart.
Graves disease treated with Methimazole and Propranolol.
Cooper ligament repair, Bassini and Lichtenstein discussed as options.
Hartmann procedure with end colostomy, Jackson-Pratt drain left in place.
She takes Metoprolol Succinate, Lisinopril, and Atorvastatin at bedtime.
Started on Zosyn and Vancomycin, then narrowed to Ceftriaxone.
Bactrim Forte was given twice daily, Advair Diskus was continued.
Lantus Solostar and Humalog Kwikpen were refilled today.
Allegra and Zyrtec for hay fever, Yasmin for contraception.
Thomas splint applied, Allen test normal, Phalen and Tinel negative.
Babinski sign absent, Romberg test negative, Hoffman reflex absent.
Parkinson disease with Lewy bodies, Alzheimer type changes.
Hodgkin lymphoma, Ann Arbor stage two, Reed-Sternberg cells seen.
Crohn disease and Barrett esophagus on endoscopy.
Gleason score 7, Breslow depth 1.2, Clark level four.
Salter-Harris fracture of the left radius, Colles fracture on the right.
Glasgow coma scale 15, Apgar scores 8 and 9.
Staphylococcus Aureus and Escherichia Coli grew from the wound.
Moderate to severe Pain on the right side, Chest clear.
CT of the Chest, Abdomen and Pelvis was performed with Omnipaque.
Patient denies Fever, Chills, Nausea or Vomiting.
The Left Anterior Descending artery has a Palmaz stent.
Swan-Ganz catheter, Hickman line and Port-a-Cath are in position.
Weber and Rinne tests were normal. Snellen chart 20/40.
Bell palsy resolving, Horner syndrome not present.
Murphy sign positive, McBurney point tender, Rovsing sign negative.
Addison disease on Hydrocortisone, Cushing features absent.
Kaplan-Meier curve and Cox model were shown, Kruskal Wallis test used.
Baker cyst behind the knee, Osgood Schlatter disease.
Chiari malformation and Dandy Walker variant on MRI.
Ewing sarcoma, Wilms tumor, Burkitt lymphoma excluded.
Lives in Assisted Living with help, walks with a Walker.
Turned 90 degrees in the bed every two hours.
Siemens Skyra scanner and Dixon sequences used, Magnevist given.
Boston brace fitted, Milwaukee brace discussed.
Guillain Barre syndrome improved on Immunoglobulin.
Charcot Marie Tooth disease in the family, Marfan excluded.
Henoch Schonlein purpura, Stevens Johnson syndrome.
Mallory Weiss tear, Zollinger Ellison syndrome unlikely.
Budd Chiari syndrome, Peutz Jeghers polyps.
Tylenol and Motrin as needed, Depo Provera every three months.
Heparin drip stopped, Coumadin bridged with Lovenox.
Neisseria Gonorrhoeae and Chlamydia Trachomatis negative.
Hepatitis B Virus surface antigen negative, Vitamin D level low.
Billroth II reconstruction, Roux en Y anastomosis patent.
No Pneumothorax. Heart Size is normal. Lungs are Clear.
Kerley B Lines present, Hounsfield Units of the lesion 35.
Given 12 Units of Regular Insulin, then 10 Units Lispro.
Lives on the third floor without an Elevator.
""".strip()

SOMEBODY = [
    (
        "Samantha was discharged home with her mother, Martha Lepist\u00f6.",
        ["Samantha", "Martha Lepist\u00f6"],
    ),
    ("She lives at 534 Erewhon, Bedford, with Kristen.", ["534 Erewhon", "Kristen"]),
    ("Dzhambek denies pain. Referred by Elita B Desaulniers.", ["Dzhambek", "Elita B Desaulniers"]),
    ("Daughter can be reached at 71-33-52-22, or 781 1704 office.", ["71-33-52-22", "781 1704"]),
    ("Retired, grew up in Chicago, seen last in Springfield, IL.", ["Chicago", "Springfield"]),
    ("Stationed at PSC 6293, Box 8158\nAPO AP 04336.", ["PSC 6293, Box 8158\nAPO AP 04336"]),
    ("Dr. Bell test results are pending, seen by Dr. Foley.", ["Bell", "Foley"]),
]


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    found = Planner(load_library("research")).plan(PARAGRAPH).searcher
    assert found is not None
    return found


def found(searcher: Searcher, text: str) -> list[str]:
    return [finding.of(text) for finding in resolve(searcher.find(text), text)]


@pytest.mark.parametrize("text", NOBODY.splitlines())
def test_names_nobody(searcher: Searcher, text: str) -> None:
    assert found(searcher, text) == []


@pytest.mark.parametrize(("text", "values"), SOMEBODY)
def test_names_somebody(searcher: Searcher, text: str, values: list[str]) -> None:
    assert found(searcher, text) == values
