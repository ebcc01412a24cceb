"""Places in FHIR as people write them, as what field types are selected by."""

from __future__ import annotations

import re

from beam_phi.formats.fhir.table import Types, element_types, elements, is_resource

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME}(?:\[x\])?)*")
_STEP = re.compile(rf"(?P<deep>\.)?\.(?P<name>{_NAME}|\*)|\['(?P<quoted>[^'\\]+)'\]|(?P<all>\[\*\])")
#: Elements whose value is a resource of its own, where paths begin anew.
_RESOURCES = frozenset({"resource", "contained"})


def place(text: str) -> dict[str, str]:
    """The attributes of the field types at a place, as a `field` matcher selects them.

    ``Patient`` and ``Patient.name.family`` name a resource's elements and all below them,
    ``HumanName.given`` an element of a type wherever it stands, ``Observation.value[x]`` all forms of a
    choice; ``$..birthDate`` and ``$.entry[*].resource.name[*].family`` are JSONPath. Raises ValueError.
    """
    text = text.strip()
    if text.startswith("$"):
        return _json_path(text)
    if _PATH.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is no place in FHIR: write names with dots between them (Patient.name.family), a type"
            " and an element (HumanName.given), or JSONPath ($..birthDate)"
        )
    type_, *names = text.split(".")
    if not elements(type_):
        raise ValueError(f"{type_!r} is no resource or type of FHIR")
    if is_resource(type_):
        return _element_path(type_, names) if names else {"resource": type_}
    if len(names) > 1:
        raise ValueError(f"{text!r} goes through more than one type: write the last one and its element")
    if names:
        _types_of(type_, (type_,), names[0])
        return {"parent": type_, "element": _pattern(names) if names[0].endswith("[x]") else names[0]}
    return {"parent": type_}


def _element_path(resource: str, names: list[str]) -> dict[str, str]:
    types: Types = (resource,)
    for name in names:
        types = _types_of(resource, types, name)
    simple = not any(elements(each) for each in types) and not names[-1].endswith("[x]")
    path = ".".join([resource, *names])
    if simple:
        return {"path": path}
    return {"path": rf"re:{re.escape(resource)}\.{_steps(names)}(?:\..*)?"}


def _types_of(whole: str, holders: Types, name: str) -> Types:
    """The types of an element. Raises ValueError if there is no such element."""
    stem = name.removesuffix("[x]")
    found: dict[str, None] = {}
    if stem == name:
        found.update(dict.fromkeys(element_types(holders, name)))
    else:
        for holder in holders:
            for each, types in elements(holder).items():
                if re.fullmatch(rf"{stem}[A-Z0-9]\w*", each):
                    found.update(dict.fromkeys(types))
    if not found:
        raise ValueError(f"{whole} has no element {name!r} there")
    return tuple(found)


def _steps(names: list[str]) -> str:
    return r"\.".join(_step(name) for name in names)


def _step(name: str) -> str:
    return f"{name[:-3]}[A-Z0-9][A-Za-z0-9]*" if name.endswith("[x]") else re.escape(name)


def _pattern(names: list[str]) -> str:
    return f"re:{_steps(names)}"


def _json_path(text: str) -> dict[str, str]:
    steps: list[str] = []
    deep = False
    at = 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise ValueError(
                f"{text!r} can't be used: of JSONPath only names, '..' before the first name, '*' and [*] are"
                " understood"
            )
        at = found.end()
        if found["all"]:
            continue
        if found["deep"]:
            if steps:
                raise ValueError(f"{text!r} can't be used: '..' can only stand at the beginning")
            deep = True
        name = found["quoted"] or found["name"]
        steps.append(r"[^.]+" if name == "*" else re.escape(name.removeprefix("_")))
        if name in _RESOURCES and at < len(text):
            steps, deep = [], False
    if not steps:
        raise ValueError(f"{text!r} names no element")
    if deep and len(steps) == 1 and steps[0].isalnum():
        return {"element": steps[0]}
    head = r"[^.]+(?:\.[^.]+)*" if deep else r"[^.]+"
    return {"path": rf"re:{head}\." + r"\.".join(steps)}
