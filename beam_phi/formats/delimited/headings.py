"""Headings of medical tables: which texts name a column, and which of them are surely nobody's data."""

from __future__ import annotations

import re

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
    "healthcare|height|hemoglobin|history|home|hometown|hospital|hours|icd|id|ident|identification|identifier|"
    "ids|illness|image|images|imaging|immunization|immunizations|import|impression|incident|include|"
    "income|index|indication|indicator|info|information|initial|initials|inout|inpatient|insert|"
    "instance|institution|instrument|insurance|insured|intent|interpretation|ip|issue|issuer|item|kg|kin|"
    "kind|kvp|lab|label|laboratory|language|last|lastname|lat|latitude|lb|length|level|licence|license|"
    "line|list|local|location|loinc|lon|longitude|maiden|mail|mailing|manufacturer|marital|match|max|"
    "mean|measure|measurement|med|medicaid|medical|medicare|medication|medications|medicine|member|"
    "message|method|mg|middle|middlename|min|ml|mm|mobile|modalities|modality|model|modified|modifier|"
    "month|months|mother|mpi|mri|mrn|name|names|narrative|nationality|ndc|next|nickname|normal|note|notes|npi|"
    "nr|num|number|nurse|nval|object|observation|occupation|occurrence|onset|operator|order|ordering|"
    "org|organisation|organization|origin|outcome|outpatient|outstanding|owner|ownername|ownership|"
    "panel|part|partner|party|passport|path|patient|patientid|payer|payment|payor|percent|performed|"
    "performing|period|pharmacy|phone|phonenumber|physician|pid|plan|policy|population|position|postal|"
    "postcode|practice|practitioner|preferred|prefix|prescription|pressure|previous|primary|priority|"
    "procedure|procedures|product|profession|profile|program|project|protocol|provider|pt|pulse|"
    "purpose|qols|qty|quantity|query|question|race|radiologist|rate|ratio|reaction|reason|received|"
    "record|records|reference|referral|referring|region|registration|related|relation|relationship|"
    "religion|remark|remarks|report|reported|reporting|request|requested|requesting|residence|resident|result|"
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
# Words that say nothing either way; E is from E-mail, MD and its like from "Attending MD".
_NEUTRAL = frozenset(
    {
        "AND",
        "AT",
        "BY",
        "DO",
        "E",
        "FOR",
        "IN",
        "IS",
        "MD",
        "ND",
        "NO",
        "NP",
        "OF",
        "OR",
        "PER",
        "RD",
        "RN",
        "ST",
    }
    | {"TH", "THE"}
)
_TOKENS = re.compile(r"[A-Z]+[0-9]*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# The parts of headings that name an identifier of somebody, in one piece: "ptlastname", "Patient Name".
_PERSON = (
    r"(?:pts?|pat|patients?|subj|subjects?|participants?|persons?|clients?|members?|insured|subscribers?|mothers?|"
    r"fathers?|spouses?|guardians?|guarantors?|employees?|provider|prov|physicians?|doctors?|gp|pcp|attending|"
    r"referring|ordering|reading|performing|admitting)"
)
_PART = r"(?:last|first|middle|given|family|full|legal|birth|maiden|sur|fore|l|f|m)"
_TELLING_KEY = re.compile(
    rf"""
      {_PERSON}(?:s?{_PART}*(?:names?|nm)|s?(?:ids?|identifier|mrn|nos?|nr|num|number|nbr|key|sk|code|dob|bday|
        birthdate|dateofbirth|age|sex|gender|addr|address|phone|tel|email|zip|ssn|initials|label|md|physicians?|
        doctor|provider|rad|radiologist|lastfirst|firstlast))
    | {_PART}(?:name|nm)s? | (?:last|first)(?:last|first) | lastnamefirst(?:name)?
    | (?:pat|pt|patient)?mrn(?:id|no|num|number)? | mrno
    | (?:medical|med)rec(?:ord)?s?(?:id|no|nr|num|nbr|number)
    | dob | b(?:irth)?(?:date|dt|day) | dateofbirth | ssn | socialsecurity(?:no|number)
    | accession(?:no|num|nbr|number|id) | accno
    | (?:study|exam|admission|admit|discharge|service|visit|procedure|encounter|series|scan|report|order)
      (?:date|time|datetime|id|no|number|uid|instanceuid) | sop(?:instance|class)uid
    | (?:home|cell|mobile|work)?(?:tele)?phone(?:no|number)
    | emailaddress | zipcode | postalcode | streetaddress
    | empi(?:id)? | csn | fin(?:nbr|number|no) | \w*csnid
    | patientenname | patientennummer | patientenid | nachname | vorname | familienname
    | geburtsdatum | fallnummer
    | cognome | nomepaziente | apellidos? | nombrepaciente | prenom | nomdenaissance
    | datedenaissance | voornaam | achternaam | geboortedatum | fechadenacimiento | datadinascita
    | 患者氏名 | 患者名 | 患者id | 氏名 | 姓名 | 生年月日 | 出生日期 | 病历号
    | фамилия | имя | отчество | пациент | датарождения | фио
    | 0010(?:0010|0020|0030|0032|0040|1000|1001|1010|1040|2154|4000)
    | 0008(?:0020|0021|0022|0023|0030|0050|0060|0070|0080|0081|0090|1010|1030|103e|1040|1048|1050|1060|1070)
    | 0020(?:000d|000e|0010|0011|0013)
    """,
    re.VERBOSE,
)
# Names of variables: PAT_ENC_CSN_ID, MED_REC_NO, AUTH_PROV_NAME.
_VARIABLE = re.compile(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:ID|SK|KEY|NO|NBR|NUM|NM|NAME|LNAME|FNAME|DT|DTTM|DATE|MRN|DOB|ZIP|TEL|PHONE|ADDR)"
)
# Labels of questionnaires: "What is the participant's medical record number?"
_QUESTION = re.compile(
    r"[^0-9@^]*\b(?:YOUR|PATIENT|PARTICIPANT|SUBJECT|CHILD|MEDICAL|FULL|FIRST|LAST|DATE OF)(?:['\u2019]?S)?\b"
    r"[^0-9@^:]*\b(?:NAME|RECORD NUMBER|BIRTH|ADDRESS|TELEPHONE|PHONE|AGE)\b[^0-9@^:]*[?:]\s*"
)
#: Characters the label of a questionnaire may have.
MAX_LABEL = 256
#: Two of these do what one telling heading does.
_HALF = frozenset(
    {"address", "age", "city", "comment", "date", "email", "first", "gender", "id", "identifier", "last"}
    | {"modality", "name", "names", "patient", "phone", "sex", "study", "time", "zip"}
)


def heading_key(heading: str) -> str:
    """The letters and digits of a heading alone, folded, in lower case: what libraries know it by."""
    return "".join(c for c in fold(heading) if c.isalnum()).lower()


def is_telling(heading: str) -> bool:
    """True if a heading alone shows that it is one: "Patient Name", "MRN", "PAT_ENC_CSN_ID"; no value of a
    record reads like this."""
    if len(heading) > MAX_LABEL:
        return False
    return _TELLING_KEY.fullmatch(heading_key(heading)) is not None or any(
        pattern.fullmatch(fold(heading.strip())) is not None for pattern in (_VARIABLE, _QUESTION)
    )


_NUMBERED = re.compile(r"[^\W\d_][\W_]*\d{4}")


def is_plain(heading: str) -> bool:
    """True for the plainest headings, "Name" or "Age", which a value may read like, though seldom."""
    return heading_key(heading) in _HALF


def is_known_heading(heading: str) -> bool:
    """True if most words of a heading are such that headings are made of: it names a column and nobody.

    None with a number of four digits behind a word: people have called columns by somebody's number.
    """
    if _NUMBERED.search(heading):
        return False
    if is_telling(heading):
        return True
    tokens = _TOKENS.findall(fold(_CAMEL.sub(" ", heading)))
    tokens = [token.lower() for token in tokens if token not in _NEUTRAL]
    return 2 * sum(map(_is_heading_word, tokens)) > len(tokens)


def told_heading(text: str) -> str:
    """What a text calls the value that stands beside it, one blank for each run of them; "" if that is no
    heading, and might be somebody's data."""
    heading = " ".join(text.split())
    return heading if is_known_heading(heading) else ""


def _is_heading_word(token: str) -> bool:
    return token.rstrip("0123456789") in _KNOWN or _ONE_PIECE.fullmatch(token) is not None
