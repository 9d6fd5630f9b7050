"""What chance does not do: events so rare that one of them is a finding, by exact probabilities, without a sample plan.

Each exact property that could fail by chance does so at most once in 2**64 questions, and is not asked of a case on
which chance is likelier.
"""

from __future__ import annotations

import math
from functools import cache

from scipy import stats

from noise_ops.checks.promised import law_of, p_one
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

BITS = 64
"""An event of probability 2**-BITS or less is taken not to happen by chance."""

PROBABILITY = 2.0**-BITS

LARGEST_DEVIATION = 100.0
"""Standard deviation of multiplied noise beyond which half precision overflows."""


class NothingToTellError(Exception):
    """A case on which chance alone can give either answer: the property is not asked of it."""


@cache
def binomial_bounds(n: int, p: float) -> tuple[int, int]:
    """Return the least and the most ones that n states of probability p show, but for chance at each end."""
    if p in (0.0, 1.0):
        return round(n * p), round(n * p)
    # The most ones are the least zeros: scipy's upper quantile of so rare an event is n itself.
    return int(stats.binom.ppf(PROBABILITY, n, p)), n - int(stats.binom.ppf(PROBABILITY, n, 1 - p))


@cache
def mean_bound(n: int) -> float:
    """Return the most that the mean of n standard normals differs from 0."""
    return float(stats.norm.isf(PROBABILITY / 2)) / math.sqrt(n)


@cache
def square_bounds(n: int) -> tuple[float, float]:
    """Return the least and the largest mean square of n standard normals."""
    return float(stats.chi2.ppf(PROBABILITY, n)) / n, float(stats.chi2.isf(PROBABILITY, n)) / n


def differs_surely(target: Target, case: Case) -> None:
    """Do nothing where two draws on a case differ, but for chance.

    Raises:
      NothingToTellError: where they may well agree: the input hides the noise, or there is too little of it.
    """
    law = law_of(target, case)
    p = p_one(target, law)
    # Where both draws noise a unit with a mask, they agree at most as often as not.
    both = p * p if law.distribution is None or not law.has_mask else p * p / 2
    agree = both + (1 - p) ** 2
    if -visible_units(target, case) * math.log2(agree) < BITS:
        raise NothingToTellError


def noisy_surely(target: Target, case: Case) -> None:
    """Do nothing where a call on a case changes something, but for chance.

    Raises:
      NothingToTellError: where it may well change nothing.
    """
    p = p_one(target, law_of(target, case))
    if p < 1 and -visible_units(target, case) * math.log2(1 - p) < BITS:
        raise NothingToTellError


def visible_units(target: Target, case: Case) -> int:
    """Return how many units of a case show in the output whether they are dropped, or the sign of their noise."""
    law = law_of(target, case)
    return int(law.units(law.visible(case.x)).sum())
