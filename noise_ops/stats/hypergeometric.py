"""The hypergeometric law, central and noncentral: what runs and 2x2 tables follow, given their counts.

scipy computes the central tails. Of the noncentral law it has none that is fast at millions of units; those are
summed here from the ratios of neighbouring probabilities.

Reference:
  Fog, "Calculation methods for Wallenius' and Fisher's noncentral hypergeometric distributions", 2008, section 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Hypergeometric:
    """How many of `drawn` units out of `total` are among the `marked` ones, weighted by `odds` (Fisher).

    Attributes:
      total, marked, drawn: integers.
      odds: 1 for the central law.
    """

    total: int
    marked: int
    drawn: int
    odds: float = 1.0

    def lower(self, count: float) -> float:
        """Return P(S <= count)."""
        if self.odds == 1.0:
            return float(stats.hypergeom.cdf(count, self.total, self.marked, self.drawn))
        return _noncentral_tails(self, int(count))[0]

    def upper(self, count: float) -> float:
        """Return P(S >= count)."""
        if self.odds == 1.0:
            return float(stats.hypergeom.sf(count - 1, self.total, self.marked, self.drawn))
        return _noncentral_tails(self, int(count))[1]

    def critical(self, tail: float) -> tuple[int, int]:
        """Return the counts nearest to the mean beyond which, themselves included, lies at most `tail`."""
        least, most = self.support()
        # A bisection over exact tails; scipy's own inverse walks through the support.
        low = least - 1 + _count_while(lambda count: self.lower(least + count) <= tail, most - least)
        high = most + 1 - _count_while(lambda count: self.upper(most - count) <= tail, most - least)
        return low, high

    def support(self) -> tuple[int, int]:
        """Return the least and the most that can be drawn of those that are marked."""
        return max(0, self.drawn + self.marked - self.total), min(self.marked, self.drawn)


def _count_while(holds: Callable[[int], bool], most: int) -> int:
    """Return how many of 0, 1, ..., most satisfy a condition that holds up to some point and not beyond."""
    low, high = 0, most + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if holds(middle) else (low, middle)
    return low


_WINDOW = 16.0
"""Standard deviations around the mode that are summed; what lies beyond is less than 1e-50."""


def _noncentral_tails(law: Hypergeometric, count: int) -> tuple[float, float]:
    """Return (P(S <= count), P(S >= count)) from the ratios of neighbouring probabilities."""
    least, most = law.support()
    mode = _noncentral_mode(law)
    spread = math.sqrt(1 / sum(1 / (cell + 1.0) for cell in _cells(law, mode)))
    reach = int(_WINDOW * spread) + 40
    start, stop = max(least, mode - reach), min(most, mode + reach)
    k = np.arange(start, stop, dtype=np.float64)
    ratios = (law.marked - k) * (law.drawn - k) * law.odds / ((k + 1) * (law.total - law.marked - law.drawn + k + 1))
    logarithms = np.concatenate(([0.0], np.cumsum(np.log(ratios))))
    weights = np.exp(logarithms - logarithms.max())
    total = weights.sum()
    inside = count - start + 1
    lower = weights[: max(inside, 0)].sum() / total
    upper = weights[max(inside - 1, 0) :].sum() / total
    return float(lower), float(upper)


def _cells(law: Hypergeometric, count: float) -> tuple[float, float, float, float]:
    return count, law.marked - count, law.drawn - count, law.total - law.marked - law.drawn + count


def _noncentral_mode(law: Hypergeometric) -> int:
    # Where the ratio of neighbouring terms is 1: a quadratic in the count.
    a = law.odds - 1
    b = -(law.odds * (law.marked + law.drawn) + law.total - law.marked - law.drawn)
    c = law.odds * law.marked * law.drawn
    root = c if a == 0 else 2 * c / (-b + math.sqrt(max(b * b - 4 * a * c, 0.0)))
    least, most = law.support()
    return min(most, max(least, int(root if a else c / -b)))
