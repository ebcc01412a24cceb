"""The fixed parts of a page: skeleton, style, and the script that adds a filter to the report's long tables.

A page may load nothing and run nothing but these texts: its content security policy names their digests.
"""

from __future__ import annotations

import base64
import hashlib
from string import Template

from beam_phi.audit.markup import Html

_STYLE = """
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --ink: #17212b; --soft: #51606e; --line: #d8dfe6; --track: #e9eef2;
  --masked: #0b7580; --quarantined: #c25e00; --skipped: #7b8894;
  --good: #17683a; --good-card: #e8f5ec; --care: #8a4600; --care-card: #fff3e3; --note: #2b4d73;
    --note-card: #eaf1f9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10161c; --card: #182028; --ink: #e7edf3; --soft: #a3b2c0; --line: #2d3843;
    --track: #26313b;
    --masked: #37b3bd; --quarantined: #f29b45; --skipped: #8a98a5;
    --good: #7fd6a0; --good-card: #15291e; --care: #ffb866; --care-card: #30220f; --note: #9cc3ef;
    --note-card: #172534;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans",
    Arial, sans-serif;
}
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
header p { margin: 0; color: var(--soft); }
h1 { margin: .1rem 0 .2rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 0 0 .9rem; font-size: 1.25rem; line-height: 1.3; }
p { margin: 0 0 .8rem; max-width: 60rem; }
section { margin-top: 1.25rem; padding: 1.4rem 1.5rem 1.5rem; background: var(--card);
  border: 1px solid var(--line);
  border-radius: 10px; }
section > :last-child { margin-bottom: 0; }
.verdict { display: flex; gap: 1rem; border-left-width: 6px; }
.verdict h2 { margin: 0 0 .15rem; font-size: 1.4rem; }
.verdict p { margin: 0; }
.verdict svg { flex: none; width: 2.2rem; height: 2.2rem; margin-top: .1rem; fill: none;
  stroke: currentColor;
  stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.good { background: var(--good-card); border-color: var(--good); }
.good h2, .good svg { color: var(--good); }
.care { background: var(--care-card); border-color: var(--care); }
.care h2, .care svg { color: var(--care); }
.note { background: var(--note-card); border-color: var(--note); }
.note h2, .note svg { color: var(--note); }
.alerts { margin: 1.25rem 0 0; padding: 0; list-style: none; }
.alerts li { margin-top: .6rem; padding: .7rem 1rem; background: var(--care-card);
  border-left: 4px solid var(--care);
  border-radius: 6px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.8rem, 1fr)); gap: .8rem;
  margin: 1.25rem 0 0; }
.tiles div { display: flex; flex-direction: column; padding: .9rem 1rem 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { margin: 0; font-size: 1.45rem; white-space: nowrap; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.tiles dd.small { white-space: normal; color: var(--soft); font-size: .8125rem;
  font-weight: 400; line-height: 1.4; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
  gap: 1.25rem; }
.columns > section { min-width: 0; }
code { font: .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, input:focus-visible { outline: 3px solid var(--masked); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { padding-bottom: .5rem; color: var(--soft); font-size: .875rem; text-align: left; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top;
  unicode-bidi: isolate; }
tbody tr:last-child > * { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 6rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.number + :not(.number) { padding-left: 1.5rem; }
.bar { display: block; width: 100%; min-width: 4rem; height: .7rem; margin-top: .4rem;
  background: var(--track);
  border-radius: 2px; }
.labelled { display: grid; grid-template-columns: minmax(6rem, 13rem) minmax(5rem, 1fr); column-gap: 1.5rem; }
th:has(> .labelled) { width: 60%; }
.columns .labelled { grid-template-columns: minmax(6rem, 9rem) minmax(4rem, 1fr); }
rect.masked, rect.plain { fill: var(--masked); }
rect.quarantined { fill: var(--quarantined); }
rect.skipped { fill: var(--skipped); }
.key::before { content: ""; display: inline-block; width: .65rem; height: .65rem; margin-right: .4rem;
  border-radius: 2px; }
.key.masked::before { background: var(--masked); }
.key.quarantined::before { background: var(--quarantined); }
.key.skipped::before { background: var(--skipped); }
.filter { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-bottom: .8rem;
  color: var(--soft);
  font-size: .875rem; }
.filter input { flex: 0 1 16rem; min-width: 0; padding: .35rem .6rem; color: inherit;
  background: var(--page); font: inherit;
  border: 1px solid var(--soft); border-radius: 6px; }
.phi { background: #b3001b; border-color: #b3001b; color: #fff; }
.sheet { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1.25rem; }
figure { margin: 0; color: var(--soft); font-size: .875rem; }
figure img { display: inline-block; margin: 0 .4rem .3rem 0; vertical-align: top; }
figcaption { max-width: 20rem; }
figcaption code { display: block; color: var(--ink); }
footer { margin-top: 1.5rem; padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
footer h2 { font-size: 1rem; color: var(--ink); }
footer dt { color: var(--ink); font-weight: 600; }
footer dd { margin: 0 0 .6rem; max-width: 52rem; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.6rem; }
  section { padding: 1.1rem 1rem 1.2rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles dd { font-size: 1.3rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .6rem; }
  table { font-size: .875rem; }
  thead th { font-size: .75rem; }
  th, td { padding-right: .6rem; }
  .number + :not(.number) { padding-left: .6rem; }
  .labelled, .columns .labelled { grid-template-columns: 1fr; }
  .bar { min-width: 4rem; height: .5rem; margin-top: .15rem; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #bbb; --track: #eee;
    --masked: #0b7580; --quarantined: #c25e00; --skipped: #7b8894;
    --good: #17683a; --good-card: #fff; --care: #8a4600; --care-card: #fff; --note: #2b4d73;
    --note-card: #fff; }
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  section, .tiles div { border-radius: 0; }
  .tiles div, tr, .verdict { break-inside: avoid; }
  h2, caption { break-after: avoid; }
  .scroll { overflow: visible; }
  .bar, .key::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .filter { display: none; }
}
"""

_SCRIPT = """
for (const table of document.querySelectorAll("table[data-filter]")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 8) continue;
  const bar = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("span");
  bar.className = "filter";
  input.type = "search";
  count.setAttribute("role", "status");
  bar.append("Show rows with", input, count);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    count.textContent = wanted && shown + " of " + rows.length;
  });
  table.parentElement.before(bar);
}
"""

_OPENING = Template(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<style>$style</style>
</head>
<body>
"""
)

CLOSING = "</body>\n</html>\n"
"""What ends a document."""


def _source(text: str) -> str:
    """The text as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_source(_STYLE)}",
        f"script-src {_source(_SCRIPT)}",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


def opening(title: Html, *, images: bool = False) -> str:
    """The document up to its body. images: it may show some that it holds itself."""
    policy = f"{_POLICY}; img-src data:" if images else _POLICY
    return _OPENING.substitute(policy=policy, title=title, style=_STYLE)


def page(title: Html, body: Html) -> str:
    """The whole document."""
    return f"{opening(title)}{body}\n<script>{_SCRIPT}</script>\n{CLOSING}"
