"""The built-in patterns, one table: what a rule library calls ``builtin: NAME``.

Every pattern is free of nested or adjacent unbounded repeats, so that Python's backtracking engine needs time
linear in the text. Word limits are the lookarounds :data:`LEFT` and :data:`RIGHT` rather than ``\\b``: an
underscore parts words in file names. A named group narrows the finding to itself, the rest of the pattern
being its cue.

Dates and times: ``date-iso date-numeric date-compact datetime-compact date-month-name date-month-year
date-day-month date-cue time-with-date time-of-day year-cue``. Ages: ``age-text age-dicom``.

Contacts: ``phone-us phone-international phone-cue phone-label fax-cue email url ipv4 ipv6 mac-address``.

Numbers of persons: ``ssn ssn-plain mrn-cue patient-id-cue accession-cue order-cue account-cue
health-plan-cue mbi license-cue npi dea nhs-number credit-card iban``. Of things: ``vin plate-cue
device-serial-cue uid long-number``.

Places: ``street-address street-unit address-cue military-address po-box city-state-zip town zip-us zip-cue
postcode-uk postcode-ca organization``.

Names: ``name-title name-title-caps name-cue name-relative name-subject name-dictated name-credential
name-caret name-comma name-for name-initials``.

Parts of a path: ``path-date path-month path-time path-label-id path-id path-folder-id path-code
path-digits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beam_phi.identity.dates import FOREIGN_MONTH
from beam_phi.matching import streets
from beam_phi.matching.streets import LETTER as _LETTER
from beam_phi.matching.streets import STATE as _STATE
from beam_phi.matching.streets import UPPER


@dataclass(frozen=True, slots=True)
class Builtin:
    """A pattern with what is known of it.

    score: how sure a bare hit is (0-1). A validator that accepts it halves the doubt, one that refuses it
    halves the score. validator: a name of :data:`beam_phi.matching.validators.VALIDATORS`, or "". context:
    words that halve the doubt when they stand near. context_required: no finding without one of them.
    min_score: findings that end up below are dropped.
    """

    regex: str
    score: float
    validator: str = ""
    context: tuple[str, ...] = ()
    context_required: bool = False
    ignore_case: bool = True
    min_score: float = 0.4


LEFT = r"(?<![^\W_])"
RIGHT = r"(?![^\W_])"
_NO_DIGIT = r"(?!\d)"

# -- dates -----------------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
#: The names of :data:`beam_phi.identity.dates.FOREIGN_MONTHS`, in full or in three or four letters.
_FOREIGN_MONTH = f"(?:{FOREIGN_MONTH})"
#: "may" is no month unless it has a capital or a year.
_NO_MAY = r"(?!(?-i:may))"
_YEAR = r"(?:1[89]|20)\d\d"
_M = r"(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_MM = r"(?:1[0-2]|0[1-9])"
_DD = r"(?:3[01]|[12]\d|0[1-9])"
_COMPACT = rf"{_YEAR}{_MM}{_DD}"
_DAY = rf"{_D}(?:st|nd|rd|th)?"
#: Days without separators: year first, and year last in either order.
_SOLID = rf"(?:{_COMPACT}|(?:{_MM}{_DD}|{_DD}{_MM}){_YEAR})"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?: ?[ap]\.?m\b\.?)?"
#: Hours and minutes without a colon.
_DIGIT_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d(?![\w/:-]|\.\d)"
#: Days of the month that no fraction or score has below the stroke: 4/5, 8/10.
_LATE = r"(?:1[1-9]|2\d|3[01])"

#: Ages over 89, which alone must go: below, "12M" and "5 y" are other things as often.
_OLD = r"(?:9\d|1[01]\d)"

# -- names -----------------------------------------------------------------------------------------

#: Scripts without capitals: Hebrew, Arabic, the Indic ones, Thai, kana, ideographs, Hangul.
_UNCASED = "[\u05d0-\u06d3\u0904-\u0e30\u3041-\u30fe\u3400-\u9fff\uac00-\ud7a3]"
#: A capitalised or all-capital name of two letters or more, with inner apostrophes and hyphens.
_NAME = rf"[{UPPER}](?={_LETTER}|['\u2019]){_LETTER}{{0,30}}(?:['\u2019-]{_LETTER}{{1,30}}){{0,3}}"
#: What comes before a family name: "van der", "St.", "al-", "d'".
_LEAD = (
    r"(?:(?:(?i:van|von|vom|zu|der|den|de|del|della|di|da|dos|du|la|le|el|bin|ibn|ben|abu|ter|ten|mac|st\.?)[^\S\n]){1,3}"
    r"(?:[dDlL]['\u2019])?|(?i:al|el|ad|as)-|[dDlL]['\u2019])"
)
#: A word with a capital and small letters.
_PROPER = rf"[{UPPER}][^\W\d_A-Z]{{1,30}}(?:['\u2019-]{_LETTER}{{2,30}})?"
_INITIAL = rf"[{UPPER}](?:\.|(?!{_LETTER}))"
_PARTICLE = r"(?:(?i:van|von|der|den|de|del|della|di|da|dos|du|la|le|al|el|bin|ibn|ben|ter|ten|st\.))"
_GAP = r"[^\S\n]{1,3}\n?[^\S\n]{0,3}|\n[^\S\n]{0,3}"
#: One to four names in a row, initials before and between.
_NAMES = (
    rf"(?:{_INITIAL}(?:{_GAP})?){{0,2}}{_LEAD}?{_NAME}"
    rf"(?:(?:{_GAP})(?:{_INITIAL}|{_PARTICLE}(?=\s)|{_NAME}{RIGHT}(?![^\S\n]?:))){{0,4}}"
)
_FULL = (
    rf"(?:{_UNCASED}{{2,12}}(?:[^\S\n]{_UNCASED}{{1,12}}){{0,2}}"
    rf"|{_NAMES}(?:,[^\S\n]?{_NAMES})?|{_NAME}(?:\^{_NAME}|\^{_INITIAL}){{1,4}})"
)
_TO = r"[^\S\n]{0,3}[:=#-]?\s{0,3}"

# -- numbers with a cue ----------------------------------------------------------------------------

#: What may stand between a cue and its number: "MRN: 1", "Acc# 1", "Patient ID is 1", "account number 1".
_IS = (
    r"(?:(?:[^\S\n]{0,2}|_)(?:numbers?|nos?\.?|nr\.?|num\.?|ids?|is|was|of|#))?"
    r"[^\S\n]{0,2}[:=#._]{0,2}\s{0,3}[#(]?"
)
_BARE_ID = r"(?=[A-Z-]{0,8}\d)[A-Z0-9](?:[A-Z0-9]|[-./](?=[A-Z0-9])){1,29}"
_ID = rf"(?P<id>{_BARE_ID})"
#: Digits behind an id that don't belong to it: a date, a time, a size, an age.
_ANOTHER = (
    r"(?:\d|[\w/:.-](?<!\.)|\.\d|[^\S\n]?(?:%|(?:[mck]?m|mm|m?c?g|ml|cc|kg|lbs?|y|yo|yrs?|years?|months?|mos?"
    r"|days?|weeks?|wks?|hours?|hrs?|min|minutes?|old|x|am|pm|[mf])\b))"
)
#: An id in short groups: "00 123 456", "AB 12". A longer run of digits is an id by itself, and so is what a
#: hyphen joins.
_GROUPED_ID = (
    rf"(?P<id>(?:[A-Z]{{0,4}}\d{{1,4}}|(?-i:(?!AND|DOB|AGE|SEX|FOR|ON|OR|OF|IN)[A-Z]{{2,4}}))"
    rf"(?:[ ]\d{{2,4}}(?!{_ANOTHER})){{1,5}}|{_BARE_ID})"
)
_SEVEN_DIGITS = r"(?=(?:[+(]?\d[ ().-]{0,3}){7})"
_PHONE_TAIL = r"(?:[^\S\n]{0,2}(?:x|ext\.?|extension)[^\S\n]?\d{1,6})?"

# -- places ----------------------------------------------------------------------------------------

_PLACE_WORDS = (
    "state",
    "zip",
    "postal",
    "address",
    "street",
    "road",
    "avenue",
    "city",
    "lives",
    "resides",
    "mailing",
)

# -- paths -----------------------------------------------------------------------------------------

#: What a number in a path can be besides an id, or what stands before an id without being a part of it.
_PATH_LABEL = (
    r"(?:mrn|id|p(?:at)?id|patients?|pat|pt|subj(?:ect)?|sub|ssn|acc(?:ession)?|stud(?:y|ies)|exam|case|visit"
    r"|ses(?:sion)?|ser(?:ies)?|se|st|sr|im|ima|imgs?|images?|slices?|scan|frame|phase|ct|mri?|pt|pet|us|[xcd]r|dx"
    r"|nm|mg|dicom|dcm|file|note|report|page|part|run|acq|seq|te|tr|ti|b|bval|w|l|v|ver|version|rev|vol|day|week"
    r"|month|year)"
)
_PATH_DATE = rf"(?:{_YEAR}[-_. ]?{_MM}[-_. ]?{_DD}|{_DD}[-_. ]{_DD}[-_. ](?:{_YEAR}|\d\d(?!\d)))"

CATALOG: Mapping[str, Builtin] = {
    # dates and times
    "date-iso": Builtin(
        rf"(?<!\d){_YEAR}([-/._]){_M}\1{_D}{_NO_DIGIT}"
        rf"|(?<![\d.] )(?<!\d){_YEAR} {_MM} {_DD}{_NO_DIGIT}(?! ?[\d.])",
        0.9,
        "date",
    ),
    "date-numeric": Builtin(
        rf"(?<!\d){_D}([-/._]){_D}\1{_YEAR}{_NO_DIGIT}|(?<!\d)(?<!\d[./-]){_D}([-.]){_D}\2\d\d{_NO_DIGIT}(?![./-]\d)"
        rf"|(?<!\d)(?<!\d[./]){_D}/{_D}/['\u2019]?\d\d{_NO_DIGIT}(?!/\d)(?!\.\d)"
        rf"|(?<!\d)(?<!\d[./\\]){_D}([^\S\n]?[/\\][^\S\n]?){_D}\3['\u2019]?(?:{_YEAR}|\d\d){_NO_DIGIT}(?![./\\]\d)",
        0.8,
        "date",
    ),
    "date-compact": Builtin(rf"(?<!\d)(?<!\d\.){_SOLID}{_NO_DIGIT}(?!\.\d)", 0.7, "date"),
    "datetime-compact": Builtin(
        rf"(?<!\d){_COMPACT}(?:[01]\d|2[0-3])(?:[0-5]\d){{1,2}}(?:\.\d{{1,6}})?"
        rf"(?:[+-][01]\d[0-5]\d)?{_NO_DIGIT}",
        0.8,
        "date",
    ),
    "date-month-name": Builtin(
        rf"{LEFT}(?:{_DAY}[^\S\n]?(?:of[^\S\n])?[-/.,]?[^\S\n]?{_MONTH}[^\S\n]?[-/.,]?[^\S\n]?(?:{_YEAR}"
        rf"|['\u2019]?\d\d)"
        rf"|{_MONTH}[^\S\n]?[-/.]?[^\S\n]?(?:the[^\S\n])?{_DAY}(?:,[^\S\n]{{0,2}}|[^\S\n]|[-/]){_YEAR}"
        rf"|{_YEAR}[^\S\n/-]?[-/]?{_MONTH}[-/.]?[^\S\n]?{_DAY}"
        rf"|{_D}(?:st|nd|er|\u00ba|\.)?[^\S\n]?(?:de[^\S\n])?{_FOREIGN_MONTH}\.?[^\S\n](?:del?[^\S\n])?{_YEAR}){RIGHT}",
        0.9,
    ),
    "date-month-year": Builtin(
        rf"{LEFT}(?:{_MONTH}(?:[^\S\n]of)?[^\S\n]?[-/,]?[^\S\n]?{_YEAR}"
        rf"|{_FOREIGN_MONTH}\.?[^\S\n](?:de[^\S\n])?{_YEAR}"
        rf"|(?<!\d[-/.]){_MM}[-/]{_YEAR}|(?<!\d[-/.])(?:19|20)\d\d[-/]{_MM}){RIGHT}(?<!may)(?![/-]\w)(?!\.\d)",
        0.7,
    ),
    "date-day-month": Builtin(
        rf"{LEFT}(?P<day>{_DAY}[^\S\n]?(?:of[^\S\n])?-?[^\S\n]?{_NO_MAY}{_MONTH}|{_NO_MAY}{_MONTH}[^\S\n](?:the[^\S\n])?{_DAY}){RIGHT}"
        rf"(?![^\S\n]?[-/.,]?[^\S\n]?\d)"
        rf"|(?<![\d/.-])(?=[\d/]{{3,5}}-{_M}/{_LATE}(?!\d)|{_M}/{_LATE}-)(?P<from>{_M}/{_D})-(?P<to>{_M}/{_D})(?![\d/]|[-.]\d)",
        0.5,
    ),
    "date-cue": Builtin(
        rf"{LEFT}(?:d\.?o\.?[abds]\.?|birth[^\S\n]?date|date[^\S\n]of[^\S\n]birth|born(?:[^\S\n]on)?|date|dated|on|since"
        r"|until|through|as[^\S\n]of|admitted|discharged|placed|removed|started|stopped|seen|done|performed|repeated)"
        rf"[^\S\n]{{0,2}}[:=]?[^\S\n]{{0,3}}(?P<date>{_D}[/.-]{_D}(?:[/.-]\d{{2,4}})?|\d{{6}}|{_COMPACT}){_NO_DIGIT}"
        rf"(?![/.:%-]\d)(?!%)",
        0.7,
    ),
    "year-cue": Builtin(
        rf"{LEFT}(?:born(?:[^\S\n]in)?|in|since|from|year)[^\S\n](?P<year>{_YEAR}){_NO_DIGIT}(?![-/.]\d)", 0.5
    ),
    "time-with-date": Builtin(
        rf"(?<=\d)(?:(?P<iso>t{_CLOCK}(?:z|[+-]\d\d:?\d\d)?){RIGHT}|,?[^\S\n](?:at[^\S\n])?(?P<time>{_CLOCK}){_NO_DIGIT})"
        rf"|(?:(?<=[/.-]\d\d)|(?<=[/.-]{_YEAR}))[^\S\n](?:at[^\S\n])?(?P<digits>{_DIGIT_CLOCK})"
        rf"|{LEFT}(?P<before>{_CLOCK}),?[^\S\n](?:on[^\S\n])?(?=\d)",
        0.6,
    ),
    "time-of-day": Builtin(
        rf"(?<![\d:.]){_CLOCK}{_NO_DIGIT}(?!:\d)",
        0.4,
        context=("time", "at", "hrs", "hours", "am", "pm", "on"),
        min_score=0.6,
    ),
    # ages
    "age-text": Builtin(
        rf"{LEFT}(?P<age>\d{{1,3}}(?:[^\S\n]?-?[^\S\n]?(?:year|yr|y/?o|month|week|day)s?[-\s]{{0,2}}old"
        rf"|[^\S\n]?-?[^\S\n]?(?:y\.?/?o\.?|yo[mf]"
        rf"|years?[^\S\n]of[^\S\n]age|y/o))){RIGHT}"
        rf"|{LEFT}(?<!\.)(?P<old>{_OLD}[^\S\n]?y(?:rs?)?){RIGHT}"
        rf"|{LEFT}(?<!\.)(?<!temp )(?<!temp: )(?<!\bt )(?<!\bof )(?<!\bto )(?<!fever )"
        rf"(?P<sex>(?-i:{_OLD}[MF])){RIGHT}"
        rf"|{LEFT}(?P<spelled>ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
        rf"|(?:an?[^\S\n]|one[^\S\n])?hundred(?:[^\S\n]and[^\S\n]{_LETTER}{{3,6}})?)(?=[-\s](?:years?|yrs?|y/?o)\b)"
        rf"|{LEFT}(?:aged?"
        rf"|age[^\S\n]of|turned|turning)[^\S\n]{{0,2}}[:=]?[^\S\n]{{0,2}}(?P<after>\d{{1,3}}){_NO_DIGIT}(?![./:]\d)"
        r"(?![^\S\n]?(?:\u00b0|deg|%|times))",
        0.8,
    ),
    "age-dicom": Builtin(rf"{LEFT}\d{{3}}[DWMY]{RIGHT}", 0.6, ignore_case=False),
    # contacts
    "phone-us": Builtin(
        rf"(?<![\d.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\)[^\S\n]?"
        rf"|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{{4}}{_NO_DIGIT}(?![.-]\d){_PHONE_TAIL}",
        0.8,
        context=("phone", "tel", "call", "cell", "mobile", "pager", "fax", "contact"),
    ),
    "phone-international": Builtin(
        rf"(?<![\d+])(?<!\d\.)(?<!\s\.)(?:\+|00)[1-9]\d{{0,2}}(?:[^\S\n]?\(0?\d{{1,4}}\))?"
        rf"(?:[-. /]?\d{{2,6}}){{2,5}}{_NO_DIGIT}{_PHONE_TAIL}"
        rf"|(?<![\d.-])0[1-9](?:([. -])\d\d)(?:\1\d\d){{3}}{_NO_DIGIT}(?![.-]\d)"
        rf"|(?<![\d./])0[1-9]\d{{1,3}}/[ ]?\d{{5,8}}(?![\d/])",
        0.6,
        context=("phone", "tel", "call", "cell", "mobile", "fax", "contact", "telefon", "handy"),
    ),
    "phone-cue": Builtin(
        rf"{LEFT}(?:tele?phone|phone|tel|cell|mobile|pager|beeper|call(?:[^\S\n]?back)?|contact|ext"
        rf"|extension|telefon)s?\.?{_IS}"
        rf"(?P<phone>[+(]?\d[\d ()./-]{{2,20}}\d){_NO_DIGIT}{_PHONE_TAIL}"
        rf"|{LEFT}(?:at|dial|reach(?:ed|able)?)[^\S\n](?P<local>[2-9]\d\d[-.]\d{{4}})(?![\d-]|\.\d)"
        rf"|{LEFT}(?:answer(?:ing|s|ed)?|reach(?:ed|able)?|available|call(?:ed|ing)?|message[ds]?|text(?:ed)?"
        rf"|registered)[^\S\n](?:(?:him|her|them|me|us|back|on|my|his|number|cell|mobile)[^\S\n]){{0,3}}"
        rf"(?:(?:at|on|to)[^\S\n])?{_SEVEN_DIGITS}(?P<reached>[+(]?\d[\d ().-]{{5,20}}\d){_NO_DIGIT}"
        rf"|(?<![\w.])(?<!\d[^\S\n])x[^\S\n]?(?P<extension>\d{{4,5}})(?![\w-]|\.\d|[^\S\n]?(?:mg|magn))",
        0.8,
    ),
    # A number with what it is behind: "555 23 45 office".
    "phone-label": Builtin(
        rf"(?<![\d.-])(?<!\d ){_SEVEN_DIGITS}(?P<phone>[+(]?\d[\d ().-]{{5,20}}\d{_PHONE_TAIL})"
        rf"[^\S\n]{{1,2}}[(\[]?(?:office|mobile|cell(?:ular)?|home|work|desk|fax|pager|phone|tel){RIGHT}",
        0.7,
    ),
    "fax-cue": Builtin(rf"{LEFT}(?:tele)?fax{_IS}(?P<fax>[+(]?\d[\d ()./-]{{4,20}}\d){_NO_DIGIT}", 0.85),
    "email": Builtin(
        rf"(?<![\w.%+-])[\w.%+-]{{1,64}}@(?:[^\W_](?:[^\W_]|-){{0,62}}\.){{1,8}}[^\W\d_]{{2,24}}{RIGHT}", 0.95
    ),
    "url": Builtin(
        rf"{LEFT}(?:(?:https?|ftp|sftp|file)://[^\s<>\"']{{1,2000}}"
        rf"|www\.[^\s<>\"']{{3,2000}})(?<![.,;:!?)\]])",
        0.95,
    ),
    "ipv4": Builtin(
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d)(?!\.\d)",
        0.7,
        context=("ip", "address", "host", "server"),
    ),
    "ipv6": Builtin(
        r"(?<![0-9a-f:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}"
        r"(?::[0-9a-f]{1,4}){1,6}|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{2,4})(?![0-9a-f:])",
        0.8,
        "ip",
    ),
    "mac-address": Builtin(
        r"(?<![0-9a-f:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:-])", 0.9
    ),
    # numbers of persons
    "ssn": Builtin(
        rf"(?<![\d-])(?:\d{{3}}|(?<![\w*#])(?:X{{3}}|\*{{3}}|\#{{3}})(?=[- ][X*#]))([- ])(?:\d\d|[X*#]{{2}})"
        rf"\1\d{{4}}{_NO_DIGIT}(?!-\d)",
        0.85,
        "ssn",
        ("ssn", "social", "security", "ss#"),
    ),
    "ssn-plain": Builtin(
        rf"(?<![\d.])\d{{9}}{_NO_DIGIT}(?!\.\d)", 0.5, "ssn", ("ssn", "social", "ss#"), context_required=True
    ),
    "mrn-cue": Builtin(
        rf"{LEFT}(?:m\.?r\.?n\.?|mr(?=[^\S\n]?(?:\#|nos?\.|num))|medical[^\S\n]record|med\.?[^\S\n]?rec\.?|chart(?![^\S\n]?\d\d?/\d)"
        rf"|record(?=[^\S\n]?[:\#=])|e?mpi|hospital[^\S\n]?(?:number|no\.?|id|\#)|unit[^\S\n](?:number|no\.?)){_IS}"
        rf"[-]?{_GROUPED_ID}{RIGHT}|{LEFT}m\.?r\.?n\.?[^\S\n]?[:=\#][^\S\n]?(?P<digit>\d){RIGHT}",
        0.9,
    ),
    "patient-id-cue": Builtin(
        rf"{LEFT}(?:(?:patient|pt|pat|subject|person|case|participant)[-_. ]{{0,2}}(?:id(?:entifier)?"
        rf"|number|no\.?|nr\.?|#)|pid|patid)"
        rf"{_IS}{_GROUPED_ID}{RIGHT}"
        rf"|{LEFT}(?:subject|participant)[^\S\n](?P<subject>\d{{2,}}-\d[\d-]{{0,20}}|\d{{3,20}})(?![\w./-])",
        0.9,
    ),
    "accession-cue": Builtin(
        rf"{LEFT}acc(?:ession|n)?\.?(?:[^\S\n]?(?:number|no\.?|nr\.?|num\.?|id)|[#:]){_IS}{_ID}{RIGHT}"
        rf"|{LEFT}accession{_IS}(?P<bare>{_BARE_ID}){RIGHT}"
        rf"|{LEFT}(?:acc[^\S\n]|a\#[^\S\n]?)(?P<short>(?=[A-Z]{{0,3}}-?\d{{4}}){_BARE_ID}){RIGHT}",
        0.9,
    ),
    "order-cue": Builtin(
        rf"{LEFT}(?:(?:order|visit|encounter|study|exam|specimen|requisition|request|admission|episode|case"
        rf"|ref(?:erence)?|invoice|claim|csn|fin|employee|staff|badge|job)"
        rf"[^\S\n]?(?:number|no\.?|nr\.?|num\.?|id|#)|(?:csn|fin|har|enc|encounter|id)[^\S\n]?[:=\#])"
        rf"{_IS}{_ID}{RIGHT}",
        0.8,
    ),
    "account-cue": Builtin(
        rf"{LEFT}(?:(?:bank|billing|hospital|patient)[^\S\n])?(?:account|acct){_IS}{_GROUPED_ID}{RIGHT}", 0.85
    ),
    "health-plan-cue": Builtin(
        rf"{LEFT}(?:health[^\S\n]?plan|insurance|policy|member|subscriber|beneficiary|medicare|medicaid|group|payer"
        rf"|hicn|mbi|insured)(?:[^\S\n](?:id|number|no\.?|policy))?{_IS}(?=[A-Z0-9]{{4}}|[A-Z0-9]{{1,3}}-){_ID}{RIGHT}"
        rf"|{LEFT}(?:policy|member|subscriber|insurance)(?:[^\S\n](?:id|number|no\.?))?[^\S\n]?\#[:=]?[^\S\n]?"
        rf"(?P<short>{_BARE_ID}){RIGHT}",
        0.8,
    ),
    "mbi": Builtin(
        rf"{LEFT}[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{{2}}\d\d{RIGHT}",
        0.85,
        ignore_case=False,
    ),
    "license-cue": Builtin(
        rf"{LEFT}(?:(?:driver'?s?|medical|nursing|state|professional)[^\S\n])?(?:licen[cs]e|certificate"
        rf"|certification|lic|dl|passport|cert)\.?{_IS}{_ID}{RIGHT}",
        0.8,
    ),
    "npi": Builtin(rf"(?<!\d)[12]\d{{9}}{_NO_DIGIT}", 0.4, "npi", ("npi", "provider"), min_score=0.6),
    "dea": Builtin(
        rf"{LEFT}[A-Z]{{2}}\d{{7}}{RIGHT}", 0.4, "dea", ("dea",), ignore_case=False, min_score=0.6
    ),
    "nhs-number": Builtin(
        rf"(?<![\d-])\d{{3}}([ -])\d{{3}}\1\d{{4}}{_NO_DIGIT}(?!-\d)", 0.6, "nhs", ("nhs",)
    ),
    "credit-card": Builtin(
        rf"(?<![\d.-])(?:[3-6]\d{{3}}([ -]?)\d{{4}}\1\d{{4}}\1\d{{4}}"
        rf"|3[47]\d\d[ -]?\d{{6}}[ -]?\d{{5}}){_NO_DIGIT}(?![.-]\d)",
        0.6,
        "luhn",
        ("card", "visa", "mastercard", "amex", "credit", "debit"),
    ),
    "iban": Builtin(
        rf"{LEFT}[A-Z]{{2}}\d\d(?:[ ]?[A-Z0-9]{{4}}){{2,7}}(?:[ ]?[A-Z0-9]{{1,3}})?{RIGHT}",
        0.6,
        "iban",
        ignore_case=False,
        min_score=0.6,
    ),
    # things
    "vin": Builtin(
        rf"{LEFT}(?=[A-HJ-NPR-Z]{{0,16}}\d)(?=\d{{0,16}}[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{{17}}{RIGHT}",
        0.5,
        "vin",
        ("vin", "vehicle", "car"),
        ignore_case=False,
    ),
    "plate-cue": Builtin(
        rf"{LEFT}(?:licen[cs]e[^\S\n]?plate|number[^\S\n]?plate|plate|tag"
        rf"|registration){_IS}(?P<plate>(?=[A-Z -]{{0,7}}\d)[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,5}}){RIGHT}",
        0.7,
    ),
    "device-serial-cue": Builtin(
        rf"{LEFT}(?:(?:device|machine|scanner|pacemaker|implant|lead|generator|equipment)[^\S\n])?(?:serial"
        rf"|s/n|sn|udi|lot|asset)"
        rf"(?:[^\S\n]?(?:number|no\.?|nr\.?|num\.?|id|#))?[^\S\n]{{0,2}}[:=#.]{{0,2}}\s{{0,2}}{_ID}{RIGHT}",
        0.75,
    ),
    "uid": Builtin(r"(?<!\d)(?<!\d\.)[0-2](?:\.(?:0|[1-9]\d{0,38})){4,40}(?![\d])(?!\.\d)", 0.9),
    "long-number": Builtin(
        r"(?<![\d.,])(?<!snomed.)(?<!snomed: )(?<!snomed ct.)(?<!snomed-ct.)(?<!sctid.)(?<!sctid: )"
        r"(?<!rxnorm.)(?<!rxnorm: )(?<!pmid.)(?<!pmid: )\d{7,64}(?!\d)(?![.,]\d)",
        0.45,
        "no-date",
    ),
    # places
    "street-address": Builtin(streets.STREET_ADDRESS, 0.75, context=_PLACE_WORDS),
    "street-unit": Builtin(streets.STREET_UNIT, 0.7),
    "address-cue": Builtin(streets.ADDRESS_CUE, 0.7),
    "military-address": Builtin(streets.MILITARY_ADDRESS, 0.9),
    "po-box": Builtin(streets.PO_BOX, 0.9),
    "city-state-zip": Builtin(streets.CITY_STATE_ZIP, 0.85),
    "town": Builtin(streets.TOWN, 0.6, "place", min_score=0.6),
    "zip-us": Builtin(
        rf"(?<![\d.,$-])(?P<zip>\d{{5}}(?:-\d{{4}})?){_NO_DIGIT}(?![.,-]\d)",
        0.5,
        context=_PLACE_WORDS,
        context_required=True,
    ),
    "zip-cue": Builtin(
        rf"{LEFT}{_STATE},?[^\S\n]{{1,2}}(?P<zip>\d{{5}}(?:-\d{{4}})?){_NO_DIGIT}"
        rf"|{LEFT}(?:zip|postal[^\S\n]?code|post[^\S\n]?code|zip[^\S\n]?code){_IS}"
        rf"(?P<code>\d{{5}}-\d{{4}}|\d{{3}} \d{{2}}|\d{{3,6}}|\d{{4}} [A-Z]{{2}}){RIGHT}(?![.-]\d)",
        0.9,
    ),
    "postcode-uk": Builtin(
        rf"{LEFT}[A-Z]{{1,2}}\d[A-Z0-9]? \d[ABD-HJLNP-UW-Z]{{2}}{RIGHT}", 0.8, ignore_case=False
    ),
    # Canada, only with its blank: T2N 1M0 is a tumour elsewhere.
    "postcode-ca": Builtin(
        rf"{LEFT}[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d{RIGHT}", 0.8, ignore_case=False
    ),
    "organization": Builtin(
        rf"{LEFT}(?:{_NAME}|St\.)(?:[ ](?:{_NAME}|of|the|and|&|St\.)){{0,5}}?"
        r"(?:[ ](?:Hospitals?|Medical Cent(?:er|re)|Clinics?|Infirmary|Health(?:care)? System|Healthcare"
        rf"|Nursing Home|Hospice|University|College|School|Institute|Associates|Inc|LLC"
        rf"|HOSPITAL|MEDICAL CENTER|CLINIC|UNIVERSITY)){{1,2}}{RIGHT}",
        0.6,
        ignore_case=False,
    ),
    # names
    "name-title": Builtin(
        rf"{LEFT}(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Drs|Prof|Frau|Herr|Dott|Sra|Mme|Mlle)\b\.?|(?:MR|MRS|MS|DR|PROF"
        rf"|mr|mrs|ms|dr|prof)\.|MRS"
        rf"|[Mm]ister|[Dd]octor|[Pp]rofessor|DOCTOR|PROFESSOR|Nurse|RN|LPN|CRNA)(?:{_GAP})?(?:(?i:dr"
        rf"|prof)\.?[^\S\n])?(?P<name>{_NAMES})",
        0.85,
        ignore_case=False,
    ),
    "name-title-caps": Builtin(
        rf"{LEFT}(?:MR|MS|DR|PROF|MISS|[Nn]urse|NURSE|[Ss]ister|[Rr]ev(?:erend|\.)?)"
        rf"(?:{_GAP})(?P<name>{_NAMES})",
        0.5,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-cue": Builtin(
        rf"{LEFT}(?:(?:(?i:(?:patient|pt|pat|subject|full|first|last|family|given|sur|maiden|mother'?s"
        rf"|father'?s|guarantor|guardian|insured"
        rf"|subscriber|physician|provider|doctor|contact)(?:[-_'\u2019s ]{{0,3}}name)|name|patient"
        rf"|referring(?:[^\S\n]physician)?|attending(?:[^\S\n]physician)?"
        rf"|(?:ordering|performing|reading|consulting|primary[^\S\n]care)[^\S\n](?:physician|provider"
        rf"|doctor)|surgeon|radiologist|technologist|operator|pcp|referred[^\S\n]by|ordered[^\S\n]by"
        rf"|requested[^\S\n]by|seen[^\S\n]by|discussed[^\S\n]with|reported[^\S\n]to"
        rf"|cc))[^\S\n]{{0,3}}[:=][^\S\n]{{0,3}}\n?[^\S\n]{{0,3}})"
        rf"(?:(?i:dr|mrs?|ms|prof)\.?[^\S\n])?(?P<name>{_FULL})"
        rf"|{LEFT}(?i:re:|regarding:?|signed,|sincerely,|regards,|(?:patient|pt)[^\S\n]name(?:[^\S\n]is)?"
        rf"|pcp(?:[^\S\n]is)?|name[^\S\n](?:is|was)|named(?:[^\S\n](?:him|her|it))?|called[^\S\n](?:him|her))"
        rf"\s{{1,3}}(?P<name_after>{_FULL})"
        rf"|{LEFT}(?:my|his|her|their|the|whose)[^\S\n]name[^\S\n]is[^\S\n](?P<name_low>[a-z]{_LETTER}{{2,30}})"
        rf"|(?:(?<=\n)|\A)[^\S\n]{{0,8}}(?i:(?:patient|pt)?[^\S\n]?name)[^\S\n]?[:=][^\S\n]{{0,3}}"
        rf"(?P<name_small>[a-z]{_LETTER}{{2,30}}(?:[^\S\n][a-z]{_LETTER}{{2,30}}){{0,2}})(?=[^\S\n]{{0,3}}(?:\r?\n|\Z))",
        0.8,
        ignore_case=False,
    ),
    "name-relative": Builtin(
        rf"{LEFT}(?i:wife|husband|spouse|partner|son|daughter|mother|father|brother|sister|aunt|uncle|niece"
        rf"|nephew|cousin|grand(?:mother|father|son|daughter)"
        rf"|fianc[e\u00e9]e?|boyfriend|girlfriend|friend|neighbou?r|caregiver|guardian"
        rf"|kid|baby(?:[^\S\n](?:boy|girl))?|boy|girl),?(?:{_GAP})"
        rf"(?:(?i:is|named|called),?[^\S\n])?(?P<name>{_NAMES})",
        0.6,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    # Who does what only persons do.
    "name-subject": Builtin(
        rf"{LEFT}(?P<name>(?!(?i:the|this|that|patient|he|she|they)\b){_PROPER}(?:[^\S\n]{_INITIAL})?(?:[^\S\n]{_PROPER}){{0,2}}),?"
        r"[^\S\n](?:denie[sd]|reports|complain(?:s|ed)|state[sd]|lives|lived|resides|smokes|quit|consented|agreed|says"
        r"|said|feels|felt|(?:is|was)[^\S\n](?:an?[^\S\n]\d{1,3}|born|seen|discharged|accompanied)|told)\b"
        rf"|{LEFT}(?:says|said|asks|asked)[^\S\n](?P<name_said>{_PROPER}(?:[^\S\n]{_PROPER})?){RIGHT}",
        0.6,
        "person-word",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-dictated": Builtin(
        rf"{LEFT}(?i:dictated|signed|authenticated|transcribed|approved|verified|reviewed|read|interpreted"
        rf"|reported|finalized|electronically[^\S\n]signed|performed|prepared|entered|witnessed|seen"
        rf"|examined"
        rf"|referred|ordered|requested|accompanied|operated)[^\S\n](?i:and[^\S\n](?:signed|verified"
        rf"|approved)[^\S\n])?(?i:by){_TO}(?:(?i:dr|mrs?|ms|prof)\.?[^\S\n])?(?P<name>{_FULL})",
        0.8,
        ignore_case=False,
    ),
    "name-credential": Builtin(
        rf"{LEFT}(?P<name>{_NAMES}),?[^\S\n]{{1,2}}(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|Ph\.?D\.?|P\.?A\.?-?C?"
        rf"|N\.?P\.?|R\.?T\.?|D\.?D\.?S|M\.?B\.?B\.?S|F\.?R\.?C\.?[PRS]|LPN|CRNA|DPM|Esq)\.?{RIGHT}",
        0.6,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-caret": Builtin(
        rf"(?<![^\W_])(?P<name>{_LETTER}{{1,30}}(?:[ '-]{_LETTER}{{1,30}}){{0,3}}(?:\^[^\W\d_]{{0,30}}"
        rf"(?:[ .'-]{_LETTER}{{1,30}}){{0,3}}){{1,4}})(?!\w)(?<!\^)",
        0.7,
        "no-protocol",
    ),
    "name-comma": Builtin(
        rf"{LEFT}(?P<name>{_NAME},[^\S\n]?{_NAME}(?:[^\S\n](?:{_INITIAL}|{_NAME}))?){RIGHT}",
        0.5,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-for": Builtin(
        rf"{LEFT}(?i:for|from|of|re|by|to|with)[ _]{{1,2}}(?P<name>{_NAME}[ _]"
        rf"(?:{_INITIAL}[ _])?{_NAME}){RIGHT}",
        0.5,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-initials": Builtin(
        rf"{LEFT}(?i:initials){_TO}(?P<initials>[A-Z](?:\.?[A-Z]){{1,3}}\.?){RIGHT}", 0.8, ignore_case=False
    ),
    # parts of a path
    "path-date": Builtin(
        rf"(?<!\d)(?:{_YEAR}([-_.]?){_MM}\1{_DD}|{_DD}([-_.]){_DD}\2{_YEAR}){_NO_DIGIT}", 0.8, "date"
    ),
    "path-month": Builtin(rf"(?<![\d.-]){_YEAR}[-_.]{_MM}(?![-_.]?\d)", 0.6),
    "path-time": Builtin(
        rf"(?<!\d){_PATH_DATE}[ _T.-]{{1,2}}"
        rf"(?P<time>(?:[01]\d|2[0-3])[-.h]?[0-5]\d(?:[-.m]?[0-5]\d)?s?){_NO_DIGIT}",
        0.6,
    ),
    "path-label-id": Builtin(
        rf"{LEFT}(?:(?:mrn|p(?:at)?id)(?:[-_ #.:]{{0,3}}|[-_ ]?(?:no|nr)[-_. ]{{0,2}})"
        rf"|(?:patients?|subj(?:ect)?|participant|pat|pt|sub|id|[em]hr)(?:[-_ ]?(?:id|no|nr|num|number))?"
        rf"[-_ #:]{{1,3}}|patient)(?P<id>(?=[A-Z-]{{0,5}}\d)[A-Z0-9]"
        rf"(?:[A-Z0-9]|-(?=\d)(?!{_PATH_DATE})){{0,29}}){RIGHT}",
        0.8,
    ),
    "path-id": Builtin(rf"{LEFT}(?!{_PATH_LABEL}\d)[A-Z]{{1,4}}\d{{4,12}}[A-Z]?{RIGHT}", 0.6),
    "path-folder-id": Builtin(
        rf"\A(?!{_YEAR}(?:[-_.]?{_MM})?\Z)(?!(?:.*\D)?{_PATH_DATE}(?:\d{{4}}|\d{{6}})?(?!\d))"
        rf"(?!(?i:{_PATH_LABEL})[-_ ]?\d)"
        r"(?:\d{3,64}|[A-Z]{1,3}\d{3,12}[A-Z]?"
        r"|(?=(?:\D*\d){5})[A-Z]{0,4}[-_ ]?\d+(?:[-_ ]\d+){0,6}[-_ ]?[A-Za-z]?)\Z",
        0.8,
        ignore_case=False,
    ),
    # UUIDs, digests, and the hexadecimal names of an archive: 2AF3B.
    "path-code": Builtin(
        rf"{LEFT}(?:[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"
        rf"|(?=[a-f]*\d[0-9a-f]*[a-f]|\d+[a-f])[0-9a-f]{{5,64}}){RIGHT}",
        0.8,
    ),
    "path-digits": Builtin(r"(?<![\d.])\d{5,64}(?!\d)", 0.6),
}
