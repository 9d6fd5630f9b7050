"""Units are dropped with a probability, and what is kept may be scaled.

References:
  Srivastava et al., "Dropout", JMLR 15, 2014, section 10: the variance is rate / (1 - rate).
  Klambauer et al., "Self-Normalizing Neural Networks", 2017, section 3, for AlphaDropout.
  keras v3.15.1 keras/src/layers/regularization/{dropout,spatial_dropout,alpha_dropout}.py.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from noise_ops.laws.chosen import Chosen
from noise_ops.laws.law import Law, Mask, Observe, Support, checked_probability, exact_text, number, same_bits
from noise_ops.laws.noise import Array, LawError, written
from noise_ops.reference import xla
from noise_ops.reference.ops import ALPHA_PRIME, affine_correction
from noise_ops.reference.variates import FLOAT32, as_dtype

_SMALLEST, _LARGEST = 1 / 128, 8
"""Sizes of inputs between which no product is flushed to zero or infinite, in any dtype."""

_APART = 0.25
"""Distance from SELU's saturation value at which an input differs from it in any dtype, whatever is rounded."""


def drops(
    rate: float,
    shared_axes: tuple[int, ...] = (),
    scaled: bool = True,
    value: float = 0.0,
    *,
    observe: Observe | None = None,
) -> Law:
    """Return the law of dropout: each unit becomes `value` with probability `rate`.

    Args:
      rate: probability that a unit is dropped.
      shared_axes: axes along which all elements are dropped together.
      scaled: whether what is kept is multiplied by 1 / (1 - rate).
      value: what a dropped unit becomes.
      observe: takes an input and an output to the states of its units, by default which elements are `value`.

    Raises:
      LawError: if the rate is no probability, `value` no number, or an axis no integer.
    """
    if math.isnan(number(value)):
        raise LawError(f"value is the number that a dropped unit becomes, not {written(value)}.")
    rate = checked_probability(rate, "rate")
    return Drops(rate, scaled, number(value), shared_axes=shared_axes, observe=observe)


def drops_affinely(rate: float, shared_axes: tuple[int, ...] = (), *, observe: Observe | None = None) -> Law:
    """Return the law of AlphaDropout: dropped to SELU's saturation, then mapped so that mean 0 and variance 1 stay.

    Args:
      rate: probability that a unit is dropped.
      shared_axes: axes along which all elements are dropped together.
      observe: takes an input and an output to the states of its units, by default which hold the value of dropped ones.

    Raises:
      LawError: if the rate is no probability, or an axis no integer.
    """
    return AffineDrops(checked_probability(rate, "rate"), shared_axes=shared_axes, observe=observe)


@dataclass(frozen=True, repr=False)
class TwoPoint(Chosen):
    """On ones a unit takes one of two values, so that every moment follows from the number of units dropped."""

    @property
    @abstractmethod
    def points(self) -> tuple[float, float]:
        """What an input of 1 becomes where it is dropped, and where it is kept."""

    @property
    def mean(self) -> float:
        """The mean output on ones."""
        return self.mean_at(self.rate)

    @property
    def variance(self) -> float:
        """The variance of the output on ones."""
        dropped, kept = self.points
        return self.rate * (1 - self.rate) * (kept - dropped) ** 2

    def mean_at(self, share: float) -> float:
        """Return the mean output on ones, if a share of the units is dropped."""
        dropped, kept = self.points
        return share * dropped + (1 - share) * kept

    def square_at(self, share: float) -> float:
        """Return the mean of (y - 1)**2 on ones, if a share of the units is dropped."""
        dropped, kept = self._squares
        return share * dropped + (1 - share) * kept

    @property
    def _squares(self) -> tuple[float, float]:
        dropped, kept = ((point - self.origin) ** 2 for point in self.points)
        return dropped, kept

    def ones_of_sum(self, n: int, total: float) -> float:
        """Return how many of n units were dropped, if the sum of the noise y - 1 over all of them is `total`."""
        dropped, kept = (point - self.origin for point in self.points)
        return (n * kept - total) / (kept - dropped)

    def ones_of_squares(self, n: int, total: float) -> float:
        """Return how many of n units were dropped, if the sum of (y - 1)**2 over all of them is `total`."""
        dropped, kept = self._squares
        excess = total - n * kept
        if abs(dropped - kept) < 1e-9:
            # At rate 1/2 the noise is -1 or 1 and its square always 1: the sum is n however many units are dropped, so
            # the expected number is returned. Another sum breaks the law, and n, which chance never drops at that rate,
            # says so.
            return self.rate * n if abs(excess) < 1e-5 * n else float(n)
        return excess / (dropped - kept)


@dataclass(frozen=True, repr=False)
class Drops(TwoPoint):
    """Dropout: `value` with probability `rate`, else the input, scaled or not."""

    maker: ClassVar[str] = "drops"

    scaled: bool = True
    value: float = 0.0

    @property
    def points(self) -> tuple[float, float]:
        """What an input of 1 becomes where it is dropped, and where it is kept."""
        return self.value, self.scale

    @property
    def scale(self) -> float:
        """What a kept unit is multiplied by."""
        return 1 / (1 - self.rate) if self.scaled and self.rate < 1 else 1.0

    @property
    def state(self) -> str:
        """Dropped."""
        return f"y == {exact_text(self.value)}"

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements are dropped, of an input that does not hold `value` itself."""
        return np.asarray(y == self.value)

    def visible(self, x: Array) -> Mask:
        """Return which elements are neither flushed, rounded away nor infinite where they are scaled."""
        size = np.abs(x.astype(np.float64))
        return np.asarray(np.isfinite(size) & (size >= _SMALLEST) & (size <= _LARGEST))

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support:
        """Return which elements are `value` or the scaled input, the factor rounded once to the dtype."""
        dropped = np.full_like(x, self.value)
        kept = x * as_dtype(self.scale, x.dtype) if self.rate < 1 else dropped
        allowed = same_bits(y, kept) | same_bits(y, dropped)
        return Support(allowed, f"{exact_text(self.value)} or x{' / (1 - rate)' if self.scaled else ''}")


@dataclass(frozen=True, repr=False)
class AffineDrops(TwoPoint):
    """AlphaDropout: a * alpha' + b with probability `rate`, else a * x + b, each step rounded to the dtype."""

    maker: ClassVar[str] = "drops_affinely"

    @property
    def points(self) -> tuple[float, float]:
        """What an input of 1 becomes where it is dropped, and where it is kept."""
        a, b = affine_correction(self.rate)
        return a * ALPHA_PRIME + b, a + b

    @property
    def state(self) -> str:
        """Dropped: of ones, what is dropped is negative and what is kept positive."""
        return "y < 0"

    def drawn_in(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return float32, in which this mask is drawn whatever is computed."""
        return FLOAT32

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements are dropped, of an input that does not hold SELU's saturation value."""
        return np.asarray(y == self._mapped(np.asarray(as_dtype(ALPHA_PRIME, y.dtype)), fused))

    def visible(self, x: Array) -> Mask:
        """Return which elements are another value where they are kept than where they are dropped, when rounded."""
        wide = x.astype(np.float64)
        return np.asarray((np.abs(wide) <= _LARGEST) & (np.abs(wide - ALPHA_PRIME) >= _APART))

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support:
        """Return which elements are a * alpha' + b or a * x + b, or nan of what is no number."""
        saturated = np.full_like(x, as_dtype(ALPHA_PRIME, x.dtype))
        allowed = same_bits(y, self._mapped(x, fused)) | same_bits(y, self._mapped(saturated, fused))
        # Keras multiplies what it drops by 0, and 0 * inf is nan: the deviation alpha-dropout-non-finite, which
        # non_finite_dropped tells.
        return Support(allowed | (np.isnan(y) & ~np.isfinite(x)), "a * alpha' + b or a * x + b")

    def slope(self, y: Array, *, fused: bool = False) -> Array:
        """Return 0 where an element is dropped, and a where it is kept."""
        a = as_dtype(affine_correction(self.rate)[0], y.dtype)
        return np.where(self.elements(y, y, fused=fused), np.zeros_like(y), np.full_like(y, a))

    def _mapped(self, x: Array, fused: bool) -> Array:
        a, b = (as_dtype(value, x.dtype) for value in affine_correction(self.rate))
        # XLA contracts the product and the sum into one operation that rounds once.
        return xla.fma(x, a, b) if fused else np.asarray(x * a + b)
