"""Load a rule library: read the file, lay it over what it extends, check it, freeze it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from beam_phi.library.checks import meaning, overrides
from beam_phi.library.form import FILE_PARAMETER, from_data
from beam_phi.library.merge import overlay
from beam_phi.library.model import Library, LibraryError
from beam_phi.library.source import Mark, Problem, compose, construct, fail
from beam_phi.library.validate import form

#: What ``--library`` offers. There are parents beside them, which a library may extend too.
BUILT_IN = ("basic", "research", "safe-harbor")
_PRESETS = Path(__file__).with_name("presets")


def load(name_or_path: str) -> Library:
    """The built-in library of that name, or the one in that YAML file.

    Raises LibraryError with a line ``FILE:LINE:COLUMN: what is wrong`` for each problem found.
    """
    if name_or_path in _names():
        return _built_in(name_or_path)
    if not _looks_like_file(name_or_path) and not Path(name_or_path).exists():
        raise LibraryError(f"{name_or_path}: no such file, and no built-in library{_meant(name_or_path)}")
    return _load(_File(name_or_path, Path(name_or_path)))


def complete(library: Library, label: str) -> Library:
    """The library itself, if nothing that a format tells of a value can go unheard.

    Formats name the classes of ``basic``. What is of a class that the library lacks would stay as it is, in
    a file that counts as masked.

    label: what the library is called in messages. Raises LibraryError.
    """
    missing = sorted(load("basic").classes.keys() - library.classes.keys())
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise LibraryError(
            f"{label}:1:1: there is no class {', '.join(missing[:3])}{more}, and such values would stay"
            " unmasked: say `extends: basic`, or extend a library that does"
        )
    return library


@dataclass(frozen=True)
class _File:
    """A library file: its name in messages, and where it is."""

    label: str
    path: Path

    def text(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise LibraryError(f"{self.label}:1:1: not UTF-8 text") from None
        except OSError as error:
            raise LibraryError(f"{self.label}:1:1: can't be read ({error.strerror})") from None


@cache
def _built_in(name: str) -> Library:
    return _load(_preset(name))


def _load(file: _File) -> Library:
    tree = construct(_merged(file, ()))
    fail(meaning(tree))
    return from_data(tree.data)


def _merged(file: _File, chain: tuple[Path, ...]) -> yaml.MappingNode:
    """The file's nodes laid over those of all its ancestors, each of them valid by the schema."""
    node = compose(file.text(), file.label)
    tree = construct(node)
    fail([*form(tree), *overrides(tree)])
    _anchor_paths(node, file.path.parent)
    if "extends" not in tree.data:
        return overlay(None, node)
    mark = tree.mark(("extends",))
    parent = _parent(tree.data["extends"], file, mark)
    chain = (*chain, file.path.resolve())
    if parent.path.resolve() in chain:
        fail([Problem(mark, "extends: the library comes to extend itself")])
    return overlay(_merged(parent, chain), node)


def _parent(name: str, child: _File, mark: Mark) -> _File:
    if name in _names():
        return _preset(name)
    if not _looks_like_file(name):
        fail([Problem(mark, f"extends: no built-in library {name!r}{_meant(name)}")])
    path = child.path.parent / name
    if not path.is_file():
        fail([Problem(mark, "extends: there is no such file")])
    return _File(str(path), path)


def _anchor_paths(root: yaml.Node, folder: Path) -> None:
    """Make the paths of word lists and tables absolute; they are relative to the folder of their library."""
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == FILE_PARAMETER and isinstance(value, yaml.ScalarNode):
                    value.value = (
                        value.value if "://" in value.value else str((folder / value.value).resolve())
                    )
                else:
                    todo.append(value)


def _preset(name: str) -> _File:
    return _File(f"{name}.yaml", _PRESETS / f"{name}.yaml")


@cache
def _names() -> frozenset[str]:
    """All built-in libraries, the parents included."""
    return frozenset(path.stem for path in _PRESETS.glob("*.yaml"))


def _looks_like_file(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))


def _meant(name: str) -> str:
    close = difflib.get_close_matches(name, BUILT_IN, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(BUILT_IN)}"
