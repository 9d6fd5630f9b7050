"""The tables of docs/installing.md, of what was run: a run replaces the rows of what it ran, and keeps the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "installing.md"

KEY = 2
"""How many cells, a row's first, say what was run."""


def line(cells: Sequence[str]) -> str:
    """Return a row of a Markdown table."""
    plain = (" ".join(re.split(r"[|\s]+", cell)).strip() for cell in cells)
    return f"| {' | '.join(plain)} |"


def head(cells: Sequence[str]) -> str:
    """Return the head of a Markdown table."""
    return f"{line(cells)}\n{line(['---'] * len(cells))}"


def written(page: str, name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the text of a page with rows in the table `name`, in the order of their first cells, numbers as numbers.

    Raises:
      ValueError: if the page has no such table.
    """
    start, end = f"<!-- {name}: written by tools/check_{name}.py -->\n", "\n<!-- end -->"
    before, found, rest = page.partition(start)
    table, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no table {name}.")
    lines = {_key(each): each for each in [*table.splitlines()[2:], *map(line, rows)]}
    return "".join((before, start, "\n".join((head(heading), *(lines[key] for key in sorted(lines)))), end, after))


def write(name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows into the table `name` of the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), name, heading, rows), encoding="utf-8")


def _key(row: str) -> tuple[tuple[int, str], ...]:
    cells = row.strip("| ").split(" | ")[:KEY]
    words = re.split(r"(\d+)", "\n".join(cells))
    return tuple((int(word), "") if word.isdigit() else (-1, word) for word in words)
