"""What every release changed, as one picture: releases across, subjects down, coloured by verdict.

One HTML file that needs nothing else and opens offline. Each verdict has a letter beside its colour, so that colour
blindness and black ink lose nothing. The colours rise in contrast with the verdict, in light and in dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from noise_ops.findings import Verdict
from noise_ops.report.document import LETTERS, MENDED, document, folded, named, table, text

if TYPE_CHECKING:
    from noise_ops.history.chart import Cell, Chart

TITLE = "What each release changed in the noise"

_LEGEND = (
    ("law-changed", "L", "law changed: the distribution, or an exact property, is another"),
    ("contract-changed", "C", "contract changed: something else is accepted, raised or stored"),
    ("stream-changed", "S", "stream changed: other numbers of the same law"),
    ("identical", "·", "identical: nothing that is recorded differs"),
    ("mended", MENDED, "mended: only what had not kept its documentation changed"),
    ("law-changed also", "L", "a corner: something was mended besides"),
    ("cannot-tell", "?", "cannot tell"),
    ("absent", "", "not there in both releases"),
)


def render(charts: Sequence[Chart], title: str = TITLE) -> str:
    """Return charts, one beside the other, as an HTML page.

    Args:
      charts: what to show.
      title: heading of the page.
    """
    legend = "".join(
        f'<li><i class="{name}" aria-hidden="true">{letter}</i>{told}</li>\n' for name, letter, told in _LEGEND
    )
    tables = "".join(_table(chart) for chart in charts)
    words = "".join(_in_words(chart) for chart in charts)
    return document(
        title,
        "releases.css",
        f"""<a class="skip" href="#main">Skip to the releases</a>
<h1>{text(title)}</h1>
<p>Each release is compared with the one to its left. A letter is the worst of what changed and was not mended; point at
a cell to see the findings, or read them below. <code>noise-ops compare</code> tells all about a step,
<code>noise-ops explain</code> what a finding means.</p>
<ul>
{legend}</ul>
<main id="main">
{tables}</main>
<section aria-labelledby="words">
<h2 id="words">The same in words</h2>
{words}</section>
""",
    )


def _steps(chart: Chart) -> list[str]:
    return [f"{old} → {new}" for old, new in zip((chart.first, *chart.columns), chart.columns, strict=False)]


def _in_words(chart: Chart) -> str:
    """Return what changed at each step, subject by subject: what the cells of the picture tell a pointer alone."""
    parts = []
    for number, step in enumerate(_steps(chart)):
        told = [(name, cells[number]) for name, cells in chart.rows if cells[number].text]
        if told:
            rows = [(text(name), text(_told(cell))) for name, cell in told]
            parts.append(folded(step, table(f"{chart.title}: {step}", ("subject", "what changed"), rows)))
    return "".join(parts)


def _told(cell: Cell) -> str:
    told = "not there in both" if cell.verdict is None else cell.verdict.value
    return f"{told}: {cell.text}" if cell.text else told


def _table(chart: Chart) -> str:
    columns = "".join(f'<th scope="col"><span>{text(column)}</span></th>' for column in chart.columns)
    steps = _steps(chart)
    return (
        f'<div class="scroll" role="region" aria-label="{text(chart.title)}" tabindex="0">\n'
        f"<table>\n<caption><span>{text(chart.title)}</span></caption>\n"
        f'<thead><tr><th scope="col">since {text(chart.first)}</th>{columns}</tr></thead>\n'
        + "".join(_group(library, list(rows), steps) for library, rows in groupby(chart.rows, key=_library))
        + "</table>\n</div>\n"
    )


def _library(row: tuple[str, Sequence[Cell]]) -> str:
    """Return what a subject belongs to, or "" for a row of all subjects."""
    library, dot, _ = row[0].partition(".")
    return library if dot else ""


def _group(library: str, rows: Sequence[tuple[str, Sequence[Cell]]], steps: Sequence[str]) -> str:
    lines = []
    if library:
        lines.append(f'<tr><th scope="rowgroup" colspan="{len(steps) + 1}"><span>{text(library)}</span></th></tr>\n')
    for name, cells in rows:
        shown = name.removeprefix(f"{library}.")
        row = "".join(_cells(name, cells, steps))
        lines.append(f'<tr><th scope="row" title="{text(name)}">{named(shown)}</th>{row}</tr>\n')
    style = "library" if library else "whole"
    return f'<tbody class="{style}">\n{"".join(lines)}</tbody>\n'


def _cells(name: str, cells: Sequence[Cell], steps: Sequence[str]) -> Iterator[str]:
    for cell, step in zip(cells, steps, strict=True):
        told = _told(cell)
        style, letter = _look(cell)
        tip = text(f"{name}, {step}: {told}")
        yield f'<td class="{style}" title="{tip}"><span aria-hidden="true">{letter}</span>'
        yield f'<span class="unseen">{text(told)}</span></td>'


def _look(cell: Cell) -> tuple[str, str]:
    if cell.verdict is None:
        return "absent", ""
    if cell.fixed and cell.verdict is Verdict.IDENTICAL:
        return "mended", MENDED
    return cell.verdict.value + (" also" if cell.fixed else ""), LETTERS[cell.verdict]
