"""Make ``beam_phi/library/presets/devices.yaml``: black boxes of machines that write into their images.

The source is the recipe ``deid/data/deid.dicom`` in the wheel of ``deid`` (PyPI, MIT licence). Labels with
coordinates become rules; those that only flag an image are not read. Of the recipe's language (deid 0.4.13,
``deid/config/utils.py``, ``deid/dicom/filter.py``, ``deid/dicom/pixels``):

* ``coordinates`` are xmin, ymin, xmax, ymax, the last two just outside; ``ctpcoordinates`` are x, y, width,
  height. ``keepcoordinates`` and ``all`` can't be said by boxes.
* ``contains`` searches for a regular expression, ``equals`` compares the whole value; case doesn't count.
* The lines of a label must all hold; ``||`` and ``+`` join conditions within a line. Alternatives of
  several attributes become a rule each.

A rule must not fit more images than its label, so a label is left out if one of its conditions can't be said
in a selector; the file lists these with the reason. Where deid reads a label so that no image fits, what
was meant is taken: see `MISSPELT`, `equals` with ``|``, and ``+`` between two words.

Usage::

    pip download --no-deps deid==0.4.13
    python tools/make_devices.py deid-0.4.13-*.whl
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

OUTPUT = Path(__file__).parent.parent / "beam_phi/library/presets/devices.yaml"
RECIPE = "deid/data/deid.dicom"

ATTRIBUTES = {
    "BurnedInAnnotation": "burned_in",
    "Columns": "columns",
    "CommentsOnRadiationDose": "dose_comments",
    "ImageType": "image_type",
    "Manufacturer": "manufacturer",
    "ManufacturerModelName": "model",
    "Modality": "modality",
    "ProtocolName": "protocol",
    "Rows": "rows",
    "SOPClassUID": "sop_class",
    "SeriesDescription": "series_description",
    "StationName": "station",
    "WindowWidth": "window_width",
}
MISSPELT = {"Manfacturer": "Manufacturer", "Manufacture": "Manufacturer"}

_ACTIONS = r"(?:not)?contains|(?:not)?equals|missing|present|empty"
_BETWEEN = re.compile(rf"\s*(\|\||\+)\s*(?=(?:{_ACTIONS})\s)", re.IGNORECASE)
_CONDITION = re.compile(rf"({_ACTIONS})\s+(\w+)(?:\s+(.+))?", re.IGNORECASE)
_COORDINATES = re.compile(r"(ctp)?(keep)?coordinates\s*(.*)", re.IGNORECASE)
_PLAIN = re.compile(r"[\w /-]+")


class Label(NamedTuple):
    """A label of the recipe: its name, and its lines without comments."""

    name: str
    lines: list[str]


class Condition(NamedTuple):
    """What an attribute of ours must be. action: with or without ``not``, ``contains`` or ``equals``."""

    action: str
    attribute: str
    value: str


class Rule(NamedTuple):
    """A black box rule. when: patterns by attribute; boxes: x, y, width, height."""

    when: dict[str, list[str]]
    boxes: list[tuple[int, ...]]


class LeftOut(Exception):  # noqa: N818 - a verdict on a label
    """Why a label is no rule."""


def labels(recipe: str) -> Iterator[Label]:
    """The labels of the recipe's filters."""
    section, label = "", None
    for line in map(str.strip, recipe.splitlines()):
        if not line or line.startswith("#"):
            continue
        if line.startswith("%"):
            section, label = line[1:].split()[0].lower(), None
        elif line.upper().startswith("LABEL") and section == "filter":
            label = Label(line[len("LABEL") :].split("#")[0].strip(), [])
            yield label
        elif label is not None:
            label.lines.append(line)


def rules(recipe: str) -> tuple[dict[str, Rule], list[tuple[str, str]]]:
    """The rules by name, and the labels with coordinates that make none, each with the reason."""
    made: dict[str, Rule] = {}
    left_out: list[tuple[str, str]] = []
    numbers: Counter[str] = Counter()
    for label in list(labels(recipe)):
        if not any(map(_COORDINATES.fullmatch, label.lines)):
            continue
        stem = "deid-" + re.sub(r"[^a-z0-9]+", "-", label.name.lower()).strip("-")
        try:
            found = rules_of(label)
        except LeftOut as reason:
            left_out.append((label.name, str(reason)))
            continue
        for rule in found:
            same = next((name for name, other in made.items() if other == rule), "")
            if same:
                left_out.append((label.name, f"the same as {same}"))
            else:
                numbers[stem] += 1
                made[f"{stem}-{numbers[stem]}"] = rule
    return made, left_out


def rules_of(label: Label) -> list[Rule]:
    """One rule for each alternative of the label. Raises LeftOut."""
    boxes: list[tuple[int, ...]] = []
    lines: list[list[list[Condition]]] = []
    for line in label.lines:
        coordinates = _COORDINATES.fullmatch(line)
        if coordinates:
            boxes.append(_box(*coordinates.groups()))
        elif line.startswith("||"):
            raise LeftOut("its lines are joined by ||")
        else:
            lines.append(_alternatives(line.removeprefix("+").strip()))
    if not lines:
        raise LeftOut("it has no condition and would fit every image")
    made = []
    for chosen in itertools.product(*lines):
        conditions = list(itertools.chain.from_iterable(chosen))
        when = {
            attribute: _patterns([one for one in conditions if one.attribute == attribute])
            for attribute in dict.fromkeys(one.attribute for one in conditions)
        }
        made.append(Rule(when, _clipped(boxes, when)))
    return made


def _box(ctp: str | None, keep: str | None, text: str) -> tuple[int, ...]:
    numbers = text.replace(" ", "").split(",")
    if keep:
        raise LeftOut("it says what to keep, and boxes say what to cover")
    if len(numbers) != 4 or not all(number.isdecimal() for number in numbers):
        raise LeftOut(f"coordinates {text!r} are no box")
    x, y, right, bottom = map(int, numbers)
    return (x, y, right, bottom) if ctp else (x, y, right - x, bottom - y)


def _alternatives(line: str) -> list[list[Condition]]:
    """The conditions of a line: any of the lists must hold as a whole."""
    first, *rest = _BETWEEN.split(line)
    operators, texts = set(rest[::2]), [first, *rest[1::2]]
    if len(operators) > 1:
        raise LeftOut("a line mixes || and +")
    conditions = [_conditions(text) for text in texts]
    return conditions if "||" in operators else [list(itertools.chain.from_iterable(conditions))]


def _conditions(text: str) -> list[Condition]:
    match = _CONDITION.fullmatch(text)
    if not match:
        raise LeftOut(f"{text!r} is no condition")
    action, keyword, value = match[1].lower(), match[2], match[3]
    keyword = MISSPELT.get(keyword, keyword)
    if keyword not in ATTRIBUTES:
        raise LeftOut(f"{keyword} is no attribute of selectors")
    if action in ("missing", "present", "empty"):
        raise LeftOut(f"{action!r} can't be said in a selector")
    if not value:
        raise LeftOut(f"{text!r} has no value")
    values = re.split(r"(?<=\w)\+(?=\w)", value) if action == "contains" else [value]
    return [Condition(action, ATTRIBUTES[keyword], value.strip()) for value in values]


def _patterns(conditions: Sequence[Condition]) -> list[str]:
    """The patterns of one attribute, of which one must fit: wild ones if they can say it."""
    if len(conditions) == 1:
        action, _, value = conditions[0]
        words = value.split("|")
        if action in ("contains", "equals") and all(map(_PLAIN.fullmatch, words)):
            return [f"*{word}*" for word in words] if action == "contains" else words
    return ["re:" + "".join(map(_lookahead, conditions)) + ".*"]


def _lookahead(condition: Condition) -> str:
    negated = condition.action.startswith("not")
    if condition.action.endswith("contains"):
        inner = f".*(?:{condition.value})"
    else:
        inner = rf"(?:{'|'.join(map(re.escape, condition.value.split('|')))})\Z"
    return f"(?{'!' if negated else '='}{inner})"


def _clipped(boxes: Sequence[tuple[int, ...]], when: dict[str, list[str]]) -> list[tuple[int, ...]]:
    """The boxes within the rows and columns that the rule names. Raises LeftOut if none are."""
    right, bottom = _limit(when.get("columns", [])), _limit(when.get("rows", []))
    inside = [
        (x, y, min(width, right - x), min(height, bottom - y))
        for x, y, width, height in boxes
        if x < right and y < bottom and width > 0 and height > 0
    ]
    if not inside:
        raise LeftOut("its boxes lie outside the image")
    return inside


def _limit(sizes: Sequence[str]) -> int:
    """The greatest of the sizes, or what a library allows where they are not said."""
    return max(map(int, sizes)) if sizes and all(map(str.isdecimal, sizes)) else 1 << 20


def rendered(source: str, recipe: str) -> str:
    """The library file."""
    made, left_out = rules(recipe)
    lines = [
        f"# Made by tools/make_devices.py from {RECIPE} of {source} (PyPI; MIT licence,",
        "# (c) 2016-2022 Vanessa Sochat); many of its rules come from RSNA's CTP. Not to be edited.",
        f"# SHA-256 of the recipe: {hashlib.sha256(recipe.encode()).hexdigest()}",
        "#",
        "# Extended by base.yaml; add your own machines in a library of yours.",
        "#",
        "# Labels with coordinates that are left out:",
        *(f"#   {name}: {reason}" for name, reason in left_out or [("none", "all are rules")]),
        "name: devices",
        "version: 2",
        "description: Black boxes of known machines.",
        "extends: sample",
        "",
        "black_boxes:",
    ]
    for name, rule in made.items():
        lines += [f"  {name}:", "    when:"]
        lines += [f"      {attribute}: {_yaml(patterns)}" for attribute, patterns in rule.when.items()]
        lines.append("    boxes:")
        lines += [f"      - {{x: {x}, y: {y}, width: {w}, height: {h}}}" for x, y, w, h in rule.boxes]
    return "\n".join(lines) + "\n"


def _yaml(patterns: Sequence[str]) -> str:
    quoted = [one if one.isdecimal() else "'" + one.replace("'", "''") + "'" for one in patterns]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def main() -> None:
    """Read the wheel, write the library."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("deid", type=Path)
    wheel = parser.parse_args().deid
    with zipfile.ZipFile(wheel) as archive:
        recipe = archive.read(RECIPE).decode()
    OUTPUT.write_text(rendered(" ".join(wheel.name.split("-")[:2]), recipe), "utf-8")


if __name__ == "__main__":
    main()
