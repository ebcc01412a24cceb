"""Dates, times of day and ages."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.identity.dates import FOREIGN_MONTH
from beam_phi.matching.catalog.builtin import NO_DIGIT, Builtin
from beam_phi.matching.letters import LEFT, LETTER, RIGHT

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
#: The names of :data:`beam_phi.identity.dates.FOREIGN_MONTHS`, in full or in three or four letters.
_FOREIGN_MONTH = f"(?:{FOREIGN_MONTH})"
#: "may" is no month unless it has a capital or a year.
_NO_MAY = r"(?!(?-i:may))"
YEAR = r"(?:1[89]|20)\d\d"
_M = r"(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
MM = r"(?:1[0-2]|0[1-9])"
DD = r"(?:3[01]|[12]\d|0[1-9])"
_COMPACT = rf"{YEAR}{MM}{DD}"
_DAY = rf"{_D}(?:st|nd|rd|th)?"
#: Days without separators: year first, and year last in either order.
_SOLID = rf"(?:{_COMPACT}|(?:{MM}{DD}|{DD}{MM}){YEAR})"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?: ?[ap]\.?m\b\.?)?"
#: Hours and minutes without a colon.
_DIGIT_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d(?![\w/:-]|\.\d)"
#: Days of the month that no fraction or score has below the stroke: 4/5, 8/10.
_LATE = r"(?:1[1-9]|2\d|3[01])"

#: Ages over 89, which alone must go: below, "12M" and "5 y" are other things as often.
_OLD = r"(?:9\d|1[01]\d)"

DATES: Mapping[str, Builtin] = {
    "date-iso": Builtin(
        rf"(?<!\d){YEAR}([-/._]){_M}\1{_D}{NO_DIGIT}"
        rf"|(?<![\d.] )(?<!\d){YEAR} {MM} {DD}{NO_DIGIT}(?! ?[\d.])",
        0.9,
        "date",
    ),
    "date-numeric": Builtin(
        rf"(?<!\d){_D}([-/._]){_D}\1{YEAR}{NO_DIGIT}|(?<!\d)(?<!\d[./-]){_D}([-.]){_D}\2\d\d{NO_DIGIT}(?![./-]\d)"
        rf"|(?<!\d)(?<!\d[./]){_D}/{_D}/['\u2019]?\d\d{NO_DIGIT}(?!/\d)(?!\.\d)"
        rf"|(?<!\d)(?<!\d[./\\]){_D}([^\S\n]?[/\\][^\S\n]?){_D}\3['\u2019]?(?:{YEAR}|\d\d){NO_DIGIT}(?![./\\]\d)",
        0.8,
        "date",
    ),
    # 5.III.1961
    "date-roman": Builtin(
        rf"(?<![\w.]){_D}([-./][^\S\n]?)(?:X(?:I{{1,2}})?|IX|VI{{0,3}}|IV|I{{1,3}})\1(?:{YEAR}|\d\d)"
        rf"(?![\w]|\.\d)",
        0.8,
    ),
    "date-compact": Builtin(rf"(?<!\d)(?<!\d\.){_SOLID}{NO_DIGIT}(?!\.\d)", 0.7, "date"),
    "datetime-compact": Builtin(
        rf"(?<!\d){_COMPACT}(?:[01]\d|2[0-3])(?:[0-5]\d){{1,2}}(?:\.\d{{1,6}})?"
        rf"(?:[+-][01]\d[0-5]\d)?{NO_DIGIT}",
        0.8,
        "date",
    ),
    "date-month-name": Builtin(
        rf"{LEFT}(?:{_DAY}[^\S\n]?(?:of[^\S\n])?[-/.,]?[^\S\n]?{_MONTH}[^\S\n]?[-/.,]?[^\S\n]?(?:{YEAR}"
        rf"|['\u2019]?\d\d)"
        rf"|{_MONTH}[^\S\n]?[-/.]?[^\S\n]?(?:the[^\S\n])?{_DAY}(?:,[^\S\n]{{0,2}}|[^\S\n]|[-/]){YEAR}"
        rf"|{YEAR}[^\S\n/-]?[-/]?{_MONTH}[-/.]?[^\S\n]?{_DAY}"
        rf"|{_D}(?:st|nd|er|\u00ba|\.)?[^\S\n]?(?:de[^\S\n])?{_FOREIGN_MONTH}\.?[^\S\n](?:del?[^\S\n])?{YEAR}){RIGHT}",
        0.9,
    ),
    "date-month-year": Builtin(
        rf"{LEFT}(?:{_MONTH}(?:[^\S\n]of)?[^\S\n]?[-/,]?[^\S\n]?{YEAR}"
        rf"|{_FOREIGN_MONTH}\.?[^\S\n](?:de[^\S\n])?{YEAR}"
        rf"|(?<!\d[-/.]){MM}[-/]{YEAR}|(?<!\d[-/.])(?:19|20)\d\d[-/]{MM}){RIGHT}(?<!may)(?![/-]\w)(?!\.\d)",
        0.7,
    ),
    "date-day-month": Builtin(
        rf"{LEFT}(?P<day>{_DAY}[^\S\n]?(?:of[^\S\n])?-?[^\S\n]?{_NO_MAY}{_MONTH}|{_NO_MAY}{_MONTH}[^\S\n](?:the[^\S\n])?{_DAY}){RIGHT}"
        rf"(?![^\S\n]?[-/.,]?[^\S\n]?\d)"
        rf"|(?<![\d/.-])(?=[\d/]{{3,5}}-{_M}/{_LATE}(?!\d)|{_M}/{_LATE}-)(?P<from>{_M}/{_D})-(?P<to>{_M}/{_D})(?![\d/]|[-.]\d)"
        rf"|{LEFT}(?:HD|POD|DOL|(?:hospital|post-?op(?:erative)?)[^\S\n]day)[^\S\n]?\#?[^\S\n]?\d{{1,3}}"
        rf"[^\S\n]?\((?P<counted>{_M}/{_D})\)",
        0.5,
    ),
    "date-cue": Builtin(
        rf"{LEFT}(?:d\.?o\.?[abds]\.?|birth[^\S\n]?date|date[^\S\n]of[^\S\n]birth|born(?:[^\S\n]on)?|date|dated|on|since"
        r"|until|through|as[^\S\n]of|admitted|discharged|placed|removed|started|stopped|seen|done|performed|repeated)"
        rf"[^\S\n]{{0,2}}[:=]?[^\S\n]{{0,3}}(?P<date>{_D}[/.-]{_D}(?:[/.-]\d{{2,4}})?|\d{{6}}|{_COMPACT}){NO_DIGIT}"
        rf"(?![/.:%-]\d)(?!%)",
        0.7,
    ),
    "year-cue": Builtin(
        rf"{LEFT}(?:born(?:[^\S\n]in)?|in|since|from|year)[^\S\n](?P<year>{YEAR}){NO_DIGIT}(?![-/.]\d)", 0.5
    ),
    "time-with-date": Builtin(
        rf"(?<=\d)(?:(?P<iso>t{_CLOCK}(?:z|[+-]\d\d:?\d\d)?){RIGHT}|,?[^\S\n](?:at[^\S\n])?(?P<time>{_CLOCK}){NO_DIGIT})"
        rf"|(?:(?<=[/.-]\d\d)|(?<=[/.-]{YEAR}))[^\S\n](?:at[^\S\n])?(?P<digits>{_DIGIT_CLOCK})"
        rf"|{LEFT}(?P<before>{_CLOCK}),?[^\S\n](?:on[^\S\n])?(?=\d)",
        0.6,
    ),
    "time-of-day": Builtin(
        rf"(?<![\d:.]){_CLOCK}{NO_DIGIT}(?!:\d)",
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
        rf"|(?:an?[^\S\n]|one[^\S\n])?hundred(?:[^\S\n]and[^\S\n]{LETTER}{{3,6}})?)(?=[-\s](?:years?|yrs?|y/?o)\b)"
        rf"|{LEFT}(?:aged?"
        rf"|age[^\S\n]of|turned|turning)[^\S\n]{{0,2}}[:=]?[^\S\n]{{0,2}}(?P<after>\d{{1,3}}){NO_DIGIT}(?![./:]\d)"
        r"(?![^\S\n]?(?:\u00b0|deg|%|times))",
        0.8,
    ),
    "age-dicom": Builtin(rf"{LEFT}\d{{3}}[DWMY]{RIGHT}", 0.6, ignore_case=False),
}
