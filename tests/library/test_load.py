"""Loading: every kind of mistake with its line and column, what `extends` does, files, round trip, digest."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from beam_phi.library.commands import check, show
from beam_phi.library.form import dump
from beam_phi.library.load import load
from beam_phi.library.model import (
    Box,
    FixedColumn,
    LayoutSpec,
    Library,
    LibraryError,
    MatcherSpec,
    RecordType,
    Selector,
)
from beam_phi.transforms import ReadLibrary

HEAD = "name: test\n"
RECORD = "{columns: [{name: A, start: 1, width: 2}]}"
LAYOUT = "layouts:\n  a: {when: {path: x}, records: [{columns: ["
RULES = HEAD + "rules:\n  cross-out: {function: redact}\n"


def write(folder: Path, text: str, name: str = "lib.yaml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def loaded(folder: Path, text: str, name: str = "lib.yaml") -> Library:
    return load(write(folder, text, name))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("§description: no name\n", "key 'name' is missing"),
        (HEAD + "§clases: {}\n", "unknown key 'clases'; did you mean 'classes'?"),
        (HEAD + "version: §[1]\n", "version: expected a text"),
        (HEAD + "rules: §[]\n", "rules: expected a mapping"),
        (HEAD + "rules:\n  r: §{}\n", "key 'function' is missing in 'r'"),
        (HEAD + "rules:\n  r: {function: §redcat}\n", "unknown 'redcat'; did you mean 'redact'?"),
        (
            HEAD + "rules:\n  r: {function: redact, params: {§charcter: x}}\n",
            "unknown key 'charcter'; did you mean 'character'?",
        ),
        (
            HEAD + "rules:\n  r: {function: redact, params: {length: §many}}\n",
            "length: expected a whole number",
        ),
        (HEAD + "rules:\n  r: §{function: constant}\n", "key 'params' is missing in 'r'"),
        (HEAD + "rules:\n  §'a b': {function: redact}\n", "a name has letters, digits"),
        (
            HEAD + "classes:\n  c: {rule: r, matchers: [{kind: §patern}]}\n",
            "unknown 'patern'; did you mean 'pattern'?",
        ),
        (
            RULES + "classes:\n  c: {rule: cross-out, matchers: [{kind: pattern, builtin: §date-isso}]}\n",
            "unknown 'date-isso'; did you mean 'date-iso'?",
        ),
        (
            RULES + "classes:\n  c: {rule: cross-out, matchers: [§{kind: pattern, name: x}]}\n",
            "give exactly one of builtin, regex",
        ),
        (
            RULES + "classes:\n  c: {rule: cross-out, matchers: [{kind: pattern, regex: a, §scores: 1}]}\n",
            "unknown key 'scores'; did you mean 'score'?",
        ),
        (
            HEAD + "classes:\n  c: {rule: r, sensitivity: §secret}\n",
            "unknown 'secret'; there are direct, quasi, low",
        ),
        (HEAD + "classes:\n  c: {rule: r, role: §patientid}\n", "did you mean 'patient-id'?"),
        (HEAD + "classes:\n  c: {rule: r, identifier: §S}\n", "unknown 'S'"),
        (HEAD + "classes:\n  c: {rule: r, priority: §101}\n", "priority: 101 is greater"),
        (HEAD + "never:\n  - {§colum: a}\n", "unknown key 'colum'; did you mean 'column'?"),
        (HEAD + "never:\n  - {column: §true}\n", "column: expected a text"),
        (HEAD + "never:\n  - §{}\n", "never: "),
        (HEAD + "skip:\n  - {§column: a}\n", "unknown key 'column'"),
        (HEAD + "dicom: {options: [§clean-descriptor]}\n", "did you mean 'clean-descriptors'?"),
        (HEAD + "dicom: {actions: {PatientName: §Q}}\n", "unknown 'Q'; there are D, Z, X, K, C, U"),
        (
            HEAD + "black_boxes:\n  b: {when: {modality: CR}, boxes: [{x: 0, y: 0, width: §0, height: 1}]}\n",
            "width: 0 is less than",
        ),
        (HEAD + "black_boxes:\n  b: {when: {modality: CR}, boxes: [§{x: 0}]}\n", "'width' is missing"),
        (HEAD + "black_boxes:\n  b: {when: {§maker: X}, boxes: []}\n", "unknown key 'maker'"),
        (HEAD + "layouts:\n  a: §{when: {path: x}}\n", "key 'records' is missing in 'a'"),
        (HEAD + LAYOUT + "{§nam: A, start: 1, width: 2}]}]}\n", "unknown key 'nam'; did you mean 'name'?"),
        (HEAD + LAYOUT + "{name: A, start: §0, width: 2}]}]}\n", "start: 0 is less than"),
        (HEAD + LAYOUT + "{name: A, start: 1, width: §x}]}]}\n", "width: expected a whole number"),
        (
            HEAD + LAYOUT + "{name: A, start: 1, width: 2}]}], encoding: §latin-1}\n",
            "encoding: unknown 'latin-1'; there are utf-8, windows-1252",
        ),
        (
            HEAD + LAYOUT + "{name: B, start: 4, width: 9}, §{name: C, start: 12, width: 1}]}]}\n",
            "column 'C' overlaps column 'B'",
        ),
        (
            HEAD + LAYOUT + "{name: B, start: 4, width: 9}, §{name: B, start: 1, width: 1}]}]}\n",
            "there are two columns 'B'",
        ),
        (
            HEAD + LAYOUT + "§{name: A, start: 2, width: 3}], length: 3}]}\n",
            "column 'A' ends at 4, beyond length 3",
        ),
        (
            HEAD + LAYOUT + "§{name: A, start: 2, width: 3}], prefix: '01'}]}\n",
            "column 'A' begins inside the prefix",
        ),
        (
            HEAD + LAYOUT + "{name: A, start: 4, width: 3}], prefix: '0'}, "
            "§{prefix: '01', columns: [{name: A, start: 4, width: 1}]}]}\n",
            "no record is of this type",
        ),
        (
            HEAD + "layouts:\n  a: {when: {path: §'re:('}, records: [" + RECORD + "]}\n",
            "not a regular expression",
        ),
        (RULES + "classes:\n  §c: {}\n", "class 'c' has no rule"),
        (RULES + "classes:\n  c: {rule: §cross-of}\n", "no rule 'cross-of'; did you mean 'cross-out'?"),
        (RULES + "classes:\n  c: {rule: cross-out, matchers: [§{kind: pattern, regex: '('}]}\n", "regex"),
        (
            RULES
            + "classes:\n  c:\n    rule: cross-out\n    matchers:\n"
            + "      - {kind: pattern, regex: a}\n      - §{kind: pattern, regex: b}\n",
            "two matchers 'pattern'",
        ),
        (
            RULES
            + "classes:\n  c: {rule: cross-out, matchers: [{kind: field, select: {keyword: §PatientNam}}]}\n",
            "keyword 'PatientNam' is not in the DICOM dictionary; did you mean 'PatientName'?",
        ),
        (HEAD + "never:\n  - {keyword: §'Ptaient*'}\n", "'Ptaient*' is not in the DICOM dictionary"),
        (HEAD + "never:\n  - {column: §'re:('}\n", "not a regular expression"),
        (HEAD + "rules:\n  r: §{function: redact, params: {keep: [3..1]}}\n", "no range"),
        (
            HEAD + "rules:\n  r: §{function: fpe, params: {below: {function: no-such}}}\n",
            "no masking function 'no-such'",
        ),
        (
            HEAD + "dicom: {options: [full-dates, uids, §modified-dates]}\n",
            "full-dates and modified-dates exclude each other",
        ),
        (HEAD + "dicom: {actions: {§PatientNam: X}}\n", "did you mean 'PatientName'?"),
        (HEAD + "dicom: {actions: {§'(0011,0010)': X}}\n", "tag '(0011,0010)' is not in"),
        (
            HEAD + "dicom: {actions: {'(0010,0010)': X, §PatientName: K}}\n",
            "attribute PatientName stands here twice",
        ),
        (
            HEAD + "black_boxes:\n  b: {when: {columns: 20}, boxes: [§{x: 1, y: 0, width: 20, height: 9}]}\n",
            "x + width 21 is beyond columns 20",
        ),
        (
            RULES + "classes:\n  c: {rule: cross-out, matchers: [{kind: dictionary, file: §none.txt}]}\n",
            "there is no such file",
        ),
        (
            RULES + "classes:\n  c: {rule: cross-out, matchers: [{kind: dictionary, file: §'http://x/y'}]}\n",
            "must be a path of the local file system",
        ),
        (HEAD + "extends: §basc\n", "no built-in library 'basc'; did you mean 'basic'?"),
        (HEAD + "extends: §other.yaml\n", "there is no such file"),
        (HEAD + "extends: §lib.yaml\n", "comes to extend itself"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, text: str, what: str) -> None:
    """The sign § stands before the place that the message must name."""
    before = text[: text.index("§")]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    path = write(tmp_path, text.replace("§", ""))
    problems = check(path)
    assert any(p.startswith(f"{path}:{place}: ") and what in p for p in problems), problems


def test_all_mistakes_are_told_in_order(tmp_path: Path) -> None:
    path = write(
        tmp_path, HEAD + "versoin: 1\nrules:\n  a: {function: x}\n  b: {function: redact, parms: {}}\n"
    )
    assert [line.split(":")[1] for line in check(path)] == ["2", "4", "5"]


def test_a_wrong_preset_name_is_one_clear_line() -> None:
    assert check("basci") == ["basci: no such file, and no built-in library; did you mean 'basic'?"]
    assert check("no/such.yaml") == ["no/such.yaml:1:1: can't be read (No such file or directory)"]


def test_text_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "l.yaml"
    path.write_bytes(b"name: \xff\xfe")
    assert check(str(path)) == [f"{path}:1:1: not UTF-8 text"]


def test_a_mistake_in_a_parent_is_named_in_the_parent(tmp_path: Path) -> None:
    parent = write(tmp_path, HEAD + "classes:\n  c: {rule: nowhere}\n", "parent.yaml")
    child = write(tmp_path, "name: child\nextends: parent.yaml\n", "child.yaml")
    assert check(child) == [f"{parent}:3:13: no rule 'nowhere'"]


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "name: a\nextends: b.yaml\n", "a.yaml")
    path = write(tmp_path, "name: b\nextends: ./a.yaml\n", "b.yaml")
    assert "comes to extend itself" in check(path)[0]


PARENT = """
name: parent
version: 3
description: from the parent
rules:
  one: {function: redact, params: {character: x, keep_last: 2}}
  two: {function: delete}
classes:
  c:
    rule: one
    priority: 70
    matchers:
      - {kind: pattern, regex: a, name: first}
      - {kind: pattern, regex: b, name: second}
  d: {rule: two}
dicom:
  options: [uids]
  actions: {PatientSex: X, PatientName: K}
black_boxes:
  left: {when: {modality: CR}, boxes: [{x: 0, y: 0, width: 1, height: 1}]}
never: [{column: p}]
skip: [{path: p}]
layouts:
  old: {when: {path: o}, records: [{columns: [{name: A, start: 1, width: 2}]}]}
"""


def test_extends_merges(tmp_path: Path) -> None:
    write(tmp_path, PARENT, "parent.yaml")
    child = loaded(
        tmp_path,
        """
name: child
extends: parent.yaml
rules:
  one: {function: redact, params: {length: 4}}
classes:
  c:
    priority: 5
    add_matchers:
      - {kind: pattern, regex: B, name: second}
      - {kind: pattern, regex: c, name: third}
  d: {matchers: [{kind: pattern, regex: d}]}
  e: {rule: two, add_matchers: [{kind: pattern, regex: e}]}
dicom:
  options: []
  actions: {'(0010,0010)': Z}
black_boxes:
  right: {when: {rows: 5}, boxes: [{x: 4, y: 3, width: 2, height: 1}]}
never: [{column: [q, 'r*']}]
layouts:
  new:
    when: {path: n, format: text}
    encoding: windows-1252
    trailer: 1
    records: [{prefix: '1', length: 9, columns: [{name: B, start: 3, width: 4}]}]
""",
    )
    assert (child.name, child.version, child.description) == ("child", "3", "from the parent")
    assert child.rules["one"].params == {"length": 4}
    assert set(child.rules) == {"one", "two"}
    c = child.classes["c"]
    assert (c.rule, c.priority) == ("one", 5)
    assert [(m.name, m.params["regex"]) for m in c.matchers] == [
        ("first", "a"),
        ("second", "B"),
        ("third", "c"),
    ]
    assert child.classes["d"].matchers == (MatcherSpec("pattern", "pattern", {"regex": "d"}),)
    assert child.classes["e"].matchers == (MatcherSpec("pattern", "pattern", {"regex": "e"}),)
    assert child.dicom.options == frozenset()
    assert child.dicom.actions == {"PatientSex": "X", "PatientName": "Z"}
    assert [rule.name for rule in child.black_boxes] == ["left", "right"]
    assert child.black_boxes[1].when == Selector((("rows", "5"),))
    assert child.black_boxes[1].boxes == (Box(4, 3, 2, 1),)
    assert child.never == (Selector((("column", "p"),)), Selector((("column", "q"), ("column", "r*"))))
    assert child.skip == (Selector((("path", "p"),)),)
    assert child.layouts == (
        LayoutSpec("old", Selector((("path", "o"),)), (RecordType((FixedColumn("A", 1, 2),), 2),)),
        LayoutSpec(
            "new",
            Selector((("path", "n"), ("format", "text"))),
            (RecordType((FixedColumn("B", 3, 4),), 9, "1"),),
            encoding="windows-1252",
            trailer=1,
        ),
    )
    assert loaded(tmp_path, dump(child), "shown.yaml") == child


def test_matchers_of_a_child_replace_those_of_its_parent(tmp_path: Path) -> None:
    write(tmp_path, PARENT, "parent.yaml")
    child = loaded(
        tmp_path, "name: child\nextends: parent.yaml\nclasses: {c: {matchers: [{kind: pattern, regex: z}]}}\n"
    )
    assert [m.params["regex"] for m in child.classes["c"].matchers] == ["z"]
    assert child.classes["c"].priority == 70


def test_word_lists_are_relative_to_their_library(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    words = tmp_path / "sub" / "words.txt"
    words.write_text("Brackenford\n")
    write(
        tmp_path / "sub",
        RULES + "classes: {c: {rule: cross-out, matchers: [{kind: dictionary, file: words.txt}]}}\n",
    )
    child = loaded(tmp_path, "name: child\nextends: sub/lib.yaml\n", "child.yaml")
    assert child.classes["c"].matchers[0].params["file"] == str(words)
    before = child.digest
    assert loaded(tmp_path, "name: child\nextends: sub/lib.yaml\n", "child.yaml").digest == before
    words.write_text("Tamarack\n")
    assert loaded(tmp_path, "name: child\nextends: sub/lib.yaml\n", "child.yaml").digest != before


def test_digest_does_not_depend_on_where_the_files_are(tmp_path: Path) -> None:
    digests = set()
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        (folder / "words.txt").write_text("Brackenford\n")
        text = RULES + "classes: {c: {rule: cross-out, matchers: [{kind: dictionary, file: words.txt}]}}\n"
        digests.add(loaded(folder, text).digest)
    assert len(digests) == 1


def test_digest_is_of_the_meaning_not_of_the_writing(tmp_path: Path) -> None:
    flow = loaded(tmp_path, HEAD + "rules: {a: {function: redact}, b: {function: delete}}\n")
    block = loaded(
        tmp_path,
        "# other writing\nrules:\n  a:\n    function: redact\n  b: {function: 'delete'}\nname: test\n",
    )
    assert flow.digest == block.digest
    assert len(flow.digest) == 64
    other = loaded(tmp_path, HEAD + "rules: {a: {function: redact}, b: {function: keep}}\n")
    assert other.digest != flow.digest


def test_digest_of_a_fixed_library(tmp_path: Path) -> None:
    """A change here makes every digest of former runs another one: say so in the changelog."""
    library = loaded(tmp_path, HEAD + "rules: {a: {function: redact}}\n")
    assert library.digest == "f46bddf2c763af9725fc39df25915704546569d67c4e134afe8cb3056a928af5"


@pytest.mark.parametrize("name", ["basic", "research", "safe-harbor"])
def test_round_trip(tmp_path: Path, name: str) -> None:
    library = load(name)
    text = show(name)
    assert text == dump(library)
    assert loaded(tmp_path, text, "shown.yaml") == library


def test_a_library_travels_by_pickle() -> None:
    library = load("basic")
    assert pickle.loads(pickle.dumps(library)) == library


def test_errors_are_library_errors(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="function"):
        loaded(tmp_path, HEAD + "rules: {r: {}}\n")


@pytest.mark.parametrize("body", ["", "rules: {r: {function: redact}}\nclasses: {ward: {rule: r}}\n"])
def test_a_library_without_the_classes_of_the_formats_is_refused(tmp_path: Path, body: str) -> None:
    """It would leave every value as it is, in files that count as masked."""
    path = write(tmp_path, HEAD + body)
    (problem,) = check(path)
    assert problem.startswith(f"{path}:1:1: there is no class ")
    assert "extends: basic" in problem
    with pytest.raises(LibraryError, match="there is no class"):
        ReadLibrary(load(path)).expand(None)
    write(tmp_path, show("basic").replace("  ssn:\n", "  ssn-of-ours:\n"))
    (problem,) = check(path)
    assert "there is no class ssn, and" in problem
