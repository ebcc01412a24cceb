"""Names of members: paths that stay inside of the archive, each of them once."""

from __future__ import annotations

import re
import unicodedata

from beam_phi.formats.document import FormatError

_SEPARATORS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: Characters a name may have.
LONGEST = 4096


class Names:
    """The names of one archive's members."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def check(self, name: str) -> None:
        """Take in the next member's name; that of a folder ends in a separator.

        Raises FormatError ``archive-name`` for a path that begins at a root or drive, leads upwards, has an
        empty name in it or a control character, or that names on some file system what another names.
        """
        path = name.removeprefix("./").removeprefix(".\\")
        folder = path.endswith(("/", "\\"))
        parts = _SEPARATORS.split(path.rstrip("/\\"))
        wrong = "" in parts or "." in parts or ".." in parts
        if wrong or len(name) > LONGEST or _DRIVE.match(path) or _CONTROL.search(path):
            raise FormatError("archive-name", "the name of a member is no path inside of the archive")
        folded = [unicodedata.normalize("NFC", part).casefold().rstrip(". ") for part in parts]
        above = ["/".join(folded[:count]) for count in range(1, len(folded))]
        whole = "/".join(folded)
        if (
            whole in self._files
            or not self._files.isdisjoint(above)
            or (not folder and whole in self._folders)
        ):
            raise FormatError("archive-name", "two members have one name")
        self._folders.update(above)
        (self._folders if folder else self._files).add(whole)
