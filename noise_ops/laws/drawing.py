"""The output is noise alone, whatever the input: a sampler.

Reference: tensorflow v2.21.0 tensorflow/python/ops/random_ops.py, of tf.random.uniform and tf.random.normal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.law import Law, Mask, Observe
from noise_ops.laws.noise import Array, Distribution, Reals, checked_distribution, is_named
from noise_ops.reference.bits import Engine
from noise_ops.reference.variates import lattice_bits


def draws(
    distribution: Distribution,
    shared_axes: tuple[int, ...] = (),
    *,
    below: float | None = None,
    observe: Observe | None = None,
) -> Law:
    """Return the law of a sampler: each element is a draw of a distribution.

    Args:
      distribution: any frozen continuous distribution of `scipy.stats`.
      shared_axes: axes along which all elements are one draw.
      below: a cut: the state of a draw is one below it. Without a cut it is one above the median.
      observe: takes an input and an output to the states of its units, instead.

    Raises:
      LawError: if the distribution is not such a one, or an axis no integer.
    """
    return Draws(checked_distribution(distribution), below, shared_axes=shared_axes, observe=observe)


def _is_unit_uniform(distribution: Any) -> bool:
    return is_named(distribution, "uniform") and distribution.support() == (0.0, 1.0)


@dataclass(frozen=True, repr=False)
class Draws(Continuous):
    """Each element is a draw; a state is one above the median, or below a cut."""

    maker: ClassVar[str] = "draws"

    below: float | None = None

    origin: ClassVar[float] = 0.0

    @property
    def distribution(self) -> Distribution | None:
        """The distribution that is drawn from; None if it is judged by a cut alone."""
        return self.drawn if self.below is None else None

    @property
    def probability(self) -> float:
        """The probability below the cut, or one half."""
        return super().probability if self.below is None else float(self.drawn.cdf(self.below))

    @property
    def state(self) -> str:
        """Below the cut, or above the median."""
        return super().state if self.below is None else f"y < {self.below}"

    def p_one(self, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
        """Return the share of the lattice of uniforms that lies below the cut; the documented one of other draws."""
        if self.below is None or not _is_unit_uniform(self.drawn):
            return self.probability
        bits = lattice_bits(dtype, engine)
        return math.ceil(self.below * 2.0**bits) / 2.0**bits

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which draws lie below the cut, or above the median."""
        return self.states_at_origin(y)

    def visible(self, x: Array) -> Mask:
        """Return all elements: none of the input shows."""
        return np.ones(x.shape, np.bool_)

    def noise(self, x: Array, y: Array) -> Reals:
        """Return the draws."""
        return np.asarray(y, np.float64)
