"""``extends``: a library laid over another.

Works on YAML nodes, so that each value keeps the file and line it came from.

==================== ===============================================================================
classes              by name, then key by key; ``matchers`` replaces the list, ``add_matchers`` adds to
                     it (one that has the name of another takes its place)
rules, black_boxes,  by name, each as a whole
layouts
pixels               each key replaced, but ``keep``, which is added to
dicom                each key replaced, but for:
dicom.actions        by attribute
never, skip          added
all others           replaced
==================== ===============================================================================
"""

from __future__ import annotations

from collections.abc import Callable

import yaml

from beam_phi.library.dictionary import canonical
from beam_phi.library.form import matcher_name

Entry = tuple[yaml.ScalarNode, yaml.Node]
Merge = Callable[[yaml.Node, yaml.Node], yaml.Node]


def overlay(parent: yaml.MappingNode | None, child: yaml.MappingNode) -> yaml.MappingNode:
    """`child` laid over `parent`, both valid by the schema. No class of the result has ``add_matchers``."""
    merged = _by_key(_SECTIONS)(parent or _like(child, []), child)
    assert isinstance(merged, yaml.MappingNode)
    return merged


def _by_key(mergers: dict[str, Merge], other: Merge | None = None, fold: Callable[[str], str] = str) -> Merge:
    """Mappings entry by entry: by `mergers`, else by `other`, else replaced. `fold` makes keys equal."""

    def merge(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
        entries = _entries(parent, fold)
        for name, (key, value) in _entries(child, fold).items():
            merger = mergers.get(name, other)
            before = entries.get(name)
            if merger is not None:
                value = merger(before[1] if before else _empty(value), value)
            entries[name] = (key, value)
        return _like(child, list(entries.values()))

    return merge


def _appended(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    return yaml.SequenceNode(child.tag, [*parent.value, *child.value], child.start_mark, child.end_mark)


def _class(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    entries = _entries(_by_key({})(parent, child))
    added = entries.pop("add_matchers", None)
    if added:
        key, sequence = added
        listed = entries["matchers"][1].value if "matchers" in entries else []
        by_name = {_name(node): node for node in [*listed, *sequence.value]}
        entries["matchers"] = (
            yaml.ScalarNode(key.tag, "matchers", key.start_mark, key.end_mark),
            yaml.SequenceNode(sequence.tag, [*by_name.values()], sequence.start_mark, sequence.end_mark),
        )
    return _like(child, list(entries.values()))


def _name(matcher: yaml.Node) -> str:
    return matcher_name({key: value.value for key, (_, value) in _entries(matcher).items()})


def _entries(node: yaml.Node, fold: Callable[[str], str] = str) -> dict[str, Entry]:
    return {fold(key.value): (key, value) for key, value in node.value}


def _empty(node: yaml.Node) -> yaml.Node:
    return type(node)(node.tag, [], node.start_mark, node.end_mark)


def _like(node: yaml.Node, entries: list[Entry]) -> yaml.MappingNode:
    return yaml.MappingNode("tag:yaml.org,2002:map", entries, node.start_mark, node.end_mark)


_SECTIONS: dict[str, Merge] = {
    "classes": _by_key({}, _class),
    "rules": _by_key({}),
    "dicom": _by_key({"actions": _by_key({}, fold=canonical)}),
    "black_boxes": _by_key({}),
    "layouts": _by_key({}),
    "pixels": _by_key({"keep": _appended}),
    "never": _appended,
    "skip": _appended,
}
