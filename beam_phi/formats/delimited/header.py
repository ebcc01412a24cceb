"""Does a table begin with headings, or with somebody's data?

Headings are copied and named in annotations, so a first record is taken for a header only on evidence. If in
doubt it is data: its cells are searched like all others, and columns are known by number alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beam_phi.identity.canonical import fold

# Words that headings of medical tables are made of; English, then German, French and Spanish. Words that are
# common surnames too (ward, price, key, case) are left out.
_WORDS = (
    "abnormal|abstract|accession|account|action|active|activity|address|admission|admit|age|alias|"
    "allergies|allergy|amount|analysis|annotation|appointment|area|arrival|attending|author|avg|"
    "balance|base|bed|billed|billing|birth|birthdate|birthday|birthplace|blob|bmi|body|bodypart|"
    "bodysite|bp|building|campus|care|careplan|category|cd|cell|centre|certificate|change|char|charge|"
    "chart|city|claim|class|clinic|clinical|clinician|cm|code|coding|cohort|collected|collection|"
    "column|comment|comments|company|complaint|concept|condition|confidence|consent|contact|contrast|"
    "cost|count|country|county|coverage|covered|cpt|created|creatinine|creation|ct|currency|customers|"
    "data|dataset|date|days|dead|death|deceased|delivery|department|dept|desc|descr|description|"
    "destination|detail|details|device|diagnosis|diagnostic|diastolic|died|direction|directory|"
    "discharge|disease|dispense|dispenses|district|dob|doctor|document|dod|dosage|dose|dosing|download|"
    "drg|driver|drivers|drug|dt|due|duration|ecg|education|effective|eligible|email|emergency|employee|"
    "employer|encounter|encounters|end|enrolled|entry|episode|ethnicity|event|exam|examination|exclude|"
    "expenses|expiration|expiry|export|exposure|extension|external|facility|family|father|fax|file|"
    "filename|filepath|findings|first|firstname|flag|floor|folder|forename|form|format|frequency|full|"
    "fullname|gender|given|glucose|group|guarantor|guardian|guid|handle|header|headquartered|health|"
    "healthcare|height|hemoglobin|history|home|hospital|hours|icd|id|ident|identification|identifier|"
    "ids|illness|image|images|imaging|immunization|immunizations|import|impression|incident|include|"
    "income|index|indication|indicator|info|information|initial|initials|inout|inpatient|insert|"
    "instance|institution|instrument|insurance|insured|intent|interpretation|ip|issue|issuer|item|kg|"
    "kind|kvp|lab|label|laboratory|language|last|lastname|lat|latitude|lb|length|level|licence|license|"
    "line|list|local|location|loinc|lon|longitude|maiden|mail|mailing|manufacturer|marital|match|max|"
    "mean|measure|measurement|med|medicaid|medical|medicare|medication|medications|medicine|member|"
    "message|method|mg|middle|middlename|min|ml|mm|mobile|modalities|modality|model|modified|modifier|"
    "month|months|mother|mpi|mri|mrn|name|names|narrative|nationality|ndc|next|normal|note|notes|npi|"
    "nr|num|number|nurse|nval|object|observation|occupation|occurrence|onset|operator|order|ordering|"
    "org|organisation|organization|origin|outcome|outpatient|outstanding|owner|ownername|ownership|"
    "panel|part|partner|party|passport|path|patient|patientid|payer|payment|payor|percent|performed|"
    "performing|period|pharmacy|phone|phonenumber|physician|pid|plan|policy|population|position|postal|"
    "postcode|practice|practitioner|preferred|prefix|prescription|pressure|previous|primary|priority|"
    "procedure|procedures|product|profession|profile|program|project|protocol|provider|pt|pulse|"
    "purpose|qols|qty|quantity|query|question|race|radiologist|rate|ratio|reaction|reason|received|"
    "record|records|reference|referral|referring|region|registration|related|relation|relationship|"
    "religion|remark|remarks|report|reported|reporting|request|requested|requesting|resident|result|"
    "results|revenue|review|role|room|route|row|scan|scanner|schedule|scheduled|score|secondary|"
    "section|seq|sequence|serial|series|seriesuid|service|severity|sex|shipping|side|site|size|slice|"
    "slices|snomed|social|software|sop|sopinstanceuid|source|speciality|specialty|species|specimen|ssn|"
    "start|state|statecityzip|station|status|stay|std|stop|street|strength|study|studyuid|subject|"
    "subtype|suffix|sum|summary|supervising|supplier|surgeon|surgery|surname|symptom|system|systolic|"
    "table|tag|target|technician|technologist|tel|telephone|temp|temperature|test|text|therapy|"
    "thickness|time|timestamp|title|total|town|transaction|transfer|treatment|tval|type|udi|uid|"
    "uncovered|unique|unit|units|update|updated|upload|uri|url|user|username|utilization|uuid|valtype|"
    "value|valueflag|vendor|version|view|vin|visit|vitals|volume|web|website|weight|width|work|xray|"
    "year|years|yrs|zip|zipcode|"
    "abteilung|adresse|anschrift|apellido|apellidos|arzt|aufnahme|befund|bemerkung|beschreibung|ciudad|"
    "codepostal|codigo|comentario|commentaire|correo|courriel|datum|diagnose|direccion|documento|"
    "dossier|edad|einheit|fallnummer|fecha|geburtsdatum|geburtstag|genero|geschlecht|historia|hopital|"
    "identifiant|kommentar|krankenhaus|medecin|nachname|nacimiento|naissance|nom|nombre|nombres|numero|"
    "nummer|paciente|patientennummer|pays|plz|prenom|sexe|sexo|stadt|strasse|telefon|telefono|uhrzeit|"
    "untersuchung|versicherung|ville|vorname|wohnort"
)
_KNOWN = frozenset(_WORDS.split("|"))
# A heading in one piece, such as PATIENTID or SERVICEDATE2: such words of three letters and more, perhaps the
# short ones that end headings, perhaps a number.
_LONG = "|".join(word for word in _WORDS.split("|") if len(word) > 2)
_ONE_PIECE = re.compile(rf"(?:{_LONG})(?:{_LONG}|cd|dt|id)*[0-9]*")
# Words that say nothing either way; E is from E-mail.
_NEUTRAL = frozenset(
    {"AND", "AT", "BY", "E", "FOR", "IN", "IS", "ND", "NO", "OF", "OR", "PER", "RD", "ST", "TH", "THE"}
)
_TOKENS = re.compile(r"[A-Z]+[0-9]*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

MAX_HEADING = 64
MAX_HEADING_WORDS = 8
_PLACEHOLDERS = frozenset(
    {"-", "?", "F", "FALSE", "M", "N/A", "NA", "NAN", "NIL", "NONE", "NULL", "TRUE", "UNKNOWN", "YES"}
)
_VALUE = re.compile(
    r"[^A-Z]*[0-9][^A-Z]*\Z"  # a number, date, time, telephone number: digits and no letter
    r"|.*(?:[0-9]{5}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|@[\w-]+\.|://|\^|[0-9A-F]{8}-[0-9A-F]{4}-)",
    re.DOTALL,
)


def header_evidence(first: Sequence[str], following: Sequence[Sequence[str]]) -> int:
    """How many columns speak for the first record being the header of those that follow; 0 if it is none.

    No cell of it may look like a value (number, date, address of any kind, UUID, placeholder, a sentence) or
    come again below in its column, and half of its cells must be filled. Then half of the filled columns must
    have a known heading or hold values below.
    """
    cells = [cell.strip() for cell in first]
    filled = [column for column, cell in enumerate(cells) if cell]
    if 2 * len(filled) < len(cells) or any(map(_looks_like_value, filter(None, cells))):
        return 0
    rows = [[cell.strip() for cell in row] for row in following]
    rows = [row for row in rows if row != cells]
    if any(cell and cell == below for row in rows for cell, below in zip(cells, row, strict=False)):
        return 0
    evident = [column for column in filled if is_known_heading(cells[column]) or _holds_values(rows, column)]
    return len(evident) if 2 * len(evident) >= len(filled) else 0


def is_known_heading(heading: str) -> bool:
    """True if most words of a heading are such that headings are made of: it names a column and nobody."""
    tokens = _TOKENS.findall(fold(_CAMEL.sub(" ", heading)))
    tokens = [token.lower() for token in tokens if token not in _NEUTRAL]
    return 2 * sum(map(_is_heading_word, tokens)) > len(tokens)


def _is_heading_word(token: str) -> bool:
    return token.rstrip("0123456789") in _KNOWN or _ONE_PIECE.fullmatch(token) is not None


def _looks_like_value(cell: str) -> bool:
    """True for what no heading looks like."""
    folded = fold(cell)
    if len(cell) > MAX_HEADING or len(cell.split()) > MAX_HEADING_WORDS:
        return True
    return folded in _PLACEHOLDERS or _VALUE.match(folded) is not None


def _holds_values(rows: Sequence[Sequence[str]], column: int) -> bool:
    """True if nine of ten filled cells of a column look like values."""
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and 10 * sum(map(_looks_like_value, cells)) >= 9 * len(cells)
