from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beam_phi.engine import content as module
from beam_phi.engine.content import Content
from beam_phi.formats.document import FormatError, Source, SourceRange

DATA = bytes(range(256)) * 40


def _read(segments: list[bytes | SourceRange]) -> bytes:
    content = Content(Source(io.BytesIO(DATA), len(DATA)))
    content.extend(segments)
    try:
        return b"".join(content.chunks())
    finally:
        content.close()


_segments = st.lists(
    st.binary(max_size=300) | st.builds(SourceRange, st.integers(0, len(DATA) - 1000), st.integers(0, 1000)),
    max_size=30,
)


@given(_segments, st.integers(0, 2000))
def test_segments_come_back_in_order_whatever_is_spilled(
    segments: list[bytes | SourceRange], limit: int
) -> None:
    expected = b"".join(
        DATA[s.offset : s.offset + s.length] if isinstance(s, SourceRange) else s for s in segments
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MEMORY_LIMIT", limit)
        assert _read(segments) == expected


def test_a_source_that_shrank_is_noticed() -> None:
    with pytest.raises(FormatError) as error:
        _read([SourceRange(len(DATA) - 10, 20)])
    assert error.value.reason == "source-changed"


def test_content_can_be_read_twice() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MEMORY_LIMIT", 5)
        content = Content(Source(io.BytesIO(DATA), len(DATA)))
        content.extend([b"abc", b"defgh", SourceRange(0, 3), b"ijk"])
        assert b"".join(content.chunks()) == b"".join(content.chunks()) == b"abcdefgh\0\1\2ijk"
        content.close()
