"""Lines and tables laid out for a terminal: words stay whole, and a table that is too wide becomes a list.

A width of None is that of a file, a pipe or the log of a workflow: sentences take `WIDTH`, and a row of a table one
line, whatever its length, for whoever searches it.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 118
"""Characters of a sentence's line where there is no terminal."""

_GAP = "   "
_MARGIN = "  "

Rows = Sequence[Sequence[str]]


def wrapped(line: str, width: int | None, indent: str = "") -> list[str]:
    """Return a line as lines of at most `width` characters, but for words that are longer; at least one.

    Args:
      line: what to lay out.
      width: of a line, in characters; None where there is no terminal.
      indent: what each line but the first begins with.
    """
    room = width or WIDTH
    parts = textwrap.wrap(line, room, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return parts or [""]


def table(rows: Rows, width: int | None) -> list[str]:
    """Return the lines of a table: in columns, or a row below another where that takes fewer lines.

    Args:
      rows: cells, as many in each row.
      width: of a line, in characters; None where there is no terminal.
    """
    if not rows:
        return []
    if width is None:
        return _in_columns(rows, sys.maxsize) or []
    in_columns, below = _in_columns(rows, width), _below(rows, width)
    return below if in_columns is None or len(below) < len(in_columns) else in_columns


def _in_columns(rows: Rows, width: int) -> list[str] | None:
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    room = width - len(_MARGIN) - len(_GAP) * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda column: widths[column] - least[column])
        widths[widest] -= 1
    return [line for row in rows for line in _row(row, widths)]


def _row(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    cells = [wrapped(cell, width) if len(cell) > width else [cell] for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        yield _MARGIN + _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()


def _below(rows: Rows, width: int) -> list[str]:
    lines: list[str] = []
    for first, *others in rows:
        lines += wrapped(_MARGIN + first, width, 2 * _MARGIN)
        rest = " · ".join(cell for cell in others if cell)
        lines += wrapped(3 * _MARGIN + rest, width, 3 * _MARGIN) if rest else []
    return lines
