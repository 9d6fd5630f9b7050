"""What a layer rebuilt from its config or from a file still knows."""

from __future__ import annotations

from noise_ops.properties.declaring import REBUILT, Kind, Property, Question, Stage

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

QUESTIONS = (
    Question("policy_kept", "mask_cases", of=("layer",)),
    Question("data_format_kept", "channels_first_cases", of=("data_format",), dtypes=(), modes=REBUILT),
    Question("noise_shape_kept", "shared_mask_cases", of=("layer", "noise_shape"), dtypes=(), modes=REBUILT),
)
