"""No stage boundary carries file contents, annotation rows, or paths beyond FileRef."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import execution
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from beam_phi.engine import Sighting
from beam_phi.formats import FORMATS
from beam_phi.identity.demographics import Demographics
from beam_phi.identity.links import Record
from beam_phi.job import Job, build
from beam_phi.transforms.records import FileRef, FusedOnlyCoder, MaskedFile

_TAGS = ("what", "root", "nodes", "patients", "people", "files")
#: What the steps hand over at a stage boundary of the fused pipeline, by the end of the step's name.
CARRIED = {
    "List": "Listed",
    "Map(reify_metadata_default_window)": "FileRef",
    "AddRandomKeys": "FileRef",
    "Name": "keyed digest, FileRef",
    **{f"Part {number}": "part name" for number in range(2 * len(FORMATS) + 1)},
    "Parts": "part name",
    "Map(decode)": "Library, or the name of a folder of OUTPUT",
    "Impulse": "nothing",
    # Of the pass over the collection: digests of files, and what is sealed.
    "Call": "digest, FileRef",
    "Sight": "digest, sighting of digests and sealed values",
    "Bearers": "digest, sealed issuer, digests",
    "Precombine": "issuers, how many ids each gave",
    "Group": "issuers, how many ids each gave",
    "InjectDefault": "issuers that number their patients apart",
    "links": "digest, record of digests",
    "births": "digests",
    "Both ways": "two digests",
    "Tell": "digests",
    "Edges": "digests",
    "As root": "digest, record of digests",
    "edges": "digests",
    "Roots": "digests",
    "told": "digests, sealed person",
    "To root": "digests, sealed person",
    **{f"Tag[{tag}]": "digest, and what the tag says" for tag in _TAGS},
    "UnKey": "issuers that number their patients apart",
    "Flatten": "two digests",
    "Read": "nothing",
    "Merge": "digests, sealed person",
}


def _boundaries(command: str) -> set[str]:
    """What is written at stage boundaries, named by the step that made it (and its tag, if it has several
    outputs).
    """
    pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
    build(pipeline, Job(command, "/in", "/out", key="env:KEY"))
    _, stages = FnApiRunner().create_stages(pipeline.to_runner_api())
    makers: dict[str, str] = {}
    for stage in stages:
        for transform in stage.transforms:
            for tag, pcollection in transform.outputs.items():
                name = transform.unique_name.rpartition("/")[2]
                makers.setdefault(pcollection, name if len(transform.outputs) == 1 else tag)
    crossing = set()
    for stage in stages:
        for transform in stage.transforms:
            if transform.spec.urn == "beam:runner:sink:v1":
                crossing.update(
                    _origin(pcollection, makers, stages) for pcollection in transform.inputs.values()
                )
    return crossing


def _origin(pcollection: str, makers: dict[str, str], stages: Any) -> str:
    """Through the flattens that the runner puts in, to the step that made the elements."""
    for stage in stages:
        for transform in stage.transforms:
            if (
                pcollection in transform.outputs.values()
                and transform.spec.urn == "beam:transform:flatten:v1"
            ):
                return _origin(next(iter(transform.inputs.values())), makers, stages)
            if pcollection in transform.outputs.values() and transform.unique_name.endswith("/Read"):
                return transform.unique_name.rsplit("/", 2)[1]
    return makers[pcollection]


@pytest.mark.parametrize("command", ["mask", "search"])
def test_only_small_records_cross_a_stage_boundary(command: str) -> None:
    crossing = _boundaries(command)
    assert {"Name", "Part 0", "Part 3"} <= crossing
    assert crossing <= set(CARRIED)


def test_what_crosses_holds_no_content(
    hospital: Path, key: Path, truth: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte that the runner buffers between stages, on a real run."""
    seen: list[bytes] = []
    for buffer in (execution.ListBuffer, execution.GroupingBuffer):
        append = buffer.append

        def spy(self: Any, element: bytes, append: Any = append) -> None:
            seen.append(element)
            append(self, element)

        monkeypatch.setattr(buffer, "append", spy)
    pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
    build(pipeline, Job("mask", str(hospital), str(tmp_path / "out"), key=str(key)))
    pipeline.run().wait_until_finish()
    crossed = b"".join(seen)
    sizes = [path.stat().st_size for path in hospital.rglob("*") if path.is_file()]
    assert len(list((tmp_path / "out" / "masked").rglob("*.*"))) > 40
    assert len(sizes) * 100 < len(crossed) < 1_000_000, "small records only; the collection has over 7 MB"
    contents = [
        each["value"].encode()
        for each in truth["identifiers"]
        if each["class"] in ("ssn", "email", "phone", "address")
    ]
    assert len(contents) > 12
    assert not any(value in crossed for value in contents)
    # A pickle tells where the type of what it holds is; people are told of by plain bytes, see their flat().
    assert FileRef.__module__.encode() in crossed
    for kind in (Sighting, Record, Demographics):
        assert kind.__module__.encode() not in crossed


def test_masked_files_refuse_to_be_encoded() -> None:
    coder = beam.coders.registry.get_coder(MaskedFile)
    assert isinstance(coder, FusedOnlyCoder)
    with pytest.raises(TypeError, match="can't leave their stage"):
        coder.encode(object())


def test_a_file_ref_says_no_path_aloud() -> None:
    assert "Davidson" not in repr(FileRef(b"/in/Davidson.dcm", b"Davidson.dcm", 3))
