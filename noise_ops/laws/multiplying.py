"""Every element is multiplied by noise.

References:
  Srivastava et al., "Dropout", JMLR 15, 2014, section 10: normal factors of mean 1 and variance rate / (1 - rate).
  keras v3.15.1 keras/src/layers/regularization/gaussian_dropout.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import stats

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.dropping import Drops
from noise_ops.laws.law import Law, Mask, Observe, number
from noise_ops.laws.noise import Array, Distribution, LawError, Reals, checked_distribution

_GUARD = 8
"""Units in the last place of 1 that the spread of a factor is to exceed if it is not to be rounded away."""


def multiplies(distribution: Distribution, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None) -> Law:
    """Return the law of multiplicative noise: the output is the input times draws of a distribution.

    Args:
      distribution: any frozen continuous distribution of `scipy.stats`, of the factor: in most layers its mean is 1.
      shared_axes: axes along which all elements are multiplied by one draw.
      observe: takes an input and an output to the states of its units, by default which lie above the median.

    Raises:
      LawError: if the distribution is not such a one, or an axis no integer.
    """
    return Multiplies(checked_distribution(distribution), shared_axes=shared_axes, observe=observe)


def multiplies_normal(rate: float, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None) -> Law:
    """Return the law of GaussianDropout: normal factors of mean 1 and variance rate / (1 - rate).

    Args:
      rate: a number between 0 and 1, both left out.
      shared_axes: axes along which all elements are multiplied by one draw.
      observe: takes an input and an output to the states of its units, by default which lie above the median.

    Raises:
      LawError: if the rate is no such number, or an axis no integer.
    """
    if not 0 < number(rate) < 1:
        raise LawError(f"rate is a number between 0 and 1, both left out, not {rate!r}.")
    return multiplies(stats.norm(1.0, math.sqrt(rate / (1 - rate))), shared_axes, observe=observe)


@dataclass(frozen=True, repr=False)
class Multiplies(Continuous):
    """Every element is multiplied by noise; a state is one where the factor lies above its median."""

    maker: ClassVar[str] = "multiplies"

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements, of a positive input, were multiplied by more than the median."""
        return np.asarray(y > x * np.asarray(self.median).astype(x.dtype))

    def visible(self, x: Array) -> Mask:
        """Return which elements are neither flushed, rounded away nor infinite when they are multiplied."""
        spread = self.stddev_in(x.dtype) >= _GUARD * float(np.spacing(np.ones((), x.dtype)))
        return Drops(0.5).visible(x) & spread

    def noise(self, x: Array, y: Array) -> Reals:
        """Return the factor of each element."""
        factors: Reals = y.astype(np.float64) / x.astype(np.float64)
        return factors
