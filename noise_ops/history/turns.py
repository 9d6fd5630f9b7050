"""What a bisection says of each release, and where along them something breaks, is mended, or turns back."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from noise_ops.findings import Verdict


class How(enum.Enum):
    """What becomes of something from one release to the next that was recorded."""

    BREAKS = "breaks"
    MENDS = "mends"
    RETURNS = "returns"
    CHANGES = "changes"


@dataclass(frozen=True)
class Turn:
    """A release from which on something is otherwise.

    Attributes:
      release: its name.
      how: what becomes of it there; BREAKS and MENDS of what is documented, the others of what is not.
    """

    release: str
    how: How


@dataclass(frozen=True)
class Row:
    """One release in the table of a bisection.

    Attributes:
      release: its name.
      value: the property's value there, or what a comparison with the good release finds.
      bad: whether that is bad; None where nothing was recorded, which is neither good nor bad.
      verdict: the verdict of a comparison with the good release, where no property was asked for.
      kept: whether it is as documented; None where nothing is documented of it.
    """

    release: str
    value: str
    bad: bool | None
    verdict: Verdict | None = None
    kept: bool | None = None


@dataclass(frozen=True)
class Bisection:
    """Where between a good and a bad release something changed.

    Attributes:
      what: what was looked at: a property at a place, a code, or "verdict".
      rows: every shipped release from good to bad.
      first_bad: the first bad one; None if there is none.
      also: other places that changed in the same release.
      mends: whether the release that was called good does not keep what is documented of it, and the first that
        differs does.
      turns: every release in which it changes, the first bad one included.
      unchanged: what is true of it where no release is bad.
      notes: sentences on what the table does not show.
    """

    what: str
    rows: tuple[Row, ...]
    first_bad: str | None
    also: tuple[str, ...] = ()
    mends: bool = False
    turns: tuple[Turn, ...] = ()
    unchanged: str = "is the same in every release"
    notes: tuple[str, ...] = ()


def found(
    what: str,
    rows: Sequence[Row],
    also: Sequence[str] = (),
    notes: Sequence[str] = (),
    unchanged: str = "",
    *,
    by_value: bool = True,
) -> Bisection:
    """Return a bisection of rows, from good to bad; they turn with each other value, or with good and bad alone."""
    turning = turns(rows, by_value=by_value)
    told = {"unchanged": unchanged} if unchanged else {}
    return Bisection(
        what,
        tuple(rows),
        first_bad(rows),
        tuple(also),
        bool(turning) and turning[0].how is How.MENDS,
        turning,
        notes=tuple(notes),
        **told,
    )


def first_bad(rows: Sequence[Row]) -> str | None:
    """Return the first release that is bad."""
    return next((row.release for row in rows if row.bad), None)


def turns(rows: Sequence[Row], *, by_value: bool = True) -> tuple[Turn, ...]:
    """Return where rows turn; of a release that recorded nothing, nothing is known."""
    known = [row for row in rows if row.bad is not None]
    turning = [(a, b) for a, b in pairwise(known) if a.bad != b.bad or (by_value and a.value != b.value)]
    return tuple(Turn(row.release, _how(before, row)) for before, row in turning)


def _how(before: Row, row: Row) -> How:
    if before.kept is not None and row.kept is not None and before.kept != row.kept:
        return How.MENDS if row.kept else How.BREAKS
    return How.CHANGES if row.bad else How.RETURNS
