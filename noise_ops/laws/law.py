"""A law: what noise promises of every unit, whatever it is drawn from.

Each unit has a *state*, one or zero: dropped or kept, noised or left alone, above its median or below it. How often it
is one, and that it is so independently of every other unit, is most of a law; the rest is how large the noise is.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from noise_ops.laws.noise import Array, Distribution, LawError, Reals, standard_normals, stddev_in
from noise_ops.reference.bits import Engine

Mask = npt.NDArray[np.bool_]

Observe = Callable[[Array, Array], Mask]
"""From an input and an output to the states of their units."""

_COMPARISONS = {">": operator.gt, "<": operator.lt, "==": operator.eq, "!=": operator.ne}


class Support(NamedTuple):
    """Which elements of an output can be, and in words what they can be."""

    allowed: Mask
    values: str


@dataclass(frozen=True)
class Law(ABC):
    """What noise promises.

    Attributes:
      shared_axes: axes of the input along which all elements are one unit.
      observe: takes an input and an output to states, where they are not plain to see; None where they are.
    """

    shared_axes: tuple[int, ...] = field(default=(), kw_only=True)
    observe: Observe | None = field(default=None, kw_only=True)

    origin: ClassVar[float] = 1.0
    """The constant input on which the noise shows, rounded as little as may be."""

    has_mask: ClassVar[bool] = False
    """Whether a state says that a unit was chosen, rather than on which side of its median it lies."""

    @property
    def distribution(self) -> Distribution | None:
        """The continuous distribution of the noise; None where it takes two values."""
        return None

    @property
    @abstractmethod
    def probability(self) -> float:
        """The documented probability that a state is one.

        Raises:
          LawError: where the law says nothing of it.
        """

    @property
    def mean(self) -> float:
        """The documented mean of the output on the input `origin`.

        Raises:
          LawError: where the law says nothing of it.
        """
        raise LawError(f"{self!r} says nothing of a mean.")

    @property
    def variance(self) -> float:
        """The documented variance of the output on the input `origin`, of the units that are noised.

        Raises:
          LawError: where the law says nothing of it.
        """
        raise LawError(f"{self!r} says nothing of a variance.")

    @property
    @abstractmethod
    def state(self) -> str:
        """The states of an output `y` on the input `origin`, as a comparison in NumPy, for scripts."""

    @abstractmethod
    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return the state of each element.

        Args:
          x: input, of any shape.
          y: output, of the same shape or with leading axes more.
          fused: whether a product and a sum are rounded once, as XLA does.
        """

    def drawn_in(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return the dtype of the draw that decides a state, of noise that is computed in a dtype."""
        return dtype

    def p_one(self, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
        """Return the probability with which the arithmetic of a dtype makes a state one."""
        return self.probability

    def on(self, shape: tuple[int, ...]) -> Law:
        """Return the law of inputs of a shape, where that matters: of a selection, whose share follows from it."""
        return self

    def visible(self, x: Array) -> Mask:
        """Return which elements of an input show in the output what their state is, however it is rounded."""
        return np.isfinite(x.astype(np.float64))

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support | None:
        """Return which elements of an output can be; None where any number can."""
        return None

    def slope(self, y: Array, *, fused: bool = False) -> Array:
        """Return dy/dx of each element of an output on ones."""
        return y

    def states(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return the state of each unit: as `observe` tells it, else along `shared_axes` of all elements together."""
        if self.observe is not None:
            return np.asarray(self.observe(x, y), np.bool_)
        return self.units(self.elements(x, y, fused=fused))

    def units(self, elements: Mask) -> Mask:
        """Return of each unit whether one of its elements is true."""
        return np.asarray(np.any(elements, axis=self.shared_axes)) if self.shared_axes else elements

    def states_at_origin(self, y: Array) -> Mask:
        """Return the states of an output on the input `origin`, which `state` tells as text."""
        _, comparison, bound = self.state.split()
        return np.asarray(_COMPARISONS[comparison](y, float(bound)))

    def noise(self, x: Array, y: Array) -> Reals:
        """Return what was added to each element, or by what it was multiplied."""
        difference: Reals = y.astype(np.float64) - x
        return difference

    def noised(self, x: Array, y: Array) -> Mask:
        """Return which elements hold noise."""
        return np.broadcast_to(np.True_, np.broadcast_shapes(x.shape, y.shape))

    def standardized(self, x: Array, y: Array, dtype: np.dtype[Any]) -> Reals:
        """Return the noise of each element, as a standard normal where it has a distribution."""
        noise = self.noise(x, y)
        return noise if self.distribution is None else standard_normals(noise, self.distribution, dtype)

    def stddev_in(self, dtype: np.dtype[Any]) -> float:
        """Return the standard deviation of noise with a distribution, as the arithmetic of a dtype has it."""
        assert self.distribution is not None, "two-point noise has moments of its own"
        return stddev_in(self.distribution, dtype)


def same_bits(a: Array, b: Array) -> Mask:
    """Return which elements agree in every bit; one nan is as good as another."""
    return np.asarray((a == b) & (np.signbit(a) == np.signbit(b)) | (np.isnan(a) & np.isnan(b)))


def checked_probability(p: float, name: str) -> float:
    """Return a probability that is one.

    Raises:
      LawError: if it is not between 0 and 1.
    """
    if not 0 <= p <= 1:
        raise LawError(f"{name} is a probability, between 0 and 1, not {p!r}.")
    return p
