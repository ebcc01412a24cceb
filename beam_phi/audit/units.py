"""Figures as readers want them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def number(count: int, noun: str) -> str:
    """A count and what is counted: ``1 file``, ``2,000 files``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def ratio(amount: float, by: float) -> str:
    """``amount / by`` to one decimal; 0 where there is nothing to divide by."""
    return f"{amount / by:,.1f}" if by else "0"


def share(count: int, total: int) -> str:
    """`count` as a percentage of `total`; says 0 or 100 only where it is that exactly."""
    percent = 100 * count / total if total else 0.0
    if 0 < percent < 0.05:
        return "< 0.1 %"
    if percent >= 99.95 and count < total:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def size(count: float) -> str:
    """Bytes in decimal units: ``532 bytes``, ``1.2 GB``."""
    if count < 1000:
        return number(int(count), "byte")
    for unit in ("kB", "MB", "GB", "TB"):
        count /= 1000
        if count < 999.95:
            return f"{count:.1f} {unit}"
    return f"{count / 1000:,.1f} PB"


def duration(seconds: float) -> str:
    """``8 s``, ``3 min 20 s``, ``2 h 14 min``."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


def moment(stamp: str) -> str:
    """An ISO 8601 time in words, UTC; as it stands if it is none."""
    try:
        when = datetime.fromisoformat(stamp).astimezone(UTC)
    except (ValueError, OverflowError):
        return stamp
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def elapsed(start: str, end: str | None) -> float | None:
    """Seconds between two ISO 8601 times, None if that can't be told."""
    try:
        return (datetime.fromisoformat(end or "") - datetime.fromisoformat(start)) / timedelta(seconds=1)
    except (ValueError, TypeError):
        return None
