"""Attention layers as subjects, whose output is their mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from noise_ops.probe.inputs import ATTENTION_SHAPE
from noise_ops.probe.libraries import Library, tf
from noise_ops.probe.subjects.layers import WeightedSubject
from noise_ops.probe.subjects.subject import FILL
from noise_ops.probe.tensors import numpy_dtype
from noise_ops.probe.values import ramp


class AttentionSubject(WeightedSubject):
    """An attention layer whose scores are all equal and whose values are the unit vectors: its output is its mask.

    The masks of two heads lie side by side in an output that is as wide as the input, which is half 0.
    """

    def __init__(self, library: Library, class_name: str) -> None:
        batch, length = ATTENTION_SHAPE
        self.heads = 2 if class_name == "MultiHeadAttention" else 1
        super().__init__(library, class_name, "dropout", (batch, length, self.heads * length))

    def fixed(self) -> dict[str, Any]:
        """Return two heads that keep apart, or a scale that can be set to 0."""
        if self.heads == 1:
            return {"use_scale": True}
        return {"num_heads": self.heads, "key_dim": self.shape[1], "use_bias": False}

    def weights(self, layer: Any) -> list[Any]:
        """Return weights under which every score is 0."""
        if self.heads == 1:
            return [np.zeros_like(weight) for weight in layer.get_weights()]
        one = np.eye(self.shape[1], dtype=np.float32)
        zero = np.zeros_like(one)
        heads_in = np.stack([np.vstack([one, zero])] * 2, axis=1)
        heads_out = np.stack([np.hstack([one, zero]), np.hstack([zero, one])])
        return [0 * heads_in, 0 * heads_in, heads_in, heads_out]

    def build(self, layer: Any) -> None:
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
