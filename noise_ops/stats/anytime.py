"""Anytime-valid evidence: e-values that may be looked at after every sample, for runs without an end.

An e-value is the likelihood of the counts under a mixture of departures from the null, over that under the null.
Under the null it ever exceeds 1 / alpha with probability alpha at most, however often it is looked at (Ville). All
are functions of counts and sums that add up, so that shards can be merged and the verdict is that of one run.
Logarithms are natural.

References:
  Robbins, "Statistical methods related to the law of the iterated logarithm", 1970, section 1 (normal mixtures).
  Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
    Annals of Statistics 49, 2021, section 3 (conjugate mixtures).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from scipy import special, stats

from noise_ops.stats.designs import BETA
from noise_ops.stats.evidence import Pairs

CONCENTRATION = 1e4
"""How close to the null the mixed departures lie: as if so many samples had already agreed with it."""


def binomial(ones: int, n: int, p: float) -> float:
    """Return the log e-value of a count of ones among n states of probability p."""
    return _beta_mixture(ones, n - ones, p)


def kept(n: int, p: float, alpha: float) -> tuple[int, int]:
    """Return the counts of ones nearest to n * p, below and above, whose e-value is 1 / alpha; -1 and n + 1 if none."""
    expected, limit = round(n * p), -math.log(alpha)
    below = bisect_left(range(expected + 1), 1, key=lambda ones: binomial(ones, n, p) < limit)
    above = bisect_left(range(expected, n + 1), 1, key=lambda ones: binomial(ones, n, p) >= limit)
    return below - 1, expected + above


def pairs(table: Pairs, p: float) -> float:
    """Return the log e-value of pairs of states of probability p: does the first say something of the second?"""
    after_one = _beta_mixture(table.both, table.first - table.both, p)
    ones_after_zero = table.second - table.both
    return after_one + _beta_mixture(ones_after_zero, table.n - table.first - ones_after_zero, p)


def mean(total: float, n: int) -> float:
    """Return the log e-value of the sum of n standard normals against another mean."""
    shrunk = n + CONCENTRATION
    return total * total / (2 * shrunk) - math.log(shrunk / CONCENTRATION) / 2


def variance(squares: float, n: int) -> float:
    """Return the log e-value of the sum of squares of n standard normals against another variance."""
    shape = CONCENTRATION / 2
    posterior = shape + n / 2
    return float(
        special.gammaln(posterior)
        - special.gammaln(shape)
        + shape * math.log(shape)
        - posterior * math.log(shape + squares / 2)
        + squares / 2
    )


def bins(counts: Sequence[int], probabilities: Sequence[float]) -> float:
    """Return the log e-value of counts in bins of known probabilities, against any other probabilities."""
    prior = CONCENTRATION * np.asarray(probabilities)
    observed = np.asarray(counts, dtype=np.float64)
    gains = special.gammaln(prior + observed) - special.gammaln(prior) - observed * np.log(probabilities)
    n = observed.sum()
    return float(special.gammaln(CONCENTRATION) - special.gammaln(CONCENTRATION + n) + gains.sum())


def average(logarithms: Sequence[float]) -> float:
    """Return the logarithm of the average of e-values: itself an e-value, whatever their dependence."""
    return float(special.logsumexp(logarithms) - math.log(len(logarithms)))


def visible(n: float, alpha: float) -> float:
    """Return the shift of a mean, in standard deviations, whose e-value reaches 1 / alpha at n but for `BETA`.

    By the normal mixture's boundary, to which the other e-values come close at the sizes of a soak.
    """
    if n <= 0:
        return math.inf
    shrinkage = 1 + CONCENTRATION / n
    boundary = math.sqrt(shrinkage * (2 * math.log(1 / alpha) + math.log1p(n / CONCENTRATION)))
    return float((boundary - stats.norm.ppf(BETA)) / math.sqrt(n))


def _beta_mixture(ones: int, zeros: int, p: float) -> float:
    a, b = CONCENTRATION * p, CONCENTRATION * (1 - p)
    if p in (0.0, 1.0):
        return math.inf if (ones if p == 0.0 else zeros) else 0.0
    return float(
        special.betaln(a + ones, b + zeros) - special.betaln(a, b) - ones * math.log(p) - zeros * math.log1p(-p)
    )
