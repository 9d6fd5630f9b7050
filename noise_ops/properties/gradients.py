"""What the backward pass makes of the noise of the forward pass."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

PROPERTIES = (
    Property(
        "gradient_is_noise_factor",
        Kind.EXACT,
        "gradient",
        "The gradient against the factor of the forward pass.",
        Stage.OP,
        right=("noise factor",),
        tolerated=("noise factor, rounded",),
    ),
    Property(
        "recomputation_keeps_mask",
        Kind.EXACT,
        "recomputation",
        "The noise under tf.recompute_grad.",
        Stage.LAYER,
        right=("same noise",),
    ),
)
