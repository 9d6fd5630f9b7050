"""What the backward pass makes of the noise of the forward pass."""

from __future__ import annotations

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage

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

QUESTIONS = (
    Question("gradient_is_noise_factor", "every_case", of=("input",), dtypes=BOTH_WIDTHS, modes=("from_config",)),
    Question("every_gradient_is_noise_factor", "small, large", of=("input",), modes=("function",), code="gradient"),
    Question(
        "recomputation_keeps_mask",
        "mask_cases",
        of=("input",),
        unless=("additive",),
        why="The gradient of a sum is 1, whatever was added.",
    ),
)
