from __future__ import annotations

import pytest

from beam_phi.audit.records import Annotation, CrosswalkRow
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


def test_what_waits_on_disk_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY_LIMIT", 1)
    buffer = RowBuffer(CrosswalkRow._make)
    buffer.append(CrosswalkRow("patient_id", "Zimmerling-4711220", "0740860"))
    assert buffer._spool is not None
    buffer._spool._file.seek(0)
    written = buffer._spool._file.read()
    assert len(written) > 40
    assert b"Zimmerling" not in written
    assert [row.source for row in buffer] == ["Zimmerling-4711220"]
    buffer.close()
