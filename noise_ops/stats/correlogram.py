"""Correlograms: fair signs against themselves at every distance, forwards and mirrored, by one Fourier transform.

At a fixed distance k the products s[i] s[i + k] of independent fair signs are independent fair signs again: as each
joins one more sign to those before it, none follows from the others. So are the products s[i] s[c - i] around a fixed
middle, whose pairs are disjoint. The sum over m of them is binomial, and by Chernoff's bound

    P(|sum| >= t) <= 2 exp(-m KL((1 + t/m) / 2, 1/2))

The score of a sample is the largest exponent over all distances and middles; by Bonferroni it is at least s with
probability 2 * statistics * exp(-s) at most, whatever the dependence between distances. Transforms are of float64,
and the sums are rounded to the integers that they are: at 2**20 signs the error is below 1e-6.

What is seen is correlation spread over the pairs at some distance: of 2**18 signs 3.6 %, at alpha 1e-9 and beta 1e-6.
A copy of a piece counts by its share of the pairs; shorter pieces are for `copies`.

References:
  Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations", 1952.
  Wiener, "Generalized harmonic analysis", 1930 (autocorrelation and spectrum).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import fft, optimize, stats

from noise_ops.stats.exact import ExactTest

Signs = npt.NDArray[np.bool_]

_STRETCHES = 64
"""Stretches of distances that a picture tells apart, at most: of equal ratios, or of middles of equal lengths."""


class Strongest(NamedTuple):
    """The most surprising sum of a sample.

    Attributes:
      n: signs in each sequence.
      statistics: how many sums were looked at.
      score: the largest exponent.
      correlation: the mean product there.
      lag: the distance there; of a mirrored sum the sum of both places.
      mirrored: whether the pairs lie around a middle.
      sequence: index of the sequence.
    """

    n: int
    statistics: int
    score: float
    correlation: float
    lag: int
    mirrored: bool
    sequence: int


class Stretch(NamedTuple):
    """The most surprising sum of a stretch of distances, or of middles.

    Attributes:
      where: the distance, or the place in the middle of mirrored pairs.
      correlation: the mean product there.
      bound: the size of a mean product there that is rejected; infinite where none is.
    """

    where: float
    correlation: float
    bound: float


def strongest(sequences: Sequence[Signs]) -> Strongest:
    """Return the most surprising sum of some sequences of equal length, at least two signs each."""
    found: list[tuple[float, float, int, bool, int]] = []
    for index, states in enumerate(sequences):
        for mirrored, (sums, pairs) in zip((False, True), _sums(states.reshape(-1)), strict=True):
            place, score = _largest(sums, pairs)
            found.append((score, float(sums[place] / pairs[place]), place + 1, mirrored, index))
    n = sequences[0].size
    return Strongest(n, len(sequences) * (n - 1 + 2 * n - 3), *max(found))


def strongest_of_stretches(states: Signs, found: Strongest, exponent: float) -> list[Stretch]:
    """Return the correlation of one sequence by distance, or by middle, as a picture has room for it.

    Args:
      states: the sequence in which the most surprising sum was found.
      found: that sum, which is among what is returned.
      exponent: the score that is rejected.

    Returns:
      In order, the most surprising sum of each stretch, of those with at least half as many pairs as there can be.
    """
    sums, pairs = _sums(states.reshape(-1))[found.mirrored]
    most = np.flatnonzero(2 * pairs >= pairs.max())
    first, last = int(most[0]), int(most[-1])
    even, growing = np.linspace(first, last + 1, _STRETCHES), np.geomspace(first + 1, last + 2, _STRETCHES) - 1
    edges = np.unique((even if found.mirrored else growing).round().astype(np.int64))
    squares = sums * sums / pairs
    places = {int(start + np.argmax(squares[start:end])) for start, end in itertools.pairwise(edges)} | {found.lag - 1}
    step = 2 if found.mirrored else 1
    return [
        Stretch((place + 1) / step, float(sums[place] / pairs[place]), _bound(int(pairs[place]), exponent))
        for place in sorted(places)
    ]


def _bound(pairs: int, exponent: float) -> float:
    return _sum_with_exponent(pairs, exponent) / pairs if exponent < pairs * math.log(2) else math.inf


def _sums(states: Signs) -> tuple[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]], ...]:
    """Return sums of products and how many: at distances 1, 2, ..., n - 1, and at sums of places 1, 2, ..., 2 n - 3."""
    n = states.size
    size = fft.next_fast_len(2 * n - 1, real=True)
    spectrum = fft.rfft(np.where(states, 1.0, -1.0), size)
    forwards = np.rint(fft.irfft(spectrum * spectrum.conj(), size)[1:n])
    around = np.rint(fft.irfft(spectrum * spectrum, size)[1 : 2 * n - 2])
    places = np.arange(1, 2 * n - 2)
    # Around a middle each pair is met twice, and a sign that stands in the middle once.
    mirrored = (around - (places % 2 == 0)) / 2
    pairs = (np.minimum(places, 2 * n - 2 - places) + 1) // 2
    return (forwards, n - np.arange(1, n)), (mirrored, pairs)


def _largest(sums: npt.NDArray[np.float64], pairs: npt.NDArray[np.int64]) -> tuple[int, float]:
    """Return where the exponent is largest, and its size there."""
    squares = sums * sums / pairs
    # The exponent lies between 1/2 and log 2 of this.
    near = np.flatnonzero(squares >= squares.max() * 0.5 / math.log(2) * (1 - 1e-12))
    exponents = pairs[near] * _divergence(sums[near] / pairs[near])
    best = int(np.argmax(exponents))
    return int(near[best]), float(exponents[best])


def _divergence(r: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return KL((1 + r) / 2, 1/2)."""
    shares = np.stack([1 + r, 1 - r])
    logarithms = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    divergence: npt.NDArray[np.float64] = (shares * logarithms).sum(axis=0) / 2
    return divergence


@dataclass(frozen=True)
class Lags(ExactTest):
    """The score of a correlogram.

    A departure is the correlation of independent pairs at one distance of at most half the sample's length.

    Attributes:
      n: signs.
      statistics: sums that were looked at.
    """

    n: int
    statistics: int

    def lower(self, statistic: float, departure: float = 0.0) -> float:
        """Return the most often that a departure leaves the score at `statistic` or below; 1 under the null."""
        pairs = self.n - self.n // 2
        below = _sum_with_exponent(pairs, statistic)
        return float(stats.binom.cdf((pairs + below) // 2, pairs, (1 + abs(departure)) / 2)) if departure else 1.0

    def upper(self, statistic: float, departure: float = 0.0) -> float:
        """Return a bound on P(score >= statistic) that holds under the null, for one sign of the sum."""
        return min(1.0, self.statistics * math.exp(-statistic))

    def critical(self, tail: float) -> tuple[float, float]:
        """Return no lower bound, and the score that is rejected."""
        return -math.inf, math.log(self.statistics / tail)

    def largest_departures(self) -> tuple[float, float]:
        """Return a copy with its sign turned, and a copy."""
        return -1.0, 1.0

    def smallest_departure(self, alpha: float, beta: float) -> float:
        """Return the correlation, of either sign, that is missed with probability `beta` at most."""
        high = self.critical(alpha / 2)[1]
        if self.lower(high, 1.0) > beta:
            return math.inf
        return float(optimize.brentq(lambda rho: self.lower(high, rho) - beta, 1e-9, 1.0, xtol=1e-9)) + 1e-8


def _sum_with_exponent(pairs: int, exponent: float) -> float:
    """Return the largest sum of so many products whose exponent is at most `exponent`."""
    if exponent >= pairs * math.log(2):
        return float(pairs)

    def excess(r: float) -> float:
        return pairs * float(_divergence(np.array([r]))[0]) - exponent

    return pairs * float(optimize.brentq(excess, 0.0, 1.0, xtol=1e-12)) if exponent > 0 else 0.0
