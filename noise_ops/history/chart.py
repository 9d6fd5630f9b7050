"""What every release changed in every subject, as one chart: releases across, subjects down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from noise_ops.comparison.changes import Change
from noise_ops.comparison.compare import compare
from noise_ops.comparison.coverage import UNRECORDED
from noise_ops.comparison.groups import Comparison, parted
from noise_ops.findings import Verdict, worst
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from noise_ops.usage.used import Usage

WHOLE = "every subject"
"""Name of the first row, which is of the release as a whole."""

_TITLES = {"tensorflow": "TensorFlow, with the Keras it came with", "keras": "Keras 3, on one TensorFlow"}


@dataclass(frozen=True)
class Cell:
    """What became of one subject from the release before to this one.

    Attributes:
      verdict: the worst verdict of what was not mended; None where one of the two releases has no such subject.
      text: codes of what changed, or "".
      fixed: whether something was mended.
    """

    verdict: Verdict | None
    text: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart of changes.

    Attributes:
      title: of what.
      first: the release before the first column, with which nothing can be compared.
      columns: the other releases in order.
      rows: name of a subject and a cell a column; the first row is of all subjects together.
    """

    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def of_releases(library: str, patterns: Sequence[str] = (), usage: Usage | None = None) -> Chart:
    """Return the chart of all shipped releases.

    Args:
      library: "tensorflow" or "keras".
      patterns: subjects to look at, as `noise_ops.patterns` reads them; none for all.
      usage: what is used, of which alone is told; None for all.
    """
    title = f"{_TITLES[library]}, for {usage.scope()}" if usage else _TITLES[library]
    return of_sides(title, [release.side() for release in shipped.releases(library)], patterns, usage)


def of_sides(title: str, sides: Sequence[Side], patterns: Sequence[str] = (), usage: Usage | None = None) -> Chart:
    """Return the chart of releases in order, each of which is compared with the one before.

    Args:
      title: of what.
      sides: the releases, two at least.
      patterns: subjects to look at; none for all.
      usage: what is used; None for all.
    """
    columns = [_compared(old, new, patterns, usage) for old, new in pairwise(sides)]
    subjects = sorted({subject for column in columns for subject in column}, key=lambda name: (name != WHOLE, name))
    rows = tuple((name, tuple(column.get(name, Cell(None)) for column in columns)) for name in subjects)
    first, *others = (side.name.rpartition("==")[2] for side in sides)
    return Chart(title, first, tuple(others), rows)


def _compared(old: Side, new: Side, patterns: Sequence[str], usage: Usage | None) -> dict[str, Cell]:
    try:
        return _column(compare(old, new, patterns, usage=usage, predict=False))
    except UNRECORDED:
        return {WHOLE: Cell(None)}


def _column(comparison: Comparison) -> dict[str, Cell]:
    """Return a cell for each subject that both releases have or the new one lost, and one for all of them."""
    changes = [change for group in comparison.groups for change in group.changes]
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.subject].append(change)
    for change in comparison.may_touch:
        if change not in found[change.subject]:
            found[change.subject].append(change)
    subjects = {target.subject for target in comparison.targets} | found.keys()
    return {WHOLE: _cell(changes), **{subject: _cell(found[subject]) for subject in subjects - {"any"}}}


def _cell(changes: Sequence[Change]) -> Cell:
    others, mended = parted(changes)
    seen, may = ([change for change in others if (change.seen is not None) is unseen] for unseen in (False, True))
    parts = [_codes(seen), f"may be: {_codes(may)}" if may else "", f"mended: {_codes(mended)}" if mended else ""]
    return Cell(worst(others), "; ".join(part for part in parts if part), bool(mended))


def _codes(changes: Sequence[Change]) -> str:
    """Name the codes of changes, worst first."""
    ordered = sorted(changes, key=lambda change: -change.verdict.severity)
    return ", ".join(dict.fromkeys(change.code for change in ordered))
