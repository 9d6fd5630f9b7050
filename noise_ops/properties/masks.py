"""Which elements are dropped, and which of them together."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

PROPERTIES = (
    Property(
        "non_finite_dropped",
        Kind.EXACT,
        "non-finite",
        "What becomes of nan and infinity where they are dropped.",
        Stage.OP,
        right=("nan becomes finite, inf becomes finite, -inf becomes finite",),
    ),
    Property(
        "noise_shape_broadcasts",
        Kind.EXACT,
        "noise-shape",
        "The axes along which the mask is constant.",
        Stage.OP,
    ),
)
