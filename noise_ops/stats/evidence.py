"""Evidence: exact counts and sums of a sample, small, mergeable, all that any test needs of it.

A sample comes in draws. Each draw is four arrays of equal shape, two by two: as a rule two seeds, two calls of
each. What is kept of a draw does not grow with it, and evidence of two draws adds up, so that memory stays flat
however many samples there are. Power sums are kept in whole multiples of 2**-20, so that adding them is exact and its
order does not matter.

References:
  Wald and Wolfowitz, "On a test whether two samples are from the same population", 1940 (runs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from operator import add
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

States = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

Order = tuple[str, int]
"""An order in which states are read: along rows, along columns or in drawing order, in steps of a lag."""

AXIS_LAGS = (1, 2, 3, 4, 8, 16, 32, 64, 128)
"""Lags along either axis of a sample; the longest, 128 in rows of 251, sees correlation at half its size."""

FLAT_LAGS = (256, 1024, 4096, 16384)
"""Lags in the order in which the elements were drawn: periods of a mask that no axis shows."""

BOUNDS = (1.0, 2.0, 3.0, 4.0, 4.5)
"""Standard deviations beyond which normals are counted, on either side."""

_SUM_UNIT = 2.0**-20


class Runs(NamedTuple):
    """Runs of ones in one long sequence of states; `a + b` is the sequence a followed by b.

    Attributes:
      runs: how many there are.
      first, last: the states at the ends; None of an empty sequence.
    """

    runs: int = 0
    first: bool | None = None
    last: bool | None = None

    def __add__(self, other: object) -> Runs:
        """Return the runs of both sequences in a row."""
        if not isinstance(other, Runs):
            return NotImplemented
        if self.first is None or other.first is None:
            return other if self.first is None else self
        joined = bool(self.last and other.first)
        return Runs(self.runs + other.runs - joined, self.first, other.last)


class Pairs(NamedTuple):
    """A 2x2 table of pairs of states.

    Attributes:
      n: pairs.
      first, second: how many first and second states are one.
      both: how many pairs are one on both sides.
    """

    n: int = 0
    first: int = 0
    second: int = 0
    both: int = 0

    def __add__(self, other: object) -> Pairs:
        """Return the table of all pairs of both."""
        if not isinstance(other, Pairs):
            return NotImplemented
        return Pairs(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @classmethod
    def of(cls, first: States, second: States) -> Pairs:
        """Return the table of two arrays of states, element by element."""
        both = int(np.count_nonzero(first & second))
        return cls(first.size, int(np.count_nonzero(first)), int(np.count_nonzero(second)), both)


NO_PAIRS = Pairs()


@dataclass(frozen=True)
class Evidence:
    """What is kept of a sample.

    Attributes:
      draws: how many draws it comes from.
      n: states.
      ones: states that are one: dropped elements, or normals above their mean.
      rows: states per column.
      columns: how many states are one in each column; empty without a draw.
      runs: runs of ones, by order of the states: ("row", lag), ("column", lag), ("flat", lag).
      neighbours: in place of runs, of `unordered` evidence: pairs of states that follow one another in each order.
      calls: pairs of successive calls of one layer.
      seeds: pairs of calls of two layers with different seeds, or of calls two apart.
      replicas: pairs of replicas of one call.
      normals: how many numbers z were summed: standardized normals, or other noise.
      powers: sums of z, z**2, z**3, z**4 in units of 2**-20.
      beyond: how many normals lie above each of `BOUNDS`, then below each negative one.
    """

    draws: int = 0
    n: int = 0
    ones: int = 0
    rows: int = 0
    columns: tuple[int, ...] = ()
    runs: Mapping[Order, Runs] = field(default_factory=dict)
    neighbours: Mapping[Order, Pairs] = field(default_factory=dict)
    calls: Pairs = NO_PAIRS
    seeds: Pairs = NO_PAIRS
    replicas: Pairs = NO_PAIRS
    normals: int = 0
    powers: tuple[int, ...] = (0, 0, 0, 0)
    beyond: tuple[int, ...] = (0,) * (2 * len(BOUNDS))

    def __add__(self, other: object) -> Evidence:
        """Return the evidence of both samples, this one first."""
        if not isinstance(other, Evidence):
            return NotImplemented
        if not self.draws or not other.draws:
            return other if not self.draws else self
        return Evidence(
            **{part.name: _sum(getattr(self, part.name), getattr(other, part.name)) for part in fields(self)}
        )

    def unordered(self) -> Evidence:
        """Return the evidence with tables of neighbours for runs: sums of such tables do not depend on their order."""
        tables = {
            order: Pairs(self.n - 1, self.ones - bool(runs.last), self.ones - bool(runs.first), self.ones - runs.runs)
            for order, runs in self.runs.items()
        }
        return replace(self, runs={}, neighbours=tables)

    def power(self, exponent: int) -> float:
        """Return the sum of z**exponent."""
        return self.powers[exponent - 1] * _SUM_UNIT

    @classmethod
    def of_draw(cls, states: States, noise: Reals, replicas: Pairs = NO_PAIRS, *, normal: bool = True) -> Self:
        """Return the evidence of one draw.

        Args:
          states: shape (2, 2, rows, columns): pairs of `seeds` along the first axis, of `calls` along the second.
          noise: the numbers z, shape (n,).
          replicas: the pairs of replicas, where there are any.
          normal: whether z is to be normal; of other noise, nobody asks for the shape, which stays 0: the third and
            fourth powers, and what lies beyond the bounds.
        """
        seeds, calls, rows, columns = states.shape
        assert (seeds, calls) == (2, 2)
        counts = np.count_nonzero(states, axis=(0, 1, 2))
        return cls(
            draws=1,
            n=states.size,
            ones=int(counts.sum()),
            rows=seeds * calls * rows,
            columns=tuple(counts.tolist()),
            runs=dict(_runs_in_every_order(states.reshape(4, rows, columns))),
            calls=Pairs.of(states[:, 0], states[:, 1]),
            seeds=Pairs.of(states[0], states[1]),
            replicas=replicas,
            normals=noise.size,
            powers=_powers(noise, shape=normal),
            beyond=_beyond(noise) if normal else (0,) * (2 * len(BOUNDS)),
        )


def _sum(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, dict):
        return {order: mine[order] + theirs[order] for order in mine if order in theirs}
    if isinstance(mine, tuple) and not isinstance(mine, (Runs, Pairs)):
        return tuple(map(add, mine, theirs))
    return mine + theirs


def _powers(z: Reals, shape: bool) -> tuple[int, ...]:
    square = z * z
    totals = [z.sum(), square.sum(), *([(square * z).sum(), (square * square).sum()] if shape else [0.0, 0.0])]
    return tuple(round(float(total) / _SUM_UNIT) for total in totals)


def _beyond(z: Reals) -> tuple[int, ...]:
    # Few normals lie far out: after the first comparison only those beyond 1 are looked at.
    far = z[np.abs(z) > BOUNDS[0]]
    return tuple(int(np.count_nonzero(side * far > bound)) for side in (1, -1) for bound in BOUNDS)


def _runs_in_every_order(blocks: States) -> Iterator[tuple[Order, Runs]]:
    """Yield the runs of every order that the shape has room for, the blocks one after another."""
    _, rows, columns = blocks.shape
    for lag in AXIS_LAGS:
        if 2 * lag <= columns:
            yield ("row", lag), reduce(add, (runs_in_lines(block, lag) for block in blocks))
        if 2 * lag <= rows:
            yield ("column", lag), reduce(add, (runs_in_lines(block.T, lag) for block in blocks))
    for lag in FLAT_LAGS:
        if 2 * lag <= rows * columns:
            yield ("flat", lag), reduce(add, (runs_in_lines(block.reshape(1, -1), lag) for block in blocks))


def runs_in_lines(lines: States, lag: int) -> Runs:
    """Return the runs of ones when each line is read in steps of `lag`, chain after chain.

    Chain j runs through elements j, j + lag, ... of the first line, then of the second, and so on; chain j + 1
    follows. Each state has one predecessor in this order, so that no order need be built.
    """
    length = lines.shape[1]
    inside = int(np.count_nonzero(lines[:, lag:] & ~lines[:, :-lag]))
    heads = lines[:, :lag].T.reshape(-1)
    # The last element of chain j is the one of the last `lag` whose place is j modulo lag.
    last = length - lag + (np.arange(lag) - length) % lag
    tails = lines[:, last].T.reshape(-1)
    between = int(np.count_nonzero(heads[1:] & ~tails[:-1])) + int(heads[0])
    return Runs(inside + between, bool(heads[0]), bool(tails[-1]))
