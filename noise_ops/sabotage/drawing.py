"""A normal draw taken apart: what a wound of Gaussian noise puts together wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, Cut, normals
from noise_ops.subjects.libraries import tensorflow


@dataclass(frozen=True)
class Drawing:
    """A normal draw, to be made wrongly.

    Attributes:
      call: the call that is replaced.
      mean, stddev: what the layer asks for.
    """

    call: Call
    mean: float
    stddev: float

    def standard(self) -> Any:
        """Return the standard normals of the sound function."""
        return self.call.sound(mean=0.0, stddev=1.0)

    def of(self, standard: Any) -> Any:
        """Return numbers of mean 0 and variance 1 with the mean and standard deviation asked for."""
        tf = tensorflow()
        dtype = self.call["dtype"]
        return tf.cast(standard, dtype) * tf.cast(self.stddev, dtype) + tf.cast(self.mean, dtype)


def drawing(broken: Callable[[Drawing], Any]) -> Cut:
    """Return the cut that puts a broken normal draw under a layer; a deviation of 0 stays as it is."""

    def instead(call: Call) -> Any:
        stddev = call["stddev"]
        return broken(Drawing(call, call["mean"], stddev)) if stddev else call.sound()

    return normals(instead)


def wound(
    name: str, kind: Kind, description: str, broken: Callable[[Drawing], Any], *expected: str, **other: Any
) -> Wound:
    """Return a wound that puts one broken normal draw under a layer."""
    return Wound(name, kind, description, (drawing(broken),), expected, **other)
