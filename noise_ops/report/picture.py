"""What every release changed, as one picture: releases across, subjects down, coloured by verdict.

One HTML file that needs nothing else and opens offline. Each verdict has a letter beside its colour, so that colour
blindness and black ink lose nothing. The colours rise in contrast with the verdict, in light and in dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from noise_ops.findings import Verdict
from noise_ops.report.escaping import plain

if TYPE_CHECKING:
    from noise_ops.history.chart import Cell, Chart

TITLE = "What each release changed in the noise"

_LETTERS = {
    Verdict.IDENTICAL: "·",
    Verdict.STREAM_CHANGED: "S",
    Verdict.CONTRACT_CHANGED: "C",
    Verdict.LAW_CHANGED: "L",
    Verdict.CANNOT_TELL: "?",
}
_MENDED = "✓"

_LEGEND = (
    ("law-changed", "L", "law changed: the distribution, or an exact property, is another"),
    ("contract-changed", "C", "contract changed: something else is accepted, raised or stored"),
    ("stream-changed", "S", "stream changed: other numbers of the same law"),
    ("identical", "·", "identical: nothing that is recorded differs"),
    ("mended", _MENDED, "mended: only what had not kept its documentation changed"),
    ("law-changed also", "L", "a corner: something was mended besides"),
    ("cannot-tell", "?", "cannot tell"),
    ("absent", "", "not there in both releases"),
)

_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2128; --faint: #5d6773; --line: #d9dee4;
  --identical: #eef1f4; --identical-ink: #7d8792; --stream: #a9d3f0; --stream-ink: #0b3a5b;
  --contract: #e8a200; --contract-ink: #241800; --law: #a8201a; --law-ink: #ffffff;
  --unknown: #6b6f76; --unknown-ink: #ffffff; --mended: #009e73; --mended-ink: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --ink: #e6eaef; --faint: #98a3b0; --line: #323a45;
  --identical: #1e252e; --identical-ink: #66717e; --stream: #27587f; --stream-ink: #dcefff;
  --contract: #d99a16; --contract-ink: #1a1100; --law: #ff7a6b; --law-ink: #2a0300;
  --unknown: #7f8791; --unknown-ink: #0c0f13; --mended: #14a37b; --mended-ink: #00160f; } }
html { font-size: 75%; }
body { margin: 2rem; background: var(--paper); color: var(--ink); font: 1rem/1.35 system-ui, sans-serif; }
h1 { margin: 0 0 .4rem; font-size: 1.9rem; letter-spacing: -.01em; }
h2, caption { margin: 0; padding: 0 0 .5rem; text-align: left; font-size: 1.25rem; font-weight: 600; }
p { margin: 0 0 1rem; max-width: 80rem; color: var(--faint); font-size: 1.1rem; }
code { font-family: ui-monospace, monospace; color: var(--ink); }
ul { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; margin: 0 0 1.75rem; padding: 0; list-style: none; }
li { display: flex; align-items: center; gap: .5rem; }
main { display: flex; flex-wrap: wrap; gap: 2rem 2.75rem; align-items: flex-start; }
table { border-collapse: separate; border-spacing: 2px; }
thead th { position: sticky; top: 0; height: 4rem; padding: .2rem 0; background: var(--paper); vertical-align: bottom;
  font-weight: 500; font-variant-numeric: tabular-nums; }
thead th:first-child { padding-right: .75rem; text-align: right; font-weight: 400; color: var(--faint); }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
tbody th { padding: 0 .75rem 0 .9rem; text-align: left; font-weight: 400; white-space: nowrap; }
tbody th[scope=rowgroup] { padding: .6rem 0 .1rem; font-weight: 600; color: var(--faint); }
tbody.whole th { padding-left: 0; font-weight: 600; }
tbody tr:hover th[scope=row] { text-decoration: underline; }
td, i { box-sizing: border-box; width: 1.95rem; min-width: 1.95rem; height: 1.5rem; padding: 0; border-radius: 3px;
  text-align: center; font: 600 .95rem/1.5rem system-ui, sans-serif; -webkit-print-color-adjust: exact;
  print-color-adjust: exact; }
tbody.whole td { height: 2rem; }
.identical { background: var(--identical); color: var(--identical-ink); }
.stream-changed { background: var(--stream); color: var(--stream-ink); }
.contract-changed { background: var(--contract); color: var(--contract-ink); }
.law-changed { background: var(--law); color: var(--law-ink); }
.cannot-tell { background: var(--unknown); color: var(--unknown-ink); }
.mended { background: var(--mended); color: var(--mended-ink); }
.absent { border: 1px dotted var(--line); }
.also { background-image: linear-gradient(225deg, var(--mended) .48rem, var(--paper) .48rem, var(--paper) .58rem,
  transparent .58rem); }
@page { size: A4; margin: 11mm; }
@media print { html { font-size: 9px; } body { margin: 0; } ul { margin-bottom: 1rem; } main { display: block; }
  table { break-inside: avoid; } thead th { position: static; } }
"""


def render(charts: Sequence[Chart], title: str = TITLE) -> str:
    """Return charts, one beside the other, as an HTML page.

    Args:
      charts: what to show.
      title: heading of the page.
    """
    legend = "".join(f'<li><i class="{name}">{letter}</i>{told}</li>\n' for name, letter, told in _LEGEND)
    tables = "".join(_table(chart) for chart in charts)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{_text(title)}</h1>
<p>Each release is compared with the one to its left. A letter is the worst of what changed and was not mended; point at
a cell to see the findings. <code>noise-ops compare</code> tells all about a step, <code>noise-ops explain</code> what a
finding means.</p>
<ul>
{legend}</ul>
<main>
{tables}</main>
</body>
</html>
"""


def _table(chart: Chart) -> str:
    columns = "".join(f'<th scope="col"><span>{_text(column)}</span></th>' for column in chart.columns)
    steps = [f"{old} → {new}" for old, new in zip((chart.first, *chart.columns), chart.columns, strict=False)]
    return (
        f"<table>\n<caption>{_text(chart.title)}</caption>\n"
        f"<thead><tr><th>since {_text(chart.first)}</th>{columns}</tr></thead>\n"
        + "".join(_group(library, list(rows), steps) for library, rows in groupby(chart.rows, key=_library))
        + "</table>\n"
    )


def _library(row: tuple[str, Sequence[Cell]]) -> str:
    """Return what a subject belongs to, or "" for a row of all subjects."""
    library, dot, _ = row[0].partition(".")
    return library if dot else ""


def _group(library: str, rows: Sequence[tuple[str, Sequence[Cell]]], steps: Sequence[str]) -> str:
    lines = []
    if library:
        lines.append(f'<tr><th scope="rowgroup" colspan="{len(steps) + 1}">{_text(library)}</th></tr>\n')
    for name, cells in rows:
        shown = name.removeprefix(f"{library}.")
        row = "".join(_cells(name, cells, steps))
        lines.append(f'<tr><th scope="row" title="{_text(name)}">{_text(shown)}</th>{row}</tr>\n')
    style = "library" if library else "whole"
    return f'<tbody class="{style}">\n{"".join(lines)}</tbody>\n'


def _cells(name: str, cells: Sequence[Cell], steps: Sequence[str]) -> Iterator[str]:
    for cell, step in zip(cells, steps, strict=True):
        told = "not there in both" if cell.verdict is None else cell.verdict.value
        told += f": {cell.text}" if cell.text else ""
        style, letter = _look(cell)
        yield f'<td class="{style}" title="{_text(f"{name}, {step}: {told}")}">{letter}</td>'


def _look(cell: Cell) -> tuple[str, str]:
    if cell.verdict is None:
        return "absent", ""
    if cell.fixed and cell.verdict is Verdict.IDENTICAL:
        return "mended", _MENDED
    return cell.verdict.value + (" also" if cell.fixed else ""), _LETTERS[cell.verdict]


def _text(text: str) -> str:
    return escape(plain(text))
