"""Which layers there are, by kind, and which ops: what is known of subjects without NumPy. Imports nothing but inputs.

A new layer of one of these kinds is one entry here, and nowhere else.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from noise_ops.subjects.inputs import ATTENTION_SHAPE, GAUSSIAN_RATE, RATE, STDDEV


class Op(NamedTuple):
    """What predicts a subject.

    Attributes:
      family: "mask" (0 or a multiple), "affine" (AlphaDropout), "product", "sum" and "masked sum" (Gaussian noise), or
        a bare draw, "uniform" or "normal".
      arguments: which of rate and stddev it takes, with the standard value of each.
    """

    family: str
    arguments: dict[str, float]


OPS = {
    "dropout": Op("mask", {"rate": RATE}),
    "spatial_dropout": Op("mask", {"rate": RATE}),
    "gaussian_dropout": Op("product", {"rate": GAUSSIAN_RATE}),
    "gaussian_noise": Op("sum", {"stddev": STDDEV}),
    "alpha_dropout": Op("affine", {"rate": RATE}),
    "masked_gaussian_noise": Op("masked sum", {"rate": RATE, "stddev": STDDEV}),
    "uniform": Op("uniform", {}),
    "normal": Op("normal", {}),
}
"""By its name, which is that of a function of noise_ops, or of a bare draw."""


class Entry(NamedTuple):
    """A layer class with the op that predicts it and the rank it needs."""

    class_name: str
    op: str
    rank: int | None = None


KERAS_LAYERS = (
    Entry("Dropout", "dropout"),
    Entry("SpatialDropout1D", "spatial_dropout", 3),
    Entry("SpatialDropout2D", "spatial_dropout", 4),
    Entry("SpatialDropout3D", "spatial_dropout", 5),
    Entry("GaussianDropout", "gaussian_dropout"),
    Entry("GaussianNoise", "gaussian_noise"),
    Entry("AlphaDropout", "alpha_dropout"),
)
"""The elementwise and spatial layers of Keras."""

GATES = {"LSTM": "ifco", "GRU": "zrh", "SimpleRNN": "h"}
"""The recurrent layers, with their gates in the order of their weights."""

ATTENTION: dict[str, dict[str, Any]] = {
    "Attention": {"use_scale": True},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": ATTENTION_SHAPE[1], "use_bias": False},
}
"""The attention layers, with arguments that give a scale, which can be set to 0, or two heads that keep apart."""


def heads(class_name: str) -> int:
    """Return how many masks of an attention layer lie side by side in its output."""
    return 1 if "use_scale" in ATTENTION[class_name] else 2
