"""Every DICOM and CSV file of the shared corpus: masked, or quarantined for a reason a person agrees with."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pydicom
import pytest
from support.runs import Run, rows_of

from beam_phi.cli import main
from beam_phi.engine import Engine
from beam_phi.library.load import load
from beam_phi.masking.keys import resolve

pytestmark = pytest.mark.corpus

#: Quarantined DICOM files of the corpus, by the end of their path.
QUARANTINED = {
    "palettes/winter.dcm": "bad-syntax",  # SOP Instance UID stands twice
    "MR_truncated.dcm": "truncated",
    "rtplan_truncated.dcm": "truncated",
    "example3.dcm": "bad-bitstream",  # declared JPEG, and none
    "burned_in_yes.dcm": "burned-in-unread",  # declares burned-in annotation, and shows none
}


#: What dciodvfy says of an input that it can't follow to the end; what it says of the output is then no
#: comparison.
UNREADABLE = re.compile("Dicom dataset read failed|Tags out of order|Tag read failed")


@pytest.fixture(scope="module", params=["dicom", "csv"])
def run(
    request: pytest.FixtureRequest, corpus: Path, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    output = tmp_path_factory.mktemp("corpus") / request.param
    arguments = ["mask", str(corpus / request.param), str(output), "--key", str(key), "--runner=FnApiRunner"]
    return Run(main(arguments), output)


def test_input_is_masked_or_quarantined_with_a_reason(run: Run, corpus: Path, key: Path) -> None:
    folder = corpus / run.output.name
    inputs = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    rows = {row["file_id"]: row for row in rows_of(run.output, "files")}
    engine = Engine(load("basic"), resolve(str(key)))
    assert set(rows) == {engine.file_id(str(path).encode()) for path in inputs}
    for path in inputs:
        row = rows[engine.file_id(str(path).encode())]
        if row["status"] == "masked":
            assert (run.output / "masked" / row["output_path"]).is_file()
            continue
        if path.name.startswith("DICOMDIR"):
            assert (row["status"], row["reason"]) == ("skipped", "skipped-by-rule")
            continue
        expected = {reason for end, reason in QUARANTINED.items() if str(path).endswith(end)} or {
            "unknown-format"
        }
        assert row["reason"] in expected, path
    unknown = sum(row["reason"] == "unknown-format" for row in rows.values())
    assert unknown <= 3


def test_masked_images_can_be_read_and_have_their_pixels(run: Run) -> None:
    if run.output.name != "dicom":
        pytest.skip("no images")
    files = (path for path in (run.output / "masked").rglob("*") if path.is_file())
    images = [path for path in files if path.suffix != ".json"]  # one belongs to another tool
    assert len(images) > 280
    for path in images:
        image = pydicom.dcmread(path, force=True)
        assert image.PatientIdentityRemoved == "YES"


def test_dciodvfy_finds_no_new_class_of_error(corpus: Path, key: Path, tmp_path: Path) -> None:
    tool = Path(sysconfig.get_path("scripts"), "dciodvfy")
    if not tool.exists():
        pytest.skip("dicom3tools is not installed")
    pairs = list(_masked_pairs(corpus / "dicom", key, tmp_path))
    assert len(pairs) > 270

    def errors(path: Path) -> set[str]:
        done = subprocess.run([tool, "-new", path], capture_output=True)
        return {
            _class(line) for line in done.stderr.decode("latin-1").splitlines() if line.startswith("Error")
        }

    with ThreadPoolExecutor(2) as pool:
        before = list(pool.map(errors, (old for old, _ in pairs)))
        after = list(pool.map(errors, (new for _, new in pairs)))
    new = {
        (error, old.name)
        for (old, _), first, second in zip(pairs, before, after, strict=True)
        if not any(UNREADABLE.search(line) for line in first)
        for error in second - first
    }
    assert new == set()


def _masked_pairs(folder: Path, key: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """Files of the corpus and their masked copies; without deflated ones, which dciodvfy can't read."""
    from beam_phi.engine import Quarantine
    from beam_phi.formats import FormatError, Source, detect

    engine = Engine(load("basic"), resolve(str(key)))
    for number, path in enumerate(sorted(p for p in folder.rglob("*") if p.is_file())):
        head = path.read_bytes()[:8192]
        if b"1.2.840.10008.1.2.1.99" in head or detect(path.name, head) != "dicom":
            continue
        with path.open("rb") as stream:
            try:
                result = engine.mask(path.name, "0", "dicom", Source(stream, path.stat().st_size))
            except (Quarantine, FormatError):
                continue
            masked = target / f"{number}.dcm"
            masked.write_bytes(b"".join(result.content.chunks()))
            result.close()
        yield path, masked


def _class(line: str) -> str:
    """An error without the values and numbers of the place."""
    line = re.sub(r"<[^/>][^>]*>|\[\d+\]", "<>", line)
    return re.sub(r"(?<![0-9a-f(,])\d+(?![0-9a-f,)])", "#", line)
