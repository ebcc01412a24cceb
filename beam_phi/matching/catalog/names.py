"""Names of persons, by what stands beside them and how they are written."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching.catalog.builtin import Builtin
from beam_phi.matching.letters import LEFT, LETTER, RIGHT, UPPER

#: Scripts without capitals: Hebrew, Arabic, the Indic ones, Thai, kana, ideographs, Hangul.
_UNCASED = "[\u05d0-\u06d3\u0904-\u0e30\u3041-\u30fe\u3400-\u9fff\uac00-\ud7a3]"
#: A capitalised or all-capital name of two letters or more, with inner apostrophes and hyphens.
NAME = rf"[{UPPER}](?={LETTER}|['\u2019]){LETTER}{{0,30}}(?:['\u2019-]{LETTER}{{1,30}}){{0,3}}"
#: What comes before a family name: "van der", "St.", "al-", "d'".
_LEAD = (
    r"(?:(?:(?i:van|von|vom|zu|der|den|de|del|della|di|da|dos|du|la|le|el|bin|ibn|ben|abu|ter|ten|mac|st\.?)[^\S\n]){1,3}"
    r"(?:[dDlL]['\u2019])?|(?i:al|el|ad|as)-|[dDlL]['\u2019])"
)
#: A word with a capital and small letters.
PROPER = rf"[{UPPER}][^\W\d_A-Z]{{1,30}}(?:['\u2019-]{LETTER}{{2,30}})?"
_INITIAL = rf"[{UPPER}](?:\.|(?!{LETTER}))"
_PARTICLE = r"(?:(?i:van|von|der|den|de|del|della|di|da|dos|du|la|le|al|el|bin|ibn|ben|ter|ten|st\.))"
_GAP = r"[^\S\n]{1,3}\n?[^\S\n]{0,3}|\n[^\S\n]{0,3}"
#: One to four names in a row, initials before and between.
_NAMES = (
    rf"(?:{_INITIAL}(?:{_GAP})?){{0,2}}{_LEAD}?{NAME}"
    rf"(?:(?:{_GAP})(?:{_INITIAL}|{_PARTICLE}(?=\s)|{NAME}{RIGHT}(?![^\S\n]?:))){{0,4}}"
)
_FULL = (
    rf"(?:{_UNCASED}{{2,12}}(?:[^\S\n]{_UNCASED}{{1,12}}){{0,2}}"
    rf"|{_NAMES}(?:,[^\S\n]?{_NAMES})?|{NAME}(?:\^{NAME}|\^{_INITIAL}){{1,4}})"
)
#: How what somebody says, or what is said of them, begins: "Patient:" stands before that, too.
_SPEAKS = (
    r"(?!(?:Denies|Reports|States|Complains|Presents|Has|Is|Was|Seen"
    r"|I|My|He|She|We|It|You|They|The|This|That|Yes|No|Not|Well|Oh|Ok|Okay)(?![^\W_]))"
)
_TO = r"[^\S\n]{0,3}[:=#-]?\s{0,3}"

NAMES: Mapping[str, Builtin] = {
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
        rf"(?:(?i:dr|mrs?|ms|prof)\.?[^\S\n])?{_SPEAKS}(?P<name>{_FULL})"
        rf"|{LEFT}(?i:re:|regarding:?|signed,|sincerely,|regards,|thanks,|cheers,|(?:patient|pt)[^\S\n]name(?:[^\S\n]is)?"
        rf"|pcp(?:[^\S\n]is)?|name[^\S\n](?:is|was)|named(?:[^\S\n](?:him|her|it))?|called[^\S\n](?:him|her))"
        rf"\s{{1,3}}(?P<name_after>{_FULL})"
        rf"|{LEFT}(?:my|his|her|their|the|whose)[^\S\n]name[^\S\n]is[^\S\n](?P<name_low>[a-z]{LETTER}{{2,30}})"
        rf"|(?:(?<=\n)|\A)[^\S\n]{{0,8}}(?i:(?:patient|pt)?[^\S\n]?name)[^\S\n]?[:=][^\S\n]{{0,3}}"
        rf"(?P<name_small>[a-z]{LETTER}{{2,30}}(?:[^\S\n][a-z]{LETTER}{{2,30}}){{0,2}})(?=[^\S\n]{{0,3}}(?:\r?\n|\Z))",
        0.8,
        ignore_case=False,
    ),
    "patient-cue": Builtin(
        r"(?<![^\W_])(?i:(?:patient|pt|pat)(?:'?s)?(?:[ _-]{0,3}name)?|subject[ _-]{0,3}name|name)"
        rf"[^\S\n]{{0,3}}[:=]\s{{0,3}}(?:(?i:mrs?|ms|miss|dr)\.?[^\S\n])?{_SPEAKS}"
        r"(?P<name>[^\W\d_a-z][^\W\d_]*(?:['\u2019-][^\W\d_]+)*"
        r"(?:(?:\^|,[^\S\n]?|[^\S\n])[^\W\d_a-z][^\W\d_]*\.?(?:['\u2019-][^\W\d_]+)*){0,4})",
        0.8,
        ignore_case=False,
    ),
    "name-relative": Builtin(
        rf"{LEFT}(?i:wife|husband|spouse|partner|son|daughter|mother|father|brother|sister|aunt|uncle|niece"
        rf"|nephew|cousin|grand(?:mother|father|son|daughter)"
        rf"|fianc[e\u00e9]e?|boyfriend|girlfriend|friend|neighbou?r|caregiver|guardian"
        rf"|kid|baby(?:[^\S\n](?:boy|girl))?|boy|girl|mom|mum|mommy|dad|daddy|dtr|hubby|grand(?:ma|pa|mom|dad)"
        rf"|(?:mother|father|brother|sister|son|daughter)-in-law),?(?:{_GAP})"
        rf"(?:(?i:is|named|called),?[^\S\n])?(?P<name>{_NAMES})"
        rf"|{LEFT}(?P<kin>{PROPER}(?:[^\S\n]{PROPER})?)[^\S\n]?\((?i:(?:patient|pt)(?:['\u2019]?s)?[^\S\n])?"
        rf"(?i:wife|husband|spouse|partner|son|daughter|dtr|mother|father|mom|mum|dad|brother|sister|guardian"
        rf"|caregiver|friend|neighbou?r|fianc[e\u00e9]e?)\)",
        0.6,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    # Who does what only persons do.
    "name-subject": Builtin(
        rf"{LEFT}(?P<name>(?!(?i:the|this|that|patient|he|she|they)\b){PROPER}(?:[^\S\n]{_INITIAL})?(?:[^\S\n]{PROPER}){{0,2}}),?"
        r"[^\S\n](?:denie[sd]|reports|complain(?:s|ed)|state[sd]|lives|lived|resides|smokes|quit|consented|agreed|says"
        r"|said|feels|felt|(?:is|was)[^\S\n](?:an?[^\S\n]\d{1,3}|born|seen|discharged|accompanied)|told)\b"
        rf"|{LEFT}(?:says|said|asks|asked)[^\S\n](?P<name_said>{PROPER}(?:[^\S\n]{PROPER})?){RIGHT}",
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
        rf"(?<![^\W_])(?P<name>{LETTER}{{1,30}}(?:[ '-]{LETTER}{{1,30}}){{0,3}}(?:\^[^\W\d_]{{0,30}}"
        rf"(?:[ .'-]{LETTER}{{1,30}}){{0,3}}){{1,4}})(?!\w)(?<!\^)",
        0.7,
        "no-protocol",
    ),
    "name-comma": Builtin(
        rf"{LEFT}(?P<name>{NAME},[^\S\n]?{NAME}(?:[^\S\n](?:{_INITIAL}|{NAME}))?){RIGHT}",
        0.5,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-for": Builtin(
        rf"{LEFT}(?i:for|from|of|re|by|to|with)[ _]{{1,2}}(?P<name>{NAME}[ _]"
        rf"(?:{_INITIAL}[ _])?{NAME}){RIGHT}",
        0.5,
        "person-name",
        ignore_case=False,
        min_score=0.6,
    ),
    # Who writes or is written to: a name before its address, as in From, To and Cc.
    "name-mailbox": Builtin(
        rf"{LEFT}(?P<name>{_FULL})\.?[\"'\u2019]?[^\S\n]{{0,3}}[<(\[](?:mailto:)?[\w.+-]{{1,64}}@[\w-]{{1,63}}\.",
        0.7,
        "person-word",
        ignore_case=False,
        min_score=0.6,
    ),
    # What somebody is called, and is called by.
    "name-used": Builtin(
        rf"{LEFT}(?i:goes[^\S\n]by|(?:prefers|likes|wants|asks)[^\S\n]to[^\S\n](?:be[^\S\n]called|go[^\S\n]by)"
        rf"|nicknamed|nickname(?:[^\S\n]is)?:?|preferred[^\S\n]name(?:[^\S\n]is)?:?)"
        rf"[^\S\n](?:(?i:the)[^\S\n]name[^\S\n])?[\"'\u2018\u201c]?(?P<name>{PROPER}(?:[^\S\n]{PROPER})?)"
        rf"|{LEFT}(?i:hi|hello|dear|good[^\S\n](?:morning|afternoon|evening)|thanks|thank[^\S\n]you),?[^\S\n]"
        rf"(?P<greeted>{PROPER}(?:[^\S\n]{PROPER})?)(?=[^\S\n]?[,.!:]|[^\S\n]?(?:\n|\Z))"
        rf"|{LEFT}(?:I['\u2019]m|I[^\S\n]am|[Tt]his[^\S\n]is)[^\S\n]"
        rf"(?P<said>{PROPER}(?:[^\S\n]{PROPER})?)(?=[.,!]|[^\S\n]?(?:\n|\Z))"
        rf"|{LEFT}(?:d/w|s/w|(?:[Dd]iscussed|[Ss]poke|[Tt]alked)[^\S\n](?:with|to|w/?)|[Pp]aged)[^\S\n]"
        rf"(?P<spoken>{PROPER}(?:[^\S\n]{PROPER})?){RIGHT}"
        # Who had a part in it; as often words follow that say what was done.
        rf"|{LEFT}(?i:resident|fellow|consultant|caller|informant|interpreter|scribe|witness|nurse|rn)"
        rf"[^\S\n]{{0,3}}[:=][^\S\n]{{0,3}}\n?[^\S\n]{{0,3}}(?:(?i:dr|mrs?|ms|prof)\.?[^\S\n])?(?P<part>{_FULL})",
        0.6,
        "person-word",
        ignore_case=False,
        min_score=0.6,
    ),
    "name-initials": Builtin(
        rf"{LEFT}(?i:initials){_TO}(?P<initials>[A-Z](?:\.?[A-Z]){{1,3}}\.?){RIGHT}", 0.8, ignore_case=False
    ),
}
