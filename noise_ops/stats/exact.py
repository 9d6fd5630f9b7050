"""Exact tests of one number against its null law, each as a trio with one grammar.

Of any test `t`, bound to its sample size:

    t.assert_holds(statistic, alpha)       raises if the null is rejected
    t.smallest_departure(alpha, beta)      what it sees at this size with probability 1 - beta
    t.needed_n(departure, alpha, beta)     the size at which it sees a departure with probability 1 - beta

Every test is two-sided: it rejects where either tail is at most alpha / 2. A departure is signed, in the unit that
the class names, and moves the statistic upwards when positive. scipy computes the tails.

References:
  Wald and Wolfowitz, "On a test whether two samples are from the same population", 1940 (runs given the count).
  Fisher, "The logic of inductive inference", 1935, section 4 (2x2 tables given their margins; noncentral form).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from scipy import optimize, stats

from noise_ops.stats.hypergeometric import Hypergeometric


class RejectedError(AssertionError):
    """Raised when a null law is rejected."""


class ExactTest(ABC):
    """The law of one statistic under its null and under departures from it.

    Attributes:
      n: sample size.
    """

    n: int

    @abstractmethod
    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic) when the truth departs from the null by `departure`."""

    @abstractmethod
    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic) when the truth departs from the null by `departure`."""

    @abstractmethod
    def critical(self, tail: float) -> tuple[float, float]:
        """Return (low, high): the null is kept strictly between; beyond, in either tail, lies at most `tail`."""

    @abstractmethod
    def largest_departures(self) -> tuple[float, float]:
        """Return the most negative and the most positive departure that there can be."""

    def at(self, n: int) -> Self:
        """Return the same test at another sample size."""
        return replace(self, n=n)  # type: ignore[type-var]

    def possible(self, departure: float) -> float:
        """Return the departure, or the largest possible one where there is none so large."""
        least, most = self.largest_departures()
        return min(most, max(least, departure))

    def p_value(self, statistic: float) -> float:
        """Return the two-sided p-value: twice the smaller tail, at most 1."""
        return min(1.0, 2 * min(self.lower(statistic), self.upper(statistic)))

    def assert_holds(self, statistic: float, alpha: float) -> None:
        """Raise RejectedError if the null is rejected at `alpha`; a true null is, with probability alpha at most."""
        p = self.p_value(statistic)
        if p <= alpha:
            raise RejectedError(f"{self} is rejected: statistic {statistic:g} has p = {p:.3g}, alpha = {alpha:.3g}.")

    def smallest_departure(self, alpha: float, beta: float) -> float:
        """Return the size of departure, in either direction, that is missed with probability `beta` at most.

        Infinite where even the largest departure is missed more often.
        """
        return _smallest_departure(self, alpha, beta)

    def needed_n(self, departure: float, alpha: float, beta: float) -> int:
        """Return the smallest n at which a departure of this size is missed with probability `beta` at most."""
        return smallest_integer(lambda n: self.at(n).smallest_departure(alpha, beta) <= departure)


def smallest_integer(holds: Callable[[int], bool]) -> int:
    """Return the smallest positive integer of which a monotone condition holds."""
    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@lru_cache(maxsize=4096)
def _smallest_departure(test: ExactTest, alpha: float, beta: float) -> float:
    low, high = test.critical(alpha / 2)
    most_negative, most_positive = test.largest_departures()
    upwards = _solve(lambda departure: test.lower(_below(high), departure), most_positive, beta)
    downwards = _solve(lambda departure: test.upper(_above(low), -departure), -most_negative, beta)
    return max(upwards, downwards)


def _below(statistic: float) -> float:
    """Return the largest kept value: the next smaller integer of a count, the value itself of a real statistic."""
    return statistic - 1 if isinstance(statistic, int) else statistic


def _above(statistic: float) -> float:
    return statistic + 1 if isinstance(statistic, int) else statistic


def _solve(missed: Callable[[float], float], most: float, beta: float) -> float:
    """Return the departure at which the probability of missing it has fallen to `beta`."""
    if missed(most) > beta:
        return math.inf

    def excess(departure: float) -> float:
        # Logarithms make the curve nearly a parabola, which the root finder likes.
        return math.log(max(float(missed(departure)), 1e-300)) - math.log(beta)

    # Brackets grow from below: far departures are costly to evaluate and never needed.
    step = most
    while step > 1e-9 and excess(step / 2) < 0:
        step /= 2
    return float(optimize.brentq(excess, step / 2, step, xtol=1e-12, rtol=1e-6)) * (1 + 2e-6)


@dataclass(frozen=True)
class Binomial(ExactTest):
    """A count of successes in n independent trials.

    A departure is relative: the true probability is p * (1 + departure).

    Attributes:
      n: trials.
      p: probability of success under the null.
    """

    n: int
    p: float

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return float(stats.binom.cdf(statistic, self.n, self._departed(departure)))

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return float(stats.binom.sf(statistic - 1, self.n, self._departed(departure)))

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the counts nearest to the mean that are rejected; -1 or n + 1 where none is."""
        low = int(stats.binom.ppf(tail, self.n, self.p))
        low = low if self.lower(low) <= tail else low - 1
        high = int(stats.binom.isf(tail, self.n, self.p)) + 1
        return low, high

    def largest_departures(self) -> tuple[float, float]:
        """Return the departures that make the event impossible or certain."""
        return -1.0, 1 / self.p - 1

    def _departed(self, departure: float) -> float:
        return min(1.0, max(0.0, self.p * (1 + departure)))


@dataclass(frozen=True)
class Variance(ExactTest):
    """The sum of squares of n independent normals of known mean 0: chi-square with n degrees of freedom.

    A departure is relative to the standard deviation: the true one is 1 + departure.
    """

    n: int

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return float(stats.chi2.cdf(statistic / (1 + departure) ** 2, self.n)) if departure > -1 else 1.0

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return float(stats.chi2.sf(statistic / (1 + departure) ** 2, self.n)) if departure > -1 else 0.0

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the quantiles."""
        return float(stats.chi2.ppf(tail, self.n)), float(stats.chi2.isf(tail, self.n))

    def largest_departures(self) -> tuple[float, float]:
        """Return no noise at all, and a thousand times as much."""
        return -1.0, 1000.0


@dataclass(frozen=True)
class Mean(ExactTest):
    """The sum of n independent normals of standard deviation 1: the z-test.

    A departure is a mean, in standard deviations.
    """

    n: int

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return float(stats.norm.cdf((statistic - self.n * departure) / math.sqrt(self.n)))

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return float(stats.norm.sf((statistic - self.n * departure) / math.sqrt(self.n)))

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the quantiles."""
        high = float(stats.norm.isf(tail)) * math.sqrt(self.n)
        return -high, high

    def largest_departures(self) -> tuple[float, float]:
        """Return a thousand standard deviations either way."""
        return -1000.0, 1000.0


@dataclass(frozen=True)
class Runs(ExactTest):
    """In a sequence of n independent states, given how many are ones: the ones that follow a one.

    That number is the count of ones less their runs, and the number of runs is hypergeometric: the runs occupy
    distinct gaps between the zeros. A departure is the correlation of neighbours; under it the sequence is a Markov
    chain, and the law given the count is Fisher's noncentral hypergeometric one.

    Attributes:
      n: length of the sequence.
      ones: how many states are one.
    """

    n: int
    ones: int

    def at(self, n: int) -> Self:
        """Return the same test of a sequence of another length, with the same share of ones."""
        return replace(self, n=n, ones=round(self.ones * n / self.n))

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return self._law(departure).upper(self.ones - statistic)

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return self._law(departure).lower(self.ones - statistic)

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the counts nearest to the mean that are rejected."""
        low, high = self._law(0.0).critical(tail)
        return self.ones - high, self.ones - low

    def correlation(self, statistic: float) -> float:
        """Return the correlation of neighbours at which so many ones are to be expected to follow a one."""
        gaps = max(self.ones * (self.n - self.ones + 1) / self.n, 1e-9)
        return 1 - (self.ones - statistic) / gaps

    def largest_departures(self) -> tuple[float, float]:
        """Return the least correlation that the share of ones admits, and one near 1."""
        return least_correlation(self.ones / self.n, self.ones / self.n), 0.999

    def _law(self, correlation: float) -> Hypergeometric:
        gaps = min(self.n, self.n - self.ones + 1)  # without ones there is one gap too many, and no run
        return Hypergeometric(self.n, gaps, self.ones, _odds_of_change(self.ones / self.n, self.possible(correlation)))


@dataclass(frozen=True)
class Table(ExactTest):
    """Of n pairs of states, given how many are one on either side: the pairs that are one on both (Fisher's test).

    A departure is the correlation within a pair.

    Attributes:
      n: pairs.
      first, second: how many first and second states are one.
    """

    n: int
    first: int
    second: int

    def at(self, n: int) -> Self:
        """Return the same test of another number of pairs, with the same shares of ones."""
        share = n / self.n
        return replace(self, n=n, first=round(self.first * share), second=round(self.second * share))

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return self._law(departure).lower(statistic)

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return self._law(departure).upper(statistic)

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the counts nearest to the mean that are rejected."""
        return self._law(0.0).critical(tail)

    def correlation(self, statistic: float) -> float:
        """Return the correlation within pairs of which so many are one on both sides; 0 if one side has one state."""
        first, second = self.first / self.n, self.second / self.n
        spread = math.sqrt(first * (1 - first) * second * (1 - second))
        return (statistic / self.n - first * second) / spread if spread else 0.0

    def largest_departures(self) -> tuple[float, float]:
        """Return the least and the greatest correlation that the margins admit, both a little inside."""
        first, second = self.first / self.n, self.second / self.n
        return least_correlation(first, second), -least_correlation(first, 1 - second)

    def _law(self, correlation: float) -> Hypergeometric:
        odds = _odds_of_pair(self.first / self.n, self.second / self.n, self.possible(correlation))
        return Hypergeometric(self.n, self.first, self.second, odds)


def least_correlation(first: float, second: float) -> float:
    """Return nearly the least correlation of two binary states with these probabilities of one."""
    if not 0 < first < 1 or not 0 < second < 1:
        return 0.0
    spread = math.sqrt(first * (1 - first) * second * (1 - second))
    return -0.999 * min(first * second, (1 - first) * (1 - second)) / spread


def _odds_of_change(p: float, correlation: float) -> float:
    """Return the odds ratio by which a run more or less changes the probability of a Markov chain's path."""
    q = 1 - p
    if correlation == 0 or p * q == 0:
        return 1.0
    return p * q * (1 - correlation) ** 2 / ((q + correlation * p) * (p + correlation * q))


def _odds_of_pair(first: float, second: float, correlation: float) -> float:
    if correlation == 0:
        return 1.0
    both = first * second + correlation * math.sqrt(first * (1 - first) * second * (1 - second))
    return both * (1 - first - second + both) / ((first - both) * (second - both))
