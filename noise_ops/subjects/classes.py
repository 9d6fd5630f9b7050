"""Layer classes by kind, and the ops that predict them: plain data, so that it is read without NumPy.

A new layer of one of these kinds is one entry here, and nowhere else.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from noise_ops.subjects.inputs import ATTENTION_SHAPE, GAUSSIAN_RATE, RATE, STDDEV


class Op(NamedTuple):
    """What a subject does to its input, and with which arguments.

    Attributes:
      family: "mask" (input times 0 or a constant), "affine" (AlphaDropout), "product" (input times normal noise), "sum"
        (input plus normal noise), "masked sum" (plus normal noise where a mask says so), or a bare draw, "uniform" or
        "normal".
      arguments: which of rate and stddev it takes, with the standard value of each; the first sets the strength.
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
"""By the name of the function of `noise_ops.reference.ops` that predicts it, or of a bare draw."""


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
"""The attention layers, with arguments under which their output is their mask: a scale to be set to 0, or two heads."""


def heads(class_name: str) -> int:
    """Return how many masks of an attention layer lie side by side in its output."""
    # A layer that is given a scale has no heads; every other one is given two in ATTENTION.
    return 1 if "use_scale" in ATTENTION[class_name] else 2
