"""The meaning of a whole library, after ``extends``: what a schema can't say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from beam_phi.formats.places import expanded
from beam_phi.library import dictionary
from beam_phi.library.fixed_width import layouts
from beam_phi.library.form import FILE_PARAMETER, data_class_of, matcher_name, matcher_of, rule_of
from beam_phi.library.model import Selector
from beam_phi.library.source import Path, Problem, Tree
from beam_phi.library.validate import suggestion
from beam_phi.masking import MasterKey, RuleError, build
from beam_phi.matching import MatcherSpecError
from beam_phi.matching import build as build_matcher


def meaning(tree: Tree) -> list[Problem]:
    """All problems of a library each of whose files has the right form."""
    checks = (_classes, _rules, _matchers, _selectors, _options, _boxes, layouts)
    return [problem for check in checks for problem in check(tree)]


def overrides(tree: Tree) -> Iterator[Problem]:
    """Of one file, whatever its form: ``dicom.actions`` names attributes of the dictionary, once each."""
    dicom = tree.data.get("dicom")
    actions = dicom.get("actions") if isinstance(dicom, Mapping) else None
    seen = set[str]()
    for attribute in actions if isinstance(actions, Mapping) else ():
        mark = tree.key_mark(("dicom", "actions", attribute))
        name = dictionary.canonical(attribute)
        if dictionary.is_private(attribute):
            continue
        if attribute.startswith("(") and not dictionary.known(attribute):
            yield Problem(mark, f"tag {attribute!r} is not in the DICOM dictionary")
        elif not dictionary.known(attribute):
            yield Problem(mark, _unknown_keyword(attribute))
        elif name in seen:
            yield Problem(mark, f"attribute {name} stands here twice")
        seen.add(name)


def _classes(tree: Tree) -> Iterator[Problem]:
    """Every class has a rule, and it is there."""
    rules = tree.data.get("rules", {})
    for name, body in tree.data.get("classes", {}).items():
        path: Path = ("classes", name, "rule")
        if "rule" not in body:
            yield Problem(tree.key_mark(path[:-1]), f"class {name!r} has no rule")
        elif body["rule"] not in rules:
            yield Problem(tree.mark(path), f"no rule {body['rule']!r}{suggestion(body['rule'], rules)}")


def _rules(tree: Tree) -> Iterator[Problem]:
    """Every rule can be built, given a key."""
    for name, body in tree.data.get("rules", {}).items():
        path: Path = ("rules", name)
        missing = list(_files(tree, path, body))
        yield from missing
        if not missing:
            try:
                build(rule_of(name, body), _throwaway_key())
            except RuleError as error:
                yield Problem(tree.mark(path), str(error))


@cache
def _throwaway_key() -> MasterKey:
    """Stands in for the master key, that parameters can be checked before there is one. Masks nothing."""
    return MasterKey(bytes(32))


def _matchers(tree: Tree) -> Iterator[Problem]:
    """Matchers have names of their own in their class, and can be built."""
    for class_name, body in tree.data.get("classes", {}).items():
        data_class = data_class_of(class_name, {"rule": "", **body})
        names = set[str]()
        for i, data in enumerate(body.get("matchers", ())):
            path: Path = ("classes", class_name, "matchers", i)
            name = matcher_name(data)
            if name in names:
                yield Problem(
                    tree.mark(path), f"class {class_name!r} has two matchers {name!r}; give one a 'name'"
                )
            names.add(name)
            missing = list(_files(tree, path, data))
            yield from missing
            if not missing:
                try:
                    build_matcher(matcher_of(data), data_class)
                except MatcherSpecError as error:
                    yield Problem(tree.mark(path), str(error))


def _files(tree: Tree, path: Path, data: Any) -> Iterator[Problem]:
    """The files that parameters name are local, and there."""
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(data, Mapping):
        items = data.items()
    elif isinstance(data, list):
        items = enumerate(data)
    for key, value in items:
        if key != FILE_PARAMETER or not isinstance(value, str):
            yield from _files(tree, (*path, key), value)
        elif "://" in value:
            yield Problem(tree.mark((*path, key)), "file: must be a path of the local file system")
        elif not FilePath(value).is_file():
            yield Problem(tree.mark((*path, key)), "file: there is no such file")


def _selectors(tree: Tree) -> Iterator[Problem]:
    """Regular expressions compile, keywords are in the dictionary: a misspelt one would select nothing."""
    for path, selector in _all_selectors(tree.data):
        if "place" in selector:
            try:
                expanded(Selector.of(selector))
            except ValueError as error:
                yield Problem(tree.mark((*path, "place")), str(error))
        for attribute, patterns in selector.items():
            listed = (
                [((), patterns)]
                if not isinstance(patterns, list)
                else [((i,), p) for i, p in enumerate(patterns)]
            )
            for index, pattern in listed:
                fault = _pattern_fault(attribute, str(pattern))
                if fault:
                    yield Problem(tree.mark((*path, attribute, *index)), fault)


def _all_selectors(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for key in ("never", "skip"):
        yield from ((((key, i)), selector) for i, selector in enumerate(data.get(key, ())))
    for name, body in data.get("black_boxes", {}).items():
        yield ("black_boxes", name, "when"), body["when"]
    for name, body in data.get("layouts", {}).items():
        yield ("layouts", name, "when"), body["when"]
    for name, body in data.get("classes", {}).items():
        for i, matcher in enumerate(body.get("matchers", ())):
            path: Path = ("classes", name, "matchers", i)
            for key in ("only", "never"):
                yield from (((*path, key, j), selector) for j, selector in enumerate(matcher.get(key, ())))
            if isinstance(matcher.get("select"), Mapping):
                yield (*path, "select"), matcher["select"]


def _pattern_fault(attribute: str, pattern: str) -> str:
    if pattern.startswith("re:"):
        try:
            re.compile(pattern[3:])
        except re.error as error:
            return f"{attribute}: not a regular expression: {error.msg}"
        return ""
    if attribute != "keyword" or not pattern:
        return ""
    if "*" not in pattern and "?" not in pattern:
        return "" if _keyword_fold().get(pattern.lower()) else _unknown_keyword(pattern)
    folded = pattern.lower().replace("[", "[[]")
    return (
        "" if any(fnmatchcase(keyword, folded) for keyword in _keyword_fold()) else _unknown_keyword(pattern)
    )


@cache
def _keyword_fold() -> dict[str, str]:
    return {keyword.lower(): keyword for keyword in dictionary.keywords()}


def _unknown_keyword(keyword: str) -> str:
    return f"keyword {keyword!r} is not in the DICOM dictionary{suggestion(keyword, dictionary.keywords())}"


def _options(tree: Tree) -> Iterator[Problem]:
    """PS3.15 E.3.6: dates are either retained in full or modified."""
    path: Path = ("dicom", "options")
    options = tree.data.get("dicom", {}).get("options", [])
    if {"full-dates", "modified-dates"} <= set(options):
        later = max(options.index("full-dates"), options.index("modified-dates"))
        yield Problem(
            tree.mark((*path, later)),
            "options full-dates and modified-dates exclude each other (PS3.15 E.3.6)",
        )


def _boxes(tree: Tree) -> Iterator[Problem]:
    """A box touches the images its rule names the size of."""
    for name, body in tree.data.get("black_boxes", {}).items():
        rows, columns = (_number(body["when"].get(key)) for key in ("rows", "columns"))
        for i, box in enumerate(body["boxes"]):
            outside = [
                f"{end} {box[start] + box[size]} is beyond {side} {limit}"
                for start, size, end, side, limit in (
                    ("x", "width", "x + width", "columns", columns),
                    ("y", "height", "y + height", "rows", rows),
                )
                if limit is not None and box[start] + box[size] > limit
            ]
            if outside:
                yield Problem(
                    tree.mark(("black_boxes", name, "boxes", i)),
                    f"box outside the image: {'; '.join(outside)}",
                )


def _number(pattern: Any) -> int | None:
    return (
        int(pattern)
        if isinstance(pattern, int) or (isinstance(pattern, str) and pattern.isdecimal())
        else None
    )
