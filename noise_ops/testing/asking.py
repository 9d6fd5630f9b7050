"""The words that properties speak: what is found, what is not asked, and what was seen of a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from noise_ops.laws.law import Law
from noise_ops.points import Point

if TYPE_CHECKING:
    from noise_ops.stats.exact import ExactTest
    from noise_ops.testing.subject import Subject


class NotAskedError(Exception):
    """A property does not apply; the message says why, as a sentence.

    Attributes:
      is_gap: whether a mistake may hide behind it: what was not asked is part of what the layer promises.
    """

    def __init__(self, message: str, *, is_gap: bool = False) -> None:
        super().__init__(message)
        self.is_gap = is_gap


class BrokenError(Exception):
    """A property does not hold; the message says in a sentence what was seen.

    Attributes:
      code: key of `noise_ops.codes.CODES`.
      changes: arguments of the constructor under which it is seen, where they are not the user's.
    """

    def __init__(self, code: str, message: str, changes: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.changes = code, dict(changes or {})


class Shown(NamedTuple):
    """One number of a picture, which a test holds.

    Attributes:
      test, statistic: the test, and what it is asked about.
      parts: of how many tests it is one.
      x: where it stands.
      expected: what the law says of it.
      scale: from a statistic of the test to what is drawn.
      series: what it belongs to, where there are several.
    """

    test: ExactTest
    statistic: float
    parts: int
    x: float
    expected: float
    scale: Callable[[float], float]
    series: str = ""


def over(size: float) -> Callable[[float], float]:
    """Return what divides by a size, as the scale of a number of a picture."""
    return lambda statistic: statistic / size


@dataclass(frozen=True)
class Seen:
    """What a sample shows, to be decided at the alpha of a property.

    Attributes:
      tests: exact tests, each with its statistic.
      parts: how many tests share the alpha, those of extremes standing for all that lie between; or one number a test.
      n: sample size.
      unit: of the smallest visible effect, which is that of the first test.
      observed: what was seen, in a sentence.
      shown: what a picture shows.
      changes: arguments of the constructor under which it is seen, where they are not the user's.
      known: why it is known not to hold, of a layer that Keras has; "" where nothing is known.
    """

    tests: tuple[tuple[ExactTest, float], ...]
    parts: int | tuple[int, ...]
    n: int
    unit: str
    observed: str
    shown: tuple[Shown, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    known: str = ""

    def points(self, alpha: float) -> tuple[Point, ...]:
        """Return the numbers of a picture, each with the band that its test keeps at its share of an alpha."""

        @cache  # many numbers are held by one test
        def bounds(test: ExactTest, parts: int) -> tuple[float, float]:
            return test.critical(alpha / parts / 2)

        def point(each: Shown) -> Point:
            low, high = map(each.scale, bounds(each.test, each.parts))
            return Point(each.x, each.scale(each.statistic), each.expected, low, high, each.series)

        return tuple(map(point, self.shown))

    @property
    def shares(self) -> tuple[int, ...]:
        """By how much each test's p-value is multiplied, so that all together spend the alpha once."""
        return self.parts if isinstance(self.parts, tuple) else (self.parts,) * len(self.tests)

    @property
    def p_value(self) -> float:
        """The probability, at most, that a right layer shows one of its tests so extreme, by Bonferroni."""
        corrected = (
            share * test.p_value(statistic) for (test, statistic), share in zip(self.tests, self.shares, strict=True)
        )
        return min(1.0, *corrected, 1.0)


@dataclass(frozen=True)
class Property:
    """One property of a user's layer.

    Attributes:
      name: as in a pytest id.
      code: key of `noise_ops.codes.CODES` under which a breach is told, unless what is found names another.
      ask: raises `BrokenError` or `NotAskedError`; of a statistical property, returns what was seen.
      applies: whether it is asked of a law at all.
      statistical: whether it spends a share of the session's error rate.
      mode: how the layer is run, by the name that `noise-ops check` has for it.
      dtype: the dtype that it is asked in.
      rests_on: names of properties without which it says nothing: where one is broken, that one tells it.
      breach: what is true of a layer that breaks it, for those that rest on it.
      needs_call: whether it says anything of a layer whose first call gives nothing.
    """

    name: str
    code: str
    ask: Callable[[Subject], Seen | None]
    applies: Callable[[Law], bool] = lambda law: True
    statistical: bool = False
    mode: str = "eager"
    dtype: str = "float32"
    rests_on: tuple[str, ...] = ()
    breach: str = ""
    needs_call: bool = True

    @property
    def says(self) -> str:
        """What it asks, in a sentence."""
        return (self.ask.__doc__ or "").strip().splitlines()[0]
