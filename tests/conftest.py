from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.runs import Run

from beam_phi.cli import main
from beam_phi.sample import write

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files; tests that need it are skipped where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of real files is not here")
    return CORPUS


@pytest.fixture(scope="session")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic hospital export, read only."""
    folder = tmp_path_factory.mktemp("sample") / "hospital"
    write(folder)
    return folder


@pytest.fixture(scope="session")
def truth(hospital: Path) -> dict[str, Any]:
    return json.loads((hospital / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fixed key: with a random one, a shifted date could by chance be another planted date."""
    path = tmp_path_factory.mktemp("key") / "master.key"
    path.touch(0o600)
    path.write_text("5eed" * 16)
    return path


@pytest.fixture(scope="session")
def masked(
    request: pytest.FixtureRequest, hospital: Path, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """The hospital masked under the library of the parameter (default ``basic``), in this process."""
    library = getattr(request, "param", "basic")
    output = tmp_path_factory.mktemp("masked") / library
    arguments = ["mask", str(hospital), str(output), "--key", str(key), "--library", library]
    return Run(main([*arguments, "--runner=FnApiRunner"]), output)
