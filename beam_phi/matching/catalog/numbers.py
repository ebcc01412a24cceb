"""Numbers of persons, with a cue or of a form of their own, and of things."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching.catalog.builtin import IS, NO_DIGIT, Builtin
from beam_phi.matching.letters import LEFT, RIGHT

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

NUMBERS: Mapping[str, Builtin] = {
    "ssn": Builtin(
        rf"(?<![\d-])(?:\d{{3}}|(?<![\w*#])(?:X{{3}}|\*{{3}}|\#{{3}})(?=[- ][X*#]))([- ])(?:\d\d|[X*#]{{2}})"
        rf"\1\d{{4}}{NO_DIGIT}(?!-\d)",
        0.85,
        "ssn",
        ("ssn", "social", "security", "ss#"),
    ),
    "ssn-plain": Builtin(
        rf"(?<![\d.])\d{{9}}{NO_DIGIT}(?!\.\d)", 0.5, "ssn", ("ssn", "social", "ss#"), context_required=True
    ),
    "ssn-last-four": Builtin(
        rf"{LEFT}(?:last|final)[^\S\n](?:4|four)(?:[^\S\n]digits)?(?:[^\S\n]of)?(?:[^\S\n](?:the|his|her|their|your))?"
        rf"[^\S\n](?:ssn?|soc(?:ial)?(?:[^\S\n]security)?(?:[^\S\n](?:number|no\.?))?)"
        rf"(?:[^\S\n](?:is|are|was))?[^\S\n]?[:=#]?[^\S\n]{{0,2}}(?P<last>\d{{4}}){NO_DIGIT}"
        rf"|{LEFT}ssn?[^\S\n](?:ends|ending)[^\S\n](?:in|with)[^\S\n](?P<ending>\d{{4}}){NO_DIGIT}",
        0.9,
    ),
    "mrn-cue": Builtin(
        rf"{LEFT}(?:m\.?r\.?n\.?|mr(?=[^\S\n]?(?:\#|nos?\.|num))|medical[^\S\n]record|med\.?[^\S\n]?rec\.?|chart(?![^\S\n]?\d\d?/\d)"
        rf"|record(?=[^\S\n]?[:\#=])|e?mpi|hospital[^\S\n]?(?:number|no\.?|id|\#)|unit[^\S\n](?:number|no\.?)){IS}"
        rf"[-]?{_GROUPED_ID}{RIGHT}|{LEFT}m\.?r\.?n\.?[^\S\n]?[:=\#][^\S\n]?(?P<digit>\d){RIGHT}",
        0.9,
    ),
    "patient-id-cue": Builtin(
        rf"{LEFT}(?:(?:patient|pt|pat|subject|person|case|participant)[-_. ]{{0,2}}(?:id(?:entifier)?"
        rf"|number|no\.?|nr\.?|#)|pid|patid)"
        rf"{IS}{_GROUPED_ID}{RIGHT}"
        rf"|{LEFT}(?:subject|participant)[^\S\n](?P<subject>\d{{2,}}-\d[\d-]{{0,20}}|\d{{3,20}})(?![\w./-])",
        0.9,
    ),
    "accession-cue": Builtin(
        rf"{LEFT}acc(?:ession|n)?\.?(?:[^\S\n]?(?:number|no\.?|nr\.?|num\.?|id)|[#:]){IS}{_ID}{RIGHT}"
        rf"|{LEFT}accession{IS}(?P<bare>{_BARE_ID}){RIGHT}"
        rf"|{LEFT}(?:acc[^\S\n]|a\#[^\S\n]?)(?P<short>(?=[A-Z]{{0,3}}-?\d{{4}}){_BARE_ID}){RIGHT}",
        0.9,
    ),
    "order-cue": Builtin(
        rf"{LEFT}(?:(?:order|visit|encounter|study|exam|specimen|requisition|request|admission|episode|case"
        rf"|ref(?:erence)?|invoice|claim|csn|fin|employee|staff|badge|job)"
        rf"[^\S\n]?(?:number|no\.?|nr\.?|num\.?|id|#)|(?:csn|fin|har|enc|encounter|id)[^\S\n]?[:=\#])"
        rf"{IS}{_ID}{RIGHT}",
        0.8,
    ),
    "account-cue": Builtin(
        rf"{LEFT}(?:(?:bank|billing|hospital|patient)[^\S\n])?(?:account|acct){IS}{_GROUPED_ID}{RIGHT}", 0.85
    ),
    "health-plan-cue": Builtin(
        rf"{LEFT}(?:health[^\S\n]?plan|insurance|policy|member|subscriber|beneficiary|medicare|medicaid|group|payer"
        rf"|hicn|mbi|insured)(?:[^\S\n](?:id|number|no\.?|policy))?{IS}(?=[A-Z0-9]{{4}}|[A-Z0-9]{{1,3}}-){_ID}{RIGHT}"
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
        rf"|certification|lic|dl|passport|cert)\.?{IS}{_ID}{RIGHT}",
        0.8,
    ),
    "npi": Builtin(rf"(?<!\d)[12]\d{{9}}{NO_DIGIT}", 0.4, "npi", ("npi", "provider"), min_score=0.6),
    "dea": Builtin(
        rf"{LEFT}[A-Z]{{2}}\d{{7}}{RIGHT}", 0.4, "dea", ("dea",), ignore_case=False, min_score=0.6
    ),
    "nhs-number": Builtin(rf"(?<![\d-])\d{{3}}([ -])\d{{3}}\1\d{{4}}{NO_DIGIT}(?!-\d)", 0.6, "nhs", ("nhs",)),
    "credit-card": Builtin(
        rf"(?<![\d.-])(?:[3-6]\d{{3}}([ -]?)\d{{4}}\1\d{{4}}\1\d{{4}}"
        rf"|3[47]\d\d[ -]?\d{{6}}[ -]?\d{{5}}){NO_DIGIT}(?![.-]\d)",
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
        rf"|registration){IS}(?P<plate>(?=[A-Z -]{{0,7}}\d)[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,5}}){RIGHT}",
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
}
