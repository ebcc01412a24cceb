"""Before a folder's images are masked: those of a series are searched for burned-in text together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress

from beam_phi.engine import Engine, Seen
from beam_phi.formats import Source
from beam_phi.transforms.filesystem import open_input
from beam_phi.transforms.records import FileRef

#: Larger files are no slices of a series; each is searched when it is masked.
LARGEST = 1 << 23


def look_at(engine: Engine, format_: str, refs: Sequence[FileRef]) -> Mapping[Hashable, Seen]:
    """What the images among neighbouring files show, as far as they are slices of one series.

    What can't be read or looked at is left out; why, its own masking will tell, whatever it is.
    """
    if format_ != "dicom" or len(refs) < 2 or not engine.looks_at_series:
        return {}
    series = engine.series()
    for ref in refs:
        if 0 <= ref.size <= LARGEST:
            with suppress(Exception), open_input(ref) as stream:
                series.add(ref, Source(stream, ref.size))
    with suppress(Exception):
        return series.seen()
    return {}
