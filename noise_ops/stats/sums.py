"""Tests of a sum of independent, equally distributed scores: Hermite scores of normals, dispersion of counts.

Such a sum has no closed law. Its tails follow from its cumulant generating function by the saddlepoint formula
of Lugannani and Rice, within 1 % down to 1e-12 (tests/stats/test_sums.py); the generating function itself is a finite
sum over the values that one score can take. Where one score can make the sum, no saddlepoint knows its tail: of 1,000
normals the formula gives half of it, at 1e-12. There Chernoff's bound takes its place, which is never too small.

References:
  Lugannani and Rice, "Saddle point approximation for the distribution of the sum of independent random
    variables", 1980.
  Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations", 1952.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from noise_ops.stats.exact import ExactTest

_Floats = npt.NDArray[np.float64]

LARGEST_NORMAL = 8.0
"""No normal of TensorFlow is larger: those of float32 end at 5.68, those of float64 at 6.07."""


class ScoreSum(ExactTest):
    """The sum of n independent scores, each with the same law on finitely many values.

    Attributes:
      fewest: scores below which no departure is claimed to be seen.
    """

    fewest: ClassVar[int]

    @property
    @abstractmethod
    def is_smooth(self) -> bool:
        """Whether no single score can make the sum, so that the saddlepoint formula gives the tails."""

    @abstractmethod
    def scores(self) -> tuple[_Floats, _Floats]:
        """Return the values that one score can take, and their probabilities."""

    @abstractmethod
    def without(self, statistic: float, departure: float) -> float:
        """Return the statistic that, under the null, lies as far in its tail as `statistic` does under a departure."""

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S <= statistic)."""
        return _tails(self, self.without(statistic, departure))[0]

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return P(S >= statistic)."""
        return _tails(self, self.without(statistic, departure))[1]

    def critical(self, tail: float) -> tuple[float, float]:
        """Return the quantiles."""
        return _critical(self, tail)

    def largest_departures(self) -> tuple[float, float]:
        """Return departures beyond any that matters."""
        return -0.999, 100.0

    def smallest_departure(self, alpha: float, beta: float) -> float:
        """Return the size of departure that is missed with probability `beta` at most; infinite of too few scores."""
        return super().smallest_departure(alpha, beta) if self.n >= self.fewest else math.inf


@dataclass(frozen=True)
class Hermite(ScoreSum):
    """The sum over n normals of He_d(z) / sqrt(d!): Neyman's smooth test of skewness (d = 3) or kurtosis (d = 4).

    A departure is the mean of the normalized score: to first order a skewness over sqrt(6), or an excess kurtosis
    over sqrt(24).
    """

    fewest = 1_000
    n: int
    degree: int

    @property
    def is_smooth(self) -> bool:
        """Whether the formula's error is below 1 % at 1e-12; of 30,000 normals it is 7 % at 1e-9."""
        return self.n >= 100_000

    def scores(self) -> tuple[_Floats, _Floats]:
        """Return the normalized polynomial on a fine grid, and the normal weights of the grid."""
        return _hermite_scores(self.degree)

    def without(self, statistic: float, departure: float) -> float:
        """Return the statistic less the mean that the departure adds."""
        return statistic - self.n * departure


@cache
def _hermite_scores(degree: int) -> tuple[_Floats, _Floats]:
    # The trapezoidal rule on a smooth function that has died out at both ends is exact to rounding.
    z = np.linspace(-LARGEST_NORMAL, LARGEST_NORMAL, 4097)
    weights = np.exp(-z * z / 2)
    polynomial = {3: z**3 - 3 * z, 4: z**4 - 6 * z**2 + 3}[degree]
    return polynomial / math.sqrt(math.factorial(degree)), weights / weights.sum()


@dataclass(frozen=True)
class Dispersion(ScoreSum):
    """The sum over n slices of (c - m p)^2 / (m p (1 - p)), where c of the m states in a slice are one.

    Too large a sum means that slices differ more than chance allows, too small a one that they are evened out. A
    departure is relative: the true variance of a count is 1 + departure times the binomial one.

    Attributes:
      n: slices.
      size: states in a slice (m).
      p: probability of a one.
    """

    fewest = 30
    n: int
    size: int
    p: float

    @property
    def is_smooth(self) -> bool:
        """Whether the formula's error is below 1 % at 1e-12; at a variance of 5 it is a fifth at 1e-9."""
        return self.size * self.p * (1 - self.p) >= 20

    def scores(self) -> tuple[_Floats, _Floats]:
        """Return the squared standardized counts and their binomial probabilities."""
        return _dispersion_scores(self.size, self.p)

    def without(self, statistic: float, departure: float) -> float:
        """Return the statistic over the factor that the departure brings."""
        return statistic / (1 + departure)


@lru_cache(maxsize=64)
def _dispersion_scores(size: int, p: float) -> tuple[_Floats, _Floats]:
    spread = math.sqrt(size * p * (1 - p))
    start, stop = max(0, math.floor(size * p - 12 * spread - 20)), min(size, math.ceil(size * p + 12 * spread + 20))
    counts = np.arange(start, stop + 1)
    values: _Floats = np.asarray(((counts - size * p) / spread) ** 2, np.float64)
    weights: _Floats = np.asarray(stats.binom.pmf(counts, size, p), np.float64)
    return values, weights / weights.sum()


def _cumulants(test: ScoreSum, t: float) -> tuple[float, float, float]:
    """Return the cumulant generating function of one score at t, and its first two derivatives."""
    values, weights = test.scores()
    exponents = t * values
    largest = exponents.max()
    tilted = weights * np.exp(exponents - largest)
    total = tilted.sum()
    mean = float((tilted @ values) / total)
    return float(largest + math.log(total)), mean, float((tilted @ (values - mean) ** 2) / total)


@lru_cache(maxsize=4096)
def _tails(test: ScoreSum, statistic: float) -> tuple[float, float]:
    """Return (P(S <= statistic), P(S >= statistic))."""
    values, _ = test.scores()
    mean = statistic / test.n
    if mean <= values.min():
        return 0.0, 1.0
    if mean >= values.max():
        return 1.0, 0.0
    step = 1 / math.sqrt(test.n * _cumulants(test, 0.0)[2])

    def excess(t: float) -> float:
        return _cumulants(test, t)[1] - mean

    low, high = -step, step
    while excess(low) > 0:
        low *= 2
    while excess(high) < 0:
        high *= 2
    return _tails_at(test, float(optimize.brentq(excess, low, high, xtol=step * 1e-9)))


def _tails_at(test: ScoreSum, t: float) -> tuple[float, float]:
    """Return both tails at the statistic whose saddlepoint is t."""
    value, mean, variance = _cumulants(test, t)
    w = math.copysign(math.sqrt(max(2 * test.n * (t * mean - value), 0.0)), t)
    u = t * math.sqrt(test.n * variance)
    if t and not u:  # so far out that one score is left
        return (0.0, 1.0) if t < 0 else (1.0, 0.0)
    if not test.is_smooth:
        bound = math.exp(-w * w / 2)
        return (bound, 1.0) if t < 0 else (1.0, bound)
    if abs(w) < 1e-3:
        # The formula is 0 / 0 at the mean; its limit there is the first Edgeworth term.
        values, weights = test.scores()
        centred = values - float(weights @ values)
        skewness = float(weights @ centred**3) / float(weights @ centred**2) ** 1.5
        correction = -skewness / (6 * math.sqrt(2 * math.pi * test.n))
    else:
        correction = float(stats.norm.pdf(w)) * (1 / u - 1 / w)
    lower, upper = float(stats.norm.cdf(w)) - correction, float(stats.norm.sf(w)) + correction
    return min(1.0, max(0.0, lower)), min(1.0, max(0.0, upper))


@lru_cache(maxsize=256)
def _critical(test: ScoreSum, tail: float) -> tuple[float, float]:
    step = 1 / math.sqrt(test.n * _cumulants(test, 0.0)[2])

    def quantile(side: int) -> float:
        def excess(t: float) -> float:
            return math.log(max(_tails_at(test, side * t)[0 if side < 0 else 1], 1e-300)) - math.log(tail)

        high = step
        while excess(high) > 0:
            high *= 2
        t = float(optimize.brentq(excess, step * 1e-3, high, xtol=step * 1e-9))
        return test.n * _cumulants(test, side * t)[1]

    return quantile(-1), quantile(1)
