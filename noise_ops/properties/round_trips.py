"""What a layer rebuilt from its config or from a file still knows."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

PROPERTIES = (
    Property(
        "policy_kept",
        Kind.CONTRACT,
        "round-trip",
        "Compute dtype of a rebuilt layer.",
        Stage.LAYER,
        right=("bfloat16",),
    ),
    Property(
        "noise_shape_kept",
        Kind.CONTRACT,
        "round-trip",
        "Whether rebuilding keeps it.",
        Stage.LAYER,
        right=("kept",),
    ),
    Property(
        "data_format_kept",
        Kind.CONTRACT,
        "round-trip",
        "Whether rebuilding keeps it.",
        Stage.LAYER,
        right=("kept",),
    ),
    Property(
        "reload_restarts_stream",
        Kind.CONTRACT,
        "reloaded-stream",
        "Where the noise of a layer goes on that was called twice, saved and loaded.",
        Stage.SEED,
    ),
)
