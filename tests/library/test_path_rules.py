"""The rules for paths over names of real trees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beam_phi.engine import Engine
from beam_phi.library.load import load
from beam_phi.masking.keys import MasterKey

TAG = re.compile(r"~[a-z2-7]{8}")


@pytest.mark.corpus
def test_real_trees_lose_names_and_ids_and_keep_their_words(corpus: Path) -> None:
    mask = Engine(load("basic"), MasterKey(bytes(32)), "none").mask_path
    lists = sorted((corpus / "paths").rglob("*.txt"))
    assert lists
    for path in (line for each in lists for line in each.read_text("utf-8").split()):
        parts = path.split("/")
        masked = mask(path).split("/")
        for before, after in zip(parts[:-1], masked[:-1], strict=True):
            assert (before == after) == (not re.fullmatch(r"[A-Z]*\d{5,}", before)), before
        for telling in re.findall(r"[A-Z][a-z]+\d+|[0-9a-f]{8}-[0-9a-f-]{27}", parts[-1]):
            assert telling not in masked[-1]
        assert masked[-1].endswith(Path(path).suffix)
