"""A dropout taken apart: what a wound of a mask or a scale puts together wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, Cut, dropouts
from noise_ops.subjects.libraries import tensorflow


@dataclass(frozen=True)
class Masking:
    """The parts of a dropout, to be put together wrongly.

    Attributes:
      call: the call that is replaced.
      x: its input.
      rate: its rate, strictly between 0 and 1.
      shape: the shape of its mask, a number or scalar tensor an axis.
    """

    call: Call
    x: Any
    rate: float
    shape: tuple[Any, ...]

    def uniforms(self, shape: tuple[Any, ...] | None = None, dtype: Any = None, seed: Any = None) -> Any:
        """Return the uniforms that the sound function would draw, or those of another shape, dtype or seed."""
        tf = tensorflow()
        sizes = [tf.cast(size, tf.int32) for size in (self.shape if shape is None else shape)]
        wanted = tf.stack(sizes) if sizes else tf.zeros([0], tf.int32)  # a scalar has none
        chosen = self.call["seed"] if seed is None else seed
        draw = tf.random.stateless_uniform if "rng_alg" in self.call.arguments else tf.random.uniform
        return draw(wanted, dtype=self.x.dtype if dtype is None else dtype, seed=chosen)

    def scale(self) -> float:
        """Return the factor of the kept units."""
        return 1 / (1 - self.rate)

    def select(self, kept: Any, scale: Any = None) -> Any:
        """Return the scaled input where `kept` holds, and 0 elsewhere."""
        tf = tensorflow()
        # Rounded once: a cast would pass through float32.
        factor = tf.convert_to_tensor(self.scale() if scale is None else scale, self.x.dtype)
        return tf.where(kept, self.x * factor, tf.zeros([], self.x.dtype))

    def drop(self, uniforms: Any, scale: Any = None) -> Any:
        """Return what the sound function makes of other uniforms or another scale."""
        return self.select(uniforms >= self.rate, scale)


def masking(broken: Callable[[Masking], Any]) -> Cut:
    """Return the cut that puts a broken dropout under a layer, between rate 0 and rate 1, where the sound one draws."""

    def instead(call: Call) -> Any:
        if not 0 < call["rate"] < 1:
            return call.sound()
        tf = tensorflow()
        x = tf.convert_to_tensor(call["x"])
        entries = call["noise_shape"]
        entries = (
            [None] * x.shape.rank if entries is None else tf.unstack(entries) if tf.is_tensor(entries) else entries
        )
        sizes = tuple(tf.shape(x)[axis] if entry is None else entry for axis, entry in enumerate(entries))
        return broken(Masking(call, x, call["rate"], sizes))

    return dropouts(instead)


def wound(
    name: str, kind: Kind, description: str, broken: Callable[[Masking], Any], *expected: str, **other: Any
) -> Wound:
    """Return a wound that puts one broken dropout under a layer."""
    return Wound(name, kind, description, (masking(broken),), expected, **other)
