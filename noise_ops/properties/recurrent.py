"""What is particular to layers with several time steps and gates."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

PROPERTIES = (
    Property(
        "mask_over_time",
        Kind.EXACT,
        "mask-over-time",
        "Labels of the masks of three time steps.",
        Stage.LAYER,
        right=("aaa", "no noise"),
        needs_noise=True,
    ),
    Property(
        "gate_masks",
        Kind.EXACT,
        "gate-masks",
        "Labels of the masks of a recurrent layer's gates.",
        Stage.LAYER,
        needs_noise=True,
    ),
)
