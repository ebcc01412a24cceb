"""Words of medicine that no list holds, told by how they end."""

from __future__ import annotations

import re

from beam_phi.identity.persons import is_given, is_surname

#: Stems of drugs' names (WHO, International Nonproprietary Names) that end no usual name of a person.
_DRUG = (
    "cillin|m[iy]cin|floxacin|cycline|c[oa]nazole|imazole|nidazole|prazole|vir|statin|vastatin|sartan|pril|olol|dipine|parin"
    "|[txzc]i?mab|tinib|ciclib|tidine|setron|triptan|gliptin|gliflozin|glutide|formin|azepam|azolam|barbital|ocaine"
    "|sone|solone|nolone|terol|tropium|thiazide|semide|lukast|xaban|gatran|grel|platin|rubicin|taxel|oxetine|azepine"
    "|apine|peridone|piprazole|oxacin|afil|dronate|steride|profen|fenac|codone|morphone|fentanil|curium|curonium"
    "|flurane|mustine|trexate|fibrate|glitazone|terone|stigmine|dopa|giline|triptyline|zosin"
)
#: Greek and Latin endings of diseases, findings, operations, germs and terms of anatomy.
_TERM = (
    "itis|osis|oma|omas|emia|aemia|uria|pathy|pathic|ectomy|otomy|ostomy|plasty|scopy|scopic|graphy|graphic|gram|grams"
    "|algia|algic|plegia|paresis|trophy|trophic|penia|philia|rrhea|rrhoea|rrhage|rrhagic|megaly|ptosis|stenosis"
    "|sclerosis|genic|genesis|lysis|lytic|cyte|cytes|cytic|blast|coccus|cocci|bacter|bacterium|bacillus|plasma|virus"
    "|viridae|ceae|aceae|ase|gastric|enteric|hepatic|renal|cardial|cardiac|pleural|venous|arterial|vascular"
    "|cutaneous|muscular|skeletal|vertebral|cranial|lateral|medial|dorsal|ventral|caudal|iasis|ism|oid|oidal|ology"
    "|ologic|ological|ography|ometry|tomy|emic|uric|otic|itic|omatous"
)
_MEDICAL = re.compile(rf"[A-Z]{{2,}}(?:{_DRUG.upper()}|{_TERM.upper()})")


def is_term(folded: str) -> bool:
    """True for a folded word that ends like a drug or a term of medicine and is in no census of names."""
    return bool(_MEDICAL.fullmatch(folded)) and not is_given(folded) and not is_surname(folded)
