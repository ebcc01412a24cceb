"""An X12 file as a document: the segments about each person a scope, the envelopes scopes about nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from beam_phi.formats.document import FormatError, Source
from beam_phi.formats.encoding import HEAD_SIZE, Encoding, detect_encoding, inner_head, is_text
from beam_phi.formats.x12.loops import Tracker
from beam_phi.formats.x12.plans import context
from beam_phi.formats.x12.scope import X12Scope, X12Segment
from beam_phi.formats.x12.segments import RawSegment, SegmentReader, looks_like_interchange
from beam_phi.formats.x12.table import is_known, transactions
from beam_phi.formats.x12.types import is_control_number

#: Bytes of the segments about one person.
MAX_SCOPE = 8 * 1024 * 1024
#: Segments about one person, empty ones too.
MAX_SEGMENTS = 500_000
#: Different segment ids, in one file, that no health care transaction has.
MAX_UNKNOWN = 64

_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")
#: Segments of binary data, in which a terminator ends nothing.
_BINARY = frozenset({"BDS", "BIN", "EFI"})
#: Where the segments of the envelopes may stand, and where what follows them stands: outside of interchanges,
#: in one, in a functional group, in a transaction set.
_OUTSIDE, _INTERCHANGE, _GROUP, _SET = range(4)
_ENVELOPES = {
    "ISA": (_OUTSIDE, _INTERCHANGE),
    "TA1": (_INTERCHANGE, _INTERCHANGE),
    "TA3": (_INTERCHANGE, _INTERCHANGE),
    "GS": (_INTERCHANGE, _GROUP),
    "ST": (_GROUP, _SET),
    "SE": (_SET, _GROUP),
    "GE": (_GROUP, _INTERCHANGE),
    "IEA": (_INTERCHANGE, _OUTSIDE),
}
#: Where the control numbers of the envelopes stand, and the data element they are.
_CONTROLS = {
    "ISA": (13, "I12"), "IEA": (2, "I12"), "GS": (6, "28"), "GE": (2, "28"), "ST": (2, "329"),
    "SE": (2, "329"),
}  # fmt: skip
#: Segments of the envelopes that begin a scope.
_DIVIDERS = frozenset({"ISA", "ST", "SE"})


class X12Document:
    """A file of X12 interchanges, read segment by segment."""

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self._source = source
        self._encoding = encoding

    def scopes(self) -> Iterator[X12Scope]:
        """Raises FormatError ``bad-encoding``, ``bad-syntax``, ``truncated`` or ``record-too-long``."""
        lead = self._encoding.bom
        segments: list[X12Segment] = []
        size = 0
        placer = _Placer(self._encoding)
        for raw in SegmentReader(self._encoding.blocks(self._source.stream)):
            segment, begins = placer.place(raw)
            if begins and segments:
                yield self._scope(segments, lead)
                lead, segments, size = b"", [], 0
            segments.append(segment)
            size += len(raw.lead) + len(raw.body) + 1
            if size > MAX_SCOPE:
                raise FormatError(
                    "record-too-long", f"one person's segments are longer than {MAX_SCOPE} bytes"
                )
            if len(segments) > MAX_SEGMENTS:
                raise FormatError("record-too-long", f"one person has more than {MAX_SEGMENTS} segments")
        placer.finish()
        yield self._scope(segments, lead)

    def _scope(self, segments: list[X12Segment], lead: bytes) -> X12Scope:
        raw = segments[0].raw
        # A scope never goes beyond its interchange, so the delimiters are those of all its segments.
        text = b"".join([segment.raw.body for segment in segments]).translate(None, raw.delimiters.all)
        if not is_text(text):
            raise FormatError("bad-encoding", "a segment holds control characters")
        return X12Scope(segments, self._encoding, lead)


class _Placer:
    """Says of one segment after the other where it stands.

    The envelopes have to be nested as they must be, or segments are missing. Their counts and control numbers
    are not held against each other: nothing that is masked hangs on them, and they stay as they are. But the
    count must be true where a segment id is unknown: with a terminator in a name (``SMITH~TED``) half of the
    name would be taken for one.
    """

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._state = _OUTSIDE
        self._interchanges = 0
        self._sets = 0
        # Segments by id in the interchange, outside of transaction sets and in the one at hand.
        self._outside: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        # Location of the interchange and of the transaction set.
        self._interchange = ""
        self._set = ""
        self._context = context()
        self._tracker = Tracker("")
        self._control = ""
        self._ids: dict[bytes, str] = {}
        self._unknown: set[str] = set()
        # Segments of the transaction set at hand, and whether one of them is unknown.
        self._size = 0
        self._doubtful = False

    def place(self, raw: RawSegment) -> tuple[X12Segment, bool]:
        """The segment in its place; True if a scope begins with it. Raises FormatError."""
        if not raw.body:
            return X12Segment(raw, "", 0, "", self._context), False
        written = raw.body.partition(raw.delimiters.element)[0]
        id_ = self._ids.get(written) or self._id(written)
        envelope = _ENVELOPES.get(id_)
        if envelope is None:
            if self._state != _SET:
                raise FormatError("bad-syntax", "a segment stands outside of transaction sets")
            return self._in_set(raw, id_)
        if envelope[0] != self._state:
            raise FormatError("bad-syntax", "the envelopes of the interchange are not nested as they must be")
        return self._envelope(raw, id_, envelope[1])

    def _id(self, written: bytes) -> str:
        """The id of a segment, as it stands there, perhaps with a line break in it."""
        id_ = written.translate(None, b"\r\n").decode("latin-1")
        if _ID.fullmatch(id_) is None or id_ in _BINARY:
            raise FormatError("bad-syntax", "a segment has no valid id, or holds binary data")
        if not is_known(id_):
            self._unknown.add(id_)
            if len(self._unknown) > MAX_UNKNOWN:
                raise FormatError("bad-syntax", "too many segments are none of health care transactions")
        return self._ids.setdefault(written, id_)

    def finish(self) -> None:
        """Raises FormatError ``truncated`` if an interchange was not ended."""
        if self._state != _OUTSIDE:
            raise FormatError("truncated", "the file ends within an interchange")

    def _in_set(self, raw: RawSegment, id_: str) -> tuple[X12Segment, bool]:
        if not raw.end:
            raise FormatError("truncated", "the last segment is not ended")
        self._inside[id_] += 1
        self._size += 1
        self._doubtful |= id_ in self._unknown
        segment = X12Segment(raw, id_, self._inside[id_], self._set, self._context)
        tracker = self._tracker
        if not tracker.watches(id_):
            return segment, False
        begins = tracker.enter(id_, segment.values(self._encoding))
        now = self._context
        if (now.loop, now.role, now.own) != (tracker.loop, tracker.role, tracker.own):
            self._context = context(now.transaction, tracker.loop, tracker.role, tracker.own)
        segment.context = self._context
        return segment, begins

    def _envelope(self, raw: RawSegment, id_: str, after: int) -> tuple[X12Segment, bool]:
        if id_ == "ISA":
            segment = self._begin_interchange(raw)
        elif id_ == "ST":
            segment = self._begin_set(raw)
        elif id_ == "SE":
            segment = self._end_set(raw)
        else:
            self._outside[id_] += 1
            segment = X12Segment(raw, id_, self._outside[id_], self._interchange, self._context)
        # Only the last segment of all may lack its terminator, if it shows that it is whole.
        if not raw.end and not (id_ == "IEA" and segment.values(self._encoding)[2:] == [self._control]):
            raise FormatError("truncated", "the last segment is not ended")
        self._check_control(segment)
        self._state = after
        return segment, id_ in _DIVIDERS

    def _check_control(self, segment: X12Segment) -> None:
        """Raises FormatError ``bad-syntax`` for a control number that may be a name or an id.

        It stands in header and trailer, which are masked apart: nothing could keep the two alike.
        """
        at, element = _CONTROLS.get(segment.id, (0, ""))
        values = segment.values(self._encoding)
        written = values[at].strip() if 0 < at < len(values) else ""
        if written and not is_control_number(element, written):
            raise FormatError("bad-syntax", "a control number is none")

    def _begin_interchange(self, raw: RawSegment) -> X12Segment:
        self._interchanges += 1
        self._sets = 0
        self._outside.clear()
        segment = X12Segment(raw, "ISA", self._interchanges, "", context())
        self._interchange = f"{segment.location} / "
        self._control = segment.values(self._encoding)[13]
        return segment

    def _begin_set(self, raw: RawSegment) -> X12Segment:
        self._sets += 1
        self._inside.clear()
        self._size, self._doubtful = 0, False
        segment = X12Segment(raw, "ST", self._sets, self._interchange, context())
        self._set = f"{segment.location} / "
        named = [value.strip() for value in segment.values(self._encoding)[1:2]]
        transaction = named[0] if named and named[0] in transactions() else ""
        self._tracker = Tracker(transaction)
        self._context = segment.context = context(transaction)
        return segment

    def _end_set(self, raw: RawSegment) -> X12Segment:
        segment = X12Segment(raw, "SE", 1, self._set, context(self._context.transaction))
        self._context = context()
        counted = "".join(segment.values(self._encoding)[1:2]).strip()
        if self._doubtful and counted.lstrip("0") != str(self._size + 2):
            raise FormatError("bad-syntax", "a segment is unknown, and the count of segments is wrong")
        return segment


def open(source: Source) -> X12Document:
    """Open an X12 file. Raises FormatError ``bad-syntax`` if it does not begin with an interchange, and
    ``bad-encoding``."""
    source.stream.seek(0)
    head = source.stream.read(HEAD_SIZE)
    encoding = detect_encoding(head)
    if not looks_like_interchange(inner_head(head, encoding)):
        raise FormatError("bad-syntax", "the file does not begin with an X12 interchange (ISA)")
    return X12Document(source, encoding)


def looks_like_x12(head: bytes) -> bool:
    """True if a file that begins with `head` is X12: an ISA segment, which names the delimiters.

    A file that begins with GS or ST is not: there is nothing to tell its delimiters by.
    """
    try:
        return looks_like_interchange(inner_head(head, detect_encoding(head)))
    except FormatError:
        return False
