"""One call of a subject: its input, its parameters and its seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Case:
    """What a subject is called with.

    Attributes:
      x: input, in the dtype in which the subject computes.
      seed: the user's seed.
      rate: drop probability, of the subjects that have one.
      stddev: standard deviation, of the subjects that have one.
      noise_shape: mask shape, of the subjects that take one.
      data_format: "channels_last" or "channels_first", of the spatial subjects.
      recipe: NumPy expression that makes `x`, for scripts; by default its values are listed.
    """

    x: NDArray[Any]
    seed: int = 0
    rate: float | None = None
    stddev: float | None = None
    noise_shape: tuple[int | None, ...] | None = None
    data_format: str | None = None
    recipe: str | None = None

    def on(self, x: NDArray[Any]) -> Case:
        """Return the same case on another input."""
        return replace(self, x=x, recipe=None)

    def arguments(self) -> dict[str, Any]:
        """Return the parameters that are set, by their Keras names."""
        names = ("rate", "stddev", "noise_shape", "data_format")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in {**self.arguments(), "seed": self.seed}.items())
        return f"Case({arguments}, x={np.array2string(self.x.ravel()[:8], threshold=8)} of shape {self.x.shape})"
