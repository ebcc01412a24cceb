"""Parts of a path: names of folders and files."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching.catalog.builtin import NO_DIGIT, Builtin
from beam_phi.matching.catalog.dates import DD, MM, YEAR
from beam_phi.matching.letters import LEFT, RIGHT

#: What a number in a path can be besides an id, or what stands before an id without being a part of it.
_PATH_LABEL = (
    r"(?:mrn|id|p(?:at)?id|patients?|pat|pt|subj(?:ect)?|sub|ssn|acc(?:ession)?|stud(?:y|ies)|exam|case|visit"
    r"|ses(?:sion)?|ser(?:ies)?|se|st|sr|im|ima|imgs?|images?|slices?|scan|frame|phase|ct|mri?|pt|pet|us|[xcd]r|dx"
    r"|nm|mg|dicom|dcm|file|note|report|page|part|run|acq|seq|te|tr|ti|b|bval|w|l|v|ver|version|rev|vol|day|week"
    r"|month|year)"
)
_PATH_DATE = rf"(?:{YEAR}[-_. ]?{MM}[-_. ]?{DD}|{DD}[-_. ]{DD}[-_. ](?:{YEAR}|\d\d(?!\d)))"

PATHS: Mapping[str, Builtin] = {
    "path-date": Builtin(
        rf"(?<!\d)(?:{YEAR}([-_.]?){MM}\1{DD}|{DD}([-_.]){DD}\2{YEAR}){NO_DIGIT}", 0.8, "date"
    ),
    "path-month": Builtin(rf"(?<![\d.-]){YEAR}[-_.]{MM}(?![-_.]?\d)", 0.6),
    "path-time": Builtin(
        rf"(?<!\d){_PATH_DATE}[ _T.-]{{1,2}}"
        rf"(?P<time>(?:[01]\d|2[0-3])[-.h]?[0-5]\d(?:[-.m]?[0-5]\d)?s?){NO_DIGIT}",
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
        rf"\A(?!{YEAR}(?:[-_.]?{MM})?\Z)(?!(?:.*\D)?{_PATH_DATE}(?:\d{{4}}|\d{{6}})?(?!\d))"
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
