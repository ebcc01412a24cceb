"""Names in every Specific Character Set, echoed in text; declarations that are missing or wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from support.plants.encode import El
from support.plants.ledger import Ledger
from support.plants.sheet import Sheet, needles_of
from support.plants.tokens import Tokens


class Script(NamedTuple):
    """A character set. declared: value of (0008,0005); codec: of its bytes; letters: to make names of;
    wrap: what the bytes of a name stand between."""

    declared: str
    codec: str
    letters: str
    before: bytes = b""
    after: bytes = b""


SCRIPTS: dict[str, Script] = {
    "latin1": Script("ISO_IR 100", "latin-1", "äöüéèñçøåîôúß"),
    "latin2": Script("ISO_IR 101", "iso8859-2", "łężśćńóžščřďť"),
    "latin3": Script("ISO_IR 109", "iso8859-3", "ĉĝĥĵŝŭġżħ"),
    "latin4": Script("ISO_IR 110", "iso8859-4", "āēģīķļņšūž"),
    "latin5": Script("ISO_IR 148", "iso8859-9", "ğışçöüâîû"),
    "cyrillic": Script("ISO_IR 144", "iso8859-5", "абвгдежзиклмнопрстуфхцч"),
    "arabic": Script("ISO_IR 127", "iso8859-6", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    "greek": Script("ISO_IR 126", "iso8859-7", "αβγδεζηθικλμνξοπρτυφχψω"),
    "hebrew": Script("ISO_IR 138", "iso8859-8", "אבגדהוזחטיכלמנסעפצקרשת"),
    "thai": Script("ISO_IR 166", "tis-620", "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"),
    "katakana": Script("ISO_IR 13", "shift_jis", "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜ"),
    "utf8": Script("ISO_IR 192", "utf-8", "äöüéèñçłężśćабвгдαβγδ山田太郎"),
    "gb18030": Script("GB18030", "gb18030", "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"),
    "gbk": Script("GBK", "gbk", "戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐"),
    "kanji": Script("\\ISO 2022 IR 87", "iso2022_jp", "橋本渡辺斎藤黒沢遠青木坂倉福島牧野岩崎菊池桑原荒"),
    "kanji2": Script("ISO 2022 IR 13\\ISO 2022 IR 87", "iso2022_jp", "鎌杉浦熊谷笠松樋口矢吹柴猪股飛鳥鮫"),
    "kanji-supplement": Script("\\ISO 2022 IR 159", "iso2022_jp_2", "丟丰乚乹亹仢仾伌伱佀佔佬佽侊侗侹俅俏"),
    "hangul": Script("\\ISO 2022 IR 149", "euc_kr", "김이박최정강조윤장임한오서신권황안송류홍", b"\x1b$)C"),
    "hanzi": Script("\\ISO 2022 IR 58", "gb2312", "阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟", b"\x1b$)A"),
}
#: Declaration in the file -> the one the bytes are in: none, or another.
_WRONG = {"undeclared": "", "as latin1": "ISO_IR 100", "as utf8": "ISO_IR 192", "unknown term": "ISO_IR 999"}
_FORMS = ("F^G", "G F", "F, G", "FG", "Knee F axial", "upper F", "lower F")
_TEXTS = ((0x0008103E, "LO"), (0x00081030, "LO"), (0x00181030, "LO"), (0x00204000, "LT"), (0x00082111, "ST"))


def plant(ledger: Ledger, tokens: Tokens) -> Iterator[Sheet]:
    for name, script in SCRIPTS.items():
        if script.letters:
            yield _file(ledger, tokens, f"{name}/right", script, script.declared, "echo charset")
            for wrong, declared in _WRONG.items():
                if declared != script.declared and "2022" not in script.declared:
                    place = f"echo charset {wrong}"
                    yield _file(ledger, tokens, f"{name}/{wrong.replace(' ', '-')}", script, declared, place)
    yield _japanese(ledger, tokens)
    yield _mixed(ledger, tokens)
    yield _folded(ledger, tokens)


def _name(tokens: Tokens, letters: str, size: int) -> str:
    while True:
        made = "".join(tokens.random.choice(letters) for _ in range(size))
        if len(set(made)) > 1 and tokens._once(made):
            return made.title() if letters[0].lower() != letters[0].upper() else made


def _raw(script: Script, text: str) -> bytes:
    """The text's bytes; each stretch that is not ASCII after its escape sequence."""
    if not script.before:
        return text.encode(script.codec)
    parts, ascii_ = [], True
    for letter in text:
        if letter.isascii() != ascii_:
            ascii_ = letter.isascii()
            parts.append(b"" if ascii_ else script.before)
        parts.append(letter.encode(script.codec))
    return b"".join(parts)


def _file(ledger: Ledger, tokens: Tokens, name: str, script: Script, declared: str, place: str) -> Sheet:
    sheet = Sheet(ledger, tokens, f"charset/{name}.dcm", place)
    sheet.put(0x00080005, "CS", declared)
    size = 3 if ord(script.letters[0]) > 0x3000 and script.codec != "shift_jis" else 7
    # In a wrong character set a letter's other case is another sign.
    for number, form in enumerate(_FORMS if declared == script.declared else _FORMS[:5]):
        tag, vr = _TEXTS[number % len(_TEXTS)]
        carrier = (0x00540220, 0x00082218)[number // len(_TEXTS)] if number >= len(_TEXTS) else 0
        family, given = (_name(tokens, script.letters, size) for _ in range(2))
        sheet.alias_bytes(_raw(script, f"{family}^{given}"))
        style, _, rest = form.rpartition(" ") if form[:5] in ("upper", "lower") else ("", "", form)
        text = rest.replace("F", family).replace("G", given)
        text = getattr(text, style)() if style else text
        try:
            raw = _raw(script, text)
        except UnicodeEncodeError:
            raw = _raw(script, rest.replace("F", family).replace("G", given))
        shown = [*needles_of(family), _raw(script, family).lower(), _bare(script, text, family, raw)]
        where = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
        sheet.note(family, "name", f"{place}/{script.declared}", where, needles=[n for n in shown if n])
        element = El(tag, vr, raw)
        sheet.add(El(carrier, "SQ", [[element]]) if carrier else element)
    return sheet


def _bare(script: Script, text: str, family: str, raw: bytes) -> bytes:
    """What the name in the case of `text` is in the file."""
    for form in (family, family.upper(), family.lower()):
        if form in text:
            bare = _raw(script, form).lower().removeprefix(script.before.lower())
            return bare.removeprefix(b"\x1b$b").removesuffix(b"\x1b(b")
    return b""


def _japanese(ledger: Ledger, tokens: Tokens) -> Sheet:
    """Three component groups; each echoed alone, the phonetic one in the other kana too."""
    sheet = Sheet(ledger, tokens, "charset/japanese-groups.dcm", "echo charset groups")
    sheet.put(0x00080005, "CS", "ISO_IR 192")
    kana = "さしすせそたちつてとなにぬねのはひふへほまみむめもらりるれろ"
    for (tag, vr), form in zip(_TEXTS, ("roman", "kanji", "hiragana", "katakana", "halfwidth"), strict=True):
        roman = tokens.word()
        kanji = _name(tokens, SCRIPTS["kanji"].letters, 3)
        phonetic = _name(tokens, kana, 4)
        given = _name(tokens, SCRIPTS["kanji2"].letters, 2)
        sheet.alias_bytes(f"{roman}^{tokens.word(4)}={kanji}^{given}={phonetic}^たろう".encode())
        katakana = "".join(chr(ord(c) + 0x60) for c in phonetic)
        half = katakana.translate(_HALF)
        text = {"roman": roman, "kanji": kanji, "hiragana": phonetic, "katakana": katakana, "halfwidth": half}
        sheet.put(tag, vr, f"{text[form]} 様 膝".encode())
        sheet.note(text[form], "name", f"echo charset groups/{form}", needles=[text[form].encode()])
    return sheet


_HALF = str.maketrans(
    "サシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ", "ｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾗﾘﾙﾚﾛ"
)


def _mixed(ledger: Ledger, tokens: Tokens) -> Sheet:
    """The name is in the declared character set, its echo is not: several writers touched the file."""
    sheet = Sheet(ledger, tokens, "charset/mixed.dcm", "echo charset mixed")
    pairs = (("latin-1", "utf-8"), ("latin-1", "cp437"), ("latin-1", "mac-roman"), ("latin-1", "utf-16-le"))
    for (tag, vr), (first, second) in zip(_TEXTS, pairs, strict=False):
        family = tokens.word(2) + "äüö" + tokens.word(2).lower()
        sheet.alias_bytes(f"{family}^{tokens.word(4)}".encode(first))
        sheet.note(family, "name", f"echo charset mixed/{second}", needles=[family.encode(second)])
        sheet.put(tag, vr, b"Knee " + family.encode(second))
    return sheet


def _folded(ledger: Ledger, tokens: Tokens) -> Sheet:
    """The echo is written without accents, transliterated, decomposed, or with Latin look-alikes."""
    sheet = Sheet(ledger, tokens, "charset/folded.dcm", "echo charset folded")
    sheet.put(0x00080005, "CS", "ISO_IR 192")
    for (tag, vr), form in zip(
        _TEXTS, ("stripped", "umlauts", "decomposed", "fullwidth", "stroke"), strict=True
    ):
        head, tail = tokens.word(2), tokens.word(3).lower()
        middle = "ø" if form == "stroke" else "ü"
        family = f"{head}{middle}{tail}"
        sheet.alias_bytes(f"{family}^{tokens.word(4)}".encode())
        text = {
            "stripped": f"{head}u{tail}",
            "umlauts": f"{head}ue{tail}",
            "decomposed": unicodedata.normalize("NFD", family),
            "fullwidth": "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in family),
            "stroke": f"{head}o{tail}",
        }[form]
        sheet.put(tag, vr, f"Knee {text}".encode())
        sheet.note(text, "name", f"echo charset folded/{form}", needles=[text.encode()])
    return sheet
