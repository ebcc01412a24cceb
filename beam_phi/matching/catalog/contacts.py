"""Numbers of telephones, addresses of mail, of pages and of machines in a network."""

from __future__ import annotations

from collections.abc import Mapping

from beam_phi.matching.catalog.builtin import IS, NO_DIGIT, Builtin
from beam_phi.matching.letters import LEFT, RIGHT

_SEVEN_DIGITS = r"(?=(?:[+(]?\d[ ().-]{0,3}){7})"
_PHONE_TAIL = r"(?:[^\S\n]{0,2}(?:x|ext\.?|extension)[^\S\n]?\d{1,6})?"

CONTACTS: Mapping[str, Builtin] = {
    "phone-us": Builtin(
        rf"(?<![\d.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\)[^\S\n]?"
        rf"|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{{4}}{NO_DIGIT}(?![.-]\d){_PHONE_TAIL}",
        0.8,
        context=("phone", "tel", "call", "cell", "mobile", "pager", "fax", "contact"),
    ),
    "phone-international": Builtin(
        rf"(?<![\d+])(?<!\d\.)(?<!\s\.)(?:\+|00)[1-9]\d{{0,2}}(?:[^\S\n]?\(0?\d{{1,4}}\))?"
        rf"(?:[-. /]?\d{{2,6}}){{2,5}}{NO_DIGIT}{_PHONE_TAIL}"
        rf"|(?<![\d.-])0[1-9](?:([. -])\d\d)(?:\1\d\d){{3}}{NO_DIGIT}(?![.-]\d)"
        rf"|(?<![\d./])0[1-9]\d{{1,3}}/[ ]?\d{{5,8}}(?![\d/])",
        0.6,
        context=("phone", "tel", "call", "cell", "mobile", "fax", "contact", "telefon", "handy"),
    ),
    "phone-cue": Builtin(
        rf"{LEFT}(?:tele?phone|phone|tel|cell|mobile|pager|beeper|call(?:[^\S\n]?back)?|contact|ext"
        rf"|extension|telefon)s?\.?{IS}"
        rf"(?P<phone>[+(]?\d[\d ()./-]{{2,20}}\d){NO_DIGIT}{_PHONE_TAIL}"
        rf"|{LEFT}(?:at|dial|reach(?:ed|able)?)[^\S\n](?P<local>[2-9]\d\d[-.]\d{{4}})(?![\d-]|\.\d)"
        rf"|{LEFT}(?:answer(?:ing|s|ed)?|reach(?:ed|able)?|available|call(?:ed|ing)?|message[ds]?|text(?:ed)?"
        rf"|registered)[^\S\n](?:(?:him|her|them|me|us|back|on|my|his|number|cell|mobile)[^\S\n]){{0,3}}"
        rf"(?:(?:at|on|to)[^\S\n])?{_SEVEN_DIGITS}(?P<reached>[+(]?\d[\d ().-]{{5,20}}\d){NO_DIGIT}"
        rf"|(?<![\w.])(?<!\d[^\S\n])x[^\S\n]?(?P<extension>\d{{4,5}})(?![\w-]|\.\d|[^\S\n]?(?:mg|magn))",
        0.8,
    ),
    # A number with what it is behind: "555 23 45 office".
    "phone-label": Builtin(
        rf"(?<![\d.-])(?<!\d ){_SEVEN_DIGITS}(?P<phone>[+(]?\d[\d ().-]{{5,20}}\d{_PHONE_TAIL})"
        rf"[^\S\n]{{1,2}}[(\[]?(?:office|mobile|cell(?:ular)?|home|work|desk|fax|pager|phone|tel){RIGHT}",
        0.7,
    ),
    "fax-cue": Builtin(rf"{LEFT}(?:tele)?fax{IS}(?P<fax>[+(]?\d[\d ()./-]{{4,20}}\d){NO_DIGIT}", 0.85),
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
}
