"""Noise is added: to every element, or to a random share of them.

References:
  keras v3.15.1 keras/src/layers/regularization/gaussian_noise.py.
  noise_ops/layers for the masked form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import stats

from noise_ops.laws.chosen import Chosen
from noise_ops.laws.continuous import Continuous
from noise_ops.laws.law import Law, Mask, Observe, checked_probability, number
from noise_ops.laws.noise import Array, Distribution, LawError, checked_distribution
from noise_ops.reference.variates import FLOAT32

_GUARD = 8
"""Units in the last place of an input that noise is to exceed if it is not to be rounded away."""


def adds(distribution: Distribution, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None) -> Law:
    """Return the law of additive noise: the output is the input plus draws of a distribution.

    Args:
      distribution: any frozen continuous distribution of `scipy.stats`, such as `scipy.stats.laplace(0, 0.1)`.
      shared_axes: axes along which one draw is added to all elements.
      observe: takes an input and an output to the states of its units, by default which lie above the median.

    Raises:
      LawError: if the distribution is not such a one, or an axis no integer.
    """
    return Adds(checked_distribution(distribution), shared_axes=shared_axes, observe=observe)


def adds_normal(stddev: float, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None) -> Law:
    """Return the law of GaussianNoise: normal noise of mean 0 and standard deviation `stddev` is added.

    Args:
      stddev: standard deviation of the noise, a positive number.
      shared_axes: axes along which one draw is added to all elements.
      observe: takes an input and an output to the states of its units, by default which lie above the median.

    Raises:
      LawError: if the standard deviation is no positive number, or an axis no integer.
    """
    return adds(normal(stddev), shared_axes, observe=observe)


def adds_to_share(
    rate: float, distribution: Distribution, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None
) -> Law:
    """Return the law of masked noise: each unit is noised with probability `rate`, and else left as it is.

    Args:
      rate: probability that a unit is noised.
      distribution: any frozen continuous distribution of `scipy.stats`, of the noise that is added.
      shared_axes: axes along which all elements are noised together.
      observe: takes an input and an output to the states of its units, by default which of them are changed.

    Raises:
      LawError: if the rate is no probability, the distribution not such a one, or an axis no integer.
    """
    rate, distribution = checked_probability(rate, "rate"), checked_distribution(distribution)
    return AddsToShare(distribution, rate, shared_axes=shared_axes, observe=observe)


def normal(stddev: float) -> Distribution:
    """Return the normal distribution of mean 0 and a standard deviation.

    Raises:
      LawError: if the standard deviation is not positive.
    """
    if not 0 < number(stddev) < math.inf:
        raise LawError(f"stddev is a positive number, not {stddev!r}.")
    distribution: Distribution = stats.norm(0.0, stddev)
    return distribution


@dataclass(frozen=True, repr=False)
class Adds(Continuous):
    """Noise is added to every element; a state is one above the median of the noise."""

    maker: ClassVar[str] = "adds"

    origin: ClassVar[float] = 0.0

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return to which elements more than the median was added."""
        return np.asarray(y > x + np.asarray(self.median).astype(x.dtype))

    def visible(self, x: Array) -> Mask:
        """Return which elements are so small that noise is not rounded away from them."""
        size, epsilon = np.abs(x.astype(np.float64)), float(np.spacing(np.ones((), x.dtype)))
        return np.asarray(np.isfinite(size) & (size * epsilon * _GUARD <= float(self.drawn.std())))

    def slope(self, y: Array, *, fused: bool = False) -> Array:
        """Return 1: what is added does not depend on the input."""
        return np.ones_like(y)


@dataclass(frozen=True, repr=False)
class AddsToShare(Chosen, Adds):
    """Noise is added to a random share of the elements; a state is one where it was."""

    maker: ClassVar[str] = "adds_to_share"

    @property
    def state(self) -> str:
        """Noised."""
        return "y != 0"

    def drawn_in(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return float32, in which this mask is drawn whatever is computed."""
        return FLOAT32

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements are another value than the input."""
        return np.asarray(y != x)

    def noised(self, x: Array, y: Array) -> Mask:
        """Return which elements hold noise: those that are chosen."""
        return self.elements(x, y)
