"""A law: what noise promises of every unit, whatever it is drawn from.

Each unit has a *state*, one or zero: dropped or kept, noised or left alone, above its median or below it. How often it
is one, and that it is so independently of every other unit, is most of a law; the rest is how large the noise is.
"""

from __future__ import annotations

import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from noise_ops.laws.noise import Array, Distribution, LawError, Reals, standard_normals, stddev_in, written
from noise_ops.reference.bits import Engine

Mask = npt.NDArray[np.bool_]

Observe = Callable[[Array, Array], Mask]
"""From an input and an output to the states of their units, True for one."""

_COMPARISONS = {">": operator.gt, "<": operator.lt, "==": operator.eq, "!=": operator.ne}


class Support(NamedTuple):
    """Which elements of an output have a value that the law allows, and in words which values those are."""

    allowed: Mask
    values: str


@dataclass(frozen=True, repr=False)
class Law(ABC):
    """What noise promises.

    Attributes:
      shared_axes: axes of the input along which all elements are one unit.
      observe: takes an input and an output to states, where they are not plain to see; None where they are.

    Raises:
      LawError: if the axes are no integers, or `observe` is no function.
    """

    shared_axes: tuple[int, ...] = field(default=(), kw_only=True)
    observe: Observe | None = field(default=None, kw_only=True)

    origin: ClassVar[float] = 1.0
    """The constant input on which the noise shows, rounded as little as may be."""

    maker: ClassVar[str] = ""
    """The public function that makes it; "" of a law that is a class of a user's own."""

    has_mask: ClassVar[bool] = False
    """Whether a state says that a unit was chosen, rather than on which side of its median it lies."""

    def __post_init__(self) -> None:
        try:
            axes = tuple(operator.index(axis) for axis in self.shared_axes)
        except TypeError:
            raise LawError(f"shared_axes is a tuple of axes, such as (1, 2), not {self.shared_axes!r}.") from None
        object.__setattr__(self, "shared_axes", axes)
        if self.observe is not None and not callable(self.observe):
            raise LawError(f"observe is a function of an input and an output, not {self.observe!r}.")

    def __repr__(self) -> str:
        """Return the law as one writes it: its arguments in the order of its function, those by default left out."""
        required = [each.name for each in fields(self) if each.default is MISSING]
        told = [written(getattr(self, name)) for name in sorted(required, key=lambda name: name == "drawn")]
        told += [
            f"{each.name}={written(value)}"
            for each in sorted(fields(self), key=lambda each: bool(each.kw_only))
            if each.name not in (*required, "of") and (value := getattr(self, each.name)) != each.default
        ]
        return f"{self.maker or type(self).__name__}({', '.join(told)})"

    @property
    def distribution(self) -> Distribution | None:
        """The continuous distribution of the noise; None where only states are judged."""
        return None

    @property
    def counted(self) -> bool:
        """Whether how often a state is one is a promise: by a mask or a cut, rather than by the median of the noise."""
        return self.has_mask or self.distribution is None

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
        """The states of an output `y` on the input `origin`, as text: "y", a comparison and a number.

        Scripts print it, and `states_at_origin` reads it, so that a reader of a finding sees what was judged.
        """

    @abstractmethod
    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return the state of each element.

        Args:
          x: input, of any shape.
          y: output, of the same shape or with more axes before it.
          fused: whether a product and a sum are rounded once, as by XLA, rather than each.
        """

    def drawn_in(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return the dtype in which the uniforms that decide states are drawn, if the layer computes in `dtype`."""
        return dtype

    def p_one(self, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
        """Return the probability with which the arithmetic of a dtype makes a state one."""
        return self.probability

    def on(self, shape: tuple[int, ...]) -> Law:
        """Return the law for inputs of a shape: itself, but for a selection, whose probability follows from it."""
        return self

    def visible(self, x: Array) -> Mask:
        """Return which elements of an input are such that the output shows their state, however it is rounded."""
        return np.isfinite(x.astype(np.float64))

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support | None:
        """Return which elements of an output have an allowed value; None where any value is."""
        return None

    def slope(self, y: Array, *, fused: bool = False) -> Array:
        """Return dy/dx of each element, told from the output `y` on ones."""
        return y

    def states(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return the state of each unit: as `observe` tells it, else along `shared_axes` of all elements together."""
        if self.observe is not None:
            return np.asarray(self.observe(x, y), np.bool_)
        return self.units(self.elements(x, y, fused=fused))

    def units(self, elements: Mask) -> Mask:
        """Return of each unit whether one of its elements is true; the result has no `shared_axes` left."""
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
        assert self.distribution is not None, "noise without a distribution has moments of its own"
        return stddev_in(self.distribution, dtype)


def same_bits(a: Array, b: Array) -> Mask:
    """Return which elements agree in every bit; one nan is as good as another."""
    return np.asarray((a == b) & (np.signbit(a) == np.signbit(b)) | (np.isnan(a) & np.isnan(b)))


def number(value: Any) -> float:
    """Return an argument as a float; of what is no number nan, which no bound lets pass."""
    try:
        return math.nan if isinstance(value, (str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def checked_probability(p: Any, name: str) -> float:
    """Return an argument as a probability.

    Raises:
      LawError: if it is no number between 0 and 1.
    """
    if not 0 <= number(p) <= 1:
        raise LawError(f"{name} is a probability, between 0 and 1, not {written(p)}.")
    return number(p)


def exact_text(value: float) -> str:
    """Return a number as text that reads back as the same number: "0" and "-1" rather than "0.0" and "-1.0"."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
