"""What addresses look like, as regular expressions; a town is any capitalised words."""

from __future__ import annotations

from beam_phi.matching.letters import LEFT, LETTER, RIGHT, UPPER

_BLANK = r"[^\S\n]"

STATE = (
    r"(?-i:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    r"|T[NX]|UT|V[AIT]|W[AIVY])"
)
#: States whose letters are no usual abbreviation of medicine behind a comma: not "Chest, CT", "Hand, PA".
_CLEAR_STATE = r"(?-i:A[LZ]|DE|FL|I[AL]|K[SY]|M[AN]|N[JMVY]|OH|RI|SD|TN|UT|VT|W[AIVY])"
_SUFFIX = (
    r"(?:street|st|avenue|ave?|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|square"
    r"|sq|terrace|ter"
    r"|trail|trl|parkway|pkwy|highway|hwy|route|rte|way|alley|aly|crescent|cres|close|mews)"
)
#: Words that come before the name of a street and mean nothing else.
_PREFIX = (
    r"(?:rue|calle|rua|r\u00faa|avenida|avda\.|viale|piazza|corso|carrer|chemin|impasse|quai|paseo|ulica"
    r"|ul\.)"
)
#: How the names of streets end where they are one word.
_ENDING = (
    r"(?:stra(?:\u00df|ss)e|str\.|weg|platz|allee|gasse|damm|straat|laan|gracht|singel|dreef|gatan|v\u00e4gen"
    r"|gr\u00e4nd|gata|gaten|veien|vegen|gade|vej|vejen|str\u00e6de|katu|kuja|polku)"
)
_UNIT = rf"(?:apt|apartment|suite|ste|unit|floor|fl|room|rm|\#)\.?{_BLANK}?\#?[A-Z0-9-]{{1,6}}{RIGHT}"
#: A word of a street's name, small words before it.
_WORD = (
    rf"(?:(?:de|do|da|dos|del|della|di|du|des|la|le|les|of|the|van|von|den|der|z){_BLANK}|[dl]['\u2019]){{0,2}}"
    rf"(?:(?-i:[{UPPER}0-9]){LETTER}{{0,25}}(?:['\u2019-]{LETTER}{{1,25}})?|\d{{1,3}}(?:st|nd|rd|th)){RIGHT}"
)
_HOUSE = r"\d{1,6}[A-Z]?"
_CITY = rf"(?-i:[{UPPER}]){LETTER}{{1,25}}(?:[ -](?-i:[{UPPER}]){LETTER}{{0,25}}){{0,2}}"
#: Behind a street: the town, a state or country, and a code of five digits, in up to three more lines.
_TOWN = (
    rf"(?:,?\s{{1,3}}{_CITY}(?:\s?,\s?{STATE})?(?:,?\s{{1,3}}{_CITY})?,?\s{{1,2}}\d{{5}}(?:-\d{{4}})?{RIGHT}"
    rf"|,{_BLANK}{_CITY},{_BLANK}?{STATE}{RIGHT}(?!{_BLANK}\d))?"
)
_SIDE = rf"(?:(?:[NS][EW]|[NSEW])\.?{_BLANK}|(?:north|south|east|west){_BLANK})?"

STREET_ADDRESS = (
    rf"(?<![\w.]){_HOUSE}{_BLANK}{_SIDE}(?:{_WORD}{_BLANK}){{1,4}}?{_SUFFIX}\.?{RIGHT}"
    rf"(?:,?\s{{1,2}}{_UNIT})?{_TOWN}"
    rf"|{LEFT}(?-i:[{UPPER}]){LETTER}{{2,30}}{_ENDING}{_BLANK}\d{{1,4}}[a-z]?{RIGHT}"
    rf"(?:,?{_BLANK}\d{{5}}{_BLANK}(?-i:[{UPPER}]){LETTER}{{2,25}})?"
)
#: A house and a street without any word for it, in front of the number of a flat; streets that have their
#: word in front.
STREET_UNIT = (
    rf"(?<![\w.:]){_HOUSE}(?!{_BLANK}[ap]\.?m\b)(?:{_BLANK}{_WORD}\.?|{_BLANK}\d{{1,5}}\.?){{1,5}}?,?\s{{1,2}}"
    rf"(?:(?:apt|apartment|suite)\.?|ste\.){_BLANK}?\#?[A-Z]?\d{{1,5}}[A-Z]?{RIGHT}{_TOWN}"
    rf"|{LEFT}(?:apt|apartment)\.?{_BLANK}?\#?[A-Z]?\d{{1,5}}[A-Z]?{RIGHT}"
    rf"|(?<![\w.])\d{{1,5}}[a-z]?,?{_BLANK}{_PREFIX}(?:{_BLANK}{_WORD}){{1,5}}"
    rf"(?:,?{_BLANK}\d{{1,5}}[a-z]?{RIGHT})?"
    rf"|{LEFT}{_PREFIX}(?:{_BLANK}{_WORD}){{1,4}},?{_BLANK}\d{{1,5}}[a-z]?{RIGHT}"
    rf"|{LEFT}(?-i:[{UPPER}]){LETTER}{{1,25}}(?:{_BLANK}{_WORD}){{0,2}}{_BLANK}"
    rf"(?:utca|\u00fat(?:ja)?|t\u00e9r|k\u00f6r\u00fat|str\.|rkp\.){_BLANK}\d{{1,4}}{RIGHT}"
)
#: What says that an address follows; the street is then any capitalised words beside a number.
ADDRESS_CUE = (
    rf"{LEFT}(?:address(?:{_BLANK}(?:is|was)|{_BLANK}?:)"
    rf"|(?:lives|lived|living|resid(?:es|ed|ing)|located|staying){_BLANK}(?:at|on))\s{{1,3}}"
    rf"(?P<address>{_HOUSE}(?:{_BLANK}(?:{_WORD}|\d{{1,5}})\.?){{1,5}}(?:,?{_BLANK}{_UNIT})?{_TOWN}"
    rf"|(?-i:[{UPPER}]){LETTER}{{1,25}}\.?(?:{_BLANK}{_WORD}){{0,3}}{_BLANK}\d{{1,5}}{RIGHT}"
    rf"(?:,?{_BLANK}{_UNIT})?{_TOWN})"
)
#: Posts of the US forces (USPS Publication 28, 225 and 226).
MILITARY_ADDRESS = (
    rf"{LEFT}(?:(?:PSC|CMR|UNIT){_BLANK}\d{{1,5}},?{_BLANK}BOX{_BLANK}\d{{1,5}}"
    rf"|(?:USNS|USCGC|USS){_BLANK}{LETTER}{{2,25}})"
    rf"(?:\s{{1,3}}[AFD]PO,?{_BLANK}A[AEP]{_BLANK}\d{{5}}(?:-\d{{4}})?)?{RIGHT}"
    rf"|{LEFT}[AFD]PO,?{_BLANK}A[AEP]{_BLANK}\d{{5}}(?:-\d{{4}})?{RIGHT}"
)
PO_BOX = rf"{LEFT}p\.?{_BLANK}?o\.?{_BLANK}?box{_BLANK}\d{{1,7}}{RIGHT}"
CITY_STATE_ZIP = rf"{LEFT}{_CITY},?{_BLANK}{{1,2}}{STATE}{_BLANK}{{1,2}}\d{{5}}(?:-\d{{4}})?(?!\d)"
_PROPER_TOWN = rf"(?-i:[{UPPER}][^\W\d_A-Z]{{2,25}}(?:[ -][{UPPER}][^\W\d_A-Z]{{1,25}}){{0,2}})"
#: A town and its state, or what somebody lives in.
TOWN = (
    rf"{LEFT}(?P<town>{_PROPER_TOWN}),{_BLANK}{_CLEAR_STATE}{RIGHT}(?!{_BLANK}?[\d.:])"
    rf"|{LEFT}(?-i:in|from|at|near|to|of){_BLANK}(?P<there>{_PROPER_TOWN}),{_BLANK}{STATE}{RIGHT}"
    rf"(?!{_BLANK}?\d)"
    rf"|{LEFT}(?P<county>{_PROPER_TOWN}{_BLANK}(?-i:County|Parish)){RIGHT}"
    rf"|{LEFT}(?:(?:lives|lived|living|resid(?:es|ed|ing)|born|raised|grew{_BLANK}up|home){_BLANK}"
    rf"(?:alone{_BLANK})?in|(?:native|resident){_BLANK}of|(?:hometown|home{_BLANK}town|home{_BLANK}city)(?:{_BLANK}(?:is|of))?:?)"
    rf"{_BLANK}(?:the{_BLANK}(?:city|town|village){_BLANK}of{_BLANK})?(?P<home>{_PROPER_TOWN})"
)
