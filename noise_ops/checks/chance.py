"""What chance does not do: events so rare that one of them is a finding, by exact probabilities, without a sample plan.

Each exact property that could fail by chance does so at most once in 2**64 questions, and is not asked of a case on
which chance is likelier.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import stats

from noise_ops.checks import samples
from noise_ops.checks.decisions import one_probability
from noise_ops.checks.masks import mask_shape
from noise_ops.laws import implemented_noise_stddev
from noise_ops.reference.ops import ALPHA_PRIME
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

BITS = 64
"""An event of probability 2**-BITS or less is taken not to happen by chance."""

PROBABILITY = 2.0**-BITS


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
    if target.subject.op in (*samples.SIGN_OPS, "uniform"):
        agree = 0.5
    else:
        p = _dropped(target, case)
        # Where both draws noise a unit, they agree at most as often as not.
        both = p * p / 2 if target.subject.op == "masked_gaussian_noise" else p * p
        agree = both + (1 - p) ** 2
    if -visible_units(target, case) * math.log2(agree) < BITS:
        raise NothingToTellError


def noisy_surely(target: Target, case: Case) -> None:
    """Do nothing where a call on a case changes something, but for chance.

    Raises:
      NothingToTellError: where it may well change nothing.
    """
    p = 0.5 if target.subject.op in samples.SIGN_OPS else _dropped(target, case)
    if p < 1 and -visible_units(target, case) * math.log2(1 - p) < BITS:
        raise NothingToTellError


def _dropped(target: Target, case: Case) -> float:
    assert case.rate is not None
    return one_probability(target, case.rate)


def visible_units(target: Target, case: Case) -> int:
    """Return how many units of a case show in the output whether they are dropped, or the sign of their noise."""
    shown, shared = visible(target, case), shared_axes(target, case)
    return int(np.any(shown, axis=shared).sum()) if shared else int(shown.sum())


def shared_axes(target: Target, case: Case) -> tuple[int, ...]:
    """Return the axes along which a mask is one."""
    return tuple(axis for axis, size in enumerate(mask_shape(target, case)) if size == 1)


def visible(target: Target, case: Case) -> npt.NDArray[np.bool_]:
    """Return which elements show in the output whether they are dropped, or the sign of their noise."""
    x = np.abs(case.x.astype(np.float64))
    op, epsilon = target.subject.op, float(np.spacing(np.ones((), case.x.dtype)))
    if op in ("uniform", "normal"):
        return np.ones(x.shape, np.bool_)
    finite = np.isfinite(x)
    if op == "alpha_dropout":
        # What is kept is another value than what is dropped, however both are rounded.
        return finite & (x <= 8) & (np.abs(case.x.astype(np.float64) - ALPHA_PRIME) >= 0.25)
    if op in ("gaussian_noise", "masked_gaussian_noise"):
        assert case.stddev is not None
        return finite & (x * epsilon * 8 <= case.stddev)
    # Neither what may be flushed or rounded away when it is scaled, nor what may overflow.
    shown = finite & (x >= 1 / 128) & (x <= 8)
    if op == "gaussian_dropout":
        assert case.rate is not None
        shown &= implemented_noise_stddev(op, case.rate, case.x.dtype) >= 8 * epsilon
    return shown
