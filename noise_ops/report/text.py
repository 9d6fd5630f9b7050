"""A page in a terminal or a log: an upgrade's answer first, since it is one screen; a run's last, where it is seen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from noise_ops.report.escaping import defused, plain
from noise_ops.report.page import Entry, Page

_WIDTH = 118
_LONG = 30
"""Lines after which the answer, which has left the screen, is said again."""

_MORE = "Places, reasons, and scripts for an upstream report: --details. What a code means: noise-ops explain CODE."
_SCRIPT = "    |"
"""Marks a line that is not to be wrapped."""


def render(page: Page, *, details: bool = False) -> str:
    """Return a page whose answer comes first.

    Args:
      page: what to show.
      details: whether subjects, places, reasons, reproduce lines and scripts are shown as well.
    """
    answer = f"{page.question} {page.answer}"
    lines = [page.title, *page.setting, "", answer, *([page.stop] if page.stop else []), *page.failures]
    lines += _entries(page.entries, details)
    lines += ["", *_table(page.table)] if details and page.table else []
    lines += ["", *page.notes] if page.notes else []
    lines += ["", _MORE] if page.entries and not details else []
    lines += ["", answer] if len(lines) > _LONG else []
    return _wrapped(lines)


def render_run(page: Page) -> str:
    """Return a page, without its setting, that follows upon a run: all details, and the answer at the end."""
    lines = [*_table(page.table)]
    lines += ["", *page.notes] if page.notes else []
    lines += _entries(page.entries, details=True)
    return _wrapped([*lines, "", page.question, page.answer])


def render_table(rows: tuple[tuple[str, ...], ...]) -> str:
    """Return a table whose first row are its headings, unwrapped."""
    return "".join(f"{defused(plain(line))}\n" for line in _table(rows))


def _entries(entries: Iterable[Entry], details: bool) -> Iterator[str]:
    for entry in entries:
        yield ""
        yield from _in_full(entry) if details else _in_short(entry)


def _in_short(entry: Entry) -> Iterator[str]:
    yield _heading(entry)
    # Of what was mended the heading says it already.
    told = f" ({entry.kept}.)" if entry.kept and not entry.mended else ""
    yield f"  {entry.message}{told}"
    if not entry.mended:
        yield f"  What to do: {entry.remedy}"


def _in_full(entry: Entry) -> Iterator[str]:
    yield _heading(entry)
    yield f"  {entry.message}"
    yield from (f"  - {difference}" for difference in entry.differences)
    if entry.kept:
        yield f"  Documented: {entry.kept}."
    yield f"  Why it matters: {entry.reason}"
    yield f"  What to do: {entry.remedy}"
    if len(entry.places) > 1:
        yield f"  Seen in {len(entry.places)} places: {'; '.join(' '.join(place) for place in entry.places)}."
    yield f"  Again: {entry.reproduce}"
    if entry.script:
        yield "  With TensorFlow alone:"
        yield from (f"{_SCRIPT}{line}" for line in entry.script.splitlines())


def _heading(entry: Entry) -> str:
    stage = f", {entry.stage} stage" if entry.stage else ""
    return f"{'MENDED' if entry.mended else entry.verdict.value.upper()}  {entry.code}{stage}: {entry.title}"


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        yield "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _wrapped(lines: Iterable[str]) -> str:
    return "".join(f"{part}\n" for line in lines for part in _wrap(line))


def _wrap(line: str) -> list[str]:
    shown = plain(line)
    if line.startswith(_SCRIPT):
        return [defused(f"    {shown.removeprefix(_SCRIPT)}")]
    indent = "    " if line.startswith("  ") else ""
    wrapped = textwrap.wrap(shown, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return [defused(part) for part in wrapped] or [""]
