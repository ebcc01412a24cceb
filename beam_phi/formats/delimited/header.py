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
    "allergies|allergy|amount|analysis|annotation|appointment|area|arrival|attending|author|balance|"
    "bed|billed|billing|birth|birthdate|birthday|blob|body|bodypart|bodysite|building|campus|care|"
    "careplan|category|cd|cell|centre|certificate|change|charge|chart|city|claim|class|clinic|clinical|"
    "clinician|code|coding|cohort|collected|collection|column|comment|comments|company|complaint|"
    "concept|condition|consent|contact|contrast|cost|count|country|county|coverage|covered|cpt|created|"
    "creation|currency|data|dataset|date|days|dead|death|deceased|delivery|department|dept|desc|descr|"
    "description|destination|detail|details|device|diagnosis|diagnostic|died|direction|directory|"
    "discharge|disease|dispense|dispenses|district|dob|doctor|document|dod|dosage|dose|download|drg|"
    "drivers|drug|dt|due|duration|education|effective|eligible|email|emergency|employee|employer|"
    "encounter|end|enrolled|entry|episode|ethnicity|event|exam|examination|exclude|expenses|expiration|"
    "expiry|export|exposure|extension|external|facility|family|father|fax|file|filename|filepath|"
    "findings|first|firstname|flag|floor|folder|forename|form|format|frequency|full|fullname|gender|"
    "given|group|guarantor|guardian|guid|handle|header|health|healthcare|height|history|home|hospital|"
    "hours|icd|id|ident|identification|identifier|ids|illness|image|images|imaging|impression|incident|"
    "include|income|index|indication|indicator|info|information|initial|initials|inpatient|insert|"
    "instance|institution|instrument|insurance|insured|intent|interpretation|ip|issue|issuer|item|kind|"
    "kvp|lab|label|laboratory|language|last|lastname|lat|latitude|level|licence|license|line|list|"
    "local|location|loinc|longitude|maiden|mail|mailing|manufacturer|marital|match|measure|measurement|"
    "med|medicaid|medical|medicare|medication|medications|medicine|member|message|method|middle|"
    "middlename|mobile|modality|model|modified|modifier|month|months|mother|mpi|mrn|name|names|"
    "narrative|nationality|ndc|next|normal|note|notes|npi|num|number|nurse|object|observation|"
    "occupation|occurrence|onset|operator|order|ordering|org|organisation|organization|origin|outcome|"
    "outpatient|outstanding|owner|ownername|ownership|panel|part|partner|passport|path|patient|"
    "patientid|payer|payment|payor|percent|performed|performing|period|pharmacy|phone|phonenumber|"
    "physician|pid|plan|policy|population|position|postal|postcode|practice|practitioner|preferred|"
    "prefix|prescription|pressure|previous|primary|priority|procedure|product|profession|profile|"
    "program|project|protocol|provider|pt|purpose|qty|quantity|query|question|race|radiologist|rate|"
    "reaction|reason|received|record|records|reference|referral|referring|region|registration|related|"
    "relation|relationship|religion|remark|remarks|report|reported|reporting|request|requested|"
    "requesting|resident|result|results|revenue|review|role|room|route|row|scan|scanner|schedule|"
    "scheduled|score|secondary|section|seq|sequence|serial|series|seriesuid|service|sex|shipping|side|"
    "site|size|slice|slices|snomed|social|software|sop|sopinstanceuid|source|speciality|specialty|"
    "species|specimen|ssn|start|state|statecityzip|station|status|stop|street|strength|study|studyuid|"
    "subject|subtype|suffix|summary|supervising|supplier|surgeon|surgery|surname|symptom|system|table|"
    "tag|target|technician|technologist|tel|telephone|test|text|therapy|thickness|time|timestamp|title|"
    "total|town|transaction|transfer|treatment|type|udi|uid|unique|unit|units|update|updated|upload|"
    "uri|url|user|username|utilization|uuid|valtype|value|valueflag|vendor|version|view|vin|visit|"
    "vitals|volume|web|website|weight|width|work|year|years|zip|zipcode|"
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


def is_header(first: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """True if the first record of a table holds headings.

    No cell of it may look like a value (number, date, address of any kind, UUID, placeholder, a sentence) or
    come again below in its column, and half of its cells must be filled. Then either most of the headings
    hold a word that headings are made of, or half of the columns hold values below.
    """
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    if not filled or 2 * len(filled) < len(cells) or any(_looks_like_value(cell) for cell in filled):
        return False
    rows = [[cell.strip() for cell in row] for row in following]
    rows = [row for row in rows if row != cells]
    if any(cell and cell == below for row in rows for cell, below in zip(cells, row, strict=False)):
        return False
    if 2 * sum(map(is_known_heading, filled)) > len(filled):
        return True
    return 2 * sum(_holds_values(rows, column) for column in range(len(cells))) >= len(cells)


def is_known_heading(heading: str) -> bool:
    """True if a heading holds a word that headings are made of, so that it names a column and not a
    person."""
    tokens = _TOKENS.findall(fold(_CAMEL.sub(" ", heading)))
    return any(_is_heading_word(token.lower()) for token in tokens)


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
