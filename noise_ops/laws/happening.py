"""Something happens to a sample, some of many are selected, or nothing is known of the noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import ClassVar

import numpy as np

from noise_ops.laws.law import Law, Mask, Observe, Support, checked_probability, same_bits
from noise_ops.laws.noise import Array, LawError

Transformation = Callable[[Array], Array]
"""From a batch of inputs to what becomes of those to which it happens."""


def applies(p: float, to: Transformation | None = None, *, observe: Observe | None = None) -> Law:
    """Return the law of an augmentation: a transformation happens to each sample with probability `p`.

    Args:
      p: probability that it happens to a sample, which is a row of the first axis.
      to: what it makes of a batch, where that is a function of the input alone, such as a flip.
      observe: takes an input and an output to the states of its samples, by default which of them are changed.

    Raises:
      LawError: if `p` is no probability, or `to` no function.
    """
    if to is not None and not callable(to):
        raise LawError(f"to is a function of a batch, not {to!r}.")
    return Applies(checked_probability(p, "p"), to, observe=observe)


def selects(count: int, axis: int = -1, *, observe: Observe | None = None) -> Law:
    """Return the law of a selection: of the elements along an axis exactly `count` are kept, the others become 0.

    Args:
      count: how many are kept, each as likely as any other.
      axis: the axis along which they are.
      observe: takes an input and an output to which are kept, by default those that are not 0.

    Raises:
      LawError: if the count is no whole number from 0 on, or the axis no integer.
    """
    if not isinstance(count, Integral) or count < 0:
        raise LawError(f"count is how many are selected, a whole number from 0 on, not {count!r}.")
    if not isinstance(axis, Integral):
        raise LawError(f"axis is one axis, such as -1, not {axis!r}.")
    return Selects(int(count), int(axis), observe=observe)


def unknown(*, observe: Observe | None = None) -> Law:
    """Return the law of noise of which nothing is promised: no statistical property is asked of it.

    Args:
      observe: takes an input and an output to states, where they are not plain to see.
    """
    return Unknown(observe=observe)


@dataclass(frozen=True, repr=False)
class Applies(Law):
    """A state is one where the transformation happened to a sample."""

    maker: ClassVar[str] = "applies"

    p: float
    to: Transformation | None = None

    has_mask: ClassVar[bool] = True

    @property
    def probability(self) -> float:
        """The probability that it happens."""
        return self.p

    @property
    def state(self) -> str:
        """Changed, of each element; a sample is where one of its elements is."""
        return "y != 1"

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements are changed."""
        return ~same_bits(np.broadcast_to(x, y.shape), y)

    def units(self, elements: Mask) -> Mask:
        """Return which samples have a changed element."""
        return np.asarray(elements.any(axis=tuple(range(1, elements.ndim))))

    def visible(self, x: Array) -> Mask:
        """Return which elements the transformation would change."""
        return np.isfinite(x.astype(np.float64)) if self.to is None else ~same_bits(np.asarray(self.to(x)), x)

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support | None:
        """Return the elements of the samples that are the input, or what the transformation makes of it."""
        if self.to is None:
            return None
        others = tuple(range(1, x.ndim))
        left, changed = (same_bits(wanted, y).all(axis=others, keepdims=True) for wanted in (x, np.asarray(self.to(x))))
        return Support(np.broadcast_to(left | changed, y.shape), "the input or what the transformation makes of it")


@dataclass(frozen=True, repr=False)
class Selects(Law):
    """A state is one where an element is selected.

    Attributes:
      count: how many are selected along the axis.
      axis: the axis.
      of: of how many, which `on` fills in; None until then.
    """

    maker: ClassVar[str] = "selects"

    count: int
    axis: int = -1
    of: int | None = None

    has_mask: ClassVar[bool] = True

    def on(self, shape: tuple[int, ...]) -> Law:
        """Return the law of inputs of a shape.

        Raises:
          LawError: if the shape has no such axis, or fewer elements along it than are to be selected.
        """
        if not -len(shape) <= self.axis < len(shape) or self.count > shape[self.axis]:
            raise LawError(f"of an input of shape {shape}, {self.count} cannot be selected along axis {self.axis}.")
        return replace(self, of=shape[self.axis])

    @property
    def probability(self) -> float:
        """The share that is selected.

        Raises:
          LawError: if it is not known yet of how many; `on` says so.
        """
        if self.of is None:
            raise LawError(f"how often one is selected depends on the input: {self!r} has no shape yet.")
        return self.count / self.of if self.of else 0.0

    @property
    def state(self) -> str:
        """Selected."""
        return "y != 0"

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Return which elements are not 0, of an input that holds no 0."""
        return np.asarray(y != 0)

    def visible(self, x: Array) -> Mask:
        """Return which elements are not 0 themselves."""
        return np.asarray(np.isfinite(x.astype(np.float64)) & (x != 0))

    def support(self, x: Array, y: Array, *, fused: bool = False) -> Support:
        """Return the elements of the lines, along the axis, of which exactly `count` are selected."""
        chosen = self.states(x, y, fused=fused).sum(axis=self.axis, keepdims=True) == self.count
        return Support(np.broadcast_to(chosen, y.shape), f"in a line of which {self.count} are selected")


@dataclass(frozen=True, repr=False)
class Unknown(Law):
    """Nothing is promised, so that nothing can be counted."""

    maker: ClassVar[str] = "unknown"

    @property
    def probability(self) -> float:
        """There is none.

        Raises:
          LawError: always.
        """
        raise LawError("of an unknown law nothing can be counted.")

    @property
    def state(self) -> str:
        """There is none.

        Raises:
          LawError: always.
        """
        raise LawError("of an unknown law no states are known.")

    def elements(self, x: Array, y: Array, *, fused: bool = False) -> Mask:
        """Raise, since no states are known.

        Raises:
          LawError: always.
        """
        raise LawError("of an unknown law no states are known.")
