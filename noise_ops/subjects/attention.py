"""Attention layers as subjects, whose output is their mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from noise_ops.subjects.classes import ATTENTION, heads
from noise_ops.subjects.inputs import ATTENTION_SHAPE
from noise_ops.subjects.layers import WeightedSubject
from noise_ops.subjects.libraries import Library, tf
from noise_ops.subjects.subject import FILL
from noise_ops.subjects.tensors import numpy_dtype
from noise_ops.subjects.values import ramp


@dataclass(frozen=True)
class AttentionSubject(WeightedSubject):
    """An attention layer whose scores are all equal and whose values are the unit vectors: its output is its mask.

    The masks of two heads lie side by side in an output that is as wide as the input, which is half 0.
    """

    op: str = "dropout"
    argument: str = "dropout"

    @property
    def keeps_generator(self) -> bool:
        """Whether it has the seed generator for an attribute: with several heads a layer inside has it."""
        return self.heads == 1

    @property
    def heads(self) -> int:
        """How many masks lie side by side."""
        return heads(self.class_name)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the standard input."""
        batch, length = ATTENTION_SHAPE
        return (batch, length, self.heads * length)

    @property
    def mask_shape(self) -> tuple[int, ...]:
        """Shape of the mask: a score of each two places, by head."""
        batch, length = ATTENTION_SHAPE
        return (batch, self.heads, length, length)

    def fixed(self) -> dict[str, Any]:
        """Return two heads that keep apart, or a scale that can be set to 0."""
        return ATTENTION[self.class_name]

    def weights(self, layer: Any) -> list[Any]:
        """Return weights under which every score is 0."""
        if self.heads == 1:
            return [np.zeros_like(weight) for weight in layer.get_weights()]
        one = np.eye(self.shape[1], dtype=np.float32)
        zero = np.zeros_like(one)
        heads_in = np.stack([np.vstack([one, zero])] * 2, axis=1)
        heads_out = np.stack([np.hstack([one, zero]), np.hstack([zero, one])])
        shared = heads_in[:, : layer.get_weights()[1].shape[1]]  # several heads may attend to one key and value
        return [0 * heads_in, 0 * shared, shared, heads_out]

    def prepare(self, layer: Any) -> None:
        """Make a layer's weights, by calling it: what `build` takes differs between releases."""
        self.call(layer, tf.zeros((1, *self.shape[1:]), layer.compute_dtype), training=False)

    def call(self, layer: Any, x: Any, training: bool | None = True) -> Any:
        """Attend from a sequence to itself."""
        arguments = {} if training is None else {"training": training}
        return layer([x, x], **arguments) if self.heads == 1 else layer(x, x, **arguments)

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return the unit vectors, scaled by a ramp or a constant."""
        batch, length, width = self.shape
        scale = ramp((length,)) if kind == "ramp" else np.full(length, FILL[kind])
        values = np.zeros((batch, length, width))
        values[:, :, :length] = np.diag(scale)
        return values.astype(np.float32).astype(numpy_dtype(dtype))


def attention_layers(library: Library) -> list[AttentionSubject]:
    """Return the attention layers of a Keras."""
    return [AttentionSubject(library, name) for name in ATTENTION]
