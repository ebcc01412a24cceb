"""Bar charts that are tables: a row has its label, its bar and its figures.

Nothing is said by colour or length alone, and the chart reads the same aloud, on paper and on a telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from beam_phi.audit.markup import Html, tag
from beam_phi.audit.units import share

MIN_WIDTH = 0.8
"""Percent: a count that is not zero is never invisible beside a large one."""


def bar(parts: Sequence[tuple[str, int]], scale: int) -> Html:
    """A stacked horizontal bar; `parts` are (CSS class, count), `scale` the count that fills the width."""
    rectangles = []
    x = 0.0
    for kind, count in parts:
        if count:
            width = max(100 * count / scale, MIN_WIDTH)
            rectangles.append(tag("rect", class_=kind, x=f"{x:.2f}", y=0, width=f"{width:.2f}", height=10))
            x += width
    return tag(
        "svg",
        *rectangles,
        class_="bar",
        viewBox=f"0 0 {max(x, 100):.2f} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )


def table(
    caption: str,
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    numbers: frozenset[str] = frozenset(),
    filterable: bool = False,
) -> Html:
    """A data table. The first cell of a row is its heading; columns in `numbers` are set to the right."""
    styles = ["number" if name in numbers else None for name in header]
    head = [tag("th", name, scope="col", class_=style) for name, style in zip(header, styles, strict=True)]
    body = []
    for label, *values in rows:
        cells = [
            tag("td", _figure(value), class_=style) for value, style in zip(values, styles[1:], strict=True)
        ]
        body.append(tag("tr", tag("th", label, scope="row"), *cells))
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", *body),
        data_filter=caption if filterable else None,
    )
    return tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex=0)


def files_table(caption: str, formats: Mapping[str, Mapping[str, int]], statuses: Mapping[str, str]) -> Html:
    """Files by format, a stacked bar each; `statuses` maps the statuses to show to their headings."""
    scale = max((sum(counts.values()) for counts in formats.values()), default=1)
    rows = [
        (
            _labelled(form, [(status, counts.get(status, 0)) for status in statuses], scale),
            *(counts.get(status, 0) for status in statuses),
            sum(counts.values()),
        )
        for form, counts in formats.items()
    ]
    headings = [tag("span", name, class_=f"key {status}") for status, name in statuses.items()]
    numbers = frozenset([*headings, "All"])
    return table(caption, ("Format", *headings, "All"), rows, numbers=numbers)


def findings_table(
    caption: str, heading: str, counts: Mapping[str, int], notes: Mapping[str, Mapping[str, object]]
) -> Html:
    """Findings by label, a bar each, with the share of all; `notes`: further headings -> label -> cell."""
    total = sum(counts.values())
    scale = max(counts.values(), default=1)
    rows = [
        (
            _labelled(label or "none", [("plain", count)], scale),
            count,
            share(count, total),
            *(cells.get(label, "") for cells in notes.values()),
        )
        for label, count in counts.items()
    ]
    header = (heading, "Findings", "Share", *notes)
    return table(caption, header, rows, numbers=frozenset({"Findings", "Share"}))


def _labelled(label: str, parts: Sequence[tuple[str, int]], scale: int) -> Html:
    return tag("div", tag("span", label), bar(parts, scale), class_="labelled")


def _figure(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value
