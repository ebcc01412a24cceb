from __future__ import annotations

import pytest

from beam_phi.audit.records import Annotation
from beam_phi.engine import buffer as module
from beam_phi.engine.buffer import RowBuffer


def _row(number: int) -> Annotation:
    return Annotation(
        "id", "path", "text", f"line {number}", 0, 4, None, None, None, None, None,
        "date", "m", "pattern", 0.9, "r", "f", "masked", None, "hash", "new", "key", "digest",
    )  # fmt: skip


@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
def test_rows_come_back_in_order_whatever_is_spilled(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY_LIMIT", limit)
    buffer = RowBuffer(Annotation._make)
    rows = [_row(number) for number in range(20)]
    for row in rows:
        buffer.append(row)
    assert len(buffer) == 20
    assert list(buffer) == rows
    assert list(buffer) == rows
    buffer.close()
