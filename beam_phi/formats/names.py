"""Folder and file names: a path as a document of its parts.

A path is treated as text alone, wherever it stands (the tree, a CSV cell): both separators count, nothing is
looked up on a disk. So the same folder gets the same fields everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from beam_phi.formats.document import Field, FieldType, FormatError, Unfit
from beam_phi.formats.encoding import Encoding, encode

#: Bytes a name may have on all usual file systems.
MAX_NAME_BYTES = 255
#: What stands for a part that was emptied or deleted: no file system has empty names.
PLACEHOLDER = "_"

# Only extensions that tell a format are kept out of the searched text: in `Report.Davidson` it is a name.
_EXTENSIONS = (
    "7z|avi|bak|bmp|bz2|ccda|cda|csv|dat|dcm|dic|dicom|doc|docx|edi|eml|fhir|gif|gz|hdr|hl7|htm|html|"
    "ima|img|jp2|jpeg|jpg|json|jsonl|log|md|mgh|mgz|mha|mhd|mov|mp4|mpg|ndjson|nhdr|nii|nrrd|odt|par|"
    "parquet|pdf|png|ppt|pptx|psv|raw|rec|rtf|svg|tab|tar|text|tgz|tif|tiff|tmp|tsv|txt|wav|x12|xls|"
    "xlsx|xml|xz|yaml|yml|zip|zst"
)
_EXTENSION = re.compile(rf"(?<=[^.])(?:\.(?:{_EXTENSIONS})){{1,2}}\Z", re.IGNORECASE)
_SEPARATORS = re.compile(r"([\\/]+)")
# A drive or a URL scheme: the root of a path, not a name in it. Any other `Davidson:` is a name.
_ROOT = re.compile(r"(?:[a-z]|abfss?|azfs|file|ftp|gs|hdfs|https?|s3a?|sftp|wasbs?):\Z", re.IGNORECASE)
# Trees of dates: 2013/07/13, 2013-07/13.
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[-_.]?(?P<month>0[1-9]|1[0-2]))?")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_DAY = re.compile(r"0?[1-9]|[12][0-9]|3[01]")
# What can't stand in a name on every usual file system.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|\Z)", re.IGNORECASE)
_PLAIN = Encoding()


class Part:
    """One name in a path: the field is the name without the extension that tells its format.

    index: from 0, the drive, the root and parts like ``.`` not counted.
    name: the whole name as it stands.
    text: the searched part of the name; a name that is no UTF-8 is read as windows-1252.
    extension: what follows the text, with its dot (``.nii.gz``), or "".
    """

    __slots__ = ("_codec", "extension", "index", "name", "text", "type")

    def __init__(self, index: int, name: str, kind: str, calendar: str = "") -> None:
        stem, self.extension = split_extension(name)
        self.index = index
        self.name = name
        self.type = _type(index, kind, calendar)
        self.text, self._codec = _PLAIN.decode(_to_bytes(stem))

    @property
    def key(self) -> str:
        return self.text

    @property
    def location(self) -> str:
        return f"path[{self.index}]"

    def renamed(self, text: str) -> str:
        """The name with another text. Raises Unfit if no file system would take it."""
        safe = self._reencoded(sanitise(text, self.extension))
        if len(_to_bytes(safe + self.extension)) > MAX_NAME_BYTES:
            raise Unfit("a name would be longer than 255 bytes")
        return safe + self.extension

    def _reencoded(self, text: str) -> str:
        return encode(text, self._codec).decode("utf-8", "surrogateescape")


class PathDocument:
    """A path, `/` or `\\` between its parts: a document of one scope, which it is itself.

    Separators, a drive or scheme, and parts ``.`` and ``..`` stay as they are. Raises FormatError
    ``bad-encoding`` for characters that stand for no bytes.
    """

    def __init__(self, path: str) -> None:
        self._tokens = split(path)
        names = [at for at in range(0, len(self._tokens), 2) if _is_name(self._tokens[at], at)]
        self._parts: dict[Part, int] = {}
        calendar = ""
        for index, at in enumerate(names):
            calendar = _calendar(self._tokens[at], calendar)
            kind = "folder" if at + 1 < len(self._tokens) else "file"
            self._parts[Part(index, self._tokens[at], kind, calendar)] = at

    @property
    def path(self) -> str:
        """The path with all replacements."""
        return join(self._tokens)

    def scopes(self) -> Iterator[PathDocument]:
        yield self

    def fields(self) -> list[Part]:
        return list(self._parts)

    def replace(self, field: Field, text: str) -> str:
        assert isinstance(field, Part)
        name = field.renamed(text)
        self._tokens[self._parts[field]] = name
        return name[: len(name) - len(field.extension)]

    def rename(self, part: Part, name: str) -> None:
        """Put a whole name, extension included, in the place of a part (what `add_tag` gives)."""
        self._tokens[self._parts[part]] = name

    def name(self, part: Part) -> str:
        """The whole name that now stands in the place of a part."""
        return self._tokens[self._parts[part]]

    def empty(self, field: Field) -> None:
        self.replace(field, PLACEHOLDER)

    def delete(self, field: Field) -> None:
        self.replace(field, PLACEHOLDER)

    def render(self) -> list[bytes]:
        return [_to_bytes(self.path)]


def split(path: str) -> list[str]:
    """Names at even places, the separators between them at odd ones; `join` gives the path back."""
    return _SEPARATORS.split(path)


def join(tokens: list[str]) -> str:
    return "".join(tokens)


def split_extension(name: str) -> tuple[str, str]:
    """Name and extension. Only extensions that tell a format count, so the arcs of a UID and names never
    do."""
    found = _EXTENSION.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


def sanitise(text: str, extension: str = "") -> str:
    """The text as a safe name before `extension`: no separators, controls, reserved or special names."""
    safe = _UNSAFE.sub("_", text)
    if not extension and safe.endswith((".", " ")):
        safe = safe[:-1] + "_"
    if _RESERVED.match(safe):
        safe = "_" + safe
    return safe or PLACEHOLDER


def add_tag(name: str, tag: str) -> str:
    """The name with ``~tag`` before its extension. Raises Unfit if that is too long for a file system."""
    stem, extension = split_extension(name)
    tagged = f"{stem}~{tag}{extension}"
    if len(_to_bytes(tagged)) > MAX_NAME_BYTES:
        raise Unfit("a name would be longer than 255 bytes")
    return tagged


@lru_cache(maxsize=4096)
def _type(index: int, kind: str, calendar: str) -> FieldType:
    attributes = {"part": str(index), "kind": kind}
    return FieldType("path", attributes | {"calendar": calendar} if calendar else attributes)


def _calendar(name: str, before: str) -> str:
    """What a part is in a tree of dates, `before` being what the part before it is: ``year``, ``year-month``,
    ``month``, ``day``, or "".
    """
    stem = split_extension(name)[0]
    if before in ("year-month", "month") and _DAY.fullmatch(stem):
        return "day"
    if before == "year" and _MONTH.fullmatch(stem):
        return "month"
    found = _YEAR.fullmatch(stem)
    return ("year-month" if found["month"] else "year") if found else ""


def _is_name(token: str, at: int) -> bool:
    return token not in ("", ".", "..") and not (at == 0 and _ROOT.match(token))


def _to_bytes(text: str) -> bytes:
    # Names that are no UTF-8 come from the operating system with their odd bytes as lone surrogates.
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise FormatError("bad-encoding", "a name holds characters that can't be written") from None
