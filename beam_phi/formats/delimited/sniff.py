"""Find out the dialect of a delimited file from its first records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from beam_phi.formats.delimited.grammar import DELIMITERS, NO_DELIMITER, Dialect, Grammar, RawRecord
from beam_phi.formats.document import FormatError

#: Records that are enough to judge the dialect, the header and the usual number of cells.
SAMPLE_RECORDS = 60

# The first line by which Excel is told the delimiter.
_SEP_LINE = re.compile(rb'"?sep=([\t;|,])"?\s*\Z', re.IGNORECASE)
_SINGLE_QUOTED = re.compile(rb"(?m)(?:^|(?<=[\t;|,]))'[^'\r\n]*'(?=[\t;|,\r\n]|\Z)")
_ESCAPED_QUOTE = re.compile(rb'\\"[^\t;|,"\r\n]')
_DECIMAL_COMMA = re.compile(rb"(?<=[0-9]),(?=[0-9])")


def leading_lines(lines: list[bytes]) -> int:
    """How many lines before the table are no part of it: a ``sep=`` line, ``#`` comments, blank lines."""
    count = 0
    for line in lines:
        if not (line.startswith(b"#") or not line.strip() or (count == 0 and _SEP_LINE.match(line))):
            return count
        count += 1
    return count


def sniff(lines: list[bytes]) -> Dialect:
    """The dialect of a file that begins with these lines.

    The delimiter is the one that cuts most records into the same number of cells, two or more; of equals, the
    one that cuts finer, but no comma that only stands within numbers. None at all makes one column.
    """
    start = leading_lines(lines)
    sample = b"".join(lines[start:])
    single = b'"' not in sample and len(_SINGLE_QUOTED.findall(sample)) > 1
    quote = b"'" if single else b'"'
    escape = bool(_ESCAPED_QUOTE.search(sample))
    stated = _SEP_LINE.match(lines[0]) if lines else None
    if stated:
        return _sampled(lines[start:], Dialect(stated[1], quote, escape))[0]
    best, best_score = Dialect(NO_DELIMITER, quote, escape), (0.0, 0)
    decimal = len(_DECIMAL_COMMA.findall(sample)) == sample.count(b",")
    for delimiter in DELIMITERS:
        if delimiter not in sample or (delimiter == b"," and decimal and best_score[0] == 1):
            continue
        dialect, records = _sampled(lines[start:], Dialect(delimiter, quote, escape))
        width, share = regularity(records)
        if width > 1 and (share, width) > best_score:
            best, best_score = dialect, (share, width)
    return best


def _sampled(lines: list[bytes], dialect: Dialect) -> tuple[Dialect, list[RawRecord]]:
    """The first records, and the dialect: blanks are skipped if a cell begins with some and a quote."""
    records = sample_records(lines, dialect)
    blank_quote = re.compile(b" +" + dialect.quote)
    if any(blank_quote.match(cell) for record in records for cell in record.cells):
        dialect = replace(dialect, skip_space=True)
        records = sample_records(lines, dialect)
    return dialect, records


def sample_records(lines: list[bytes], dialect: Dialect) -> list[RawRecord]:
    """The first records; what the grammar refuses, or the sample cuts in two, ends them."""
    records: list[RawRecord] = []
    try:
        for record in Grammar(dialect).records(iter(lines)):
            records.append(record)
            if len(records) == SAMPLE_RECORDS:
                break
    except FormatError:
        return records
    return records


def regularity(records: Iterable[RawRecord]) -> tuple[int, float]:
    """The commonest number of cells, and the share of records that have it; (0, 0.0) for no records."""
    widths = Counter(len(record.cells) for record in records if record.cells)
    if not widths:
        return 0, 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, count / widths.total()
