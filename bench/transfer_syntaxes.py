"""What covering pixels does to real files, by transfer syntax; judged by decoders that are not beam-phi's.

    python -m bench.transfer_syntaxes [--details] [FILE_OR_FOLDER ...]

Without arguments: the files that pydicom brings along, and the corpus that the tests use. Equal files count
once. Each file with pixels is masked in this process three times: with two black boxes in every frame (a
strip and a corner), with the same boxes in a single frame of several, and under ``research``, which
searches all images for burned-in text. Each masked copy has to keep its transfer syntax; every pixel
outside of the boxes that its annotations tell of (of lossy JPEG: outside of the blocks that they touch,
with a ring of chrominance) has to be the same in every decoder that reads the original; boxes have to be
black; frames without a box keep their fragments to the byte; offset tables point to frames; dcmdump and
gdcmdump, if they are there, read the copy if they read the original.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pydicom.data
from pydicom.dataset import Dataset
from pydicom.uid import UID

from beam_phi.engine import Engine, Quarantine
from beam_phi.formats import FormatError, Source, detect
from beam_phi.formats.dicom import open as open_dicom
from beam_phi.formats.document import SourceRange
from beam_phi.library.load import load
from beam_phi.library.model import Box, Library
from beam_phi.masking.keys import resolve
from bench import decoders
from bench.pixel_proof import Boxes, judge

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus" / "dicom"
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_BOXES = (Box(0, 5, 65535, 9), Box(0, 0, 29, 23))
_BOX_TEXTS = (f"{{x: {b.x}, y: {b.y}, width: {b.width}, height: {b.height}}}" for b in _BOXES)
_FORCED = f"""\
name: forced
extends: research
pixels: {{images: none}}
black_boxes:
  all:
    when: {{modality: '*'}}
    boxes: [{", ".join(_BOX_TEXTS)}]
"""
_WAYS = ("boxes", "one frame", "research")
_NAMES = {
    "1.2.840.10008.1.2.4.57": "JPEG Lossless (Process 14)",
    "1.2.840.10008.1.2.4.70": "JPEG Lossless SV1",
    "1.2.840.10008.1.2.4.81": "JPEG-LS Near-Lossless",
}
_READERS = (["dcmdump", "-q"], ["gdcmdump"])


@dataclass
class Case:
    """One file and what became of it in one way. reason: of the quarantine, "" if it was masked.

    decoders: what read the original. problems: what is not as it should be.
    """

    path: Path
    way: str
    syntax: UID
    frames: int
    reason: str = ""
    message: str = ""
    boxes: int = 0
    decoders: Sequence[str] = ()
    problems: list[str] = field(default_factory=list)


class Bench:
    """Masks files in all ways and judges them."""

    def __init__(self, folder: Path) -> None:
        key = folder / "key"
        key.touch(0o600)
        key.write_text("5eed" * 16)
        rules = folder / "forced.yaml"
        rules.write_text(_FORCED)
        self._folder = folder
        libraries = {"boxes": load(str(rules)), "research": load("research")}
        self._engines = {way: Engine(library, resolve(str(key))) for way, library in libraries.items()}
        self._plain: Library = libraries["boxes"]
        self._readers = [command for command in _READERS if shutil.which(command[0])]

    @property
    def readers(self) -> list[str]:
        return [command[0] for command in self._readers]

    def cases(self, path: Path) -> Iterator[Case]:
        """One case for each way; none for a file that is no DICOM file with pixels."""
        data = path.read_bytes()
        if detect(path.name, data[:8192]) != "dicom":
            return
        try:
            before = decoders.read(path)
            syntax, frames = decoders.syntax_of(before), decoders.count(before)
            if not any(keyword in before for keyword in _PIXELS):
                return
        except Exception:
            return  # pydicom can't tell what it is
        for way in _WAYS:
            if way == "one frame" and frames == 1:
                continue
            case = Case(path, way, syntax, frames)
            masked = self._mask(case, data)
            if masked is None:
                case.decoders = [name for name in decoders.names(before) if _decodes(before, name)]
            else:
                self._judge(case, before, *masked)
            yield case

    def _mask(self, case: Case, data: bytes) -> tuple[bytes, Boxes] | None:
        try:
            if case.way == "one frame":
                return self._one_frame(data, case.frames // 2)
            source = Source(io.BytesIO(data), len(data))
            result = self._engines[case.way].mask(case.path.name, "0", "dicom", source)
            boxes: dict[int, list[Box]] = {}
            for row in result.annotations():
                if row.function == "black-box" and row.frame is not None:
                    sides = (row.x, row.y, row.width, row.height)
                    boxes.setdefault(row.frame, []).append(Box(*(side for side in sides if side is not None)))
            content = b"".join(result.content.chunks())
            result.close()
        except (Quarantine, FormatError) as error:
            case.reason, case.message = error.reason, str(error)
            return None
        return content, boxes

    def _one_frame(self, data: bytes, frame: int) -> tuple[bytes, Boxes]:
        """The boxes in one frame only, by the parts of which the engine is made."""
        source = Source(io.BytesIO(data), len(data))
        document = open_dicom(source, self._plain.dicom)
        document.refuse(self._plain.dicom.quarantine)
        image = document.scope.image
        found = {frame: [box for number, box in image.cover(_BOXES) if number == frame]}  # cut to the image
        image.areas = type(image.areas)()
        image.cover_only(frame, found[frame])
        document.scope._paint()
        parts = []
        for segment in document.scope.render():
            if isinstance(segment, SourceRange):
                segment = data[segment.offset : segment.offset + segment.length]
            parts.append(segment)
        return b"".join(parts), found

    def _judge(self, case: Case, before: Dataset, content: bytes, boxes: Boxes) -> None:
        copy = self._folder / "masked.dcm"
        copy.write_bytes(content)
        case.boxes = sum(map(len, boxes.values()))
        after = decoders.read(copy)
        case.decoders, case.problems = judge(before, after, boxes)
        for command in self._readers:
            if _reads(command, case.path) and not _reads(command, copy):
                case.problems.append(f"{command[0]} can't read it")


def _decodes(dataset: Dataset, name: str) -> bool:
    try:
        return sum(1 for _ in decoders.frames(dataset, name)) > 0
    except Exception:
        return False


def _reads(command: list[str], path: Path) -> bool:
    return subprocess.run([*command, str(path)], capture_output=True).returncode == 0


def _files(places: Iterable[Path]) -> Iterator[Path]:
    """Files, each content once."""
    seen: set[bytes] = set()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                digest = hashlib.sha256(path.read_bytes()).digest()
                if digest not in seen:
                    seen.add(digest)
                    yield path


def table(cases: Sequence[Case]) -> Iterator[str]:
    """Markdown, a row for each transfer syntax; figures in the order of the ways."""
    heads = ["transfer syntax", "files", "frames", "masked", "boxes painted", "quarantined"]
    heads += ["identical outside, black inside: by 2 decoders", "by 1", "no decoder", "wrong"]
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for syntax in sorted({case.syntax for case in cases}, key=_order):
        yield _row(_NAMES.get(syntax, syntax.name), [case for case in cases if case.syntax == syntax])
    yield _row("all", cases)


def _order(syntax: str) -> list[int]:
    return [int(part) for part in syntax.split(".")]


def _row(title: str, cases: Sequence[Case]) -> str:
    ways = [[case for case in cases if case.way == way] for way in _WAYS]
    reasons = Counter(case.reason for case in cases if case.reason)
    right = [case for case in cases if not case.reason and not case.problems]
    readers = Counter(min(len(_independent(case.decoders)), 2) for case in right)
    cells = [
        title,
        len(ways[0]),
        sum(case.frames for case in ways[0]),
        " / ".join(f"{sum(not case.reason for case in each)} of {len(each)}" for each in ways),
        " / ".join(str(sum(case.boxes for case in each)) for each in ways),
        ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items())) or "-",
        *(readers[number] for number in (2, 1, 0)),
        sum(bool(case.problems) for case in cases),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _independent(names: Sequence[str]) -> set[str]:
    """pydicom with all its plugins is one, what else there is another."""
    return {name.partition("/")[0] for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("places", nargs="*", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--details", action="store_true", help="a line for each file")
    options = parser.parse_args()
    places = options.places or [Path(pydicom.data.__file__).parent, CORPUS]
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder))
        for path in _files(places):
            for case in bench.cases(path):
                cases.append(case)
                if options.details or case.problems:
                    _print(case)
    print()
    for line in table(cases):
        print(line)
    used = sorted({name for case in cases for name in case.decoders})
    print(f"\nDecoders: {', '.join(used)}. Readers: {', '.join(bench.readers) or 'none'}.")
    print("\nQuarantined, and whether another decoder here reads the pixels:\n")
    keys = ((c.reason, c.message, c.syntax.name, bool(c.decoders)) for c in cases if c.reason)
    for (reason, message, syntax, decodable), number in sorted(Counter(keys).items()):
        print(f"- {number} x `{reason}`: {message} ({syntax}; {'yes' if decodable else 'no'})")


def _print(case: Case) -> None:
    what = f"{case.reason}: {case.message}" if case.reason else f"masked, {case.boxes} boxes"
    print(
        f"{case.path.name}  [{case.syntax.name}]  {case.way}: {what}; "
        f"{', '.join(case.decoders) or 'no decoder'}{''.join(f'  !! {one}' for one in case.problems)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
